/* test/unit/format/sitemap_test.c -- sitemaps of any size, in little room. */
#include "golden.h"

#include "format/sitemap.h"
#include "samples.h"

static Str taken(Buf *buf)
{
    Str out;

    assert_int_equal(buf_end(buf, &out), ERR_OK);
    return out;
}

static void pages_are_written_with_their_times(void **unused)
{
    static const SitemapPage pages[] = {
        {.loc = S_INIT(SITE "/en/facts/101-a?x=1&y=2"), .changed_at = NOON + 5},
        {.loc = S_INIT(SITE "/en/facts/102-alone"), .changed_at = TIME_NONE},
        {.loc = S_INIT(SITE "/en/'<>\""), .changed_at = TIME_MIN},
    };
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Sitemap map = sitemap_begin(&buf, SITEMAP_PAGES);

    (void)unused;
    for (size_t i = 0; i < COUNT(pages); i++)
        assert_true(sitemap_page(&map, &buf, &pages[i]));
    assert_int_equal(map.bytes, buf.len);
    sitemap_end(&map, &buf, S(SITE "/en/"));
    check_golden(&arena, "sitemap/pages.out", taken(&buf));
    arena_close(&arena);
}

static void an_index_names_other_sitemaps(void **unused)
{
    static const SitemapPage parts[] = {
        {.loc = S_INIT(SITE "/sitemap-1.xml"), .changed_at = NOON},
        {.loc = S_INIT(SITE "/sitemap-2.xml"), .changed_at = TIME_NONE},
    };
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Sitemap map = sitemap_begin(&buf, SITEMAP_INDEX);

    (void)unused;
    for (size_t i = 0; i < COUNT(parts); i++)
        assert_true(sitemap_page(&map, &buf, &parts[i]));
    sitemap_end(&map, &buf, S(SITE "/en/"));
    check_golden(&arena, "sitemap/index.out", taken(&buf));
    arena_close(&arena);
}

static void news_are_written_as_google_wants_them(void **unused)
{
    static const Sample samples[] = {SAMPLE_FULL, SAMPLE_HOSTILE,
                                     SAMPLE_ARABIC};
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Sitemap map = sitemap_begin(&buf, SITEMAP_NEWS);

    (void)unused;
    for (size_t i = 0; i < COUNT(samples); i++) {
        const PublicItem *item = &sample_stories[samples[i]].item;
        SitemapNews news = {
            .loc = sample_urls[samples[i]],
            .agency = S("Lighthouse News & \"Co\""),
            .language = item->language,
            .at = item->at,
            .headline = item->headline,
        };

        assert_true(sitemap_news(&map, &buf, &news));
    }
    sitemap_end(&map, &buf, S(SITE "/en/"));
    check_golden(&arena, "sitemap/news.out", taken(&buf));
    arena_close(&arena);
}

static void a_file_without_news_names_the_front(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Sitemap map = sitemap_begin(&buf, SITEMAP_NEWS);

    (void)unused;
    sitemap_end(&map, &buf, S(SITE "/en/"));
    check_golden(&arena, "sitemap/empty.out", taken(&buf));
    arena_close(&arena);
}

static void languages_are_those_google_knows(void **unused)
{
    static const struct {
        const char *why;
        Str tag;
        Str written;
    } cases[] = {
        {"as it is", S_INIT("uk"), S_INIT(">uk<")},
        {"without region", S_INIT("pt-BR"), S_INIT(">pt<")},
        {"three letters", S_INIT("ckb"), S_INIT(">ckb<")},
        {"lower case", S_INIT("EN-gb"), S_INIT(">en<")},
        {"Chinese", S_INIT("zh"), S_INIT(">zh-cn<")},
        {"simplified", S_INIT("zh-Hans-SG"), S_INIT(">zh-cn<")},
        {"traditional", S_INIT("zh-Hant"), S_INIT(">zh-tw<")},
        {"Taiwan", S_INIT("zh-tw"), S_INIT(">zh-tw<")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Buf buf = buf_open(&arena, 100000);
        Sitemap map = sitemap_begin(&buf, SITEMAP_NEWS);
        SitemapNews news = {.loc = S("l"),
                            .agency = S("a"),
                            .language = cases[i].tag,
                            .at = NOON,
                            .headline = S("h")};

        check_row(cases[i].why);
        assert_true(sitemap_news(&map, &buf, &news));
        assert_true(str_find(taken(&buf), cases[i].written, 0) > 0);
    }
    arena_close(&arena);
}

/* Sent and cut after each entry: the arena does not grow with the file. */
static void a_full_file_takes_no_more_and_little_room(void **unused)
{
    static const SitemapPage page = {.loc = S_INIT(SITE "/en/facts/101-a"),
                                     .changed_at = NOON};
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Sitemap map = sitemap_begin(&buf, SITEMAP_PAGES);
    size_t sent = 0;

    (void)unused;
    while (sitemap_page(&map, &buf, &page)) {
        sent += buf.len;
        buf_cut(&buf, 0);
    }
    assert_int_equal(map.count, SITEMAP_PAGES_MAX);
    assert_int_equal(map.bytes, sent);
    assert_int_equal(buf.len, 0);
    assert_true(arena.used < 10000);
    arena_close(&arena);
}

static void a_file_does_not_grow_over_the_formats_bytes(void **unused)
{
    char url[4001];
    SitemapPage page = {.loc = {url, sizeof url - 1}, .changed_at = NOON};
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Sitemap map = sitemap_begin(&buf, SITEMAP_PAGES);

    (void)unused;
    memset(url, 'a', sizeof url);
    while (sitemap_page(&map, &buf, &page))
        buf_cut(&buf, 0);
    assert_int_equal(buf.len, 0);
    assert_true(map.count < SITEMAP_PAGES_MAX);
    assert_true(map.bytes <= SITEMAP_BYTES_MAX);
    assert_true(map.bytes + 5000 > SITEMAP_BYTES_MAX);
    arena_close(&arena);
}

static void a_news_file_ends_at_a_thousand(void **unused)
{
    static const SitemapNews news = {.loc = S_INIT("l"),
                                     .agency = S_INIT("a"),
                                     .language = S_INIT("en"),
                                     .at = NOON,
                                     .headline = S_INIT("h")};
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 1000000);
    Sitemap map = sitemap_begin(&buf, SITEMAP_NEWS);

    (void)unused;
    while (sitemap_news(&map, &buf, &news))
        ;
    assert_int_equal(map.count, SITEMAP_NEWS_MAX);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_written_with_their_times),
        cmocka_unit_test(an_index_names_other_sitemaps),
        cmocka_unit_test(news_are_written_as_google_wants_them),
        cmocka_unit_test(a_file_without_news_names_the_front),
        cmocka_unit_test(languages_are_those_google_knows),
        cmocka_unit_test(a_full_file_takes_no_more_and_little_room),
        cmocka_unit_test(a_file_does_not_grow_over_the_formats_bytes),
        cmocka_unit_test(a_news_file_ends_at_a_thousand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
