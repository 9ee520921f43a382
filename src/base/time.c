#include "base/time.h"

#include <string.h>
#include <time.h>

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed",
                                "Thu", "Fri", "Sat"};

static Time clock_read(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (Time)now.tv_sec * TIME_SECOND + now.tv_nsec / 1000;
}

Time time_now(void)
{
    return clock_read(CLOCK_REALTIME);
}

Time time_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool civil_valid(Civil c)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31};

    if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1)
        return false;
    if (c.day > lengths[c.month - 1] + (c.month == 2 && is_leap(c.year)))
        return false;
    return c.hour >= 0 && c.hour <= 23 && c.minute >= 0 && c.minute <= 59 &&
           c.second >= 0 && c.second <= 60;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counted
 * in years that begin in March so that the leap day comes last. */
static int64_t day_number(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t shift = month > 2 ? month - 3 : month + 9;
    int64_t doy = (153 * shift + 2) / 5 + day - 1;

    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

Time time_from_civil(Civil c)
{
    int64_t seconds = day_number(c.year, c.month, c.day) * 86400 +
                      c.hour * 3600 + c.minute * 60 + c.second;

    return seconds * TIME_SECOND;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

Civil time_civil(Time t)
{
    int64_t seconds = floor_div(t, TIME_SECOND);
    int64_t day = floor_div(seconds, 86400);
    int64_t left = seconds - day * 86400;
    int64_t z = day + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);

    return (Civil){
        .year = (int)(yoe + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .hour = (int)(left / 3600),
        .minute = (int)(left / 60 % 60),
        .second = (int)(left % 60),
    };
}

int time_weekday(Time t)
{
    int64_t day = floor_div(t, TIME_DAY);

    return (int)(((day + 4) % 7 + 7) % 7);
}

Str time_rfc3339(Arena *arena, Time t)
{
    Civil c = time_civil(t);
    int64_t part = t - floor_div(t, TIME_SECOND) * TIME_SECOND;

    if (part)
        return str_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", c.year,
                          c.month, c.day, c.hour, c.minute, c.second,
                          (int)part);
    return str_format(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month,
                      c.day, c.hour, c.minute, c.second);
}

static Str long_form(Arena *arena, Time t, const char *zone)
{
    Civil c = time_civil(t);

    return str_format(arena, "%s, %02d %s %04d %02d:%02d:%02d %s",
                      days[time_weekday(t)], c.day, months[c.month - 1], c.year,
                      c.hour, c.minute, c.second, zone);
}

Str time_http(Arena *arena, Time t)
{
    return long_form(arena, t, "GMT");
}

Str time_rfc822(Arena *arena, Time t)
{
    return long_form(arena, t, "+0000");
}

/* ---- reading: a cursor that remembers whether all went well ---- */

typedef struct Cursor {
    Str s;
    bool ok;
} Cursor;

static int digits(Cursor *in, size_t min, size_t max)
{
    int value = 0;
    size_t n = 0;

    while (n < max && n < in->s.len && in->s.ptr[n] >= '0' &&
           in->s.ptr[n] <= '9')
        value = value * 10 + (in->s.ptr[n++] - '0');
    if (n < min) in->ok = false;
    in->s = str_skip(in->s, n);
    return value;
}

static bool next_is(Cursor *in, const char *any)
{
    if (!in->s.len || !strchr(any, in->s.ptr[0])) return false;
    in->s = str_skip(in->s, 1);
    return true;
}

static bool next_is_digit(const Cursor *in)
{
    return in->s.len && in->s.ptr[0] >= '0' && in->s.ptr[0] <= '9';
}

static void expect(Cursor *in, const char *any)
{
    if (!next_is(in, any)) in->ok = false;
}

static void spaces(Cursor *in)
{
    while (next_is(in, " \t\r\n"))
        ;
}

/* .5 .25 .123456789: microseconds, further digits are dropped */
static Time fraction(Cursor *in)
{
    Time unit = TIME_SECOND;
    Time value = 0;

    if (!next_is(in, ".,")) return 0;
    if (!next_is_digit(in)) in->ok = false;
    while (next_is_digit(in)) {
        unit /= 10;
        value += (in->s.ptr[0] - '0') * unit;
        in->s = str_skip(in->s, 1);
    }
    return value;
}

/* +03:00 +0300 +03 -05:00 Z; true when there was one */
static bool offset(Cursor *in, Time *out)
{
    int sign = 1;
    int hours;
    int minutes = 0;

    if (next_is(in, "Zz")) {
        *out = 0;
        return true;
    }
    if (!in->s.len || (in->s.ptr[0] != '+' && in->s.ptr[0] != '-'))
        return false;
    if (in->s.ptr[0] == '-') sign = -1;
    in->s = str_skip(in->s, 1);
    hours = digits(in, 1, 2);
    if (next_is(in, ":") || next_is_digit(in)) minutes = digits(in, 2, 2);
    if (hours > 23 || minutes > 59) in->ok = false;
    *out = sign * (hours * TIME_HOUR + minutes * TIME_MINUTE);
    return true;
}

/* 24:00 is where the day ends and the next begins. */
static Err finish(Cursor *in, Civil c, Time extra, Time *out)
{
    if (c.hour == 24 && !c.minute && !c.second) {
        c.hour = 0;
        extra += TIME_DAY;
    }
    if (!in->ok || in->s.len || !civil_valid(c)) return ERR_INVALID;
    extra += time_from_civil(c);
    if (extra < TIME_MIN || extra >= TIME_MAX + TIME_SECOND) return ERR_INVALID;
    *out = extra;
    return ERR_OK;
}

/* "2021-04-14" and, without its marks, "20210414" */
static bool iso_date(Cursor *in, Civil *c)
{
    bool marks;

    c->year = digits(in, 4, 4);
    marks = next_is(in, "-");
    c->month = digits(in, 2, 2);
    if (marks) expect(in, "-");
    c->day = digits(in, 2, 2);
    return marks;
}

static Time iso_clock(Cursor *in, Civil *c, bool marks)
{
    c->hour = digits(in, 2, 2);
    if (marks) expect(in, ":");
    c->minute = digits(in, 2, 2);
    if (marks ? !next_is(in, ":") : !next_is_digit(in)) return 0;
    c->second = digits(in, 2, 2);
    return fraction(in);
}

Err time_read_iso(Str s, Time *out, bool *zoned)
{
    Cursor in = {str_trim(s), true};
    Civil c = {0};
    Time shift = 0;
    Time part = 0;
    bool zone = false;
    bool marks = iso_date(&in, &c);
    Err err;

    if (in.ok && in.s.len) {
        expect(&in, marks ? "Tt " : "Tt");
        part = iso_clock(&in, &c, marks);
        spaces(&in);
        zone = offset(&in, &shift);
    }
    err = finish(&in, c, part - shift, out);
    if (!err) *zoned = zone;
    return err;
}

static int month_name(Cursor *in)
{
    for (int i = 0; i < 12; i++) {
        if (!str_starts_nocase(in->s, str_from(months[i]))) continue;
        in->s = str_skip(in->s, 3);
        while (in->s.len &&
               ((in->s.ptr[0] | 0x20) >= 'a' && (in->s.ptr[0] | 0x20) <= 'z'))
            in->s = str_skip(in->s, 1); /* "April" as well as "Apr" */
        return i + 1;
    }
    in->ok = false;
    return 0;
}

static void weekday_name(Cursor *in)
{
    for (int i = 0; i < 7; i++) {
        ptrdiff_t comma;

        if (!str_starts_nocase(in->s, str_from(days[i]))) continue;
        comma = str_find_char(str_slice(in->s, 0, 12), ',', 0);
        in->s = str_skip(in->s, comma >= 0 ? (size_t)comma + 1 : 3);
        spaces(in);
        return;
    }
}

static bool named_zone(Cursor *in, Time *out)
{
    static const struct {
        Str name;
        int hours;
    } zones[] = {
        {S_INIT("GMT"), 0},  {S_INIT("UTC"), 0},  {S_INIT("UT"), 0},
        {S_INIT("EST"), -5}, {S_INIT("EDT"), -4}, {S_INIT("CST"), -6},
        {S_INIT("CDT"), -5}, {S_INIT("MST"), -7}, {S_INIT("MDT"), -6},
        {S_INIT("PST"), -8}, {S_INIT("PDT"), -7}, {S_INIT("WET"), 0},
        {S_INIT("WEST"), 1}, {S_INIT("BST"), 1},  {S_INIT("CET"), 1},
        {S_INIT("CEST"), 2}, {S_INIT("EET"), 2},  {S_INIT("EEST"), 3},
        {S_INIT("MSK"), 3},
    };
    size_t n = 0;

    while (n < in->s.len && (in->s.ptr[n] | 0x20) >= 'a' &&
           (in->s.ptr[n] | 0x20) <= 'z')
        n++;
    for (size_t i = 0; i < COUNT(zones); i++) {
        if (!str_eq_nocase(str_slice(in->s, 0, n), zones[i].name)) continue;
        in->s = str_skip(in->s, n);
        *out = zones[i].hours * TIME_HOUR;
        return true;
    }
    return false;
}

/* "+0300 (EEST)": a zone in words behind the one in numbers */
static void comment(Cursor *in)
{
    spaces(in);
    if (in->s.len > 1 && in->s.ptr[0] == '(' && in->s.ptr[in->s.len - 1] == ')')
        in->s = (Str){0};
}

/* "EEST", "+0300", "GMT+0300", "GMT +3": true when there was one */
static bool zone_of(Cursor *in, Time *out)
{
    bool named = named_zone(in, out);
    Time more = 0;

    if (named) spaces(in);
    if (!offset(in, &more)) return named;
    *out += more;
    return true;
}

static int full_year(int year, size_t digits_read)
{
    if (digits_read > 2) return year;
    return year < 70 ? year + 2000 : year + 1900;
}

/* "14 Apr 2021", "14-Apr-21", and as some have it "Apr 14, 2021" */
static void rfc822_date(Cursor *in, Civil *c)
{
    bool month_first = !next_is_digit(in);
    size_t before;

    if (month_first) {
        c->month = month_name(in);
        spaces(in);
    }
    c->day = digits(in, 1, 2);
    next_is(in, ",");
    if (!next_is(in, "-")) spaces(in);
    if (!month_first) {
        c->month = month_name(in);
        if (!next_is(in, "-")) spaces(in);
    }
    before = in->s.len;
    c->year = digits(in, 2, 4);
    c->year = full_year(c->year, before - in->s.len);
    next_is(in, ",");
    spaces(in);
}

Err time_read_rfc822(Str s, Time *out, bool *zoned)
{
    Cursor in = {str_trim(s), true};
    Civil c = {0};
    Time shift = 0;
    bool zone = false;
    Err err;

    weekday_name(&in);
    rfc822_date(&in, &c);
    if (in.s.len) {
        c.hour = digits(&in, 1, 2);
        expect(&in, ":");
        c.minute = digits(&in, 2, 2);
        if (next_is(&in, ":")) c.second = digits(&in, 2, 2);
        spaces(&in);
        zone = zone_of(&in, &shift);
        comment(&in);
    }
    err = finish(&in, c, -shift, out);
    if (!err) *zoned = zone;
    return err;
}

/* Sun Nov  6 08:49:37 1994 */
static Err read_asctime(Str s, Time *out)
{
    Cursor in = {s, true};
    Civil c = {0};

    weekday_name(&in);
    c.month = month_name(&in);
    spaces(&in);
    c.day = digits(&in, 1, 2);
    spaces(&in);
    c.hour = digits(&in, 2, 2);
    expect(&in, ":");
    c.minute = digits(&in, 2, 2);
    expect(&in, ":");
    c.second = digits(&in, 2, 2);
    spaces(&in);
    c.year = digits(&in, 4, 4);
    return finish(&in, c, 0, out);
}

Err time_read_http(Str s, Time *out)
{
    bool zoned;

    s = str_trim(s);
    if (str_ends(s, S(" GMT"))) return time_read_rfc822(s, out, &zoned);
    return read_asctime(s, out);
}
