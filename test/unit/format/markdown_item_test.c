/* markdown_item_test.c -- a story in a file, and names in another. */
#include "format/markdown_item.h"
#include "format/names.h"

#include "read_cases.h"

static Err read_text(Bench *bench, const char *text, Item *out)
{
    bench->fault = fault_none();
    return markdown_item_read(&bench->arena, str_from(text), &bench->ctx, out,
                              &bench->fault);
}

static void every_field_is_taken(void **state)
{
    Bench *bench = *state;
    Item item;

    assert_int_equal(
        read_text(bench,
                  "---\nuri: urn:a:1\ngroup: g\ntitle: \"Harbour: open\"\n"
                  "deck: Deck\ndate: 2021-04-14T16:15:00\nsection: facts\n"
                  "tags: [sea, Порт]\nlanguage: uk\nbyline: A. B.\n"
                  "place: KYIV\npriority: 1\nversion: 2\n"
                  "correction: It was two\nfollows: urn:a:0\n"
                  "embargo: 2021-05-01\n---\nText *here*.\n",
                  &item),
        ERR_OK);
    assert_str(item.uri, S("urn:a:1"));
    assert_str(item.group, S("g"));
    assert_str(item.headline, S("Harbour: open"));
    assert_int_equal(item.at, at("2021-04-14T13:15:00Z"));
    assert_str(item.section, S("facts"));
    assert_int_equal(item.section_name.len, 0);
    assert_int_equal(item.tags.count, 2);
    assert_str(item.tags.items[0].slug, S("sea"));
    assert_int_equal(item.tags.items[0].name.len, 0);
    assert_str(item.tags.items[1].slug, S("port"));
    assert_str(item.tags.items[1].name, S("Порт"));
    assert_int_equal(item.urgency, 1);
    assert_int_equal(item.version, 2);
    assert_str(item.correction, S("It was two"));
    assert_str(item.follows, S("urn:a:0"));
    assert_int_equal(item.embargo, at("2021-05-01T09:00:00Z"));
    assert_str(item.body.markup, S("<p>Text <em>here</em>.</p>"));
}

static const struct {
    const char *why, *text, *says;
    int64_t line;
} faults[] = {
    {"no title", "---\nsection: facts\n---\nText\n", "headline", 0},
    {"no front matter", "Text\n", "headline", 0},
    {"a bad date", "---\ntitle: T\ndate: soon\n---\n", "date", 3},
    {"priority 12", "---\ntitle: T\npriority: 12\n---\n", "1 to 9", 3},
    {"version 0", "---\ntitle: T\nversion: 0\n---\n", "from 1 on", 3},
    {"a slip of the pen", "---\ntitle: T\nsectoin: facts\n---\n", "sectoin", 3},
    {"a bad status", "---\ntitle: T\nstatus: maybe\n---\n", "usable", 3},
    {"a bad language", "---\ntitle: T\nlanguage: not one\n---\n", "language",
     3},
    {"a map", "---\ntitle: T\ntags: {a: b}\n---\n", "tags", 0},
    {"bytes that are no text", "---\ntitle: \xFF\n---\n", "UTF-8", 0},
};

static void bad_files_are_refused_as_listed(void **state)
{
    Bench *bench = *state;
    Item item;

    for (size_t i = 0; i < COUNT(faults); i++) {
        check_row(faults[i].why);
        assert_int_equal(read_text(bench, faults[i].text, &item), ERR_INVALID);
        assert_non_null(strstr(bench->fault.text, faults[i].says));
        assert_int_equal(bench->fault.line, faults[i].line);
    }
}

static void without_uri_the_same_file_is_the_same_story(void **state)
{
    Bench *bench = *state;
    Item one;
    Item two;

    assert_int_equal(read_text(bench, "---\ntitle: T\n---\nA\n", &one), ERR_OK);
    assert_int_equal(read_text(bench, "---\ntitle: T\n---\nB\n", &two), ERR_OK);
    assert_str(one.uri, two.uri);
    assert_false(one.timed);
}

static void names_are_read_in_order(void **state)
{
    Bench *bench = *state;
    NameList names;

    assert_int_equal(names_read(&bench->arena,
                                S("# order of the menu\n"
                                  "facts: {en: Facts, uk: Факти}\n"
                                  "sport:\n  en: \"Sport\"\n"),
                                &names, &bench->fault),
                     ERR_OK);
    assert_int_equal(names.count, 3);
    assert_str(names.items[1].slug, S("facts"));
    assert_str(names.items[1].language, S("uk"));
    assert_str(names.items[1].name, S("Факти"));
    assert_str(names.items[2].slug, S("sport"));
    assert_int_equal(names.items[2].position, 1);
}

static const struct {
    const char *why, *text;
    int64_t line;
} bad_names[] = {
    {"a slug with capitals", "Facts: {en: F}\n", 1},
    {"a list", "facts: [a]\n", 1},
    {"no names", "facts: Facts\n", 1},
    {"too deep", "facts:\n  en: {a: b}\n", 2},
    {"no language", "facts: {english language: F}\n", 1},
    {"an alias", "a: &x {en: A}\nb: *x\n", 2},
    {"an empty name", "facts:\n  en: \"\"\n", 2},
    {"nothing", "", 0},
    {"not YAML", "facts: {en: \n", 2},
};

static void bad_names_are_refused_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(bad_names); i++) {
        NameList names;

        check_row(bad_names[i].why);
        bench->fault = fault_none();
        assert_int_equal(names_read(&bench->arena, str_from(bad_names[i].text),
                                    &names, &bench->fault),
                         ERR_INVALID);
        assert_int_equal(bench->fault.line, bad_names[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_field_is_taken),
        TEST(bad_files_are_refused_as_listed),
        TEST(without_uri_the_same_file_is_the_same_story),
        TEST(names_are_read_in_order),
        TEST(bad_names_are_refused_as_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
