/* test/unit/store/expect_test.c -- stories that are asked for together, while
 * others are being added: nothing that comes before the answer is missed. */
#include "newsroom.h"

static StrList list_of(Newsroom *room, const char *words)
{
    StrList list = {0};
    Str rest = str_from(words);

    while (rest.len)
        strs_add(&list, &room->arena, str_cut(&rest, ' '));
    return list;
}

static void expect(Newsroom *room, const char *uris, const char *keys)
{
    stories_expect(room->desk, list_of(room, uris), list_of(room, keys));
}

static Err find(Newsroom *room, const char *uri)
{
    Story story;

    return stories_find(room->desk, &room->arena, str_from(uri), &story);
}

static StoryId add(Newsroom *room, const char *uri)
{
    Story story = sample_story(str_from(uri), S("en"), T0);
    Version version = sample_version(S("Headline"));
    int64_t change;

    version.section = str_from(uri); /* a new one: there is a question */
    assert_int_equal(stories_add(room->desk, &room->arena, &story, &version,
                                 &(Publicity){0}, T0, &change),
                     ERR_OK);
    return story.id;
}

static StoryId group_of(Newsroom *room, const char *key, StoryId mine)
{
    StoryId group = mine;

    assert_int_equal(peers_by_key(room->desk, str_from(key), mine, &group),
                     ERR_OK);
    return group;
}

static void the_answer_tells_which_are_there(void **state)
{
    Newsroom *room = *state;
    StoryId first, second;

    assert_int_equal(store_begin(room->desk), ERR_OK);
    first = add(room, "urn:1");
    assert_int_equal(group_of(room, "a", first).number, first.number);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);

    assert_int_equal(store_begin(room->desk), ERR_OK);
    expect(room, "urn:1 urn:2", "a b");
    assert_int_equal(stories_expected(room->desk), ERR_OK);
    assert_int_equal(find(room, "urn:1"), ERR_OK);
    assert_int_equal(find(room, "urn:2"), ERR_NOT_FOUND);
    second = add(room, "urn:2");
    assert_int_equal(find(room, "urn:2"), ERR_OK);
    assert_int_equal(group_of(room, "a", second).number, first.number);
    assert_int_equal(group_of(room, "b", second).number, second.number);
    assert_int_equal(group_of(room, "b", first).number, second.number);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    room_is_whole(room);
}

/* As an import does it: the next ones are asked for, then these are added,
 * and some of the next ones are among them. */
static void what_comes_before_the_answer_is_not_missed(void **state)
{
    Newsroom *room = *state;
    StoryId third;

    assert_int_equal(store_begin(room->desk), ERR_OK);
    expect(room, "urn:1 urn:2 urn:3", "a");
    assert_int_equal(stories_expected(room->desk), ERR_OK);
    add(room, "urn:1");
    expect(room, "urn:1 urn:3 urn:4", "a b c");
    assert_int_equal(find(room, "urn:2"), ERR_NOT_FOUND);
    assert_int_equal(find(room, "urn:3"), ERR_NOT_FOUND);
    third = add(room, "urn:3");
    assert_int_equal(group_of(room, "a", third).number, third.number);
    assert_int_equal(group_of(room, "b", third).number, third.number);
    assert_int_equal(stories_expected(room->desk), ERR_OK);
    assert_int_equal(find(room, "urn:1"), ERR_OK);
    assert_int_equal(find(room, "urn:3"), ERR_OK);
    assert_int_equal(find(room, "urn:4"), ERR_NOT_FOUND);
    for (const char *const *key = (const char *const[]){"a", "b", NULL}; *key;
         key++)
        assert_int_equal(group_of(room, *key, (StoryId){99}).number,
                         third.number);
    assert_int_equal(group_of(room, "c", third).number, third.number);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(find(room, "urn:3"), ERR_OK);
    room_is_whole(room);
}

static void nobody_need_wait_for_the_answer(void **state)
{
    Newsroom *room = *state;

    assert_int_equal(store_begin(room->desk), ERR_OK);
    expect(room, "urn:1 urn:2", "a");
    expect(room, "urn:3", "");
    assert_int_equal(stories_expected(room->desk), ERR_OK);
    assert_int_equal(stories_expected(room->desk), ERR_OK);
    assert_int_equal(find(room, "urn:1"), ERR_NOT_FOUND);
    add(room, "urn:1");
    expect(room, "urn:4", "b");
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);

    assert_int_equal(store_begin(room->desk), ERR_OK);
    expect(room, "urn:5", "c");
    assert_int_equal(store_end(room->desk, ERR_CONFLICT), ERR_CONFLICT);
    assert_int_equal(find(room, "urn:1"), ERR_OK);
    room_is_whole(room);
}

/* Nothing that a part made known is believed when it was undone. */
static void a_part_that_is_undone_expected_nothing(void **state)
{
    Newsroom *room = *state;
    StoryId first, second;

    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(store_part_begin(room->desk), ERR_OK);
    expect(room, "urn:1", "a");
    assert_int_equal(stories_expected(room->desk), ERR_OK);
    first = add(room, "urn:1");
    assert_int_equal(group_of(room, "a", first).number, first.number);
    expect(room, "urn:2", "b");
    assert_int_equal(store_part_end(room->desk, ERR_CONFLICT), ERR_CONFLICT);
    assert_int_equal(stories_expected(room->desk), ERR_OK);
    assert_int_equal(find(room, "urn:1"), ERR_NOT_FOUND);
    second = add(room, "urn:2");
    assert_int_equal(group_of(room, "a", second).number, second.number);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(find(room, "urn:2"), ERR_OK);
    room_is_whole(room);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(the_answer_tells_which_are_there),
        newsroom_test(what_comes_before_the_answer_is_not_missed),
        newsroom_test(nobody_need_wait_for_the_answer),
        newsroom_test(a_part_that_is_undone_expected_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
