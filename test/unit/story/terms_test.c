/* test/unit/story/terms_test.c -- which words of a headline tell it apart, and
 * what is counted as a word of a text. */
#include "check.h"

#include "story/item.h"
#include "story/terms.h"

static bool shares(Str a, Str b)
{
    TermList x = terms_of(a);
    TermList y = terms_of(b);

    for (size_t i = 0; i < x.count; i++)
        for (size_t j = 0; j < y.count; j++)
            if (x.items[i] == y.items[j]) return true;
    return false;
}

static void words_are_found_in_any_writing(void **unused)
{
    static const struct {
        const char *why;
        const char *a, *b;
        bool shared;
    } cases[] = {
        {"a word in common", "Bridge opens", "The bridge again", true},
        {"case does not matter", "BRIDGE", "bridge", true},
        {"in Cyrillic neither", "МІСТ відкрито", "Уряд: відкрито", true},
        {"nor in Greek", "ΓΕΦΥΡΑ", "γεφυρα", true},
        {"short words say nothing", "The new one", "The old one", false},
        {"digits alone neither", "2021", "2021", false},
        {"but they belong to a word", "Falcon9", "Falcon", false},
        {"punctuation ends a word", "bridge,harbour", "«harbour»", true},
        {"a dash too",
         "Harbour\xE2\x80\x94"
         "bridge",
         "bridge", true},
        {"Arabic with its marks", "الحكومة تعلن", "تقول الحكومة", true},
        {"nothing in nothing", "", "", false},
        {"bytes that are no text", "\xff\xfe", "\xff\xfe", false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(shares(str_from(cases[i].a), str_from(cases[i].b)),
                         cases[i].shared);
    }
}

static void the_longest_are_kept_and_none_twice(void **unused)
{
    Arena arena = arena_open();
    Str headline = S("first");

    (void)unused;
    for (int i = 0; i < TERMS_MAX; i++)
        headline = str_format(&arena, "%.*s longer%c longer%c",
                              STR_ARG(headline), 'a' + i, 'a' + i);
    assert_int_equal(terms_of(headline).count, TERMS_MAX);
    assert_false(shares(headline, S("first")));
    assert_true(shares(headline, S("longera")));
    assert_true(shares(S("first second"), S("first")));
    assert_int_equal(terms_of(S("word word word")).count, 1);
    assert_int_equal(terms_of(S("word")).items[0],
                     terms_of(S("Word")).items[0]);
    arena_close(&arena);
}

static void words_of_a_text_are_counted_without_its_tags(void **unused)
{
    static const struct {
        const char *why;
        const char *body;
        int32_t words;
    } cases[] = {
        {"nothing", "", 0},
        {"a sentence", "<p>One two, three.</p>", 3},
        {"tags part words", "<p>one</p><p>two</p>", 2},
        {"attributes are none", "<a href=\"https://x.org/a b\">one</a>", 1},
        {"dashes of ASCII are none", "one - two", 2},
        {"dashes and marks beyond ASCII are none", "<p>один – два « …</p>", 2},
        {"a word that begins with a mark", "<p>«два» –три</p>", 2},
        {"other writings", "<p>Один два\xC2\xA0три</p>", 2},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(item_words((Html){str_from(cases[i].body)}),
                         cases[i].words);
    }
}

static void an_item_is_made_ready_once(void **unused)
{
    Arena arena = arena_open();
    Item item = item_none();

    (void)unused;
    item.headline = S("Harbour bridge opens");
    item.body = (Html){S("<p>One two</p>")};
    assert_false(item.ready);
    item_prepare(&item, &arena, S("en"));
    assert_true(item.ready);
    assert_str(item.slug, S("harbour-bridge-opens"));
    assert_int_equal(item.words, 2);
    item.slug = S("its-own");
    item.words = 7;
    item_prepare(&item, &arena, S("en"));
    assert_str(item.slug, S("its-own"));
    assert_int_equal(item.words, 7);
    arena_close(&arena);
}

static void what_stands_in_addresses_is_checked(void **unused)
{
    Arena arena = arena_open();
    Item item = item_none();
    Tag twice[] = {{S("nato"), S("NATO")}, {S("nato"), S("Nato")}};

    (void)unused;
    item.headline = S("Headline");
    item.section = S("World news");
    assert_int_equal(item_check(&item, NULL), ERR_INVALID);
    item.section = S("world-news");
    assert_int_equal(item_check(&item, NULL), ERR_OK);
    item.tags = (TagList){twice, 2};
    assert_int_equal(item_check(&item, NULL), ERR_INVALID);
    twice[1].slug = S("n\tato");
    assert_int_equal(item_check(&item, NULL), ERR_INVALID);
    twice[1].slug = S("kyiv");
    assert_int_equal(item_check(&item, NULL), ERR_OK);
    item.body = (Html){S("<p>\xff</p>")};
    assert_int_equal(item_check(&item, NULL), ERR_INVALID);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_in_any_writing),
        cmocka_unit_test(the_longest_are_kept_and_none_twice),
        cmocka_unit_test(words_of_a_text_are_counted_without_its_tags),
        cmocka_unit_test(an_item_is_made_ready_once),
        cmocka_unit_test(what_stands_in_addresses_is_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
