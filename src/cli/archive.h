/* cli/archive.h -- everything that a store holds as lines of JSON, out and in.
 *
 * The format is in doc/format-archive.md: a line for each row of
 * store/carry.h, in that order, between a first and a last line that say what
 * it is and how much there is.
 *
 * Threads: any.
 */
#ifndef CLI_ARCHIVE_H
#define CLI_ARCHIVE_H

#include "store/move.h"

/* Writes all of store (STORE_READ) to the open file fd; where is for the fault.
 * ERR_FULL, ERR_IO, and what the store says. */
MUST_USE Err archive_write(Store *store, int fd, const char *where,
                           const MoveCalls *calls, CarryCounts *counts,
                           Fault *fault);

/* Whether it is a file (not a pipe) that begins as one. */
bool archive_is(const char *path);

/* Fills the store at where, which has no story yet or what an earlier attempt
 * with the same archive left, and compares it with the file, row by row.
 * ERR_INVALID with the line: the file is not whole, or what it says cannot be;
 * ERR_CONFLICT: the store has stories of its own. */
MUST_USE Err archive_read(const char *path, const char *where,
                          const MoveCalls *calls, CarryCounts *counts,
                          Fault *fault);

#endif
