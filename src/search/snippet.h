/* search/snippet.h -- the piece of a text that shows best why it was found.
 *
 * Where the index holds that very text, its places say which words the query's
 * may be, and only these are analysed: a dictionary takes longer for a page of
 * stories than finding them.  What is marked is the same without places.
 *
 * Private to the room.  Threads: as the Analyst.
 */
#ifndef SEARCH_SNIPPET_H
#define SEARCH_SNIPPET_H

#include "search/rank.h"
#include "text/marked.h"

#define SNIPPET_WORDS 34   /* shown */
#define SNIPPET_READ  3000 /* words of a text that are looked at */

/* A field of a story. */
typedef struct SnippetText {
    Str language, text;
    Str places; /* of the whole story (store/index.h); empty: not known */
    int field;  /* FIELD_... (search/docs.h) */
} SnippetText;

/* The whole text with the query's words marked. */
Marked snippet_whole(Analyst *analyst, Arena *arena, const SnippetText *text,
                     const RankQuery *query);

/* The stretch of SNIPPET_WORDS words with the most, and the rarest, of the
 * query's words; from the text's beginning when it has none.  *met: whether it
 * has any. */
Marked snippet_best(Analyst *analyst, Arena *arena, const SnippetText *text,
                    const RankQuery *query, bool *met);

#endif
