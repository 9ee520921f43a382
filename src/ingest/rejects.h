/* ingest/rejects.h -- what an import could not use, kept aside with the reason.
 *
 * DIR/rejects/NAME-HASH.jsonl, one file for each file imported, begun anew when
 * that file is imported again and removed when it has no bad record left.  A
 * line is an object: file, line, byte, column, reason, format, and record (text
 * as it came) or record_base64 (when it is not UTF-8), of at most REJECT_MAX
 * bytes: what is longer is a document that lies in its file.
 *
 * Threads: a Rejects belongs to one.
 */
#ifndef INGEST_REJECTS_H
#define INGEST_REJECTS_H

#include "base/err.h"
#include "base/str.h"

#define REJECT_MAX ((size_t)1024 * 1024)

typedef struct Rejects {
    const char *folder; /* DIR/rejects */
    const char *path;   /* of the file under way; NULL: none */
    int file;           /* -1: not open */
} Rejects;

Rejects rejects_open(const char *folder);

/* Begins with another imported file: what an earlier import kept of it goes. */
MUST_USE Err rejects_begin(Rejects *rejects, Arena *arena, Str imported,
                           Fault *fault);

MUST_USE Err rejects_put(Rejects *rejects, Arena *arena, Str imported,
                         const char *format, const Fault *reason, Str raw,
                         Fault *fault);

void rejects_close(Rejects *rejects);

#endif
