/* test/unit/desk/acts_test.c -- what acts and puts do to what readers see. */
#include "../store/newsroom.h"

#include <sqlite3.h>

#include "desk/acts.h"

static const Actor operator_actor = {ROLE_OPERATOR, S_INIT("operator")};
static const Actor reporter = {ROLE_REPORTER, S_INIT("reporter")};

#define NOW  (T0 + TIME_HOUR)
#define HOUR TIME_HOUR

static Item sample_item(const char *uri, int64_t version)
{
    Item item = item_none();

    item.uri = str_from(uri);
    item.version = version;
    item.language = S("en");
    item.headline = S("Harbour bridge opens after repairs");
    item.body = (Html){S("<p>One two three</p>")};
    item.section = S("facts");
    item.section_name = S("Facts");
    item.at = T0;
    item.timed = true;
    return item;
}

static Err put_by(Newsroom *room, const Actor *actor, const Item *item,
                  PutMode mode, Time now, Outcome *out, Fault *fault)
{
    PutContext context = {S("en"), S("news"), now};
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_put(room->desk, &room->arena, actor, item, mode, &context, out,
                   fault);
    return store_end(room->desk, err);
}

static Outcome put(Newsroom *room, const Item *item, PutMode mode)
{
    Fault fault = fault_none();
    Outcome out = {0};

    if (put_by(room, &operator_actor, item, mode, NOW, &out, &fault))
        fail_msg("put: %s", fault.text);
    return out;
}

static Err act_at(Newsroom *room, ActRequest request, Time now, Outcome *out)
{
    Fault fault = fault_none();
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_act(room->desk, &room->arena, &operator_actor, &request, now,
                   out, &fault);
    err = store_end(room->desk, err);
    assert_int_equal(err != ERR_OK, fault.text[0] != 0);
    return err;
}

static ActRequest request_of(Act act, StoryId story, const char *note)
{
    return (ActRequest){act, story, str_from(note), TIME_NONE, TIME_NONE};
}

static Outcome act(Newsroom *room, Act what, StoryId story, const char *note)
{
    Outcome out = {0};

    assert_int_equal(act_at(room, request_of(what, story, note), NOW, &out),
                     ERR_OK);
    return out;
}

static size_t release(Newsroom *room, Time now, Time *next)
{
    Released released = {0};
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_release_due(room->desk, &room->arena, now, next, &released);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    return released.count;
}

static Change last_change(Newsroom *room)
{
    ChangeList list;
    int64_t last;

    assert_int_equal(changes_last(room->readers, &last), ERR_OK);
    assert_true(last > 0);
    assert_int_equal(
        changes_after(room->readers, &room->arena, last - 1, 1, &list), ERR_OK);
    return list.items[0];
}

/* What readers are told of the number; the story when it is public. */
static Err seen(Newsroom *room, StoryId id, PublicStory *story,
                PublicNotice *notice)
{
    return public_story(room->readers, &room->arena, id, story, notice);
}

static Story stored(Newsroom *room, StoryId id)
{
    Story story;

    assert_int_equal(stories_get(room->desk, &room->arena, id, &story), ERR_OK);
    return story;
}

/* ---- put ---- */

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
        Str uri = str_format(&room->arena, "urn:%zu", i);
        Item item = sample_item(str_z(&room->arena, uri), 1);
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

/* What ties it to others is shown to readers too. */
static void a_newer_draft_leaves_the_public_ties(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Item other = sample_item("urn:2", 1);
    StoryId mine, others;
    PublicList list;
    PublicStory story;

    other.language = S("uk");
    other.group = S("bridge");
    others = put(room, &other, PUT_PUBLISH).story;
    mine = put(room, &item, PUT_PUBLISH).story;
    item.version = 2;
    item.headline = S("Not yet");
    item.group = S("bridge");
    item.follows = S("urn:2");
    assert_int_equal(put(room, &item, PUT_DRAFT).change, 0);
    assert_int_equal(seen(room, mine, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, 0);
    assert_int_equal(story.group.number, mine.number);
    assert_int_equal(
        public_followers(room->readers, &room->arena, others, &list), ERR_OK);
    assert_int_equal(list.count, 0);
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
        Str uri = str_format(&room->arena, "urn:%zu", i);
        Item item = sample_item(str_z(&room->arena, uri), 1);
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

/* Ties that came with a version that waited. */
static void a_correction_brings_the_ties_of_its_version(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Item other = sample_item("urn:2", 1);
    StoryId mine, others;
    PublicStory story;

    other.group = S("bridge");
    others = put(room, &other, PUT_PUBLISH).story;
    mine = put(room, &item, PUT_PUBLISH).story;
    item.version = 2;
    item.group = S("bridge");
    item.follows = S("urn:2");
    put(room, &item, PUT_DRAFT);
    act(room, ACT_CORRECT, mine, "It belongs to another.");
    assert_int_equal(seen(room, mine, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, others.number);
    assert_int_equal(story.group.number, others.number);
}

static void an_embargoed_version_of_a_public_story_stays_unseen(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put(room, &item, PUT_PUBLISH).story;
    PublicStory story;
    Outcome out;

    Time next;

    item.version = 2;
    item.headline = S("Secret");
    item.embargo = NOW + HOUR;
    out = put(room, &item, PUT_PUBLISH);
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
    StoryId id = put(room, &item, PUT_PUBLISH).story;
    PublicStory story;

    item.version = 2;
    item.embargo = NOW + HOUR;
    put(room, &item, PUT_PUBLISH);
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
    ActRequest request = request_of(ACT_SCHEDULE, id, "");
    PublicStory story;
    Outcome out;

    request.embargo = NOW + HOUR;
    assert_int_equal(act_at(room, request, NOW, &out), ERR_OK);
    assert_int_equal(out.due, NOW + HOUR);
    item.version = 2;
    assert_int_equal(put(room, &item, PUT_PUBLISH).state, STORY_SCHEDULED);
    assert_int_equal(stored(room, id).due_at, NOW + HOUR);
    assert_true(stored(room, id).embargo);
    assert_int_equal(seen(room, id, &story, NULL), ERR_NOT_FOUND);
}

static void translations_find_one_another_in_any_order(void **state)
{
    Newsroom *room = *state;
    Item en = sample_item("urn:en", 1);
    Item uk = sample_item("urn:uk", 1);
    StoryId first, second;
    PublicList peers;

    en.group = uk.group = S("bridge");
    uk.language = S("uk");
    first = put(room, &uk, PUT_PUBLISH).story;
    second = put(room, &en, PUT_PUBLISH).story;
    assert_int_equal(stored(room, second).group.number, first.number);
    assert_int_equal(
        public_peers(room->readers, &room->arena, first, second, &peers),
        ERR_OK);
    assert_int_equal(peers.count, 1);
    assert_str(peers.items[0].language, S("uk"));
}

static void a_story_follows_one_that_comes_later(void **state)
{
    Newsroom *room = *state;
    Item late = sample_item("urn:late", 1);
    Item early = sample_item("urn:early", 1);
    StoryId follower, followed;
    PublicList followers;
    PublicStory story;

    late.follows = S("urn:early");
    follower = put(room, &late, PUT_PUBLISH).story;
    assert_int_equal(stored(room, follower).follows.number, 0);
    followed = put(room, &early, PUT_DRAFT).story;
    assert_int_equal(stored(room, follower).follows.number, followed.number);
    assert_int_equal(seen(room, follower, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, 0); /* a draft is not named */
    act(room, ACT_PUBLISH, followed, "");
    assert_int_equal(seen(room, follower, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, followed.number);
    assert_int_equal(
        public_followers(room->readers, &room->arena, followed, &followers),
        ERR_OK);
    assert_int_equal(followers.count, 1);
    assert_int_equal(followers.items[0].id.number, follower.number);
}

static void follow(Newsroom *room, const char *uri, int64_t version,
                   const char *followed)
{
    Item item = sample_item(uri, version);

    item.follows = str_from(followed);
    put(room, &item, PUT_PUBLISH);
}

static int64_t follows_of(Newsroom *room, const char *uri)
{
    Story story;

    assert_int_equal(
        stories_find(room->desk, &room->arena, str_from(uri), &story), ERR_OK);
    return story.follows.number;
}

/* Whatever comes first. */
static void stories_do_not_follow_one_another_in_a_circle(void **state)
{
    Newsroom *room = *state;

    follow(room, "urn:1", 1, "urn:1");
    assert_int_equal(follows_of(room, "urn:1"), 0);
    follow(room, "urn:2", 1, "urn:1");
    follow(room, "urn:3", 1, "urn:2");
    follow(room, "urn:1", 2, "urn:3");
    assert_int_equal(follows_of(room, "urn:1"), 0);
    assert_int_equal(follows_of(room, "urn:3"), 2);
    follow(room, "urn:4", 1, "urn:5"); /* which is not here yet */
    follow(room, "urn:5", 1, "urn:4");
    assert_int_equal(follows_of(room, "urn:4"), 0);
    assert_int_equal(follows_of(room, "urn:5"), 4);
    room_is_whole(room);
}

/* A source that gives all its stories one key makes no page slow. */
static void ties_are_few(void **state)
{
    Newsroom *room = *state;
    StoryId first = {0};
    PublicList list;

    for (int i = 0; i < TIES_MAX + 10; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);
        Item item = sample_item(str_z(&room->arena, uri), 1);
        StoryId id;

        item.group = S("all");
        item.follows = i ? S("urn:0") : S("");
        id = put(room, &item, PUT_PUBLISH).story;
        if (!i) first = id;
    }
    assert_int_equal(
        public_peers(room->readers, &room->arena, first, first, &list), ERR_OK);
    assert_int_equal(list.count, TIES_MAX - 1);
    assert_int_equal(
        public_followers(room->readers, &room->arena, first, &list), ERR_OK);
    assert_int_equal(list.count, TIES_MAX);
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

/* ---- acts ---- */

static StoryId draft(Newsroom *room, const char *uri)
{
    Item item = sample_item(uri, 1);

    return put(room, &item, PUT_DRAFT).story;
}

static StoryId shown(Newsroom *room, const char *uri)
{
    Item item = sample_item(uri, 1);

    return put(room, &item, PUT_PUBLISH).story;
}

static void save_version(Newsroom *room, const char *uri, int64_t version,
                         Str headline)
{
    Item item = sample_item(uri, version);

    item.headline = headline;
    put(room, &item, PUT_DRAFT);
}

static void a_draft_goes_its_way_to_the_readers(void **state)
{
    Newsroom *room = *state;
    StoryId id = draft(room, "urn:1");
    PublicStory story;

    assert_int_equal(act(room, ACT_SUBMIT, id, "").state, STORY_REVIEW);
    assert_int_equal(act(room, ACT_RETURN, id, "").state, STORY_DRAFT);
    assert_int_equal(act(room, ACT_SUBMIT, id, "").state, STORY_REVIEW);
    assert_int_equal(act(room, ACT_APPROVE, id, "").state, STORY_REVIEW);
    assert_int_equal(seen(room, id, &story, NULL), ERR_NOT_FOUND);
    assert_int_equal(act(room, ACT_PUBLISH, id, "").state, STORY_PUBLIC);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_int_equal(story.item.at, NOW);
    assert_int_equal(last_change(room).kind, CHANGE_PUBLISH);
}

static void spiked_is_undone_and_shows_nothing(void **state)
{
    Newsroom *room = *state;
    StoryId id = draft(room, "urn:1");
    PublicStory story;
    PublicNotice notice;

    assert_int_equal(act(room, ACT_SPIKE, id, "").state, STORY_SPIKED);
    assert_int_equal(seen(room, id, &story, &notice), ERR_NOT_FOUND);
    assert_int_equal(act(room, ACT_UNSPIKE, id, "").state, STORY_DRAFT);
}

static void a_past_time_is_kept_as_the_story_s_own(void **state)
{
    Newsroom *room = *state;
    StoryId id = draft(room, "urn:1");
    ActRequest request = request_of(ACT_PUBLISH, id, "");
    PublicStory story;
    Outcome out;

    request.at = T0 - HOUR;
    assert_int_equal(act_at(room, request, NOW, &out), ERR_OK);
    assert_int_equal(out.state, STORY_PUBLIC);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_int_equal(story.item.at, T0 - HOUR);
}

static void correct_needs_a_newer_version_and_a_note(void **state)
{
    Newsroom *room = *state;
    StoryId id = shown(room, "urn:1");
    PublicStory story;
    Outcome out;

    assert_int_equal(
        act_at(room, request_of(ACT_CORRECT, id, "A note"), NOW, &out),
        ERR_CONFLICT);
    save_version(room, "urn:1", 2, S("Corrected words"));
    assert_int_equal(act_at(room, request_of(ACT_CORRECT, id, " "), NOW, &out),
                     ERR_INVALID);
    out = act(room, ACT_CORRECT, id, "The words were wrong.");
    assert_int_equal(out.state, STORY_CORRECTED);
    assert_int_equal(out.version, 3); /* the note makes a version */
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_str(story.item.headline, S("Corrected words"));
    assert_int_equal(story.correction_count, 1);
    assert_str(story.corrections[0].note, S("The words were wrong."));
    assert_int_equal(story.corrections[0].at, NOW);
    assert_int_equal(last_change(room).kind, CHANGE_CORRECT);
    assert_int_equal(last_change(room).version, 3);
}

static Outcome correct_at(Newsroom *room, StoryId id, const char *note, Time at,
                          Time embargo)
{
    ActRequest request = request_of(ACT_CORRECT, id, note);
    Outcome out = {0};

    request.at = at;
    request.embargo = embargo;
    assert_int_equal(act_at(room, request, NOW, &out), ERR_OK);
    return out;
}

/* Of a version that may not be public yet, correct is a plan. */
static void a_correction_waits_for_the_end_of_its_embargo(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    StoryId id = put(room, &item, PUT_PUBLISH).story;
    PublicStory story;
    Outcome out;
    Time next;

    item.version = 2;
    item.headline = S("Secret");
    item.embargo = NOW + 2 * HOUR;
    put(room, &item, PUT_DRAFT);
    assert_int_equal(release(room, NOW + 3 * HOUR, &next), 0); /* not asked */
    out = correct_at(room, id, "It was wrong.", NOW + HOUR, TIME_NONE);
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
    out = correct_at(room, id, "Wrong.", NOW + HOUR, TIME_NONE);
    assert_int_equal(out.due, NOW + HOUR);
    assert_int_equal(act(room, ACT_UNSCHEDULE, id, "").due, TIME_NONE);
    out = correct_at(room, id, "Wrong.", TIME_NONE, NOW + HOUR);
    assert_int_equal(out.due, NOW + HOUR);
    out = correct_at(room, id, "Wrong.", TIME_NONE, NOW - HOUR);
    assert_int_equal(out.due, TIME_NONE);
    assert_int_equal(out.state, STORY_CORRECTED);
    assert_int_equal(seen(room, id, &story, NULL), ERR_OK);
    assert_str(story.item.headline, S("Corrected words"));
    assert_int_equal(story.correction_count, 1);
}

static void withdraw_leaves_a_notice_and_restore_undoes_it(void **state)
{
    Newsroom *room = *state;
    StoryId id = shown(room, "urn:1");
    PublicStory story;
    PublicNotice notice;
    Placing placing;

    assert_int_equal(act(room, ACT_WITHDRAW, id, "Under check.").state,
                     STORY_WITHDRAWN);
    assert_int_equal(last_change(room).kind, CHANGE_WITHDRAW);
    assert_int_equal(last_change(room).version, 0);
    assert_int_equal(seen(room, id, &story, &notice), ERR_GONE);
    assert_int_equal(notice.state, STORY_WITHDRAWN);
    assert_str(notice.note, S("Under check."));
    assert_str(notice.language, S("en"));
    assert_int_equal(notice.at, NOW);
    assert_int_equal(public_placing(room->readers, &room->arena, id, &placing),
                     ERR_GONE);
    assert_str(placing.section, S("facts"));
    save_version(room, "urn:1", 2, S("Not checked"));
    assert_int_equal(act(room, ACT_RESTORE, id, "").state, STORY_PUBLIC);
    assert_int_equal(last_change(room).kind, CHANGE_RESTORE);
    assert_int_equal(seen(room, id, &story, &notice), ERR_OK);
    assert_str(story.item.headline, S("Harbour bridge opens after repairs"));
    assert_int_equal(story.item.at, T0);
}

static void a_kill_is_final(void **state)
{
    Newsroom *room = *state;
    StoryId id = shown(room, "urn:1");
    PublicStory story;
    PublicNotice notice;
    Outcome out;

    act(room, ACT_WITHDRAW, id, "Under check.");
    assert_int_equal(act(room, ACT_KILL, id, "It was not true.").state,
                     STORY_KILLED);
    assert_int_equal(last_change(room).kind, CHANGE_KILL);
    assert_int_equal(seen(room, id, &story, &notice), ERR_GONE);
    assert_int_equal(notice.state, STORY_KILLED);
    assert_str(notice.note, S("It was not true."));
    assert_int_equal(act_at(room, request_of(ACT_RESTORE, id, "no"), NOW, &out),
                     ERR_CONFLICT);
}

static void a_killed_story_that_never_was_public_leaves_no_trace(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    PublicStory story;
    PublicNotice notice;
    StoryId id;
    int64_t last;

    item.embargo = NOW + HOUR;
    id = put(room, &item, PUT_PUBLISH).story;
    assert_int_equal(act(room, ACT_KILL, id, "Never mind.").change, 0);
    assert_int_equal(stored(room, id).state, STORY_KILLED);
    assert_int_equal(seen(room, id, &story, &notice), ERR_NOT_FOUND);
    assert_int_equal(changes_last(room->readers, &last), ERR_OK);
    assert_int_equal(last, 0);
}

static void acts_that_make_no_sense_are_refused(void **state)
{
    static const struct {
        const char *why;
        Act act;
        const char *note;
        Err err;
    } cases[] = {
        {"a kill needs a note", ACT_KILL, "", ERR_INVALID},
        {"a withdrawal needs a note", ACT_WITHDRAW, " \t", ERR_INVALID},
        {"a save brings a text: that is a put", ACT_SAVE, "", ERR_INVALID},
        {"only the clock releases", ACT_RELEASE, "", ERR_INVALID},
        {"it is public already", ACT_PUBLISH, "", ERR_CONFLICT},
        {"nothing to restore", ACT_RESTORE, "", ERR_CONFLICT},
        {"a note of bytes that are no text", ACT_KILL, "\xff", ERR_INVALID},
    };
    Newsroom *room = *state;
    StoryId id = shown(room, "urn:1");
    Outcome out;

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(act_at(room,
                                request_of(cases[i].act, id, cases[i].note),
                                NOW, &out),
                         cases[i].err);
    }
    assert_int_equal(
        act_at(room, request_of(ACT_KILL, (StoryId){99}, "x"), NOW, &out),
        ERR_NOT_FOUND);
    assert_int_equal(act_at(room,
                            request_of(ACT_SCHEDULE, draft(room, "urn:2"), ""),
                            NOW, &out),
                     ERR_INVALID);
}

/* ---- embargo and the clock ---- */

static void an_embargo_holds_whatever_the_desk_does(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    ActRequest request;
    PublicStory story;
    StoryId id;
    Outcome out;

    item.embargo = NOW + HOUR;
    id = put(room, &item, PUT_PUBLISH).story;
    assert_int_equal(act(room, ACT_PUBLISH, id, "").state, STORY_SCHEDULED);
    assert_int_equal(act(room, ACT_UNSCHEDULE, id, "").state, STORY_DRAFT);
    assert_int_equal(act(room, ACT_PUBLISH, id, "").state, STORY_SCHEDULED);
    request = request_of(ACT_SCHEDULE, id, "");
    request.at = NOW + HOUR / 2;
    assert_int_equal(act_at(room, request, NOW, &out), ERR_OK);
    assert_int_equal(stored(room, id).due_at, NOW + HOUR);
    assert_true(stored(room, id).embargo);
    assert_int_equal(seen(room, id, &story, NULL), ERR_NOT_FOUND);
    request = request_of(ACT_PUBLISH, id, "");
    request.embargo = NOW - HOUR; /* somebody says that it is over */
    assert_int_equal(act_at(room, request, NOW, &out), ERR_OK);
    assert_int_equal(out.state, STORY_PUBLIC);
    assert_false(stored(room, id).embargo);
}

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
        Str uri = str_format(&room->arena, "urn:%zu", i);
        Item item = sample_item(str_z(&room->arena, uri), 1);
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

    for (int i = 0; i < 250; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);
        Item item = sample_item(str_z(&room->arena, uri), 1);

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
    sqlite3 *raw;
    char sql[100];

    snprintf(sql, sizeof sql, "UPDATE story SET latest = 9 WHERE number = %lld",
             (long long)id.number);
    assert_int_equal(sqlite3_open(room->path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
}

/* More bad ones than are released at once do not stop the good one either. */
static void a_bad_story_stops_no_other(void **state)
{
    Newsroom *room = *state;
    Released released = {0};
    StoryId id = {0};
    PublicStory story;
    Time next;

    for (int i = 0; i < 121; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);
        Item item = sample_item(str_z(&room->arena, uri), 1);

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
        newsroom_test(a_put_is_public_with_its_own_time),
        newsroom_test(a_put_without_time_is_published_now),
        newsroom_test(versions_of_the_source_decide),
        newsroom_test(a_newer_version_replaces_silently_or_with_a_note),
        newsroom_test(a_correction_has_the_time_that_its_source_gives),
        newsroom_test(a_story_that_comes_corrected_says_so),
        newsroom_test(a_newer_draft_leaves_the_public_version),
        newsroom_test(a_newer_draft_leaves_the_public_ties),
        newsroom_test(a_draft_takes_nothing_from_readers),
        newsroom_test(a_mere_headline_does_not_replace_a_text),
        newsroom_test(withheld_embargoed_and_later_items_wait),
        newsroom_test(later_versions_move_a_waiting_story),
        newsroom_test(the_same_version_may_say_otherwise_of_the_rest),
        newsroom_test(what_was_said_at_any_time_is_known),
        newsroom_test(a_correction_brings_the_ties_of_its_version),
        newsroom_test(an_embargoed_version_of_a_public_story_stays_unseen),
        newsroom_test(a_version_after_an_embargoed_one_waits_too),
        newsroom_test(an_import_keeps_the_embargo_of_the_desk),
        newsroom_test(translations_find_one_another_in_any_order),
        newsroom_test(a_story_follows_one_that_comes_later),
        newsroom_test(stories_do_not_follow_one_another_in_a_circle),
        newsroom_test(ties_are_few),
        newsroom_test(puts_are_refused_whole),
        newsroom_test(a_refused_put_leaves_nothing_in_its_batch),
        newsroom_test(a_draft_goes_its_way_to_the_readers),
        newsroom_test(spiked_is_undone_and_shows_nothing),
        newsroom_test(a_past_time_is_kept_as_the_story_s_own),
        newsroom_test(correct_needs_a_newer_version_and_a_note),
        newsroom_test(a_correction_waits_for_the_end_of_its_embargo),
        newsroom_test(a_planned_correction_is_moved_lifted_or_taken_back),
        newsroom_test(withdraw_leaves_a_notice_and_restore_undoes_it),
        newsroom_test(a_kill_is_final),
        newsroom_test(a_killed_story_that_never_was_public_leaves_no_trace),
        newsroom_test(acts_that_make_no_sense_are_refused),
        newsroom_test(an_embargo_holds_whatever_the_desk_does),
        newsroom_test(the_clock_releases_in_time_and_says_how_late),
        newsroom_test(a_bad_story_stops_no_other),
        newsroom_test(many_due_at_once_all_go_out_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
