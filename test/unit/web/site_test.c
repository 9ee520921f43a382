/* test/unit/web/site_test.c -- every address of the public site, and what it
 * answers. */
#include "house.h"

#include "web/routes.h"

#define HTML "text/html; charset=utf-8"

typedef struct Case {
    const char *why;
    const char *lines;
    int status;
    const char *location; /* NULL: none */
    const char *type;     /* how Content-Type begins; NULL: of no concern */
} Case;

static const Case cases[] = {
    /* every route of the table */
    {"root", "GET /" V, 302, "/en/", NULL},
    {"root in Ukrainian", "GET /" V "\r\nAccept-Language: uk", 302, "/uk/",
     NULL},
    {"front", "GET /en/" V, 200, NULL, HTML},
    {"latest", "GET /en/latest/" V, 200, NULL, HTML},
    {"a day", "GET /en/2021/04/14/" V, 200, NULL, HTML},
    {"section", "GET /en/facts/" V, 200, NULL, HTML},
    {"tag", "GET /en/tag/sea/" V, 200, NULL, HTML},
    {"story", "GET /en/facts/1-harbour-bridge-opens" V, 200, NULL, HTML},
    {"feed", "GET /en/rss.xml" V, 200, NULL, "application/rss+xml"},
    {"feed", "GET /en/atom.xml" V, 200, NULL, "application/atom+xml"},
    {"feed", "GET /en/feed.json" V, 200, NULL, "application/feed+json"},
    {"section's feed", "GET /en/facts/rss.xml" V, 200, NULL,
     "application/rss+xml"},
    {"section's feed", "GET /en/facts/atom.xml" V, 200, NULL,
     "application/atom+xml"},
    {"section's feed", "GET /en/facts/feed.json" V, 200, NULL,
     "application/feed+json"},
    {"tag's feed", "GET /en/tag/sea/rss.xml" V, 200, NULL,
     "application/rss+xml"},
    {"tag's feed", "GET /en/tag/sea/atom.xml" V, 200, NULL,
     "application/atom+xml"},
    {"tag's feed", "GET /en/tag/sea/feed.json" V, 200, NULL,
     "application/feed+json"},
    {"live", "GET /live?lang=en" V, 200, NULL, "text/event-stream"},
    {"live of no language", "GET /live" V, 400, NULL, "text/plain"},
    {"a beacon of nothing", "POST /read" V, 400, NULL, "text/plain"},
    {"a beacon of another site",
     "POST /read" V "\r\nOrigin: https://evil.example", 403, NULL,
     "text/plain"},
    {"a beacon that is asked for", "GET /read" V, 405, NULL, "text/plain"},
    {"robots", "GET /robots.txt" V, 200, NULL, "text/plain"},
    {"ads", "GET /ads.txt" V, 200, NULL, "text/plain"},
    {"no ad", "GET /ad?slot=story-1&lang=en" V, 404, NULL, "text/plain"},
    {"no frame of one", "GET /ad/frame?t=x" V, 404, NULL, "text/plain"},
    {"no house ad", "GET /ad/house?slot=story-1&lang=en" V, 404, NULL,
     "text/plain"},
    {"no click", "GET /ad/click?t=x" V, 404, NULL, "text/plain"},
    {"nothing was seen", "POST /ad/seen" V, 404, NULL, "text/plain"},
    {"opensearch", "GET /opensearch.xml" V, 200, NULL, "application/open"},
    {"manifest", "GET /manifest.webmanifest" V, 200, NULL,
     "application/manifest+json"},
    {"sitemaps", "GET /sitemap.xml" V, 200, NULL, "application/xml"},
    {"sitemap", "GET /sitemap-1.xml" V, 200, NULL, "application/xml"},
    {"news sitemap", "GET /sitemap-news.xml" V, 200, NULL, "application/xml"},
    {"icon", "GET /favicon.ico" V, 200, NULL, "image/x-icon"},
    {"script", "GET /site.js?v=1" V, 200, NULL, "text/javascript"},
    {"script of flashes", "GET /push.js" V, 200, NULL, "text/javascript"},
    {"nobody is pushed to", "GET /push/key" V, 404, NULL, "text/plain"},
    {"nor may subscribe", "POST /push/subscribe" V, 404, NULL, "text/plain"},
    {"or unsubscribe", "POST /push/unsubscribe" V, 404, NULL, "text/plain"},
    {"icon", "GET /icon.svg" V, 200, NULL, "image/svg+xml"},
    {"icon", "GET /icon-maskable.svg" V, 200, NULL, "image/svg+xml"},
    {"icon", "GET /icon-192.png" V, 200, NULL, "image/png"},
    {"icon", "GET /icon-512.png" V, 200, NULL, "image/png"},
    {"icon", "GET /apple-touch-icon.png" V, 200, NULL, "image/png"},
    /* stories by another spelling */
    {"old slug", "GET /en/facts/1-old" V, 301,
     "/en/facts/1-harbour-bridge-opens", NULL},
    {"no slug", "GET /en/facts/1" V, 301, "/en/facts/1-harbour-bridge-opens",
     NULL},
    {"another section", "GET /en/sport/1-harbour-bridge-opens" V, 301,
     "/en/facts/1-harbour-bridge-opens", NULL},
    {"another language", "GET /uk/facts/1-x" V, 301,
     "/en/facts/1-harbour-bridge-opens", NULL},
    /* what is not there, and what nobody may know to be there */
    {"withdrawn", "GET /en/facts/2-harbour-bridge-opens" V, 410, NULL, HTML},
    {"killed", "GET /en/facts/3-harbour-bridge-opens" V, 410, NULL, HTML},
    {"killed, by number", "GET /en/facts/3" V, 410, NULL, HTML},
    {"draft", "GET /en/drafts/4-harbour-bridge-opens" V, 404, NULL, HTML},
    {"draft, by number", "GET /en/facts/4" V, 404, NULL, HTML},
    {"scheduled", "GET /en/facts/5-harbour-bridge-opens" V, 404, NULL, HTML},
    {"embargoed", "GET /en/facts/6-harbour-bridge-opens" V, 404, NULL, HTML},
    {"never was", "GET /en/facts/7-harbour-bridge-opens" V, 404, NULL, HTML},
    {"a draft's section", "GET /en/drafts/" V, 404, NULL, HTML},
    {"a section of no story", "GET /en/sport/" V, 404, NULL, HTML},
    {"its feed", "GET /en/sport/rss.xml" V, 404, NULL, HTML},
    {"a section in the other language", "GET /uk/facts/" V, 404, NULL, HTML},
    {"a language that is none", "GET /de/" V, 404, NULL, HTML},
    {"a sitemap that is none", "GET /sitemap-2.xml" V, 404, NULL, HTML},
    {"a picture that nobody shows",
     "GET /media/AAAAAAAAAAAAAAAAAAAAAAAA-640.jpg" V, 404, NULL, HTML},
    {"no picture's name", "GET /media/a.jpg" V, 404, NULL, HTML},
    {"sitemap 0", "GET /sitemap-0.xml" V, 404, NULL, HTML},
    {"sitemap -1", "GET /sitemap--1.xml" V, 404, NULL, HTML},
    {"sitemap 01", "GET /sitemap-01.xml" V, 404, NULL, HTML},
    {"a huge sitemap", "GET /sitemap-9223372036854775807.xml" V, 404, NULL,
     HTML},
    {"a huge story", "GET /en/facts/9223372036854775807-x" V, 404, NULL, HTML},
    {"a story of zeros", "GET /en/facts/01-x" V, 404, NULL, HTML},
    {"a negative story", "GET /en/facts/-1-x" V, 404, NULL, HTML},
    {"no such day", "GET /en/2021/02/30/" V, 404, NULL, HTML},
    {"day 0", "GET /en/0000/00/00/" V, 404, NULL, HTML},
    {"the operator's", "GET /healthz" V, 404, NULL, HTML},
    {"the operator's", "GET /control/act" V, 404, NULL, HTML},
    {"an icon that is none", "GET /icon-13.png" V, 404, NULL, HTML},
    /* spellings of paths */
    {"escaped letters", "GET /%65n/" V, 301, "/en/", NULL},
    {"an escaped section", "GET /en/%66acts/" V, 301, "/en/facts/", NULL},
    {"without its slash", "GET /en" V, 301, "/en/", NULL},
    {"without its slash", "GET /en/facts" V, 301, "/en/facts/", NULL},
    {"with its query", "GET /en/latest?before=1618405200000000-9&a=%20" V, 301,
     "/en/latest/?before=1618405200000000-9&a=%20", NULL},
    {"an empty query", "GET /%65n/?" V, 301, "/en/", NULL},
    {"a story with a slash", "GET /en/facts/1-harbour-bridge-opens/" V, 404,
     NULL, HTML},
    {"two slashes", "GET //en/" V, 404, NULL, HTML},
    {"two slashes", "GET /en//facts/" V, 404, NULL, HTML},
    {"another host", "GET //evil.example/en/" V, 404, NULL, HTML},
    {"another host, escaped", "GET /%2Fevil.example/" V, 400, NULL, HTML},
    {"another host by a backslash", "GET /%5Cevil.example/" V, 404, NULL, HTML},
    {"a line end", "GET /en%0D%0ASet-Cookie:a=b/" V, 400, NULL, HTML},
    {"a NUL", "GET /en/%00" V, 400, NULL, HTML},
    {"no digits", "GET /en/%zz" V, 400, NULL, HTML},
    {"bytes that are no text", "GET /en/%ff/" V, 400, NULL, HTML},
    {"upwards", "GET /en/../en/" V, 404, NULL, HTML},
    {"upwards", "GET /en/../" V, 404, NULL, HTML},
    {"upwards, escaped", "GET /en/%2e%2e/" V, 404, NULL, HTML},
    {"here, escaped", "GET /en/%2e/" V, 404, NULL, HTML},
    {"upwards among tags", "GET /en/tag/%2e%2e/" V, 404, NULL, HTML},
    {"a parameter", "GET /en/facts;x/" V, 404, NULL, HTML},
    {"capitals", "GET /EN/" V, 404, NULL, HTML},
    {"capitals", "GET /en/FACTS/" V, 404, NULL, HTML},
    {"an extension", "GET /en/facts.json" V, 404, NULL, HTML},
    {"a dot at the end", "GET /en/facts./" V, 404, NULL, HTML},
    /* pages of lists */
    {"older", "GET /en/latest/?before=1618405200000000-9" V, 200, NULL, HTML},
    {"newer than all leads to the head",
     "GET /en/latest/?after=1618405200000000-9" V, 302, "/en/latest/", NULL},
    {"no cursor", "GET /en/latest/?before=x" V, 400, NULL, HTML},
    {"no cursor", "GET /en/latest/?before=" V, 400, NULL, HTML},
    {"a huge one",
     "GET /en/latest/?before=99999999999999999999-99999999999999999999" V, 400,
     NULL, HTML},
    {"the last there is",
     "GET /en/latest/?before=9223372036854775807-9223372036854775807" V, 400,
     NULL, HTML},
    {"a negative number", "GET /en/latest/?before=1-(-1)" V, 400, NULL, HTML},
    {"other names mean nothing", "GET /en/?a=<b>&before=x" V, 200, NULL, HTML},
    {"a later page of a day", "GET /en/2021/04/14/?before=1618394400000000-9" V,
     200, NULL, HTML},
    {"a place outside of the day",
     "GET /en/2021/04/14/?before=1718394400000000-9" V, 302, "/en/2021/04/14/",
     NULL},
    {"a place before the day",
     "GET /en/2021/04/14/?before=1518394400000000-9" V, 302, "/en/2021/04/14/",
     NULL},
    {"a day has no page after a place",
     "GET /en/2021/04/14/?after=1518394400000000-9" V, 302, "/en/2021/04/14/",
     NULL},
    /* methods */
    {"HEAD", "HEAD /en/" V, 200, NULL, HTML},
    {"HEAD of a story", "HEAD /en/facts/1-harbour-bridge-opens" V, 200, NULL,
     HTML},
    {"HEAD of a stream", "HEAD /sitemap.xml" V, 200, NULL, "application/xml"},
    {"HEAD of nothing", "HEAD /en/none/" V, 404, NULL, HTML},
    {"HEAD of what is gone", "HEAD /en/facts/3-x" V, 410, NULL, HTML},
    {"HEAD of a move", "HEAD /en/facts" V, 301, "/en/facts/", NULL},
    {"POST", "POST /en/" V, 405, NULL, HTML},
    {"PUT", "PUT /en/facts/1-harbour-bridge-opens" V, 405, NULL, HTML},
    {"DELETE", "DELETE /en/facts/1-harbour-bridge-opens" V, 405, NULL, HTML},
    {"PATCH", "PATCH /en/" V, 405, NULL, HTML},
    {"TRACE", "TRACE /en/" V, 405, NULL, HTML},
    {"small letters", "get /en/" V, 405, NULL, HTML},
    {"OPTIONS", "OPTIONS /en/" V, 204, NULL, NULL},
    {"a method by header", "GET /en/" V "\r\nX-HTTP-Method-Override: DELETE",
     200, NULL, HTML},
    {"a path by header", "GET /en/" V "\r\nX-Original-URL: /healthz", 200, NULL,
     HTML},
};

static void addresses_answer_as_listed(void **state)
{
    House *house = *state;

    fill(house);
    for (int round = 0; round < 2; round++) /* made, then kept */
        for (size_t i = 0; i < COUNT(cases); i++) {
            const Case *c = &cases[i];
            Got got = ask(house, c->lines);

            check_row(str_z(&house->arena, str_format(&house->arena, "%s: %s",
                                                      c->why, c->lines)));
            assert_int_equal(got.status, c->status);
            assert_str(header(&got, "Location"), str_from(c->location));
            if (c->type)
                assert_true(str_starts(header(&got, "Content-Type"),
                                       str_from(c->type)));
            check_head(&got);
        }
}

/* A route that no row above asks for is one that nobody tested; but a search is
 * answered by threads of its own, which test/site/search.test.mjs asks, and
 * what is posted with a body, or is of pushes or live coverage, the tests of
 * those there ask, pictures and cards those of media_test.c, and ads those of
 * test/site/ads.test.mjs. */
static void every_route_has_its_row(void **unused)
{
    (void)unused;
    for (size_t r = 0; r < route_count; r++) {
        bool asked = false;

        for (size_t i = 0; i < COUNT(cases) && !asked; i++) {
            Str rest = str_from(cases[i].lines);
            RouteMatch match;
            Str path;

            (void)str_cut(&rest, ' ');
            path = str_cut(&rest, ' ');
            path = str_cut(&path, '?');
            asked = cases[i].status < 400 &&
                    route_match(path, HOST_SITE, &match) &&
                    match.route == &routes[r];
        }
        if (!asked && routes[r].host == HOST_SITE &&
            routes[r].target != ROUTE_SEARCH &&
            routes[r].target != ROUTE_PUSH_KEY &&
            routes[r].surface != SURFACE_AD &&
            routes[r].target != ROUTE_MEDIA && routes[r].target != ROUTE_CARD &&
            str_find(routes[r].pattern, S("{story}/"), 0) < 0 &&
            routes[r].methods & METHOD_GET)
            fail_msg("nobody asks for %.*s", STR_ARG(routes[r].pattern));
    }
}

/* What stands in the cache is another page's concern: each of these answers
 * alike to the first who asks and beside a page that is kept. */
static void a_query_means_the_same_made_or_kept(void **state)
{
    static const struct {
        const char *why, *query;
        int status;
    } rows[] = {
        {"a cursor behind another name", "a=1&before=1618405200000000-9", 200},
        {"a bad cursor behind another name", "a=1&before=x", 400},
        {"a place above the list, behind a name",
         "a=1&after=1618405200000000-9", 302},
        {"escaped", "%62efore=x", 400},
        {"another spelling of a number", "before=01618405200000000-9", 200},
        {"the zero cursor is none", "before=0-0", 200},
        {"an unknown name", "a=1", 200},
        {"a name that begins so", "beforehand=x", 200},
    };
    House *house = *state;
    Str longer = str_format(&house->arena, "%0600d", 0);

    fill(house);
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int more = 0; more < 2; more++) {
            const char *line =
                str_z(&house->arena,
                      str_format(&house->arena, "GET /en/latest/?%s%s%.*s" V,
                                 rows[i].query, more ? "&x=" : "",
                                 more ? (int)longer.len : 0, longer.ptr));
            Got first;
            Got later;

            check_row(rows[i].why);
            open_press(house);
            first = ask(house, line);
            ask(house, "GET /en/latest/" V);
            later = ask(house, line);
            assert_int_equal(first.status, rows[i].status);
            assert_int_equal(later.status, rows[i].status);
            assert_str(later.body, first.body);
        }
}

static Str body_at(House *house, const char *lines, Time now)
{
    HttpReply reply = {.status = 200};
    HttpRequest request;
    Str body;

    read_request(house, lines, &request);
    request.now = now;
    site_handle(&house->thread, &request, &house->arena, &reply);
    body = body_of(house, &reply, false);
    if (reply.release) reply.release(reply.hold);
    return body;
}

/* What another process wrote is looked for every few milliseconds only; whoever
 * has heard of it is shown it at once, from the same page. */
static void what_was_heard_of_is_shown(void **state)
{
    House *house = *state;
    Time now = time_monotonic();
    Item item = story_item("urn:7");
    int64_t known;
    uint64_t pages;
    const char *line;

    fill(house);
    body_at(house, "GET /en/" V, now);
    pages = press_counters(house->thread.press).pages;
    known = house->committed;
    item.headline = S("Told elsewhere");
    put_at(house, &item, PUT_PUBLISH, NOW);
    line =
        str_z(&house->arena, str_format(&house->arena, "GET /en/?seen=%lld" V,
                                        (long long)house->committed));
    house->committed = known;
    assert_false(says(body_at(house, "GET /en/" V, now), "Told elsewhere"));
    assert_true(says(body_at(house, line, now), "Told elsewhere"));
    assert_int_equal(press_counters(house->thread.press).pages, pages);
    assert_int_equal(ask(house, "GET /en/?seen=x" V).status, 200);
    assert_int_equal(ask(house, "GET /en/?seen=-99999999999999999999" V).status,
                     200);
}

static void an_answer_names_the_methods_of_its_address(void **state)
{
    static const struct {
        const char *lines;
        int status;
        const char *allow;
    } rows[] = {
        {"OPTIONS /en/" V, 204, "GET, HEAD, OPTIONS"},
        {"OPTIONS *" V, 204, "GET, HEAD, OPTIONS"},
        {"OPTIONS /read" V, 204, "POST, OPTIONS"},
        {"OPTIONS /push/key" V, 204, "GET, HEAD, OPTIONS"},
        {"PUT /en/" V, 405, "GET, HEAD, OPTIONS"},
        {"POST /en/" V, 405, "GET, HEAD, OPTIONS"},
        {"PUT /read" V, 405, "POST, OPTIONS"},
        {"GET /read" V, 405, "POST, OPTIONS"},
        {"GET /push/subscribe" V, 405, "POST, OPTIONS"},
        {"DELETE /push/unsubscribe" V, 405, "POST, OPTIONS"},
    };
    House *house = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        Got got = ask(house, rows[i].lines);

        check_row(rows[i].lines);
        assert_int_equal(got.status, rows[i].status);
        assert_str(header(&got, "Allow"), str_from(rows[i].allow));
        check_head(&got);
    }
}

static void what_is_secret_answers_as_what_never_was(void **state)
{
    static const char *const paths[] = {
        "/en/facts/%s-harbour-bridge-opens",
        "/en/facts/%s",
        "/en/drafts/%s-x",
        "/uk/facts/%s-x",
    };
    House *house = *state;

    fill(house);
    for (size_t p = 0; p < COUNT(paths); p++) {
        char path[100], none[100];
        Got nothing;

        snprintf(none, sizeof none, paths[p], "999");
        nothing = ask_with(house, none, "Accept", S("*/*"));
        for (int number = 4; number <= 6; number++) {
            char text[4];
            Got got;

            snprintf(text, sizeof text, "%d", number);
            snprintf(path, sizeof path, paths[p], text);
            got = ask_with(house, path, "Accept", S("*/*"));
            check_row(path);
            assert_int_equal(got.status, nothing.status);
            assert_str(got.head, nothing.head);
            assert_str(got.body, nothing.body);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        site_test(addresses_answer_as_listed),
        cmocka_unit_test(every_route_has_its_row),
        site_test(a_query_means_the_same_made_or_kept),
        site_test(what_was_heard_of_is_shown),
        site_test(an_answer_names_the_methods_of_its_address),
        site_test(what_is_secret_answers_as_what_never_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
