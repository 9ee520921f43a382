/* test/unit/audience/visits_test.c -- a story counts once a visit, and nobody
 * is remembered. */
#include "check.h"

#include <sodium.h>

#include "audience/visits.h"

#define NOON (1000 * TIME_HOUR)
#define FOX  S("Firefox")

static int open_visits(void **state)
{
    assert_true(sodium_init() >= 0);
    *state = visits_open();
    return 0;
}

static int close_visits(void **state)
{
    visits_close(*state);
    return 0;
}

static bool reads(Visits *visits, const char *address, int64_t story, Time now)
{
    return visits_count(visits, str_from(address), FOX, (StoryId){story}, now,
                        now / TIME_DAY);
}

static void reloads_count_once(void **state)
{
    assert_true(reads(*state, "192.0.2.1", 1, NOON));
    assert_false(reads(*state, "192.0.2.1", 1, NOON + TIME_SECOND));
    assert_true(reads(*state, "192.0.2.1", 2, NOON));
    assert_true(reads(*state, "192.0.2.2", 1, NOON));
    assert_true(visits_count(*state, S("192.0.2.1"), S("Chrome"), (StoryId){1},
                             NOON, NOON / TIME_DAY));
}

static void a_visit_lasts_while_it_is_read(void **state)
{
    Time now = NOON;

    assert_true(reads(*state, "192.0.2.1", 1, now));
    for (int i = 0; i < 10; i++) {
        now += VISIT - TIME_SECOND;
        assert_false(reads(*state, "192.0.2.1", 1, now));
    }
    assert_true(reads(*state, "192.0.2.1", 1, now + 2 * VISIT));
}

static void a_new_day_knows_nobody(void **state)
{
    assert_true(
        visits_count(*state, S("192.0.2.1"), FOX, (StoryId){1}, NOON, 1));
    assert_false(
        visits_count(*state, S("192.0.2.1"), FOX, (StoryId){1}, NOON, 1));
    assert_true(
        visits_count(*state, S("192.0.2.1"), FOX, (StoryId){1}, NOON, 2));
}

static void one_address_counts_so_much_a_minute(void **state)
{
    size_t counted = 0;

    for (int64_t i = 1; i <= 1000; i++)
        counted += reads(*state, "192.0.2.1", i, NOON);
    assert_int_equal(counted, VISIT_RATE);
    assert_true(reads(*state, "192.0.2.1", 2000, NOON + TIME_MINUTE));
}

static size_t read_by(Visits *visits, const char *address, size_t browsers,
                      int64_t story, Time now)
{
    char browser[32];
    size_t counted = 0;

    for (size_t i = 0; i < browsers; i++) {
        int len = snprintf(browser, sizeof browser, "Browser %lld/%zu",
                           (long long)now, i);

        counted +=
            visits_count(visits, str_from(address), (Str){browser, (size_t)len},
                         (StoryId){story}, now, now / TIME_DAY);
    }
    return counted;
}

/* What a browser calls itself is free text: whoever changes it makes no story
 * hot. */
static void one_address_is_so_many_readers_of_a_story(void **state)
{
    assert_int_equal(read_by(*state, "192.0.2.1", 100, 1, NOON), VISIT_READERS);
    /* what was refused is no part of what the address may count in a minute */
    assert_true(reads(*state, "192.0.2.1", 2, NOON));
    assert_int_equal(read_by(*state, "192.0.2.2", 100, 1, NOON), VISIT_READERS);
    for (Time later = TIME_MINUTE; later < VISIT; later += TIME_MINUTE)
        assert_int_equal(read_by(*state, "192.0.2.1", 100, 1, NOON + later), 0);
    assert_int_equal(read_by(*state, "192.0.2.1", 100, 1, NOON + 2 * VISIT),
                     VISIT_READERS);
}

/* Some before a half of what is known is forgotten, some after it: no more. */
static void halves_of_a_visit_are_counted_together(void **state)
{
    Time before = NOON + VISIT - TIME_SECOND;

    assert_true(reads(*state, "192.0.2.9", 9, NOON)); /* a half begins */
    assert_int_equal(read_by(*state, "192.0.2.1", VISIT_READERS - 5, 1, before),
                     VISIT_READERS - 5);
    assert_int_equal(
        read_by(*state, "192.0.2.1", 100, 1, before + 2 * TIME_MINUTE), 5);
}

/* Many readers of many stories: none is taken for another, but where one
 * address has said enough. */
static void readers_are_told_from_one_another(void **state)
{
    char address[32];
    size_t counted = 0;

    for (int i = 0; i < 3000; i++) {
        snprintf(address, sizeof address, "10.0.%d.%d", i / 256, i % 256);
        for (int64_t story = 1; story <= 3; story++)
            counted += reads(*state, address, story, NOON);
    }
    assert_int_equal(counted, 9000);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_visits, close_visits)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(reloads_count_once),
        TEST(a_visit_lasts_while_it_is_read),
        TEST(a_new_day_knows_nobody),
        TEST(one_address_counts_so_much_a_minute),
        TEST(one_address_is_so_many_readers_of_a_story),
        TEST(halves_of_a_visit_are_counted_together),
        TEST(readers_are_told_from_one_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
