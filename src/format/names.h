/* format/names.h -- what sections and tags are called, in each language.
 *
 *     facts: {en: Facts, uk: Факти, ru: Факты}
 *     politics:
 *       en: Politics
 *
 * YAML: slug, then language, then name; in the order in which a menu shows
 * them.  A slug of [a-z0-9-]; no anchors, aliases or tags.
 *
 * Threads: any.
 */
#ifndef FORMAT_NAMES_H
#define FORMAT_NAMES_H

#include "format/read.h"

#define NAMES_MAX     ((size_t)1024 * 1024) /* bytes */
#define NAMES_ENTRIES 20000

typedef struct Name {
    Str slug;
    Str language;
    Str name;
    int32_t position; /* of the slug, from 0 */
} Name;

typedef struct NameList {
    Name *items;
    size_t count;
} NameList;

/* ERR_INVALID, ERR_TOO_BIG; line and column are in the fault. */
MUST_USE Err names_read(Arena *arena, Str bytes, NameList *out, Fault *fault);

#endif
