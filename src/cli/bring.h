/* cli/bring.h -- a picture from a file into the agency, by a command.
 *
 * One that the store knows is not drawn again, unless files of it are missing.
 *
 * Threads: one.
 */
#ifndef CLI_BRING_H
#define CLI_BRING_H

#include "cli/errand.h"
#include "media/intake.h"

/* What a person says of it; NULL and -1: nothing. */
typedef struct BringWords {
    const char *alt, *caption, *credit, *rights;
    const char *until;        /* "never": no date */
    int32_t focus_x, focus_y; /* thousandths */
} BringWords;

bool bring_says(const BringWords *words);

/* picture_take_in with the folder of the site, and with its bucket, as
 * bucket_keys_read has it.
 *   ERR_INVALID, ERR_UNSUPPORTED, ERR_TOO_BIG  by the picture's own fault
 *   ERR_IO  the folder, the bucket, or the process that draws */
MUST_USE Err bring_take_in(const Conf *conf, const BucketConfig *config,
                           Arena *arena, Str bytes, Picture *out, Fault *fault);

/* The errand is filled with what is asked last. *answer and *status as those of
 * errand_do; what is wrong with the picture itself is the error. *restored: it
 * was known, and files of it that were missing are there again. */
MUST_USE Err bring_in(Errand *errand, Str bytes, const BringWords *words,
                      Str *answer, long *status, bool *restored, Fault *fault);

/* What is said of one anew. */
MUST_USE Err bring_words(Errand *errand, Str mark, const BringWords *words,
                         Str *answer, long *status, Fault *fault);

/* The mark of the file of that name beside a story's, which is brought in. */
MUST_USE Err bring_beside(Errand *errand, const char *story, Str href,
                          Str *mark, Fault *fault);

/* The folder in which a file lies, in arena. */
char *bring_folder(Arena *arena, const char *file);

#endif
