/* test/unit/format/site_files_test.c -- the small files of a site: OpenSearch
 * description, manifest, robots.txt, ads.txt. */
#include "golden.h"

#include "format/manifest.h"
#include "format/opensearch.h"
#include "format/robots.h"
#include "samples.h"

static Str taken(Buf *buf)
{
    Str out;

    assert_int_equal(buf_end(buf, &out), ERR_OK);
    return out;
}

static void a_browser_learns_to_search(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    OpenSearch search = {
        .name = S("Lighthouse News & Co: the news agency of those at sea, and "
                  "of those who wait for them"),
        .description = S("Search <the news>"),
        .language = S("en"),
        .search = S(SITE "/en/search?a=1&q="),
        .self = S(SITE "/opensearch.xml"),
        .icon = S(SITE "/favicon.png"),
    };

    (void)unused;
    opensearch_write(&buf, &search);
    check_golden(&arena, "opensearch/full.out", taken(&buf));
    search = (OpenSearch){.name = S("Маяк"),
                          .description = S("Пошук"),
                          .language = S("uk"),
                          .search = S(SITE "/uk/search?q=")};
    buf_cut(&buf, 0);
    opensearch_write(&buf, &search);
    check_golden(&arena, "opensearch/small.out", taken(&buf));
    arena_close(&arena);
}

static void a_reader_keeps_the_site_at_hand(void **unused)
{
    static const ManifestIcon icons[] = {
        {S_INIT("/icon.svg"), S_INIT("any"), S_INIT("image/svg+xml"), false},
        {S_INIT("/icon-512.png"), S_INIT("512x512"), S_INIT("image/png"), true},
    };
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Manifest manifest = {
        .name = S("وكالة \"المنارة\""),
        .short_name = S("المنارة"),
        .description = S(HOSTILE),
        .language = S("ar"),
        .rtl = true,
        .start = S("/ar/"),
        .background_color = S("#ffffff"),
        .theme_color = S("#10243e"),
        .icons = icons,
        .icon_count = COUNT(icons),
    };

    (void)unused;
    manifest_write(&buf, &manifest);
    check_golden(&arena, "manifest/full.out", taken(&buf));
    arena_close(&arena);
}

static void robots_are_told_where_to_go(void **unused)
{
    static Str disallow[] = {S_INIT("/desk/"), S_INIT("/*/search")};
    static Str sitemaps[] = {S_INIT(SITE "/sitemap.xml"),
                             S_INIT(SITE "/sitemap-news.xml"),
                             S_INIT(SITE "/x\r\nDisallow: / # all")};
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    Robots robots = {.disallow = {disallow, COUNT(disallow)},
                     .sitemaps = {sitemaps, COUNT(sitemaps)}};

    (void)unused;
    robots_write(&buf, &robots);
    check_golden(&arena, "robots/full.out", taken(&buf));
    buf_cut(&buf, 0);
    robots_write(&buf, &(Robots){{0}, {0}});
    assert_str(taken(&buf), S("User-agent: *\nAllow: /\n"));
    arena_close(&arena);
}

static void sellers_of_advertising_are_named(void **unused)
{
    static const AdSeller sellers[] = {
        {S_INIT("ads.example"), S_INIT("pub-1"), false, S_INIT("f08c47fec")},
        {S_INIT("swap.example"), S_INIT("77,DIRECT\nevil.example, 1, DIRECT"),
         true, S_INIT("")},
    };
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 100000);
    AdsTxt ads = {.owner = S("news.example"),
                  .contact = S("ads@news.example"),
                  .sellers = sellers,
                  .count = COUNT(sellers)};

    (void)unused;
    ads_write(&buf, &ads);
    check_golden(&arena, "robots/ads.out", taken(&buf));
    buf_cut(&buf, 0);
    ads_write(&buf, &(AdsTxt){0});
    assert_str(taken(&buf), S("placeholder.example.com, placeholder, DIRECT, "
                              "placeholder\n"));
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_browser_learns_to_search),
        cmocka_unit_test(a_reader_keeps_the_site_at_hand),
        cmocka_unit_test(robots_are_told_where_to_go),
        cmocka_unit_test(sellers_of_advertising_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
