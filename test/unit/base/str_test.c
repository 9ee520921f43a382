/* test/unit/base/str_test.c -- text, buffers, UTF-8, tables. */
#include "check.h"

#include "base/map.h"
#include "base/utf8.h"

static void whole_numbers_are_read_whole_or_not_at_all(void **unused)
{
    static const struct {
        const char *why;
        Str text;
        bool ok;
        int64_t value;
    } cases[] = {
        {"a number", S_INIT("737184"), true, 737184},
        {"a negative one", S_INIT("-12"), true, -12},
        {"the largest", S_INIT("9223372036854775807"), true, INT64_MAX},
        {"one more", S_INIT("9223372036854775808"), false, 0},
        {"empty", S_INIT(""), false, 0},
        {"only a sign", S_INIT("-"), false, 0},
        {"a plus", S_INIT("+1"), false, 0},
        {"a space", S_INIT(" 1"), false, 0},
        {"letters after", S_INIT("12a"), false, 0},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 77;

        check_row(cases[i].why);
        assert_int_equal(str_int(cases[i].text, &value), cases[i].ok);
        assert_int_equal(value, cases[i].ok ? cases[i].value : 77);
    }
}

static void text_is_cut_and_found(void **unused)
{
    Str s = S("a=b=c");
    Str line;

    (void)unused;
    assert_str(str_cut(&s, '='), S("a"));
    assert_str(s, S("b=c"));
    assert_str(str_cut(&s, ';'), S("b=c"));
    assert_int_equal(s.len, 0);
    assert_int_equal(str_find(S("dateline"), S("line"), 0), 4);
    assert_int_equal(str_find(S("dateline"), S("line"), 5), -1);
    s = S("one\r\ntwo\n\nlast");
    assert_true(str_line(&s, &line));
    assert_str(line, S("one"));
    assert_true(str_line(&s, &line));
    assert_true(str_line(&s, &line));
    assert_str(line, S(""));
    assert_true(str_line(&s, &line));
    assert_str(line, S("last"));
    assert_false(str_line(&s, &line));
}

static void a_buffer_never_passes_its_maximum(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 10);
    Str out = S("untouched");

    (void)unused;
    buf_puts(&buf, S("12345"));
    buf_puts(&buf, S("67890"));
    assert_int_equal(buf_end(&buf, &out), ERR_OK);
    assert_str(out, S("1234567890"));
    out = S("untouched");
    buf_putc(&buf, 'x');
    buf_puts(&buf, S(""));
    assert_int_equal(buf_end(&buf, &out), ERR_TOO_BIG);
    assert_str(out, S("untouched"));
    arena_close(&arena);
}

static void markup_in_text_is_escaped(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 1000);

    (void)unused;
    buf_escape(&buf, S("a<b>&\"c'\x01\x7f\n"));
    assert_str(buf_str(&buf), S("a&lt;b&gt;&amp;&quot;c&#39;\n"));
    buf_cut(&buf, 0);
    buf_escape(&buf, S("\xEF\xBF\xBF|\xEF\xBF\xBE|\xEF\xBF\xBD|\xEF\xBB\xBF"));
    assert_str(buf_str(&buf), S("||\xEF\xBF\xBD|\xEF\xBB\xBF"));
    arena_close(&arena);
}

static void utf8_is_checked_as_rfc_3629_says(void **unused)
{
    static const struct {
        const char *why;
        Str text;
        ptrdiff_t bad;
    } cases[] = {
        {"ASCII", S_INIT("news"), -1},
        {"Ukrainian", S_INIT("Ґанок"), -1},
        {"four bytes", S_INIT("\xF0\x9F\x97\x9E"), -1},
        {"overlong slash", S_INIT("a\xC0\xAF"), 1},
        {"surrogate", S_INIT("\xED\xA0\x80"), 0},
        {"above U+10FFFF", S_INIT("\xF4\x90\x80\x80"), 0},
        {"cut short", S_INIT("ab\xE2\x82"), 2},
        {"lone continuation", S_INIT("\x80"), 0},
    };
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100);

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(utf8_bad(cases[i].text), cases[i].bad);
    }
    assert_int_equal(utf8_count(S("Ґанок")), 5);
    assert_str(utf8_first(S("Ґанок"), 2), S("Ґа"));
    utf8_mend(&buf, S("a\xFF"
                      "b"));
    assert_str(buf_str(&buf), S("a\xEF\xBF\xBD"
                                "b"));
    arena_close(&arena);
}

static void a_map_keeps_what_it_was_given(void **unused)
{
    Map map;
    char values[5000];

    (void)unused;
    map_init(&map);
    for (size_t i = 0; i < sizeof values; i++)
        map_put(&map, i * 7919, &values[i]);
    for (size_t i = 0; i < sizeof values; i += 2)
        assert_ptr_equal(map_take(&map, i * 7919), &values[i]);
    for (size_t i = 0; i < sizeof values; i++)
        assert_ptr_equal(map_get(&map, i * 7919),
                         i % 2 ? (void *)&values[i] : NULL);
    assert_int_equal(map.count, sizeof values / 2);
    map_close(&map);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(text_is_cut_and_found),
        cmocka_unit_test(a_buffer_never_passes_its_maximum),
        cmocka_unit_test(markup_in_text_is_escaped),
        cmocka_unit_test(utf8_is_checked_as_rfc_3629_says),
        cmocka_unit_test(a_map_keeps_what_it_was_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
