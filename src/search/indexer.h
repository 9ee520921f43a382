/* search/indexer.h -- one step of the follower that keeps the full-text index:
 * reads what was committed, makes what is to be written, writes it.
 *
 * Reading and making take long (words, dictionaries) and need no lock; writing
 * is short and stands inside a transaction of whoever writes.  A step writes
 * only if the cursor still stands where it stood when the step was read: then
 * no other follower was at it.
 *
 * Threads: an Indexer belongs to one thread but for indexer_write, which
 * another may call meanwhile.
 */
#ifndef SEARCH_INDEXER_H
#define SEARCH_INDEXER_H

#include "search/analysis.h"
#include "store/index.h"

#define INDEX_STEP 128 /* changes */

typedef struct Indexer Indexer;
typedef struct IndexStep IndexStep;

/* languages: of the site, whose analysis makes the index; to stay. */
Indexer *indexer_open(const Str *languages, size_t count);
/* Opens what its languages need (a dictionary takes a quarter of a second, and
 * is the process's), before a reader waits for it. */
void indexer_warm(Indexer *indexer);
void indexer_close(Indexer *indexer);

/* What is to be done next; *out is NULL when nothing is.  settle: counts of
 * terms that would wait for more are written too.  The step lives in the
 * indexer until the next call.  store: STORE_READ or STORE_WRITE, outside of a
 * transaction. */
MUST_USE Err indexer_read(Indexer *indexer, Store *store, bool settle,
                          IndexStep **out);

/* Inside a transaction. ERR_CONFLICT: another one has written meanwhile; read
 * anew. */
MUST_USE Err indexer_write(Store *store, Arena *arena, const IndexStep *step);

/* How the transaction ended. */
void indexer_wrote(Indexer *indexer, IndexStep *step, Err err);

/* What it knows of words, for another job of its thread. */
Analyst *indexer_analyst(Indexer *indexer);

/* Whether counts wait to be settled. */
bool indexer_waits(const Indexer *indexer);

/* The last change that the index knows; as of the last step. */
int64_t indexer_change(const Indexer *indexer);

/* ... and the last whose terms are counted in the store. */
int64_t indexer_counted(const Indexer *indexer);

#endif
