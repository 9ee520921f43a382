/* format/article.h -- one saved page of an article.
 *
 * What the page says of itself comes first: JSON-LD NewsArticle (or another
 * kind of Article), then Open Graph and other <meta>, then what the page
 * shows.  The body is found in the page's own tree: each block of text speaks
 * for the elements around it, and the element for which most is said, with
 * those beside it that look the same, is the article (see article_body.h).
 * The picture: article_picture.h.
 *
 * Identity is the page's address (canonical link, og:url, JSON-LD); without
 * one, a digest of the text.  The version is its dateModified in seconds.
 *
 * Threads: any.
 */
#ifndef FORMAT_ARTICLE_H
#define FORMAT_ARTICLE_H

#include "format/read.h"

#define ARTICLE_NODES_MAX 200000 /* of the page's tree */

/* Errors of html_decode and html_read; ERR_TOO_BIG over ARTICLE_NODES_MAX;
 * ERR_INVALID when no headline or no
 * text can be found. */
MUST_USE Err article_read(Arena *arena, Str bytes, const ReadContext *ctx,
                          Item *out, Fault *fault);

#endif
