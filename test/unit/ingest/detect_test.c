/* detect_test.c -- a file is known by what it holds, then by its name. */
#include "ingest/detect.h"

#include "check.h"

static const struct {
    const char *why, *path, *head;
    Format format;
} cases[] = {
    {"an object", "x", " \n{\"uri\":1}", FORMAT_NINJS},
    {"an array after a byte order mark", "x", "\xEF\xBB\xBF[{\"headlines\":[",
     FORMAT_NINJS},
    {"another object with a title", "package.json", "{\"title\":\"x\"}",
     FORMAT_AUTO},
    {"JSON Feed", "feed.json",
     "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\"}",
     FORMAT_AUTO},
    {"lines, the first of them broken", "a.ndjson", "uri", FORMAT_NINJS},
    {"RSS 2.0", "x", "<?xml version=\"1.0\"?>\n<!-- c --><rss version=\"2.0\">",
     FORMAT_RSS},
    {"RSS 1.0", "x", "<rdf:RDF xmlns=\"x\">", FORMAT_RSS},
    {"Atom with a prefix", "x", "<a:feed xmlns:a=\"x\">", FORMAT_ATOM},
    {"RSS with declarations", "x", "<!DOCTYPE r [<!ENTITY a \"b>\">]>\n<rss>",
     FORMAT_RSS},
    {"a page", "x", "<!DOCTYPE html><html>", FORMAT_HTML},
    {"a page without a doctype", "x", "<html><head>", FORMAT_HTML},
    {"a page by its name only", "a.HTM.gz", "<p>Text", FORMAT_HTML},
    {"a feed under the name of a page", "a.html", "<rss>", FORMAT_RSS},
    {"a story", "x", "---\ntitle: T\n---\n", FORMAT_MARKDOWN},
    {"a story by its name", "b/a.md.zst", "Text", FORMAT_MARKDOWN},
    {"names", "demo/sections.yaml", "facts: {en: F}", FORMAT_NAMES},
    {"other YAML", "demo/other.yaml", "facts: {en: F}", FORMAT_AUTO},
    {"a captured page", "x.txt",
     "Facts\n\n16:15 14.04.2021\n\nTea\n\nTags: #food\n", FORMAT_CAPTURE},
    {"one time alone makes no page", "x.txt", "Log\n\n16:15 14.04.2021\n",
     FORMAT_AUTO},
    {"one heading alone makes no page", "x.txt", "Latest news\n\nTea\n",
     FORMAT_AUTO},
    {"words", "x.txt", "16 of them came", FORMAT_AUTO},
    {"other XML", "x.xml", "<news><item/></news>", FORMAT_AUTO},
    {"a comment that does not end", "x.xml", "<!-- <rss>", FORMAT_AUTO},
    {"nothing", "x", "", FORMAT_AUTO},
};

static void files_are_known_as_listed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_int_equal(
            format_detect(str_from(cases[i].path), str_from(cases[i].head)),
            cases[i].format);
    }
}

static void feeds_in_utf16_are_known_by_their_root(void **state)
{
    static const Str heads[] = {
        S_INIT("\xFF\xFE<\0?\0x\0?\0>\0<\0r\0s\0s\0>\0"),
        S_INIT("\xFE\xFF\0<\0r\0s\0s\0>"), S_INIT("<\0r\0s\0s\0 \0>\0"),
        S_INIT("\0<\0r\0s\0s\0>")};

    (void)state;
    for (size_t i = 0; i < COUNT(heads); i++)
        assert_int_equal(format_detect(S("x"), heads[i]), FORMAT_RSS);
    assert_int_equal(format_detect(S("x"), S("\xFF\xFE")), FORMAT_AUTO);
}

static void each_format_has_a_word(void **state)
{
    (void)state;
    for (int i = 0; i < FORMAT_COUNT; i++) {
        Format format;

        assert_true(
            format_from_word(str_from(format_word((Format)i)), &format));
        assert_int_equal(format, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_known_as_listed),
        cmocka_unit_test(feeds_in_utf16_are_known_by_their_root),
        cmocka_unit_test(each_format_has_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
