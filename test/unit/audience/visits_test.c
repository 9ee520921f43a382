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
        TEST(readers_are_told_from_one_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
