/* media/shelf.h -- the files of pictures, each by its name.
 *
 * A folder of a site, with one below for each beginning of a mark: the picture
 * Ab...-_ lies in Ab/, its original as "Ab...-_.jpg", its renditions as
 * "Ab...-_-640.avif" (story/picture.h).  A file that is there is whole and
 * never changes, so anybody may put or read without asking others.
 *
 * Threads: any; a Shelf is constant.
 */
#ifndef MEDIA_SHELF_H
#define MEDIA_SHELF_H

#include "base/err.h"
#include "base/str.h"
#include "story/picture.h"

typedef struct Shelf {
    const char *folder; /* made when it is missing */
} Shelf;

/* What a name says. False: it is none of a file on a shelf. */
typedef struct ShelfName {
    Str mark;
    int32_t width; /* 0: the original */
    PictureType type;
} ShelfName;
bool shelf_named(Str name, ShelfName *out);

/* The names are as above; any other is ERR_INVALID. */

/* On disk, with its name, when it returns. One that is there stays.
 * ERR_FULL, ERR_IO */
MUST_USE Err shelf_put(const Shelf *shelf, Str name, Str bytes, Fault *fault);

/* A file to read from, and its size; the caller closes it. Nothing but a file
 * of that folder is opened, whatever links lie there. ERR_NOT_FOUND, ERR_IO */
MUST_USE Err shelf_open(const Shelf *shelf, Str name, int *fd, int64_t *bytes);

/* Whether it is there, and not empty. */
bool shelf_has(const Shelf *shelf, Str name);

/* "Mark.jpg" in arena. */
Str shelf_original(Arena *arena, Str mark, PictureType type);

#endif
