/* search/find.h -- the public stories that answer a query.
 *
 * Newest first every word must match, and the next page begins behind the last
 * doc of this one.  By relevance the newest stories in which all words match
 * are ranked, those in whose headlines they match among them; when these are
 * few, stories that have some of the words follow them (relaxed says so).
 *
 * The store is asked on its public side.  Cost: bounded by FIND_RANKED stories,
 * never by the archive.
 *
 * Threads: a Finder belongs to one thread.
 */
#ifndef SEARCH_FIND_H
#define SEARCH_FIND_H

#include "base/zone.h"
#include "search/query.h"
#include "store/public.h"
#include "text/marked.h"

#define FIND_MAX    100 /* on one page */
#define FIND_PAGES  10  /* by relevance */
#define FIND_RANKED 300
#define FIND_NEWEST INT64_MAX

typedef struct Finder Finder;

typedef struct FindAsk {
    const SearchQuery *query;
    Str language;
    Str section; /* slug: only there; or empty */
    bool by_relevance;
    int64_t before; /* newest first: a doc, or FIND_NEWEST */
    size_t page;    /* by relevance: 0..FIND_PAGES - 1 */
    size_t max;     /* 1..FIND_MAX */
    Time now;
} FindAsk;

typedef struct FoundItem {
    PublicItem item;
    Marked headline,
        snippet; /* what was looked for; the snippet may be empty */
} FoundItem;

typedef struct Found {
    FoundItem *items;
    size_t count;
    bool more;
    int64_t next; /* newest first: the doc before which the next page begins */
    bool relaxed; /* not every word is in each of them */
} Found;

Finder *finder_open(Zone *zone); /* of the agency's days; to stay */
void finder_close(Finder *finder);

/* A query without a word wanted finds nothing: count is 0. */
MUST_USE Err find(Finder *finder, Store *store, Arena *arena,
                  const FindAsk *ask, Found *out);

/* Fills headline and snippet of each. */
MUST_USE Err find_snippets(Finder *finder, Store *store, Arena *arena,
                           const FindAsk *ask, Found *found);

#endif
