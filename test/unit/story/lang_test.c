/* test/unit/story/lang_test.c -- which language tags are taken, and how. */
#include "check.h"

#include "story/lang.h"

static void tags_are_checked_and_put_in_order(void **unused)
{
    static const struct {
        const char *why;
        Str tag;
        Err err;
        Str canonical;
    } cases[] = {
        {"a language", S_INIT("uk"), ERR_OK, S_INIT("uk")},
        {"capitals", S_INIT("EN"), ERR_OK, S_INIT("en")},
        {"three letters", S_INIT("ckb"), ERR_OK, S_INIT("ckb")},
        {"a region", S_INIT("EN-gb"), ERR_OK, S_INIT("en-GB")},
        {"an underscore", S_INIT("pt_br"), ERR_OK, S_INIT("pt-BR")},
        {"a region of digits", S_INIT("es-419"), ERR_OK, S_INIT("es-419")},
        {"a script", S_INIT("sr-LATN"), ERR_OK, S_INIT("sr-Latn")},
        {"both", S_INIT("zh-hant-tw"), ERR_OK, S_INIT("zh-Hant-TW")},
        {"an extlang", S_INIT("zh-yue"), ERR_OK, S_INIT("zh-yue")},
        {"a variant", S_INIT("de-1901"), ERR_OK, S_INIT("de-1901")},
        {"two variants", S_INIT("sl-rozaj-biske"), ERR_OK,
         S_INIT("sl-rozaj-biske")},
        {"an extension", S_INIT("ar-U-NU-latn"), ERR_OK,
         S_INIT("ar-u-nu-latn")},
        {"a private part", S_INIT("en-x-ABC"), ERR_OK, S_INIT("en-x-abc")},
        {"empty", S_INIT(""), ERR_INVALID, S_INIT("")},
        {"one letter", S_INIT("u"), ERR_INVALID, S_INIT("")},
        {"digits", S_INIT("u1"), ERR_INVALID, S_INIT("")},
        {"four letters", S_INIT("ukra"), ERR_INVALID, S_INIT("")},
        {"a hyphen at the end", S_INIT("uk-"), ERR_INVALID, S_INIT("")},
        {"two hyphens", S_INIT("uk--UA"), ERR_INVALID, S_INIT("")},
        {"two regions", S_INIT("en-GB-US"), ERR_INVALID, S_INIT("")},
        {"a script behind a region", S_INIT("zh-TW-Hant"), ERR_INVALID,
         S_INIT("")},
        {"a long part", S_INIT("en-abcdefghi"), ERR_INVALID, S_INIT("")},
        {"an empty extension", S_INIT("en-u"), ERR_INVALID, S_INIT("")},
        {"a space", S_INIT("en US"), ERR_INVALID, S_INIT("")},
        {"a path", S_INIT("../en"), ERR_INVALID, S_INIT("")},
        {"a script's letters", S_INIT("ук"), ERR_INVALID, S_INIT("")},
        {"too long", S_INIT("en-x-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaa"),
         ERR_INVALID, S_INIT("")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Str out = {0};

        check_row(cases[i].why);
        assert_int_equal(lang_read(&arena, cases[i].tag, &out), cases[i].err);
        assert_str(out, cases[i].canonical);
    }
    arena_close(&arena);
}

static void direction_and_region_follow_the_tag(void **unused)
{
    static const struct {
        const char *why;
        Str tag;
        bool rtl;
        Str open_graph;
    } cases[] = {
        {"English", S_INIT("en"), false, S_INIT("en_GB")},
        {"of a region", S_INIT("en-US"), false, S_INIT("en_US")},
        {"Ukrainian", S_INIT("uk"), false, S_INIT("uk_UA")},
        {"Russian", S_INIT("ru"), false, S_INIT("ru_RU")},
        {"Arabic", S_INIT("ar"), true, S_INIT("ar_AR")},
        {"of a region", S_INIT("ar-EG"), true, S_INIT("ar_EG")},
        {"Hebrew", S_INIT("he"), true, S_INIT("he_IL")},
        {"Sorani", S_INIT("ckb"), true, S_INIT("ckb_IQ")},
        {"Punjabi in Arabic letters", S_INIT("pa-Arab"), true, S_INIT("pa_PK")},
        {"Arabic in Latin letters", S_INIT("ar-Latn"), false, S_INIT("ar_EG")},
        {"a private part is no script", S_INIT("en-x-Arab"), false,
         S_INIT("en_US")},
        {"unknown", S_INIT("qqq"), false, S_INIT("qqq")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(lang_is_rtl(cases[i].tag), cases[i].rtl);
        assert_str(lang_open_graph(&arena, cases[i].tag), cases[i].open_graph);
    }
    assert_str(lang_primary(S("zh-Hant-TW")), S("zh"));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_checked_and_put_in_order),
        cmocka_unit_test(direction_and_region_follow_the_tag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
