/* test/unit/text/catalog_test.c -- catalogs hold what they promise. */
#include "check.h"

#include "text/catalog.h"
#include "text/embedded.h"
#include "text/pattern.h"

#define HEADER                                                                 \
    "msgid \"\"\nmsgstr \"\"\n\"Language: en\\n\"\n"                           \
    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
#define ENTRY(name, words)                                                     \
    "\nmsgctxt \"" name "\"\nmsgid \"x\"\nmsgstr \"" words "\"\n"

static void patterns_are_told_apart(void **unused)
{
    static const struct {
        const char *why;
        const char *language;
        Str pattern;
        Err err;
        PatternKind kind;
    } cases[] = {
        {"words only", "en", S_INIT("Latest"), ERR_OK, PATTERN_PLAIN},
        {"an apostrophe", "en", S_INIT("Editor's"), ERR_OK, PATTERN_PLAIN},
        {"a number sign", "en", S_INIT("#{0}"), ERR_OK, PATTERN_TEXT},
        {"spaces inside", "en", S_INIT("By { 0 }"), ERR_OK, PATTERN_TEXT},
        {"quoted braces", "en", S_INIT("'{x}' {0}"), ERR_OK, PATTERN_TEXT},
        {"a number", "en", S_INIT("{0, number}"), ERR_OK, PATTERN_NUMBER},
        {"an English plural", "en",
         S_INIT("{0, plural, one {# day} other {# days}}"), ERR_OK,
         PATTERN_NUMBER},
        {"an exact form", "en",
         S_INIT("{0, plural, =0 {none} one {one} other {#}}"), ERR_OK,
         PATTERN_NUMBER},
        {"a form is missing", "uk",
         S_INIT("{0, plural, one {#} few {#} other {#}}"), ERR_INVALID, 0},
        {"all forms of Ukrainian", "uk",
         S_INIT("{0, plural, one {#} few {#} many {#} other {#}}"), ERR_OK,
         PATTERN_NUMBER},
        {"Arabic has six", "ar",
         S_INIT("{0, plural, one {#} two {#} few {#} many {#} other {#}}"),
         ERR_INVALID, 0},
        {"a second argument", "en", S_INIT("{0} and {1}"), ERR_INVALID, 0},
        {"a second one inside", "en",
         S_INIT("{0, plural, one {{1}} other {#}}"), ERR_INVALID, 0},
        {"a named one", "en", S_INIT("{name}"), ERR_INVALID, 0},
        {"a text and a number", "en",
         S_INIT("{0} {0, plural, one {#} other {#}}"), ERR_INVALID, 0},
        {"a date", "en", S_INIT("{0, date}"), ERR_INVALID, 0},
        {"a choice", "en", S_INIT("{0, choice, 0#no|1#one}"), ERR_INVALID, 0},
        {"open", "en", S_INIT("By {0"), ERR_INVALID, 0},
        {"closed once more", "en", S_INIT("By {0}}"), ERR_INVALID, 0},
        {"empty braces", "en", S_INIT("{}"), ERR_INVALID, 0},
        {"a form twice", "en", S_INIT("{0, plural, one {#} one {#} other {#}}"),
         ERR_INVALID, 0},
        {"a form that is none", "en",
         S_INIT("{0, plural, single {#} one {#} other {#}}"), ERR_INVALID, 0},
        {"an exact form of no number", "en",
         S_INIT("{0, plural, =x {#} one {#} other {#}}"), ERR_INVALID, 0},
        {"the mark itself", "en", S_INIT("\xEF\xBF\xBC {0}"), ERR_INVALID, 0},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        PatternKind kind = 77;
        Fault fault = fault_none();
        Err err = pattern_check(cases[i].pattern, str_from(cases[i].language),
                                &kind, &fault);

        check_row(cases[i].why);
        assert_int_equal(err, cases[i].err);
        assert_int_equal(kind, err ? 77 : cases[i].kind);
        assert_int_equal(fault.text[0] != 0, err != ERR_OK);
    }
}

static void plurals_do_not_nest_without_end(void **unused)
{
    Arena arena = arena_open();
    Str pattern = S("{0, plural, one {#} other {#}}");
    PatternKind kind;

    (void)unused;
    for (int i = 0; i < 20; i++)
        pattern = str_format(&arena, "{0, plural, one {#} other {%.*s}}",
                             STR_ARG(pattern));
    assert_int_equal(pattern_check(pattern, S("en"), &kind, NULL), ERR_INVALID);
    arena_close(&arena);
}

static void faults_name_file_line_and_entry(void **unused)
{
    static const struct {
        const char *why;
        Str bytes;
        Err err;
        int64_t line;
        const char *said;
    } cases[] = {
        {"a good one", S_INIT(HEADER ENTRY("a", "A") ENTRY("b", "{0}")), ERR_OK,
         0, ""},
        {"no words", S_INIT(HEADER ENTRY("a", "A") ENTRY("b", "")), ERR_INVALID,
         10, "b: it has no words"},
        {"a name is missing", S_INIT(HEADER ENTRY("a", "A")), ERR_INVALID, 0,
         "b: is missing"},
        {"a name too many",
         S_INIT(HEADER ENTRY("a", "A") ENTRY("b", "{0}") ENTRY("c", "C")),
         ERR_INVALID, 14, "c: no such name in English"},
        {"another kind", S_INIT(HEADER ENTRY("a", "A") ENTRY("b", "B")),
         ERR_INVALID, 10, "b: its {0} differs from the English one's"},
        {"a pattern that is none",
         S_INIT(HEADER ENTRY("a", "A") ENTRY("b", "{0")), ERR_INVALID, 10,
         "b: \",\" or \"}\" was expected"},
        {"a name that is none", S_INIT(HEADER ENTRY("A b", "A")), ERR_INVALID,
         6, "an entry's msgctxt is not a name of [a-z0-9_]"},
        {"an entry without a name",
         S_INIT(HEADER "\nmsgid \"x\"\nmsgstr \"y\"\n"), ERR_INVALID, 6,
         "an entry's msgctxt is not a name of [a-z0-9_]"},
        {"not UTF-8 outright", S_INIT(HEADER ENTRY("a", "\xff")), ERR_INVALID,
         0, "the file is not text in UTF-8"},
        {"not UTF-8 by an escape", S_INIT(HEADER ENTRY("a", "\\377")),
         ERR_INVALID, 6, "a: it is not text in UTF-8"},
        {"no header", S_INIT(ENTRY("a", "A")), ERR_INVALID, 0,
         "the header must say charset=UTF-8"},
        {"empty", S_INIT(""), ERR_INVALID, 0,
         "the header must say charset=UTF-8"},
        {"another language",
         S_INIT("msgid \"\"\nmsgstr \"\"\n\"Language: uk\\n\"\n"
                "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"),
         ERR_INVALID, 0, "the header names another language"},
        {"gettext's own plural",
         S_INIT(HEADER "msgctxt \"a\"\nmsgid \"x\"\nmsgid_plural \"y\"\n"
                       "msgstr[0] \"z\"\n"),
         ERR_INVALID, 5, "a: plurals are written as a pattern in msgstr"},
        {"a name twice", S_INIT(HEADER ENTRY("a", "A") ENTRY("a", "B")),
         ERR_INVALID, 10, "a: the name is there twice"},
        {"not a catalog", S_INIT("<html>"), ERR_INVALID, 1,
         "msgctxt, msgid, msgstr or a comment was expected"},
        {"fuzzy", S_INIT(HEADER "\n#, fuzzy" ENTRY("a", "A")), ERR_INVALID, 7,
         "a: it is marked fuzzy: look at it and unmark it"},
    };
    Arena arena = arena_open();
    const Catalog *english;

    (void)unused;
    assert_int_equal(catalog_load(&arena, S("en"), "en.po",
                                  S(HEADER ENTRY("a", "A") ENTRY("b", "B {0}")),
                                  NULL, &english, NULL),
                     ERR_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const Catalog *catalog = NULL;
        Fault fault = fault_none();
        Err err = catalog_load(&arena, S("en"), "words/xx.po", cases[i].bytes,
                               english, &catalog, &fault);

        check_row(cases[i].why);
        assert_int_equal(err, cases[i].err);
        assert_int_equal(catalog != NULL, err == ERR_OK);
        assert_string_equal(fault.text, cases[i].said);
        assert_string_equal(fault.where, err ? "words/xx.po" : "");
        assert_int_equal(fault.line, cases[i].line);
    }
    arena_close(&arena);
}

static void what_is_too_big_is_refused(void **unused)
{
    Arena arena = arena_open();
    char *bytes = arena_alloc(&arena, CATALOG_BYTES_MAX + 1);
    const Catalog *catalog;
    Fault fault = fault_none();

    (void)unused;
    memset(bytes, ' ', CATALOG_BYTES_MAX + 1);
    assert_int_equal(catalog_load(&arena, S("en"), "en.po",
                                  (Str){bytes, CATALOG_BYTES_MAX + 1}, NULL,
                                  &catalog, &fault),
                     ERR_TOO_BIG);
    assert_int_equal(fault.err, ERR_TOO_BIG);
    arena_close(&arena);
}

static const Catalog *load(Arena *arena, const char *language,
                           const Catalog *english)
{
    char file[40];
    const Catalog *catalog;
    Fault fault = fault_none();
    Str bytes;

    snprintf(file, sizeof file, "words/%s.po", language);
    assert_true(embedded_get(str_from(file), &bytes));
    if (catalog_load(arena, str_from(language), file, bytes, english, &catalog,
                     &fault))
        fail_msg("%s:%lld: %s", fault.where, (long long)fault.line, fault.text);
    return catalog;
}

static void the_site_s_own_catalogs_are_whole(void **unused)
{
    static const char *const languages[] = {"uk", "ru", "ar"};
    Arena arena = arena_open();
    const Catalog *english = load(&arena, "en", NULL);
    size_t latest;
    size_t index;

    (void)unused;
    assert_true(catalog_find(english, S("latest"), &latest));
    assert_str(catalog_word(english, latest), S("Latest"));
    assert_false(catalog_find(english, S("lates"), &index));
    for (size_t i = 0; i < COUNT(languages); i++) {
        const Catalog *other = load(&arena, languages[i], english);

        check_row(languages[i]);
        assert_int_equal(catalog_count(other), catalog_count(english));
        assert_str(catalog_name(other, latest), S("latest"));
        assert_str(catalog_language(other), str_from(languages[i]));
        assert_false(str_eq(catalog_word(other, latest), S("Latest")));
    }
    arena_close(&arena);
}

static void arguments_are_put_in_as_they_are(void **unused)
{
    static const struct {
        const char *why;
        const char *words;
        Str argument;
        Str result;
    } cases[] = {
        {"at the end", "Source: {0}", S_INIT("AFP"), S_INIT("Source: AFP")},
        {"alone", "{0}", S_INIT("AFP"), S_INIT("AFP")},
        {"twice", "{0} or {0}", S_INIT("a"), S_INIT("a or a")},
        {"empty", "<{0}>", S_INIT(""), S_INIT("<>")},
        {"one that looks like a pattern", "<{0}>",
         S_INIT("{0} '' \xEF\xBF\xBC"), S_INIT("<{0} '' \xEF\xBF\xBC>")},
        {"an apostrophe doubled", "it''s {0}", S_INIT("a"), S_INIT("it's a")},
        {"an apostrophe alone", "it's {0}", S_INIT("a"), S_INIT("it's a")},
        {"a quoted brace", "'{'{0}", S_INIT("a"), S_INIT("{a")},
        {"Cyrillic", "За даними {0}", S_INIT("Ї"), S_INIT("За даними Ї")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const Catalog *catalog;
        Str bytes = str_format(&arena, HEADER ENTRY("a", "%s"), cases[i].words);

        check_row(cases[i].why);
        assert_int_equal(
            catalog_load(&arena, S("en"), "en.po", bytes, NULL, &catalog, NULL),
            ERR_OK);
        assert_int_equal(catalog_kind(catalog, 0), WORD_TEXT);
        assert_str(catalog_fill(catalog, &arena, 0, cases[i].argument),
                   cases[i].result);
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_told_apart),
        cmocka_unit_test(plurals_do_not_nest_without_end),
        cmocka_unit_test(faults_name_file_line_and_entry),
        cmocka_unit_test(what_is_too_big_is_refused),
        cmocka_unit_test(the_site_s_own_catalogs_are_whole),
        cmocka_unit_test(arguments_are_put_in_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
