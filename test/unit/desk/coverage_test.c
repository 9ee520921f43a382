/* test/unit/desk/coverage_test.c -- live coverage: what may be done to its
 * entries, and what readers see of it. */
#include "copydesk.h"

#include "desk/coverage.h"

static const Actor reporter = {ROLE_REPORTER, S_INIT("ann")};
static const Actor editor = {ROLE_EDITOR, S_INIT("ben")};

static Err entry(Newsroom *room, const Actor *actor, EntryRequest request,
                 EntryOutcome *out, Fault *fault)
{
    Err err = store_begin(room->desk);

    if (!err)
        err = desk_entry(room->desk, &room->arena, actor, &request,
                         T0 + TIME_HOUR, out, fault);
    return store_end(room->desk, err);
}

static StoryId a_story(Newsroom *room, StoryState state)
{
    Story story = sample_story(S("urn:live"), S("en"), T0);
    Version version = sample_version(S("An election"));

    if (state == STORY_PUBLIC) return room_publish(room, story, version).id;
    story.state = state;
    return room_draft(room, &story, version);
}

static EntryRequest text(StoryId story, const char *words)
{
    return (EntryRequest){.act = ENTRY_PUT,
                          .story = story,
                          .headline = str_from(words),
                          .body = {S("<p>So it is.</p>")}};
}

static Entries entries_of(Newsroom *room, StoryId story)
{
    Entries entries;

    assert_int_equal(
        public_entries(room->readers, &room->arena, story, 100, &entries),
        ERR_OK);
    return entries;
}

static void entries_come_newest_first_and_pinned_before(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_PUBLIC);
    EntryRequest pinned = text(story, "Pinned");
    EntryOutcome out;
    Entries entries;
    Time ended_at;

    assert_int_equal(public_coverage(room->readers, story, &ended_at),
                     ERR_NOT_FOUND);
    assert_int_equal(entry(room, &reporter, text(story, "First"), &out, NULL),
                     ERR_OK);
    assert_int_equal(out.entry.number, 1);
    assert_int_equal(out.ended_at, TIME_NONE);
    assert_true(out.change > 0);
    pinned.pinned = true;
    assert_int_equal(entry(room, &reporter, pinned, &out, NULL), ERR_OK);
    assert_int_equal(entry(room, &reporter, text(story, "Third"), &out, NULL),
                     ERR_OK);
    entries = entries_of(room, story);
    assert_int_equal(entries.count, 3);
    assert_str(entries.items[0].headline, S("Pinned"));
    assert_str(entries.items[1].headline, S("Third"));
    assert_str(entries.items[2].headline, S("First"));
    assert_int_equal(public_coverage(room->readers, story, &ended_at), ERR_OK);
    assert_int_equal(ended_at, TIME_NONE);
}

static void what_readers_saw_changes_with_a_word_to_them(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_PUBLIC);
    EntryRequest request;
    EntryOutcome out;
    Fault fault = fault_none();
    Entries entries;

    assert_int_equal(entry(room, &editor, text(story, "Ten"), &out, NULL),
                     ERR_OK);
    request = text(story, "Twelve");
    request.number = 1;
    assert_int_equal(entry(room, &editor, request, &out, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.text, "note"));
    request.note = S("Two came late.");
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_OK);
    assert_int_equal(out.entry.version, 2);
    entries = entries_of(room, story);
    assert_int_equal(entries.count, 1);
    assert_str(entries.items[0].headline, S("Twelve"));
    assert_str(entries.items[0].note, S("Two came late."));

    /* a mark changes nothing else, and needs no word */
    request = (EntryRequest){
        .act = ENTRY_MARK, .story = story, .number = 1, .key = true};
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_OK);
    entries = entries_of(room, story);
    assert_true(entries.items[0].key);
    assert_str(entries.items[0].headline, S("Twelve"));

    request =
        (EntryRequest){.act = ENTRY_WITHDRAW, .story = story, .number = 1};
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_INVALID);
    request.note = S("It was not so.");
    assert_int_equal(entry(room, &reporter, request, &out, NULL),
                     ERR_FORBIDDEN);
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_OK);
    assert_int_equal(entries_of(room, story).count, 0);
    request.act = ENTRY_MARK;
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_CONFLICT);
}

/* Readers who saw an entry before its story was withdrawn see what became of it
 * when that is restored. */
static void what_readers_saw_stays_theirs_while_its_story_is_withdrawn(
    void **state)
{
    Newsroom *room = *state;
    StoryId story = shown(room, "urn:1");
    EntryRequest request = text(story, "Twelve");
    EntryOutcome out;
    Fault fault = fault_none();
    Entries entries;

    assert_int_equal(entry(room, &editor, text(story, "Ten"), &out, NULL),
                     ERR_OK);
    act(room, ACT_WITHDRAW, story, "It is looked at again.");
    request.number = 1;
    assert_int_equal(entry(room, &editor, request, &out, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.text, "note"));
    request.act = ENTRY_WITHDRAW;
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_INVALID);
    request.act = ENTRY_PUT;
    request.note = S("Two came late.");
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_OK);
    assert_int_equal(out.change, 0);
    act(room, ACT_RESTORE, story, "");
    entries = entries_of(room, story);
    assert_int_equal(entries.count, 1);
    assert_str(entries.items[0].headline, S("Twelve"));
    assert_str(entries.items[0].note, S("Two came late."));
}

static void a_note_of_blanks_is_none(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_PUBLIC);
    EntryRequest request = text(story, "Twelve");
    EntryOutcome out;
    Entries entries;

    assert_int_equal(entry(room, &editor, text(story, "Ten"), &out, NULL),
                     ERR_OK);
    request.number = 1;
    request.note = S(" \n\t ");
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_INVALID);
    request.act = ENTRY_WITHDRAW;
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_INVALID);
    request.act = ENTRY_PUT;
    request.note = S(" Two came late.\n");
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_OK);
    entries = entries_of(room, story);
    assert_str(entries.items[0].note, S("Two came late."));
}

/* What nobody has read yet needs no word. */
static void before_its_story_is_public_an_entry_changes_freely(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_DRAFT);
    EntryRequest request = text(story, "Twelve");
    EntryOutcome out;

    assert_int_equal(entry(room, &editor, text(story, "Ten"), &out, NULL),
                     ERR_OK);
    request.number = 1;
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_OK);
    request.act = ENTRY_WITHDRAW;
    assert_int_equal(entry(room, &editor, request, &out, NULL), ERR_OK);
}

static void it_ends_and_goes_on(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_PUBLIC);
    EntryRequest end = {.act = ENTRY_END, .story = story};
    EntryRequest resume = {.act = ENTRY_RESUME, .story = story};
    EntryOutcome out;
    Time ended_at;

    assert_int_equal(entry(room, &editor, end, &out, NULL), ERR_CONFLICT);
    assert_int_equal(entry(room, &editor, text(story, "One"), &out, NULL),
                     ERR_OK);
    assert_int_equal(entry(room, &editor, resume, &out, NULL), ERR_CONFLICT);
    assert_int_equal(entry(room, &editor, end, &out, NULL), ERR_OK);
    assert_int_equal(public_coverage(room->readers, story, &ended_at), ERR_OK);
    assert_int_equal(ended_at, T0 + TIME_HOUR);
    assert_int_equal(entry(room, &editor, text(story, "Two"), &out, NULL),
                     ERR_CONFLICT);
    assert_int_equal(entry(room, &editor, resume, &out, NULL), ERR_OK);
    assert_int_equal(entry(room, &editor, text(story, "Two"), &out, NULL),
                     ERR_OK);
}

/* Entries wait with their story, and are in no log while it is not public. */
static void each_state_has_a_mark_of_its_own(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_PUBLIC);
    EntryRequest steps[] = {
        text(story, "First"),
        text(story, "Second"),
        {.act = ENTRY_MARK, .story = story, .number = 1, .pinned = true},
        {.act = ENTRY_MARK, .story = story, .number = 1},
        {.act = ENTRY_WITHDRAW, .story = story, .number = 2, .note = S("No.")},
        text(story, "Third"),
        {.act = ENTRY_WITHDRAW, .story = story, .number = 1, .note = S("No.")},
        {.act = ENTRY_END, .story = story},
        {.act = ENTRY_WITHDRAW, .story = story, .number = 3, .note = S("No.")},
    };
    Str marks[COUNT(steps)];
    EntryOutcome out;

    assert_int_equal(
        public_coverage_mark(room->readers, &room->arena, story, &marks[0]),
        ERR_NOT_FOUND);
    for (size_t i = 0; i < COUNT(steps); i++) {
        assert_int_equal(entry(room, &editor, steps[i], &out, NULL), ERR_OK);
        assert_int_equal(
            public_coverage_mark(room->readers, &room->arena, story, &marks[i]),
            ERR_OK);
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(marks[i], marks[k]));
    }
}

static void readers_see_none_of_a_story_that_is_not_public(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_DRAFT);
    EntryOutcome out;
    Entry one;
    int64_t last;

    assert_int_equal(entry(room, &reporter, text(story, "Early"), &out, NULL),
                     ERR_OK);
    assert_int_equal(out.change, 0);
    assert_int_equal(changes_last(room->readers, &last), ERR_OK);
    assert_int_equal(last, 0);
    assert_int_equal(entries_of(room, story).count, 0);
    assert_int_equal(public_entry(room->readers, &room->arena, story, 1, &one),
                     ERR_NOT_FOUND);
}

static void what_cannot_be_is_refused(void **state)
{
    Newsroom *room = *state;
    StoryId story = a_story(room, STORY_PUBLIC);
    static const Actor nobody = {ROLE_CONTRIBUTOR, S_INIT("eve")};
    EntryRequest empty = {.act = ENTRY_PUT, .story = story};
    EntryRequest other = text(story, "Of none");
    EntryOutcome out;

    assert_int_equal(entry(room, &nobody, text(story, "One"), &out, NULL),
                     ERR_FORBIDDEN);
    assert_int_equal(entry(room, &editor, empty, &out, NULL), ERR_INVALID);
    other.number = 7;
    assert_int_equal(entry(room, &editor, other, &out, NULL), ERR_NOT_FOUND);
    other.number = 0;
    other.story.number = 999;
    assert_int_equal(entry(room, &editor, other, &out, NULL), ERR_NOT_FOUND);
    assert_int_equal(entries_of(room, story).count, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(entries_come_newest_first_and_pinned_before),
        newsroom_test(what_readers_saw_changes_with_a_word_to_them),
        newsroom_test(
            what_readers_saw_stays_theirs_while_its_story_is_withdrawn),
        newsroom_test(a_note_of_blanks_is_none),
        newsroom_test(before_its_story_is_public_an_entry_changes_freely),
        newsroom_test(it_ends_and_goes_on),
        newsroom_test(each_state_has_a_mark_of_its_own),
        newsroom_test(readers_see_none_of_a_story_that_is_not_public),
        newsroom_test(what_cannot_be_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
