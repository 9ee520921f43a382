/* feed_read_test.c -- RSS and Atom of every age say the same in the end. */
#include "format/feed.h"

#include "read_cases.h"

static Err read_all(Bench *bench, const char *text)
{
    bench->out = (ReadOut){0};
    return feed_read(&bench->arena, str_from(text), &bench->ctx, &bench->out,
                     &bench->fault);
}

#define RSS(inside)                                                            \
    "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""       \
    " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""              \
    " xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Port</title>" \
    "<link>http://port.example/</link><language>en-GB</language><item>" inside \
    "</item></channel></rss>"
#define ATOM(inside)                                                           \
    "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"uk\""              \
    " xml:base=\"http://port.example/news/\"><title>Port</title>"              \
    "<author><name>Desk</name></author><entry>" inside "</entry></feed>"

static const struct {
    const char *why, *feed;
    const char *uri, *headline, *body, *deck, *byline, *url, *at;
    int64_t version;
} entries[] = {
    {"RSS with everything",
     RSS("<title>Bread &amp;amp; tea</title><link>/a?x=1&amp;y=2</link>"
         "<guid isPermaLink=\"false\">17</guid><dc:creator>A. B.</dc:creator>"
         "<pubDate>Wed, 14 Apr 2021 13:15:00 GMT</pubDate>"
         "<description>In short</description><content:encoded>"
         "&lt;p&gt;At &lt;a href=\"b\"&gt;length&lt;/a&gt;&lt;/p&gt;"
         "</content:encoded>"),
     "http://port.example/#17", "Bread & tea",
     "<p>At <a href=\"http://port.example/b\">length</a></p>", "In short",
     "A. B.", "http://port.example/a?x=1&y=2", "2021-04-14T13:15:00Z", 0},
    {"a description is the text when there is no other",
     RSS("<title>T</title><description>&lt;b&gt;All&lt;/b&gt;</description>"
         "<guid>http://port.example/9</guid>"
         "<author>a@b.example (A. B.)</author>"),
     "http://port.example/9", "T", "<p><strong>All</strong></p>", "", "A. B.",
     "http://port.example/9", NULL, 0},
    {"no title: the beginning of the text",
     RSS("<link>http://port.example/3</link><description>Small "
         "news</description>"),
     "http://port.example/3", "Small news", "<p>Small news</p>", "", "",
     "http://port.example/3", NULL, 0},
    {"Atom, with its own bases and kinds of text",
     ATOM("<title type=\"html\">a &amp;lt; b</title><id>tag:p,1:2</id>"
          "<link rel=\"self\" href=\"x\"/><link href=\"y\"/>"
          "<published>2021-04-14T13:15:00Z</published>"
          "<updated>2021-04-14T13:16:00Z</updated>"
          "<summary>Brief</summary><content type=\"xhtml\"><div "
          "xmlns=\"http://www.w3.org/1999/xhtml\" xml:base=\"deep/\">"
          "<p>Long <a href=\"z\">z</a></p></div></content>"),
     "tag:p,1:2", "a < b",
     "<p>Long <a href=\"http://port.example/news/deep/z\">z</a></p>", "Brief",
     "Desk", "http://port.example/news/y", "2021-04-14T13:15:00Z", 1618406160},
    {"Atom text is text",
     ATOM("<title>a &lt;b&gt; c</title><id>i:1</id>"
          "<content type=\"text\">x &lt;i&gt;</content>"
          "<author><name>Me</name></author>"),
     "i:1", "a <b> c", "<p>x &lt;i&gt;</p>", "", "Me", "", NULL, 0},
    {"RSS 1.0",
     "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
     "xmlns=\"http://purl.org/rss/1.0/\" "
     "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
     "<channel><title>P</title></channel><item "
     "rdf:about=\"http://p.example/1\">"
     "<title>T</title><link>http://p.example/1</link>"
     "<dc:date>2021-04-14T16:15+03:00</dc:date></item></rdf:RDF>",
     "http://p.example/1", "T", "", "", "", "http://p.example/1",
     "2021-04-14T13:15:00Z", 0},
    {"RSS 0.90 without any namespace, &nbsp; and a bare &",
     "<rss version=\"0.91\"><channel><item><title>A & B&nbsp;C</title>"
     "<link>http://p.example/2</link></item></channel></rss>",
     "http://p.example/2", "A & B C", "", "", "", "http://p.example/2", NULL,
     0},
};

static void entries_are_read_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(entries); i++) {
        const Item *item;

        check_row(entries[i].why);
        assert_int_equal(read_all(bench, entries[i].feed), ERR_OK);
        assert_int_equal(bench->out.count, 1);
        item = item_at(bench, 0);
        assert_str(item->uri, str_from(entries[i].uri));
        assert_str(item->headline, str_from(entries[i].headline));
        assert_str(item->body.markup, str_from(entries[i].body));
        assert_str(item->deck, str_from(entries[i].deck));
        assert_str(item->byline, str_from(entries[i].byline));
        assert_str(item->source_url, str_from(entries[i].url));
        assert_int_equal(item->version, entries[i].version);
        assert_int_equal(item->at,
                         entries[i].at ? at(entries[i].at) : TIME_NONE);
        assert_int_equal(item->timed, entries[i].at != NULL);
    }
}

/* A guid that is a number is one of its feed, however that says who it is. */
static void bare_numbers_belong_to_their_feed(void **state)
{
    static const char *const heads[] = {
        "<title>A</title>",
        "<title>B</title>",
        "<link>http://a.example/</link>",
        "<atom:link rel='self' href='http://a.example/rss'/>",
        "",
    };
    Bench *bench = *state;
    Str uris[COUNT(heads)];

    for (size_t i = 0; i < COUNT(heads); i++) {
        Str feed = str_format(
            &bench->arena,
            "<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel>%s<item>"
            "<title>T</title><guid isPermaLink='false'>17</guid></item>"
            "</channel></rss>",
            heads[i]);

        check_row(heads[i]);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(read_all(bench, str_z(&bench->arena, feed)),
                             ERR_OK);
            if (again) assert_str(item_at(bench, 0)->uri, uris[i]);
            uris[i] = item_at(bench, 0)->uri;
        }
        assert_true(str_ends(uris[i], S("#17")));
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(uris[i], uris[k]));
    }
}

static void language_source_and_tags_are_taken(void **state)
{
    Bench *bench = *state;
    const Item *item;

    assert_int_equal(
        read_all(bench, ATOM("<title>T</title><id>i:1</id>"
                             "<category term=\"sea\" label=\"The sea\"/>"
                             "<category term=\"port\"/>")),
        ERR_OK);
    item = item_at(bench, 0);
    assert_str(item->language, S("uk"));
    assert_str(item->source, S("Port"));
    assert_int_equal(item->tags.count, 2);
    assert_str(item->tags.items[0].slug, S("the-sea"));
    assert_int_equal(read_all(bench, RSS("<title>T</title><guid>x:1</guid>")),
                     ERR_OK);
    assert_str(item_at(bench, 0)->language, S("en-GB"));
}

static const struct {
    const char *why, *feed, *byline, *source;
} credits[] = {
    {"two by Dublin Core",
     RSS("<title>T</title><guid>a:1</guid><dc:creator>A. B.</dc:creator>"
         "<dc:creator>C. D.</dc:creator>"),
     "A. B., C. D.", "Port"},
    {"two of Atom, and the feed that it was taken from",
     ATOM("<title>T</title><id>i:1</id><author><name>A. B.</name></author>"
          "<author><name>C. D.</name><email>c@d.example</email></author>"
          "<source><id>i:0</id><title>Ferry News</title>"
          "<updated>2021-04-14T13:15:00Z</updated></source>"),
     "A. B., C. D.", "Ferry News"},
    {"an address is no name",
     RSS("<title>T</title><guid>a:1</guid><author>desk@port.example</author>"
         "<source url=\"http://ferry.example/\">Ferry</source>"),
     "", "Ferry"},
    {"a source without a title",
     ATOM("<title>T</title><id>i:1</id><source><id>i:0</id></source>"), "Desk",
     "Port"},
};

static void people_and_sources_are_credited_by_name(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(credits); i++) {
        check_row(credits[i].why);
        assert_int_equal(read_all(bench, credits[i].feed), ERR_OK);
        assert_str(item_at(bench, 0)->byline, str_from(credits[i].byline));
        assert_str(item_at(bench, 0)->source, str_from(credits[i].source));
    }
}

static void a_broken_feed_gives_what_it_has_and_says_where(void **state)
{
    Bench *bench = *state;

    assert_int_equal(
        read_all(bench, "<rss><channel><item><title>One</title><guid>a:1</guid>"
                        "</item>\n<item><title>Two</title><gu"),
        ERR_OK);
    assert_true(bench->out.bad >= 1);
    assert_str(item_at(bench, 0)->headline, S("One"));
    assert_int_equal(bench->out.records[bench->out.count - 1].fault->line, 2);
}

static void a_feed_may_be_wrong_about_its_encoding(void **state)
{
    static const char *const heads[] = {
        "", "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"};
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(heads); i++) {
        char feed[300];

        check_row(heads[i]);
        snprintf(
            feed, sizeof feed,
            "%s<rss><channel><item><guid>a:1</guid><title>\xCA\xE8\xBF\xE2 "
            "\xE3\xEE\xE2\xEE\xF0\xE8\xF2\xFC</title></item></channel></rss>",
            heads[i]);
        assert_int_equal(read_all(bench, feed), ERR_OK);
        assert_str(item_at(bench, 0)->headline, S("Київ говорить"));
    }
}

static void letters_that_were_lost_make_no_headline(void **state)
{
    Bench *bench = *state;

    assert_int_equal(read_all(bench, RSS("<title>Лист\xD0 з Києва</title>"
                                         "<guid>a:1</guid>")),
                     ERR_OK);
    assert_int_equal(bench->out.bad, 1);
    assert_true(strstr(bench->out.records[0].fault->text, "headline"));
}

static void a_date_that_is_none_is_passed_over_and_an_odd_one_told(void **state)
{
    Bench *bench = *state;

    assert_int_equal(
        read_all(bench, RSS("<title>T</title><guid>a:1</guid>"
                            "<pubDate>Mon, 01 Jan 0001 00:00:00 +0000</pubDate>"
                            "<dc:date>2021-04-14T13:15:00Z</dc:date>")),
        ERR_OK);
    assert_int_equal(item_at(bench, 0)->at, at("2021-04-14T13:15:00Z"));
    assert_int_equal(bench->out.bad, 0);
    assert_int_equal(read_all(bench, RSS("<title>T</title><guid>a:1</guid>"
                                         "<pubDate>soon</pubDate>")),
                     ERR_OK);
    assert_int_equal(bench->out.count, 2);
    assert_int_equal(bench->out.bad, 1);
    assert_true(strstr(bench->out.records[0].fault->text, "soon"));
    assert_false(item_at(bench, 1)->timed);
}

static void an_entry_that_does_not_end_is_no_story(void **state)
{
    static const char *const ends[] = {
        "<title>Two</title><description>Half a sent",
        "<title>Two</title><guid>a:2</guid>",
        "<title>Two</title><description><![CDATA[Half",
        "<title>Two</title><guid isPermaLink=\"",
    };
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(ends); i++) {
        char feed[300];

        check_row(ends[i]);
        snprintf(feed, sizeof feed,
                 "<rss><channel><item><title>One</title><guid>a:1</guid>"
                 "</item><item>%s",
                 ends[i]);
        assert_int_equal(read_all(bench, feed), ERR_OK);
        assert_str(item_at(bench, 0)->headline, S("One"));
        assert_int_equal(bench->out.count - bench->out.bad, 1);
        assert_true(bench->out.bad >= 1);
    }
}

static void tags_without_end_cost_no_more_than_the_feed(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 1024 * 1024);

    buf_puts(&buf, S("<rss><channel><item><title>T</title><guid>a:1</guid>"));
    for (int i = 0; i < 20000; i++)
        buf_printf(&buf, "<category>tag %d</category>", i);
    buf_puts(&buf, S("</item></channel></rss>"));
    assert_int_equal(read_all(bench, str_z(&bench->arena, buf_str(&buf))),
                     ERR_OK);
    assert_int_equal(bench->out.bad, 1);
    assert_int_equal(bench->out.records[0].fault->err, ERR_TOO_BIG);
}

static void a_long_name_is_not_copied_for_each_after_it(void **state)
{
    enum { LONG = 1 << 20, SHORT = 18 };
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 2 * LONG);
    size_t before;

    buf_puts(&buf, S("<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/"
                     "1.1/'><channel><title>T</title><item><guid>urn:1</guid>"
                     "<title>Bridge opens</title><dc:creator>"));
    for (int i = 0; i < LONG; i++)
        buf_putc(&buf, 'a');
    for (int i = 0; i < SHORT; i++)
        buf_puts(&buf, S("</dc:creator><dc:creator>B. B."));
    buf_puts(&buf, S("</dc:creator></item></channel></rss>"));
    before = bench->arena.used;
    assert_int_equal(read_all(bench, str_z(&bench->arena, buf_str(&buf))),
                     ERR_OK);
    assert_true(item_at(bench, 0)->byline.len > 0);
    assert_in_range(bench->arena.used - before, 0, 12 * LONG);
}

static void other_xml_is_refused(void **state)
{
    Bench *bench = *state;

    assert_int_equal(read_all(bench, "<html><body/></html>"), ERR_INVALID);
    assert_int_equal(read_all(bench, "no xml"), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entries_are_read_as_listed),
        TEST(bare_numbers_belong_to_their_feed),
        TEST(language_source_and_tags_are_taken),
        TEST(people_and_sources_are_credited_by_name),
        TEST(a_broken_feed_gives_what_it_has_and_says_where),
        TEST(a_feed_may_be_wrong_about_its_encoding),
        TEST(letters_that_were_lost_make_no_headline),
        TEST(a_date_that_is_none_is_passed_over_and_an_odd_one_told),
        TEST(an_entry_that_does_not_end_is_no_story),
        TEST(tags_without_end_cost_no_more_than_the_feed),
        TEST(a_long_name_is_not_copied_for_each_after_it),
        TEST(other_xml_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
