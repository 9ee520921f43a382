/* format/stamp.h -- a moment as what goes out writes it: RFC 3339, whole
 * seconds, UTC, "2021-04-14T13:15:00Z".
 *
 * Apart from base/time's own writer it takes no memory from an arena, so that
 * a sitemap of 50,000 addresses can be written in a constant room.
 *
 * Threads: pure.
 */
#ifndef FORMAT_STAMP_H
#define FORMAT_STAMP_H

#include "base/time.h"

typedef struct Stamp {
    char text[32];
    size_t len;
} Stamp;

/* TIME_MIN <= t <= TIME_MAX; for TIME_NONE and what lies outside, an empty
 * one. Fractions of a second are dropped, towards the past. */
Stamp stamp_of(Time t);

/* Borrowed: lives as long as *stamp. */
Str stamp_str(const Stamp *stamp);

#endif
