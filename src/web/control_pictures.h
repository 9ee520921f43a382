/* web/control_pictures.h -- what commands ask of pictures (web/control.h).
 *
 * Private to the room.
 *
 * Threads: as control_run.
 */
#ifndef WEB_CONTROL_PICTURES_H
#define WEB_CONTROL_PICTURES_H

#include "desk/acts.h"
#include "text/json.h"

#define CONTROL_ACTOR                                                          \
    {                                                                          \
        ROLE_OPERATOR, S_INIT("operator")                                      \
    }

/* *answer: the picture, as JSON in arena. */
MUST_USE Err control_picture(Store *store, Arena *arena, Str body, Time now,
                             Str *answer, Fault *fault);

/* A time of an object. TIME_NONE: nothing is said.  What is said and is no time
 * must not pass for that: an embargo would be lifted by it. */
MUST_USE Err control_moment(const JsonNode *object, const char *key, Time *out,
                            Fault *fault);

#endif
