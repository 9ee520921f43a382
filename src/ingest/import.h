/* ingest/import.h -- files into the store: streamed, in batches, resumable.
 *
 * One thread reads and cuts, others parse, the caller's writes; between them
 * stands a bounded queue, so that a file of any size needs the same memory.
 * Batches are written in the order of the input and each commit is durable:
 * after a kill the same command is given again, and what is there already is
 * known by its uri and version.  Between two commits other writers get a turn.
 *
 * What a record cannot be used for is reported, kept in the rejects folder and
 * does not stop the rest; with strict it stops the import, and nothing of the
 * batch under way is kept.
 *
 * Threads: import_run starts and ends its own; the callbacks are called on the
 * caller's thread only.
 */
#ifndef INGEST_IMPORT_H
#define INGEST_IMPORT_H

#include "ingest/detect.h"
#include "store/stories.h"
#include "story/item.h"

typedef enum ImportResult {
    IMPORT_NEW,
    IMPORT_NEWER,
    IMPORT_KNOWN, /* this version is there */
    IMPORT_OLDER, /* a later version is there; the fault says which */
    IMPORT_RESULT_COUNT
} ImportResult;

typedef struct ImportCounts {
    int64_t results[IMPORT_RESULT_COUNT];
    int64_t rejected;
    int64_t undated; /* of the new: the time of publication is unknown */
    int64_t names;   /* of sections and tags */
    int64_t skipped; /* files of folders in no format that is known */
    int64_t files;
} ImportCounts;

typedef struct ImportProgress {
    ImportCounts counts;
    int64_t bytes; /* as the files lie, packed or not, done and all told */
    int64_t total; /* -1: unknown */
    Time elapsed;
    const char *file;
} ImportProgress;

typedef enum ImportNote {
    NOTE_REJECT, /* a bad record */
    NOTE_OLDER,
    NOTE_SKIPPED,
    NOTE_PICTURE, /* a story comes without the picture that it names */
} ImportNote;

typedef struct ImportOptions {
    Format format;
    bool strict;
    StrList languages; /* of the site, the first one first */
    const char *zone;  /* IANA */
    Str rejects;       /* folder */
    Time now;          /* for news without a time: where they sort */
    int parsers;       /* threads; 0: as the machine has processors */

    /* Puts one item, inside a transaction; *out NEW, NEWER or KNOWN.
     * ERR_CONFLICT: a later version may be there, and the import looks. On all
     * errors but those of the store itself nothing may have been written: the
     * item becomes a reject. */
    Err (*put)(void *ctx, Store *store, Arena *arena, const Item *item,
               ImportResult *out, Fault *fault);
    /* Brings in the picture that an item of that file names by href or address,
     * on a thread that parses: several at a time. Fills mark and drawn and
     * empties the others, or all of them: then the story comes without. Where
     * it fails the item becomes a reject, unless the picture was but offered:
     * then it is noted. But errors that are those of the store, or ERR_IO or
     * ERR_FULL, are no fault of the picture, which may come another time: they
     * end the import before that item. NULL: nobody does. */
    Err (*picture)(void *ctx, Arena *arena, const char *file, Item *item,
                   Fault *fault);
    /* After each commit. NULL: not wanted. */
    void (*progress)(void *ctx, const ImportProgress *progress);
    /* The fault has file, line, field and sentence. */
    void (*note)(void *ctx, ImportNote note, const Fault *fault);
    void *ctx;
} ImportOptions;

/* paths: files, folders (with all in them, in the order of names), or "-".
 * ERR_OK also when records were rejected: see counts.  ERR_NOT_FOUND before
 * anything is read when a path is missing; ERR_INVALID by strict; what the
 * store fails with, or who brings pictures in. *counts is filled in any case.
 */
MUST_USE Err import_run(Store *store, const ImportOptions *options,
                        char *const *paths, size_t path_count,
                        ImportCounts *counts, Fault *fault);

#endif
