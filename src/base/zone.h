/* base/zone.h -- a time zone of the IANA database, through ICU.
 *
 * Threads: a Zone belongs to one thread (ICU calendars keep state); each
 * thread opens its own.  About 10 ms for the first one in a process.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/time.h"

typedef struct Zone Zone;

/* "Europe/Kyiv"; ERR_INVALID when ICU does not know the name. */
MUST_USE Err zone_open(const char *name, Zone **out);
void zone_close(Zone *zone);

/* What the clock on the wall shows there at t. */
Civil zone_civil(Zone *zone, Time t);

/* The moment at which the wall shows c. A time that clocks skip is taken as
 * if they had not been moved yet; of a time that comes twice, the first. */
Time zone_time(Zone *zone, Civil c);

#endif
