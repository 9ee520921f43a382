/* web/control_ads.h -- what commands ask of ads (web/control.h).
 *
 * Private to the room.
 *
 * Threads: as control_run.
 */
#ifndef WEB_CONTROL_ADS_H
#define WEB_CONTROL_ADS_H

#include "web/control.h"

/* *answer: number, name and how much it shows, as JSON in arena. */
MUST_USE Err control_campaign(Store *store, Arena *arena,
                              const ControlSettings *settings, Str body,
                              Time now, Str *answer, Fault *fault);

#endif
