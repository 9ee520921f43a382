/* format/article_body.h -- where on a page the article stands.
 *
 * Private to format/article.c; how it is found is told in article_body.c.
 *
 * Threads: any.
 */
#ifndef FORMAT_ARTICLE_BODY_H
#define FORMAT_ARTICLE_BODY_H

#include "text/html.h"

/* The element that holds the article and little else: a new "body" whose
 * children are taken out of the page; what is not text of the article has
 * become <template>, which nothing shows.  NULL when there is nothing like an
 * article.  title: the headline, which is left out where it stands again.
 * The tree below root is altered. */
HtmlNode *article_body(Arena *arena, HtmlNode *root, Str title);

/* The line that node shows, when that is less than max bytes and all text below
 * it, with space and what is hidden, at most raw; else empty.
 * No text is made of what is longer, and *looks counts the nodes looked at, of
 * one page: over ARTICLE_LOOKS no line is short.  A page may have as many names
 * of authors as it likes, one in another. */
#define ARTICLE_LOOKS 1000000
#define BYLINE_MAX    100
#define BYLINE_RAW    2000
Str article_line(Arena *arena, const HtmlNode *node, size_t max, size_t raw,
                 size_t *looks);

#endif
