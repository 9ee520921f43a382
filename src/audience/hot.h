/* audience/hot.h -- which stories are hot, in order.
 *
 * A language has a list, and each of its sections that has any: first what
 * editors pinned, then by heat, among equals the newer story; at most HOT_MAX.
 *
 * Threads: pure.
 */
#ifndef AUDIENCE_HOT_H
#define AUDIENCE_HOT_H

#include "store/reads.h"

/* now and before: the hottest of this period and of the one before it
 * (audience/heat.h). In arena, by language, section and place. */
void hot_rank(Arena *arena, const HotStories *pins, const HotStories *now,
              const HotStories *before, HotPlaces *out);

bool hot_same(const HotPlaces *a, const HotPlaces *b);

#endif
