/* ingest/parse.h -- a batch of bytes into a batch of items.
 *
 * Threads: any, each with its context.
 */
#ifndef INGEST_PARSE_H
#define INGEST_PARSE_H

#include "ingest/queue.h"

/* Fills batch->out (and names); what went wrong with the whole is one bad
 * record in it. */
void batch_parse(Batch *batch, const ReadContext *ctx);

#endif
