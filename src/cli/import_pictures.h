/* cli/import_pictures.h -- the pictures that the stories of an import name.
 *
 * A file beside the source's comes in always; an address of the net only when
 * that was asked for, and once in an import, however many stories name it.
 * One whose content the store knows is not drawn again. One that was but
 * offered, of a version that the store has, is not even looked for; one that is
 * part of its story (of Markdown) is read or fetched in each import, since only
 * its content says whether the story has changed.
 *
 * Threads: those that parse, all at once; one opens and closes it.
 */
#ifndef CLI_IMPORT_PICTURES_H
#define CLI_IMPORT_PICTURES_H

#include "cli/conf.h"
#include "story/item.h"

typedef struct ImportPictures ImportPictures;

typedef struct PictureCounts {
    int64_t brought; /* stories with one, new or known */
    int64_t lost;    /* that their stories came without */
    int64_t left;    /* at addresses that nobody asked to fetch */
} PictureCounts;

/* conf must live as long. fetch: addresses too. Errors of store_open and of
 * bucket_keys_read. */
MUST_USE Err import_pictures_open(const Conf *conf, bool fetch,
                                  ImportPictures **out, Fault *fault);
void import_pictures_close(ImportPictures *pictures); /* NULL: nothing */

/* As ImportOptions.picture has it: ingest/import.h. What is wrong with the
 * picture, or where it is: ERR_NOT_FOUND, ERR_INVALID, ERR_UNSUPPORTED,
 * ERR_TOO_BIG. What is wrong here: those of the store, ERR_IO. */
MUST_USE Err import_pictures_bring(ImportPictures *pictures, Arena *arena,
                                   const char *file, Item *item, Fault *fault);

PictureCounts import_pictures_counts(ImportPictures *pictures);

#endif
