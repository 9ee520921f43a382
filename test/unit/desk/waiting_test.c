/* test/unit/desk/waiting_test.c -- what waits: a version for a person, a story
 * or a correction for its time. */
#include "copydesk.h"

static PublicStory public_of(Newsroom *room, StoryId id)
{
    PublicStory story;

    assert_int_equal(
        public_story(room->readers, &room->arena, id, &story, NULL), ERR_OK);
    return story;
}

/* What readers are shown of a story is one version, with the ties of that one:
 * also when a later one came while it was withdrawn, or withdrew it. */
static void ties_of_a_later_version_wait_with_it(void **state)
{
    static const struct {
        const char *why;
        ItemStatus status; /* of the version with the ties */
    } cases[] = {
        {"it came while the story was withdrawn", ITEM_USABLE},
        {"it withdrew the story", ITEM_WITHHELD},
    };
    Newsroom *room = *state;
    Item other = sample_item("urn:other", 1);
    StoryId others;

    other.group = S("bridge");
    others = put(room, &other, PUT_PUBLISH).story;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Item item = numbered_item(room, i);
        StoryId id = put(room, &item, PUT_PUBLISH).story;

        check_row(cases[i].why);
        if (cases[i].status == ITEM_USABLE)
            act(room, ACT_WITHDRAW, id, "We look into it.");
        item.version = 2;
        item.status = cases[i].status;
        item.group = S("bridge");
        item.follows = S("urn:other");
        assert_int_equal(put(room, &item, PUT_PUBLISH).state, STORY_WITHDRAWN);
        act(room, ACT_RESTORE, id, "");
        assert_int_equal(public_of(room, id).item.version, 1);
        assert_int_equal(public_of(room, id).follows.number, 0);
        assert_int_equal(public_of(room, id).group.number, id.number);
        act(room, ACT_CORRECT, id, "It belongs to another.");
        assert_int_equal(public_of(room, id).follows.number, others.number);
        assert_int_equal(public_of(room, id).group.number, others.number);
    }
    room_is_whole(room);
}

/* Of two that are not here yet a story follows the one that its later version
 * names, whichever comes first. */
static void a_story_waits_for_the_last_one_that_it_named(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Item first = sample_item("urn:first", 1);
    Item last = sample_item("urn:last", 1);
    StoryId id, others;

    item.follows = S("urn:first");
    id = put(room, &item, PUT_PUBLISH).story;
    item.version = 2;
    item.follows = S("urn:last");
    put(room, &item, PUT_PUBLISH);
    put(room, &first, PUT_PUBLISH);
    assert_int_equal(public_of(room, id).follows.number, 0);
    others = put(room, &last, PUT_PUBLISH).story;
    assert_int_equal(public_of(room, id).follows.number, others.number);
    room_is_whole(room);
}

/* A person may take it up again, under the embargo that it had. */
static void a_canceled_story_that_waited_is_spiked(void **state)
{
    static const struct {
        const char *why;
        Time at, embargo;
        Time due; /* afterwards */
    } cases[] = {
        {"a plan ends with it", NOW + HOUR, TIME_NONE, TIME_NONE},
        {"an embargo holds", T0, NOW + HOUR, NOW + HOUR},
    };
    Newsroom *room = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        Item item = numbered_item(room, i);
        Outcome out;

        check_row(cases[i].why);
        item.at = cases[i].at;
        item.embargo = cases[i].embargo;
        assert_int_equal(put(room, &item, PUT_PUBLISH).state, STORY_SCHEDULED);
        item.version = 2;
        item.status = ITEM_CANCELED;
        out = put(room, &item, PUT_PUBLISH);
        assert_int_equal(out.state, STORY_SPIKED);
        assert_int_equal(out.change, 0);
        assert_int_equal(stored(room, out.story).due_at, cases[i].due);
    }
    room_is_whole(room);
}

static void a_correction_that_comes_late_says_so(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put(room, &item, PUT_PUBLISH).story;
    ChangeList list;
    Time next;

    item.version = 2;
    item.correction = S("It was the other bank.");
    item.embargo = NOW + HOUR;
    put(room, &item, PUT_PUBLISH);
    assert_int_equal(release(room, NOW + 3 * HOUR, &next), 1);
    assert_int_equal(changes_after(room->readers, &room->arena, 1, 9, &list),
                     ERR_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].kind, CHANGE_CORRECT);
    assert_int_equal(list.items[0].late, 2 * HOUR);
    /* Which is nothing that the story's first publication was. */
    assert_int_equal(public_of(room, id).late, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(ties_of_a_later_version_wait_with_it),
        newsroom_test(a_story_waits_for_the_last_one_that_it_named),
        newsroom_test(a_canceled_story_that_waited_is_spiked),
        newsroom_test(a_correction_that_comes_late_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
