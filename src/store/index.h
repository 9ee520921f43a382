/* store/index.h -- the full-text index as tables: which stories have a term,
 * newest first, and where in a story it stands.
 *
 * What a term is the store does not know: search/analysis.h makes them.  A doc
 * is a story that is in the index, by a number in the order of publication: the
 * second of it (index_doc); where another story has that, the next free one
 * before it.  So a page of hits is read without sorting, and a span of time is
 * a span of docs.
 *
 *   places  the story's words in their order, three bytes each, the lowest
 *           first: 23 bits of a hash of a term, and INDEX_SAME when it is
 *           another term of the same word; INDEX_END ends a field
 *
 * The follower of search/ writes, all inside a transaction.  Whoever asks may
 * do so on the public side: hits are joined with what is public now, so that
 * one that was taken back since is none.
 *
 * Threads: as the Store.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "store/public.h"

#define INDEX_EVERY S("*") /* the term that every doc has */

#define INDEX_MAX  1000 /* hits of one question */
#define INDEX_END  0u
#define INDEX_SAME 0x800000u

#define INDEX_FOLLOWER S("search")
#define TERMS_FOLLOWER S("search-terms")

/* Of a time of publication; and the first doc of the next second. */
static inline int64_t index_doc(Time at)
{
    return (at - TIME_MIN) / TIME_SECOND;
}

/* The entry of a term in places: never INDEX_END. */
uint32_t index_place(Str term);

/* ---- asking ---- */

/* One of these terms. */
typedef struct IndexAny {
    const Str *terms;
    size_t count; /* 1.. */
} IndexAny;

/* Docs that have a term of each of all, and none of those of none. */
typedef struct IndexQuery {
    const IndexAny *all;
    size_t all_count; /* 1.. */
    const IndexAny *none;
    size_t none_count;
} IndexQuery;

/* since <= doc < before; the newest max (1..INDEX_MAX) of them. */
typedef struct IndexSpan {
    int64_t before, since;
    size_t max;
} IndexSpan;

typedef struct IndexItem {
    int64_t doc;
    PublicItem item;
} IndexItem;

typedef struct IndexItems {
    IndexItem *items;
    size_t count;
} IndexItems;

typedef struct IndexDoc {
    int64_t doc;
    StoryId story;
    int32_t version;
    int32_t words;
    Str places;
} IndexDoc;

typedef struct IndexDocs {
    IndexDoc *items;
    size_t count;
} IndexDocs;

/* Newest first. */
MUST_USE Err index_items(Store *store, Arena *arena, const IndexQuery *query,
                         IndexSpan span, IndexItems *out);

/* The same with places and without lines (and version 0). */
MUST_USE Err index_docs(Store *store, Arena *arena, const IndexQuery *query,
                        IndexSpan span, IndexDocs *out);

/* What the index has of a story. ERR_NOT_FOUND */
MUST_USE Err index_of_story(Store *store, Arena *arena, StoryId story,
                            IndexDoc *out);

/* The body of a public story, to show a piece of it, and what the index has of
 * the story, which may be of another version. */
typedef struct IndexBody {
    bool there; /* the story is public; else all is empty */
    Html body;
    int32_t indexed; /* the version of the index; 0: it has none */
    Str places;      /* of that version */
} IndexBody;

/* In the order of stories, into room for count. */
MUST_USE Err index_bodies(Store *store, Arena *arena, const StoryId *stories,
                          size_t count, IndexBody *out);

/* A term, and how many stories have it (index_counts). */
typedef struct IndexTerm {
    Str term;
    int64_t stories;
} IndexTerm;

typedef struct IndexNamed {
    size_t term; /* which */
    int64_t doc;
} IndexNamed;

/* Of each of the terms the newest docs, span.max of them, where a server would
 * have to look farther back than expected at least half as many; into room for
 * span.max of each, in no order. */
MUST_USE Err index_named(Store *store, Arena *arena, const IndexTerm *terms,
                         size_t term_count, IndexSpan span, IndexNamed *out,
                         size_t *count);

/* The line of a doc's story, and the number of what it follows or 0. */
typedef struct IndexLine {
    bool there; /* the story is public */
    PublicItem item;
    int64_t follows;
} IndexLine;

/* Into room for count. */
MUST_USE Err index_lines(Store *store, Arena *arena, const int64_t *docs,
                         size_t count, IndexLine *out);

/* How many stories were published with each of the terms, some of late not
 * counted; into room for count. */
MUST_USE Err index_counts(Store *store, Arena *arena, const Str *terms,
                          size_t count, int64_t *out);
MUST_USE Err index_count(Store *store, Str term, int64_t *out);

/* Terms that begin like that, those of most stories first; at most max. */
MUST_USE Err index_terms_like(Store *store, Arena *arena, Str beginning,
                              size_t max, StrList *out);

/* The language's tags of public stories whose slugs begin like that, likewise,
 * with their names. */
MUST_USE Err index_tags_like(Store *store, Arena *arena, Str language,
                             Str beginning, size_t max, TagList *out);

/* ---- writing ---- */

/* A story's words; one whose story is in the index is a caller's bug. */
typedef struct IndexWords {
    StoryId story;
    int64_t doc; /* from index_spot */
    int32_t version;
    Time at;
    StrList terms; /* each once */
    int32_t words;
    Str places;
} IndexWords;

MUST_USE Err index_put(Store *store, Arena *arena, const IndexWords *words);

/* The doc for a story of that second: wanted when it is free, else the next
 * free one before it. Asked for many before the first of them is put, it costs
 * a server less. */
MUST_USE Err index_spot(Store *store, int64_t wanted, int64_t *doc);

/* terms: the same that were put. */
MUST_USE Err index_drop(Store *store, Arena *arena, int64_t doc, StrList terms);

/* So many more stories were published with the term. */
MUST_USE Err index_counted(Store *store, Str term, int64_t stories);

/* By which analysis the index was made; empty: there is none yet. */
MUST_USE Err index_identity(Store *store, Arena *arena, Str *out);

/* Empties it, to be made anew by that one; all cursors stand at 0. In two
 * steps, each a transaction of its own, while index_identity says another: the
 * docs (then there is none), and the counts. Who searches holds one table and
 * wants the other, and so would who empties both: neither would go on. */
MUST_USE Err index_clear(Store *store, Arena *arena, Str identity);

#endif
