/* Markdown by libcmark, written as HTML here and sanitised.
 *
 * Of the parsers in Debian 12 libcmark (0.30.2) is the one that a hostile file
 * neither breaks nor holds up.  md4c (0.4.8) reads past the end of its input
 * (its fuzzing here took a minute to show it), and cmark-gfm (0.29.0.gfm.6)
 * takes seconds and gigabytes for a megabyte of table rows.  So: CommonMark,
 * without tables.
 */
#include "text/markdown.h"

#include <cmark.h>

#include "base/buf.h"

typedef struct Render {
    Buf buf;
    int images; /* open: what is in them is text of no body */
} Render;

static Str name_of(cmark_node *node)
{
    static const Str headings[] = {S_INIT("h1"), S_INIT("h2"), S_INIT("h3"),
                                   S_INIT("h4"), S_INIT("h5"), S_INIT("h6")};

    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_BLOCK_QUOTE: return S("blockquote");
    case CMARK_NODE_LIST:
        return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? S("ol")
                                                                    : S("ul");
    case CMARK_NODE_ITEM: return S("li");
    case CMARK_NODE_HEADING:
        return headings[cmark_node_get_heading_level(node) - 1];
    case CMARK_NODE_EMPH: return S("em");
    case CMARK_NODE_STRONG: return S("strong");
    case CMARK_NODE_LINK: return S("a");
    default: return (Str){0};
    }
}

static bool in_tight_list(cmark_node *paragraph)
{
    cmark_node *list = cmark_node_parent(cmark_node_parent(paragraph));

    return list && cmark_node_get_type(list) == CMARK_NODE_LIST &&
           cmark_node_get_list_tight(list);
}

static void put_start(Buf *buf, Str name, cmark_node *node)
{
    buf_printf(buf, "<%.*s", STR_ARG(name));
    if (str_eq(name, S("ol")))
        buf_printf(buf, " start=\"%d\"", cmark_node_get_list_start(node));
    if (str_eq(name, S("a"))) {
        buf_puts(buf, S(" href=\""));
        buf_escape(buf, str_from(cmark_node_get_url(node)));
        buf_putc(buf, '"');
    }
    buf_putc(buf, '>');
}

static void put_between(Buf *buf, const char *start, cmark_node *node,
                        const char *end)
{
    buf_puts(buf, str_from(start));
    buf_escape(buf, str_from(cmark_node_get_literal(node)));
    buf_puts(buf, str_from(end));
}

static void enter(Render *r, cmark_node *node)
{
    Str name = name_of(node);

    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        if (!in_tight_list(node)) buf_puts(&r->buf, S("<p>"));
        break;
    case CMARK_NODE_THEMATIC_BREAK: buf_puts(&r->buf, S("<hr>")); break;
    case CMARK_NODE_LINEBREAK: buf_puts(&r->buf, S("<br>")); break;
    case CMARK_NODE_SOFTBREAK: buf_putc(&r->buf, '\n'); break;
    case CMARK_NODE_TEXT:
    case CMARK_NODE_HTML_INLINE: put_between(&r->buf, "", node, ""); break;
    case CMARK_NODE_CODE:
        put_between(&r->buf, "<code>", node, "</code>");
        break;
    case CMARK_NODE_CODE_BLOCK:
        put_between(&r->buf, "<pre><code>", node, "</code></pre>");
        break;
    case CMARK_NODE_HTML_BLOCK:
        put_between(&r->buf, "<p>", node, "</p>");
        break;
    default:
        if (name.len) put_start(&r->buf, name, node);
    }
}

static void leave(Render *r, cmark_node *node)
{
    Str name = name_of(node);

    if (cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH)
        /* also where a tight item's text meets what comes next */
        buf_puts(&r->buf, in_tight_list(node) ? S("\n") : S("</p>\n"));
    if (name.len) buf_printf(&r->buf, "</%.*s>", STR_ARG(name));
}

static void render(Render *r, cmark_node *document)
{
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE &&
           !r->buf.failed) {
        cmark_node *node = cmark_iter_get_node(iter);

        if (cmark_node_get_type(node) == CMARK_NODE_IMAGE)
            r->images += event == CMARK_EVENT_ENTER ? 1 : -1;
        else if (r->images)
            continue;
        else if (event == CMARK_EVENT_ENTER)
            enter(r, node);
        else
            leave(r, node);
    }
    cmark_iter_free(iter);
}

Err markdown_read(Arena *arena, Str source, const SanitizeRules *rules,
                  size_t max, Html *out, Fault *fault)
{
    Arena scratch;
    Render r = {0};
    cmark_node *document;
    HtmlNode *root;
    Str html;
    Err err;

    if (source.len > max)
        return fault_set(fault, ERR_TOO_BIG,
                         "the Markdown has %zu bytes; at most %zu are read",
                         source.len, max);
    document = cmark_parse_document(source.len ? source.ptr : "", source.len,
                                    CMARK_OPT_VALIDATE_UTF8);
    scratch = arena_open();
    /* Markup may be longer than what the sanitiser leaves of it. */
    r.buf = buf_open(&scratch, HTML_MAX);
    render(&r, document);
    cmark_node_free(document);
    if (buf_end(&r.buf, &html)) {
        err = fault_set(fault, ERR_TOO_BIG,
                        "the Markdown makes more than %zu bytes of HTML",
                        HTML_MAX);
    } else {
        err = html_read_fragment(&scratch, html, &root, fault);
        if (!err) err = sanitize_tree(arena, root, rules, max, out, fault);
    }
    arena_close(&scratch);
    return err;
}
