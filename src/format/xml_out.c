#include "format/xml_out.h"

#include "format/stamp.h"

void xml_put_head(Buf *buf)
{
    buf_puts(buf, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
}

void xml_put_start(Buf *buf, const char *name)
{
    buf_putc(buf, '<');
    buf_puts(buf, str_from(name));
}

void xml_put_attr(Buf *buf, const char *name, Str value)
{
    buf_putc(buf, ' ');
    buf_puts(buf, str_from(name));
    buf_puts(buf, S("=\""));
    buf_escape(buf, value);
    buf_putc(buf, '"');
}

void xml_put_attr_some(Buf *buf, const char *name, Str value)
{
    if (value.len) xml_put_attr(buf, name, value);
}

void xml_put_done(Buf *buf)
{
    buf_puts(buf, S("/>\n"));
}

void xml_put_into(Buf *buf)
{
    buf_putc(buf, '>');
}

void xml_put_open(Buf *buf, const char *name)
{
    xml_put_start(buf, name);
    buf_puts(buf, S(">\n"));
}

void xml_put_close(Buf *buf, const char *name)
{
    buf_puts(buf, S("</"));
    buf_puts(buf, str_from(name));
    buf_puts(buf, S(">\n"));
}

void xml_put_content(Buf *buf, const char *name, Str text)
{
    xml_put_into(buf);
    buf_escape(buf, text);
    xml_put_close(buf, name);
}

void xml_put_text(Buf *buf, const char *name, Str text)
{
    xml_put_start(buf, name);
    xml_put_content(buf, name, text);
}

void xml_put_some(Buf *buf, const char *name, Str text)
{
    if (text.len) xml_put_text(buf, name, text);
}

void xml_put_time(Buf *buf, const char *name, Time t)
{
    Stamp stamp = stamp_of(t);

    xml_put_some(buf, name, stamp_str(&stamp));
}
