/* test/unit/text/frontmatter_test.c -- the head of a Markdown file. */
#include "check.h"

#include "base/buf.h"

#include "text/frontmatter.h"

static void fields_are_texts_or_lists_of_them(void **unused)
{
    Arena arena = arena_open();
    FrontMatter front;
    StrList list;

    (void)unused;
    assert_int_equal(
        frontmatter_read(&arena,
                         S("\xEF\xBB\xBF---\r\n"
                           "Title: \"Blinken: a visit\"\n"
                           "date: 2021-04-14 16:15\n"
                           "tags: [usa, 'nato']\n"
                           "people:\n  - A. Blinken\n  - J. Stoltenberg\n"
                           "section: facts, world ,\n"
                           "deck: >\n  folded\n  text\n"
                           "empty:\n"
                           "tilde: ~\n"
                           "quoted: '~'\n"
                           "cover: {image: x.jpg}\n"
                           "deep: [a, [b]]\n"
                           "--- \n"
                           "# Text\n---\nmore"),
                         &front, NULL),
        ERR_OK);
    assert_str(front_str(&front, "title"), S("Blinken: a visit"));
    assert_str(front_str(&front, "date"), S("2021-04-14 16:15"));
    list = front_list(&arena, &front, "tags");
    assert_int_equal(list.count, 2);
    assert_str(list.items[1], S("nato"));
    assert_str(front_str(&front, "tags"), S("usa"));
    assert_int_equal(front_list(&arena, &front, "people").count, 2);
    list = front_list(&arena, &front, "section");
    assert_int_equal(list.count, 2);
    assert_str(list.items[1], S("world"));
    assert_str(front_str(&front, "deck"), S("folded text\n"));
    assert_non_null(front_get(&front, "empty"));
    assert_str(front_str(&front, "empty"), S(""));
    assert_str(front_str(&front, "tilde"), S(""));
    assert_str(front_str(&front, "quoted"), S("~"));
    assert_null(front_get(&front, "cover"));
    assert_int_equal(front.ignored.count, 2);
    assert_str(front.ignored.items[0], S("cover"));
    assert_str(front.ignored.items[1], S("deep"));
    assert_str(front.body, S("# Text\n---\nmore"));
    assert_int_equal(front.body_line, 18);
    assert_int_equal(front_get(&front, "tags")->line, 4);
    assert_int_equal(front_get(&front, "tags")->column, 7);
    arena_close(&arena);
}

static void a_file_without_a_head_is_all_body(void **unused)
{
    static const Str files[] = {S_INIT(""), S_INIT("Text\n---\na: b\n---\n"),
                                S_INIT("----\na: b\n"),
                                S_INIT("{{ not json }}\n")};
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(files); i++) {
        FrontMatter front;

        assert_int_equal(frontmatter_read(&arena, files[i], &front, NULL),
                         ERR_OK);
        assert_int_equal(front.count, 0);
        assert_str(front.body, files[i]);
        assert_int_equal(front.body_line, 1);
        assert_str(front_str(&front, "title"), S(""));
    }
    arena_close(&arena);
}

static void what_is_wrong_is_told_with_its_place(void **unused)
{
    static const struct {
        const char *why;
        Str text;
        Err err;
        int64_t line;
        const char *word; /* in the sentence */
    } cases[] = {
        {"not closed", S_INIT("---\na: b\n"), ERR_INVALID, 1, "closing"},
        {"not YAML", S_INIT("---\na: b\nc: [1\n---\n"), ERR_INVALID, 4, "YAML"},
        {"a tab as indentation", S_INIT("---\na:\n\t- b\n---\n"), ERR_INVALID,
         3, "YAML"},
        {"not a map", S_INIT("---\n- a\n---\n"), ERR_INVALID, 2, "key"},
        {"an anchor", S_INIT("---\na: &x b\n---\n"), ERR_INVALID, 2, "anchor"},
        {"an alias", S_INIT("---\na: b\nc: *x\n---\n"), ERR_INVALID, 3,
         "alias"},
        {"an anchor in what is passed over",
         S_INIT("---\na:\n  b: &x c\n---\n"), ERR_INVALID, 3, "anchor"},
        {"a tag", S_INIT("---\na: !!python/object b\n---\n"), ERR_INVALID, 2,
         "tag"},
        {"a key given twice", S_INIT("---\na: 1\nA: 2\n---\n"), ERR_INVALID, 3,
         "twice"},
        {"a NUL", S_INIT("---\na: \"\\0\"\n---\n"), ERR_INVALID, 2, "NUL"},
        {"nested too deep", S_INIT("---\na: [[[[[[[[b]]]]]]]]\n---\n"),
         ERR_TOO_BIG, 2, "deep"},
        {"TOML", S_INIT("+++\na = 1\n+++\n"), ERR_UNSUPPORTED, 1, "TOML"},
        {"JSON", S_INIT("{\n\"a\": 1\n}\n"), ERR_UNSUPPORTED, 1, "JSON"},
        {"not UTF-8", S_INIT("---\na: \xFF\n---\n"), ERR_INVALID, 0, "YAML"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        FrontMatter front = {0};
        Fault fault = fault_none();

        check_row(cases[i].why);
        assert_int_equal(
            frontmatter_read(&arena, cases[i].text, &front, &fault),
            cases[i].err);
        assert_int_equal(fault.line, cases[i].line);
        assert_non_null(strstr(fault.text, cases[i].word));
        assert_null(front.fields);
        arena_close(&arena);
    }
}

static void size_and_number_of_fields_are_bounded(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, FRONT_MAX * 2);
    FrontMatter front;

    (void)unused;
    buf_puts(&buf, S("---\na: "));
    while (buf.len < FRONT_MAX + 10)
        buf_puts(&buf, S("text "));
    buf_puts(&buf, S("\n---\n"));
    assert_int_equal(frontmatter_read(&arena, buf_str(&buf), &front, NULL),
                     ERR_TOO_BIG);
    buf_cut(&buf, 4);
    for (int i = 0; i <= FRONT_FIELDS; i++)
        buf_printf(&buf, "key%d: x\n", i);
    buf_puts(&buf, S("---\n"));
    assert_int_equal(frontmatter_read(&arena, buf_str(&buf), &front, NULL),
                     ERR_TOO_BIG);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_texts_or_lists_of_them),
        cmocka_unit_test(a_file_without_a_head_is_all_body),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(size_and_number_of_fields_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
