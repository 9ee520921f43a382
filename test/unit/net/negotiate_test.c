/* test/unit/net/negotiate_test.c -- what a client would like best. */
#include "check.h"

#include "net/negotiate.h"

static void the_best_coding_is_chosen(void **unused)
{
    static const struct {
        const char *why;
        Str header;
        HttpCoding best; /* of zstd, gzip */
        unsigned set;
    } cases[] = {
        {"no header", {NULL, 0}, HTTP_IDENTITY, HTTP_IDENTITY},
        {"an empty one", S_INIT(""), HTTP_IDENTITY, HTTP_IDENTITY},
        {"a browser", S_INIT("gzip, deflate, br, zstd"), HTTP_ZSTD,
         HTTP_IDENTITY | HTTP_GZIP | HTTP_BR | HTTP_ZSTD},
        {"gzip alone", S_INIT("gzip"), HTTP_GZIP, HTTP_IDENTITY | HTTP_GZIP},
        {"its old name, in capitals", S_INIT("X-GZIP"), HTTP_GZIP,
         HTTP_IDENTITY | HTTP_GZIP},
        {"a weight over our own taste", S_INIT("zstd;q=0.5, gzip;q=0.8"),
         HTTP_GZIP, HTTP_IDENTITY | HTTP_GZIP | HTTP_ZSTD},
        {"one refused", S_INIT("zstd;q=0, gzip"), HTTP_GZIP,
         HTTP_IDENTITY | HTTP_GZIP},
        {"anything", S_INIT("*"), HTTP_ZSTD,
         HTTP_IDENTITY | HTTP_GZIP | HTTP_BR | HTTP_ZSTD},
        {"anything but", S_INIT("*, zstd;q=0"), HTTP_GZIP,
         HTTP_IDENTITY | HTTP_GZIP | HTTP_BR},
        {"identity preferred is not in our list",
         S_INIT("identity;q=1, gzip;q=0.1"), HTTP_GZIP,
         HTTP_IDENTITY | HTTP_GZIP},
        {"nothing at all: identity all the same", S_INIT("identity;q=0, *;q=0"),
         HTTP_IDENTITY, 0},
        {"a weight that is none is passed over", S_INIT("zstd;q=2, gzip"),
         HTTP_GZIP, HTTP_IDENTITY | HTTP_GZIP},
        {"spaces and empty elements", S_INIT(" , gzip ; q = 0.5 ,,"), HTTP_GZIP,
         HTTP_IDENTITY | HTTP_GZIP},
    };
    static const HttpCoding preferred[] = {HTTP_ZSTD, HTTP_GZIP};

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(
            http_coding(cases[i].header, preferred, COUNT(preferred)),
            cases[i].best);
        assert_int_equal(http_codings(cases[i].header), cases[i].set);
    }
    assert_str(http_coding_name(HTTP_GZIP), S("gzip"));
    assert_str(http_coding_name(HTTP_BR), S("br"));
}

static void identity_wins_when_it_is_offered_and_preferred(void **unused)
{
    static const HttpCoding preferred[] = {HTTP_GZIP, HTTP_IDENTITY};

    (void)unused;
    assert_int_equal(http_coding(S("identity;q=1, gzip;q=0.1"), preferred, 2),
                     HTTP_IDENTITY);
    assert_int_equal(http_coding(S("gzip;q=0.1"), preferred, 2), HTTP_GZIP);
}

static void tags_are_compared_weakly(void **unused)
{
    static const struct {
        const char *why;
        Str header;
        bool matches;
    } cases[] = {
        {"no header", {NULL, 0}, false},
        {"equal", S_INIT("\"abc\""), true},
        {"weak", S_INIT("W/\"abc\""), true},
        {"in a list", S_INIT("\"x\", W/\"y\" ,\"abc\""), true},
        {"any", S_INIT(" * "), true},
        {"another", S_INIT("\"abcd\""), false},
        {"inside another", S_INIT("\"x, abc, y\""), false},
        {"between two", S_INIT("\"x\"abc\"y\""), false},
        {"without quotes", S_INIT("abc"), false},
        {"cut off", S_INIT("\"abc"), false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(http_etag_matches(cases[i].header, S("\"abc\"")),
                         cases[i].matches);
        assert_int_equal(http_etag_matches(cases[i].header, S("W/\"abc\"")),
                         cases[i].matches);
    }
    assert_false(http_etag_matches(S("*"), S("")));
}

static void the_best_language_is_chosen(void **unused)
{
    static const Str offered[] = {S_INIT("en"), S_INIT("uk"), S_INIT("ru"),
                                  S_INIT("pt-BR")};
    static const struct {
        const char *why;
        Str header;
        size_t best;
    } cases[] = {
        {"no header", {NULL, 0}, 4},
        {"a tag", S_INIT("uk"), 1},
        {"a region of it", S_INIT("uk-UA"), 1},
        {"capitals", S_INIT("UK-ua"), 1},
        {"a region is offered only", S_INIT("pt"), 3},
        {"the first of equals", S_INIT("ru, uk"), 2},
        {"weights", S_INIT("en;q=0.3, ru;q=0.7, uk;q=0.9"), 1},
        {"none of ours", S_INIT("de, fr;q=0.5"), 4},
        {"then anything", S_INIT("de, *;q=0.1"), 0},
        {"anything but", S_INIT("*, en;q=0"), 1},
        {"a region refused is not the language", S_INIT("en, en-US;q=0"), 0},
        {"a word is not its prefix", S_INIT("ukr"), 4},
        {"no sense at all", S_INIT(";;,=,q=1,\xFF"), 4},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(
            http_language(cases[i].header, offered, COUNT(offered)),
            cases[i].best);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_coding_is_chosen),
        cmocka_unit_test(identity_wins_when_it_is_offered_and_preferred),
        cmocka_unit_test(tags_are_compared_weakly),
        cmocka_unit_test(the_best_language_is_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
