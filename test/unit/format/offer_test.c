/* test/unit/format/offer_test.c -- which picture a source names, where it is,
 * and what is said of it: by ninjs, feeds and saved pages. */
#include "format/offer.h"

#include "format/article.h"
#include "format/feed.h"
#include "format/ninjs.h"
#include "read_cases.h"
#include "story/picture.h"

/* ---- where it is ---- */

static void references_are_files_or_addresses(void **state)
{
    static const struct {
        const char *base, *ref;
        const char *href, *address; /* both empty: there is no picture */
    } rows[] = {
        {"", "a.jpg", "a.jpg", ""},
        {"", " my\npictures/b%20c.jpg?w=9#x ", "my pictures/b c.jpg", ""},
        {"https://p.example/n/1", "a.jpg", "a.jpg",
         "https://p.example/n/a.jpg"},
        {"https://p.example/n/1", "/a.jpg", "", "https://p.example/a.jpg"},
        {"https://p.example/n/1", "?a", "", "https://p.example/n/1?a"},
        {"", "/a.jpg", "/a.jpg", ""},
        {"", "../a.jpg", "../a.jpg", ""},
        {"", "%2e%2e/%00a.jpg", "%2e%2e/%00a.jpg", ""},
        {"", "a%0Ab.jpg", "", ""},
        {"", "HTTP://P.example:80/a b.jpg", "", "http://p.example/a%20b.jpg"},
        {"", "//p.example/a.jpg", "", "https://p.example/a.jpg"},
        {"http://q.example/", "//p.example/a.jpg", "",
         "http://p.example/a.jpg"},
        {"http://q.example/", "file:///etc/passwd", "file:///etc/passwd", ""},
        {"", "ftp://p.example/a.jpg", "ftp://p.example/a.jpg", ""},
        {"", "http://", "http://", ""},
        {"", "data:image/png;base64,AAAA", "", ""},
        {"", "", "", ""},
        {"", " \n ", "", ""},
    };
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        ItemPicture picture = {0};
        bool named = rows[i].href[0] || rows[i].address[0];

        check_row(rows[i].ref);
        offer_take(&picture, &bench->arena, str_from(rows[i].base),
                   str_from(rows[i].ref));
        assert_str(picture.href, str_from(rows[i].href));
        assert_str(picture.address, str_from(rows[i].address));
        assert_int_equal(picture.offered, named);
    }
}

static void a_reference_without_end_is_none(void **state)
{
    Bench *bench = *state;
    ItemPicture picture = {0};
    Buf buf = buf_open(&bench->arena, 2 * URI_MAX);

    buf_puts(&buf, S("http://p.example/"));
    while (buf.len <= URI_MAX + 16)
        buf_putc(&buf, 'a');
    offer_take(&picture, &bench->arena, (Str){0}, buf_str(&buf));
    assert_false(picture.offered);
    offer_take(&picture, &bench->arena, (Str){0}, str_skip(buf_str(&buf), 16));
    assert_false(picture.offered);
}

#define OFFER(href, type, width, height, bytes)                                \
    {                                                                          \
        S_INIT(href), S_INIT(type), width, height, bytes                       \
    }
#define NONE OFFER("", "", 0, 0, 0)

static void the_smallest_that_is_wide_enough_is_taken(void **state)
{
    static const struct {
        const char *why;
        Offer one, than;
        bool better;
    } rows[] = {
        {"one at all", OFFER("a", "", 0, 0, 0), NONE, true},
        {"no reference", OFFER("", "", 0, 0, 0), NONE, false},
        {"wider", OFFER("a", "", 900, 0, 0), OFFER("b", "", 800, 0, 0), true},
        {"as wide: the first", OFFER("a", "", 900, 0, 0),
         OFFER("b", "", 900, 0, 0), false},
        {"wide enough before wider", OFFER("a", "", 2000, 0, 0),
         OFFER("b", "", 6000, 0, 0), true},
        {"and not the other way round", OFFER("a", "", 6000, 0, 0),
         OFFER("b", "", 2000, 0, 0), false},
        {"wide enough before too narrow", OFFER("a", "", 6000, 0, 0),
         OFFER("b", "", 1900, 0, 0), true},
        {"a drawing", OFFER("a", "image/svg+xml", 9, 9, 9), NONE, false},
        {"a film", OFFER("a", "video/mp4", 9, 9, 9), NONE, false},
        {"a type with a parameter", OFFER("a", "Image/JPEG; q=1", 9, 9, 9),
         NONE, true},
        {"more pixels than are taken", OFFER("a", "", 10000, 10000, 0), NONE,
         false},
        {"so many that they cannot be counted",
         OFFER("a", "", INT64_MAX, INT64_MAX, 0), NONE, false},
        {"more bytes", OFFER("a", "", 0, 0, INT64_MAX), NONE, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(rows[i].why);
        assert_int_equal(offer_is_better(&rows[i].one, &rows[i].than),
                         rows[i].better);
    }
}

/* ---- what each source says ---- */

static const ItemPicture *picture_of(Bench *bench)
{
    return &item_at(bench, 0)->picture;
}

static void read_ninjs(Bench *bench, const char *more)
{
    Record record = {.bytes =
                         str_format(&bench->arena,
                                    "{\"uri\":\"a\",\"title\":\"H\",%s}", more),
                     .line = 1};

    bench->out = (ReadOut){0};
    ninjs_read_record(&bench->arena, &record, &bench->ctx, &bench->out);
}

static void read_rss(Bench *bench, const char *more)
{
    Str feed = str_format(
        &bench->arena,
        "<rss version=\"2.0\" "
        "xmlns:m=\"http://search.yahoo.com/mrss/\"><channel>"
        "<title>P</title><link>http://p.example/</link><item><title>H</title>"
        "%s</item></channel></rss>",
        more);

    bench->out = (ReadOut){0};
    assert_int_equal(
        feed_read(&bench->arena, feed, &bench->ctx, &bench->out, NULL), ERR_OK);
}

static void read_atom(Bench *bench, const char *more)
{
    Str feed =
        str_format(&bench->arena,
                   "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
                   "xmlns:media=\"http://search.yahoo.com/mrss/\" "
                   "xml:base=\"http://p.example/n/\"><title>P</title><entry>"
                   "<title>H</title><id>urn:1</id>%s</entry></feed>",
                   more);

    bench->out = (ReadOut){0};
    assert_int_equal(
        feed_read(&bench->arena, feed, &bench->ctx, &bench->out, NULL), ERR_OK);
}

#define SENTENCE                                                               \
    "<p>The harbour of the small town has opened again after two days of "     \
    "storm, the port authority said, and the first ships sailed at noon.</p>"

/* more: what stands in the head, "|", what stands in the article. */
static void read_page(Bench *bench, const char *more)
{
    Str body = str_from(more);
    Str head = str_cut(&body, '|');
    Str page = str_format(
        &bench->arena,
        "<html><head><title>Harbour opens</title><link rel=canonical "
        "href=\"http://p.example/n/1\">%.*s</head><body><header><img "
        "src=\"logo.png\"></header><article><h1>Harbour opens</h1>%.*s" SENTENCE
            SENTENCE SENTENCE "</article></body></html>",
        STR_ARG(head), STR_ARG(body));
    Item item;

    bench->out = (ReadOut){0};
    assert_int_equal(
        article_read(&bench->arena, page, &bench->ctx, &item, &bench->fault),
        ERR_OK);
    read_add(&bench->out, &bench->arena, &item, page);
}

typedef struct Case {
    const char *why, *more;
    const char *href, *address;
    const char *alt, *caption, *credit, *rights;
} Case;

static void check_cases(Bench *bench, const Case *cases, size_t count,
                        void (*read)(Bench *, const char *))
{
    for (size_t i = 0; i < count; i++) {
        const Case *row = &cases[i];
        const ItemPicture *picture;

        check_row(row->why);
        read(bench, row->more);
        picture = picture_of(bench);
        assert_str(picture->href, str_from(row->href));
        assert_str(picture->address, str_from(row->address));
        assert_str(picture->alt, str_from(row->alt));
        assert_str(picture->caption, str_from(row->caption));
        assert_str(picture->credit, str_from(row->credit));
        assert_str(picture->rights, str_from(row->rights));
        assert_str(picture->mark, S(""));
    }
}

#define PICTURE(more)                                                          \
    "{\"type\":\"picture\",\"renditions\":[{\"name\":\"r\","                   \
    "\"href\":\"http://p.example/1.jpg\"}]" more "}"

static const Case ninjs_cases[] = {
    {"none", "\"associations\":[]", "", "", "", "", "", ""},
    {"3.x",
     "\"associations\":[{\"rel\":\"follows\",\"uri\":\"b\"}," PICTURE(
         ",\"by\":\"Ann\",\"copyrightNotice\":\"(c) P\",\"usageTerms\":\"Ask "
         "first\",\"descriptions\":[{\"role\":\"altText\",\"value\":\"Cranes\"}"
         ","
         "{\"role\":\"caption\",\"contentType\":\"text/html\",\"value\":"
         "\"<p>At <b>dawn</b> &amp; noon</p>\"},{\"role\":\"creditline\","
         "\"value\":\"Port\"}]") "]",
     "", "http://p.example/1.jpg", "Cranes", "At dawn & noon", "Ann / Port",
     "(c) P Ask first"},
    {"2.x",
     "\"associations\":[{\"type\":\"picture\",\"by\":\"Ann/Port\","
     "\"copyrightholder\":\"Port\",\"descriptions\":[{\"value\":\"Two\"}],"
     "\"renditions\":[{\"name\":\"a\",\"contenttype\":\"image/jpeg\",\"href\":"
     "\"a.jpg\",\"width\":256,\"height\":171},{\"name\":\"b\",\"href\":"
     "\"b.jpg\",\"sizeinbytes\":99999999,\"width\":4724},{\"name\":\"c\","
     "\"href\":\"c.jpg\",\"width\":\"1024\"}]}]",
     "c.jpg", "", "", "Two", "Ann/Port", "Port"},
    {"1.x",
     "\"associations\":{\"embedded1\":{\"type\":\"picture\",\"renditions\":"
     "{\"original\":{\"href\":\"http://p.example/no.jpg\"}}},\"featuremedia\":"
     "{\"type\":\"picture\",\"byline\":\"Ann\",\"description_text\":\"Cap\","
     "\"copyrightholder\":\"P\",\"usageterms\":\"T\",\"renditions\":"
     "{\"thumbnail\":{\"href\":\"http://p.example/t.jpg\",\"width\":120},"
     "\"original\":{\"href\":\"http://p.example/o.jpg\",\"width\":3000,"
     "\"mimetype\":\"image/jpeg\"}}}}",
     "", "http://p.example/o.jpg", "", "Cap", "Ann", "P T"},
    {"1.x, a list under a name",
     "\"associations\":{\"pictures\":[{\"type\":\"text\"}," PICTURE("") "]}",
     "", "http://p.example/1.jpg", "", "", "", ""},
    {"a film is none",
     "\"associations\":[{\"type\":\"video\",\"renditions\":[{\"name\":\"r\","
     "\"href\":\"http://p.example/1.jpg\"}]}]",
     "", "", "", "", "", ""},
    {"one without a file is passed over",
     "\"associations\":[{\"type\":\"picture\",\"name\":\"lead\"}," PICTURE(
         "") "]",
     "", "http://p.example/1.jpg", "", "", "", ""},
    {"of the story's own renditions one that says it is a picture",
     "\"renditions\":[{\"name\":\"page\",\"href\":\"http://p.example/\","
     "\"contentType\":\"text/html\"},{\"name\":\"x\",\"href\":"
     "\"http://p.example/x\"},{\"name\":\"photo\",\"href\":"
     "\"http://p.example/2.png\",\"contentType\":\"image/png\"}]",
     "", "http://p.example/2.png", "", "", "", ""},
    {"what is no such thing at all",
     "\"associations\":[3,\"x\",null,{\"type\":\"picture\",\"renditions\":"
     "[3,null,{\"href\":7},{\"href\":\"\"}]}],\"renditions\":\"x\"",
     "", "", "", "", "", ""},
};

static void ninjs_is_read_as_listed(void **state)
{
    check_cases(*state, ninjs_cases, COUNT(ninjs_cases), read_ninjs);
}

static const Case rss_cases[] = {
    {"none", "", "", "", "", "", "", ""},
    {"Media RSS",
     "<m:content url=\"http://p.example/a.jpg\" medium=\"image\"><m:title>A "
     "boat</m:title><m:description type=\"html\">&lt;i&gt;Sea&lt;/i&gt;"
     "</m:description><m:credit role=\"photographer\">Bob</m:credit>"
     "<m:copyright>(c) Bob</m:copyright></m:content>",
     "", "http://p.example/a.jpg", "A boat", "Sea", "Bob", "(c) Bob"},
    {"a group, and what is said of all of it",
     "<m:group><m:title>All</m:title><m:content url=\"/s.jpg\" width=\"100\"/>"
     "<m:content url=\"/l.jpg\" width=\"1000\"/><m:content url=\"/f.mp4\" "
     "type=\"video/mp4\" width=\"4000\"/></m:group><m:credit>Eve</m:credit>",
     "", "http://p.example/l.jpg", "All", "", "Eve", ""},
    {"the default before a larger one",
     "<m:content url=\"/l.jpg\" width=\"1000\"/><m:content url=\"/d.jpg\" "
     "width=\"500\" isDefault=\"true\"/>",
     "", "http://p.example/d.jpg", "", "", "", ""},
    {"media before an enclosure before a thumbnail",
     "<m:thumbnail url=\"/t.jpg\"/><enclosure url=\"/e.jpg\" length=\"9\" "
     "type=\"image/jpeg\"/><m:content url=\"/c.jpg?w=5\"/>",
     "", "http://p.example/c.jpg?w=5", "", "", "", ""},
    {"an enclosure before a thumbnail",
     "<m:thumbnail url=\"/t.jpg\"/><enclosure url=\"http://q.example/e\" "
     "type=\"image/jpeg\"/>",
     "", "http://q.example/e", "", "", "", ""},
    {"a thumbnail",
     "<m:content url=\"/film\" medium=\"video\"><m:thumbnail url=\"/t\"/>"
     "</m:content>",
     "", "http://p.example/t", "", "", "", ""},
    {"a sound is none",
     "<enclosure url=\"/a.mp3\" type=\"audio/mpeg\"/><m:content "
     "url=\"/a.mp3\"/>",
     "", "", "", "", "", ""},
    {"a file beside the feed, or an address",
     "<enclosure url=\"pictures/e%20f.jpg\" type=\"image/jpeg\"/>",
     "pictures/e f.jpg", "http://p.example/pictures/e%20f.jpg", "", "", "", ""},
};

static void rss_is_read_as_listed(void **state)
{
    check_cases(*state, rss_cases, COUNT(rss_cases), read_rss);
}

static const Case atom_cases[] = {
    {"a link that is an enclosure",
     "<link href=\"x\"/><link rel=\"enclosure\" type=\"image/png\" "
     "href=\"e.png\"/>",
     "e.png", "http://p.example/n/e.png", "", "", "", ""},
    {"no other link",
     "<link rel=\"alternate\" type=\"image/png\" href=\"e.png\"/>", "", "", "",
     "", "", ""},
    {"Media RSS",
     "<media:thumbnail url=\"/t.jpg\"/><media:content url=\"/c\" "
     "type=\"image/jpeg\"/><media:description>D</media:description>",
     "", "http://p.example/c", "", "D", "", ""},
};

static void atom_is_read_as_listed(void **state)
{
    check_cases(*state, atom_cases, COUNT(atom_cases), read_atom);
}

#define GRAPH "<meta property=\"og:image\" content=\"https://c.example/g.jpg\">"
#define LD(image)                                                              \
    "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\","         \
    "\"image\":" image "}</script>"

static const Case page_cases[] = {
    {"none: a logo leads no article", "", "", "", "", "", "", ""},
    {"JSON-LD before Open Graph",
     GRAPH LD("{\"@type\":\"ImageObject\",\"url\":\"/j.jpg\",\"caption\":\"At "
              "&amp; on\",\"creditText\":\"Eve\",\"copyrightNotice\":\"(c) "
              "E\"}"),
     "", "http://p.example/j.jpg", "", "At & on", "Eve", "(c) E"},
    {"of several the widest",
     LD("[\"/a.jpg\",{\"contentUrl\":\"/b.jpg\",\"width\":\"800\"},{\"url\":"
        "\"/c.jpg\",\"width\":{\"value\":1200}}]"),
     "", "http://p.example/c.jpg", "", "", "", ""},
    {"Open Graph before what is shown at an address",
     GRAPH "<meta property=\"og:image:alt\" content=\"A quay\">|<figure><img "
           "src=\"/s.jpg\" alt=\"Other\"><figcaption>Other</figcaption>"
           "</figure>",
     "", "https://c.example/g.jpg", "A quay", "", "", ""},
    {"the words of a figure that shows the same",
     GRAPH "|<figure><img src=\"/w/600/g.jpg?x=1\" alt=\"A crane\">"
           "<figcaption>At <b>dawn</b></figcaption></figure>",
     "", "https://c.example/g.jpg", "A crane", "At dawn", "", ""},
    {"as a browser saved it beside the page",
     GRAPH "|<img src=\"p_files/i.png\" width=\"16\"><figure><img "
           "src=\"p_files/s%20t.jpg\" width=\"900\" alt=\"Saved\"><figcaption>"
           "Here</figcaption></figure>",
     "p_files/s t.jpg", "http://p.example/n/p_files/s%20t.jpg", "Saved", "Here",
     "", ""},
    {"what is shown, loaded late",
     "|<img src=\"data:image/gif;base64,AA\" data-src=\"/late.jpg\" "
     "alt=\"Late\">",
     "", "http://p.example/late.jpg", "Late", "", "", ""},
    {"a drawing is none",
     "<meta property=\"og:image\" content=\"/a.svg\"><meta "
     "property=\"og:image:type\" content=\"image/svg+xml\">|<aside><figure>"
     "<img src=\"other.jpg\"></figure></aside>",
     "", "", "", "", "", ""},
    {"JSON-LD that is none", LD("[3,null,{\"url\":7},[]]"), "", "", "", "", "",
     ""},
};

static void pages_are_read_as_listed(void **state)
{
    check_cases(*state, page_cases, COUNT(page_cases), read_page);
}

static void words_without_end_are_cut(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 1 << 20);
    Str words;

    while (buf.len < 100000)
        buf_puts(&buf, S("\xC3\xA9t\xC3\xA9 "));
    words = buf_str(&buf);
    read_ninjs(
        bench,
        str_z(&bench->arena,
              str_format(&bench->arena,
                         "\"associations\":[" PICTURE(
                             ",\"by\":\"%.*s\",\"copyrightNotice\":"
                             "\"%.*s\",\"descriptions\":[{\"role\":"
                             "\"caption\",\"value\":\"%.*s\"}]") "]",
                         STR_ARG(words), STR_ARG(words), STR_ARG(words))));
    assert_true(picture_of(bench)->caption.len > PICTURE_TEXT);
    assert_true(picture_of(bench)->credit.len > FIELD_MAX / 2);
    assert_true(picture_of(bench)->rights.len > PICTURE_TEXT);
}

/* Each is looked at, and what it stands in. */
static void images_without_end_cost_no_more_than_the_page(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 4 << 20);

    buf_putc(&buf, '|');
    for (int i = 0; i < 400; i++)
        buf_puts(&buf, S("<div>"));
    for (int i = 0; i < 100000; i++)
        buf_puts(&buf, S("<img src=a width=9>"));
    buf_puts(&buf, S("<img src=b>"));
    for (int i = 0; i < 400; i++)
        buf_puts(&buf, S("</div>"));
    read_page(bench, str_z(&bench->arena, buf_str(&buf)));
    assert_str(picture_of(bench)->href, S(""));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(references_are_files_or_addresses),
        TEST(a_reference_without_end_is_none),
        TEST(the_smallest_that_is_wide_enough_is_taken),
        TEST(ninjs_is_read_as_listed),
        TEST(rss_is_read_as_listed),
        TEST(atom_is_read_as_listed),
        TEST(pages_are_read_as_listed),
        TEST(words_without_end_are_cut),
        TEST(images_without_end_cost_no_more_than_the_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
