#include "text/marked.h"

#include "base/buf.h"

static void put(Buf *buf, Str text)
{
    size_t from = 0;

    for (size_t i = 0; i <= text.len; i++) {
        bool space = i < text.len && (uint8_t)text.ptr[i] <= ' ';

        if (i < text.len && !space) continue;
        buf_escape(buf, str_slice(text, from, i));
        if (space &&
            (i == from || i + 1 == text.len || (uint8_t)text.ptr[i + 1] > ' '))
            if (buf->len && buf->ptr[buf->len - 1] != ' ') buf_putc(buf, ' ');
        from = i + 1;
    }
}

Html html_marked(Arena *arena, const Marked *marked)
{
    Str text = marked->text;
    Buf buf = buf_open(arena, text.len * 6 + marked->count * 16 + 64);
    size_t at = 0;

    if (marked->cut_before) buf_puts(&buf, S("… "));
    for (size_t i = 0; i < marked->count; i++) {
        TextRange range = marked->ranges[i];

        put(&buf, str_slice(text, at, range.at));
        buf_puts(&buf, S("<mark>"));
        put(&buf, str_slice(text, range.at, range.at + range.len));
        buf_puts(&buf, S("</mark>"));
        at = range.at + range.len;
    }
    put(&buf, str_skip(text, at));
    if (marked->cut_after) buf_puts(&buf, S(" …"));
    return (Html){buf_str(&buf)};
}
