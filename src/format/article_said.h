/* format/article_said.h -- what a page says of itself to machines: the article
 * of its JSON-LD, and its <meta> elements.
 *
 * Private to format/article.c.  Lifetime: the page's tree.  Threads: pure.
 */
#ifndef FORMAT_ARTICLE_SAID_H
#define FORMAT_ARTICLE_SAID_H

#include "format/read.h"
#include "text/html.h"
#include "text/json.h"

#define META_MAX 500 /* names; those after are passed over */

typedef struct Meta {
    Str name;
    Str content;
} Meta;

typedef struct Said {
    Arena *arena;
    const HtmlNode *root;
    Str address;          /* by <link> or og:url, or empty */
    const JsonNode *json; /* an article, or NULL */
    Meta *metas;          /* in the order of the page */
    size_t meta_count;
} Said;

Said said_read(Arena *arena, const HtmlNode *root);

/* Whether an address is that of a site's front page. */
bool said_is_home(Str url);

/* A member of the article as one line; sites put references and markup there,
 * which are resolved. */
Str said_line(const Said *said, const char *key);

/* A string, that member of an object, or of the first of a list of either. */
Str said_member(const JsonNode *node, const char *member);

/* The names of a list of persons, or of one. */
Str said_names(const Said *said, const JsonNode *node);

/* The first <meta> of that name (or property, or itemprop); of the first of
 * these names that has one. */
Str said_meta(const Said *said, const char *name);
Str said_first(const Said *said, const char *const *names);

#endif
