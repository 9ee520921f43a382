#include "net/accesslog.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#define FIELD_MAX ((size_t)2048) /* of one field, as it came */
#define LINE_MAX  (ACCESSLOG_ROOM / 2)

static void put_quoted(Buf *buf, Str text)
{
    text = str_slice(text, 0, FIELD_MAX);
    buf_putc(buf, '"');
    if (!text.ptr) buf_putc(buf, '-');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            buf_printf(buf, "\\x%02X", c);
        else
            buf_putc(buf, (char)c);
    }
    buf_putc(buf, '"');
}

static void put_combined(Buf *buf, Arena *arena, const AccessLine *line)
{
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    Civil c = time_civil(line->at);

    buf_puts(buf, line->peer);
    buf_printf(buf, " - - [%02d/%s/%04d:%02d:%02d:%02d +0000] ", c.day,
               months[c.month - 1], c.year, c.hour, c.minute, c.second);
    put_quoted(buf, line->method.ptr
                        ? str_format(arena, "%.*s %.*s HTTP/1.%d",
                                     STR_ARG(line->method),
                                     STR_ARG(line->target), line->minor)
                        : (Str){0}); /* it was no request */
    if (line->bytes >= 0)
        buf_printf(buf, " %d %lld ", line->status, (long long)line->bytes);
    else
        buf_printf(buf, " %d - ", line->status);
    put_quoted(buf, line->referer);
    buf_putc(buf, ' ');
    put_quoted(buf, line->agent);
    buf_putc(buf, '\n');
}

static void put_field(Buf *buf, Arena *arena, const char *key, Str text)
{
    Buf clean = buf_open(arena, FIELD_MAX * 4);
    Str value;

    utf8_mend(&clean, str_slice(text, 0, FIELD_MAX));
    value = buf_str(&clean);
    buf_printf(buf, ",\"%s\":\"", key);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        if (c < 0x20 || c == 0x7f)
            buf_printf(buf, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            buf_printf(buf, "\\%c", c);
        else
            buf_putc(buf, (char)c);
    }
    buf_putc(buf, '"');
}

static void put_json(Buf *buf, Arena *arena, const AccessLine *line)
{
    Str at = time_rfc3339(arena, line->at);

    buf_printf(buf, "{\"time\":\"%.*s\"", STR_ARG(at));
    put_field(buf, arena, "peer", line->peer);
    put_field(buf, arena, "method", line->method);
    put_field(buf, arena, "target", line->target);
    buf_printf(buf, ",\"status\":%d,\"bytes\":", line->status);
    if (line->bytes >= 0)
        buf_int(buf, line->bytes);
    else
        buf_puts(buf, S("null"));
    put_field(buf, arena, "referer", line->referer);
    put_field(buf, arena, "agent", line->agent);
    buf_puts(buf, S("}\n"));
}

void accesslog_add(AccessLog *log, const AccessLine *line)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, LINE_MAX);
    Str text;

    assert(log->format != SERVER_LOG_OFF);
    if (log->format == SERVER_LOG_JSON)
        put_json(&buf, &arena, line);
    else
        put_combined(&buf, &arena, line);
    if (!buf_end(&buf, &text)) {
        if (!log->lines) log->lines = mem_alloc(ACCESSLOG_ROOM);
        if (log->len + text.len > ACCESSLOG_ROOM) accesslog_flush(log);
        memcpy(log->lines + log->len, text.ptr, text.len);
        log->len += text.len;
    } else {
        log->lost++; /* fields are cut, so a line always fits */
    }
    arena_close(&arena);
}

/* Of a line that is half in the file the other half comes first, once there is
 * room again: else the next line would be glued to it. */
static void keep_cut_line(AccessLog *log, size_t done)
{
    char *rest = log->lines + done;
    char *end;

    log->len -= done;
    if (!done || rest[-1] == '\n') {
        log->len = 0;
        return;
    }
    end = memchr(rest, '\n', log->len);
    log->len = (size_t)(end - rest) + 1;
    memmove(log->lines, rest, log->len);
}

void accesslog_flush(AccessLog *log)
{
    size_t done = 0;

    while (done < log->len) {
        ssize_t n = write(log->fd, log->lines + done, log->len - done);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            log->lost++;
            keep_cut_line(log, done);
            return;
        }
        done += (size_t)n;
    }
    log->len = 0;
}

void accesslog_close(AccessLog *log)
{
    accesslog_flush(log);
    mem_free(log->lines);
    log->lines = NULL;
}
