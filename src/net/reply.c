#include "net/reply.h"

#include <assert.h>
#include <string.h>

#define EMPTY_CHUNKS_MAX 1000 /* a stream that gives nothing is broken */

void reply_init(HttpReply *reply)
{
    memset(reply, 0, offsetof(HttpReply, parts));
    reply->status = 200;
}

void http_part(HttpReply *reply, Str bytes)
{
    if (!bytes.len) return;
    assert(reply->part_count < HTTP_PARTS_MAX);
    reply->parts[reply->part_count++] = (struct iovec){
        .iov_base = (void *)(uintptr_t)bytes.ptr, .iov_len = bytes.len};
}

/* ---- the lines the server adds ---- */

static char *put(char *at, Str text)
{
    memcpy(at, text.ptr, text.len);
    return at + text.len;
}

static char *put_number(char *at, uint64_t value)
{
    char digits[20];
    size_t n = sizeof digits;

    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return put(at, (Str){digits + n, sizeof digits - n});
}

static char *put_hex(char *at, uint64_t value)
{
    int shift = 60;

    while (shift && !(value >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        *at++ = "0123456789abcdef"[value >> shift & 15];
    return at;
}

static char *put_status(char *at, int status)
{
    if (status == 200) return put(at, S("HTTP/1.1 200 OK\r\n"));
    if (status == 304) return put(at, S("HTTP/1.1 304 Not Modified\r\n"));
    at = put(at, S("HTTP/1.1 "));
    at = put_number(at, (uint64_t)status);
    *at++ = ' ';
    at = put(at, http_reason(status));
    return put(at, S("\r\n"));
}

static void add_piece(Output *output, const void *bytes, size_t len)
{
    if (!len) return;
    output->pieces[output->count++] =
        (struct iovec){.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
}

/* A stream has none. */
static void add_parts(Output *output)
{
    const HttpReply *reply = &output->reply;

    for (size_t i = 0; i < reply->part_count; i++)
        add_piece(output, reply->parts[i].iov_base, reply->parts[i].iov_len);
}

static void lay_whole(Output *output, int64_t body)
{
    const HttpReply *reply = &output->reply;
    size_t lines = output->pieces[0].iov_len;

    output->whole = (struct iovec){0};
    if (!reply->whole) return;
    assert(!reply->next);
    output->whole.iov_base = reply->whole + HTTP_ROOM - lines;
    output->whole.iov_len = lines + reply->head.len + 2 + (size_t)body;
}

static int64_t parts_length(const HttpReply *reply)
{
    size_t length = 0;

    for (size_t i = 0; i < reply->part_count; i++)
        length += reply->parts[i].iov_len;
    return (int64_t)length;
}

void output_begin(Output *output, OutputForm *form, int64_t *body)
{
    HttpReply *reply = &output->reply;
    bool bodiless = reply->status == 204 || reply->status == 304;
    char *at = output->prefix;

    assert(reply->status >= 200 && reply->status <= 599);
    output->first = output->count = 0;
    output->streaming = reply->next && !bodiless && !form->head_only;
    output->chunked = output->streaming && form->minor;
    output->stays = reply->stay && !bodiless && !form->head_only;
    assert(!reply->stay || !reply->next);
    *body = reply->next || reply->stay ? -1
            : bodiless                 ? 0
                                       : parts_length(reply);
    if ((output->streaming && !output->chunked) || output->stays)
        form->keep_alive = false;

    at = put_status(at, reply->status);
    at = put(at, form->date);
    if (!form->keep_alive)
        at = put(at, S("Connection: close\r\n"));
    else if (!form->minor)
        at = put(at, S("Connection: keep-alive\r\n"));
    if (output->chunked) at = put(at, S("Transfer-Encoding: chunked\r\n"));
    if (!bodiless && *body >= 0) {
        at = put(at, S("Content-Length: "));
        at = put_number(at, (uint64_t)*body);
        at = put(at, S("\r\n"));
    }
    assert(at <= output->prefix + HTTP_ROOM);
    add_piece(output, output->prefix, (size_t)(at - output->prefix));
    add_piece(output, reply->head.ptr, reply->head.len);
    add_piece(output, "\r\n", 2);
    if (bodiless || form->head_only)
        *body = 0;
    else
        add_parts(output);
    lay_whole(output, *body);
}

/* ---- sending ---- */

static void lay_chunk(Output *output, Str chunk, bool last)
{
    output->first = output->count = 0;
    if (!output->chunked) {
        add_piece(output, chunk.ptr, chunk.len);
        return;
    }
    if (chunk.len) {
        char *at = put_hex(output->size_line, chunk.len);

        at = put(at, S("\r\n"));
        add_piece(output, output->size_line, (size_t)(at - output->size_line));
        add_piece(output, chunk.ptr, chunk.len);
        add_piece(output, "\r\n", 2);
    }
    if (last) add_piece(output, "0\r\n\r\n", 5);
}

static Err pull(Output *output)
{
    HttpReply *reply = &output->reply;

    for (int i = 0; i < EMPTY_CHUNKS_MAX; i++) {
        Str chunk = {0};
        bool last = false;
        Err err;

        arena_reset(&output->stream);
        err = reply->next(reply->hold, &output->stream, &chunk, &last);
        if (err) return err;
        if (last) output->streaming = false;
        lay_chunk(output, chunk, last);
        if (output->count || last) return ERR_OK;
    }
    return ERR_INVALID;
}

bool output_is_empty(const Output *output)
{
    return output->first == output->count && output->streaming;
}

Err output_pieces(Output *output, struct iovec **pieces, size_t *count)
{
    if (output_is_empty(output)) {
        Err err = pull(output);

        if (err) return err;
    }
    *pieces = output->pieces + output->first;
    *count = output->count - output->first;
    if (output->whole.iov_len) {
        memcpy(output->whole.iov_base, (*pieces)->iov_base, (*pieces)->iov_len);
        *pieces = &output->whole;
        *count = 1;
    }
    return ERR_OK;
}

void output_sent(Output *output, size_t bytes)
{
    if (bytes) output->whole.iov_len = 0; /* others may use its room now */
    while (bytes) {
        struct iovec *piece = &output->pieces[output->first];

        assert(output->first < output->count);
        if (bytes < piece->iov_len) {
            piece->iov_base = (char *)piece->iov_base + bytes;
            piece->iov_len -= bytes;
            return;
        }
        bytes -= piece->iov_len;
        output->first++;
    }
}

void output_end(Output *output)
{
    HttpReply *reply = &output->reply;

    if (reply->release) reply->release(reply->hold);
    reply->release = NULL;
    arena_reset(&output->arena);
    arena_close(&output->stream);
}
