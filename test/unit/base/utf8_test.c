/* utf8_test.c -- what is UTF-8 by RFC 3629, wherever in a text it stands. */
#include "base/utf8.h"

#include "check.h"

static const struct {
    const char *why;
    Str text;
    ptrdiff_t bad;
} cases[] = {
    {"nothing", S_INIT(""), -1},
    {"ASCII", S_INIT("abc"), -1},
    {"two bytes", S_INIT("шторм"), -1},
    {"words of two bytes", S_INIT("гавань і порт"), -1},
    {"three bytes", S_INIT("€"), -1},
    {"four bytes", S_INIT("\xF0\x9F\x99\x82"), -1},
    {"all together", S_INIT("aшb€ж\xF0\x9F\x99\x82 я"), -1},
    {"the highest", S_INIT("\xF4\x8F\xBF\xBF"), -1},
    {"above the highest", S_INIT("\xF4\x90\x80\x80"), 0},
    {"a surrogate", S_INIT("\xED\xA0\x80"), 0},
    {"overlong in two", S_INIT("\xC0\xAF"), 0},
    {"overlong in two, higher", S_INIT("\xC1\xBF"), 0},
    {"overlong in three", S_INIT("\xE0\x9F\xBF"), 0},
    {"overlong in four", S_INIT("\xF0\x8F\xBF\xBF"), 0},
    {"a continuation alone", S_INIT("\x80"), 0},
    {"two bytes cut", S_INIT("\xD1"), 0},
    {"two bytes without their second", S_INIT("\xD1 "), 0},
    {"three bytes cut", S_INIT("\xE2\x82"), 0},
    {"no first byte", S_INIT("\xFF"), 0},
    {"five bytes", S_INIT("\xF8\x88\x80\x80\x80"), 0},
};

/* Before it: a run of ASCII, of pairs, of both; behind it more of them. */
static void sequences_are_judged_as_listed_wherever_they_stand(void **state)
{
    static const Str around[] = {S_INIT(""),      S_INIT("abcdefghij"),
                                 S_INIT("шторм"), S_INIT("a ш "),
                                 S_INIT("€ "),    S_INIT("abcdefg")};
    Arena arena = arena_open();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t j = 0; j < COUNT(around); j++) {
            ptrdiff_t bad = cases[i].bad;
            Str text = str_format(&arena, "%.*s%.*s.%.*s", STR_ARG(around[j]),
                                  STR_ARG(cases[i].text), STR_ARG(around[j]));

            check_row(cases[i].why);
            if (bad >= 0) bad += (ptrdiff_t)around[j].len;
            assert_int_equal(utf8_bad(text), bad);
        }
    arena_close(&arena);
}

/* The quick ways over runs agree with taking one code point at a time. */
static void every_pair_of_bytes_is_judged_alike_in_a_run(void **state)
{
    (void)state;
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            char in_run[] = {'x', (char)a, (char)b, (char)0xD1, (char)0x88};
            bool good = (a < 0x80 && b < 0x80) ||
                        (a >= 0xC2 && a < 0xE0 && b >= 0x80 && b < 0xC0);

            assert_int_equal(utf8_bad((Str){in_run, sizeof in_run}) < 0, good);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_are_judged_as_listed_wherever_they_stand),
        cmocka_unit_test(every_pair_of_bytes_is_judged_alike_in_a_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
