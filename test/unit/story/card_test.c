/* test/unit/story/card_test.c -- cards are known by their words. */
#include "check.h"

#include "story/card.h"

static void another_word_is_another_card(void **unused)
{
    const Card card = {S("One two"), S("World"), S("Agency"), S("en")};
    const Card others[] = {
        {S("One twO"), S("World"), S("Agency"), S("en")},
        {S("One two"), S("Facts"), S("Agency"), S("en")},
        {S("One two"), S("World"), S("Agenda"), S("en")},
        {S("One two"), S("World"), S("Agency"), S("uk")},
        {S("One two"), S("WorldAgency"), S(""), S("en")},
    };
    Arena arena = arena_open();
    Str mark = card_mark(&arena, &card);

    (void)unused;
    /* the same on every machine and after each start */
    assert_str(mark, S("af27d8a82d9d141a"));
    for (size_t i = 0; i < COUNT(others); i++)
        assert_false(str_eq(card_mark(&arena, &others[i]), mark));
    arena_close(&arena);
}

static void names_are_read_as_they_are_written(void **unused)
{
    static const char *const wrong[] = {
        "",
        "17",
        "17-",
        "17-0123456789abcdef",
        "17-0123456789abcdef.png",
        "17-0123456789abcde.jpg",
        "17-0123456789abcdef0.jpg",
        "17-0123456789ABCDEF.jpg",
        "17-0123456789abcdeg.jpg",
        "017-0123456789abcdef.jpg",
        "0-0123456789abcdef.jpg",
        "-17-0123456789abcdef.jpg",
        "+17-0123456789abcdef.jpg",
        "99999999999999999999-0123456789abcdef.jpg",
        "17-../../../../etc/pas.jpg",
    };
    Arena arena = arena_open();
    StoryId story;
    Str mark;

    (void)unused;
    assert_true(
        card_named(card_name(&arena, (StoryId){17}, S("0123456789abcdef")),
                   &story, &mark));
    assert_int_equal(story.number, 17);
    assert_str(mark, S("0123456789abcdef"));
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (card_named(str_from(wrong[i]), &story, &mark))
            fail_msg("%s", wrong[i]);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_word_is_another_card),
        cmocka_unit_test(names_are_read_as_they_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
