#include "ingest/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/file.h"
#include "base/mem.h"

#define INPUT_SIZE ((size_t)128 * 1024)

/* A zstd frame may ask for a window of its own; over this it is refused. */
#define WINDOW_LOG_MAX 27 /* 128 MiB */

typedef enum Packing {
    PACKING_UNKNOWN,
    PACKING_NONE,
    PACKING_GZIP,
    PACKING_ZSTD
} Packing;

struct Source {
    int file;
    int64_t taken;
    Packing packing;
    char *input;
    size_t from, until; /* what of input was read and not yet used */
    bool eof;           /* of the file */
    bool inside;        /* a member or frame has begun and not ended */
    z_stream zlib;
    ZSTD_DStream *zstd;
};

Err source_open(const char *path, Source **out, Fault *fault)
{
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    Source *source;

    if (file < 0) return file_fault(path, "open it", fault);
    source = mem_zero(sizeof *source);
    source->file = file;
    source->input = mem_alloc(INPUT_SIZE);
    *out = source;
    return ERR_OK;
}

/* Reads more of the file behind what is there. */
static Err fill(Source *source, Fault *fault)
{
    ssize_t got;

    if (source->from == source->until) source->from = source->until = 0;
    if (source->until == INPUT_SIZE) return ERR_OK;
    do
        got = read(source->file, source->input + source->until,
                   INPUT_SIZE - source->until);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fault_set(fault, ERR_IO, "cannot read: %s", strerror(errno));
    source->eof = got == 0;
    source->until += (size_t)got;
    source->taken += got;
    return ERR_OK;
}

static Err start_packing(Source *source, Fault *fault)
{
    Str head;

    while (source->until < 4 && !source->eof) {
        Err err = fill(source, fault);

        if (err) return err;
    }
    head = (Str){source->input, source->until};
    source->packing = PACKING_NONE;
    if (str_starts(head, S("\x1F\x8B"))) {
        if (inflateInit2(&source->zlib, 15 + 16) != Z_OK) mem_exhausted();
        source->packing = PACKING_GZIP;
    } else if (str_starts(head, S("\x28\xB5\x2F\xFD"))) {
        source->zstd = ZSTD_createDStream();
        if (!source->zstd) mem_exhausted();
        ZSTD_DCtx_setParameter(source->zstd, ZSTD_d_windowLogMax,
                               WINDOW_LOG_MAX);
        source->packing = PACKING_ZSTD;
    }
    return ERR_OK;
}

static size_t copy_plain(Source *source, char *to, size_t room)
{
    size_t n = source->until - source->from;

    if (n > room) n = room;
    memcpy(to, source->input + source->from, n);
    source->from += n;
    return n;
}

static Err inflate_some(Source *source, char *to, size_t room, size_t *got,
                        Fault *fault)
{
    z_stream *z = &source->zlib;
    int code;

    if (!source->inside && source->from < source->until) {
        if (inflateReset(z) != Z_OK) mem_exhausted();
        source->inside = true;
    }
    z->next_in = (unsigned char *)source->input + source->from;
    z->avail_in = (uInt)(source->until - source->from);
    z->next_out = (unsigned char *)to;
    z->avail_out = (uInt)room;
    code = inflate(z, Z_NO_FLUSH);
    source->from = source->until - z->avail_in;
    *got = room - z->avail_out;
    if (code == Z_STREAM_END) source->inside = false;
    if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR)
        return ERR_OK;
    return fault_set(fault, ERR_INVALID,
                     "broken gzip data before byte %lld: %s",
                     (long long)source->taken, z->msg ? z->msg : "no reason");
}

static Err zstd_some(Source *source, char *to, size_t room, size_t *got,
                     Fault *fault)
{
    ZSTD_inBuffer in = {source->input, source->until, source->from};
    ZSTD_outBuffer out = {to, room, 0};
    size_t left = ZSTD_decompressStream(source->zstd, &out, &in);

    source->from = in.pos;
    if (ZSTD_isError(left))
        return fault_set(fault, ERR_INVALID,
                         "broken zstd data before byte %lld: %s",
                         (long long)source->taken, ZSTD_getErrorName(left));
    source->inside = left != 0;
    *got = out.pos;
    return ERR_OK;
}

Err source_read(Source *source, char *to, size_t room, size_t *got,
                Fault *fault)
{
    Err err = ERR_OK;
    size_t n = 0;

    if (source->packing == PACKING_UNKNOWN) err = start_packing(source, fault);
    while (!err && !n) {
        if (source->from == source->until && !source->eof)
            err = fill(source, fault);
        if (err) break;
        if (source->from == source->until && source->eof &&
            (source->packing == PACKING_NONE || !source->inside))
            break;
        if (source->packing == PACKING_NONE)
            n = copy_plain(source, to, room);
        else if (source->packing == PACKING_GZIP)
            err = inflate_some(source, to, room, &n, fault);
        else
            err = zstd_some(source, to, room, &n, fault);
        if (!err && !n && source->eof && source->from == source->until &&
            source->inside)
            err = fault_set(fault, ERR_INVALID,
                            "the packed data stops before its end");
    }
    if (!err) *got = n;
    return err;
}

int64_t source_taken(const Source *source)
{
    return source->taken;
}

bool source_ready(const Source *source, int wait_ms)
{
    struct pollfd file = {.fd = source->file, .events = POLLIN};

    if (source->from < source->until || source->eof) return true;
    return poll(&file, 1, wait_ms) != 0;
}

void source_close(Source *source)
{
    if (!source) return;
    if (source->packing == PACKING_GZIP) inflateEnd(&source->zlib);
    if (source->zstd) ZSTD_freeDStream(source->zstd);
    if (source->file != STDIN_FILENO) close(source->file);
    mem_free(source->input);
    mem_free(source);
}
