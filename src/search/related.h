/* search/related.h -- earlier stories that have to do with one.
 *
 * A story's keys are its tags and the words of its headline, deck and body that
 * tell most: often said here (the headline's above all) and by few others
 * (BM25's weights).  What more than one story in fifty of the language has is
 * no key.  Each key names the newest stories before this one that have it; a
 * story gathers the weights of the keys that name it, and the heaviest are
 * taken, those nearer in time first among equals.  They are shown newest first.
 * Of a chain of updates one is taken, the newest, and none of the story's own
 * chain.
 *
 * Whoever shows them reads what is kept (store/related.h) and asks here only
 * while nothing is.  The store is asked on its public side.  Cost: bounded by
 * the keys, never by the archive.
 *
 * Threads: as the Analyst.
 */
#ifndef SEARCH_RELATED_H
#define SEARCH_RELATED_H

#include "search/analysis.h"
#include "store/index.h"

#define RELATED_MAX 20

/* At most max (1..RELATED_MAX). What the index does not know yet is left out.
 */
MUST_USE Err related(Analyst *analyst, Store *store, Arena *arena,
                     const PublicStory *story, size_t max, PublicList *out);

#endif
