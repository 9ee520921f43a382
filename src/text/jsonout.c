#include "text/jsonout.h"

#include <assert.h>
#include <math.h>

#include "base/utf8.h"

JsonOut json_out(Buf *buf)
{
    return (JsonOut){.buf = buf};
}

static bool in_object(const JsonOut *out)
{
    return out->depth && out->object >> (out->depth - 1) & 1;
}

/* The comma before a value or a key. */
static void separate(JsonOut *out)
{
    uint64_t bit;

    if (!out->depth) return;
    bit = (uint64_t)1 << (out->depth - 1);
    if (out->filled & bit) buf_putc(out->buf, ',');
    out->filled |= bit;
}

static void begin_value(JsonOut *out)
{
    assert(out->keyed == in_object(out));
    if (!out->keyed) separate(out);
    out->keyed = false;
}

static void begin_list(JsonOut *out, bool object)
{
    uint64_t bit;

    begin_value(out);
    assert(out->depth < JSON_DEPTH);
    bit = (uint64_t)1 << out->depth++;
    out->object = object ? out->object | bit : out->object & ~bit;
    out->filled &= ~bit;
    buf_putc(out->buf, object ? '{' : '[');
}

void json_put_object(JsonOut *out)
{
    begin_list(out, true);
}

void json_put_array(JsonOut *out)
{
    begin_list(out, false);
}

void json_put_end(JsonOut *out)
{
    assert(out->depth > 0 && !out->keyed);
    buf_putc(out->buf, in_object(out) ? '}' : ']');
    out->depth--;
}

void json_put_key_str(JsonOut *out, Str key)
{
    assert(in_object(out) && !out->keyed);
    separate(out);
    json_quote(out->buf, key);
    buf_putc(out->buf, ':');
    out->keyed = true;
}

void json_put_key(JsonOut *out, const char *key)
{
    json_put_key_str(out, str_from(key));
}

static bool needs_escape(char byte)
{
    unsigned char c = (unsigned char)byte;

    return c < 0x20 || c >= 0x7F || c == '"' || c == '\\' || c == '<' ||
           c == '>' || c == '&';
}

static void put_escaped(Buf *buf, uint32_t c)
{
    switch (c) {
    case '"': buf_puts(buf, S("\\\"")); break;
    case '\\': buf_puts(buf, S("\\\\")); break;
    case '\n': buf_puts(buf, S("\\n")); break;
    case '\r': buf_puts(buf, S("\\r")); break;
    case '\t': buf_puts(buf, S("\\t")); break;
    default: buf_printf(buf, "\\u%04x", (unsigned)c);
    }
}

static bool is_markup(uint32_t c)
{
    return c == '<' || c == '>' || c == '&';
}

static void quote(Buf *buf, Str text, bool markup)
{
    buf_putc(buf, '"');
    while (text.len) {
        size_t n = 0;
        uint32_t c;
        Str before;

        while (n < text.len && !needs_escape(text.ptr[n]))
            n++;
        buf_puts(buf, str_slice(text, 0, n));
        text = str_skip(text, n);
        if (!text.len) break;
        before = text;
        c = utf8_take(&text);
        if (markup && is_markup(c))
            buf_putc(buf, (char)c);
        else if (c < 0x80 || c == 0x2028 || c == 0x2029)
            put_escaped(buf, c);
        else if (before.len - text.len == 1)
            buf_utf8(buf, 0xFFFD);
        else
            buf_puts(buf, str_slice(before, 0, before.len - text.len));
    }
    buf_putc(buf, '"');
}

void json_quote(Buf *buf, Str text)
{
    quote(buf, text, false);
}

void json_put_str(JsonOut *out, Str value)
{
    begin_value(out);
    json_quote(out->buf, value);
}

void json_put_markup(JsonOut *out, Str value)
{
    begin_value(out);
    quote(out->buf, value, true);
}

void json_put_int(JsonOut *out, int64_t value)
{
    begin_value(out);
    buf_int(out->buf, value);
}

void json_put_double(JsonOut *out, double value)
{
    if (!isfinite(value)) {
        json_put_null(out);
        return;
    }
    begin_value(out);
    buf_printf(out->buf, "%.17g", value);
}

void json_put_raw(JsonOut *out, Str json)
{
    begin_value(out);
    buf_puts(out->buf, json);
}

void json_put_bool(JsonOut *out, bool value)
{
    json_put_raw(out, value ? S("true") : S("false"));
}

void json_put_null(JsonOut *out)
{
    json_put_raw(out, S("null"));
}

void json_pair_str(JsonOut *out, const char *key, Str value)
{
    json_put_key(out, key);
    json_put_str(out, value);
}

void json_pair_some(JsonOut *out, const char *key, Str value)
{
    if (value.len) json_pair_str(out, key, value);
}

void json_pair_int(JsonOut *out, const char *key, int64_t value)
{
    json_put_key(out, key);
    json_put_int(out, value);
}

void json_pair_bool(JsonOut *out, const char *key, bool value)
{
    json_put_key(out, key);
    json_put_bool(out, value);
}
