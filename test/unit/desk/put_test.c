/* test/unit/desk/put_test.c -- what a put does to the text that readers see. */
#include "copydesk.h"

static const Actor reporter = {ROLE_REPORTER, S_INIT("reporter")};

static void a_put_is_public_with_its_own_time(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Outcome out = put(room, &item, PUT_PUBLISH);
    PublicStory story;

    assert_int_equal(out.state, STORY_PUBLIC);
    assert_int_equal(out.change, 1);
    assert_str(out.section, S("facts"));
    assert_str(out.slug, S("harbour-bridge-opens-after-repairs"));
    assert_int_equal(seen(room, out.story, &story, NULL), ERR_OK);
    assert_int_equal(story.item.at, T0);
    assert_int_equal(story.item.changed_at, T0);
    assert_true(story.item.timed);
    assert_str(story.item.section_name, S("Facts"));
    assert_int_equal(story.words, 3);
    assert_int_equal(story.item.urgency, URGENCY_NORMAL);
}

static void a_put_without_time_is_published_now(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    PublicStory story;

    item.at = TIME_NONE;
    item.timed = false;
    assert_int_equal(
        seen(room, put(room, &item, PUT_PUBLISH).story, &story, NULL), ERR_OK);
    assert_int_equal(story.item.at, NOW);
    assert_true(story.item.timed);
}

static void versions_of_the_source_decide(void **state)
{
    static const struct {
        const char *why;
        int64_t version;
        const char *headline;
        Err err;
        bool no_op;
        int32_t latest; /* afterwards */
    } cases[] = {
        {"the same version says nothing new", 5, "Other words", ERR_OK, true,
         1},
        {"an older one is refused", 4, "Older words", ERR_CONFLICT, false, 1},
        {"a newer one is the next version", 6, "Newer words", ERR_OK, false, 2},
        {"which is then the one to compare with", 5, "Older", ERR_CONFLICT,
         false, 2},
        {"unsaid and the same words: known", 0, "Newer words", ERR_OK, true, 2},
        {"unsaid and other words: newer", 0, "Newest words", ERR_OK, false, 3},
    };
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 5);
    StoryId id = put(room, &item, PUT_PUBLISH).story;

    for (size_t i = 0; i < COUNT(cases); i++) {
        Fault fault = fault_none();
        Outcome out = {0};

        check_row(cases[i].why);
        item.version = cases[i].version;
        item.headline = str_from(cases[i].headline);
        assert_int_equal(put_by(room, &operator_actor, &item, PUT_PUBLISH, NOW,
                                &out, &fault),
                         cases[i].err);
        assert_int_equal(out.no_op, cases[i].no_op);
        assert_int_equal(stored(room, id).latest, cases[i].latest);
        if (cases[i].err) assert_non_null(strstr(fault.text, "older than"));
    }
}

static void a_newer_version_replaces_silently_or_with_a_note(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put(room, &item, PUT_PUBLISH).story;
    PublicStory story;

    item.version = 2;
    item.headline = S("Second");
    put(room, &item, PUT_PUBLISH);
    assert_int_equal(last_change(room).kind, CHANGE_UPDATE);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_str(story.item.headline, S("Second"));
    assert_false(story.item.corrected);
    assert_int_equal(story.item.at, T0);
    assert_int_equal(story.item.changed_at, NOW);
    item.version = 3;
    item.correction = S("The bridge is in Odesa.");
    assert_int_equal(put(room, &item, PUT_PUBLISH).state, STORY_CORRECTED);
    assert_int_equal(last_change(room).kind, CHANGE_CORRECT);
    item.version = 4;
    item.correction = S("");
    assert_int_equal(put(room, &item, PUT_PUBLISH).state, STORY_CORRECTED);
    assert_int_equal(last_change(room).kind, CHANGE_UPDATE);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_true(story.item.corrected);
    assert_int_equal(story.correction_count, 1);
    assert_str(story.corrections[0].note, S("The bridge is in Odesa."));
    assert_int_equal(story.corrections[0].version, 3);
}

/* An archive's correction of last week is not one of today. */
static void a_correction_has_the_time_that_its_source_gives(void **state)
{
    static const struct {
        const char *why;
        Time said_at, at, changed_at;
    } cases[] = {
        {"said", T0 + 5, T0 + 5, T0 + 5},
        {"not said: when it comes", TIME_NONE, NOW, NOW},
        {"nobody knows what comes", NOW + HOUR, NOW, NOW},
    };
    Newsroom *room = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        Item item = numbered_item(room, i);
        PublicStory story;
        StoryId id;

        check_row(cases[i].why);
        item.said_at = T0 - HOUR; /* before its publication: of that time */
        id = put(room, &item, PUT_PUBLISH).story;
        assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
        assert_int_equal(story.item.changed_at, T0);
        item.version = 2;
        item.correction = S("A date was wrong.");
        item.said_at = cases[i].said_at;
        put(room, &item, PUT_PUBLISH);
        assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
        assert_int_equal(story.corrections[0].at, cases[i].at);
        assert_int_equal(story.item.changed_at, cases[i].changed_at);
        assert_int_equal(last_change(room).at, NOW);
    }
    room_is_whole(room);
}

static void a_story_that_comes_corrected_says_so(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    PublicStory story;

    item.correction = S("An earlier text had a wrong date.");
    assert_int_equal(
        seen(room, put(room, &item, PUT_PUBLISH).story, &story, NULL), ERR_OK);
    assert_int_equal(story.correction_count, 1);
    assert_str(story.corrections[0].note, item.correction);
    assert_int_equal(last_change(room).kind, CHANGE_CORRECT);
    assert_int_equal(last_change(room).number, 2);
}

static void a_newer_draft_leaves_the_public_version(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put(room, &item, PUT_PUBLISH).story;
    PublicStory story;
    Outcome out;

    item.version = 2;
    item.headline = S("Not yet");
    out = put(room, &item, PUT_DRAFT);
    assert_int_equal(out.change, 0);
    assert_int_equal(out.version, 2);
    assert_int_equal(out.state, STORY_PUBLIC);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_str(story.item.headline, S("Harbour bridge opens after repairs"));
}

/* Readers lose nothing by a put, and nothing without a note. */
static void a_draft_takes_nothing_from_readers(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put(room, &item, PUT_PUBLISH).story;
    Fault fault = fault_none();
    PublicStory story;
    Outcome out;

    item.version = 2;
    item.status = ITEM_WITHHELD;
    out = put(room, &item, PUT_DRAFT);
    assert_int_equal(out.change, 0);
    assert_int_equal(out.state, STORY_PUBLIC);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    item.version = 3;
    item.status = ITEM_CANCELED;
    assert_int_equal(
        put_by(room, &operator_actor, &item, PUT_DRAFT, NOW, &out, &fault),
        ERR_INVALID);
    assert_non_null(strstr(fault.text, "status: canceled is a kill"));
    assert_int_equal(stored(room, id).state, STORY_PUBLIC);
}

static void a_mere_headline_does_not_replace_a_text(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 0);
    StoryId id;
    PublicStory story;

    item.body = (Html){S("")};
    item.timed = false;
    id = put(room, &item, PUT_PUBLISH).story;
    item.body = (Html){S("<p>Now with a text</p>")};
    item.timed = true;
    item.at = T0 - HOUR;
    assert_false(put(room, &item, PUT_PUBLISH).no_op);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_true(story.item.timed);
    assert_int_equal(story.item.at, T0 - HOUR);
    item.body = (Html){S("")};
    item.headline = S("A headline in a list");
    assert_true(put(room, &item, PUT_PUBLISH).no_op);
}

/* What a source says beside its text counts, whatever the number says. */
static void the_same_version_may_say_otherwise_of_the_rest(void **state)
{
    static const struct {
        const char *why;
        int64_t version;
        ItemStatus status;
        Time embargo;
        const char *group, *follows;
        bool no_op;
        StoryState state;
        Time due;
    } cases[] = {
        {"first", 1, ITEM_USABLE, NOW + HOUR, "", "", false, STORY_SCHEDULED,
         NOW + HOUR},
        {"again", 1, ITEM_USABLE, NOW + HOUR, "", "", true, STORY_SCHEDULED,
         NOW + HOUR},
        {"a longer embargo", 1, ITEM_USABLE, NOW + 2 * HOUR, "", "", false,
         STORY_SCHEDULED, NOW + 2 * HOUR},
        {"what came first, again, changes nothing", 1, ITEM_USABLE, NOW + HOUR,
         "", "", true, STORY_SCHEDULED, NOW + 2 * HOUR},
        {"unsaid: a longer one", 0, ITEM_USABLE, NOW + 3 * HOUR, "", "", false,
         STORY_SCHEDULED, NOW + 3 * HOUR},
        {"withheld", 1, ITEM_WITHHELD, TIME_NONE, "", "", false, STORY_DRAFT,
         NOW + 3 * HOUR},
        {"withheld still", 1, ITEM_WITHHELD, TIME_NONE, "", "", true,
         STORY_DRAFT, NOW + 3 * HOUR},
        {"usable, and the embargo is over", 1, ITEM_USABLE, NOW - HOUR, "", "",
         false, STORY_PUBLIC, TIME_NONE},
        {"a group", 1, ITEM_USABLE, TIME_NONE, "bridge", "", false,
         STORY_PUBLIC, TIME_NONE},
        {"and what it follows", 1, ITEM_USABLE, TIME_NONE, "bridge", "urn:0",
         false, STORY_PUBLIC, TIME_NONE},
        {"again", 1, ITEM_USABLE, TIME_NONE, "bridge", "urn:0", true,
         STORY_PUBLIC, TIME_NONE},
        {"withheld, as was said before", 1, ITEM_WITHHELD, TIME_NONE, "", "",
         false, STORY_WITHDRAWN, TIME_NONE},
        {"canceled", 1, ITEM_CANCELED, TIME_NONE, "", "", false, STORY_KILLED,
         TIME_NONE},
    };
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);

    for (size_t i = 0; i < COUNT(cases); i++) {
        Outcome out;

        check_row(cases[i].why);
        item.version = cases[i].version;
        item.status = cases[i].status;
        item.embargo = cases[i].embargo;
        item.group = str_from(cases[i].group);
        item.follows = str_from(cases[i].follows);
        out = put(room, &item, PUT_PUBLISH);
        assert_int_equal(out.no_op, cases[i].no_op);
        assert_int_equal(out.state, cases[i].state);
        assert_int_equal(stored(room, out.story).due_at, cases[i].due);
    }
    room_is_whole(room);
}

/* An archive of all versions, none numbered, is imported a second time. */
static void what_was_said_at_any_time_is_known(void **state)
{
    static const char *const headlines[] = {"One", "Two", "Three"};
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 0);

    for (int i = 0; i < 9; i++) {
        Outcome out;

        item.headline = str_from(headlines[i % 3]);
        out = put(room, &item, PUT_PUBLISH);
        assert_int_equal(out.no_op, i >= 3);
        assert_int_equal(stored(room, out.story).latest, i < 3 ? i + 1 : 3);
    }
    /* The desk comes back to an earlier text on purpose. */
    item.headline = S("One");
    assert_false(put(room, &item, PUT_DRAFT).no_op);
    assert_true(put(room, &item, PUT_DRAFT).no_op);
}

static void puts_are_refused_whole(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Fault fault = fault_none();
    Outcome out = {0};
    int64_t last;
    Story story;

    assert_int_equal(
        put_by(room, &reporter, &item, PUT_PUBLISH, NOW, &out, &fault),
        ERR_FORBIDDEN);
    assert_int_equal(stories_find(room->desk, &room->arena, item.uri, &story),
                     ERR_NOT_FOUND);
    assert_int_equal(
        put_by(room, &reporter, &item, PUT_DRAFT, NOW, &out, &fault), ERR_OK);
    assert_int_equal(out.story.number, 1);
    item.uri = S("");
    assert_int_equal(
        put_by(room, &operator_actor, &item, PUT_DRAFT, NOW, &out, &fault),
        ERR_INVALID);
    assert_non_null(strstr(fault.text, "uri"));
    item = sample_item("urn:2", 1);
    item.body = (Html){S("<p>\xff</p>")};
    assert_int_equal(
        put_by(room, &operator_actor, &item, PUT_DRAFT, NOW, &out, &fault),
        ERR_INVALID);
    assert_non_null(strstr(fault.text, "body"));
    assert_int_equal(changes_last(room->readers, &last), ERR_OK);
    assert_int_equal(last, 0);
}

/* A put that is refused in the middle of a batch leaves the rest whole, without
 * a part of its own: what an import relies on. */
static void a_refused_put_leaves_nothing_in_its_batch(void **state)
{
    Newsroom *room = *state;
    PutContext context = {S("en"), S("news"), NOW};
    Item good = sample_item("urn:1", 2);
    Item older = sample_item("urn:1", 1);
    Item other = sample_item("urn:2", 1);
    Outcome out = {0};

    older.headline = S("Older");
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(desk_put(room->desk, &room->arena, &operator_actor, &good,
                              PUT_PUBLISH, &context, &out, NULL),
                     ERR_OK);
    assert_int_equal(desk_put(room->desk, &room->arena, &operator_actor, &older,
                              PUT_PUBLISH, &context, &out, NULL),
                     ERR_CONFLICT);
    assert_int_equal(desk_put(room->desk, &room->arena, &operator_actor, &other,
                              PUT_PUBLISH, &context, &out, NULL),
                     ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(out.story.number, 2);
    assert_int_equal(last_change(room).number, 2);
    assert_int_equal(stored(room, (StoryId){1}).latest, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(a_put_is_public_with_its_own_time),
        newsroom_test(a_put_without_time_is_published_now),
        newsroom_test(versions_of_the_source_decide),
        newsroom_test(a_newer_version_replaces_silently_or_with_a_note),
        newsroom_test(a_correction_has_the_time_that_its_source_gives),
        newsroom_test(a_story_that_comes_corrected_says_so),
        newsroom_test(a_newer_draft_leaves_the_public_version),
        newsroom_test(a_draft_takes_nothing_from_readers),
        newsroom_test(a_mere_headline_does_not_replace_a_text),
        newsroom_test(the_same_version_may_say_otherwise_of_the_rest),
        newsroom_test(what_was_said_at_any_time_is_known),
        newsroom_test(puts_are_refused_whole),
        newsroom_test(a_refused_put_leaves_nothing_in_its_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
