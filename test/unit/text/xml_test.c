/* test/unit/text/xml_test.c -- XML into a tree; what is refused, and how. */
#include "check.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "text/xml.h"

#define MAX (8 * 1024 * 1024)
#define DC  "http://purl.org/dc/elements/1.1/"

static void elements_texts_and_attributes_are_found(void **unused)
{
    Arena arena = arena_open();
    XmlNode *root;
    XmlNode *item;

    (void)unused;
    assert_int_equal(
        xml_read(&arena,
                 S("<?xml version='1.0'?>\n<!DOCTYPE rss SYSTEM 'x.dtd'>\n"
                   "<rss version='2.0' xmlns:dc='" DC "' xml:lang='uk'>\n"
                   " <item><title> A &amp; &#x411;<![CDATA[ <b>]]> </title>\n"
                   "  <dc:title dc:kind='x' kind='y'>dc</dc:title></item>\n"
                   " <other/><item>two <i>x</i> three</item></rss>"),
                 MAX, XML_STRICT, S(""), &root, NULL),
        ERR_OK);
    assert_true(xml_is(root, "", "rss"));
    assert_str(xml_attr(root, "version"), S("2.0"));
    assert_str(xml_attr(root, "none"), S(""));
    assert_str(
        xml_attr_ns(root, "http://www.w3.org/XML/1998/namespace", "lang"),
        S("uk"));
    item = xml_child(root, NULL, "item");
    assert_str(xml_child_text(&arena, item, "", "title"), S("A & Б <b>"));
    assert_str(xml_child_text(&arena, item, DC, "title"), S("dc"));
    assert_str(xml_child_text(&arena, item, NULL, "title"), S("A & Б <b>"));
    assert_str(xml_attr(xml_child(item, DC, "title"), "kind"), S("y"));
    assert_str(xml_attr_ns(xml_child(item, DC, "title"), DC, "kind"), S("x"));
    assert_int_equal(xml_child(item, DC, "title")->line, 5);
    assert_true(xml_is(xml_next(item), "", "other"));
    item = xml_next(xml_next(item));
    assert_str(xml_text(&arena, item), S("two x three"));
    assert_str(xml_inner(&arena, item), S("two <i>x</i> three"));
    assert_null(xml_next(item));
    assert_null(xml_child(xml_child(NULL, NULL, "a"), NULL, "b"));
    assert_str(xml_text(&arena, NULL), S(""));
    arena_close(&arena);
}

static void what_is_refused_is_told_with_its_place(void **unused)
{
    static const struct {
        const char *why;
        Str xml;
        unsigned flags;
        Err err;
        int64_t line;
        const char *word;
    } cases[] = {
        {"nothing", S_INIT(" \n"), 0, ERR_INVALID, 0, "empty"},
        {"not closed", S_INIT("<a>\n<b>\n</a>"), 0, ERR_INVALID, 3, "mismatch"},
        {"a second root", S_INIT("<a/>\n<b/>"), 0, ERR_INVALID, 2, "Extra"},
        {"text only", S_INIT("text"), 0, ERR_INVALID, 1, "well-formed"},
        {"an HTML entity", S_INIT("<a>\n&nbsp;</a>"), 0, ERR_INVALID, 2,
         "&nbsp;"},
        {"in an attribute", S_INIT("<a b='&nbsp;'/>"), 0, ERR_INVALID, 1,
         "&nbsp;"},
        {"an entity of its own",
         S_INIT("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), 0, ERR_INVALID, 1,
         "declarations"},
        {"the same when mending",
         S_INIT("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), XML_MEND,
         ERR_INVALID, 1, "declarations"},
        {"the same when recovering",
         S_INIT("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), XML_RECOVER,
         ERR_INVALID, 1, "declarations"},
        {"a file",
         S_INIT("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
                "<a>&b;</a>"),
         XML_MEND, ERR_INVALID, 1, "declarations"},
        {"a parameter entity",
         S_INIT("<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://127.0.0.1:9/'>%b;]>"
                "<a/>"),
         0, ERR_INVALID, 1, "declarations"},
        {"a parameter entity not declared", S_INIT("<!DOCTYPE a [%b;]><a/>"), 0,
         ERR_INVALID, 1, "declarations"},
        {"default attributes",
         S_INIT("<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>"), 0, ERR_INVALID,
         1, "declarations"},
        {"an entity of an external DTD",
         S_INIT("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/'><a>&b;</a>"), 0,
         ERR_INVALID, 1, "&b;"},
        {"damaged UTF-8", S_INIT("<a>\n\n\xFF</a>"), 0, ERR_INVALID, 3,
         "well-formed"},
        {"an encoding nobody knows",
         S_INIT("<?xml version='1.0' encoding='klingon'?><a/>"), 0,
         ERR_UNSUPPORTED, 0, "klingon"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        XmlNode *root = NULL;

        check_row(cases[i].why);
        assert_int_equal(xml_read(&arena, cases[i].xml, MAX, cases[i].flags,
                                  S(""), &root, &fault),
                         cases[i].err);
        assert_null(root);
        assert_int_equal(fault.line, cases[i].line);
        if (!strstr(fault.text, cases[i].word)) fail_msg("%s", fault.text);
        arena_close(&arena);
    }
}

static Str repeat(Arena *arena, Str head, Str piece, size_t count, Str tail)
{
    Buf buf = buf_open(arena, MAX * 2);

    buf_puts(&buf, head);
    while (count--)
        buf_puts(&buf, piece);
    buf_puts(&buf, tail);
    return buf_str(&buf);
}

static void what_costs_too_much_is_refused(void **unused)
{
    static const struct {
        const char *why;
        Str head, piece;
        size_t count;
        Str tail;
        Err err;
    } cases[] = {
        {"64 deep", S_INIT(""), S_INIT("<a>"), 64, S_INIT(""), ERR_INVALID},
        {"65 deep", S_INIT(""), S_INIT("<a>"), 65, S_INIT(""), ERR_TOO_BIG},
        {"100,000 deep", S_INIT(""), S_INIT("<a>"), 100000, S_INIT(""),
         ERR_TOO_BIG},
        {"over the caller's limit", S_INIT("<a>"), S_INIT("12345678"), MAX / 8,
         S_INIT("</a>"), ERR_TOO_BIG},
        {"a long text within it", S_INIT("<a>"), S_INIT("12345678"),
         MAX / 8 - 1, S_INIT("</a>"), ERR_OK},
        {"elements without end", S_INIT("<a>"), S_INIT("<b/>"), 2000000,
         S_INIT("</a>"), ERR_TOO_BIG},
        {"attributes without end", S_INIT("<a"), S_INIT(" b=''"), 500000,
         S_INIT("/>"), ERR_TOO_BIG},
        {"quotes in quotes count too", S_INIT("<a b='>\"' "), S_INIT(" b=''"),
         500000, S_INIT("/>"), ERR_TOO_BIG},
        {"many in a comment", S_INIT("<a><!-- <b "), S_INIT(" c='d'"), 5000,
         S_INIT("--></a>"), ERR_OK},
        {"and in CDATA", S_INIT("<a><![CDATA[<b "), S_INIT(" c='d'"), 5000,
         S_INIT("]]></a>"), ERR_OK},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        XmlNode *root = NULL;
        Fault fault = fault_none();
        Str xml = repeat(&arena, cases[i].head, cases[i].piece, cases[i].count,
                         cases[i].tail);

        check_row(cases[i].why);
        assert_int_equal(
            xml_read(&arena, xml, MAX, XML_STRICT, S(""), &root, &fault),
            cases[i].err);
        arena_close(&arena);
    }
}

static void feeds_are_mended(void **unused)
{
    static const struct {
        const char *why;
        Str xml, inner;
    } cases[] = {
        {"HTML's entities", S_INIT("<a>&nbsp;&eacute;&hellip;</a>"),
         S_INIT("\xC2\xA0é…")},
        {"in attributes", S_INIT("<a><b c='&laquo;x&raquo;'/></a>"),
         S_INIT("<b c=\"«x»\"></b>")},
        {"a bare ampersand", S_INIT("<a>AT&T &amp; R&D; &</a>"),
         S_INIT("AT&amp;T &amp; R&amp;D; &amp;")},
        {"in an address", S_INIT("<a><b c='?d=1&copy=2&amp;e'/></a>"),
         S_INIT("<b c=\"?d=1&amp;copy=2&amp;e\"></b>")},
        {"nothing is mended in CDATA", S_INIT("<a><![CDATA[&nbsp;&]]></a>"),
         S_INIT("&amp;nbsp;&amp;")},
        {"characters that XML forbids",
         S_INIT("<a>b\x01\x0B"
                "c&#11;&#xFFFF;&#x110000;d&#65;</a>"),
         S_INIT("bcdA")},
        {"space before the declaration",
         S_INIT("\n <?xml version='1.0'?><a>b</a>"), S_INIT("b")},
        {"damaged UTF-8",
         S_INIT("<?xml version='1.0' encoding='utf-8'?><a>é b\xFF"
                "c</a>"),
         S_INIT("é b\xEF\xBF\xBD"
                "c")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        XmlNode *root = NULL;

        check_row(cases[i].why);
        assert_int_equal(
            xml_read(&arena, cases[i].xml, MAX, XML_MEND, S(""), &root, &fault),
            ERR_OK);
        assert_str(xml_inner(&arena, root), cases[i].inner);
        arena_close(&arena);
    }
}

static void prefixes_that_nobody_declared_stay_apart(void **unused)
{
    Str xml = S("<a><dc:title>x</dc:title><my:title>y</my:title></a>");
    Arena arena = arena_open();
    XmlNode *root;

    (void)unused;
    assert_int_equal(xml_read(&arena, xml, MAX, XML_STRICT, S(""), &root, NULL),
                     ERR_OK);
    assert_null(xml_child(root, NULL, "title"));
    assert_str(xml_child_text(&arena, root, NULL, "dc:title"), S("x"));
    assert_int_equal(xml_read(&arena, xml, MAX, XML_MEND, S(""), &root, NULL),
                     ERR_OK);
    assert_str(xml_child_text(&arena, root, DC, "title"), S("x"));
    assert_str(xml_child_text(&arena, root, NULL, "my:title"), S("y"));
    arena_close(&arena);
}

static void encodings_are_read(void **unused)
{
    static const struct {
        const char *why;
        Str xml, encoding;
    } cases[] = {
        {"declared",
         S_INIT("<?xml version='1.0' encoding='windows-1251'?>"
                "<a>\xCA\xE8\xBF\xE2</a>"),
         S_INIT("")},
        {"the header is stronger",
         S_INIT("<?xml version='1.0' encoding='utf-8'?><a>\xEB\xC9\xA7\xD7"
                "</a>"),
         S_INIT("koi8-u")},
        {"a mark is stronger still",
         S_INIT("\xEF\xBB\xBF<?xml version='1.0' encoding='koi8-u'?>"
                "<a>Київ</a>"),
         S_INIT("koi8-u")},
        {"UTF-16 by its mark",
         S_INIT("\xFF\xFE<\0a\0>\0\x1A\x04\x38\x04\x57\x04\x32\x04<\0/\0a\0>"
                "\0"),
         S_INIT("")},
        {"a word that cannot be true",
         S_INIT("<?xml version='1.0' encoding='utf-16'?><a>Київ</a>"),
         S_INIT("")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (unsigned flags = 0; flags <= XML_MEND; flags++) {
            Arena arena = arena_open();
            Fault fault = fault_none();
            XmlNode *root;

            check_row(cases[i].why);
            assert_int_equal(xml_read(&arena, cases[i].xml, MAX, flags,
                                      cases[i].encoding, &root, &fault),
                             ERR_OK);
            assert_str(xml_text(&arena, root), S("Київ"));
            arena_close(&arena);
        }
    }
}

static void what_could_be_read_is_given_when_asked(void **unused)
{
    Arena arena = arena_open();
    Fault fault = fault_none();
    XmlNode *root = NULL;

    (void)unused;
    assert_int_equal(xml_read(&arena, S("<a>\n<b>x</b><c>y<d>"), MAX,
                              XML_RECOVER, S(""), &root, &fault),
                     ERR_OK);
    assert_int_equal(fault.err, ERR_INVALID);
    assert_int_equal(fault.line, 2);
    assert_str(xml_child_text(&arena, root, NULL, "b"), S("x"));
    assert_str(xml_child_text(&arena, root, NULL, "c"), S("y"));
    arena_close(&arena);
}

/* Real feeds, good and bad: read, or refused with a sentence. */
static void read_folder(const char *folder, int *read, int *all)
{
    Arena arena = arena_open();
    DIR *dir = opendir(folder);

    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char *path = file_join(&arena, folder, entry->d_name);
        Fault fault = fault_none();
        Arena scratch = arena_open();
        XmlNode *root;
        Str bytes;

        if (entry->d_name[0] != '.' && entry->d_type == DT_DIR)
            read_folder(path, read, all);
        if (str_ends(str_from(entry->d_name), S(".xml")) &&
            !file_read(&scratch, path, MAX, &bytes, NULL)) {
            ++*all;
            if (xml_read(&scratch, bytes, MAX, XML_MEND, S(""), &root, &fault))
                assert_true(fault.text[0]);
            else
                ++*read;
        }
        arena_close(&scratch);
    }
    if (dir) closedir(dir);
    arena_close(&arena);
}

static void real_feeds_are_read(void **unused)
{
    const char *shared = getenv("SHARED");
    Arena arena = arena_open();
    char *folder = file_join(&arena, shared ? shared : "", "data/feeds");
    int read = 0;
    int all = 0;

    (void)unused;
    read_folder(folder, &read, &all);
    if (!all) {
        print_message("skipped: there is nothing in %s\n", folder);
        arena_close(&arena);
        skip();
    }
    print_message("         %d of %d read\n", read, all);
    assert_true(all > 1000 && read * 100 >= all * 95);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_texts_and_attributes_are_found),
        cmocka_unit_test(what_is_refused_is_told_with_its_place),
        cmocka_unit_test(what_costs_too_much_is_refused),
        cmocka_unit_test(feeds_are_mended),
        cmocka_unit_test(prefixes_that_nobody_declared_stay_apart),
        cmocka_unit_test(encodings_are_read),
        cmocka_unit_test(what_could_be_read_is_given_when_asked),
        cmocka_unit_test(real_feeds_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
