/* search/snippet.h -- the piece of a text that shows best why it was found.
 *
 * Private to the room.  Threads: as the Analyst.
 */
#ifndef SEARCH_SNIPPET_H
#define SEARCH_SNIPPET_H

#include "search/rank.h"
#include "text/marked.h"

#define SNIPPET_WORDS 34   /* shown */
#define SNIPPET_READ  3000 /* words of a text that are looked at */

/* The whole text with the query's words marked. */
Marked snippet_whole(Analyst *analyst, Arena *arena, Str language, Str text,
                     const RankQuery *query);

/* The stretch of SNIPPET_WORDS words with the most, and the rarest, of the
 * query's words; from the text's beginning when it has none.  *met: whether it
 * has any. */
Marked snippet_best(Analyst *analyst, Arena *arena, Str language, Str text,
                    const RankQuery *query, bool *met);

#endif
