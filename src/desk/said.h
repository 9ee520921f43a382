/* desk/said.h -- what a source has said, as one number.  Private to the room.
 *
 * Two items that say the same of a story have the same digest: text, section,
 * tags, ties, status, and the embargo that they name.  It stands with each
 * version, so that what comes again is known among all that came.
 *
 * Threads: pure.
 */
#ifndef DESK_SAID_H
#define DESK_SAID_H

#include "story/item.h"

/* version: as it is made from the item. Never 0. */
int64_t said_digest(const Version *version, const Item *item);

#endif
