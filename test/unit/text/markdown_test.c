/* test/unit/text/markdown_test.c -- Markdown as the body of a story. */
#include "check.h"

#include "fuzz/body_rules.h"
#include "text/markdown.h"

static void markdown_becomes_a_body(void **unused)
{
    static const struct {
        const char *why;
        Str text, body;
    } cases[] = {
        {"nothing", S_INIT(""), S_INIT("")},
        {"a byte order mark", S_INIT("\xEF\xBB\xBF# a"), S_INIT("<h2>a</h2>")},
        {"headings and paragraphs", S_INIT("# a\n\nb\nc  \nd\n\n###### e"),
         S_INIT("<h2>a</h2><p>b c<br>d</p><h4>e</h4>")},
        {"emphasis and code", S_INIT("*a* **b** `c<d`"),
         S_INIT("<p><em>a</em> <strong>b</strong> <code>c&lt;d</code></p>")},
        {"links",
         S_INIT("[a](/b?c&d \"e\") <http://f.org> [g]\n\n[g]: http://h.org/"),
         S_INIT("<p><a href=\"/b?c&amp;d\">a</a> <a href=\"http://f.org\">"
                "http://f.org</a> <a href=\"http://h.org/\">g</a></p>")},
        {"a link that is none", S_INIT("[a](javascript:b) [c](<data:d>)"),
         S_INIT("<p>a c</p>")},
        {"a picture is left out", S_INIT("a ![*b*](c.png) d"),
         S_INIT("<p>a d</p>")},
        {"tight and loose lists", S_INIT("- a\n- b\n  - c\n\n3. d\n\n4. e"),
         S_INIT("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"
                "<ol start=\"3\"><li><p>d</p></li><li><p>e</p></li></ol>")},
        {"a quotation and a rule", S_INIT("> a\n> b\n\n---\n"),
         S_INIT("<blockquote><p>a b</p></blockquote><hr>")},
        {"code", S_INIT("```c\nif (a < b)\n    c;\n```"),
         S_INIT("<pre><code>if (a &lt; b)\n    c;</code></pre>")},
        {"raw HTML is text", S_INIT("<script>x</script>\n\na <b>c</b>"),
         S_INIT("<p>&lt;script&gt;x&lt;/script&gt;</p><p>a "
                "&lt;b&gt;c&lt;/b&gt;</p>")},
        {"entities", S_INIT("&copy; &lt;b&gt; &#x411; &nosuch;"),
         S_INIT("<p>© &lt;b&gt; Б &amp;nosuch;</p>")},
        {"not UTF-8", S_INIT("a\xFF"), S_INIT("<p>a\xEF\xBF\xBD</p>")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Html body;

        check_row(cases[i].why);
        assert_int_equal(markdown_read(&arena, cases[i].text, NULL,
                                       SANITIZE_MAX, &body, NULL),
                         ERR_OK);
        assert_str(body.markup, cases[i].body);
        body_rules_hold(&arena, body);
        arena_close(&arena);
    }
}

static void what_costs_too_much_is_refused(void **unused)
{
    static const struct {
        const char *why;
        Str head, piece;
        size_t count;
        Err err;
    } cases[] = {
        {"too long", S_INIT(""), S_INIT("a\n"), 524289, ERR_TOO_BIG},
        {"quotations without end", S_INIT(""), S_INIT(">"), 500000,
         ERR_TOO_BIG},
        {"brackets without end", S_INIT(""), S_INIT("["), 500000, ERR_OK},
        {"openings of links", S_INIT(""), S_INIT("[a]("), 200000, ERR_OK},
        {"emphasis that does not close", S_INIT(""), S_INIT("*a "), 300000,
         ERR_OK},
        {"tags that do not close", S_INIT(""), S_INIT("<a b="), 100000, ERR_OK},
        {"lists in lists", S_INIT(""), S_INIT("1. "), 300000, ERR_TOO_BIG},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Buf buf = buf_open(&arena, SANITIZE_MAX * 2);
        Fault fault = fault_none();
        Html body;

        for (size_t n = 0; n < cases[i].count; n++)
            buf_puts(&buf, cases[i].piece);
        check_row(cases[i].why);
        assert_int_equal(markdown_read(&arena, buf_str(&buf), NULL,
                                       SANITIZE_MAX, &body, &fault),
                         cases[i].err);
        assert_int_equal(fault.text[0] != 0, cases[i].err != ERR_OK);
        arena_close(&arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown_becomes_a_body),
        cmocka_unit_test(what_costs_too_much_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
