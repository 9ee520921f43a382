/* test/unit/text/sanitize_test.c -- any HTML as the body of a story. */
#include "check.h"

#include <stdlib.h>

#include "base/file.h"
#include "fuzz/body_rules.h"
#include "text/json.h"
#include "text/sanitize.h"

/* clang-format off */
static const struct {
    const char *why;
    Str html, body;
} cases[] = {
    {"nothing", S_INIT(" \n "), S_INIT("")},
    {"stray text", S_INIT("a <b>b</b>"), S_INIT("<p>a <strong>b</strong></p>")},
    {"white space is one space",
     S_INIT("<p>  a \n\t b<em> c </em>d  </p>"),
     S_INIT("<p>a b <em>c</em> d</p>")},
    {"empty paragraphs", S_INIT("<p>a<p>&nbsp;<p><em> </em><br><p>b"),
     S_INIT("<p>a</p><p>b</p>")},
    {"breaks part paragraphs", S_INIT("a<br>b<br> <br>c<br>"),
     S_INIT("<p>a<br>b</p><p>c</p>")},
    {"a space before a break and after", S_INIT("<p>a <br> b"),
     S_INIT("<p>a<br>b</p>")},
    {"headings move into the range",
     S_INIT("<h1>a</h1><h2>b</h2><h5>c</h5><h6>d</h6>"),
     S_INIT("<h2>a</h2><h2>b</h2><h4>c</h4><h4>d</h4>")},
    {"old names", S_INIT("<i>a</i><strike>b</strike><tt>c</tt><acronym title=T>d</acronym>"),
     S_INIT("<p><em>a</em><s>b</s><code>c</code><abbr title=\"T\">d</abbr></p>")},
    {"u, font and span give their text", S_INIT("<u>a</u><font color=red>b</font><span style=x>c</span>"),
     S_INIT("<p>abc</p>")},
    {"all inlines",
     S_INIT("<q>a</q><cite>b</cite><sub>c</sub><sup>d</sup><small>e</small><del>f</del><ins>g</ins>"),
     S_INIT("<p><q>a</q><cite>b</cite><sub>c</sub><sup>d</sup><small>e</small><del>f</del><ins>g</ins></p>")},
    {"time and its form", S_INIT("<time datetime=2021-04-14T16:15+03:00>a</time><time datetime='x\">y'>b</time>"),
     S_INIT("<p><time datetime=\"2021-04-14T16:15+03:00\">a</time><time>b</time></p>")},
    {"the same twice says it once", S_INIT("<b><strong>a</strong></b>"),
     S_INIT("<p><strong>a</strong></p>")},
    {"inlines never hold blocks", S_INIT("<em>a<p>b<h2>c</h2>d</em>"),
     S_INIT("<p><em>a</em></p><p><em>b</em></p><h2><em>c</em></h2><p><em>d</em></p>")},
    {"a link never holds a link", S_INIT("<a href=/a>1<table><td><a href=/b>2</a></table></a>"),
     S_INIT("<p><a href=\"/a\">1</a></p><table><tbody><tr><td><a href=\"/a\">2</a></td></tr></tbody></table>")},
    {"lists", S_INIT("<ul><li>a<li><p>b<p>c<li></ul><ol start=3><li>d</ol>"),
     S_INIT("<ul><li>a</li><li><p>b</p><p>c</p></li></ul><ol start=\"3\"><li>d</li></ol>")},
    {"a list in a list, with and without an item", S_INIT("<ul><li>a<ul><li>b</ul><ul><li>c</ul></ul>"),
     S_INIT("<ul><li>a<ul><li>b</li></ul><ul><li>c</li></ul></li></ul>")},
    {"text in a list without an item", S_INIT("<ul>a<ul><li>b</ul></ul><dl>c<dt>d</dl>"),
     S_INIT("<ul><li>a<ul><li>b</li></ul></li></ul><dl><dd>c</dd><dt>d</dt></dl>")},
    {"an item without a list", S_INIT("<li>a<li>b"), S_INIT("<p>a</p><p>b</p>")},
    {"text after a block in an item", S_INIT("<ul><li>a<blockquote>b</blockquote>c</ul>"),
     S_INIT("<ul><li>a<blockquote><p>b</p></blockquote><p>c</p></li></ul>")},
    {"definitions", S_INIT("<dl><div><dt>a<dd>b</div><dt><h2>c</h2>d</dl>"),
     S_INIT("<dl><dt>a</dt><dd>b</dd><dt>c d</dt></dl>")},
    {"a table", S_INIT("<table border=1><caption>t</caption><colgroup><col></colgroup><thead><tr><th scope=COL colspan=2>a<tfoot><tr><td><td>b</table>"),
     S_INIT("<table><caption>t</caption><thead><tr><th colspan=\"2\" scope=\"col\">a</th></tr></thead><tbody><tr><td></td><td>b</td></tr></tbody></table>")},
    {"text in a table leaves it", S_INIT("<table>x<tr><td>y</table>"),
     S_INIT("<p>x</p><table><tbody><tr><td>y</td></tr></tbody></table>")},
    {"spans out of range", S_INIT("<table><td colspan=1 rowspan=9999999>a<td colspan=-2>b</table>"),
     S_INIT("<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>")},
    {"a figure", S_INIT("<figure><blockquote>a</blockquote><figcaption><p>b</figcaption></figure>"),
     S_INIT("<figure><blockquote><p>a</p></blockquote><figcaption>b</figcaption></figure>")},
    {"a picture goes with its caption", S_INIT("a<figure><img src=x alt=y><figcaption>b</figcaption></figure>c"),
     S_INIT("<p>a</p><p>c</p>")},
    {"pre keeps its space", S_INIT("<pre>\n\n  a\tb\n\n <b>c</b>\n</pre>"),
     S_INIT("<pre>  a\tb\n\n <strong>c</strong></pre>")},
    {"breaks and blocks in pre", S_INIT("<pre>a<br>b<div>c</div></pre>"),
     S_INIT("<pre>a\nb\nc</pre>")},
    {"rules", S_INIT("<hr><p>a<hr><ul><hr><li>b</ul>"),
     S_INIT("<hr><p>a</p><hr><ul><li>b</li></ul>")},
    {"dropped with all they hold",
     S_INIT("a<script>b</script><style>b</style><noscript>b</noscript><template>b</template><iframe>b</iframe>"
            "<object>b</object><svg><text>b</text></svg><math><mi>b</mi></math><button>b</button><select><option>b</select>"
            "<textarea>b</textarea><video>b</video><canvas>b</canvas><noembed>b</noembed><title>b</title>c"),
     S_INIT("<p>ac</p>")},
    {"a form gives its content", S_INIT("<form action=/x><label>a<input value=b></label></form>"),
     S_INIT("<p>a</p>")},
    {"language and direction",
     S_INIT("<p lang=uk dir=RTL class=x id=y onclick=z>a <em lang='en-GB'>b</em><q lang='\"><'>c</q>"),
     S_INIT("<p dir=\"rtl\" lang=\"uk\">a <em lang=\"en-GB\">b</em><q>c</q></p>")},
    {"only what must be escaped is", S_INIT("<p>a &lt;b&gt; &amp;amp; \"c\" 'd'<abbr title='\"&<>'>e</abbr>"),
     S_INIT("<p>a &lt;b&gt; &amp;amp; \"c\" 'd'<abbr title=\"&quot;&amp;&lt;&gt;\">e</abbr></p>")},
    {"what XML forbids", S_INIT("<p>a&#1;&#xFFFE;&#127;&#13;b"), S_INIT("<p>a b</p>")},
    {"what is no character", S_INIT("<p>a&#xFDD0;&#xFDEF;&#x1FFFF;b"), S_INIT("<p>ab</p>")},
    {"links", S_INIT("<a href=' HTTPS://e.org/a b?c=\"d\" '>1</a><a href=mailto:a@b>2</a><a href=../c>3</a>"),
     S_INIT("<p><a href=\"HTTPS://e.org/a%20b?c=%22d%22\">1</a><a href=\"mailto:a@b\">2</a><a href=\"../c\">3</a></p>")},
    {"links that are none",
     S_INIT("<a href=javascript:x>1</a><a href='java\nscript:x'>2</a><a href=data:x>3</a><a name=x>4</a><a href='#x'>5</a>"),
     S_INIT("<p>12345</p>")},
    {"custom elements", S_INIT("<news-item><p>a</news-item>"), S_INIT("<p>a</p>")},
    {"xmp, listing and plaintext are text", S_INIT("<xmp><b></xmp><plaintext></p>"),
     S_INIT("<pre>&lt;b&gt;</pre><pre>&lt;/p&gt;</pre>")},
};
/* clang-format on */

static void html_becomes_the_body_it_means(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Html body;

        check_row(cases[i].why);
        assert_int_equal(
            sanitize(&arena, cases[i].html, NULL, SANITIZE_MAX, &body, NULL),
            ERR_OK);
        assert_str(body.markup, cases[i].body);
        body_rules_hold(&arena, body);
        arena_close(&arena);
    }
}

static void rules_say_what_becomes_of_links(void **unused)
{
    SanitizeRules based = {.base = S("http://e.org/a/b")};
    SanitizeRules bare = {.no_links = true};
    Str html = S("<a href=c>1</a> <a href=#x>2</a> <a href=javascript:x>3</a> "
                 "<a href=mailto:d@e>4</a>");
    Arena arena = arena_open();
    Html body;

    (void)unused;
    assert_int_equal(sanitize(&arena, html, &based, SANITIZE_MAX, &body, NULL),
                     ERR_OK);
    assert_str(body.markup, S("<p><a href=\"http://e.org/a/c\">1</a> <a "
                              "href=\"http://e.org/a/b#x\">2</a> 3 <a "
                              "href=\"mailto:d@e\">4</a></p>"));
    assert_int_equal(sanitize(&arena, html, &bare, SANITIZE_MAX, &body, NULL),
                     ERR_OK);
    assert_str(body.markup, S("<p>1 2 3 4</p>"));
    arena_close(&arena);
}

static void size_and_depth_are_bounded(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 1 << 21);
    Fault fault = fault_none();
    Html body = {S("untouched")};

    (void)unused;
    assert_int_equal(sanitize(&arena, S("<p>ab</p>"), NULL, 8, &body, &fault),
                     ERR_TOO_BIG);
    assert_string_equal(fault.text,
                        "the body has 9 bytes; at most 8 are accepted");
    assert_int_equal(sanitize(&arena, S("a&b"), NULL, 9, &body, NULL),
                     ERR_TOO_BIG);
    assert_str(body.markup, S("untouched"));
    for (int i = 0; i < 100; i++)
        buf_puts(&buf, S("<blockquote><ul><li><em lang=a><q lang=b>x"));
    assert_int_equal(
        sanitize(&arena, buf_str(&buf), NULL, SANITIZE_MAX, &body, NULL),
        ERR_OK);
    body_rules_hold(&arena, body);
    assert_true(text_words(html_plain(&arena, body)) >= 32);
    buf_cut(&buf, 0);
    buf_puts(&buf, S("<a href=\"/"));
    for (int i = 0; i < 6000; i++)
        buf_putc(&buf, 'x');
    buf_puts(&buf, S("\">"));
    for (int i = 0; i < 10000; i++)
        buf_puts(&buf, S("<p>a"));
    assert_int_equal(
        sanitize(&arena, buf_str(&buf), NULL, SANITIZE_MAX, &body, NULL),
        ERR_TOO_BIG);
    arena_close(&arena);
}

static void text_becomes_paragraphs(void **unused)
{
    static const struct {
        const char *why;
        Str text, body;
    } rows[] = {
        {"nothing", S_INIT(" \n\n"), S_INIT("")},
        {"an empty line parts", S_INIT("a\nb\n \n\nc < d & e\r\n\r\nf"),
         S_INIT("<p>a b</p><p>c &lt; d &amp; e</p><p>f</p>")},
        {"markup is text", S_INIT("<script>x</script>"),
         S_INIT("<p>&lt;script&gt;x&lt;/script&gt;</p>")},
        {"not UTF-8",
         S_INIT("a\xFF"
                "b"),
         S_INIT("<p>a\xEF\xBF\xBD"
                "b</p>")},
        {"what is no character",
         S_INIT("a\xEF\xB7\x9E\x8D"
                "b"),
         S_INIT("<p>a\xEF\xBF\xBD"
                "b</p>")},
        {"all of it escaped", S_INIT("&&&&&&&&&&&&&&&&"),
         S_INIT("<p>&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;"
                "&amp;&amp;&amp;&amp;&amp;</p>")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Html body = html_from_text(&arena, rows[i].text);

        check_row(rows[i].why);
        assert_str(body.markup, rows[i].body);
        body_rules_hold(&arena, body);
        arena_close(&arena);
    }
}

static void a_body_is_read_out_as_text(void **unused)
{
    Arena arena = arena_open();
    Html body;

    (void)unused;
    assert_int_equal(
        sanitize(&arena,
                 S("<h2>A &amp; B</h2><p>c <em>d</em>e<br>f</p><ul><li>g<li>h"
                   "</ul><table><tr><td>1<td>2</table><pre>i\n  j</pre>"),
                 NULL, SANITIZE_MAX, &body, NULL),
        ERR_OK);
    assert_str(html_plain(&arena, body),
               S("A & B\n\nc de\nf\n\n- g\n- h\n\n1\t2\n\ni\n  j"));
    arena_close(&arena);
}

static void words_are_counted_for_the_reading_time(void **unused)
{
    static const struct {
        const char *why;
        Str text;
        size_t words;
    } rows[] = {
        {"nothing", S_INIT(" — … "), 0},
        {"Latin", S_INIT("It’s a well-known fact, 2021."), 5},
        {"Ukrainian with apostrophes", S_INIT("Сім’я з п'яти осіб"), 4},
        {"Arabic", S_INIT("الأخبار العاجلة"), 2},
        {"Chinese, two characters a word", S_INIT("北京今天下雨"), 3},
        {"Thai, five", S_INIT("สวัสดีชาวโลก"), 2},
    };
    Arena arena = arena_open();
    Html body;

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(rows[i].why);
        assert_int_equal(text_words(rows[i].text), rows[i].words);
        assert_int_equal(html_words(html_from_text(&arena, rows[i].text)),
                         rows[i].words);
    }
    assert_int_equal(
        sanitize(&arena,
                 S("<h2>one</h2><p>t<em>w</em>o<br>three &amp; <a "
                   "href='/four-five'>four</a></p><ul><li>five<li>six"),
                 NULL, SANITIZE_MAX, &body, NULL),
        ERR_OK);
    assert_int_equal(html_words(body), 6);
    arena_close(&arena);
}

/* Hostile HTML keeps the promises; whether it is harmless is for a browser to
 * say, and what the promises make of it leaves nothing to run. */
static void hostile_html_keeps_the_promises(void **unused)
{
    const char *shared = getenv("SHARED");
    Arena arena = arena_open();
    char *path =
        file_join(&arena, shared ? shared : "", "data/xss/payloads.dev.jsonl");
    int count = 0;
    Str bytes;
    Str line;

    (void)unused;
    if (file_read(&arena, path, 1 << 24, &bytes, NULL)) {
        print_message("skipped: there is no %s\n", path);
        arena_close(&arena);
        skip();
    }
    while (str_line(&bytes, &line)) {
        Arena scratch = arena_open();
        JsonNode *payload;
        Html body;

        assert_int_equal(json_read(&scratch, line, 1 << 20, &payload, NULL),
                         ERR_OK);
        assert_int_equal(sanitize(&scratch, json_str(payload, "html"), NULL,
                                  SANITIZE_MAX, &body, NULL),
                         ERR_OK);
        body_rules_hold(&scratch, body);
        count++;
        arena_close(&scratch);
    }
    print_message("         %d payloads\n", count);
    assert_true(count > 200);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_becomes_the_body_it_means),
        cmocka_unit_test(rules_say_what_becomes_of_links),
        cmocka_unit_test(size_and_depth_are_bounded),
        cmocka_unit_test(text_becomes_paragraphs),
        cmocka_unit_test(a_body_is_read_out_as_text),
        cmocka_unit_test(words_are_counted_for_the_reading_time),
        cmocka_unit_test(hostile_html_keeps_the_promises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
