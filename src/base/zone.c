#include "base/zone.h"

#include <math.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/mem.h"

struct Zone {
    UCalendar *calendar;
};

Err zone_open(const char *name, Zone **out)
{
    UChar id[64];
    UChar canonical[64];
    int32_t len = 0;
    UBool system = 0;
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar;
    Zone *zone;

    u_strFromUTF8(id, COUNT(id), &len, name, -1, &status);
    ucal_getCanonicalTimeZoneID(id, len, canonical, COUNT(canonical), &system,
                                &status);
    if (U_FAILURE(status) || !system) return ERR_INVALID;
    calendar = ucal_open(id, len, "en_US", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status)) return ERR_INVALID;
    ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
    ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_LAST);
    ucal_setGregorianChange(calendar, -1e18, &status);
    zone = mem_zero(sizeof *zone);
    zone->calendar = calendar;
    *out = zone;
    return ERR_OK;
}

void zone_close(Zone *zone)
{
    if (!zone) return;
    ucal_close(zone->calendar);
    mem_free(zone);
}

Civil zone_civil(Zone *zone, Time t)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t shift;

    ucal_setMillis(zone->calendar, floor((double)t / 1000.0), &status);
    shift = ucal_get(zone->calendar, UCAL_ZONE_OFFSET, &status) +
            ucal_get(zone->calendar, UCAL_DST_OFFSET, &status);
    return time_civil(t + shift * TIME_MS);
}

Time zone_time(Zone *zone, Civil c)
{
    UErrorCode status = U_ZERO_ERROR;
    UDate ms;

    ucal_clear(zone->calendar);
    ucal_setDateTime(zone->calendar, c.year, c.month - 1, c.day, c.hour,
                     c.minute, c.second, &status);
    ms = ucal_getMillis(zone->calendar, &status);
    if (U_FAILURE(status)) return time_from_civil(c);
    return (Time)ms * TIME_MS;
}
