/* ingest/source.h -- the bytes of a file or of standard input, unpacked as
 * they are read when they are gzip or zstd (told by their first bytes).
 *
 * Nothing is held but one window of either packer, so that a file of any size
 * streams.  Several gzip members or zstd frames in a row are one stream.
 *
 * Threads: a Source belongs to one at a time.
 */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include "base/err.h"
#include "base/str.h"

typedef struct Source Source;

/* path "-": standard input.  ERR_NOT_FOUND, ERR_IO. */
MUST_USE Err source_open(const char *path, Source **out, Fault *fault);

/* At most room unpacked bytes; *got 0 is the end.  ERR_IO; ERR_INVALID when
 * the packed data is broken or stops too early. */
MUST_USE Err source_read(Source *source, char *to, size_t room, size_t *got,
                         Fault *fault);

/* Is there something to read, or the end? Waits so long for it: a pipe may keep
 * silent for hours. */
bool source_ready(const Source *source, int wait_ms);

/* Bytes of the file as it lies that were read so far. */
int64_t source_taken(const Source *source);

void source_close(Source *source);

#endif
