/* story/terms.h -- the words of a headline by which related stories are found.
 *
 * A word is a run of letters (with their marks) and digits; those with at least
 * TERM_LETTERS letters count, in lower case, the longest first, since long
 * words are the rarer ones; of equally long ones the first.  What is kept is
 * their hash: the low 32 bits of XXH3, the same on every machine.
 *
 * Threads: pure.
 */
#ifndef STORY_TERMS_H
#define STORY_TERMS_H

#include "base/str.h"

#define TERMS_MAX    12
#define TERM_LETTERS 4

typedef struct TermList {
    uint32_t items[TERMS_MAX];
    size_t count;
} TermList;

/* At most TERMS_MAX, none twice. The headline is UTF-8. */
TermList terms_of(Str headline);

#endif
