/* test/unit/audience/hot_test.c -- how heat cools, and what is hottest. */
#include "check.h"

#include "audience/heat.h"
#include "audience/hot.h"

#define HALF  10800
#define START ((Time)HALF * HEAT_PERIOD * TIME_SECOND * 1000)

static void a_read_counts_half_after_a_half_life(void **unused)
{
    Time half = (Time)HALF * TIME_SECOND;

    (void)unused;
    for (Time t = START; t < START + 15 * half; t += half / 7) {
        double ratio =
            (double)heat_weight(t + half, HALF) / (double)heat_weight(t, HALF);

        if (heat_period(t, HALF) != heat_period(t + half, HALF)) continue;
        assert_true(ratio > 1.999 && ratio < 2.001);
    }
}

/* From one period to the next nothing jumps. */
static void a_new_period_goes_on_where_the_old_one_ended(void **unused)
{
    Time end = START + (Time)HALF * HEAT_PERIOD * TIME_SECOND;
    int64_t before = heat_weight(end - 1, HALF);

    (void)unused;
    assert_int_equal(heat_period(end - 1, HALF) + 1, heat_period(end, HALF));
    assert_in_range(heat_carried(before), heat_weight(end, HALF) - 1,
                    heat_weight(end, HALF) + 1);
    /* 2^30 reads at a period's end still fit */
    assert_true(before <= INT64_MAX >> 30);
}

static HotStory story(int64_t number, int64_t heat, const char *section)
{
    return (HotStory){{number}, heat, S("en"), str_from(section)};
}

static void the_hottest_come_first_and_pins_before_them(void **unused)
{
    HotStory pinned[] = {story(9, 1, "sport")};
    HotStory now[] = {story(1, 50 << HEAT_PERIOD, "facts"),
                      story(2, 70 << HEAT_PERIOD, "sport"),
                      story(9, 1, "sport")};
    HotStory earlier[] = {story(1, (int64_t)30 << (2 * HEAT_PERIOD), "facts"),
                          story(3, (int64_t)60 << (2 * HEAT_PERIOD), "facts")};
    static const struct {
        const char *section;
        int64_t stories[5];
    } wanted[] = {{"", {9, 1, 2, 3}}, {"facts", {1, 3}}, {"sport", {9, 2}}};
    Arena arena = arena_open();
    HotPlaces places;
    size_t at = 0;

    (void)unused;
    hot_rank(&arena, &(HotStories){pinned, 1}, &(HotStories){now, 3},
             &(HotStories){earlier, 2}, &places);
    for (size_t i = 0; i < COUNT(wanted); i++)
        for (size_t j = 0; wanted[i].stories[j]; j++, at++) {
            assert_true(at < places.count);
            assert_str(places.items[at].section, str_from(wanted[i].section));
            assert_int_equal(places.items[at].place, j);
            assert_int_equal(places.items[at].story.number,
                             wanted[i].stories[j]);
        }
    assert_int_equal(at, places.count);
    arena_close(&arena);
}

/* What is not the same in one of these is written, and told to open pages. */
static void lists_are_the_same_only_when_every_place_is(void **unused)
{
    static const HotPlace here[] = {
        {S_INIT("en"), S_INIT(""), 0, {1}},
        {S_INIT("en"), S_INIT(""), 1, {2}},
    };
    static const struct {
        const char *why;
        HotPlace second;
        bool same;
    } cases[] = {
        {"alike", {S_INIT("en"), S_INIT(""), 1, {2}}, true},
        {"another story", {S_INIT("en"), S_INIT(""), 1, {3}}, false},
        {"another place", {S_INIT("en"), S_INIT(""), 2, {2}}, false},
        {"another language", {S_INIT("uk"), S_INIT(""), 1, {2}}, false},
        {"another section", {S_INIT("en"), S_INIT("sport"), 1, {2}}, false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        HotPlace first[] = {here[0], here[1]};
        HotPlace second[] = {here[0], cases[i].second};
        HotPlaces a = {first, 2};
        HotPlaces b = {second, 2};

        check_row(cases[i].why);
        assert_int_equal(hot_same(&a, &b), cases[i].same);
        assert_int_equal(hot_same(&b, &a), cases[i].same);
        b.count = 1;
        assert_false(hot_same(&a, &b));
    }
}

static void a_list_is_as_long_as_it_may_be(void **unused)
{
    HotStory now[100];
    Arena arena = arena_open();
    HotPlaces places, none;

    (void)unused;
    for (int64_t i = 0; i < 100; i++)
        now[i] = story(i + 1, 7, "facts");
    hot_rank(&arena, &(HotStories){0}, &(HotStories){now, 100},
             &(HotStories){0}, &places);
    assert_int_equal(places.count, 2 * HOT_MAX);
    assert_int_equal(places.items[0].story.number, 100); /* the newer one */
    hot_rank(&arena, &(HotStories){0}, &(HotStories){0}, &(HotStories){0},
             &none);
    assert_int_equal(none.count, 0);
    assert_false(hot_same(&places, &none));
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_counts_half_after_a_half_life),
        cmocka_unit_test(a_new_period_goes_on_where_the_old_one_ended),
        cmocka_unit_test(the_hottest_come_first_and_pins_before_them),
        cmocka_unit_test(lists_are_the_same_only_when_every_place_is),
        cmocka_unit_test(a_list_is_as_long_as_it_may_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
