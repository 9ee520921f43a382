/* ingest/queue.h -- batches on their way from the reader to the writer.
 *
 * A ring of batches in the order of the input: one thread fills, some parse,
 * one writes.  A batch belongs to whoever took it until it is handed on.  The
 * filler waits while the ring is full or more than QUEUE_BYTES of input are on
 * their way; the next one is parsed only while those that were hold at most
 * QUEUE_PARSED, and what is written gives its memory back at once: so memory
 * stays bounded.
 *
 * Threads: as said; queue_stop from any.
 */
#ifndef INGEST_QUEUE_H
#define INGEST_QUEUE_H

#include <pthread.h>

#include "format/names.h"
#include "format/records.h"
#include "ingest/detect.h"
#include "ingest/files.h"

#define QUEUE_SLOTS  8
#define QUEUE_BYTES  ((size_t)16 * 1024 * 1024)
#define QUEUE_PARSED ((size_t)16 * 1024 * 1024)

typedef struct Batch {
    const FileEntry *file;
    Format format;
    bool first; /* of its file */
    char *bytes;
    size_t size, room;
    Record *records; /* of ninjs: in bytes; other formats are read whole */
    size_t record_count, record_room;
    int64_t taken; /* of all files as they lie, when this was read */
    Fault fault;   /* the file could not be read (on) */

    Arena arena; /* of what follows */
    ReadOut out;
    const Fault *ended; /* the import ends behind the last record, and why;
                           NULL: it goes on */
    NameList names;
} Batch;

typedef struct Queue {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    Batch slots[QUEUE_SLOTS];
    bool parsed[QUEUE_SLOTS];
    size_t filled, parsing, written; /* how many so far */
    size_t bytes;                    /* of those filled and not yet written */
    size_t held[QUEUE_SLOTS];        /* bytes that parsing made of each */
    bool ended;                      /* no more will be filled */
    bool stopped;                    /* nobody wants more */
} Queue;

void queue_init(Queue *queue);
void queue_close(Queue *queue); /* when all threads have left it */

/* Each waits, and gives NULL when there is nothing more to do. */
Batch *queue_to_fill(Queue *queue);
void queue_filled(Queue *queue, const Batch *batch);
Batch *queue_to_parse(Queue *queue);
void queue_parsed(Queue *queue, const Batch *batch);
Batch *queue_to_write(Queue *queue);

/* The one that comes after it, to be looked at only; NULL while it is not
 * parsed. */
const Batch *queue_next_to_write(Queue *queue);

/* Waits until queue_to_write would not: false when that moment of
 * time_monotonic came first. */
bool queue_wait_to_write(Queue *queue, Time until);

void queue_written(Queue *queue);

void queue_end(Queue *queue);  /* by the filler */
void queue_stop(Queue *queue); /* everybody leaves */
bool queue_is_stopped(Queue *queue);

#endif
