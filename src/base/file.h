/* base/file.h -- whole files in and out, and paths, through one thin door.
 *
 * Threads: any.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/err.h"
#include "base/str.h"

/* The whole file into arena. ERR_NOT_FOUND; ERR_TOO_BIG over max bytes;
 * ERR_IO. The fault names the path. */
MUST_USE Err file_read(Arena *arena, const char *path, size_t max, Str *out,
                       Fault *fault);

/* The same of standard input, whatever it is: a socket cannot be opened by the
 * name /dev/stdin. */
MUST_USE Err file_read_input(Arena *arena, size_t max, Str *out, Fault *fault);

/* A file of folder or below it, whatever lies there: a name that leads out of
 * it, through a link, or to what is no file (a folder, a pipe), is
 * ERR_NOT_FOUND. *fd is the caller's to close. */
MUST_USE Err file_open_below(const char *folder, const char *name, int *fd,
                             int64_t *bytes, Fault *fault);

/* The whole of such a file. ERR_TOO_BIG over max bytes */
MUST_USE Err file_read_below(Arena *arena, const char *folder, const char *name,
                             size_t max, Str *out, Fault *fault);

/* Writes all of it beside path, fsyncs, and renames it over path: after a
 * crash there is the old file or the new one. Of several that write one path
 * at the same time each writes all of its own. ERR_FULL, ERR_IO. */
MUST_USE Err file_write(const char *path, Str bytes, Fault *fault);

/* The same, for nobody but its owner to read. */
MUST_USE Err file_write_secret(const char *path, Str bytes, Fault *fault);

/* Writes all of it to an open file; path is for the fault. ERR_FULL, ERR_IO. */
MUST_USE Err file_write_on(int fd, const char *path, Str bytes, Fault *fault);

/* What errno says: "path: cannot WHAT: reason". ERR_NOT_FOUND, ERR_FULL or
 * ERR_IO. */
Err file_fault(const char *path, const char *what, Fault *fault);

/* Makes a folder (mode 0755) and is content when it is there. */
MUST_USE Err file_mkdir(const char *path, Fault *fault);

bool file_exists(const char *path);

/* fsyncs the folder in which path stands: a new name is only durable when its
 * folder is. ERR_IO. */
MUST_USE Err file_sync_folder(const char *path, Fault *fault);

/* "dir/name" in arena, ended by NUL. */
char *file_join(Arena *arena, const char *dir, const char *name);

/* path from the root, in arena: seen from the folder of this process. */
char *file_absolute(Arena *arena, const char *path);

#endif
