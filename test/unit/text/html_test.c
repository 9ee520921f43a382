/* test/unit/text/html_test.c -- any bytes as a tree, within bounds. */
#include "check.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "text/html.h"

/* name[attr=value](children) "text" */
static void put_tree(Buf *buf, const HtmlNode *node)
{
    for (node = node->first; node; node = node->next) {
        if (!node->name.len) {
            buf_printf(buf, "'%.*s'", STR_ARG(node->text));
            continue;
        }
        buf_puts(buf, node->name);
        for (size_t i = 0; i < node->attr_count; i++)
            buf_printf(buf, "[%.*s=%.*s]", STR_ARG(node->attrs[i].name),
                       STR_ARG(node->attrs[i].value));
        buf_putc(buf, '(');
        put_tree(buf, node);
        buf_putc(buf, ')');
    }
}

static void pieces_are_read_as_a_browser_reads_them(void **unused)
{
    static const struct {
        const char *why;
        Str html, tree;
    } cases[] = {
        {"nothing", S_INIT(""), S_INIT("")},
        {"paragraphs end by themselves", S_INIT("<p>a<p>b"),
         S_INIT("p('a')p('b')")},
        {"names in lower case, references resolved",
         S_INIT("<A HREF='?a&amp;b'>&eacute;&#x438;</A>"),
         S_INIT("a[href=?a&b]('éи')")},
        {"misnested formatting", S_INIT("<b>1<i>2</b>3</i>"),
         S_INIT("b('1'i('2'))i('3')")},
        {"text leaves a table", S_INIT("<table>x<tr><td>y</table>"),
         S_INIT("'x'table(tbody(tr(td('y'))))")},
        {"comments are left out", S_INIT("a<!-- b -->c"), S_INIT("'a''c'")},
        {"a script is text", S_INIT("<script>a<b>&amp;</script>"),
         S_INIT("script('a<b>&amp;')")},
        {"an unknown element", S_INIT("<News-Item Kind=x>y"),
         S_INIT("news-item[kind=x]('y')")},
        {"SVG keeps its case", S_INIT("<svg viewBox=1><foreignObject>"),
         S_INIT("svg[viewBox=1](foreignObject())")},
        {"a NUL is dropped", S_INIT("a\0b"), S_INIT("'ab'")},
        {"a reference far out of range", S_INIT("a&#11111111111"),
         S_INIT("'a\xEF\xBF\xBD'")},
        {"not UTF-8", S_INIT("a\xFF"), S_INIT("'a\xEF\xBF\xBD'")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Buf buf = buf_open(&arena, 1000);
        HtmlNode *root;

        check_row(cases[i].why);
        assert_int_equal(html_read_fragment(&arena, cases[i].html, &root, NULL),
                         ERR_OK);
        assert_true(html_is(root, "body"));
        put_tree(&buf, root);
        assert_str(buf_str(&buf), cases[i].tree);
        arena_close(&arena);
    }
}

static Str repeat(Arena *arena, Str head, Str piece, size_t count)
{
    Buf buf = buf_open(arena, head.len + piece.len * count + 1);

    buf_puts(&buf, head);
    while (count--)
        buf_puts(&buf, piece);
    return buf_str(&buf);
}

static void what_costs_too_much_is_refused_at_once(void **unused)
{
    static const struct {
        const char *why;
        Str head, piece;
        size_t count;
        Err err;
    } cases[] = {
        {"deep, but not too deep", S_INIT(""), S_INIT("<div>"), 500, ERR_OK},
        {"too deep", S_INIT(""), S_INIT("<div>"), 800000, ERR_TOO_BIG},
        {"too deep in tables", S_INIT(""), S_INIT("<table><td>"), 300000,
         ERR_TOO_BIG},
        {"too deep in SVG", S_INIT("<svg>"), S_INIT("<g>"), 300000,
         ERR_TOO_BIG},
        {"formatting that is taken up again", S_INIT(""), S_INIT("<a><p>"),
         600000, ERR_TOO_BIG},
        {"too many elements", S_INIT(""), S_INIT("<br>"), 1000000, ERR_TOO_BIG},
        {"too many attributes", S_INIT("<a "), S_INIT("a1b a1c "), 100000,
         ERR_TOO_BIG},
        {"over 4 MiB", S_INIT(""), S_INIT("12345678"), 524289, ERR_TOO_BIG},
        {"4 MiB of text", S_INIT(""), S_INIT("12345678"), 524288, ERR_OK},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        HtmlNode *root = NULL;
        Str html =
            repeat(&arena, cases[i].head, cases[i].piece, cases[i].count);

        check_row(cases[i].why);
        assert_int_equal(html_read(&arena, html, &root, &fault), cases[i].err);
        assert_int_equal(fault.text[0] != 0, cases[i].err != ERR_OK);
        arena_close(&arena);
    }
}

static void elements_are_found(void **unused)
{
    Arena arena = arena_open();
    HtmlNode *root;
    HtmlNode *node;

    (void)unused;
    assert_int_equal(
        html_read(&arena,
                  S("<html lang=uk><meta property='og:title' content=T>"
                    "<meta property=og:type content=article>"
                    "<div class='lead  big'><p>1</p></div><p hidden>2"),
                  &root, NULL),
        ERR_OK);
    assert_str(html_attr(root, "lang"), S("uk"));
    node = html_find_attr(root, NULL, "meta", "property", "OG:Title");
    assert_str(html_attr(node, "content"), S("T"));
    node = html_find(root, node, "meta");
    assert_str(html_attr(node, "content"), S("article"));
    assert_null(html_find(root, node, "meta"));
    node = html_find_attr(root, NULL, NULL, "class", NULL);
    assert_true(html_is(html_next(root, node), "p"));
    assert_true(html_has_attr(html_next_past(root, node), "hidden"));
    assert_null(html_find(node, html_find(node, NULL, "p"), "p"));
    assert_str(html_attr(NULL, "x"), S(""));
    arena_close(&arena);
}

static void text_is_laid_out_in_lines(void **unused)
{
    static const struct {
        const char *why;
        Str html, text;
    } cases[] = {
        {"paragraphs", S_INIT("<h1> A \n b</h1><p>c<b>d </b> e<p>f"),
         S_INIT("A b\n\ncd e\n\nf")},
        {"lines", S_INIT("<div>a<div>b</div></div>c<br>d<br><br><br>e"),
         S_INIT("a\nb\nc\nd\n\ne")},
        {"lists and tables",
         S_INIT("<ul><li>a<li>b</ul><table><tr><td>1<td>2<tr><td>3</table>"),
         S_INIT("- a\n- b\n\n1\t2\n3")},
        {"what nobody sees",
         S_INIT("a<script>b</script><style>c</style><template>d</template>"
                "<svg><text>e</text></svg><noscript>f</noscript> g"),
         S_INIT("a g")},
        {"a pre keeps its space", S_INIT("<pre>a\n  b</pre>"),
         S_INIT("a\n  b")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        HtmlNode *root;

        check_row(cases[i].why);
        assert_int_equal(html_read_fragment(&arena, cases[i].html, &root, NULL),
                         ERR_OK);
        assert_str(html_text(&arena, root), cases[i].text);
        arena_close(&arena);
    }
}

static void bytes_are_decoded_as_a_browser_guesses(void **unused)
{
    static const struct {
        const char *why;
        Str bytes, charset, text;
        Err err;
    } cases[] = {
        {"UTF-8 without a word", S_INIT("Київ"), S_INIT(""), S_INIT("Київ"),
         ERR_OK},
        {"the header's word", S_INIT("\xCA\xE8\xBF\xE2<meta charset=utf-8>"),
         S_INIT("windows-1251"), S_INIT("Київ<meta charset=utf-8>"), ERR_OK},
        {"the page's own word",
         S_INIT("<meta charset=\"windows-1251\">\xCA\xE8\xBF\xE2"), S_INIT(""),
         S_INIT("<meta charset=\"windows-1251\">Київ"), ERR_OK},
        {"in http-equiv",
         S_INIT("<meta content='text/html; charset=koi8-u'>\xEB\xC9\xA7\xD7"),
         S_INIT(""), S_INIT("<meta content='text/html; charset=koi8-u'>Київ"),
         ERR_OK},
        {"a mark is stronger", S_INIT("\xFF\xFE\x1A\x04"), S_INIT("koi8-r"),
         S_INIT("К"), ERR_OK},
        {"neither UTF-8 nor a word", S_INIT("caf\xE9 \x93x\x94"), S_INIT(""),
         S_INIT("café “x”"), ERR_OK},
        {"neither, and Cyrillic",
         S_INIT("\xCA\xE8\xBF\xE2 \xE3\xEE\xE2\xEE\xF0\xE8\xF2\xFC"),
         S_INIT(""), S_INIT("Київ говорить"), ERR_OK},
        {"Latin-1 means windows-1252", S_INIT("<meta charset=latin1>\x93"),
         S_INIT(""), S_INIT("<meta charset=latin1>\xC2\x93"), ERR_OK},
        {"an unknown word", S_INIT("x"), S_INIT("klingon"), S_INIT("?"),
         ERR_UNSUPPORTED},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Str text = S("?");

        check_row(cases[i].why);
        assert_int_equal(
            html_decode(&arena, cases[i].bytes, cases[i].charset, &text, NULL),
            cases[i].err);
        assert_str(text, cases[i].text);
        arena_close(&arena);
    }
}

/* The tree construction tests of html5lib, elements and text. Gumbo is of
 * 2016, so some of what HTML has changed since is read as it was then. */

/* As those tests write a tree: one line a node, two spaces a level. */
static void put_lines(Buf *buf, const HtmlNode *node, int depth)
{
    for (node = node->first; node; node = node->next) {
        buf_printf(buf, "| %*s", depth * 2, "");
        if (node->name.len)
            buf_printf(buf, "<%.*s>\n", STR_ARG(node->name));
        else
            buf_printf(buf, "\"%.*s\"\n", STR_ARG(node->text));
        put_lines(buf, node, depth + 1);
    }
}

static bool is_plain_case(Str test)
{
    return str_find(test, S("#document-fragment"), 0) < 0 &&
           str_find(test, S("#script-on"), 0) < 0 &&
           str_find(test, S("<!--"), 0) < 0 &&
           str_find(test, S("| <!DOCTYPE"), 0) < 0 &&
           str_find(test, S("content\n"), 0) < 0 &&
           str_find(test, S("<svg"), 0) < 0 &&
           str_find(test, S("<math"), 0) < 0 && str_find(test, S("=\""), 0) < 0;
}

static Str between(Str s, Str from, Str to)
{
    ptrdiff_t start = str_find(s, from, 0);
    ptrdiff_t end;

    if (start < 0) return (Str){0};
    s = str_skip(s, (size_t)start + from.len);
    end = to.len ? str_find(s, to, 0) : (ptrdiff_t)s.len;
    return end < 0 ? s : str_slice(s, 0, (size_t)end);
}

static void count_cases(Str file, int *same, int *all)
{
    while (file.len) {
        ptrdiff_t end = str_find(file, S("\n\n#data\n"), 0);
        Str test = end < 0 ? file : str_slice(file, 0, (size_t)end);
        Arena arena = arena_open();
        Buf buf = buf_open(&arena, 1 << 20);
        HtmlNode *root;

        file = end < 0 ? (Str){0} : str_skip(file, (size_t)end + 2);
        if (is_plain_case(test)) {
            Str data = between(test, S("#data\n"), S("\n#errors"));
            Str wanted = between(test, S("#document\n"), S(""));

            buf_puts(&buf, S("| <html>\n"));
            assert_int_equal(html_read(&arena, data, &root, NULL), ERR_OK);
            put_lines(&buf, root, 1);
            ++*all;
            *same += str_eq(str_trim(buf_str(&buf)), str_trim(wanted));
        }
        arena_close(&arena);
    }
}

static void the_tree_construction_tests_are_passed(void **unused)
{
    const char *shared = getenv("SHARED");
    Arena arena = arena_open();
    char *folder = file_join(&arena, shared ? shared : "",
                             "data/text/html5lib-tests-2022/tree-construction");
    DIR *dir = opendir(folder);
    int same = 0;
    int all = 0;

    (void)unused;
    if (!dir) {
        print_message("skipped: there is no %s\n", folder);
        arena_close(&arena);
        skip();
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        Str bytes;

        if (!str_ends(str_from(entry->d_name), S(".dat"))) continue;
        assert_int_equal(file_read(&arena,
                                   file_join(&arena, folder, entry->d_name),
                                   1 << 20, &bytes, NULL),
                         ERR_OK);
        count_cases(bytes, &same, &all);
    }
    closedir(dir);
    print_message("         %d of %d trees the same\n", same, all);
    assert_true(all > 200 && same * 100 >= all * 95);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_read_as_a_browser_reads_them),
        cmocka_unit_test(what_costs_too_much_is_refused_at_once),
        cmocka_unit_test(elements_are_found),
        cmocka_unit_test(text_is_laid_out_in_lines),
        cmocka_unit_test(bytes_are_decoded_as_a_browser_guesses),
        cmocka_unit_test(the_tree_construction_tests_are_passed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
