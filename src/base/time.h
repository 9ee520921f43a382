/* base/time.h -- moments, and how the net's formats write them.
 *
 * Time is microseconds since 1970-01-01T00:00:00Z, leap seconds not counted,
 * from year 1 to 9999.  Wall clocks and time zones are in base/zone.h.  Whoever
 * needs "now" takes it as an argument; only loops and commands ask the clock.
 *
 * Formats: RFC 3339 (which is a profile of ISO 8601), RFC 5322 dates as used
 * by RSS, HTTP-date (RFC 9110 5.6.7).
 *
 * Threads: pure, but for the two clocks.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/err.h"
#include "base/str.h"

typedef int64_t Time;

#define TIME_NONE   INT64_MIN
#define TIME_MIN    ((Time)-62135596800 * 1000000)
#define TIME_MAX    ((Time)253402300799 * 1000000)
#define TIME_MS     ((Time)1000)
#define TIME_SECOND ((Time)1000000)
#define TIME_MINUTE (60 * TIME_SECOND)
#define TIME_HOUR   (60 * TIME_MINUTE)
#define TIME_DAY    (24 * TIME_HOUR)

/* A date and time on the wall: month 1..12, day 1..31, hour 0..23. */
typedef struct Civil {
    int year, month, day, hour, minute, second;
} Civil;

Time time_now(void);       /* the system's clock */
Time time_monotonic(void); /* never goes back; for durations only */

/* UTC both ways. A Civil out of range (February 30th) is not valid. */
bool civil_valid(Civil c);
Time time_from_civil(Civil utc);
Civil time_civil(Time t);
int time_weekday(Time t); /* 0 Sunday .. 6 Saturday, UTC */

/* "2021-04-14T13:15:00Z"; with fraction when there is one. */
Str time_rfc3339(Arena *arena, Time t);
/* "Wed, 14 Apr 2021 13:15:00 GMT" (HTTP) and "... +0000" (RSS). */
Str time_http(Arena *arena, Time t);
Str time_rfc822(Arena *arena, Time t);

/* Each reads the whole of s or fails with ERR_INVALID and leaves *out.
 * iso: RFC 3339, "T" or a space between, and also "2021-04-14",
 * "2021-04-14T16:15", "+0300", "24:00", and all of it without marks
 * ("20210414T1615").
 * rfc822: weekday and seconds optional, two-digit years, "Apr 14, 2021", zones
 * of the United States and of Europe by name, GMT, "GMT+0300", "+0300 (EEST)";
 * as feeds have them.  In both, without a zone *zoned is false and *out is as
 * if the wall time were UTC.  http: the three forms of RFC 9110. */
MUST_USE Err time_read_iso(Str s, Time *out, bool *zoned);
MUST_USE Err time_read_rfc822(Str s, Time *out, bool *zoned);
MUST_USE Err time_read_http(Str s, Time *out);

#endif
