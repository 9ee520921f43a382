/* body_rules.h -- the promises of text/sanitize.h, checked on one body. All of
 * it stands here, so that fuzz targets and unit tests may include it.
 */
#ifndef FUZZ_BODY_RULES_H
#define FUZZ_BODY_RULES_H

#include "base/utf8.h"
#include "must.h"
#include "text/sanitize.h"
#include "text/xml.h"

static inline bool is_void(const HtmlNode *node)
{
    return html_is(node, "br") || html_is(node, "hr");
}

static inline void put_text(Buf *buf, Str s, bool quoted)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '&': buf_puts(buf, S("&amp;")); break;
        case '<': buf_puts(buf, S("&lt;")); break;
        case '>': buf_puts(buf, S("&gt;")); break;
        case '"': buf_puts(buf, quoted ? S("&quot;") : S("\"")); break;
        default: buf_putc(buf, s.ptr[i]);
        }
    }
}

static inline void put_tree(Buf *buf, const HtmlNode *node)
{
    for (node = node->first; node; node = node->next) {
        if (!node->name.len) {
            put_text(buf, node->text, false);
            continue;
        }
        buf_printf(buf, "<%.*s", STR_ARG(node->name));
        for (size_t i = 0; i < node->attr_count; i++) {
            buf_printf(buf, " %.*s=\"", STR_ARG(node->attrs[i].name));
            put_text(buf, node->attrs[i].value, true);
            buf_putc(buf, '"');
        }
        buf_putc(buf, '>');
        if (is_void(node)) continue;
        put_tree(buf, node);
        buf_printf(buf, "</%.*s>", STR_ARG(node->name));
    }
}

/* <body>...</body> with <br/> and <hr/>. */
static inline Str as_xml(Arena *arena, Str markup)
{
    Buf buf = buf_open(arena, markup.len * 2 + 64);

    buf_puts(&buf, S("<body>"));
    while (markup.len) {
        if (str_starts(markup, S("<br>")) || str_starts(markup, S("<hr>"))) {
            buf_puts(&buf, str_slice(markup, 0, 3));
            buf_puts(&buf, S("/>"));
            markup = str_skip(markup, 4);
        } else {
            buf_putc(&buf, markup.ptr[0]);
            markup = str_skip(markup, 1);
        }
    }
    buf_puts(&buf, S("</body>"));
    return buf_str(&buf);
}

/* Aborts when body breaks a promise; scratch takes what that needs. */
static inline void body_rules_hold(Arena *scratch, Html body)
{
    Buf buf = buf_open(scratch, body.markup.len * 6 + 64);
    Html again = {0};
    HtmlNode *root = NULL;
    XmlNode *xml = NULL;

    MUST(utf8_bad(body.markup) < 0);

    /* A parser sees what was meant: written as a tree it is the same. */
    MUST(!html_read_fragment(scratch, body.markup, &root, NULL));
    put_tree(&buf, root);
    MUST(str_eq(buf_str(&buf), body.markup));

    MUST(!sanitize_tree(scratch, root, NULL, SANITIZE_MAX * 8, &again, NULL));
    MUST(str_eq(again.markup, body.markup));

    MUST(!xml_read(scratch, as_xml(scratch, body.markup), SANITIZE_MAX * 16,
                   XML_STRICT, S(""), &xml, NULL));
    html_plain(scratch, body);
    html_words(body);
}

#endif
