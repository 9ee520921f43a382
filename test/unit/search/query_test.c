/* test/unit/search/query_test.c -- what readers type is understood, or told. */
#include "check.h"

#include "base/buf.h"
#include "search/query.h"

static Str shown(Arena *arena, const SearchQuery *query)
{
    static const char *const kinds[] = {"", "tag:", "section:", "author:"};
    Str all = {0};

    for (size_t i = 0; i < query->part_count; i++) {
        const QueryPart *part = &query->parts[i];

        all = str_format(arena, "%.*s%s%s%s%s%.*s%s", STR_ARG(all),
                         i ? "|" : "", part->without ? "-" : "",
                         kinds[part->kind], part->phrase ? "<" : "",
                         STR_ARG(part->text), part->phrase ? ">" : "");
    }
    if (query->has_from)
        all = str_format(arena, "%.*s from %04d-%02d-%02d", STR_ARG(all),
                         query->from.year, query->from.month, query->from.day);
    if (query->has_to)
        all = str_format(arena, "%.*s to %04d-%02d-%02d", STR_ARG(all),
                         query->to.year, query->to.month, query->to.day);
    return all;
}

static Str noted(Arena *arena, const SearchQuery *query)
{
    static const char *const kinds[] = {[NOTE_DATE] = "date",
                                        [NOTE_EMPTY] = "empty",
                                        [NOTE_QUOTE] = "quote",
                                        [NOTE_LONG] = "long",
                                        [NOTE_WITHOUT] = "without"};
    Str all = {0};

    for (size_t i = 0; i < query->note_count; i++)
        all = str_format(arena, "%.*s%s%s %.*s", STR_ARG(all), i ? "|" : "",
                         kinds[query->notes[i].kind],
                         STR_ARG(query->notes[i].about));
    return all;
}

static void what_is_typed_is_understood(void **unused)
{
    static const struct {
        const char *why, *text, *parts, *notes;
    } cases[] = {
        {"words", "grain  export", "grain|export", ""},
        {"nothing", "  ", "", ""},
        {"a phrase", "\"black sea\" port", "<black sea>|port", ""},
        {"in the quotes of other keyboards", "«Чорне море» “a b” „c d“",
         "<Чорне море>|<a b>|<c d>", ""},
        {"without", "oil -gas", "oil|-gas", ""},
        {"without a phrase", "oil -\"natural gas\"", "oil|-<natural gas>", ""},
        {"a dash that the phone made long", "oil —gas", "oil|-gas", ""},
        {"a dash inside a word is its own", "Al-Aqsa", "Al-Aqsa", ""},
        {"a dash alone is nothing", "oil - gas", "oil|gas", ""},
        {"fields", "tag:nato section:world author:\"Jane Doe\"",
         "tag:nato|section:world|author:<Jane Doe>", ""},
        {"fields in capitals", "TAG:nato -Section:Sport",
         "tag:nato|-section:Sport", ""},
        {"a colon of something else", "http://example.org 10:30",
         "http://example.org|10:30", ""},
        {"a field of nothing", "tag: nato", "nato", "empty tag:"},
        {"a year", "from:2024 to:2024", " from 2024-01-01 to 2025-01-01", ""},
        {"a month", "from:2024-02 to:2024-12", " from 2024-02-01 to 2025-01-01",
         ""},
        {"a day", "war from:2024-02-28 to:2024-02-29",
         "war from 2024-02-28 to 2024-03-01", ""},
        {"a day as it is written here", "from:5.3.2022 to:31.12.2022",
         " from 2022-03-05 to 2023-01-01", ""},
        {"no date", "war from:yesterday", "war", "date yesterday"},
        {"no such day", "to:2023-02-29", "", "date 2023-02-29"},
        {"no such month", "to:2023-13", "", "date 2023-13"},
        {"too much of a date", "from:2023-01-01-01", "", "date 2023-01-01-01"},
        {"a date with a sign", "from:-2023", "", "date -2023"},
        {"a quote that is not closed", "say \"black sea", "say|<black sea>",
         "quote black sea"},
        {"a quote of nothing", "\"\" x", "x", ""},
        {"only what is not wanted", "-gas", "-gas", "without gas"},
        {"white space of other scripts",
         "a\xE3\x80\x80"
         "b\xC2\xA0"
         "c",
         "a|b|c", ""},
        {"words run into a quote", "a\"b c\"d", "a|<b c>|d", ""},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        SearchQuery query;

        check_row(cases[i].why);
        query_read(str_from(cases[i].text), &query);
        assert_str(shown(&arena, &query), str_from(cases[i].parts));
        assert_str(noted(&arena, &query), str_from(cases[i].notes));
    }
    arena_close(&arena);
}

static void what_is_too_long_is_cut_and_told(void **unused)
{
    Arena arena = arena_open();
    Buf words = buf_open(&arena, 4000);
    Buf letters = buf_open(&arena, 4000);
    SearchQuery query;

    (void)unused;
    for (int i = 0; i < 40; i++)
        buf_puts(&words, S("word "));
    query_read(buf_str(&words), &query);
    assert_int_equal(query.part_count, QUERY_PARTS);
    assert_int_equal(query.notes[0].kind, NOTE_LONG);
    assert_str(query.notes[0].about, S("word"));
    buf_putc(&letters, 'x'); /* the limit falls inside a letter of two bytes */
    for (int i = 0; i < 600; i++)
        buf_puts(&letters, S("є"));
    query_read(buf_str(&letters), &query);
    assert_int_equal(query.parts[0].text.len, QUERY_BYTES - 1);
    assert_int_equal(query.notes[0].kind, NOTE_LONG);
    assert_int_equal(query.notes[0].about.len, 1201 - (QUERY_BYTES - 1));
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_understood),
        cmocka_unit_test(what_is_too_long_is_cut_and_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
