/* desk/pins.h -- editors put a story first among the hot ones, for a time.
 *
 * Threads: as the Store.
 */
#ifndef DESK_PINS_H
#define DESK_PINS_H

#include "desk/acts.h"

#define PIN_FOR (6 * TIME_HOUR) /* where no time is named */

/* Pins a public story until a time after now, in the place of what held before.
 * *until: TIME_NONE is PIN_FOR from now, in whole seconds; then the time that
 * holds.  At that time it does no more.
 *   ERR_FORBIDDEN  less than an editor
 *   ERR_NOT_FOUND  no public story
 *   ERR_INVALID    a time that is over */
MUST_USE Err desk_pin(Store *store, Arena *arena, const Actor *actor,
                      StoryId story, Time now, Time *until, Fault *fault);

/* Takes its pin away; a story that has none is left as it is.
 *   ERR_FORBIDDEN  less than an editor */
MUST_USE Err desk_unpin(Store *store, const Actor *actor, StoryId story,
                        Fault *fault);

#endif
