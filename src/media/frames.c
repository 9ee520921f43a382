#include "media/frames.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len) {
        ssize_t done = write(fd, at, len);

        if (done < 0 && errno != EINTR) return false;
        if (done < 0) continue;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

Err frame_write(int fd, FrameHead head, const void *bytes)
{
    bool done = write_all(fd, &head, sizeof head) &&
                write_all(fd, bytes, (size_t)head.bytes);

    return done ? ERR_OK : ERR_IO;
}

static Err stray(Fault *fault)
{
    return fault_set(fault, ERR_INVALID,
                     "the process that draws said what it may not");
}

static bool take_size(Drawn *drawn, const FrameHead *head)
{
    bool fits = head->a >= 1 && head->a <= 65535 && head->b >= 1 &&
                head->b <= 65535 && head->c <= 0xffffff &&
                (int64_t)head->a * head->b <= PICTURE_PIXELS;

    drawn->size = (PictureSize){(int32_t)head->a, (int32_t)head->b};
    drawn->color = (int32_t)head->c;
    return fits;
}

static bool take_said(Drawn *drawn, const FrameHead *head, Str bytes)
{
    if (head->a >= TOLD_COUNT || bytes.len > TOLD_MAX) return false;
    drawn->told[head->a] = bytes;
    return true;
}

/* A compressed picture of that format by its first bytes: nothing else gets a
 * name that is served. */
static bool looks_as(Str bytes, uint32_t type)
{
    switch (type) {
    case PICTURE_JPEG: return str_starts(bytes, S("\xff\xd8\xff"));
    case PICTURE_WEBP:
        return str_starts(bytes, S("RIFF")) &&
               str_starts(str_skip(bytes, 8), S("WEBP"));
    case PICTURE_AVIF: return str_starts(str_skip(bytes, 4), S("ftypavif"));
    default: return false;
    }
}

static bool take_made(Drawn *drawn, const FrameHead *head, Str bytes)
{
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count;
    bool wanted = false;

    if (!drawn->size.width || drawn->count == COUNT(drawn->made) ||
        bytes.len > RENDITION_MAX || !looks_as(bytes, head->c))
        return false;
    count = picture_sizes(drawn->size.width, drawn->size.height, sizes);
    for (size_t i = 0; i < count; i++)
        wanted |= (uint32_t)sizes[i].width == head->a &&
                  (uint32_t)sizes[i].height == head->b;
    for (size_t i = 0; i < drawn->count; i++)
        wanted &= (uint32_t)drawn->made[i].size.width != head->a ||
                  drawn->made[i].type != head->c;
    if (!wanted) return false;
    drawn->made[drawn->count++] =
        (Rendition){{(int32_t)head->a, (int32_t)head->b}, head->c, bytes};
    return true;
}

static bool is_whole(const Drawn *drawn)
{
    PictureSize sizes[PICTURE_WIDTHS];

    return drawn->size.width &&
           drawn->count ==
               COUNT(picture_formats) *
                   picture_sizes(drawn->size.width, drawn->size.height, sizes);
}

static Err take_fault(const FrameHead *head, Str bytes, Fault *fault)
{
    if (head->a <= ERR_OK || head->a >= ERR_COUNT || !bytes.len ||
        bytes.len > 300)
        return stray(fault);
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] < ' ' || bytes.ptr[i] > '~') return stray(fault);
    return fault_set(fault, (Err)head->a, "%.*s", STR_ARG(bytes));
}

Err frames_read(Str frames, Drawn *out, Fault *fault)
{
    Drawn drawn = {0};

    while (frames.len >= sizeof(FrameHead)) {
        FrameHead head;
        Str bytes;
        bool fits = true;

        memcpy(&head, frames.ptr, sizeof head);
        frames = str_skip(frames, sizeof head);
        if (head.bytes > frames.len) return stray(fault);
        bytes = str_slice(frames, 0, (size_t)head.bytes);
        frames = str_skip(frames, (size_t)head.bytes);
        switch (head.kind) {
        case FRAME_SIZE: fits = take_size(&drawn, &head); break;
        case FRAME_SAID: fits = take_said(&drawn, &head, bytes); break;
        case FRAME_MADE: fits = take_made(&drawn, &head, bytes); break;
        case FRAME_FAULT: return take_fault(&head, bytes, fault);
        case FRAME_DONE:
            if (frames.len || !is_whole(&drawn)) return stray(fault);
            *out = drawn;
            return ERR_OK;
        default: fits = false;
        }
        if (!fits) return stray(fault);
    }
    return stray(fault);
}
