/* test/unit/format/feed_test.c -- feeds say what the stories say, whatever
 * stands in them. */
#include "golden.h"

#include "format/atom.h"
#include "format/body.h"
#include "format/jsonfeed.h"
#include "format/rss.h"
#include "samples.h"

typedef void (*Writer)(Buf *buf, const FeedOut *feed);

static const struct {
    const char *name;
    const char *file;
    Writer write;
} writers[] = {
    {"rss", "rss.xml", rss_write},
    {"atom", "atom.xml", atom_write},
    {"jsonfeed", "feed.json", jsonfeed_write},
};

static FeedOut full_feed(Arena *arena, const char *file)
{
    FeedEntry *entries = ARENA_ARRAY(arena, FeedEntry, SAMPLE_COUNT);

    for (Sample i = 0; i < SAMPLE_COUNT; i++)
        entries[i] = sample_entry(i);
    return (FeedOut){
        .title = S("Lighthouse News & \"Co\": facts"),
        .subtitle = S("What is known <for sure>"),
        .language = S("en"),
        .home = S(SITE "/en/facts/"),
        .self = str_format(arena, SITE "/en/facts/%s", file),
        .hub = S("https://hub.example/?a=1&b=2"),
        .author = S("Lighthouse News"),
        .icon = S(SITE "/icon-192.png"),
        .sections = S(SITE "/en/"),
        .tags = S(SITE "/en/tag/"),
        .authority = S(AUTHORITY),
        .updated = NOON + TIME_DAY,
        .entries = entries,
        .count = SAMPLE_COUNT,
    };
}

static Str written(Arena *arena, Writer write, const FeedOut *feed)
{
    Buf buf = buf_open(arena, FEED_MAX);
    Str out;

    write(&buf, feed);
    assert_int_equal(buf_end(&buf, &out), ERR_OK);
    return out;
}

static void every_story_is_written_as_accepted(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(writers); i++) {
        FeedOut feed = full_feed(&arena, writers[i].file);

        check_row(writers[i].name);
        check_golden(
            &arena,
            str_z(&arena, str_format(&arena, "%s/full.out", writers[i].name)),
            written(&arena, writers[i].write, &feed));
    }
    arena_close(&arena);
}

static void a_feed_with_nothing_to_say_is_a_feed(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(writers); i++) {
        FeedOut feed = {
            .title = S("New agency"),
            .language = S("uk"),
            .home = S(SITE "/uk/"),
            .self = str_format(&arena, SITE "/uk/%s", writers[i].file),
            .author = S("New agency"),
            .authority = S(AUTHORITY),
            .updated = NOON,
        };

        check_row(writers[i].name);
        check_golden(
            &arena,
            str_z(&arena, str_format(&arena, "%s/empty.out", writers[i].name)),
            written(&arena, writers[i].write, &feed));
    }
    arena_close(&arena);
}

static void an_unknown_time_is_not_made_up(void **unused)
{
    static const char *const published[] = {"<pubDate>", "<published>",
                                            "date_published"};
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(writers); i++) {
        FeedOut feed = full_feed(&arena, writers[i].file);
        FeedEntry entry = sample_entry(SAMPLE_UNTIMED);
        Str out;

        feed.entries = &entry;
        feed.count = 1;
        check_row(writers[i].name);
        out = written(&arena, writers[i].write, &feed);
        assert_int_equal(str_find(out, str_from(published[i]), 0), -1);
        assert_true(str_find(out, S("2025-11-23T12:00:00Z"), 0) > 0);
        entry = sample_entry(SAMPLE_FULL);
        out = written(&arena, writers[i].write, &feed);
        assert_true(str_find(out, str_from(published[i]), 0) > 0);
    }
    arena_close(&arena);
}

/* Three stories of a whole megabyte: the fourth of the feed has its deck. */
static void big_stories_do_not_make_a_feed_fail(void **unused)
{
    Arena arena = arena_open();
    PublicStory big = sample_stories[SAMPLE_FULL];
    FeedEntry entries[6];
    Buf body = buf_open(&arena, BODY_MAX);

    (void)unused;
    buf_puts(&body, S("<p><a href=\"/\">\"link\"</a></p>\n"));
    while (body.len + 1000 < BODY_MAX)
        buf_puts(&body, S("<p>'Words' &amp; \"words\"</p>\n"));
    big.body = (Html){buf_str(&body)};
    for (size_t i = 0; i < COUNT(entries); i++)
        entries[i] = (FeedEntry){.story = &big, .url = sample_urls[0]};
    for (size_t i = 0; i < COUNT(writers); i++) {
        FeedOut feed = full_feed(&arena, writers[i].file);
        Str out;

        feed.entries = entries;
        feed.count = COUNT(entries);
        check_row(writers[i].name);
        out = written(&arena, writers[i].write, &feed);
        assert_true(out.len > FEED_FULL_MAX);
        assert_true(out.len < FEED_FULL_MAX + 3 * BODY_MAX);
    }
    arena_close(&arena);
}

static void a_story_has_one_identity_for_ever(void **unused)
{
    static const struct {
        const char *why;
        Str uri;
        Str id;
    } cases[] = {
        {"a URN", S_INIT("urn:news:1"), S_INIT("urn:news:1")},
        {"an address", S_INIT("http://a.example/?p=1"),
         S_INIT("http://a.example/?p=1")},
        {"an IRI", S_INIT("https://a.example/є"),
         S_INIT("https://a.example/є")},
        {"a content's hash", S_INIT("sha256:00ff"), S_INIT("sha256:00ff")},
        {"a bare guid", S_INIT("12345"), S_INIT("tag:" AUTHORITY ":story/7")},
        {"spaces", S_INIT("12 at http://a.example"),
         S_INIT("tag:" AUTHORITY ":story/7")},
        {"space in an address", S_INIT("http://a.example/a b"),
         S_INIT("tag:" AUTHORITY ":story/7")},
        {"no more than a scheme", S_INIT("urn:"),
         S_INIT("tag:" AUTHORITY ":story/7")},
        {"a digit first", S_INIT("7up:x"), S_INIT("tag:" AUTHORITY ":story/7")},
        {"a colon first", S_INIT(":x"), S_INIT("tag:" AUTHORITY ":story/7")},
        {"markup", S_INIT("urn:<b>"), S_INIT("tag:" AUTHORITY ":story/7")},
        {"a line break", S_INIT("urn:a\nb"),
         S_INIT("tag:" AUTHORITY ":story/7")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        PublicStory story = {.item = {.id = {7}}, .uri = cases[i].uri};

        check_row(cases[i].why);
        assert_str(feed_id(&arena, &story, S(AUTHORITY)), cases[i].id);
    }
    arena_close(&arena);
}

static void links_of_a_body_are_made_absolute(void **unused)
{
    static const struct {
        const char *why;
        Str body;
        Str out;
    } cases[] = {
        {"nothing to do", S_INIT("<p>a</p>"), S_INIT("<p>a</p>")},
        {"empty", S_INIT(""), S_INIT("")},
        {"from the root", S_INIT("<a href=\"/x\">a</a>"),
         S_INIT("<a href=\"https://h.example/x\">a</a>")},
        {"from here", S_INIT("<a href=\"x\">a</a>"),
         S_INIT("<a href=\"https://h.example/en/facts/x\">a</a>")},
        {"up", S_INIT("<a href=\"../x\">a</a>"),
         S_INIT("<a href=\"https://h.example/en/x\">a</a>")},
        {"a place on the page", S_INIT("<a href=\"#n\">a</a>"),
         S_INIT("<a href=\"https://h.example/en/facts/1-a#n\">a</a>")},
        {"another host", S_INIT("<a href=\"//o.example/x\">a</a>"),
         S_INIT("<a href=\"https://o.example/x\">a</a>")},
        {"a query", S_INIT("<a href=\"?a=1&amp;b=2\">a</a>"),
         S_INIT(
             "<a href=\"https://h.example/en/facts/1-a?a=1&amp;b=2\">a</a>")},
        {"absolute already", S_INIT("<a href=\"HTTPS://O.example\">a</a>"),
         S_INIT("<a href=\"HTTPS://O.example\">a</a>")},
        {"mail", S_INIT("<a href=\"mailto:a@b.example\">a</a>"),
         S_INIT("<a href=\"mailto:a@b.example\">a</a>")},
        {"a colon later", S_INIT("<a href=\"/a:b\">a</a>"),
         S_INIT("<a href=\"https://h.example/a:b\">a</a>")},
        {"two of them", S_INIT("<a href=\"/x\">a</a> <a href=\"/y\">b</a>"),
         S_INIT("<a href=\"https://h.example/x\">a</a> "
                "<a href=\"https://h.example/y\">b</a>")},
        {"other attributes",
         S_INIT("<a lang=\"en\" href=\"/x\" dir=\"ltr\">a"
                "</a>"),
         S_INIT("<a lang=\"en\" href=\"https://h.example/x\" dir=\"ltr\">a"
                "</a>")},
        {"looks like one, in text", S_INIT("<p>&lt;a href=\"/x\"&gt;</p>"),
         S_INIT("<p>&lt;a href=\"/x\"&gt;</p>")},
        {"looks like one, in a value",
         S_INIT("<a lang=\"href=\" dir=\"/x\">a</a>"),
         S_INIT("<a lang=\"href=\" dir=\"/x\">a</a>")},
        {"another element", S_INIT("<abbr title=\"href\">a</abbr>"),
         S_INIT("<abbr title=\"href\">a</abbr>")},
        {"cannot be resolved", S_INIT("<a href=\"//[\">a</a>"),
         S_INIT("<a href=\"//[\">a</a>")},
        {"an empty one", S_INIT("<a href=\"\">a</a>"),
         S_INIT("<a href=\"\">a</a>")},
        {"not closed", S_INIT("<a href=\"/x"), S_INIT("<a href=\"/x")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        assert_str(body_absolute(&arena, (Html){cases[i].body},
                                 S("https://h.example/en/facts/1-a"))
                       .markup,
                   cases[i].out);
    }
    arena_close(&arena);
}

static void a_buffer_too_small_is_told(void **unused)
{
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(writers); i++) {
        FeedOut feed = full_feed(&arena, writers[i].file);
        Buf buf = buf_open(&arena, 3000);
        Str out;

        check_row(writers[i].name);
        writers[i].write(&buf, &feed);
        assert_int_equal(buf_end(&buf, &out), ERR_TOO_BIG);
    }
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_is_written_as_accepted),
        cmocka_unit_test(a_feed_with_nothing_to_say_is_a_feed),
        cmocka_unit_test(an_unknown_time_is_not_made_up),
        cmocka_unit_test(big_stories_do_not_make_a_feed_fail),
        cmocka_unit_test(a_story_has_one_identity_for_ever),
        cmocka_unit_test(links_of_a_body_are_made_absolute),
        cmocka_unit_test(a_buffer_too_small_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
