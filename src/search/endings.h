/* search/endings.h -- the endings of Ukrainian words, for those that stand in
 * no dictionary (names above all) and for what a dictionary left on. Private to
 * the room.
 *
 * Threads: pure.
 */
#ifndef SEARCH_ENDINGS_H
#define SEARCH_ENDINGS_H

#include "base/str.h"

/* The word, in lower case, without the longest ending that leaves at least
 * three letters; as it is in any other language. */
Str endings_off(Str language, Str word);

#endif
