/* test/unit/text/po_test.c -- what a .po file says, and where it is wrong. */
#include "check.h"

#include "base/buf.h"
#include "text/po.h"

static void entries_are_read(void **unused)
{
    static const struct {
        const char *why;
        Str bytes;
        const char *entries; /* context/id/text! one after another */
    } cases[] = {
        {"nothing", S_INIT(""), ""},
        {"only comments", S_INIT("# a\n#. b\n\n#: c:1\n"), ""},
        {"an entry", S_INIT("msgid \"a\"\nmsgstr \"b\"\n"), "-/a/b!"},
        {"without a last line break", S_INIT("msgid \"a\"\nmsgstr \"b\""),
         "-/a/b!"},
        {"a context", S_INIT("msgctxt \"c\"\nmsgid \"a\"\nmsgstr \"b\"\n"),
         "c/a/b!"},
        {"an empty context", S_INIT("msgctxt \"\"\nmsgid \"a\"\nmsgstr \"\"\n"),
         "/a/!"},
        {"two without a line between",
         S_INIT("msgid \"a\"\nmsgstr \"b\"\nmsgid \"c\"\nmsgstr \"d\"\n"),
         "-/a/b!-/c/d!"},
        {"strings that go on",
         S_INIT("msgid \"\"\n\"a\"\n  \"b\"\nmsgstr \"c\"\n\"d\"\n"),
         "-/ab/cd!"},
        {"escapes",
         S_INIT("msgid \"\\\"\\\\\\t\\101\\x41\\0411\"\nmsgstr \"\\n\"\n"),
         "-/\"\\\tAA!1/\n!"},
        {"other line ends and a mark of order",
         S_INIT("\xEF\xBB\xBFmsgid \"a\"\r\nmsgstr \"b\"\r\n"), "-/a/b!"},
        {"no space before the string", S_INIT("msgid\"a\"\nmsgstr\"b\"\n"),
         "-/a/b!"},
        {"obsolete entries",
         S_INIT("#~ msgid \"x\"\n#~ msgstr \"y\"\nmsgid \"a\"\nmsgstr \"b\"\n"),
         "-/a/b!"},
        {"a previous id", S_INIT("#| msgid \"x\"\nmsgid \"a\"\nmsgstr \"b\"\n"),
         "-/a/b!"},
        {"fuzzy",
         S_INIT("#, c-format, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\n\n"
                "msgid \"c\"\nmsgstr \"d\"\n"),
         "-/a/b?-/c/d!"},
        {"an obsolete fuzzy one",
         S_INIT("#, fuzzy\n#~ msgid \"x\"\n#~ msgstr \"y\"\n\n"
                "msgid \"a\"\nmsgstr \"b\"\n"),
         "-/a/b!"},
        {"plural forms",
         S_INIT("msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n"
                "msgstr[1] \"d\"\n"),
         "-/a/+!"},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Buf all = buf_open(&arena, 1000);
        PoList list;

        check_row(cases[i].why);
        assert_int_equal(po_read(&arena, cases[i].bytes, 10, &list, NULL),
                         ERR_OK);
        for (size_t k = 0; k < list.count; k++) {
            PoEntry e = list.items[k];

            buf_puts(&all, e.context.ptr ? e.context : S("-"));
            buf_printf(&all, "/%.*s/", STR_ARG(e.id));
            buf_puts(&all, e.plural ? S("+") : e.text);
            buf_putc(&all, e.fuzzy ? '?' : '!');
        }
        assert_str(buf_str(&all), str_from(cases[i].entries));
    }
    arena_close(&arena);
}

static void faults_have_line_and_column(void **unused)
{
    static const struct {
        const char *why;
        Str bytes;
        Err err;
        int line, column;
    } cases[] = {
        {"another format", S_INIT("\n<html>\n"), ERR_INVALID, 2, 1},
        {"a string alone", S_INIT("\"a\"\n"), ERR_INVALID, 1, 1},
        {"an unknown keyword", S_INIT("msgthing \"a\"\n"), ERR_INVALID, 1, 1},
        {"a domain", S_INIT("domain \"a\"\n"), ERR_INVALID, 1, 1},
        {"no string", S_INIT("msgid a\n"), ERR_INVALID, 1, 7},
        {"an open string", S_INIT("msgid \"a\nmsgstr \"b\"\n"), ERR_INVALID, 1,
         9},
        {"something behind", S_INIT("msgid \"a\" b\n"), ERR_INVALID, 1, 11},
        {"no such escape", S_INIT("msgid \"a\\q\"\n"), ERR_INVALID, 1, 10},
        {"a backslash at the end", S_INIT("msgid \"a\\"), ERR_INVALID, 1, 10},
        {"an id without words", S_INIT("msgid \"a\"\n\nmsgid \"b\"\n"),
         ERR_INVALID, 3, 1},
        {"a context without id", S_INIT("msgctxt \"a\"\nmsgstr \"b\"\n"),
         ERR_INVALID, 2, 1},
        {"words without id", S_INIT("msgstr \"b\"\n"), ERR_INVALID, 1, 1},
        {"words twice", S_INIT("msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"\n"),
         ERR_INVALID, 3, 1},
        {"a form without its plural", S_INIT("msgid \"a\"\nmsgstr[0] \"b\"\n"),
         ERR_INVALID, 2, 1},
        {"the end without words", S_INIT("msgid \"a\"\n"), ERR_INVALID, 1, 10},
        {"one entry too many",
         S_INIT("msgid \"a\"\nmsgstr \"b\"\nmsgid \"c\"\nmsgstr \"d\"\n"
                "msgid \"e\"\nmsgstr \"f\"\n\n#\n"),
         ERR_TOO_BIG, 8, 1},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Fault fault = fault_none();
        PoList list = {NULL, 77};

        check_row(cases[i].why);
        assert_int_equal(po_read(&arena, cases[i].bytes, 2, &list, &fault),
                         cases[i].err);
        assert_int_equal(list.count, 77);
        assert_int_equal(fault.line, cases[i].line);
        assert_int_equal(fault.column, cases[i].column);
        assert_true(fault.text[0] != 0);
    }
    arena_close(&arena);
}

static void a_long_string_is_refused(void **unused)
{
    Arena arena = arena_open();
    Str piece = S("\"0123456789012345678901234567890123456789\"\n");
    Buf bytes = buf_open(&arena, 100 * 1024);
    Fault fault = fault_none();
    PoList list;

    (void)unused;
    buf_puts(&bytes, S("msgid \"\"\n"));
    for (int i = 0; i < 1000; i++)
        buf_puts(&bytes, piece);
    assert_int_equal(po_read(&arena, buf_str(&bytes), 2, &list, &fault),
                     ERR_TOO_BIG);
    assert_int_equal(fault.line, 1 + PO_STRING_MAX / 40 + 1);
    arena_close(&arena);
}

static void a_header_s_fields_are_found(void **unused)
{
    Str header = S("Language: uk\nContent-Type:  text/plain; "
                   "charset=UTF-8 \n\nempty:\n");

    (void)unused;
    assert_str(po_field(header, S("language")), S("uk"));
    assert_str(po_field(header, S("Content-Type")),
               S("text/plain; charset=UTF-8"));
    assert_str(po_field(header, S("empty")), S(""));
    assert_str(po_field(header, S("none")), S(""));
    assert_str(po_field((Str){0}, S("none")), S(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_read),
        cmocka_unit_test(faults_have_line_and_column),
        cmocka_unit_test(a_long_string_is_refused),
        cmocka_unit_test(a_header_s_fields_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
