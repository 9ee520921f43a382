/* test/unit/desk/acts_test.c -- how acts move a story, and what readers are
 * told of it. */
#include "copydesk.h"

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
    PublicStory story;
    Outcome out;

    out = act_timed(room, ACT_PUBLISH, id, "", T0 - HOUR, TIME_NONE);
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(a_draft_goes_its_way_to_the_readers),
        newsroom_test(spiked_is_undone_and_shows_nothing),
        newsroom_test(a_past_time_is_kept_as_the_story_s_own),
        newsroom_test(correct_needs_a_newer_version_and_a_note),
        newsroom_test(withdraw_leaves_a_notice_and_restore_undoes_it),
        newsroom_test(a_kill_is_final),
        newsroom_test(a_killed_story_that_never_was_public_leaves_no_trace),
        newsroom_test(acts_that_make_no_sense_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
