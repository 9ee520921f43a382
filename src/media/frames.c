#include "media/frames.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

Err frames_input(Str *out, Fault *fault)
{
    struct stat stat;
    void *bytes;

    if (fstat(STDIN_FILENO, &stat) || stat.st_size <= 0)
        return fault_set(fault, ERR_IO, "nothing to draw from");
    bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE,
                 STDIN_FILENO, 0);
    if (bytes == MAP_FAILED)
        return fault_set(fault, ERR_IO, "mmap: %s", strerror(errno));
    *out = (Str){bytes, (size_t)stat.st_size};
    return ERR_OK;
}

_Noreturn void frames_end(Err err, const Fault *fault)
{
    FrameHead head = {.kind = FRAME_DONE};

    if (err)
        head = (FrameHead){
            .kind = FRAME_FAULT, .a = err, .bytes = strlen(fault->text)};
    err = frame_write(STDOUT_FILENO, head, fault->text);
    _exit(err ? 1 : 0);
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

    if (drawn->size.width) return false; /* what was made is measured by it */
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

Err frame_fault(const FrameHead *head, Str bytes, Fault *fault)
{
    if (head->a <= ERR_OK || head->a >= ERR_COUNT || !bytes.len ||
        bytes.len > 300)
        return stray(fault);
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] < ' ' || bytes.ptr[i] > '~') return stray(fault);
    return fault_set(fault, (Err)head->a, "%.*s", STR_ARG(bytes));
}

bool frame_next(Str *frames, FrameHead *head, Str *bytes)
{
    Str rest;

    if (frames->len < sizeof *head) return false;
    memcpy(head, frames->ptr, sizeof *head);
    rest = str_skip(*frames, sizeof *head);
    if (head->bytes > rest.len) return false;
    *bytes = str_slice(rest, 0, (size_t)head->bytes);
    *frames = str_skip(rest, (size_t)head->bytes);
    return true;
}

Err frames_read(Str frames, Drawn *out, Fault *fault)
{
    Drawn drawn = {0};
    FrameHead head;
    Str bytes;

    while (frame_next(&frames, &head, &bytes)) {
        bool fits = true;

        switch (head.kind) {
        case FRAME_SIZE: fits = take_size(&drawn, &head); break;
        case FRAME_SAID: fits = take_said(&drawn, &head, bytes); break;
        case FRAME_MADE: fits = take_made(&drawn, &head, bytes); break;
        case FRAME_FAULT: return frame_fault(&head, bytes, fault);
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
