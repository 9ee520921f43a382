/* article_test.c -- what a saved page says of itself, and where its text is. */
#include "format/article.h"

#include "format/article_body.h"
#include "read_cases.h"

static Err read_page(Bench *bench, const char *html, Item *out)
{
    bench->fault = fault_none();
    return article_read(&bench->arena, str_from(html), &bench->ctx, out,
                        &bench->fault);
}

/* Three paragraphs, long enough to be an article. */
#define LONG                                                                   \
    "The harbour of the small town has opened again after two days of storm, " \
    "the port authority said, and the first ships, eleven of them, sailed at " \
    "noon."
#define TEXT                                                                   \
    "<p>" LONG "</p><p>" LONG " It was, by any measure, a long wait.</p>"      \
    "<p>" LONG " Others, still at sea, will follow.</p>"

static void json_ld_comes_first(void **state)
{
    Bench *bench = *state;
    Item item;

    assert_int_equal(
        read_page(
            bench,
            "<html lang=en><head><title>Wrong - Port News</title>"
            "<link rel=canonical href=\"https://port.example/a/1\">"
            "<meta property=og:title content=\"Also wrong\">"
            "<meta property=og:site_name content=\"Not this\">"
            "<script type=\"application/ld+json\">{\"@graph\":[{\"@type\":"
            "\"WebSite\"},{\"@type\":[\"NewsArticle\"],\"headline\":"
            "\"Harbour &amp; town\",\"datePublished\":"
            "\"2021-04-14T16:15:00\",\"dateModified\":\"2021-04-14T13:20:00Z\","
            "\"author\":[{\"name\":\"A. B.\"},{\"name\":\"C. D.\"}],"
            "\"articleSection\":[\"Facts\"],\"keywords\":\"sea, port\","
            "\"description\":\"In short\",\"publisher\":{\"name\":\"Port "
            "News\"}}]}</script></head><body><div id=nav class=menu>"
            "<a href=/>Home</a></div><h1>Harbour &amp; town</h1>"
            "<div class=article-body>" TEXT
            "<div class=share>Share this, please, with all your "
            "friends</div><p><a href=b>More</a> of it, and of this.</p></div>"
            "<div class=sidebar><p>Other, longer, and quite different words, "
            "which nobody, ever, should find in an article.</p></div>"
            "<footer>Port News</footer></body></html>",
            &item),
        ERR_OK);
    assert_str(item.uri, S("https://port.example/a/1"));
    assert_str(item.headline, S("Harbour & town"));
    assert_int_equal(item.at, at("2021-04-14T13:15:00Z"));
    assert_int_equal(item.version, 1618406400);
    assert_int_equal(item.said_at, at("2021-04-14T13:20:00Z"));
    assert_str(item.byline, S("A. B., C. D."));
    assert_str(item.section, S("facts"));
    assert_int_equal(item.tags.count, 2);
    assert_str(item.deck, S("In short"));
    assert_str(item.source, S("Port News"));
    assert_int_equal(str_find(item.body.markup, S("<p>The harbour"), 0), 0);
    assert_true(str_find(item.body.markup,
                         S("<a href=\"https://port.example/a/b\">"), 0) > 0);
    assert_int_equal(str_find(item.body.markup, S("Share"), 0), -1);
    assert_int_equal(str_find(item.body.markup, S("Other, longer"), 0), -1);
    assert_int_equal(str_find(item.body.markup, S("Home"), 0), -1);
    assert_int_equal(str_find(item.body.markup, S("Harbour &amp;"), 0), -1);
}

static void open_graph_and_the_page_fill_the_rest(void **state)
{
    Bench *bench = *state;
    Item item;

    assert_int_equal(
        read_page(bench,
                  "<html lang=uk><title>Гавань відкрили після шторму | "
                  "Порт</title><meta name=author content=\"А. Б.\">"
                  "<meta property=\"article:published_time "
                  "og:published_time\" content=\"2021-04-14T13:15:00Z\">"
                  "<meta property=article:tag content=море>"
                  "<meta property=og:url content=\"https://p.example/2\">"
                  "<main>" TEXT "</main></html>",
                  &item),
        ERR_OK);
    assert_str(item.headline, S("Гавань відкрили після шторму"));
    assert_str(item.language, S("uk"));
    assert_str(item.byline, S("А. Б."));
    assert_int_equal(item.at, at("2021-04-14T13:15:00Z"));
    assert_str(item.tags.items[0].slug, S("more"));
    assert_str(item.uri, S("https://p.example/2"));
}

static void a_page_made_by_script_gives_the_text_of_its_json(void **state)
{
    Bench *bench = *state;
    Item item;

    assert_int_equal(
        read_page(bench,
                  "<title>T</title><script type=application/ld+json>"
                  "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"H\","
                  "\"articleBody\":\"" LONG "\"}//]]></script>"
                  "<div id=root>Please wait.</div>",
                  &item),
        ERR_OK);
    assert_str(item.headline, S("H"));
    assert_str(item.body.markup, S("<p>" LONG "</p>"));
    assert_false(item.timed);
}

static void an_old_word_for_the_encoding_is_not_believed(void **state)
{
    Bench *bench = *state;
    Item item;

    assert_int_equal(read_page(bench,
                               "<meta charset=gb2312><title>Гавань</title>"
                               "<main>" TEXT "</main>",
                               &item),
                     ERR_OK);
    assert_str(item.headline, S("Гавань"));
}

static const struct {
    const char *why, *head, *shown;
    const char *headline, *byline, *at, *uri; /* NULL: of no interest */
} pages[] = {
    {"a dash of the headline's own", "<title>Ships sail again - port</title>",
     "", "Ships sail again - port", NULL, NULL, NULL},
    {"the site's name behind a dash",
     "<title>Ships sail again - port - Port News</title>"
     "<meta property=og:site_name content=\"Port News\">",
     "", "Ships sail again - port", NULL, NULL, NULL},
    {"the site's host behind a dash",
     "<link rel=canonical href=https://www.portnews.example/1>"
     "<title>Ships sail again – Port News</title>",
     "", "Ships sail again", NULL, NULL, "https://www.portnews.example/1"},
    {"the site's name in Open Graph too",
     "<meta property=og:title content=\"Ships sail | Port News\">"
     "<meta property=og:site_name content=\"Port News\">",
     "", "Ships sail", NULL, NULL, NULL},
    {"a clock in the header", "<title>Ships sail again</title>",
     "<header><time datetime=2022-01-01T10:00:00Z>now</time></header>"
     "<h1>Ships sail again</h1><time datetime=2021-04-14T13:15:00Z>then</time>",
     NULL, NULL, "2021-04-14T13:15:00Z", NULL},
    {"times of other stories above the article",
     "<title>Ships sail again</title>",
     "<ul><li><time datetime=2022-01-01T10:00:00Z>x</time></ul><article>"
     "<time datetime=2021-04-14T13:15:00Z>then</time><h1>Ships sail again</h1>"
     "</article>",
     NULL, NULL, "2021-04-14T13:15:00Z", NULL},
    {"another story in a list of them",
     "<script type=application/ld+json>{\"@type\":\"ItemList\","
     "\"itemListElement\":[{\"@type\":\"ListItem\",\"item\":{\"@type\":"
     "\"NewsArticle\",\"headline\":\"Other\"}}]}</script>"
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\","
     "\"headline\":\"Own\"}</script>",
     "", "Own", NULL, NULL, NULL},
    {"the story at the page's address",
     "<link rel=canonical href=https://p.example/2>"
     "<script type=application/ld+json>[{\"@type\":\"NewsArticle\","
     "\"url\":\"https://p.example/1\",\"headline\":\"Other\"},{\"@type\":"
     "\"NewsArticle\",\"url\":\"https://p.example/2\",\"headline\":\"Own\"}]"
     "</script>",
     "", "Own", NULL, NULL, "https://p.example/2"},
    {"JSON-LD with a parameter",
     "<script type=\"application/ld+json; charset=utf-8\">{\"@type\":"
     "\"NewsArticle\",\"headline\":\"Own\"}</script>",
     "", "Own", NULL, NULL, NULL},
    {"a name with a date", "<title>T</title>",
     "<p class=byline>By Ann Lee, April 14, 2021 16:15</p>", NULL, "Ann Lee",
     NULL, NULL},
    {"a name with a label", "<title>T</title>",
     "<p class=author>Автор: Олена Лі</p>", NULL, "Олена Лі", NULL, NULL},
    {"a name with a number",
     "<title>T</title><meta name=author content=\"Channel 4 News\">", "", NULL,
     "Channel 4 News", NULL, NULL},
    {"a name that ends in a number",
     "<title>T</title><meta name=author content=\"France 24\">", "", NULL,
     "France 24", NULL, NULL},
    {"a name with a date, day first",
     "<title>T</title><meta name=author content=\"Ann Lee 14 April 2021\">", "",
     NULL, "Ann Lee", NULL, NULL},
    {"a name with a reading time",
     "<title>T</title><meta name=author content=\"Ann Lee 3 min read\">", "",
     NULL, "Ann Lee", NULL, NULL},
    {"a date under the name of an author", "<title>T</title>",
     "<p class=author>Last updated: 14 April</p><p class=author>Ann Lee</p>",
     NULL, "Ann Lee", NULL, NULL},
    {"a name that begins with a preposition",
     "<title>T</title><meta name=author content=\"von der Leyen\">", "", NULL,
     "von der Leyen", NULL, NULL},
    {"a preposition before a name",
     "<title>T</title><meta name=author content=\"Von Max Muster\">", "", NULL,
     "Max Muster", NULL, NULL},
    {"the front page is the address of no story",
     "<title>T</title><link rel=canonical href=https://p.example/>"
     "<meta property=og:url content=https://p.example/3>",
     "", NULL, NULL, NULL, "https://p.example/3"},
};

static void pages_are_read_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(pages); i++) {
        char html[4000];
        Item item;

        check_row(pages[i].why);
        snprintf(html, sizeof html,
                 "<html lang=en><head>%s</head><body>%s<main>" TEXT
                 "</main></body></html>",
                 pages[i].head, pages[i].shown);
        assert_int_equal(read_page(bench, html, &item), ERR_OK);
        if (pages[i].headline)
            assert_str(item.headline, str_from(pages[i].headline));
        if (pages[i].byline) assert_str(item.byline, str_from(pages[i].byline));
        if (pages[i].at) assert_int_equal(item.at, at(pages[i].at));
        if (pages[i].uri) assert_str(item.uri, str_from(pages[i].uri));
    }
}

/* Each name once was sought in all that was before it. */
static void a_title_of_nothing_but_names_is_cut_a_few_times(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 1024 * 1024);
    Time began = time_monotonic();
    Item item;

    buf_puts(&buf, S("<meta property=og:site_name content=Port><title>Ships"));
    for (int i = 0; i < 16000; i++)
        buf_puts(&buf, S(" - Port"));
    buf_puts(&buf, S("</title><main>" TEXT "</main>"));
    assert_int_equal(
        read_page(bench, str_z(&bench->arena, buf_str(&buf)), &item),
        ERR_TOO_BIG);
    assert_true(time_monotonic() - began < 5 * TIME_SECOND);
}

static void stories_of_one_canonical_front_page_are_apart(void **state)
{
    Bench *bench = *state;
    Item one;
    Item two;

    assert_int_equal(read_page(bench,
                               "<title>One</title><link rel=canonical "
                               "href=https://p.example/><main>" TEXT "</main>",
                               &one),
                     ERR_OK);
    assert_int_equal(read_page(bench,
                               "<title>Two</title><link rel=canonical "
                               "href=https://p.example/><main>" TEXT "</main>",
                               &two),
                     ERR_OK);
    assert_false(str_eq(one.uri, two.uri));
    assert_int_equal(str_find(one.uri, S("sha256:"), 0), 0);
}

static void pages_without_an_article_are_refused(void **state)
{
    Bench *bench = *state;
    Item item;

    assert_int_equal(read_page(bench, "", &item), ERR_INVALID);
    assert_int_equal(read_page(bench, "<title>T</title>", &item), ERR_INVALID);
    assert_non_null(strstr(bench->fault.text, "body"));
    assert_int_equal(read_page(bench, "<main>" TEXT "</main>", &item),
                     ERR_INVALID);
    assert_non_null(strstr(bench->fault.text, "headline"));
}

/* A page may have as many elements that could be the byline as it likes. */
static void no_text_is_made_of_what_is_no_line(void **state)
{
    static const struct {
        const char *html;
        size_t looks;
        Str line;
    } rows[] = {
        {"<p><b> A.&nbsp;B. </b><i>of <s></s>Port</i>", 0,
         S_INIT("A. B. of Port")},
        {"<p>A. B.<script>" LONG LONG "</script>", 0, S_INIT("A. B.")},
        {"<p>" LONG LONG, 0, S_INIT("")},
        {"<p><b><b><b>" LONG LONG, 0, S_INIT("")},
        {"<p>A. B.", ARTICLE_LOOKS, S_INIT("")},
    };
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        size_t looks = rows[i].looks;
        HtmlNode *root;

        check_row(rows[i].html);
        assert_int_equal(html_read(&bench->arena, str_from(rows[i].html), &root,
                                   &bench->fault),
                         ERR_OK);
        assert_str(article_line(&arena, html_find(root, NULL, "p"), BYLINE_MAX,
                                BYLINE_RAW, &looks),
                   rows[i].line);
        assert_int_equal(arena.used > 0, rows[i].line.len > 0);
        assert_true(looks > rows[i].looks);
        arena_close(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json_ld_comes_first),
        TEST(open_graph_and_the_page_fill_the_rest),
        TEST(a_page_made_by_script_gives_the_text_of_its_json),
        TEST(an_old_word_for_the_encoding_is_not_believed),
        TEST(pages_are_read_as_listed),
        TEST(a_title_of_nothing_but_names_is_cut_a_few_times),
        TEST(stories_of_one_canonical_front_page_are_apart),
        TEST(pages_without_an_article_are_refused),
        TEST(no_text_is_made_of_what_is_no_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
