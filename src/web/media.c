#include "web/media.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/negotiate.h"
#include "press/touch.h"
#include "web/courier.h"

/* What the body is, of how many bytes in all. */
typedef struct Part {
    int64_t from, len, whole;
    bool ranged;
} Part;

/* ---- ranges ---- */

/* "500-999", "500-" or "-500" of so many bytes. False: it is no such thing, and
 * then there is no range. *fits: some byte of it is there. */
static bool read_range(Str text, int64_t whole, Part *part, bool *fits)
{
    Str first = str_cut(&text, '-');
    int64_t from = 0, last = whole - 1;

    if (str_find_char(text, ',', 0) >= 0) return false; /* more than one */
    if (first.len && (first.ptr[0] == '-' || !str_int(first, &from)))
        return false;
    if (text.len && (text.ptr[0] == '-' || !str_int(text, &last))) return false;
    if (!first.len && !text.len) return false;
    if (first.len && text.len && last < from) return false;
    if (!first.len) { /* the last so many */
        from = last > whole ? 0 : whole - last;
        last = whole - 1;
    }
    *fits = from < whole && from <= last;
    if (last > whole - 1) last = whole - 1;
    *part = (Part){from, last - from + 1, whole, true};
    return true;
}

static Part part_wanted(const Visit *visit, Str etag, int64_t whole, bool *fits)
{
    const HttpRequest *request = visit->request;
    Part part = {0, whole, whole, false};
    Str range = request->range;

    *fits = true;
    if (!str_starts_nocase(range, S("bytes="))) return part;
    if (request->if_range.len && !str_eq(request->if_range, etag)) return part;
    if (!read_range(str_trim(str_skip(range, 6)), whole, &part, fits)) {
        *fits = true;
        return (Part){0, whole, whole, false};
    }
    return part;
}

/* ---- the bytes ---- */

typedef struct Mapping {
    void *bytes;
    size_t len;
} Mapping;

static void unmap(void *hold)
{
    Mapping *mapping = hold;

    munmap(mapping->bytes, mapping->len);
    mem_free(mapping);
}

static Err map_file(Visit *visit, int fd, const Part *part)
{
    Mapping *mapping;
    void *bytes =
        mmap(NULL, (size_t)part->whole, PROT_READ, MAP_PRIVATE, fd, 0);

    if (bytes == MAP_FAILED) return ERR_IO;
    mapping = mem_alloc(sizeof *mapping);
    *mapping = (Mapping){bytes, (size_t)part->whole};
    visit->reply->hold = mapping;
    visit->reply->release = unmap;
    http_part(visit->reply,
              (Str){(const char *)bytes + part->from, (size_t)part->len});
    return ERR_OK;
}

/* ---- the answer ---- */

/* Until its date, if it has one, and from then on no cache may show it because
 * the node does not answer. */
static Str freshness(const Visit *visit, Time until)
{
    Time left =
        until == TIME_NONE ? YEAR_S : (until - time_now()) / TIME_SECOND;
    bool lasting = left >= YEAR_S;
    Str age = visit_max_age(visit, lasting ? YEAR_S : left < 0 ? 0 : left);

    return str_format(visit->arena, "Cache-Control: public, %.*s, %s\r\n",
                      STR_ARG(age), lasting ? "immutable" : "must-revalidate");
}

static void put_head(Visit *visit, PictureType type,
                     const PressPicture *picture, Str etag, const Part *part)
{
    Arena *arena = visit->arena;
    Str range = part->ranged
                    ? str_format(arena,
                                 "Content-Range: bytes "
                                 "%lld-%lld/%lld\r\n",
                                 (long long)part->from,
                                 (long long)(part->from + part->len - 1),
                                 (long long)part->whole)
                    : (Str){0};

    visit->reply->head = str_format(
        arena,
        "Content-Type: %s\r\nAccept-Ranges: bytes\r\nETag: %.*s\r\n"
        "%.*s%.*sSurrogate-Key: %.*s\r\n%.*s",
        picture_media_type(type), STR_ARG(etag),
        STR_ARG(freshness(visit, picture->until)), STR_ARG(range),
        STR_ARG(picture->keys), STR_ARG(visit->thread->shared->media_head));
}

static Err answer(Visit *visit, Str file, const PictureName *name,
                  const PressPicture *picture, int fd, int64_t bytes)
{
    Str etag = str_format(visit->arena, "\"%.*s\"", STR_ARG(file));
    bool fits;
    Part part = part_wanted(visit, etag, bytes, &fits);
    Err err = ERR_OK;

    if (visit_has_tag(visit, etag)) {
        part.ranged = false;
        visit->reply->status = 304;
    } else if (!fits) {
        visit->reply->status = 416;
        visit->reply->head = str_format(
            visit->arena, "Content-Range: bytes */%lld\r\n%.*s",
            (long long)bytes, STR_ARG(visit->thread->shared->media_head));
        return ERR_OK;
    } else {
        err = map_file(visit, fd, &part);
        visit->reply->status = part.ranged ? 206 : 200;
    }
    if (!err) put_head(visit, name->type, picture, etag, &part);
    return err;
}

/* What a public story shows, or an ad: then no cache is told of a date that it
 * is given later, and so none keeps it for longer than a day. */
static Err find_picture(Visit *visit, Str mark, PressPicture *out)
{
    Ads *ads = visit->thread->shared->ads;
    Time day = time_now() + TIME_DAY;
    Err err = press_picture(visit->thread->press, mark, time_monotonic(), out);

    if (err != ERR_NOT_FOUND || !ads ||
        !ads_has_picture(ads, mark, time_now(), &out->size, &out->until))
        return err;
    out->keys = S(KEY_OF_ALL);
    if (out->until == TIME_NONE || out->until > day) out->until = day;
    return ERR_OK;
}

/* Whether the picture has a rendition of that name: nothing else is asked of
 * the bucket. */
static bool is_drawn(const PressPicture *picture, const PictureName *name)
{
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count =
        picture_sizes(picture->size.width, picture->size.height, sizes);

    for (size_t i = 0; i < count; i++)
        if (sizes[i].width == name->width) return true;
    return false;
}

static void put_whole_head(Visit *visit, Str file, PictureType type,
                           const PressPicture *picture)
{
    Str etag = str_format(visit->arena, "\"%.*s\"", STR_ARG(file));
    const Part whole = {0};

    put_head(visit, type, picture, etag, &whole);
}

/* A CourierHead. */
static Err head_by_then(Visit *visit, Str file)
{
    PressPicture picture;
    PictureName name;
    Err err = picture_named(file, &name) ? ERR_OK : ERR_NOT_FOUND;

    if (!err) err = find_picture(visit, name.mark, &picture);
    if (!err) put_whole_head(visit, file, name.type, &picture);
    return err;
}

/* From the bucket that all nodes share, whole: a range may be answered so. */
static Err answer_later(Visit *visit, Str file, const PictureName *name,
                        const PressPicture *picture)
{
    Courier *courier = visit->thread->shared->courier;
    Str etag = str_format(visit->arena, "\"%.*s\"", STR_ARG(file));

    if (!courier || !is_drawn(picture, name)) return ERR_NOT_FOUND;
    if (!visit_has_tag(visit, etag))
        return courier_wait(courier, visit, file, head_by_then);
    put_whole_head(visit, file, name->type, picture);
    visit->reply->status = 304;
    return ERR_OK;
}

Err media_answer(Visit *visit, Str file)
{
    const SiteShared *shared = visit->thread->shared;
    PressPicture picture;
    PictureName name;
    int64_t bytes;
    int fd;
    Err err;

    if (!shared->shelf.folder || !picture_named(file, &name))
        return ERR_NOT_FOUND;
    err = find_picture(visit, name.mark, &picture);
    if (err) return err;
    err = shelf_open(&shared->shelf, file, &fd, &bytes);
    if (err == ERR_NOT_FOUND) return answer_later(visit, file, &name, &picture);
    if (err) return err;
    err = bytes ? answer(visit, file, &name, &picture, fd, bytes) : ERR_IO;
    close(fd);
    return err;
}
