/* test/unit/story/state_test.c -- who may move a story, and where to. */
#include "check.h"

#include "story/item.h"

static void every_move_is_allowed_or_refused_as_listed(void **unused)
{
    static const struct {
        const char *why;
        StoryState from;
        Act act;
        Role role;
        Err err;
        StoryState to; /* meaningful when err is ERR_OK */
    } moves[] = {
        {"a contributor submits a draft", STORY_DRAFT, ACT_SUBMIT,
         ROLE_CONTRIBUTOR, ERR_OK, STORY_REVIEW},
        {"an editor publishes from review", STORY_REVIEW, ACT_PUBLISH,
         ROLE_EDITOR, ERR_OK, STORY_PUBLIC},
        {"a reporter may not publish", STORY_REVIEW, ACT_PUBLISH, ROLE_REPORTER,
         ERR_FORBIDDEN, 0},
        {"the clock releases what was scheduled", STORY_SCHEDULED, ACT_RELEASE,
         ROLE_OPERATOR, ERR_OK, STORY_PUBLIC},
        {"an editor is not the clock", STORY_SCHEDULED, ACT_RELEASE,
         ROLE_EDITOR, ERR_FORBIDDEN, 0},
        {"a correction follows a correction", STORY_CORRECTED, ACT_CORRECT,
         ROLE_EDITOR, ERR_OK, STORY_CORRECTED},
        {"a draft has nothing to correct", STORY_DRAFT, ACT_CORRECT, ROLE_CHIEF,
         ERR_CONFLICT, 0},
        {"withdrawing can be undone", STORY_WITHDRAWN, ACT_RESTORE, ROLE_EDITOR,
         ERR_OK, STORY_PUBLIC},
        {"a kill is final", STORY_KILLED, ACT_RESTORE, ROLE_OPERATOR,
         ERR_CONFLICT, 0},
        {"a killed story is not saved", STORY_KILLED, ACT_SAVE, ROLE_OPERATOR,
         ERR_CONFLICT, 0},
        {"what is public cannot be spiked", STORY_PUBLIC, ACT_SPIKE, ROLE_CHIEF,
         ERR_CONFLICT, 0},
        {"what was spiked becomes a draft", STORY_SPIKED, ACT_UNSPIKE,
         ROLE_REPORTER, ERR_OK, STORY_DRAFT},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(moves); i++) {
        StoryState to = moves[i].from;
        Err err = state_next(to, moves[i].act, moves[i].role, &to);

        check_row(moves[i].why);
        assert_int_equal(err, moves[i].err);
        assert_int_equal(to, err ? moves[i].from : moves[i].to);
    }
}

/* Whatever the act, nothing leads out of killed, and only the acts that mean
 * it lead into what readers see. */
static void only_named_acts_make_public(void **unused)
{
    (void)unused;
    for (int from = 0; from < STORY_STATE_COUNT; from++)
        for (int act = 0; act < ACT_COUNT; act++) {
            StoryState to;

            if (state_next((StoryState)from, (Act)act, ROLE_OPERATOR, &to))
                continue;
            assert_int_not_equal(from, STORY_KILLED);
            if (!story_is_public(to) || story_is_public((StoryState)from))
                continue;
            assert_true(act == ACT_PUBLISH || act == ACT_RELEASE ||
                        act == ACT_RESTORE);
        }
}

static void words_of_states_and_acts_go_both_ways(void **unused)
{
    StoryState state;
    Act act;

    (void)unused;
    for (int i = 0; i < STORY_STATE_COUNT; i++) {
        assert_true(
            state_from_word(str_from(state_word((StoryState)i)), &state));
        assert_int_equal(state, i);
    }
    for (int i = 0; i < ACT_COUNT; i++) {
        assert_true(act_from_word(str_from(act_word((Act)i)), &act));
        assert_int_equal(act, i);
    }
    assert_false(act_from_word(S("publishx"), &act));
}

static void items_over_a_limit_are_refused_by_name(void **unused)
{
    Arena arena = arena_open();
    char long_line[HEADLINE_MAX + 2];
    Item item = item_none();
    Fault fault = fault_none();

    (void)unused;
    memset(long_line, 'x', sizeof long_line);
    assert_int_equal(item_check(&item, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.text, "headline"));
    item.headline = (Str){long_line, HEADLINE_MAX};
    assert_int_equal(item_check(&item, &fault), ERR_OK);
    item.headline = (Str){long_line, HEADLINE_MAX + 1};
    assert_int_equal(item_check(&item, &fault), ERR_TOO_BIG);
    item.headline = S("two\nlines");
    assert_int_equal(item_check(&item, &fault), ERR_INVALID);
    item.headline = item_line(&arena, S("  two\n\t lines\xC2\xA0 "));
    assert_str(item.headline, S("two lines"));
    for (int i = 0; i <= TAGS_MAX; i++) {
        Str slug = str_format(&arena, "tag-%d", i);

        assert_int_equal(item_check(&item, &fault), ERR_OK);
        item_tag(&item, &arena, slug, slug);
        item_tag(&item, &arena, slug, slug); /* a second time: dropped */
    }
    assert_int_equal(item_check(&item, &fault), ERR_TOO_BIG);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_is_allowed_or_refused_as_listed),
        cmocka_unit_test(only_named_acts_make_public),
        cmocka_unit_test(words_of_states_and_acts_go_both_ways),
        cmocka_unit_test(items_over_a_limit_are_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
