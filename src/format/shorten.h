/* format/shorten.h -- a text for a place that takes only so many characters.
 *
 * Threads: pure.
 */
#ifndef FORMAT_SHORTEN_H
#define FORMAT_SHORTEN_H

#include "base/str.h"

/* text itself when it has at most max code points (max >= 2); else its start
 * with an ellipsis behind, max code points together, cut between words unless
 * that would lose more than half. The cut one is in arena. */
Str shorten(Arena *arena, Str text, size_t max);

#endif
