/* text/sanitize.h -- from any HTML to the body of a story: a small, semantic
 * subset, always written anew.
 *
 * What comes out (a table of it stands in sanitize.c):
 *   blocks   p h2 h3 h4 ul ol[start] li blockquote pre hr figure figcaption
 *            dl dt dd table caption thead tbody tr th td[colspan rowspan scope]
 *   inlines  a[href] em strong q cite code sub sup small s del ins
 *            abbr[title] time[datetime] br
 *   on all   dir, lang
 * h1 becomes h2, h5 and h6 h4, b strong, i em, and so on; an element that is
 * not known gives its content; script, style, svg, math, iframe, object, form
 * controls and their like are dropped with all they hold, and so are pictures:
 * a picture of a story is not part of its body.
 *
 * What always holds of the output:
 *   - a browser parses it to the tree that was meant, and sanitising it again
 *     gives the same bytes;
 *   - every tag but br and hr is closed, every attribute is quoted, only & < >
 *     (and " in attributes) are escaped: it is XML but for <br> and <hr>;
 *   - text stands in a block; inlines never hold blocks; no empty blocks but
 *     table cells; white space collapsed but in pre; <br><br> parts paragraphs;
 *   - links are http, https, mailto or relative, see url_is_safe_link.  They
 *     carry no rel: the body is the same on the site and on the wire, and who
 *     shows it decides.
 *
 * Threads: any.  Results live in the arena given.
 */
#ifndef TEXT_SANITIZE_H
#define TEXT_SANITIZE_H

#include "base/err.h"
#include "base/str.h"
#include "text/html.h"

#define SANITIZE_MAX ((size_t)1024 * 1024) /* bytes of a body */

typedef struct SanitizeRules {
    Str base;      /* absolute URL that relative links are resolved against;
                    * empty: they stay relative */
    bool no_links; /* links give their text only */
} SanitizeRules;

/* html, UTF-8, of at most max bytes in and out; rules may be NULL.
 *   ERR_TOO_BIG  over max, or over the limits of html.h */
MUST_USE Err sanitize(Arena *arena, Str html, const SanitizeRules *rules,
                      size_t max, Html *out, Fault *fault);

/* The same from a tree that is read already (what is below root). */
MUST_USE Err sanitize_tree(Arena *arena, const HtmlNode *root,
                           const SanitizeRules *rules, size_t max, Html *out,
                           Fault *fault);

/* Plain text as a body: an empty line parts paragraphs, a line break inside
 * one is a space; everything is escaped. Same promises as above. */
Html html_from_text(Arena *arena, Str text);

/* The body as plain text: a line for each block, an empty line between
 * paragraphs, "- " before list items, a tab between cells. */
Str html_plain(Arena *arena, Html body);

/* How many words a reader reads, for the reading time. A word is a run
 * without space that has a letter or digit; of scripts that write without
 * spaces two characters (Chinese, Japanese) or five (Thai, Lao, Khmer,
 * Burmese) count as one. */
size_t html_words(Html body);
size_t text_words(Str text);

#endif
