/* page_time_test.c -- the ways in which pages write a clock and a date. */
#include "format/page_time.h"

#include "read_cases.h"

#define THEN "2021-04-14T13:15:00Z"

static const struct {
    const char *why, *text, *utc;
} times[] = {
    {"as the seed's page has it", "16:15 14.04.2021", THEN},
    {"date first", "14.04.2021 16:15", THEN},
    {"a comma", "14.04.2021, 16:15", THEN},
    {"a dash", "14.04.2021 - 16:15", THEN},
    {"a bar and slashes", "16:15 | 14/04/2021", THEN},
    {"seconds", "16:15:30 14.04.2021", "2021-04-14T13:15:30Z"},
    {"short hour and day", "9:05 1.04.2021", "2021-04-01T06:05:00Z"},
    {"two digits of the year", "16:15 14.04.21", THEN},
    {"a space that does not break",
     "16:15\xC2\xA0"
     "14.04.2021",
     THEN},
    {"year first", "2021-04-14 16:15", THEN},
    {"ISO 8601 with its zone", "2021-04-14T15:15:00+02:00", THEN},
    {"ISO 8601 without", "2021-04-14T16:15", THEN},
    {"Ukrainian", "14 квітня 2021, 16:15", THEN},
    {"Ukrainian, of the year", "Середа, 14 квітня 2021 р., о 16:15", THEN},
    {"Russian", "14 апреля 2021, 16:15", THEN},
    {"Russian, at", "14 апреля 2021 г. в 16:15", THEN},
    {"Russian, cut short", "16:15, 14 апр. 2021", THEN},
    {"English, month first", "April 14, 2021, 16:15", THEN},
    {"English, day first", "14 April 2021 16:15", THEN},
    {"English, cut, with an ordinal", "Wednesday, Apr 14th 2021", NULL},
    {"English, twelve hours", "Apr 14th, 2021 at 4:15 PM", THEN},
    {"midnight of twelve hours", "April 14, 2021 12:15 am",
     "2021-04-13T21:15:00Z"},
    {"German", "14. April 2021 um 16:15 Uhr", THEN},
    {"Polish", "14 kwietnia 2021, godz. 16:15", THEN},
    {"French", "le 14 avril 2021 à 16:15", THEN},
    {"Arabic", "14 أبريل 2021، 16:15", THEN},
    {"day and month are never swapped", "10:00 04.14.2021", NULL},
    {"no clock", "14.04.2021", NULL},
    {"no date", "16:15", NULL},
    {"words after it", "16:15 14.04.2021 Kyiv", NULL},
    {"hour 24", "24:00 14.04.2021", NULL},
    {"thirteen in the afternoon", "April 14, 2021 13:15 pm", NULL},
    {"two dates", "16:15 14.04.2021 15.04.2021", NULL},
    {"a month of no language", "14 brumaire 2021, 16:15", NULL},
    {"a sentence", "At 16:15 on 14 April 2021 it rained", NULL},
    {"nothing", "", NULL},
};

static void times_of_pages_are_read_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(times); i++) {
        Time t = 7;
        Err err = page_time_read(&bench->ctx, str_from(times[i].text), &t);

        check_row(times[i].why);
        assert_int_equal(err, times[i].utc ? ERR_OK : ERR_INVALID);
        assert_int_equal(t, times[i].utc ? at(times[i].utc) : 7);
    }
}

static void a_date_alone_is_noon_where_one_may_stand(void **state)
{
    Bench *bench = *state;
    Time t;

    assert_int_equal(page_date_read(&bench->ctx, S("14 April 2021"), &t),
                     ERR_OK);
    assert_int_equal(t, at("2021-04-14T09:00:00Z"));
    assert_int_equal(page_date_read(&bench->ctx, S("16:15 14.04.2021"), &t),
                     ERR_OK);
    assert_int_equal(t, at(THEN));
    assert_int_equal(page_date_read(&bench->ctx, S("16:15"), &t), ERR_INVALID);
}

static void times_beyond_the_calendar_are_none(void **state)
{
    Bench *bench = *state;
    ReadContext west = {0};
    Time t = 7;

    assert_int_equal(page_time_read(&bench->ctx, S("00:00 01.01.0001"), &t),
                     ERR_NOT_FOUND);
    assert_int_equal(zone_open("America/New_York", &west.zone), ERR_OK);
    assert_int_equal(page_time_read(&west, S("23:59 31.12.9999"), &t),
                     ERR_INVALID);
    zone_close(west.zone);
    assert_int_equal(t, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(times_of_pages_are_read_as_listed),
        TEST(a_date_alone_is_noon_where_one_may_stand),
        TEST(times_beyond_the_calendar_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
