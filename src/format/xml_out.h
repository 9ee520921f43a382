/* format/xml_out.h -- XML being written: elements and attributes into a Buf.
 *
 *     xml_put_head(&buf);
 *     xml_put_start(&buf, "link");
 *     xml_put_attr(&buf, "rel", S("self"));
 *     xml_put_attr(&buf, "href", url);
 *     xml_put_done(&buf);                       <link rel="self" href="..."/>
 *     xml_put_text(&buf, "title", headline);    <title>...</title>
 *
 * Every text and every value goes through buf_escape; names are the program's
 * own.  Each element that is closed ends its line.  Whether all of it fitted
 * is asked of the Buf at the end.
 *
 * Threads: as the Buf.
 */
#ifndef FORMAT_XML_OUT_H
#define FORMAT_XML_OUT_H

#include "base/buf.h"
#include "base/time.h"

void xml_put_head(Buf *buf); /* <?xml version="1.0" encoding="UTF-8"?> */

void xml_put_start(Buf *buf, const char *name); /* <name */
void xml_put_attr(Buf *buf, const char *name, Str value);
/* Nothing for an empty value. */
void xml_put_attr_some(Buf *buf, const char *name, Str value);
void xml_put_done(Buf *buf);                    /* ends one without content */
void xml_put_into(Buf *buf);                    /* > */
void xml_put_open(Buf *buf, const char *name);  /* <name> and a new line */
void xml_put_close(Buf *buf, const char *name); /* </name> */

/* Text that ends an element begun with xml_put_start. */
void xml_put_content(Buf *buf, const char *name, Str text);

/* <name>text</name>; the _some form writes nothing for an empty text. */
void xml_put_text(Buf *buf, const char *name, Str text);
void xml_put_some(Buf *buf, const char *name, Str text);

/* As RFC 3339; nothing for TIME_NONE. */
void xml_put_time(Buf *buf, const char *name, Time t);

#endif
