/* test/unit/desk/embargo_test.c -- what waits for its time, whoever set it, and
 * the clock that releases it. */
#include "copydesk.h"

/* ---- what sources say ---- */

static void withheld_embargoed_and_later_items_wait(void **state)
{
    static const struct {
        const char *why;
        ItemStatus status;
        Time at, embargo;
        PutMode mode;
        StoryState state;
        Time due;
    } cases[] = {
        {"withheld: a draft", ITEM_WITHHELD, T0, TIME_NONE, PUT_PUBLISH,
         STORY_DRAFT, TIME_NONE},
        {"withheld under embargo: a draft that keeps it", ITEM_WITHHELD, T0,
         NOW + HOUR, PUT_PUBLISH, STORY_DRAFT, NOW + HOUR},
        {"an embargo ahead: scheduled", ITEM_USABLE, T0, NOW + HOUR,
         PUT_PUBLISH, STORY_SCHEDULED, NOW + HOUR},
        {"an embargo that is over: public", ITEM_USABLE, T0, NOW, PUT_PUBLISH,
         STORY_PUBLIC, TIME_NONE},
        {"a time still ahead: scheduled", ITEM_USABLE, NOW + 2 * HOUR,
         TIME_NONE, PUT_PUBLISH, STORY_SCHEDULED, NOW + 2 * HOUR},
        {"the later of both counts", ITEM_USABLE, NOW + 2 * HOUR, NOW + HOUR,
         PUT_PUBLISH, STORY_SCHEDULED, NOW + 2 * HOUR},
        {"a draft under embargo keeps it", ITEM_USABLE, T0, NOW + HOUR,
         PUT_DRAFT, STORY_DRAFT, NOW + HOUR},
        {"a draft", ITEM_USABLE, T0, TIME_NONE, PUT_DRAFT, STORY_DRAFT,
         TIME_NONE},
        {"a cancel of what never came", ITEM_CANCELED, T0, TIME_NONE,
         PUT_PUBLISH, STORY_SPIKED, TIME_NONE},
    };
    Newsroom *room = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        Item item = numbered_item(room, i);
        PublicStory story;
        Outcome out;

        check_row(cases[i].why);
        item.status = cases[i].status;
        item.at = cases[i].at;
        item.embargo = cases[i].embargo;
        out = put(room, &item, cases[i].mode);
        assert_int_equal(out.state, cases[i].state);
        assert_int_equal(stored(room, out.story).due_at, cases[i].due);
        assert_int_equal(seen(room, out.story, &story, NULL),
                         cases[i].state == STORY_PUBLIC ? ERR_OK
                                                        : ERR_NOT_FOUND);
        assert_int_equal(out.change != 0, cases[i].state == STORY_PUBLIC);
    }
}

static void later_versions_move_a_waiting_story(void **state)
{
    static const struct {
        const char *why;
        ItemStatus status;
        Time embargo;
        StoryState state;
        Time due;
    } cases[] = {
        {"the embargo moves", ITEM_USABLE, NOW + 2 * HOUR, STORY_SCHEDULED,
         NOW + 2 * HOUR},
        {"withheld: back to a draft, under embargo still", ITEM_WITHHELD,
         TIME_NONE, STORY_DRAFT, NOW + 2 * HOUR},
        {"scheduled again", ITEM_USABLE, NOW + HOUR, STORY_SCHEDULED,
         NOW + HOUR},
        {"no word of it: it holds", ITEM_USABLE, TIME_NONE, STORY_SCHEDULED,
         NOW + HOUR},
        {"the source lifts the embargo", ITEM_USABLE, NOW - HOUR, STORY_PUBLIC,
         TIME_NONE},
        {"withheld: taken back", ITEM_WITHHELD, TIME_NONE, STORY_WITHDRAWN,
         TIME_NONE},
        {"usable again: a person must restore it", ITEM_USABLE, TIME_NONE,
         STORY_WITHDRAWN, TIME_NONE},
        {"canceled", ITEM_CANCELED, TIME_NONE, STORY_KILLED, TIME_NONE},
    };
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id;

    item.embargo = NOW + HOUR;
    id = put(room, &item, PUT_PUBLISH).story;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        item.version++;
        item.status = cases[i].status;
        item.embargo = cases[i].embargo;
        put(room, &item, PUT_PUBLISH);
        assert_int_equal(stored(room, id).state, cases[i].state);
        assert_int_equal(stored(room, id).due_at, cases[i].due);
    }
    assert_true(put(room, &item, PUT_PUBLISH).no_op); /* killed already */
}

/* The item is public; its next version is a secret until then. */
static Outcome put_secret(Newsroom *room, Item *item, Time embargo,
                          PutMode mode)
{
    put(room, item, PUT_PUBLISH);
    item->version = 2;
    item->headline = S("Secret");
    item->embargo = embargo;
    return put(room, item, mode);
}

static void an_embargoed_version_of_a_public_story_stays_unseen(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Outcome out = put_secret(room, &item, NOW + HOUR, PUT_PUBLISH);
    StoryId id = out.story;
    PublicStory story;
    Time next;

    assert_int_equal(out.change, 0);
    assert_int_equal(out.due, NOW + HOUR);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_int_equal(story.item.version, 1);
    assert_int_equal(release(room, NOW + HOUR - 1, &next), 0);
    assert_int_equal(next, NOW + HOUR);
    assert_int_equal(release(room, NOW + HOUR, &next), 1);
    assert_int_equal(next, TIME_NONE);
    assert_int_equal(last_change(room).kind, CHANGE_UPDATE);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_int_equal(story.item.version, 2);
    assert_int_equal(story.item.at, T0);
    assert_int_equal(stored(room, id).due_version, 0);
    room_is_whole(room);
}

/* Without a word of the embargo, what may tell of the secret waits with it. */
static void a_version_after_an_embargoed_one_waits_too(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put_secret(room, &item, NOW + HOUR, PUT_PUBLISH).story;
    PublicStory story;

    item.version = 3;
    item.headline = S("Secret, in better words");
    item.embargo = TIME_NONE;
    assert_int_equal(put(room, &item, PUT_PUBLISH).due, NOW + HOUR);
    assert_int_equal(stored(room, id).due_version, 3);
    item.version = 4;
    item.headline = S("No secret");
    item.embargo = NOW - HOUR;
    assert_int_equal(put(room, &item, PUT_PUBLISH).due, TIME_NONE);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_str(story.item.headline, S("No secret"));
    assert_int_equal(stored(room, id).due_version, 0);
}

/* The desk has held it; the source that sends it again knows nothing of that.
 */
static void an_import_keeps_the_embargo_of_the_desk(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put(room, &item, PUT_DRAFT).story;
    PublicStory story;
    Outcome out;

    out = act_timed(room, ACT_SCHEDULE, id, "", TIME_NONE, NOW + HOUR);
    assert_int_equal(out.due, NOW + HOUR);
    item.version = 2;
    assert_int_equal(put(room, &item, PUT_PUBLISH).state, STORY_SCHEDULED);
    assert_int_equal(stored(room, id).due_at, NOW + HOUR);
    assert_true(stored(room, id).embargo);
    assert_int_equal(seen(room, id, &story, NULL), ERR_NOT_FOUND);
}

/* ---- what the desk does ---- */

/* Of a version that may not be public yet, correct is a plan. */
static void a_correction_waits_for_the_end_of_its_embargo(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put_secret(room, &item, NOW + 2 * HOUR, PUT_DRAFT).story;
    PublicStory story;
    Outcome out;
    Time next;

    assert_int_equal(release(room, NOW + 3 * HOUR, &next), 0); /* not asked */
    out = act_timed(room, ACT_CORRECT, id, "It was wrong.", NOW + HOUR,
                    TIME_NONE);
    assert_int_equal(out.change, 0);
    assert_int_equal(out.state, STORY_PUBLIC);
    assert_int_equal(out.due, NOW + 2 * HOUR);
    item.version = 3;
    item.headline = S("Half a thought");
    item.embargo = NOW - HOUR;
    put(room, &item, PUT_DRAFT);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_int_equal(story.item.version, 1);
    assert_int_equal(release(room, NOW + 2 * HOUR, &next), 1);
    assert_int_equal(stored(room, id).state, STORY_CORRECTED);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_str(story.item.headline, S("Secret"));
    assert_str(story.corrections[0].note, S("It was wrong."));
    assert_int_equal(last_change(room).kind, CHANGE_CORRECT);
    room_is_whole(room);
}

static void a_planned_correction_is_moved_lifted_or_taken_back(void **state)
{
    Newsroom *room = *state;
    StoryId id = shown(room, "urn:1");
    PublicStory story;
    Outcome out;

    assert_int_equal(
        act_at(room, request_of(ACT_UNSCHEDULE, id, ""), NOW, &out),
        ERR_CONFLICT);
    save_version(room, "urn:1", 2, S("Corrected words"));
    out = act_timed(room, ACT_CORRECT, id, "Wrong.", NOW + HOUR, TIME_NONE);
    assert_int_equal(out.due, NOW + HOUR);
    assert_int_equal(act(room, ACT_UNSCHEDULE, id, "").due, TIME_NONE);
    out = act_timed(room, ACT_CORRECT, id, "Wrong.", TIME_NONE, NOW + HOUR);
    assert_int_equal(out.due, NOW + HOUR);
    out = act_timed(room, ACT_CORRECT, id, "Wrong.", TIME_NONE, NOW - HOUR);
    assert_int_equal(out.due, TIME_NONE);
    assert_int_equal(out.state, STORY_CORRECTED);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_str(story.item.headline, S("Corrected words"));
    assert_int_equal(story.correction_count, 1);
}

static void an_embargo_holds_whatever_the_desk_does(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    PublicStory story;
    StoryId id;
    Outcome out;

    item.embargo = NOW + HOUR;
    id = put(room, &item, PUT_PUBLISH).story;
    assert_int_equal(act(room, ACT_PUBLISH, id, "").state, STORY_SCHEDULED);
    assert_int_equal(act(room, ACT_UNSCHEDULE, id, "").state, STORY_DRAFT);
    assert_int_equal(act(room, ACT_PUBLISH, id, "").state, STORY_SCHEDULED);
    act_timed(room, ACT_SCHEDULE, id, "", NOW + HOUR / 2, TIME_NONE);
    assert_int_equal(stored(room, id).due_at, NOW + HOUR);
    assert_true(stored(room, id).embargo);
    assert_int_equal(seen(room, id, &story, NULL), ERR_NOT_FOUND);
    /* somebody says that it is over */
    out = act_timed(room, ACT_PUBLISH, id, "", TIME_NONE, NOW - HOUR);
    assert_int_equal(out.state, STORY_PUBLIC);
    assert_false(stored(room, id).embargo);
}

/* ---- the clock ---- */

static void the_clock_releases_in_time_and_says_how_late(void **state)
{
    static const struct {
        const char *why;
        Time after; /* the due time */
        Time at, late;
    } cases[] = {
        {"to the second: in time", TIME_SECOND / 2, 0, 0},
        {"half a minute late keeps its time", 30 * TIME_SECOND, 0,
         30 * TIME_SECOND},
        {"an hour late is news of now", HOUR, HOUR, HOUR},
    };
    Newsroom *room = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        Item item = numbered_item(room, i);
        Time due = NOW + HOUR + (Time)i * 3 * HOUR;
        PublicStory story;
        StoryId id;
        Time next;

        check_row(cases[i].why);
        item.embargo = due;
        id = put(room, &item, PUT_PUBLISH).story;
        assert_int_equal(release(room, due - 1, &next), 0);
        assert_int_equal(next, due);
        assert_int_equal(seen(room, id, &story, NULL), ERR_NOT_FOUND);
        assert_int_equal(release(room, due + cases[i].after, &next), 1);
        assert_int_equal(next, TIME_NONE);
        assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
        assert_int_equal(story.item.at, due + cases[i].at);
        assert_int_equal(last_change(room).late, cases[i].late);
        assert_int_equal(release(room, due + cases[i].after, &next), 0);
    }
}

static void many_due_at_once_all_go_out_once(void **state)
{
    Newsroom *room = *state;
    size_t total = 0;
    int64_t last;
    Time next;

    for (size_t i = 0; i < 250; i++) {
        Item item = numbered_item(room, i);

        item.embargo = NOW + HOUR;
        put(room, &item, PUT_PUBLISH);
    }
    do
        total += release(room, NOW + HOUR, &next);
    while (next != TIME_NONE);
    assert_int_equal(total, 250);
    assert_int_equal(changes_last(room->readers, &last), ERR_OK);
    assert_int_equal(last, 250);
}

static void break_story(Newsroom *room, StoryId id)
{
    char sql[100];

    snprintf(sql, sizeof sql, "UPDATE story SET latest = 9 WHERE number = %lld",
             (long long)id.number);
    place_damage(room->path, sql);
}

/* More bad ones than are released at once do not stop the good one either. */
static void a_bad_story_stops_no_other(void **state)
{
    Newsroom *room = *state;
    Released released = {0};
    StoryId id = {0};
    PublicStory story;
    Time next;

    for (size_t i = 0; i < 121; i++) {
        Item item = numbered_item(room, i);

        item.embargo = NOW + HOUR;
        id = put(room, &item, PUT_PUBLISH).story;
        if (i < 120) break_story(room, id);
    }
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(desk_release_due(room->desk, &room->arena, NOW + HOUR,
                                      &next, &released),
                     ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(released.count, 1);
    assert_int_equal(released.failed, 120);
    assert_int_equal(released.story.number, 1);
    assert_non_null(strstr(released.fault.text, "cannot be read"));
    assert_int_equal(next, NOW + HOUR + TIME_MINUTE);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(withheld_embargoed_and_later_items_wait),
        newsroom_test(later_versions_move_a_waiting_story),
        newsroom_test(an_embargoed_version_of_a_public_story_stays_unseen),
        newsroom_test(a_version_after_an_embargoed_one_waits_too),
        newsroom_test(an_import_keeps_the_embargo_of_the_desk),
        newsroom_test(a_correction_waits_for_the_end_of_its_embargo),
        newsroom_test(a_planned_correction_is_moved_lifted_or_taken_back),
        newsroom_test(an_embargo_holds_whatever_the_desk_does),
        newsroom_test(the_clock_releases_in_time_and_says_how_late),
        newsroom_test(a_bad_story_stops_no_other),
        newsroom_test(many_due_at_once_all_go_out_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
