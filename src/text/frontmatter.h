/* text/frontmatter.h -- the head of a Markdown file: YAML between two "---".
 *
 *     ---
 *     title: Blinken meets the secretary general
 *     tags: [usa, nato]
 *     ---
 *     The text ...
 *
 * A field is a text or a list of texts; null gives an empty text.  Keys are
 * kept as written and compared without regard to ASCII case.  Fields that hold
 * more than that (maps, lists in lists) are passed over and named in ignored.
 * Anchors, aliases, tags and a key given twice are refused.
 *
 * Lifetime: fields live in the arena; body points into the source.
 * Threads: any.
 */
#ifndef TEXT_FRONTMATTER_H
#define TEXT_FRONTMATTER_H

#include "base/err.h"
#include "base/str.h"

#define FRONT_MAX    ((size_t)64 * 1024) /* bytes between the marks */
#define FRONT_DEPTH  8
#define FRONT_FIELDS 256

typedef struct FrontField {
    Str key;
    StrList values; /* one for a text; any number for a list */
    bool is_list;
    int64_t line; /* of the value, both from 1 in the whole file */
    int64_t column;
} FrontField;

typedef struct FrontMatter {
    FrontField *fields; /* in the order of the file */
    size_t count;
    StrList ignored; /* keys whose values are not text or lists of it */
    Str body;        /* what follows the closing mark */
    int64_t body_line;
} FrontMatter;

/* source is UTF-8 (a byte order mark is passed over). A file without front
 * matter has no fields and is all body.
 *   ERR_INVALID      not YAML, or what is refused above; line and column
 *   ERR_TOO_BIG      over FRONT_MAX, FRONT_DEPTH or FRONT_FIELDS
 *   ERR_UNSUPPORTED  TOML ("+++") or JSON ("{") front matter */
MUST_USE Err frontmatter_read(Arena *arena, Str source, FrontMatter *out,
                              Fault *fault);

/* NULL when there is none. */
const FrontField *front_get(const FrontMatter *front, const char *key);
/* The text of a field; the first of a list; empty when missing. */
Str front_str(const FrontMatter *front, const char *key);
/* The texts of a list; a text cut at its commas; none when missing. */
StrList front_list(Arena *arena, const FrontMatter *front, const char *key);

#endif
