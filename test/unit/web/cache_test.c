/* test/unit/web/cache_test.c -- what shared caches keep: the keys they are
 * told, and nothing that a reader sent. */
#include "house.h"

#include "desk/coverage.h"

static void keys_for_caches_say_what_a_page_was_made_from(void **state)
{
    House *house = *state;
    Str all;
    Got got;

    fill(house);
    got = ask(house, "GET /en/" V);
    all = header(&got, "Surrogate-Key");
    assert_true(str_starts(all, S("d ")));
    got = ask(house, "GET /en/facts/1-harbour-bridge-opens" V);
    assert_true(says(header(&got, "Surrogate-Key"), " s1 "));
    got = ask(house, "GET /sitemap-1.xml" V);
    assert_str(header(&got, "Surrogate-Key"), S("d sitemap"));
}

static void put_entry(House *house, StoryId story)
{
    EntryRequest request = {
        .act = ENTRY_PUT, .story = story, .body = {S("<p>zqentry</p>")}};
    EntryOutcome out;

    assert_int_equal(store_begin(house->store), ERR_OK);
    assert_int_equal(
        store_end(house->store, desk_entry(house->store, &house->arena, &chief,
                                           &request, NOW, &out, NULL)),
        ERR_OK);
    house->committed = out.change;
}

/* The fronts and lists that show the story show no entries. */
static void an_entry_drops_only_what_shows_entries(void **state)
{
    static const char *const paths[] = {"/en/", "/en/facts/", "/en/rss.xml",
                                        "/en/facts/2-harbour-bridge-opens",
                                        "/en/facts/1-harbour-bridge-opens"};
    House *house = *state;
    StoryId story = publish(house, "urn:1");
    uint64_t dropped;
    Got got;

    publish(house, "urn:2");
    for (size_t i = 0; i < COUNT(paths); i++)
        ask(house, str_z(&house->arena,
                         str_format(&house->arena, "GET %s" V, paths[i])));
    dropped = press_counters(house->thread.press).dropped;
    put_entry(house, story);
    got = ask(house, "GET /en/facts/1-harbour-bridge-opens" V);
    assert_true(says(got.body, "zqentry"));
    assert_true(says(header(&got, "Surrogate-Key"), " e1 "));
    got = ask(house, "GET /en/facts/1-harbour-bridge-opens/rss.xml" V);
    assert_true(says(got.body, "zqentry"));
    assert_true(says(header(&got, "Surrogate-Key"), " e1"));
    got = ask(house, "GET /en/" V);
    assert_false(says(header(&got, "Surrogate-Key"), " e1"));
    /* the story's head, which tells search engines, and the entries */
    assert_int_equal(press_counters(house->thread.press).dropped - dropped, 2);
    put_entry(house, story);
    got = ask(house, "GET /en/facts/1-harbour-bridge-opens/rss.xml" V);
    assert_true(says(got.body, "#entry-2"));
}

static void headers_do_not_change_what_caches_keep(void **state)
{
    static const char *const lines[] = {
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: http",
        "X-Forwarded-For: 10.0.0.1",
        "Forwarded: host=evil.example",
        "X-Original-URL: /en/none/",
        "X-Rewrite-URL: /en/none/",
        "X-Host: evil.example",
        "X-Forwarded-Prefix: /evil",
        "Cookie: session=1",
        "Authorization: Basic YTpi",
        "Range: bytes=0-10",
        "If-Range: \"x\"",
        "Accept: application/json",
        "Accept-Charset: utf-16",
        "Accept-Language: uk",
        "Origin: https://evil.example",
        "Referer: https://evil.example/",
        "User-Agent: evil",
        "X-HTTP-Method-Override: POST",
        "Pragma: no-cache",
        "Cache-Control: no-cache",
        "Upgrade-Insecure-Requests: 1",
        "Sec-Fetch-Site: cross-site",
        "Save-Data: on",
    };
    static const char *const paths[] = {"/en/", "/en/facts/1-x", "/en/none/",
                                        "/en/rss.xml", "/sitemap.xml"};
    House *house = *state;

    fill(house);
    for (size_t p = 0; p < COUNT(paths); p++) {
        Got plain = ask_with(house, paths[p], "X-Nothing", S("1"));

        for (size_t i = 0; i < COUNT(lines); i++) {
            Got got = ask_lines(house, paths[p], lines[i]);

            check_row(lines[i]);
            assert_int_equal(got.status, plain.status);
            assert_str(got.head, plain.head);
            assert_str(got.body, plain.body);
        }
    }
}

static void a_query_shows_nowhere(void **state)
{
    static const char *const queries[] = {
        "?evil",
        "?before=evil",
        "?a=evil%3Cscript%3E",
        "?utm_source=evil",
        "?after=evil&before=1-1",
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(queries); i++) {
        Got got = ask(
            house, str_z(&house->arena,
                         str_format(&house->arena, "GET /en/latest/%s HTTP/1.1",
                                    queries[i])));

        check_row(queries[i]);
        assert_false(says(got.body, "evil"));
        assert_false(says(got.head, "evil"));
    }
}

/* Enough to be kept in one run, whatever is asked of it next. */
#define OFTEN 20

static void what_is_asked_often_stays_as_it_is(void **state)
{
    static const char *const lines[] = {
        "GET /en/" V,
        "GET /en/facts/1-harbour-bridge-opens" V,
        "GET /en/rss.xml" V,
        "GET /en/none/" V,
        "HEAD /en/" V,
        "POST /en/" V,
        "GET /en/" V "\r\nAccept-Encoding: gzip",
        "GET /en/" V "\r\nAccept-Encoding: zstd",
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(lines); i++) {
        Got first = ask(house, lines[i]);

        check_row(lines[i]);
        for (int n = 0; n < OFTEN; n++) {
            Got got = ask(house, lines[i]);

            assert_int_equal(got.status, first.status);
            assert_str(got.head, first.head);
            assert_str(got.body, first.body);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        site_test(keys_for_caches_say_what_a_page_was_made_from),
        site_test(an_entry_drops_only_what_shows_entries),
        site_test(headers_do_not_change_what_caches_keep),
        site_test(a_query_shows_nowhere),
        site_test(what_is_asked_often_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
