/* ingest/cutter.h -- reads the files of an import and fills batches with them.
 *
 * ninjs is cut into records as it streams; every other format is one document
 * a file, read whole up to DOCUMENT_MAX.
 *
 * Threads: runs in one of its own.
 */
#ifndef INGEST_CUTTER_H
#define INGEST_CUTTER_H

#include "ingest/queue.h"

typedef struct Cutter {
    Queue *queue;
    FileList files;
    Format format; /* FORMAT_AUTO: each as it looks */
    int64_t taken; /* bytes of the files that are done */
} Cutter;

/* All files, then queue_end. A file that cannot be read makes a batch with a
 * fault. */
void cutter_run(Cutter *cutter);

#endif
