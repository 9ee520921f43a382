/* test/unit/store/campaigns_test.c -- ads in the store: campaigns, what they
 * show, how often they were seen, and how nodes share a cap. */
#include "newsroom.h"

#include "store/adcounts.h"
#include "store/campaigns.h"

static Str english[] = {S_INIT("en"), S_INIT("uk")};

static Campaign sample(Str name)
{
    return (Campaign){.name = name,
                      .link = S("https://sea.example/"),
                      .alt = S("The sea"),
                      .from = T0,
                      .to = TIME_NONE,
                      .weight = 3,
                      .cap = 1000,
                      .languages = {english, 2}};
}

static Err put(Newsroom *room, Campaign *campaign, Creative *creatives,
               size_t count, size_t *missing)
{
    CreativeList list = {creatives, count};
    Err err = store_begin(room->desk);

    if (!err)
        err = campaigns_put(room->desk, &room->arena, campaign, &list, T0,
                            missing);
    return store_end(room->desk, err);
}

static void what_is_put_is_kept(void **state)
{
    Newsroom *room = *state;
    Campaign campaign = sample(S("Sea lines"));
    Creative creatives[] = {{.picture = room_picture(room, 'a').mark},
                            {.html = S("<p>Sail</p>")}};
    CampaignKept kept;
    CreativesKept list;
    Campaigns all;
    size_t missing;
    Time before, after;

    assert_int_equal(campaigns_changed_at(room->desk, &room->arena, &before),
                     ERR_OK);
    assert_int_equal(before, 0);
    assert_int_equal(put(room, &campaign, creatives, 2, &missing), ERR_OK);
    assert_int_equal(campaigns_changed_at(room->desk, &room->arena, &after),
                     ERR_OK);
    assert_true(after > before);
    assert_int_equal(
        campaigns_find(room->desk, &room->arena, S("Sea lines"), &kept),
        ERR_OK);
    assert_int_equal(kept.campaign.number, campaign.number);
    assert_str(kept.campaign.link, S("https://sea.example/"));
    assert_int_equal(kept.campaign.from, T0);
    assert_int_equal(kept.campaign.to, TIME_NONE);
    assert_int_equal(kept.campaign.languages.count, 2);
    assert_str(kept.campaign.languages.items[1], S("uk"));
    assert_int_equal(kept.campaign.tags.count, 0);
    assert_int_equal(creatives_list(room->desk, &room->arena, &list), ERR_OK);
    assert_int_equal(list.count, 2);
    assert_str(list.items[0].picture.mark, creatives[0].picture);
    assert_int_equal(list.items[0].picture.width, 4000);
    assert_str(list.items[1].html, S("<p>Sail</p>"));
    assert_int_equal(
        campaigns_find(room->desk, &room->arena, S("Another"), &kept),
        ERR_NOT_FOUND);
    assert_int_equal(campaigns_list(room->desk, &room->arena, &all), ERR_OK);
    assert_int_equal(all.count, 1);
}

static void a_picture_that_is_not_there_is_refused(void **state)
{
    Newsroom *room = *state;
    Campaign campaign = sample(S("A"));
    Creative creatives[] = {{.html = S("x")},
                            {.picture = S("aaaaaaaaaaaaaaaaaaaaaaaa")}};
    Campaigns all;
    size_t missing = 0;

    assert_int_equal(put(room, &campaign, creatives, 2, &missing),
                     ERR_NOT_FOUND);
    assert_int_equal(missing, 1);
    assert_int_equal(campaigns_list(room->desk, &room->arena, &all), ERR_OK);
    assert_int_equal(all.count, 0);
}

/* What it shows keeps its number, so that what was counted stays with it. */
static void one_of_the_same_name_takes_its_place(void **state)
{
    Newsroom *room = *state;
    Campaign first = sample(S("A")), second = sample(S("A"));
    Creative one[] = {{.html = S("one")}, {.html = S("two")}};
    Creative two[] = {{.html = S("two")}, {.html = S("three")}};
    CreativesKept before, after;
    CampaignKept kept;
    size_t missing;

    assert_int_equal(put(room, &first, one, 2, &missing), ERR_OK);
    assert_int_equal(creatives_list(room->desk, &room->arena, &before), ERR_OK);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(ad_seen_add(room->desk, first.number, 18731, 7), ERR_OK);
    assert_int_equal(
        campaigns_stop(room->desk, &room->arena, first.number, T0 + 1), ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(creatives_list(room->desk, &room->arena, &after), ERR_OK);
    assert_int_equal(after.count, 0);
    second.weight = 9;
    assert_int_equal(put(room, &second, two, 2, &missing), ERR_OK);
    assert_int_equal(second.number, first.number);
    assert_int_equal(creatives_list(room->desk, &room->arena, &after), ERR_OK);
    assert_int_equal(after.count, 2);
    assert_int_equal(after.items[0].number, before.items[1].number);
    assert_str(after.items[1].html, S("three"));
    assert_int_equal(campaigns_find(room->desk, &room->arena, S("A"), &kept),
                     ERR_OK);
    assert_int_equal(kept.campaign.weight, 9);
    assert_false(kept.stopped);
    assert_int_equal(kept.seen, 7);
}

typedef struct Rows {
    int64_t days[8];
    AdCount items[8];
    size_t count;
} Rows;

static void take(void *ctx, int64_t day, int64_t hour, const AdCount *count)
{
    Rows *rows = ctx;

    rows->days[rows->count] = day * 100 + hour;
    rows->items[rows->count++] = *count;
}

static void counts_are_sums(void **state)
{
    Newsroom *room = *state;
    Campaign campaign = sample(S("A"));
    Creative creatives[] = {{.html = S("x")}};
    CampaignKept kept;
    AdCount count = {.creative = 1,
                     .slot = S("story-1"),
                     .language = S("en"),
                     .seen = 3,
                     .clicks = 1};
    Rows rows = {0};
    size_t missing;

    assert_int_equal(put(room, &campaign, creatives, 1, &missing), ERR_OK);
    count.campaign = campaign.number;
    assert_int_equal(store_begin(room->desk), ERR_OK);
    for (int64_t day = 100; day < 102; day++)
        for (int i = 0; i < 2; i++) {
            assert_int_equal(ad_count_add(room->desk, day, 23, &count), ERR_OK);
            assert_int_equal(ad_seen_add(room->desk, campaign.number, day, 3),
                             ERR_OK);
        }
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(
        ad_report(room->desk, &room->arena, campaign.number, take, &rows),
        ERR_OK);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.days[1], 10123);
    assert_int_equal(rows.items[1].seen, 6);
    assert_int_equal(rows.items[1].clicks, 2);
    assert_str(rows.items[1].slot, S("story-1"));
    assert_int_equal(campaigns_find(room->desk, &room->arena, S("A"), &kept),
                     ERR_OK);
    assert_int_equal(kept.seen, 12);
    assert_int_equal(kept.day, 101);
    assert_int_equal(kept.day_seen, 6);
}

static void those_that_may_be_seen_still_are_known(void **state)
{
    static const struct {
        Str name;
        Time to;
    } ends[] = {{S_INIT("stopped"), TIME_NONE},
                {S_INIT("endless"), TIME_NONE},
                {S_INIT("over"), T0 + 1},
                {S_INIT("until then"), T0 + 2}};
    Newsroom *room = *state;
    Creative creatives[] = {{.html = S("x")}};
    Campaigns running;
    size_t missing;

    for (size_t i = 0; i < COUNT(ends); i++) {
        Campaign campaign = sample(ends[i].name);

        campaign.to = ends[i].to;
        assert_int_equal(put(room, &campaign, creatives, 1, &missing), ERR_OK);
        if (i) continue;
        assert_int_equal(store_begin(room->desk), ERR_OK);
        assert_int_equal(
            store_end(room->desk, campaigns_stop(room->desk, &room->arena,
                                                 campaign.number, T0)),
            ERR_OK);
    }
    assert_int_equal(
        campaigns_running(room->desk, &room->arena, T0 + 2, &running), ERR_OK);
    assert_int_equal(running.count, 2);
    assert_str(running.items[0].campaign.name, S("endless"));
    assert_str(running.items[1].campaign.name, S("until then"));
}

/* At midnight one node comes after another, whose day has begun. */
static void a_day_does_not_begin_twice(void **state)
{
    static const struct {
        const char *why;
        int64_t day, seen;
        int64_t is, day_seen;
    } rows[] = {
        {"the first", 100, 3, 100, 3},
        {"more of it", 100, 4, 100, 7},
        {"a new day", 101, 1, 101, 1},
        {"late for the last", 100, 2, 101, 3},
        {"again in time", 101, 5, 101, 8},
        {"far ahead", 900, 6, 900, 6},
        {"the clock is set", 102, 7, 102, 7},
    };
    Newsroom *room = *state;
    Campaign campaign = sample(S("A"));
    Creative creatives[] = {{.html = S("x")}};
    CampaignKept kept;
    size_t missing;

    assert_int_equal(put(room, &campaign, creatives, 1, &missing), ERR_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(rows[i].why);
        assert_int_equal(store_begin(room->desk), ERR_OK);
        assert_int_equal(
            store_end(room->desk, ad_seen_add(room->desk, campaign.number,
                                              rows[i].day, rows[i].seen)),
            ERR_OK);
        assert_int_equal(
            campaigns_find(room->desk, &room->arena, S("A"), &kept), ERR_OK);
        assert_int_equal(kept.day, rows[i].is);
        assert_int_equal(kept.day_seen, rows[i].day_seen);
    }
    assert_int_equal(kept.seen, 28);
}

static int64_t others(Newsroom *room, int64_t node)
{
    int64_t held = 0;
    AdLots lots;

    assert_int_equal(ad_lots_of_others(room->desk, &room->arena, node, &lots),
                     ERR_OK);
    for (size_t i = 0; i < lots.count; i++) {
        assert_int_equal(lots.items[i].campaign, 1);
        held += lots.items[i].held;
    }
    return held;
}

/* A node that is not heard of any more gives its lot back, and what was passed
 * to it goes to whoever looks. */
static void nodes_share_and_get_lost(void **state)
{
    Newsroom *room = *state;
    AdPassedList passed;
    AdNodes nodes;

    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(ad_node_put(room->desk, 7, T0), ERR_OK);
    assert_int_equal(ad_node_put(room->desk, 9, T0), ERR_OK);
    assert_int_equal(ad_lot_put(room->desk, 1, 7, 40), ERR_OK);
    assert_int_equal(ad_lot_put(room->desk, 1, 9, 60), ERR_OK);
    assert_int_equal(others(room, 7), 60);
    assert_int_equal(others(room, 9), 40);
    assert_int_equal(others(room, 0), 100);
    assert_int_equal(ad_pass(room->desk, 9, S("ticket"), true), ERR_OK);
    assert_int_equal(ad_take_passed(room->desk, &room->arena, 7, &passed),
                     ERR_OK);
    assert_int_equal(passed.count, 0);
    assert_int_equal(ad_node_put(room->desk, 7, T0 + ADS_NODE_LOST + 1),
                     ERR_OK);
    assert_int_equal(others(room, 7), 0);
    assert_int_equal(others(room, 0), 40);
    assert_int_equal(ad_nodes(room->desk, &room->arena, &nodes), ERR_OK);
    assert_int_equal(nodes.count, 1);
    assert_int_equal(nodes.items[0], 7);
    assert_int_equal(ad_take_passed(room->desk, &room->arena, 7, &passed),
                     ERR_OK);
    assert_int_equal(passed.count, 1);
    assert_str(passed.items[0].ticket, S("ticket"));
    assert_true(passed.items[0].click);
    assert_int_equal(ad_take_passed(room->desk, &room->arena, 7, &passed),
                     ERR_OK);
    assert_int_equal(passed.count, 0);
    assert_int_equal(ad_node_drop(room->desk, 7), ERR_OK);
    assert_int_equal(others(room, 0), 0);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(what_is_put_is_kept),
        newsroom_test(a_picture_that_is_not_there_is_refused),
        newsroom_test(one_of_the_same_name_takes_its_place),
        newsroom_test(counts_are_sums),
        newsroom_test(those_that_may_be_seen_still_are_known),
        newsroom_test(a_day_does_not_begin_twice),
        newsroom_test(nodes_share_and_get_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
