/* search/query.h -- what a reader types, read.
 *
 *     ukraine grain            both words
 *     "black sea" -oil         the phrase, and not that word
 *     tag:nato section:world author:"Jane Doe"
 *     from:2026-01 to:14.04.2026
 *
 * Whatever is typed gives a query: what cannot be understood is left out and
 * told in notes.  A word with a colon that is none of the above is words.
 *
 * Limits: QUERY_BYTES are read, QUERY_PARTS kept; the rest is noted.
 *
 * Lifetime: texts point into the input.  Threads: pure.
 */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "base/time.h"

#define QUERY_BYTES ((size_t)1000)
#define QUERY_PARTS 24

/* name, what it is called in a query */
#define QUERY_FIELDS(X)                                                        \
    X(TAG, "tag")                                                              \
    X(SECTION, "section")                                                      \
    X(AUTHOR, "author")                                                        \
    X(FROM, "from")                                                            \
    X(TO, "to")

typedef enum PartKind {
    PART_WORDS,
#define X(name, word) PART_##name,
    QUERY_FIELDS(X)
#undef X
} PartKind;

typedef struct QueryPart {
    PartKind kind; /* never PART_FROM or PART_TO */
    Str text;
    bool without;
    bool phrase; /* it stood in quotes */
} QueryPart;

typedef enum NoteKind {
    NOTE_DATE,    /* about is no date */
    NOTE_EMPTY,   /* nothing stands behind about ("tag:") */
    NOTE_QUOTE,   /* a quote was not closed: about is all of it */
    NOTE_LONG,    /* what comes from about on was left out */
    NOTE_WITHOUT, /* only what is not wanted was said */
} NoteKind;

typedef struct QueryNote {
    NoteKind kind;
    Str about;
} QueryNote;

typedef struct SearchQuery {
    QueryPart parts[QUERY_PARTS];
    size_t part_count;
    bool has_from, has_to;
    Civil from, to; /* days: the first that is wanted, the first that is not */
    QueryNote notes[QUERY_PARTS];
    size_t note_count;
} SearchQuery;

/* text is UTF-8. */
void query_read(Str text, SearchQuery *out);

#endif
