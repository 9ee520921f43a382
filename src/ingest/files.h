/* ingest/files.h -- the files that the arguments of an import mean.
 *
 * A folder stands for all files in it and below, in the order of their names
 * byte by byte (so "a.md" comes before "a.v2.md"); names that begin with '.'
 * are left out, links to folders are not followed.
 *
 * Threads: any.
 */
#ifndef INGEST_FILES_H
#define INGEST_FILES_H

#include "base/err.h"
#include "base/str.h"

#define FILES_DEPTH 16 /* folders, one in another */

typedef struct FileEntry {
    char *path;     /* "-": standard input */
    int64_t size;   /* -1: unknown */
    bool in_folder; /* nobody named it: it may be in no known format */
} FileEntry;

typedef struct FileList {
    FileEntry *items;
    size_t count;
    int64_t total; /* bytes; -1 when one is unknown */
} FileList;

/* The last part of a path. */
Str path_name(Str path);

/* ERR_NOT_FOUND, ERR_IO, ERR_TOO_BIG (folders too deep); the fault names the
 * path. */
MUST_USE Err files_expand(Arena *arena, char *const *paths, size_t count,
                          FileList *out, Fault *fault);

#endif
