/* test/unit/audience/choose_test.c -- weights are fair, and caps hold. */
#include "check.h"

#include <math.h>

#include "audience/choose.h"

#define NOW  (1000 * TIME_DAY)
#define MANY 20000

static Str slots[] = {S_INIT("story-1")};
static Str english[] = {S_INIT("en")};
static Str sea[] = {S_INIT("sea"), S_INIT("coast")};
static Str world[] = {S_INIT("world")};

static const AdPlace anywhere = {.slot = S_INIT("story-1"),
                                 .language = S_INIT("en")};

static int open_choose(void **state)
{
    *state = choose_open();
    return 0;
}

static int close_choose(void **state)
{
    choose_close(*state);
    return 0;
}

static Campaign campaign(int64_t number, int32_t weight)
{
    return (Campaign){
        .number = number, .weight = weight, .from = TIME_NONE, .to = TIME_NONE};
}

static void set(Choose *choose, const Campaign *campaigns, size_t count)
{
    int64_t may[8];

    for (size_t i = 0; i < count; i++)
        may[i] = campaigns[i].cap ? campaigns[i].cap : INT64_MAX;
    choose_set(choose, campaigns, may, count);
}

/* 0: none */
static int64_t next(Choose *choose, const AdPlace *place, Time at)
{
    int64_t number;
    uint64_t loan;

    return choose_next(choose, place, NULL, 0, true, NOW + at, at, &number,
                       &loan)
               ? number
               : 0;
}

/* Within six standard deviations: one run in a hundred million is not. */
static void weights_are_fair_in_each_place(void **state)
{
    const Campaign campaigns[] = {
        campaign(1, 1),
        {.number = 2,
         .weight = 3,
         .from = TIME_NONE,
         .to = TIME_NONE,
         .languages = {english, 1}},
        campaign(3, 6),
    };
    static const struct {
        Str language;
        double share[4];
    } places[] = {{S_INIT("en"), {0, .1, .3, .6}},
                  {S_INIT("uk"), {0, 1. / 7, 0, 6. / 7}}};

    set(*state, campaigns, COUNT(campaigns));
    for (size_t p = 0; p < COUNT(places); p++) {
        AdPlace place = {.slot = S("story-1"), .language = places[p].language};
        int count[4] = {0};

        for (int i = 0; i < MANY; i++)
            count[next(*state, &place, i)]++;
        for (int i = 0; i < 4; i++) {
            double share = places[p].share[i];
            double far = 6 * sqrt(MANY * share * (1 - share));

            if (fabs(count[i] - MANY * share) > far)
                fail_msg("%.*s: %d of %d for %d", STR_ARG(places[p].language),
                         count[i], MANY, i);
        }
    }
}

static void it_is_shown_where_and_when_it_fits(void **state)
{
    const Campaign one = {.number = 7,
                          .weight = 1,
                          .from = NOW,
                          .to = NOW + TIME_HOUR,
                          .languages = {english, 1},
                          .sections = {world, 1},
                          .tags = {sea, 2},
                          .slots = {slots, 1}};
    static Str coast[] = {S_INIT("x"), S_INIT("coast")};
    static Str other[] = {S_INIT("x")};
    const struct {
        const char *why;
        AdPlace place;
        Time at;
        bool fits;
    } cases[] = {
        {"all", {S("story-1"), S("en"), S("world"), {coast, 2}}, 0, true},
        {"slot", {S("front-1"), S("en"), S("world"), {coast, 2}}, 0, false},
        {"language", {S("story-1"), S("uk"), S("world"), {coast, 2}}, 0, false},
        {"section", {S("story-1"), S("en"), S("facts"), {coast, 2}}, 0, false},
        {"no section", {S("story-1"), S("en"), S(""), {coast, 2}}, 0, false},
        {"tag", {S("story-1"), S("en"), S("world"), {other, 1}}, 0, false},
        {"no tag", {S("story-1"), S("en"), S("world"), {NULL, 0}}, 0, false},
        {"before", {S("story-1"), S("en"), S("world"), {coast, 2}}, -1, false},
        {"last",
         {S("story-1"), S("en"), S("world"), {coast, 2}},
         TIME_HOUR - 1,
         true},
        {"after",
         {S("story-1"), S("en"), S("world"), {coast, 2}},
         TIME_HOUR,
         false},
    };

    set(*state, &one, 1);
    for (size_t i = 0; i < COUNT(cases); i++)
        if ((next(*state, &cases[i].place, cases[i].at) == 7) != cases[i].fits)
            fail_msg("%s", cases[i].why);
}

static void house_ads_fill_what_is_left(void **state)
{
    Campaign campaigns[] = {campaign(1, 1), campaign(2, 1000)};
    const int64_t not_these[] = {1};
    int64_t number;
    uint64_t loan;

    campaigns[0].cap = 3;
    campaigns[1].house = true;
    set(*state, campaigns, 2);
    assert_true(choose_next(*state, &anywhere, not_these, 1, true, NOW, 0,
                            &number, &loan));
    assert_int_equal(number, 2);
    for (int i = 0; i < 3; i++)
        assert_int_equal(next(*state, &anywhere, 0), 1);
    assert_int_equal(next(*state, &anywhere, 0), 2);
    set(*state, campaigns, 0);
    assert_int_equal(next(*state, &anywhere, 0), 0);
}

static void what_has_nothing_to_show_is_passed_over(void **state)
{
    Campaign campaigns[] = {campaign(1, 1000), campaign(2, 1)};
    int64_t number;
    uint64_t loan;

    campaigns[0].cap = 1;
    campaigns[1].house = true;
    set(*state, campaigns, 2);
    assert_true(
        choose_next(*state, &anywhere, NULL, 0, true, NOW, 0, &number, &loan));
    assert_int_equal(number, 1);
    choose_pass_over(*state, 1, loan);
    assert_int_equal(choose_on_loan(*state, 1, 0), 0);
    assert_int_equal(next(*state, &anywhere, 0), 2);
    set(*state, campaigns, 2);
    assert_int_equal(next(*state, &anywhere, 0), 1);
}

/* Half of those who get it see it, some of them twice, some too late. */
static void caps_are_never_passed_and_always_reached(void **state)
{
    Campaign one = campaign(1, 1);
    int lent = 0, seen = 0, today = 0;
    Time clock = 0;

    for (int day = 0; day < 3; day++) {
        one.cap = seen < 600 ? 400 : 1000 - seen; /* a day, and in all */
        choose_mark(*state);
        set(*state, &one, 1);
        today = 0;
        for (int i = 0; i < 3000; i++) {
            int64_t number;
            uint64_t loan;

            clock += TIME_SECOND;
            if (!choose_next(*state, &anywhere, NULL, 0, true, NOW, clock,
                             &number, &loan))
                continue;
            if (++lent % 2) continue;
            if (lent % 10 == 8) {
                assert_false(choose_seen(*state, 1, loan, clock + CHOOSE_LOAN));
                continue;
            }
            assert_true(choose_seen(*state, 1, loan, clock));
            assert_false(choose_seen(*state, 1, loan, clock)); /* again */
            seen++;
            today++;
        }
        assert_int_equal(today, day < 2 ? 400 : 200);
    }
    assert_int_equal(seen, 1000);
}

static void what_is_on_loan_stays_so_when_campaigns_change(void **state)
{
    Campaign campaigns[] = {campaign(1, 1), campaign(2, 1)};
    const int64_t may[] = {1, INT64_MAX};
    int64_t number;
    uint64_t loan;

    campaigns[1].house = true;
    choose_set(*state, campaigns, may, 2);
    assert_true(
        choose_next(*state, &anywhere, NULL, 0, true, NOW, 0, &number, &loan));
    assert_int_equal(number, 1);
    assert_int_equal(choose_on_loan(*state, 1, 0), 1);
    choose_set(*state, campaigns, may, 2);
    assert_int_equal(next(*state, &anywhere, 0), 2);
    assert_true(choose_seen(*state, 1, loan, 1));
    assert_int_equal(choose_on_loan(*state, 1, 0), 0);
    assert_int_equal(next(*state, &anywhere, CHOOSE_LOAN), 2);
    assert_false(choose_seen(*state, 3, loan, 1));
    assert_false(choose_seen(*state, 2, loan + 1000, 1));
    assert_false(choose_seen(*state, 0, loan, 1));
}

/* What is under way to the store counts until it is known to have come. */
static void what_is_being_told_counts(void **state)
{
    Campaign one = campaign(1, 1);
    int64_t number;
    uint64_t loan;

    one.cap = 2;
    set(*state, &one, 1);
    assert_true(
        choose_next(*state, &anywhere, NULL, 0, true, NOW, 0, &number, &loan));
    assert_true(choose_seen(*state, 1, loan, 1));
    choose_mark(*state);
    assert_true(choose_count(*state, 1));
    assert_false(choose_count(*state, 1));
    choose_unmark(*state);
    assert_int_equal(next(*state, &anywhere, 1), 0);
    choose_mark(*state);
    one.cap = 1; /* of three two were seen */
    set(*state, &one, 1);
    assert_int_equal(next(*state, &anywhere, 1), 1);
}

static void who_may_not_know_the_cap_lends_nothing_of_it(void **state)
{
    Campaign campaigns[] = {campaign(1, 1000), campaign(2, 1)};
    int64_t number;
    uint64_t loan;

    campaigns[0].cap = 10;
    set(*state, campaigns, 1);
    assert_true(
        choose_next(*state, &anywhere, NULL, 0, true, NOW, 0, &number, &loan));
    choose_pause(*state, true);
    assert_false(choose_seen(*state, 1, loan, 1));
    assert_false(choose_count(*state, 1));
    set(*state, campaigns, 2);
    for (int i = 0; i < 20; i++)
        assert_int_equal(next(*state, &anywhere, 1), 2);
    assert_true(choose_count(*state, 2));
    choose_pause(*state, false);
    assert_true(choose_seen(*state, 1, loan, 1));
}

static void what_is_on_loan_stays_so_while_a_campaign_is_away(void **state)
{
    Campaign one = campaign(1, 1);
    uint64_t loans[3];
    int64_t number;

    one.cap = 5;
    set(*state, &one, 1);
    for (int i = 0; i < 3; i++)
        assert_true(choose_next(*state, &anywhere, NULL, 0, true, NOW, i,
                                &number, &loans[i]));
    set(*state, &one, 0);
    assert_false(choose_seen(*state, 1, loans[0], 3));
    set(*state, &one, 1);
    assert_int_equal(choose_on_loan(*state, 1, 0), 3);
    for (int i = 0; i < 2; i++)
        assert_int_equal(next(*state, &anywhere, 4), 1);
    assert_int_equal(next(*state, &anywhere, 4), 0);
    assert_true(choose_seen(*state, 1, loans[1], 4));
    set(*state, &one, 0);
    assert_int_equal(next(*state, &anywhere, CHOOSE_LOAN + 3), 0);
    set(*state, &one, 1);
    assert_int_equal(choose_on_loan(*state, 1, 0), 2);
    for (int i = 0; i < 3; i++)
        assert_int_equal(next(*state, &anywhere, CHOOSE_LOAN + 3), 1);
    assert_int_equal(next(*state, &anywhere, CHOOSE_LOAN + 3), 0);
}

/* A node that was lost comes back, or somebody lowers the cap. */
static void what_is_on_loan_counts_as_far_as_the_cap_goes(void **state)
{
    static const int64_t caps[] = {0, 2, 4, 5, 9};

    for (size_t i = 0; i < COUNT(caps); i++) {
        Campaign one = campaign((int64_t)i + 1, 1);
        uint64_t loans[5];
        int64_t number, seen = 0;

        one.cap = 5;
        set(*state, &one, 1);
        for (int j = 0; j < 5; j++)
            assert_true(choose_next(*state, &anywhere, NULL, 0, true, NOW, 0,
                                    &number, &loans[j]));
        choose_set(*state, &one, &caps[i], 1);
        for (int j = 0; j < 5; j++)
            seen += choose_seen(*state, number, loans[j], 1);
        assert_int_equal(seen, caps[i] < 5 ? caps[i] : 5);
        assert_int_equal(choose_on_loan(*state, number, 0), 0);
    }
}

/* Several nodes share a cap: what this one lent and counted it must keep, and
 * while the others are told it may lend no more than that. */
static void what_is_held_is_on_loan_or_was_seen(void **state)
{
    Campaign one = campaign(1, 1);
    uint64_t loans[11];
    int64_t number;

    one.cap = 11;
    set(*state, &one, 1);
    for (int i = 0; i < 8; i++)
        assert_true(choose_next(*state, &anywhere, NULL, 0, true, NOW, 0,
                                &number, &loans[i]));
    assert_true(choose_seen(*state, 1, loans[0], 0));
    choose_mark(*state);
    for (int i = 1; i < 6; i++)
        assert_true(choose_seen(*state, 1, loans[i], 0));
    assert_int_equal(choose_hold(*state, 1, 9, 100, 0), 9);
    assert_int_equal(choose_hold(*state, 1, 6, 100, 0), 7);
    assert_int_equal(choose_hold(*state, 1, 6, 6, 0), 6);
    assert_int_equal(next(*state, &anywhere, 0), 0);
    assert_true(choose_seen(*state, 1, loans[6], 0));
    assert_false(choose_seen(*state, 1, loans[7], 0));
    assert_int_equal(choose_hold(*state, 2, 6, 5, 0), 5);
}

static void nobody_needs_to_ask_for_loans_to_end(void **state)
{
    Campaign one = campaign(1, 1);

    one.cap = 5;
    set(*state, &one, 1);
    for (int i = 0; i < 5; i++)
        assert_int_equal(next(*state, &anywhere, 0), 1);
    assert_int_equal(choose_hold(*state, 1, 1, 5, CHOOSE_LOAN - 1), 5);
    assert_int_equal(choose_hold(*state, 1, 1, 5, CHOOSE_LOAN), 1);
}

/* Who asks for more than that ends what was lent first, and stops nobody. */
static void many_may_be_on_loan(void **state)
{
    Campaign one = campaign(1, 1);
    uint64_t first[2] = {0}, loan = 0;
    int64_t number;

    set(*state, &one, 1);
    for (size_t i = 0; i < CHOOSE_LOANS; i++) {
        assert_true(choose_next(*state, &anywhere, NULL, 0, true, NOW, 0,
                                &number, &loan));
        if (i < 2) first[i] = loan;
    }
    assert_int_equal(next(*state, &anywhere, 0), 1);
    assert_int_equal(choose_on_loan(*state, 1, 0), CHOOSE_LOANS);
    assert_false(choose_seen(*state, 1, first[0], 1));
    assert_true(choose_seen(*state, 1, first[1], 1));
    assert_true(choose_seen(*state, 1, loan, 1));
    assert_int_equal(next(*state, &anywhere, CHOOSE_LOAN), 1);
}

#define choose_test(name)                                                      \
    cmocka_unit_test_setup_teardown(name, open_choose, close_choose)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        choose_test(weights_are_fair_in_each_place),
        choose_test(it_is_shown_where_and_when_it_fits),
        choose_test(house_ads_fill_what_is_left),
        choose_test(what_has_nothing_to_show_is_passed_over),
        choose_test(caps_are_never_passed_and_always_reached),
        choose_test(what_is_on_loan_stays_so_when_campaigns_change),
        choose_test(what_is_being_told_counts),
        choose_test(who_may_not_know_the_cap_lends_nothing_of_it),
        choose_test(what_is_on_loan_stays_so_while_a_campaign_is_away),
        choose_test(what_is_on_loan_counts_as_far_as_the_cap_goes),
        choose_test(what_is_held_is_on_loan_or_was_seen),
        choose_test(nobody_needs_to_ask_for_loans_to_end),
        choose_test(many_may_be_on_loan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
