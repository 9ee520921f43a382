/* test/unit/format/out_property_test.c -- whatever stands in a story, what goes
 * out is XML to libxml2 and JSON to cJSON, and says the same headline.
 *
 * Fields are random UTF-8, mostly of the characters that mean something
 * somewhere.  The numbers come from a fixed seed: a failure comes again. */
#include "check.h"

#include <cjson/cJSON.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "format/atom.h"
#include "format/jsonfeed.h"
#include "format/jsonld.h"
#include "format/manifest.h"
#include "format/ninjs_write.h"
#include "format/opensearch.h"
#include "format/rss.h"
#include "format/sitemap.h"

#define ROUNDS 2000

static uint64_t state = 0x9E3779B97F4A7C15u;

/* xorshift64* */
static uint32_t chance(uint32_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 33) % below;
}

/* Any code point that UTF-8 can write but NUL and CR (XML reads CR as LF). */
static uint32_t any_code_point(void)
{
    for (;;) {
        uint32_t c = 1 + chance(0x10FFFF);

        if (c != '\r' && (c < 0xD800 || c > 0xDFFF)) return c;
    }
}

static uint32_t code_point(void)
{
    static const uint32_t special[] = {
        '<',    '>',    '&',    '"',     '\'',   '/',     ']',      '[',
        '-',    '!',    '\\',   '{',     '}',    '%',     '#',      ';',
        ':',    ',',    ' ',    '\n',    '\t',   1,       0x1B,     0x7F,
        0x80,   0x85,   0xA0,   0xAD,    0x200F, 0x2028,  0x2029,   0x202E,
        0x2066, 0xFEFF, 0xFFFD, 0xFFFE,  0xFFFF, 0x1FFFF, 0x10FFFF, 0x456,
        0x62A,  0x4E2D, 0x301,  0x1F600, 0xD7FF, 0xE000,
    };

    if (chance(4)) return special[chance(COUNT(special))];
    return chance(2) ? 'a' + chance(26) : any_code_point();
}

static Str words(Arena *arena, uint32_t max)
{
    static const Str pieces[] = {
        S_INIT("]]>"),     S_INIT("<!--"),         S_INIT("</script>"),
        S_INIT("&amp;"),   S_INIT("&#0;"),         S_INIT("<![CDATA["),
        S_INIT("\\u0000"), S_INIT("\" onload=\""), S_INIT("<?xml"),
    };
    Buf buf = buf_open(arena, 8 * (size_t)max + 64);

    for (uint32_t left = chance(max + 1); left; left--) {
        if (chance(20))
            buf_utf8(&buf, code_point());
        else
            buf_puts(&buf, pieces[chance(COUNT(pieces))]);
    }
    return buf_str(&buf);
}

/* A body as the sanitiser writes them. */
static Html body(Arena *arena)
{
    Buf buf = buf_open(arena, 100000);

    for (uint32_t left = chance(4); left; left--) {
        buf_puts(&buf, S("<p>"));
        buf_escape(&buf, words(arena, 30));
        buf_puts(&buf, S("<a href=\""));
        buf_escape(&buf, words(arena, 10));
        buf_puts(&buf, S("\">link</a></p>\n"));
    }
    return (Html){buf_str(&buf)};
}

static Time moment(void)
{
    if (!chance(8)) return TIME_MIN;
    if (!chance(8)) return TIME_MAX;
    return (Time)chance(2000000000) * TIME_SECOND + chance(1000000);
}

static PublicStory story(Arena *arena)
{
    size_t count = chance(4);
    Tag *tags = ARENA_ARRAY(arena, Tag, count + 1);
    Correction *corrections = ARENA_ARRAY(arena, Correction, count + 1);

    for (size_t i = 0; i < count; i++) {
        tags[i] = (Tag){words(arena, 10), words(arena, 10)};
        corrections[i] =
            (Correction){(int32_t)i + 1, moment(), words(arena, 30)};
    }
    return (PublicStory){
        .item = {.id = {1 + chance(1000000)},
                 .language = words(arena, 3),
                 .section = words(arena, 5),
                 .section_name = words(arena, 5),
                 .headline = words(arena, 200),
                 .deck = words(arena, 50),
                 .slug = words(arena, 5),
                 .at = moment(),
                 .timed = chance(2),
                 .changed_at = chance(8) ? moment() : TIME_NONE,
                 .version = 1 + (int32_t)chance(5),
                 .urgency = 1 + (int32_t)chance(6)},
        .uri = words(arena, 20),
        .group = {chance(3)},
        .body = body(arena),
        .byline = words(arena, 5),
        .place = words(arena, 5),
        .tags = {tags, count},
        .words = (int32_t)chance(1000),
        .source = words(arena, 5),
        .source_url = words(arena, 20),
        .corrections = corrections,
        .correction_count = chance(2) ? count : 0,
    };
}

static FeedOut feed(Arena *arena, const FeedEntry *entries, size_t count)
{
    return (FeedOut){
        .title = words(arena, 10),
        .subtitle = words(arena, 10),
        .language = words(arena, 2),
        .home = words(arena, 20),
        .self = words(arena, 20),
        .hub = words(arena, 10),
        .author = words(arena, 10),
        .icon = words(arena, 10),
        .sections = words(arena, 10),
        .tags = words(arena, 10),
        .authority = words(arena, 10),
        .updated = moment(),
        .entries = entries,
        .count = count,
    };
}

static Str taken(Buf *buf)
{
    Str out;

    assert_int_equal(buf_end(buf, &out), ERR_OK);
    return out;
}

static xmlDoc *xml_of(Buf *buf)
{
    Str text = taken(buf);
    xmlDoc *doc = xmlReadMemory(text.ptr, (int)text.len, "out.xml", NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR |
                                    XML_PARSE_NOWARNING);

    if (!doc) fail_msg("not well formed: %.*s", STR_ARG(text));
    return doc;
}

static cJSON *json_of(Str text)
{
    const char *end;
    cJSON *tree = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, false);

    if (!tree || end != text.ptr + text.len)
        fail_msg("not JSON: %.*s", STR_ARG(text));
    return tree;
}

/* What of a text XML 1.0 can say: buf_escape leaves out the rest. */
static Str xml_text_of(Arena *arena, Str text)
{
    Buf buf = buf_open(arena, text.len + 1);

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) continue;
        if (str_starts(str_skip(text, i), S("\xEF\xBF\xBE")) ||
            str_starts(str_skip(text, i), S("\xEF\xBF\xBF"))) {
            i += 2;
            continue;
        }
        buf_putc(&buf, (char)c);
    }
    return buf_str(&buf);
}

static const xmlNode *child(const xmlNode *node, const char *name)
{
    for (node = node->children; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE &&
            strcmp((const char *)node->name, name) == 0)
            return node;
    fail_msg("no element %s", name);
    return NULL;
}

static void same_text(const xmlNode *node, Str expected)
{
    xmlChar *text = xmlNodeGetContent(node);

    assert_str(str_from((const char *)text), expected);
    xmlFree(text);
}

static void same_string(const cJSON *object, const char *key, Str expected)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

    assert_true(cJSON_IsString(value));
    assert_str(str_from(value->valuestring), expected);
}

static void check_feeds(Arena *arena, const FeedOut *feed)
{
    const PublicStory *first = feed->entries[0].story;
    Str headline = xml_text_of(arena, first->item.headline);
    Buf buf = buf_open(arena, FEED_MAX);
    const xmlNode *root;
    cJSON *json;
    xmlDoc *doc;

    rss_write(&buf, feed);
    doc = xml_of(&buf);
    root = child(xmlDocGetRootElement(doc), "channel");
    same_text(child(child(root, "item"), "title"), headline);
    xmlFreeDoc(doc);

    buf_cut(&buf, 0);
    atom_write(&buf, feed);
    doc = xml_of(&buf);
    root = child(xmlDocGetRootElement(doc), "entry");
    same_text(child(root, "title"), headline);
    xmlFreeDoc(doc);

    buf_cut(&buf, 0);
    jsonfeed_write(&buf, feed);
    json = json_of(taken(&buf));
    same_string(
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "items"), 0),
        "title", first->item.headline);
    cJSON_Delete(json);
}

static void feeds_are_well_formed_whatever_they_say(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        PublicStory stories[2] = {story(&arena), story(&arena)};
        Str *labels = ARENA_ARRAY(&arena, Str, 4);
        FeedEntry entries[2] = {
            {.story = &stories[0], .url = words(&arena, 20)},
            {.story = &stories[1],
             .url = S("https://news.example/en/1-a"),
             .correction_labels = labels},
        };
        FeedOut out = feed(&arena, entries, 2);

        labels[0] = words(&arena, 10);
        check_feeds(&arena, &out);
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static void sitemaps_are_well_formed_whatever_they_say(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        Buf buf = buf_open(&arena, 1000000);
        Sitemap map = sitemap_begin(&buf, SITEMAP_PAGES);
        SitemapPage page = {words(&arena, 20), moment()};
        SitemapNews news = {words(&arena, 20), words(&arena, 20),
                            words(&arena, 5), moment(), words(&arena, 50)};

        sitemap_page(&map, &buf, &page);
        sitemap_end(&map, &buf, page.loc);
        xmlFreeDoc(xml_of(&buf));
        buf_cut(&buf, 0);
        map = sitemap_begin(&buf, SITEMAP_NEWS);
        sitemap_news(&map, &buf, &news);
        sitemap_end(&map, &buf, page.loc);
        xmlFreeDoc(xml_of(&buf));
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static void check_jsonld(Arena *arena, const PublicStory *story)
{
    JsonLdPeer peer = {{2}, words(arena, 3), words(arena, 9), words(arena, 9)};
    JsonLdCrumb crumb = {words(arena, 9), words(arena, 9)};
    JsonLd page = {
        .story = story,
        .url = words(arena, 20),
        .description = words(arena, 30),
        .image = words(arena, 9),
        .agency = words(arena, 9),
        .agency_url = words(arena, 9),
        .logo = words(arena, 9),
        .follows_url = words(arena, 9),
        .peers = &peer,
        .peer_count = 1,
        .crumbs = &crumb,
        .crumb_count = 1,
    };
    Html out;

    assert_int_equal(jsonld_article(arena, &page, &out), ERR_OK);
    for (size_t i = 0; i < out.markup.len; i++)
        assert_false(out.markup.ptr[i] == '<' || out.markup.ptr[i] == '>');
    cJSON_Delete(json_of(out.markup));
}

static void check_ninjs(Arena *arena, const PublicStory *story)
{
    Buf buf = buf_open(arena, NINJS_MAX);
    PublicStory shown = *story;
    NinjsOut out = {.story = &shown,
                    .url = words(arena, 9),
                    .agency = words(arena, 9),
                    .authority = words(arena, 9),
                    .follows_uri = words(arena, 9),
                    .follows_headline = words(arena, 9),
                    .media = words(arena, 9),
                    .said = {.alt = words(arena, 9),
                             .caption = words(arena, 9),
                             .credit = words(arena, 9),
                             .rights = words(arena, 9)}};
    cJSON *json;

    shown.item.picture =
        (PublicPicture){.mark = words(arena, 3), .width = 2000, .height = 900};
    ninjs_write(&buf, &out);
    json = json_of(taken(&buf));
    same_string(json, "uri", story->uri);
    if (story->item.headline.len)
        same_string(cJSON_GetArrayItem(
                        cJSON_GetObjectItemCaseSensitive(json, "headlines"), 0),
                    "value", story->item.headline);
    cJSON_Delete(json);
}

static void stories_as_json_say_the_same(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        PublicStory one = story(&arena);

        check_jsonld(&arena, &one);
        check_ninjs(&arena, &one);
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static void small_files_are_well_formed(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        Buf buf = buf_open(&arena, 1000000);
        OpenSearch search = {words(&arena, 60), words(&arena, 60),
                             words(&arena, 5),  words(&arena, 20),
                             words(&arena, 20), words(&arena, 20),
                             words(&arena, 20)};
        ManifestIcon icon = {words(&arena, 9), words(&arena, 9),
                             words(&arena, 9), true};
        Manifest manifest = {.name = words(&arena, 20),
                             .short_name = words(&arena, 9),
                             .description = words(&arena, 30),
                             .start = words(&arena, 9),
                             .icons = &icon,
                             .icon_count = 1};
        cJSON *json;

        opensearch_write(&buf, &search);
        xmlFreeDoc(xml_of(&buf));
        buf_cut(&buf, 0);
        manifest_write(&buf, &manifest);
        json = json_of(taken(&buf));
        same_string(json, "name", manifest.name);
        cJSON_Delete(json);
        arena_reset(&arena);
    }
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(feeds_are_well_formed_whatever_they_say),
        cmocka_unit_test(sitemaps_are_well_formed_whatever_they_say),
        cmocka_unit_test(stories_as_json_say_the_same),
        cmocka_unit_test(small_files_are_well_formed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
