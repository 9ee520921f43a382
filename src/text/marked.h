/* text/marked.h -- plain text as markup with some of it marked.
 *
 * Threads: pure.
 */
#ifndef TEXT_MARKED_H
#define TEXT_MARKED_H

#include "base/str.h"

typedef struct TextRange {
    size_t at, len; /* bytes */
} TextRange;

/* A text, or a piece of a longer one, and what is marked of it: in order and
 * apart. */
typedef struct Marked {
    Str text;
    TextRange *ranges;
    size_t count;
    bool cut_before, cut_after; /* there is more of it */
} Marked;

/* The text escaped, white space as one space, each range in <mark>; "…" where
 * it was cut. */
Html html_marked(Arena *arena, const Marked *marked);

#endif
