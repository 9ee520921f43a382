/* search/rank.h -- how well a story answers a query, by where its words stand.
 *
 * BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009) over
 * the fields headline, deck, the side and the body; query words that follow one
 * another in the story as in the query count as a word more; and the newer one
 * of two stories weighs more.  The numbers come from places alone, so they are
 * the same over every database.
 *
 * Private to the room.  Threads: pure.
 */
#ifndef SEARCH_RANK_H
#define SEARCH_RANK_H

#include "search/analysis.h"
#include "store/index.h"

#define RANK_WORDS 32

/* A word of the query: any of its terms. */
typedef struct RankWord {
    uint32_t places[WORD_TERMS]; /* as index_place */
    size_t count;
    double weight; /* how rare it is */
} RankWord;

/* Words of a query in its order; follows[i]: word i was typed right behind word
 * i - 1. */
typedef struct RankQuery {
    RankWord words[RANK_WORDS];
    bool follows[RANK_WORDS];
    size_t count;
} RankQuery;

/* How rare a word is that so many of all stories have. */
double rank_weight(int64_t stories, int64_t all);

/* age: microseconds since its publication; average: words of a story. */
double rank_doc(const RankQuery *query, const IndexDoc *doc, double average,
                Time age);

/* Whether words from..from + count of the query stand in a row somewhere. */
bool rank_has_phrase(const RankQuery *query, size_t from, size_t count,
                     Str places);

/* Which of the query's words each word of a field is, as bits, in the field's
 * order; into room for max.  How many words the field has. */
size_t rank_field(const RankQuery *query, Str places, int field, uint32_t *met,
                  size_t max);

#endif
