/* web/visit.h -- one request to the public site while it is answered.
 *
 * Threads: its serving thread's.
 */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "web/site.h"

#define YEAR_S ((int64_t)365 * 24 * 3600)

typedef struct Visit {
    SiteThread *thread;
    const HttpRequest *request;
    Arena *arena;
    HttpReply *reply;
    Str accepts; /* codings */
    Coding coding;
    size_t language;      /* of notices, until the path has said */
    Cursor before, after; /* of a list; number 0 and at 0: none */
    bool lost;            /* there is one, and it cannot be read */
} Visit;

/* Whether the request knows what has this tag. */
bool visit_has_tag(const Visit *visit, Str etag);

/* "max-age=86400, s-maxage=5": a file that changes only when it is taken away
 * may be kept so long, and by a cache in front that is not told of that for no
 * longer than a page. */
Str visit_max_age(const Visit *visit, int64_t age_s);

/* text: UTF-8, kept until it is sent. */
void visit_plain(Visit *visit, int status, const char *text);

/* The same, which may be asked again after so many seconds. */
void visit_plain_again(Visit *visit, int status, const char *text, int after_s);

#endif
