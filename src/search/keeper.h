/* search/keeper.h -- one step of the follower that finds for each published
 * story which others MORE ABOUT shows beside it (search/related.h), and keeps
 * that: whoever makes the page reads ten lines and looks for nothing.
 *
 * It goes behind the index, by a cursor of its own, as far as terms are
 * counted.  A story is looked at again when another version of it is public;
 * what is not public has none kept.  As with the index a step is written only
 * if the cursor still stands where it stood when the step was read.
 *
 * Threads: a Keeper belongs to one thread but for keeper_write, which another
 * may call meanwhile.
 */
#ifndef SEARCH_KEEPER_H
#define SEARCH_KEEPER_H

#include "search/analysis.h"
#include "store/store.h"

#define KEEP_STEP 128 /* changes */

typedef struct Keeper Keeper;
typedef struct KeepStep KeepStep;

/* analyst: to stay. */
Keeper *keeper_open(Analyst *analyst);
void keeper_close(Keeper *keeper);

/* What is to be done next of the changes up to counted; *out is NULL when
 * nothing is.  The step ends with the story during which so much time has gone
 * by.  It lives in the keeper until the next call.  store: STORE_READ or
 * STORE_WRITE, outside of a transaction. */
MUST_USE Err keeper_read(Keeper *keeper, Store *store, int64_t counted,
                         Time at_most, KeepStep **out);

/* Inside a transaction. ERR_CONFLICT: another one has written meanwhile; read
 * anew. */
MUST_USE Err keeper_write(Store *store, Arena *arena, const KeepStep *step);

/* The last change whose story has its related ones kept; as of the last step
 * that was read. */
int64_t keeper_change(const Keeper *keeper);

#endif
