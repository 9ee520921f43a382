/* text/html.h -- HTML from outside, read as a browser reads it, into a light
 * tree.
 *
 * Any bytes make a tree: HTML has no syntax errors.  What is refused is what
 * costs too much: input over HTML_MAX, elements nested deeper than HTML_DEPTH,
 * a tag with more than HTML_ATTRS attributes, tags that multiply into more
 * memory than HTML_MEMORY or more work than HTML_WORK allows.
 *
 *   names    elements and attributes in lower case; SVG and MathML keep theirs
 *   text     character references resolved; comments and doctype left out
 *   script, style, textarea, title: one text child, as it stands
 *
 * Lifetime: the tree and all its text live in the arena given; the source may
 * go.  Threads: any, each with its arena.
 */
#ifndef TEXT_HTML_H
#define TEXT_HTML_H

#include "base/err.h"
#include "base/str.h"
#include "base/time.h"

#define HTML_MAX    ((size_t)4 * 1024 * 1024)  /* bytes of input */
#define HTML_DEPTH  512                        /* elements, one in another */
#define HTML_ATTRS  512                        /* in one tag */
#define HTML_MEMORY ((size_t)96 * 1024 * 1024) /* bytes while parsing */
#define HTML_WORK   (2 * TIME_SECOND)          /* processor time of a parse */

typedef struct HtmlAttr {
    Str name;
    Str value;
} HtmlAttr;

/* An element (name not empty) or a piece of text (name empty). */
typedef struct HtmlNode HtmlNode;
struct HtmlNode {
    Str name;
    Str text;     /* of a piece of text */
    bool foreign; /* an element of SVG or MathML */
    HtmlAttr *attrs;
    size_t attr_count;
    HtmlNode *parent; /* NULL for the root */
    HtmlNode *first;  /* children, in order; NULL when none */
    HtmlNode *last;
    HtmlNode *next; /* the sibling after this one */
};

/* A whole page: *root is its html element.  source is UTF-8; a byte that is
 * not becomes U+FFFD.
 *   ERR_TOO_BIG  over one of the limits above; the fault says which */
MUST_USE Err html_read(Arena *arena, Str source, HtmlNode **root, Fault *fault);

/* A piece of a page, as if set inside body: *root is an element named "body"
 * that has the piece as children.  Errors as html_read. */
MUST_USE Err html_read_fragment(Arena *arena, Str source, HtmlNode **root,
                                Fault *fault);

/* The bytes of a page as UTF-8: by byte order mark, then by charset (from a
 * Content-Type header; empty when unknown), then by the page's own <meta>,
 * then as charset_guess has it, else windows-1252.  *utf8 may be the bytes
 * themselves.
 *   ERR_TOO_BIG      over HTML_MAX
 *   ERR_UNSUPPORTED  charset, header's or page's, is not known */
MUST_USE Err html_decode(Arena *arena, Str bytes, Str charset, Str *utf8,
                         Fault *fault);

/* Walks the tree below root in document order: html_next(root, root) is the
 * first node, NULL comes after the last.  html_next_past leaves out the
 * children of node. */
HtmlNode *html_next(const HtmlNode *root, const HtmlNode *node);
HtmlNode *html_next_past(const HtmlNode *root, const HtmlNode *node);

bool html_is(const HtmlNode *node, const char *name); /* false for NULL */

/* The value of an attribute: empty when it has none or is missing. */
Str html_attr(const HtmlNode *node, const char *name);
bool html_has_attr(const HtmlNode *node, const char *name);

/* The first element below root of that name after `after` (NULL: from the
 * start); NULL when there is none. */
HtmlNode *html_find(const HtmlNode *root, const HtmlNode *after,
                    const char *name);
/* The same by name (NULL: any) and by attribute, whose value is compared
 * without regard to ASCII case (value NULL: any). */
HtmlNode *html_find_attr(const HtmlNode *root, const HtmlNode *after,
                         const char *name, const char *attr, const char *value);

/* The text a reader sees in node: runs of white space as one space, a line
 * for each block, an empty line between paragraphs, <br> as a line break;
 * without script, style, template, noscript and their like. */
Str html_text(Arena *arena, const HtmlNode *node);

#endif
