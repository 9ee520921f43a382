#include "media/intake.h"

#include <sodium.h>

#include "media/said.h"
#include "media/sniff.h"
#include "media/worker.h"
#include "text/base64url.h"

#define MARK_BYTES 18 /* PICTURE_MARK letters */

Str picture_mark(Arena *arena, Str bytes)
{
    uint8_t hash[MARK_BYTES];

    crypto_generichash(hash, sizeof hash, (const uint8_t *)bytes.ptr, bytes.len,
                       NULL, 0);
    return base64url_write(arena, (Str){(const char *)hash, sizeof hash});
}

Err picture_fits(Str name, Str bytes, Fault *fault)
{
    PictureType type;
    ShelfName said;
    Arena arena;
    Err err;

    if (!shelf_named(name, &said))
        return fault_set(fault, ERR_INVALID, "it is no picture's name");
    if (!said.width) {
        bool same;

        arena = arena_open();
        same = str_eq(picture_mark(&arena, bytes), said.mark);
        arena_close(&arena);
        return same ? ERR_OK
                    : fault_set(fault, ERR_INVALID,
                                "these are not the bytes that its name is the "
                                "hash of");
    }
    err = sniff_drawn(bytes, &type, fault);
    if (err) return ERR_INVALID;
    return type == said.type
               ? ERR_OK
               : fault_set(fault, ERR_INVALID, "it is %s, and not %s",
                           picture_word(type), picture_word(said.type));
}

/* Where one picture's files go. */
typedef struct Places {
    const Shelf *shelf;
    Bucket *bucket; /* NULL: none */
} Places;

static Err put_one(const Places *places, Str name, Str bytes, Fault *fault)
{
    Err err = shelf_put(places->shelf, name, bytes, fault);

    if (!err && places->bucket)
        err = bucket_put(places->bucket, name, bytes, fault);
    return err;
}

/* The renditions first: an original alone would look like a whole picture. */
static Err put_all(const Places *places, Arena *arena, const Picture *picture,
                   const Drawn *drawn, Str bytes, Fault *fault)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < drawn->count; i++) {
        const Rendition *made = &drawn->made[i];

        err = put_one(
            places,
            picture_name(arena, picture->mark, made->size.width, made->type),
            made->bytes, fault);
    }
    if (err) return err;
    return put_one(places, shelf_original(arena, picture->mark, picture->type),
                   bytes, fault);
}

Err picture_take_in(const Shelf *shelf, Bucket *bucket, Arena *arena, Str bytes,
                    Picture *out, Fault *fault)
{
    const Places places = {shelf, bucket};
    Picture picture = {
        .bytes = (int64_t)bytes.len, .focus_x = 500, .focus_y = 500};
    Drawn drawn;
    Err err = sniff_picture(bytes, &picture.type, fault);

    if (!err) err = worker_draw(arena, bytes, &drawn, fault);
    if (err) return err;
    picture.mark = picture_mark(arena, bytes);
    picture.width = drawn.size.width;
    picture.height = drawn.size.height;
    picture.color = drawn.color;
    picture.said = picture_said(arena, drawn.told);
    err = put_all(&places, arena, &picture, &drawn, bytes, fault);
    if (!err) *out = picture;
    return err;
}

size_t picture_files(Arena *arena, const Picture *picture,
                     Str out[PICTURE_FILES])
{
    PictureSize sizes[PICTURE_WIDTHS];
    size_t widths = picture_sizes(picture->width, picture->height, sizes);
    size_t count = 0;

    for (size_t i = 0; i < widths; i++)
        for (size_t k = 0; k < COUNT(picture_formats); k++)
            out[count++] = picture_name(arena, picture->mark, sizes[i].width,
                                        picture_formats[k]);
    out[count++] = shelf_original(arena, picture->mark, picture->type);
    return count;
}
