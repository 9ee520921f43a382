#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Buf buf_open(Arena *arena, size_t max)
{
    assert(max > 0);
    return (Buf){.arena = arena, .max = max};
}

static bool make_room(Buf *buf, size_t more)
{
    size_t need;
    size_t room;

    if (buf->failed) return false;
    if (more > buf->max || buf->len > buf->max - more) {
        buf->failed = true;
        return false;
    }
    need = buf->len + more;
    if (need <= buf->room) return true;
    room = buf->room ? buf->room * 2 : 256;
    while (room < need)
        room *= 2;
    buf->ptr = arena_grow(buf->arena, buf->ptr, buf->room, room);
    buf->room = room;
    return true;
}

char *buf_reserve(Buf *buf, size_t size)
{
    char *place;

    if (!make_room(buf, size)) return NULL;
    place = buf->ptr + buf->len;
    buf->len += size;
    return place;
}

void buf_puts(Buf *buf, Str s)
{
    char *place;

    if (!s.len) return;
    place = buf_reserve(buf, s.len);
    if (place) memcpy(place, s.ptr, s.len);
}

void buf_putc(Buf *buf, char c)
{
    buf_puts(buf, (Str){&c, 1});
}

void buf_int(Buf *buf, int64_t value)
{
    buf_printf(buf, "%lld", (long long)value);
}

void buf_printf(Buf *buf, const char *format, ...)
{
    char small[512];
    va_list args;
    va_list again;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len >= 0 && (size_t)len < sizeof small) {
        buf_puts(buf, (Str){small, (size_t)len});
    } else if (len >= 0 && make_room(buf, (size_t)len + 1)) {
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

void buf_utf8(Buf *buf, uint32_t c)
{
    char bytes[4];
    size_t n = 0;

    if (c < 0x80) {
        bytes[n++] = (char)c;
    } else if (c < 0x800) {
        bytes[n++] = (char)(0xC0 | c >> 6);
        bytes[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        bytes[n++] = (char)(0xE0 | c >> 12);
        bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        bytes[n++] = (char)(0xF0 | c >> 18);
        bytes[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[n++] = (char)(0x80 | (c & 0x3F));
    }
    buf_puts(buf, (Str){bytes, n});
}

static Str entity(char c)
{
    switch (c) {
    case '&': return S("&amp;");
    case '<': return S("&lt;");
    case '>': return S("&gt;");
    case '"': return S("&quot;");
    case '\'': return S("&#39;");
    default: return (Str){0};
    }
}

static bool is_plain(unsigned char c)
{
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c != '&' && c != '<' && c != '>' && c != '"' && c != '\'' &&
           c != 0x7F && c != 0xEF;
}

/* U+FFFE and U+FFFF, which XML 1.0 does not allow even as references. */
static bool is_no_character(Str text, size_t i)
{
    return text.len - i >= 3 && (unsigned char)text.ptr[i] == 0xEF &&
           (unsigned char)text.ptr[i + 1] == 0xBF &&
           (unsigned char)text.ptr[i + 2] >= 0xBE;
}

void buf_escape(Buf *buf, Str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        bool none = false;

        if (is_plain((unsigned char)text.ptr[i])) continue;
        if ((unsigned char)text.ptr[i] == 0xEF) {
            none = is_no_character(text, i);
            if (!none) continue;
        }
        buf_puts(buf, str_slice(text, from, i));
        buf_puts(buf, entity(text.ptr[i]));
        if (none) i += 2;
        from = i + 1;
    }
    buf_puts(buf, str_skip(text, from));
}

Str buf_str(const Buf *buf)
{
    return (Str){buf->ptr, buf->len};
}

void buf_cut(Buf *buf, size_t len)
{
    assert(len <= buf->len);
    buf->len = len;
}

Err buf_end(const Buf *buf, Str *out)
{
    if (buf->failed) return ERR_TOO_BIG;
    *out = buf_str(buf);
    return ERR_OK;
}
