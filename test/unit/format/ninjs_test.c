/* ninjs_test.c -- what is taken of an object, and where it is refused. */
#include "format/ninjs.h"

#include "format/ninjs_write.h"

#include "read_cases.h"

static void read_bytes(Bench *bench, Str bytes)
{
    Records records = records_open();
    Record record;

    bench->out = (ReadOut){0};
    while (!records_next(&records, str_skip(bytes, (size_t)records.taken), true,
                         &record))
        ninjs_read_record(&bench->arena, &record, &bench->ctx, &bench->out);
}

static void read_all(Bench *bench, const char *text)
{
    read_bytes(bench, str_from(text));
}

static void every_field_of_an_object_is_taken(void **state)
{
    Bench *bench = *state;
    const Item *item;

    read_all(bench,
             "{\"uri\":\"urn:a:1\",\"type\":\"text\",\"version\":\"3\","
             "\"language\":\"uk\",\"urgency\":2,\"pubStatus\":\"withheld\","
             "\"firstCreated\":\"2021-04-14T13:15:00Z\","
             "\"versionCreated\":\"2021-04-15T13:15:00Z\","
             "\"embargoedUntil\":\"2021-04-16T00:00:00Z\","
             "\"headlines\":[{\"role\":\"short\",\"value\":\"H\"},"
             "{\"role\":\"main\",\"value\":\" Harbour \\n opens\"}],"
             "\"descriptions\":[{\"role\":\"summary\",\"value\":\"Deck\"},"
             "{\"role\":\"correction\",\"value\":\"It was two\"}],"
             "\"bodies\":[{\"contentType\":\"text/plain\",\"value\":\"x\"},"
             "{\"contentType\":\"text/html\",\"value\":"
             "\"<p>Ships<script>1</script> sail</p>\"}],"
             "\"subjects\":[{\"name\":\"Facts\",\"rel\":\"section\"},"
             "{\"name\":\"НАТО\",\"rel\":\"tag\",\"literal\":\"nato\"},"
             "{\"name\":\"Sea\",\"rel\":\"about\"}],"
             "\"altIds\":[{\"role\":\"translationGroup\",\"value\":\"g\"}],"
             "\"associations\":[{\"rel\":\"follows\",\"uri\":\"urn:a:0\"}],"
             "\"by\":\"A. B.\",\"located\":\"KYIV\","
             "\"infoSources\":[{\"name\":\"Port\",\"role\":\"source\","
             "\"uri\":\"https://port.example/1\"}]}");
    item = item_at(bench, 0);
    assert_str(item->uri, S("urn:a:1"));
    assert_int_equal(item->version, 3);
    assert_int_equal(item->status, ITEM_WITHHELD);
    assert_str(item->language, S("uk"));
    assert_int_equal(item->urgency, 2);
    assert_int_equal(item->at, at("2021-04-14T13:15:00Z"));
    assert_true(item->timed);
    assert_int_equal(item->embargo, at("2021-04-16T00:00:00Z"));
    assert_str(item->headline, S("Harbour opens"));
    assert_str(item->deck, S("Deck"));
    assert_str(item->correction, S("It was two"));
    assert_str(item->body.markup, S("<p>Ships sail</p>"));
    assert_str(item->section, S("facts"));
    assert_int_equal(item->tags.count, 2);
    assert_str(item->tags.items[0].slug, S("nato"));
    assert_str(item->tags.items[0].name, S("НАТО"));
    assert_str(item->group, S("g"));
    assert_str(item->follows, S("urn:a:0"));
    assert_str(item->byline, S("A. B."));
    assert_str(item->place, S("KYIV"));
    assert_str(item->source, S("Port"));
    assert_str(item->source_url, S("https://port.example/1"));
}

static void what_goes_out_comes_back(void **state)
{
    Bench *bench = *state;
    Tag tags[] = {{S("nato"), S("НАТО")}};
    Correction corrections[] = {{1, 0, S("Old")}, {2, 0, S("It was two")}};
    PublicStory story = {
        .item = {.id = {7},
                 .language = S("uk"),
                 .section = S("facts"),
                 .section_name = S("Факти"),
                 .headline = S("\"Гавань\" & <порт>"),
                 .deck = S("Коротко"),
                 .slug = S("havan"),
                 .at = at("2021-04-14T13:15:00Z"),
                 .timed = true,
                 .changed_at = at("2021-04-14T14:15:00Z"),
                 .version = 2,
                 .urgency = 2,
                 .picture = {.mark = S("a08t4nbGfAsohG-KBVO3OSmn"),
                             .width = 4000,
                             .height = 3000}},
        .uri = S("urn:a:1"),
        .body = {S("<p>a &lt; b</p><ul><li>c</li></ul>")},
        .byline = S("A. B."),
        .place = S("KYIV"),
        .tags = {tags, 1},
        .words = 4,
        .source = S("Port"),
        .source_url = S("https://port.example/1"),
        .corrections = corrections,
        .correction_count = 2,
    };
    NinjsOut out = {.story = &story,
                    .authority = S("a.example,2026"),
                    .follows_uri = S("urn:a:0"),
                    .media = S("https://a.example/media/"),
                    .said = {.alt = S("Кран"),
                             .caption = S("\"Кран\" & <море>"),
                             .credit = S("A. B. / Port"),
                             .rights = S("© Port")}};
    Buf buf = buf_open(&bench->arena, NINJS_MAX);
    const Item *item;

    ninjs_write(&buf, &out);
    read_bytes(bench, buf_str(&buf));
    item = item_at(bench, 0);
    assert_str(item->uri, story.uri);
    assert_int_equal(item->version, 2);
    assert_str(item->language, story.item.language);
    assert_str(item->headline, story.item.headline);
    assert_str(item->deck, story.item.deck);
    assert_str(item->body.markup, story.body.markup);
    assert_str(item->section, story.item.section);
    assert_str(item->section_name, story.item.section_name);
    assert_str(item->tags.items[0].slug, tags[0].slug);
    assert_str(item->tags.items[0].name, tags[0].name);
    assert_int_equal(item->at, story.item.at);
    assert_int_equal(item->urgency, 2);
    assert_str(item->correction, corrections[1].note);
    assert_str(item->follows, out.follows_uri);
    assert_true(item->group.len > 0);
    assert_str(item->byline, story.byline);
    assert_str(item->place, story.place);
    assert_str(item->source, story.source);
    assert_str(item->source_url, story.source_url);
    assert_str(item->picture.address,
               S("https://a.example/media/a08t4nbGfAsohG-KBVO3OSmn-1920.jpg"));
    assert_str(item->picture.alt, out.said.alt);
    assert_str(item->picture.caption, out.said.caption);
    assert_str(item->picture.credit, out.said.credit);
    assert_str(item->picture.rights, out.said.rights);
}

static const struct {
    const char *why, *text, *body;
    int64_t version;
    const char *at; /* NULL: unknown */
} forms[] = {
    {"1.x names",
     "{\"uri\":\"a\",\"headline\":\"H\",\"body_text\":\"One.\\n\\nTwo.\","
     "\"versioncreated\":\"2021-04-14T13:15:00Z\"}",
     "<p>One.</p><p>Two.</p>", 1618406100, "2021-04-14T13:15:00Z"},
    {"Markdown",
     "{\"uri\":\"a\",\"headlines\":[{\"value\":\"H\"}],\"bodies\":"
     "[{\"contentType\":\"text/markdown\",\"value\":\"*a* <b>\"}]}",
     "<p><em>a</em> &lt;b&gt;</p>", 0, NULL},
    {"HTML that does not say so",
     "{\"uri\":\"a\",\"headlines\":[{\"value\":\"H\"}],\"bodies\":"
     "[{\"value\":\"<p>a</p>\"}]}",
     "<p>a</p>", 0, NULL},
    {"plain text is never markup",
     "{\"uri\":\"a\",\"headlines\":[{\"value\":\"H\"}],\"bodies\":"
     "[{\"contentType\":\"text/plain\",\"value\":\"<i>a\"}]}",
     "<p>&lt;i&gt;a</p>", 0, NULL},
    {"lines of plain text without empty ones between",
     "{\"uri\":\"a\",\"title\":\"H\",\"body_text\":\"One.\\nTwo.\"}",
     "<p>One.</p><p>Two.</p>", 0, NULL},
    {"the main text before a short one of a better form",
     "{\"uri\":\"a\",\"title\":\"H\",\"bodies\":[{\"role\":\"brief\","
     "\"contentType\":\"text/html\",\"value\":\"<p>In short</p>\"},"
     "{\"contentType\":\"text/html\",\"value\":\"<p>b</p>\"},"
     "{\"role\":\"main\",\"contentType\":\"text/plain\",\"value\":\"All\"}]}",
     "<p>All</p>", 0, NULL},
    {"a version that is a number",
     "{\"uri\":\"a\",\"version\":7,\"title\":\"H\"}", "", 7, NULL},
    {"some count from 0, and that is no time",
     "{\"uri\":\"a\",\"version\":\"0\",\"title\":\"H\","
     "\"firstCreated\":\"2021-04-14T13:15:00Z\","
     "\"versionCreated\":\"2021-04-14T13:15:00Z\"}",
     "", 0, "2021-04-14T13:15:00Z"},
    {"a time without a zone",
     "{\"uri\":\"a\",\"title\":\"H\",\"firstCreated\":\"2021-04-14T16:15:00\"}",
     "", 0, "2021-04-14T13:15:00Z"},
    {"a cancellation is its uri",
     "{\"uri\":\"a\",\"version\":\"2\",\"pubStatus\":\"canceled\"}", "", 2,
     NULL},
};

static void forms_are_read_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(forms); i++) {
        check_row(forms[i].why);
        read_all(bench, forms[i].text);
        assert_str(item_at(bench, 0)->body.markup, str_from(forms[i].body));
        assert_int_equal(item_at(bench, 0)->version, forms[i].version);
        assert_int_equal(item_at(bench, 0)->timed, forms[i].at != NULL);
        assert_int_equal(item_at(bench, 0)->at,
                         forms[i].at ? at(forms[i].at) : TIME_NONE);
    }
}

static const struct {
    const char *why, *text, *says;
    Err err;
    int64_t line;
} faults[] = {
    {"a picture", "\n{\"uri\":\"a\",\n\"type\":\"picture\"}", "only text",
     ERR_UNSUPPORTED, 3},
    {"no headline", "{\"uri\":\"a\"}", "headline", ERR_INVALID, 1},
    {"a bad date", "{\"uri\":\"a\",\"title\":\"H\",\"firstCreated\":\"soon\"}",
     "date", ERR_INVALID, 1},
    {"a version with a point",
     "{\"uri\":\"a\",\"title\":\"H\",\"version\":\"1.5\"}",
     "\"1.5\" is no whole number", ERR_INVALID, 1},
    {"a version below 0", "{\"uri\":\"a\",\"title\":\"H\",\"version\":-1}",
     "\"-1\" is no whole number", ERR_INVALID, 1},
    {"a version beyond all numbers",
     "{\"uri\":\"a\",\"title\":\"H\",\"version\":9223372036854775808}",
     "no whole number", ERR_INVALID, 1},
    {"a version of another kind",
     "{\"uri\":\"a\",\"title\":\"H\",\"version\":true}", "no whole number",
     ERR_INVALID, 1},
    {"a bad status", "{\"uri\":\"a\",\"title\":\"H\",\"pubStatus\":\"maybe\"}",
     "usable", ERR_INVALID, 1},
    {"broken JSON", "{\"uri\":\"a\",\"title\":}", "", ERR_INVALID, 1},
    {"any object with a title", "{\"title\":\"T\",\"name\":\"x\"}", "no ninjs",
     ERR_UNSUPPORTED, 1},
    {"JSON Feed",
     "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\"}",
     "JSON Feed", ERR_UNSUPPORTED, 1},
    {"an array of no objects", "[3]", "object", ERR_INVALID, 1},
};

static void bad_objects_are_refused_as_listed(void **state)
{
    Bench *bench = *state;

    for (size_t i = 0; i < COUNT(faults); i++) {
        const Fault *fault;

        check_row(faults[i].why);
        read_all(bench, faults[i].text);
        assert_int_equal(bench->out.count, 1);
        fault = bench->out.records[0].fault;
        assert_non_null(fault);
        assert_int_equal(fault->err, faults[i].err);
        assert_int_equal(fault->line, faults[i].line);
        assert_non_null(strstr(fault->text, faults[i].says));
    }
}

static void a_bad_line_spoils_only_itself(void **state)
{
    Bench *bench = *state;

    read_all(bench, "{\"uri\":\"a\",\"title\":\"A\"}\n"
                    "{\"uri\":\"b\",\"title\n"
                    "\n"
                    "{\"uri\":\"c\",\"title\":\"C\"}\r\n");
    assert_int_equal(bench->out.count, 3);
    assert_int_equal(bench->out.bad, 1);
    assert_int_equal(bench->out.records[1].fault->line, 2);
    assert_str(bench->out.records[1].raw, S("{\"uri\":\"b\",\"title"));
    assert_str(item_at(bench, 2)->uri, S("c"));
    assert_int_equal(item_at(bench, 2)->line, 4);
}

static void what_is_not_json_is_refused(void **state)
{
    Bench *bench = *state;

    read_all(bench, "<rss/>");
    assert_int_equal(bench->out.bad, 1);
    read_all(bench, "");
    assert_int_equal(bench->out.count, 0);
}

static void sixty_five_tags_are_too_many(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 8192);

    buf_puts(&buf, S("{\"uri\":\"a\",\"title\":\"A\",\"subjects\":["));
    for (int i = 0; i < 65; i++)
        buf_printf(&buf, "%s{\"name\":\"t%d\"}", i ? "," : "", i);
    buf_puts(&buf, S("]}"));
    buf_putc(&buf, '\0');
    read_all(bench, buf_str(&buf).ptr);
    assert_int_equal(bench->out.records[0].fault->err, ERR_TOO_BIG);
}

static void a_body_over_a_mebibyte_is_refused(void **state)
{
    Bench *bench = *state;
    Buf buf = buf_open(&bench->arena, 3 * BODY_MAX);

    buf_puts(&buf,
             S("{\"uri\":\"a\",\"title\":\"A\",\"bodies\":[{\"value\":\""));
    for (size_t i = 0; i <= BODY_MAX; i++)
        buf_putc(&buf, 'a');
    buf_puts(&buf, S("\"}]}"));
    read_bytes(bench, buf_str(&buf));
    assert_int_equal(bench->out.records[0].fault->err, ERR_TOO_BIG);
    assert_string_equal(bench->out.records[0].fault->where, "bodies");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_field_of_an_object_is_taken),
        TEST(what_goes_out_comes_back),
        TEST(forms_are_read_as_listed),
        TEST(bad_objects_are_refused_as_listed),
        TEST(a_bad_line_spoils_only_itself),
        TEST(what_is_not_json_is_refused),
        TEST(sixty_five_tags_are_too_many),
        TEST(a_body_over_a_mebibyte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
