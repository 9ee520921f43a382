#include "media/intake.h"

#include <sodium.h>
#include <unistd.h>

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

/* The renditions first: an original alone would look like a whole picture. */
static Err put_all(const Shelf *shelf, Arena *arena, const Picture *picture,
                   const Drawn *drawn, Str bytes, Fault *fault)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < drawn->count; i++) {
        const Rendition *made = &drawn->made[i];

        err = shelf_put(
            shelf,
            picture_name(arena, picture->mark, made->size.width, made->type),
            made->bytes, fault);
    }
    if (err) return err;
    return shelf_put(shelf, shelf_original(arena, picture->mark, picture->type),
                     bytes, fault);
}

Err picture_take_in(const Shelf *shelf, Arena *arena, Str bytes, Picture *out,
                    Fault *fault)
{
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
    err = put_all(shelf, arena, &picture, &drawn, bytes, fault);
    if (!err) *out = picture;
    return err;
}

static bool is_there(const Shelf *shelf, Str name)
{
    int64_t bytes;
    int fd;

    if (shelf_open(shelf, name, &fd, &bytes)) return false;
    close(fd);
    return bytes > 0;
}

bool picture_is_whole(const Shelf *shelf, Arena *arena, const Picture *picture,
                      Str *missing)
{
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count = picture_sizes(picture->width, picture->height, sizes);

    *missing = shelf_original(arena, picture->mark, picture->type);
    if (!is_there(shelf, *missing)) return false;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < COUNT(picture_formats); k++) {
            *missing = picture_name(arena, picture->mark, sizes[i].width,
                                    picture_formats[k]);
            if (!is_there(shelf, *missing)) return false;
        }
    return true;
}
