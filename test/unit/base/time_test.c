/* test/unit/base/time_test.c -- moments read, written and put on walls. */
#include "check.h"

#include "base/time.h"
#include "base/zone.h"

#define SEEDS_PAGE ((Time)1618406100 * TIME_SECOND) /* 2021-04-14T13:15:00Z */

typedef enum Form { ISO, RFC822, HTTP } Form;

static Err read_form(Form form, Str text, Time *out)
{
    bool zoned;

    switch (form) {
    case ISO: return time_read_iso(text, out, &zoned);
    case RFC822: return time_read_rfc822(text, out, &zoned);
    default: return time_read_http(text, out);
    }
}

static void times_of_the_net_are_read(void **unused)
{
    static const struct {
        const char *why;
        Form form;
        Str text;
        Err err;
        Time value;
    } cases[] = {
        {"Z", ISO, S_INIT("2021-04-14T13:15:00Z"), ERR_OK, SEEDS_PAGE},
        {"zone", ISO, S_INIT("2021-04-14T16:15:00+03:00"), ERR_OK, SEEDS_PAGE},
        {"fraction", ISO, S_INIT("2021-04-14T13:15:00.25Z"), ERR_OK,
         SEEDS_PAGE + 250000},
        {"no zone, iso", ISO, S_INIT("2021-04-14T13:15"), ERR_OK, SEEDS_PAGE},
        {"basic offset", ISO, S_INIT("2021-04-14 16:15:00 +0300"), ERR_OK,
         SEEDS_PAGE},
        {"not a date", ISO, S_INIT("2021-02-30"), ERR_INVALID, 0},
        {"leap day", ISO, S_INIT("2024-02-29"), ERR_OK,
         (Time)1709164800 * TIME_SECOND},
        {"rest after", ISO, S_INIT("2021-04-14x"), ERR_INVALID, 0},
        {"before 1970", ISO, S_INIT("1969-12-31T23:59:59Z"), ERR_OK,
         -TIME_SECOND},
        {"RSS", RFC822, S_INIT("Wed, 14 Apr 2021 16:15:00 +0300"), ERR_OK,
         SEEDS_PAGE},
        {"RSS, US zone", RFC822, S_INIT("Wed, 14 Apr 2021 09:15:00 EDT"),
         ERR_OK, SEEDS_PAGE},
        {"RSS, zones of Europe", RFC822,
         S_INIT("Wed, 14 Apr 2021 16:15:00 EEST"), ERR_OK, SEEDS_PAGE},
        {"RSS, Moscow", RFC822, S_INIT("Wed, 14 Apr 2021 16:15:00 MSK"), ERR_OK,
         SEEDS_PAGE},
        {"RSS, a name and an offset", RFC822,
         S_INIT("Wed, 14 Apr 2021 16:15:00 GMT+0300"), ERR_OK, SEEDS_PAGE},
        {"RSS, a short offset", RFC822,
         S_INIT("Wed, 14 Apr 2021 16:15:00 UTC+3"), ERR_OK, SEEDS_PAGE},
        {"RSS, an offset and a name", RFC822,
         S_INIT("Wed, 14 Apr 2021 16:15:00 +0300 (EEST)"), ERR_OK, SEEDS_PAGE},
        {"RSS, month first", RFC822, S_INIT("Wed, Apr 14, 2021 13:15:00 GMT"),
         ERR_OK, SEEDS_PAGE},
        {"RSS, a zone nobody knows", RFC822,
         S_INIT("Wed, 14 Apr 2021 16:15:00 XYZ"), ERR_INVALID, 0},
        {"without marks", ISO, S_INIT("20210414T131500Z"), ERR_OK, SEEDS_PAGE},
        {"without marks or seconds", ISO, S_INIT("20210414T1615+0300"), ERR_OK,
         SEEDS_PAGE},
        {"the end of a day", ISO, S_INIT("2021-04-13T24:00:00Z"), ERR_OK,
         SEEDS_PAGE - 13 * TIME_HOUR - 15 * TIME_MINUTE},
        {"after the end of a day", ISO, S_INIT("2021-04-13T24:01:00Z"),
         ERR_INVALID, 0},
        {"after the end of time", ISO, S_INIT("9999-12-31T24:00:00-01:00"),
         ERR_INVALID, 0},
        {"the last second of all", ISO, S_INIT("9999-12-31T23:59:59.9Z"),
         ERR_OK, TIME_MAX + 900 * TIME_MS},
        {"the year 10000, as the end of a day", ISO,
         S_INIT("9999-12-31T24:00:00Z"), ERR_INVALID, 0},
        {"and as a leap second", ISO, S_INIT("9999-12-31T23:59:60Z"),
         ERR_INVALID, 0},
        {"RSS, short", RFC822, S_INIT("14 Apr 21 13:15 GMT"), ERR_OK,
         SEEDS_PAGE},
        {"HTTP", HTTP, S_INIT("Sun, 06 Nov 1994 08:49:37 GMT"), ERR_OK,
         (Time)784111777 * TIME_SECOND},
        {"RFC 850", HTTP, S_INIT("Sunday, 06-Nov-94 08:49:37 GMT"), ERR_OK,
         (Time)784111777 * TIME_SECOND},
        {"asctime", HTTP, S_INIT("Sun Nov  6 08:49:37 1994"), ERR_OK,
         (Time)784111777 * TIME_SECOND},
        {"empty", HTTP, S_INIT(""), ERR_INVALID, 0},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Time value = 5;

        check_row(cases[i].why);
        assert_int_equal(read_form(cases[i].form, cases[i].text, &value),
                         cases[i].err);
        assert_int_equal(value, cases[i].err ? 5 : cases[i].value);
    }
}

static void a_time_without_a_zone_is_told(void **unused)
{
    static const struct {
        Form form;
        Str text;
        bool zoned;
    } cases[] = {
        {ISO, S_INIT("2021-04-14T13:15:00Z"), true},
        {ISO, S_INIT("20210414T1615+03"), true},
        {ISO, S_INIT("2021-04-14T13:15:00"), false},
        {ISO, S_INIT("2021-04-14"), false},
        {RFC822, S_INIT("14 Apr 2021 13:15 GMT"), true},
        {RFC822, S_INIT("14 Apr 2021 13:15 +0000"), true},
        {RFC822, S_INIT("14 Apr 2021 13:15"), false},
        {RFC822, S_INIT("14 Apr 2021"), false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool zoned = !cases[i].zoned;
        Time t;

        check_row(cases[i].text.ptr);
        assert_int_equal(cases[i].form == ISO
                             ? time_read_iso(cases[i].text, &t, &zoned)
                             : time_read_rfc822(cases[i].text, &t, &zoned),
                         ERR_OK);
        assert_int_equal(zoned, cases[i].zoned);
    }
}

static void times_are_written_as_they_are_read(void **unused)
{
    Arena arena = arena_open();
    bool zoned;
    Time back;

    (void)unused;
    assert_str(time_rfc3339(&arena, SEEDS_PAGE), S("2021-04-14T13:15:00Z"));
    assert_str(time_http(&arena, SEEDS_PAGE),
               S("Wed, 14 Apr 2021 13:15:00 GMT"));
    assert_str(time_rfc822(&arena, SEEDS_PAGE),
               S("Wed, 14 Apr 2021 13:15:00 +0000"));
    for (Time t = -TIME_DAY * 40000; t < TIME_DAY * 40000; t += TIME_DAY * 17) {
        assert_int_equal(
            time_read_iso(time_rfc3339(&arena, t + 61), &back, &zoned), ERR_OK);
        assert_int_equal(back, t + 61);
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static void the_wall_in_kyiv_shows_its_own_time(void **unused)
{
    Zone *zone;
    Civil c;

    (void)unused;
    assert_int_equal(zone_open("Mars/Olympus", &zone), ERR_INVALID);
    assert_int_equal(zone_open("Europe/Kyiv", &zone), ERR_OK);
    c = zone_civil(zone, SEEDS_PAGE);
    assert_int_equal(c.hour, 16);
    assert_int_equal(c.minute, 15);
    assert_int_equal(c.day, 14);
    assert_int_equal(zone_time(zone, c), SEEDS_PAGE);
    c = zone_civil(zone, SEEDS_PAGE - 90 * TIME_DAY); /* winter */
    assert_int_equal(c.hour, 15);
    zone_close(zone);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_the_net_are_read),
        cmocka_unit_test(a_time_without_a_zone_is_told),
        cmocka_unit_test(times_are_written_as_they_are_read),
        cmocka_unit_test(the_wall_in_kyiv_shows_its_own_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
