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

/* Whether all text below node is at most max bytes; looks no further. */
bool article_is_short(const HtmlNode *node, size_t max);

#endif
