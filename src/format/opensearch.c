#include "format/opensearch.h"

#include "format/shorten.h"
#include "format/xml_out.h"

static void put_url(Buf *buf, const char *type, const char *rel, Str template)
{
    xml_put_start(buf, "Url");
    xml_put_attr(buf, "type", str_from(type));
    xml_put_attr_some(buf, "rel", str_from(rel));
    xml_put_attr(buf, "template", template);
    xml_put_done(buf);
}

static void put_icon(Buf *buf, Str icon)
{
    if (!icon.len) return;
    xml_put_start(buf, "Image");
    xml_put_attr(buf, "width", S("32"));
    xml_put_attr(buf, "height", S("32"));
    xml_put_attr(buf, "type", S("image/png"));
    xml_put_content(buf, "Image", icon);
}

void opensearch_write(Buf *buf, const OpenSearch *search)
{
    xml_put_head(buf);
    xml_put_start(buf, "OpenSearchDescription");
    xml_put_attr(buf, "xmlns", S("http://a9.com/-/spec/opensearch/1.1/"));
    xml_put_into(buf);
    buf_putc(buf, '\n');
    xml_put_text(buf, "ShortName",
                 shorten(buf->arena, search->name, OPENSEARCH_NAME_MAX));
    xml_put_text(buf, "LongName",
                 shorten(buf->arena, search->name, OPENSEARCH_LONG_NAME_MAX));
    xml_put_text(
        buf, "Description",
        shorten(buf->arena, search->description, OPENSEARCH_DESCRIPTION_MAX));
    xml_put_some(buf, "Language", search->language);
    xml_put_text(buf, "InputEncoding", S("UTF-8"));
    xml_put_text(buf, "OutputEncoding", S("UTF-8"));
    put_icon(buf, search->icon);
    put_url(
        buf, "text/html", NULL,
        str_format(buf->arena, "%.*s{searchTerms}", STR_ARG(search->search)));
    if (search->suggest.len)
        put_url(buf, "application/x-suggestions+json", "suggestions",
                str_format(buf->arena, "%.*s{searchTerms}",
                           STR_ARG(search->suggest)));
    if (search->self.len)
        put_url(buf, "application/opensearchdescription+xml", "self",
                search->self);
    xml_put_close(buf, "OpenSearchDescription");
}
