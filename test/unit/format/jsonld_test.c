/* test/unit/format/jsonld_test.c -- what search engines are told of a story. */
#include "golden.h"

#include "base/utf8.h"
#include "format/jsonld.h"
#include "format/shorten.h"
#include "samples.h"
#include "text/json.h"

static const JsonLdCrumb crumbs[] = {
    {S_INIT("Home"), S_INIT(SITE "/en/")},
    {S_INIT("Facts & more"), S_INIT(SITE "/en/facts/")},
};

static const JsonLdPeer peers[] = {
    {{101}, S_INIT("en"), S_INIT(SITE "/en/facts/101-a"), S_INIT("Lit again")},
    {{107}, S_INIT("uk"), S_INIT(SITE "/uk/facts/107-b"), S_INIT("Світить")},
};

static JsonLd page_of(const PublicStory *story)
{
    return (JsonLd){
        .story = story,
        .url = S(SITE "/en/facts/101-lighthouse-lit-again"),
        .description = story->item.deck,
        .image = S(SITE "/icon-512.png"),
        .agency = S("Lighthouse News & \"Co\""),
        .agency_url = S(SITE "/"),
        .logo = S(SITE "/icon-512.png"),
        .crumbs = crumbs,
        .crumb_count = COUNT(crumbs),
    };
}

static Str written(Arena *arena, const JsonLd *page)
{
    Html out;

    assert_int_equal(jsonld_article(arena, page, &out), ERR_OK);
    return out.markup;
}

static void every_story_is_written_as_accepted(void **unused)
{
    static const struct {
        const char *name;
        Sample sample;
        size_t peers;
        Str follows;
    } cases[] = {
        {"jsonld/full.out", SAMPLE_FULL, 0, S_INIT("")},
        {"jsonld/corrected.out", SAMPLE_CORRECTED, 0, S_INIT(SITE "/en/1-a")},
        {"jsonld/flash.out", SAMPLE_FLASH, 0, S_INIT("")},
        {"jsonld/hostile.out", SAMPLE_HOSTILE, 0, S_INIT("")},
        {"jsonld/translation.out", SAMPLE_ARABIC, 2, S_INIT("")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        JsonLd page = page_of(&sample_stories[cases[i].sample]);

        check_row(cases[i].name);
        page.peers = peers;
        page.peer_count = cases[i].peers;
        page.follows_url = cases[i].follows;
        check_golden(&arena, cases[i].name, written(&arena, &page));
    }
    arena_close(&arena);
}

static void a_picture_is_told_with_what_is_said_of_it(void **unused)
{
    static const struct {
        const char *why;
        const char *name;
        JsonLdPicture picture;
    } cases[] = {
        {"all of it",
         "jsonld/picture.out",
         {S_INIT(SITE "/media/a-1280.jpg"), 1280, 960,
          S_INIT("The <lamp> & its \"keeper\"."),
          S_INIT("Ann Lee / Harbour Office"), S_INIT("© Ann Lee 2025")}},
        {"nothing said",
         "jsonld/picture_bare.out",
         {S_INIT(SITE "/media/a-320.jpg"), 320, 240, S_INIT(""), S_INIT(""),
          S_INIT("")}},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        JsonLd page = page_of(&sample_stories[SAMPLE_FULL]);

        check_row(cases[i].why);
        page.picture = cases[i].picture;
        check_golden(&arena, cases[i].name, written(&arena, &page));
    }
    arena_close(&arena);
}

static void the_first_of_a_group_is_the_original(void **unused)
{
    static const struct {
        const char *why;
        int64_t group;
        size_t peers;
        const char *has;
        const char *has_not;
    } cases[] = {
        {"the first names the others", 105, 2, "workTranslation",
         "translationOfWork"},
        {"alone, nothing", 105, 0, NULL, "ranslation"},
        {"another names the first", 101, 2, "translationOfWork",
         "workTranslation"},
        {"the first is not public", 90, 2, NULL, "ranslation"},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        PublicStory story = sample_stories[SAMPLE_FULL];
        JsonLd page = page_of(&story);
        Str out;

        story.item.id.number = 105;
        story.group.number = cases[i].group;
        page.peers = peers;
        page.peer_count = cases[i].peers;
        check_row(cases[i].why);
        out = written(&arena, &page);
        if (cases[i].has)
            assert_true(str_find(out, str_from(cases[i].has), 0) > 0);
        assert_int_equal(str_find(out, str_from(cases[i].has_not), 0), -1);
    }
    arena_close(&arena);
}

static void no_text_can_end_the_script_element(void **unused)
{
    Arena arena = arena_open();
    JsonLd page = page_of(&sample_stories[SAMPLE_HOSTILE]);
    Str out = written(&arena, &page);
    JsonNode *tree;
    const JsonNode *article;

    (void)unused;
    assert_int_equal(str_find_char(out, '<', 0), -1);
    assert_int_equal(str_find_char(out, '>', 0), -1);
    assert_int_equal(str_find_char(out, '&', 0), -1);
    assert_int_equal(str_find(out, S(LINE_SEPARATOR), 0), -1);
    assert_int_equal(json_read(&arena, out, JSONLD_MAX, &tree, NULL), ERR_OK);
    article = json_get(tree, "@graph")->first;
    assert_str(json_str(article, "headline"),
               sample_stories[SAMPLE_HOSTILE].item.headline);
    arena_close(&arena);
}

static void an_unknown_time_is_not_made_up(void **unused)
{
    Arena arena = arena_open();
    JsonLd page = page_of(&sample_stories[SAMPLE_UNTIMED]);
    Str out = written(&arena, &page);

    (void)unused;
    assert_int_equal(str_find(out, S("datePublished"), 0), -1);
    assert_true(
        str_find(out, S("\"dateModified\":\"2025-11-23T12:00:00Z\""), 0) > 0);
    arena_close(&arena);
}

/* As large as every field may be, with all of it escaped. */
static void the_largest_story_fits(void **unused)
{
    Arena arena = arena_open();
    PublicStory story = sample_stories[SAMPLE_FULL];
    JsonLd page = page_of(&story);
    Buf text = buf_open(&arena, DECK_MAX);
    Tag tags[TAGS_MAX];
    Correction corrections[100];
    JsonLdPeer many[200];

    (void)unused;
    while (text.len < DECK_MAX)
        buf_putc(&text, '<');
    story.item.headline = str_slice(buf_str(&text), 0, HEADLINE_MAX);
    for (size_t i = 0; i < COUNT(tags); i++)
        tags[i] = (Tag){S("a"), story.item.headline};
    for (size_t i = 0; i < COUNT(corrections); i++)
        corrections[i] =
            (Correction){1, NOON, str_slice(buf_str(&text), 0, NOTE_MAX)};
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (JsonLdPeer){{7}, S("uk"), S(SITE), story.item.headline};
    story.byline = story.place = story.source = story.item.headline;
    story.item.section_name = story.item.headline;
    story.tags = (TagList){tags, COUNT(tags)};
    story.corrections = corrections;
    story.correction_count = COUNT(corrections);
    page.description = buf_str(&text);
    page.picture = (JsonLdPicture){
        S(SITE), 1, 1, buf_str(&text), buf_str(&text), buf_str(&text)};
    page.peers = many;
    page.peer_count = COUNT(many);
    assert_true(written(&arena, &page).len > 100000);
    arena_close(&arena);
}

static void long_texts_are_cut_between_words(void **unused)
{
    static const struct {
        const char *why;
        Str text;
        size_t max;
        Str out;
    } cases[] = {
        {"it fits", S_INIT("one two"), 7, S_INIT("one two")},
        {"between words", S_INIT("one two three"), 10, S_INIT("one two…")},
        {"after a whole word", S_INIT("one two three"), 8, S_INIT("one two…")},
        {"inside the only word", S_INIT("lighthouse"), 6, S_INIT("light…")},
        {"rather than losing most", S_INIT("a lighthouse"), 8,
         S_INIT("a light…")},
        {"characters, not bytes", S_INIT("маяк світить"), 8, S_INIT("маяк…")},
        {"empty", S_INIT(""), 5, S_INIT("")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Str out = shorten(&arena, cases[i].text, cases[i].max);

        check_row(cases[i].why);
        assert_str(out, cases[i].out);
        assert_true(utf8_count(out) <= cases[i].max);
    }
    arena_close(&arena);
}

static void a_long_headline_stands_whole_beside_its_start(void **unused)
{
    Arena arena = arena_open();
    PublicStory story = sample_stories[SAMPLE_FULL];
    JsonLd page = page_of(&story);
    Buf headline = buf_open(&arena, 2000);
    const JsonNode *article;
    JsonNode *tree;

    (void)unused;
    while (headline.len < 180)
        buf_puts(&headline, S("маяк "));
    story.item.headline = str_trim(buf_str(&headline));
    assert_int_equal(
        json_read(&arena, written(&arena, &page), JSONLD_MAX, &tree, NULL),
        ERR_OK);
    assert_null(
        json_get(json_get(tree, "@graph")->first, "alternativeHeadline"));
    while (utf8_count(buf_str(&headline)) < HEADLINE_MAX - 5)
        buf_puts(&headline, S("маяк "));
    story.item.headline = str_trim(buf_str(&headline));
    assert_int_equal(
        json_read(&arena, written(&arena, &page), JSONLD_MAX, &tree, NULL),
        ERR_OK);
    article = json_get(tree, "@graph")->first;
    assert_true(utf8_count(json_str(article, "headline")) <= 110);
    assert_str(json_str(article, "alternativeHeadline"), story.item.headline);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_is_written_as_accepted),
        cmocka_unit_test(a_picture_is_told_with_what_is_said_of_it),
        cmocka_unit_test(the_first_of_a_group_is_the_original),
        cmocka_unit_test(no_text_can_end_the_script_element),
        cmocka_unit_test(an_unknown_time_is_not_made_up),
        cmocka_unit_test(the_largest_story_fits),
        cmocka_unit_test(long_texts_are_cut_between_words),
        cmocka_unit_test(a_long_headline_stands_whole_beside_its_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
