/* test/unit/text/base64url_test.c -- bytes have one text, and no other is
 * read. */
#include "check.h"

#include "text/base64url.h"

static void bytes_and_text_go_both_ways(void **unused)
{
    static const struct {
        const char *why;
        Str bytes, text;
    } rows[] = {
        {"nothing", S_INIT(""), S_INIT("")},
        {"one byte", S_INIT("f"), S_INIT("Zg")},
        {"two", S_INIT("fo"), S_INIT("Zm8")},
        {"three", S_INIT("foo"), S_INIT("Zm9v")},
        {"the letters that differ", S_INIT("\xFB\xFF\xBF"), S_INIT("-_-_")},
        {"a NUL", S_INIT("\0"), S_INIT("AA")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Str bytes = S("untouched");

        check_row(rows[i].why);
        assert_str(base64url_write(&arena, rows[i].bytes), rows[i].text);
        assert_int_equal(base64url_read(&arena, rows[i].text, &bytes), ERR_OK);
        assert_str(bytes, rows[i].bytes);
        arena_close(&arena);
    }
}

static void what_is_not_the_one_text_is_refused(void **unused)
{
    static const struct {
        const char *why;
        Str text;
    } rows[] = {
        {"padding", S_INIT("Zg==")},
        {"one letter alone", S_INIT("Zm9vZ")},
        {"bits left over", S_INIT("Zh")},
        {"the other alphabet", S_INIT("+/+/")},
        {"space", S_INIT("Zm 9v")},
        {"a line break at the end", S_INIT("Zm9v\n")},
        {"a NUL", S_INIT("Zm9\0")},
        {"beyond ASCII", S_INIT("Zm9v\xD0\xB0")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Str bytes = S("untouched");

        check_row(rows[i].why);
        assert_int_equal(base64url_read(&arena, rows[i].text, &bytes),
                         ERR_INVALID);
        assert_str(bytes, S("untouched"));
        arena_close(&arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_text_go_both_ways),
        cmocka_unit_test(what_is_not_the_one_text_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
