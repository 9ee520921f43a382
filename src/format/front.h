/* format/front.h -- fields of front matter, each read or refused where it
 * stands.
 *
 * Private to the room.
 *
 * Threads: any.
 */
#ifndef FORMAT_FRONT_H
#define FORMAT_FRONT_H

#include "format/read.h"
#include "text/frontmatter.h"

/* The fields that there are. */
typedef struct FrontNames {
    const char *what; /* has them: "a story" */
    const char *const *items;
    size_t count;
} FrontNames;

/* ERR_INVALID: another field, or one that is neither a text nor a list. */
MUST_USE Err front_check(const FrontMatter *front, const FrontNames *names,
                         Fault *fault);

/* "key: "value" is not EXPECTED", with its line and column; err. */
Err front_fault(Fault *fault, const FrontField *field, Err err,
                const char *expected);

/* Both leave *out as it is where the field is missing or empty. A number is
 * 1..most. ERR_INVALID */
MUST_USE Err front_moment(const FrontMatter *front, const char *key,
                          const ReadContext *ctx, Time *out, Fault *fault);
MUST_USE Err front_number(const FrontMatter *front, const char *key,
                          int64_t most, int64_t *out, Fault *fault);

#endif
