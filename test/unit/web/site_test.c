/* test/unit/web/site_test.c -- the public site without sockets: a request as
 * bytes in, status, head and body out. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "desk/acts.h"
#include "web/control.h"
#include "web/routes.h"
#include "web/site.h"

#define NOW ((Time)1618405200 * TIME_SECOND) /* 2021-04-14 13:00 UTC */

typedef struct House {
    char dir[64], path[96];
    Site site;
    Theme *theme;
    SiteShared shared;
    SiteThread thread;
    Store *store;
    int64_t committed;
    StoryId restore; /* by the third look at the log; number 0: none */
    int looks;
    Time begun_at; /* of the press */
    Arena arena;   /* of the test */
} House;

static const Actor chief = {ROLE_OPERATOR, S_INIT("test")};

static void act_restore(House *house);

static int64_t read_committed(void *ctx)
{
    House *house = ctx;

    if (house->restore.number && ++house->looks == 3) act_restore(house);
    return house->committed;
}

/* A press that has nothing made yet. */
static void open_press(House *house)
{
    PressConfig config = {
        .site = &house->site,
        .theme = house->theme,
        .where = house->path,
        .cache_bytes = 16 << 20,
        .head = house->shared.head,
        .shared_s = 7,
        .begun_at = house->begun_at,
        .committed = read_committed,
        .ctx = house,
    };
    Fault fault = fault_none();

    press_close(house->thread.press);
    house->thread.press = NULL;
    if (press_open(&config, &house->thread.press, &fault))
        fail_msg("%s", fault.text);
}

static int open_house(void **state)
{
    House *house = calloc(1, sizeof *house);
    Fault fault = fault_none();

    *house = (House){
        .dir = "/tmp/dateline-web-XXXXXX",
        .arena = arena_open(),
        .site = {.languages = {{S("en"), S("Agency")}, {S("uk"), S("Агенція")}},
                 .language_count = 2,
                 .zone = S("Europe/Kyiv"),
                 .url = S("https://news.example"),
                 .authority = S("news.example,2026")},
    };
    assert_non_null(mkdtemp(house->dir));
    snprintf(house->path, sizeof house->path, "%s/test.db", house->dir);
    if (store_create(house->path, &fault) ||
        store_open(house->path, STORE_WRITE, &house->store, &fault) ||
        theme_open(&house->site, NULL, &house->theme, &fault) ||
        site_prepare(&house->arena, &house->site, house->theme, 7,
                     &house->shared, &fault))
        fail_msg("%s %s", fault.where, fault.text);
    house->thread.shared = &house->shared;
    open_press(house);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    House *house = *state;
    char command[128];
    int code;

    press_close(house->thread.press);
    store_close(house->store);
    theme_close(house->theme);
    arena_close(&house->arena);
    snprintf(command, sizeof command, "rm -rf %s", house->dir);
    code = system(command);
    free(house);
    return code;
}

/* ---- filling it ---- */

static Item story_item(const char *uri)
{
    Item item = item_none();

    item.uri = str_from(uri);
    item.language = S("en");
    item.headline = S("Harbour bridge opens");
    item.body = (Html){S("<p>One two three</p>")};
    item.section = S("facts");
    item.section_name = S("Facts");
    item.at = NOW - TIME_HOUR;
    item.timed = true;
    return item;
}

static StoryId put_at(House *house, const Item *item, PutMode mode, Time now)
{
    PutContext context = {S("en"), S("news"), now};
    Fault fault = fault_none();
    Outcome out;
    Err err = store_begin(house->store);

    if (!err)
        err = desk_put(house->store, &house->arena, &chief, item, mode,
                       &context, &out, &fault);
    if (store_end(house->store, err)) fail_msg("%s", fault.text);
    assert_int_equal(changes_last(house->store, &house->committed), ERR_OK);
    return out.story;
}

static StoryId publish(House *house, const char *uri)
{
    Item item = story_item(uri);

    return put_at(house, &item, PUT_PUBLISH, NOW);
}

static void act(House *house, Act what, StoryId story)
{
    ActRequest request = {what, story, S("It was wrong."), TIME_NONE,
                          TIME_NONE};
    Outcome out;

    assert_int_equal(store_begin(house->store), ERR_OK);
    assert_int_equal(desk_act(house->store, &house->arena, &chief, &request,
                              NOW, &out, NULL),
                     ERR_OK);
    assert_int_equal(store_end(house->store, ERR_OK), ERR_OK);
    assert_int_equal(changes_last(house->store, &house->committed), ERR_OK);
}

static void act_restore(House *house)
{
    act(house, ACT_RESTORE, house->restore);
}

/* 1 public, 2 withdrawn, 3 killed, 4 draft, 5 scheduled, 6 embargoed */
static void fill(House *house)
{
    Item item = story_item("urn:1");

    item_tag(&item, &house->arena, S("sea"), S("Sea"));
    put_at(house, &item, PUT_PUBLISH, NOW);
    act(house, ACT_WITHDRAW, publish(house, "urn:2"));
    act(house, ACT_KILL, publish(house, "urn:3"));
    item = story_item("urn:4");
    item.section = S("drafts");
    put_at(house, &item, PUT_DRAFT, NOW);
    item = story_item("urn:5");
    item.at = NOW + TIME_DAY;
    put_at(house, &item, PUT_PUBLISH, NOW);
    item = story_item("urn:6");
    item.embargo = NOW + TIME_DAY;
    put_at(house, &item, PUT_PUBLISH, NOW);
}

/* ---- asking ---- */

typedef struct Got {
    int status;
    Str head, body;
} Got;

/* A stream is read to its end. */
static Str body_of(House *house, HttpReply *reply, bool head_only)
{
    Buf buf = buf_open(&house->arena, 64 << 20);
    Arena piece = arena_open();
    bool last = false;

    for (size_t i = 0; i < reply->part_count; i++)
        buf_puts(&buf,
                 (Str){reply->parts[i].iov_base, reply->parts[i].iov_len});
    while (reply->next && !last && !head_only) {
        Str chunk = {0};

        arena_reset(&piece);
        assert_int_equal(reply->next(reply->hold, &piece, &chunk, &last),
                         ERR_OK);
        buf_puts(&buf, chunk);
    }
    arena_close(&piece);
    return buf_str(&buf);
}

/* lines: "GET /en/ HTTP/1.1", and headers, each begun by CR LF. */
static void read_request(House *house, const char *lines, HttpRequest *out)
{
    HttpRefusal refusal;
    size_t used;
    Str bytes =
        str_format(&house->arena, "%s\r\nHost: news.example\r\n\r\n", lines);

    if (http_parse(bytes, out, &used, &refusal))
        fail_msg("%s: %s", lines, refusal.text);
}

static Got ask(House *house, const char *lines)
{
    HttpRequest *request = calloc(1, sizeof *request);
    HttpReply *reply = calloc(1, sizeof *reply);
    Arena arena = arena_open();
    Got got;

    read_request(house, lines, request);
    reply->status = 200;
    site_handle(&house->thread, request, &arena, reply);
    got.status = reply->status;
    got.head = str_copy(&house->arena, reply->head);
    got.body = body_of(house, reply, request->method == HTTP_HEAD);
    if (reply->release) reply->release(reply->hold);
    arena_close(&arena);
    free(request);
    free(reply);
    return got;
}

/* The value of the only header of that name; absent: {NULL, 0}. */
static Str header(const Got *got, const char *name)
{
    Str rest = got->head;
    Str found = {0};

    while (rest.len) {
        Str line = str_cut(&rest, '\n');
        Str key = str_cut(&line, ':');

        if (!str_eq(key, str_from(name))) continue;
        if (found.ptr) fail_msg("%s stands twice", name);
        found = str_trim(line);
    }
    return found;
}

static bool says(Str text, const char *what)
{
    return str_find(text, str_from(what), 0) >= 0;
}

/* ---- what every answer must have ---- */

static void check_head(const Got *got)
{
    static const char *const needed[] = {
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
        "Strict-Transport-Security",
        "Cache-Control",
    };
    Str rest = got->head;

    for (size_t i = 0; i < COUNT(needed); i++)
        if (!header(got, needed[i]).len) fail_msg("no %s", needed[i]);
    assert_true(
        says(header(got, "Content-Security-Policy"), "default-src 'none'; "));
    assert_false(says(header(got, "Content-Security-Policy"), "unsafe"));
    while (rest.len) { /* lines, each ended by CR LF, with a name */
        ptrdiff_t end = str_find(rest, S("\r\n"), 0);

        assert_true(end > 0);
        assert_true(str_find_char(str_slice(rest, 0, (size_t)end), ':', 0) > 0);
        assert_int_equal(
            str_find_char(str_slice(rest, 0, (size_t)end), '\n', 0), -1);
        rest = str_skip(rest, (size_t)end + 2);
    }
    if (got->status != 304 && got->status != 204 &&
        !header(got, "Location").len)
        assert_true(header(got, "Content-Type").len > 0);
}

typedef struct Case {
    const char *why;
    const char *lines;
    int status;
    const char *location; /* NULL: none */
    const char *type;     /* how Content-Type begins; NULL: of no concern */
} Case;

#define HTML "text/html; charset=utf-8"
#define V    " HTTP/1.1"

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
    {"robots", "GET /robots.txt" V, 200, NULL, "text/plain"},
    {"ads", "GET /ads.txt" V, 200, NULL, "text/plain"},
    {"opensearch", "GET /opensearch.xml" V, 200, NULL, "application/open"},
    {"manifest", "GET /manifest.webmanifest" V, 200, NULL,
     "application/manifest+json"},
    {"sitemaps", "GET /sitemap.xml" V, 200, NULL, "application/xml"},
    {"sitemap", "GET /sitemap-1.xml" V, 200, NULL, "application/xml"},
    {"news sitemap", "GET /sitemap-news.xml" V, 200, NULL, "application/xml"},
    {"icon", "GET /favicon.ico" V, 200, NULL, "image/x-icon"},
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

/* A route that no row above asks for is one that nobody tested. */
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
        if (!asked && routes[r].host == HOST_SITE)
            fail_msg("nobody asks for %.*s", STR_ARG(routes[r].pattern));
    }
}

/* ---- not changed ---- */

static Got ask_with(House *house, const char *path, const char *header_line,
                    Str value)
{
    return ask(house, str_z(&house->arena,
                            str_format(&house->arena,
                                       "GET %s HTTP/1.1\r\n%s: "
                                       "%.*s",
                                       path, header_line, STR_ARG(value))));
}

static void what_has_not_changed_is_not_sent_again(void **state)
{
    static const char *const paths[] = {
        "/en/",        "/en/latest/", "/en/facts/1-harbour-bridge-opens",
        "/en/rss.xml", "/robots.txt", "/icon.svg",
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(paths); i++) {
        Got full = ask_with(house, paths[i], "Accept", S("*/*"));
        Str tag = header(&full, "ETag");
        Got same = ask_with(house, paths[i], "If-None-Match", tag);
        Got weak =
            ask_with(house, paths[i], "If-None-Match",
                     str_format(&house->arena, "\"x\", W/%.*s", STR_ARG(tag)));
        Got any = ask_with(house, paths[i], "If-None-Match", S("*"));
        Got other = ask_with(house, paths[i], "If-None-Match", S("\"x\""));

        check_row(paths[i]);
        assert_true(tag.len > 2);
        assert_int_equal(same.status, 304);
        assert_int_equal(weak.status, 304);
        assert_int_equal(any.status, 304);
        assert_int_equal(other.status, 200);
        assert_int_equal(same.body.len, 0);
        check_head(&same);
        /* RFC 9110, 15.4.5 */
        assert_str(header(&same, "ETag"), tag);
        assert_str(header(&same, "Cache-Control"),
                   header(&full, "Cache-Control"));
        assert_str(header(&same, "Vary"), header(&full, "Vary"));
    }
}

static void what_is_another_is_not_sent(void **state)
{
    static const char *const paths[] = {"/en/", "/robots.txt", "/icon.svg"};
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(paths); i++) {
        Got full = ask_with(house, paths[i], "Accept", S("*/*"));
        Str tag = header(&full, "ETag");
        Str weak = str_format(&house->arena, "W/%.*s", STR_ARG(tag));
        Str several =
            str_format(&house->arena, "\"x\"\r\nIf-Match: %.*s", STR_ARG(tag));
        Got other = ask_with(house, paths[i], "If-Match", S("\"x\""));

        check_row(paths[i]);
        assert_int_equal(other.status, 412);
        assert_str(header(&other, "Cache-Control"), S("no-store"));
        check_head(&other);
        assert_int_equal(ask_with(house, paths[i], "If-Match", weak).status,
                         412);
        assert_int_equal(ask_with(house, paths[i], "If-Match", tag).status,
                         200);
        assert_int_equal(ask_with(house, paths[i], "If-Match", several).status,
                         200);
        assert_int_equal(ask_with(house, paths[i], "If-Match", S("*")).status,
                         200);
    }
    assert_int_equal(
        ask_with(house, "/en/none/", "If-Match", S("\"x\"")).status, 404);
}

static void what_changed_since_is_not_sent(void **state)
{
    static const struct {
        const char *why, *lines;
        int status;
    } rows[] = {
        {"before", "If-Unmodified-Since: Sat, 03 Apr 2021 00:00:00 GMT", 412},
        {"after", "If-Unmodified-Since: Sat, 03 Apr 2032 00:00:00 GMT", 200},
        {"no time", "If-Unmodified-Since: yesterday", 200},
        {"the tag counts first",
         "If-Match: *\r\nIf-Unmodified-Since: Sat, 03 Apr 2021 00:00:00 GMT",
         200},
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Got got =
            ask(house, str_z(&house->arena,
                             str_format(&house->arena, "GET /en/" V "\r\n%s",
                                        rows[i].lines)));

        check_row(rows[i].why);
        assert_int_equal(got.status, rows[i].status);
    }
}

static void a_story_restored_meanwhile_is_shown(void **state)
{
    House *house = *state;
    Got got;

    fill(house);
    house->restore = (StoryId){2};
    got = ask(house, "GET /en/facts/2-harbour-bridge-opens" V);
    assert_true(house->looks >= 3);
    assert_int_equal(got.status, 200);
    check_head(&got);
}

/* Errors are never "not changed", whatever the reader has. */
static void an_error_is_told_in_full(void **state)
{
    static const struct {
        const char *path;
        int status;
    } rows[] = {{"/en/none/", 404}, {"/en/facts/3-x", 410}, {"/en/%00", 400}};
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Got got = ask_with(house, rows[i].path, "If-None-Match", S("*"));

        assert_int_equal(got.status, rows[i].status);
        assert_true(got.body.len > 100);
        got = ask_with(house, rows[i].path, "If-Modified-Since",
                       S("Fri, 01 Jan 2100 00:00:00 GMT"));
        assert_int_equal(got.status, rows[i].status);
    }
}

/* Two versions never share a time of change: not within one second, not when a
 * commit takes its time, not when the clock is set back. */
static void a_time_of_change_never_hides_a_change(void **state)
{
    static const struct {
        const char *why;
        Time first, second; /* before now */
    } rows[] = {
        {"in one second, committed late", 3 * TIME_SECOND, 3 * TIME_SECOND},
        {"the clock was set back", TIME_MINUTE, TIME_HOUR},
        {"later, as it should be", TIME_HOUR, TIME_MINUTE},
    };
    House *house = *state;
    const char *path = "/en/facts/1-harbour-bridge-opens";
    Time now = time_now() - time_now() % TIME_SECOND;

    publish(house, "urn:1");
    for (size_t i = 0; i < COUNT(rows); i++) {
        Item item = story_item("urn:1");
        Str told;
        Got got;

        check_row(rows[i].why);
        item.deck = str_format(&house->arena, "First %zu", i);
        put_at(house, &item, PUT_PUBLISH, now - rows[i].first);
        got = ask(house, "GET /en/facts/1-harbour-bridge-opens" V);
        assert_int_equal(got.status, 200);
        told = header(&got, "Last-Modified");
        item.deck = str_format(&house->arena, "Second %zu", i);
        put_at(house, &item, PUT_PUBLISH, now - rows[i].second + 900 * TIME_MS);
        if (!told.len) continue;
        got = ask_with(house, path, "If-Modified-Since", told);
        assert_int_equal(got.status, 200);
        assert_true(says(got.body, "Second"));
    }
}

static void a_time_of_change_spares_the_body(void **state)
{
    House *house = *state;
    Got got;
    Str told;

    publish(house, "urn:1");
    got = ask(house, "GET /en/" V);
    told = header(&got, "Last-Modified");
    assert_true(told.len > 0);
    got = ask_with(house, "/en/", "If-Modified-Since", told);
    assert_int_equal(got.status, 304);
    check_head(&got);
    /* the other one counts (RFC 9110, 13.2.2) */
    got =
        ask(house, str_z(&house->arena,
                         str_format(&house->arena,
                                    "GET /en/" V "\r\nIf-None-Match: \"x\"\r\n"
                                    "If-Modified-Since: %.*s",
                                    STR_ARG(told))));
    assert_int_equal(got.status, 200);
}

/* Other settings, another theme or program make other pages of the same
 * stories: a page made by them is no older than they are. */
static void a_new_start_hides_no_change_either(void **state)
{
    House *house = *state;
    Time now = time_now();
    Str before, after;
    Got got;

    publish(house, "urn:1");
    got = ask(house, "GET /en/" V);
    before = str_copy(&house->arena, header(&got, "Last-Modified"));
    house->begun_at = now - TIME_MINUTE;
    open_press(house);
    got = ask_with(house, "/en/", "If-Modified-Since", before);
    assert_int_equal(got.status, 200);
    after = header(&got, "Last-Modified");
    assert_str(after, time_http(&house->arena, now - TIME_MINUTE));
    got = ask_with(house, "/en/", "If-Modified-Since", after);
    assert_int_equal(got.status, 304);
    /* what it was a moment ago could still be told of an earlier start */
    house->begun_at = now;
    open_press(house);
    got = ask(house, "GET /en/" V);
    assert_null(header(&got, "Last-Modified").ptr);
}

/* ---- codings ---- */

static void codings_are_chosen_and_named(void **state)
{
    static const struct {
        const char *why, *path, *accept, *coding;
    } rows[] = {
        {"none", "/en/", "identity", ""},
        {"gzip", "/en/", "gzip", "gzip"},
        {"zstd before gzip", "/en/", "gzip, zstd", "zstd"},
        {"as browsers ask", "/en/", "gzip, deflate, br, zstd", "zstd"},
        {"not that one", "/en/", "gzip;q=0", ""},
        {"any", "/en/", "*", "zstd"},
        {"a weight that is none", "/en/", "gzip;q=x", ""},
        {"unknown", "/en/", "compress", ""},
        {"brotli for files", "/icon.svg", "br", "br"},
        {"brotli for files only", "/en/", "br", ""},
        {"feeds too", "/en/rss.xml", "gzip", "gzip"},
        {"notices too", "/en/none/", "gzip", "gzip"},
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Got got = ask_with(house, rows[i].path, "Accept-Encoding",
                           str_from(rows[i].accept));

        check_row(rows[i].why);
        assert_str(header(&got, "Content-Encoding"), str_from(rows[i].coding));
        assert_true(says(header(&got, "Vary"), "Accept-Encoding"));
        check_head(&got);
    }
}

/* A list may come in several lines (RFC 9110, 5.3). */
static void lines_of_one_name_are_one_list(void **state)
{
    House *house = *state;
    Got got;
    Str tag;

    fill(house);
    got = ask(house, "GET /en/" V "\r\nAccept-Encoding: br\r\n"
                     "Accept: */*\r\nAccept-Encoding: gzip;q=0, zstd");
    assert_str(header(&got, "Content-Encoding"), S("zstd"));
    got = ask(house, "GET /icon.svg" V "\r\nAccept-Encoding: gzip\r\n"
                     "accept-encoding: br");
    assert_str(header(&got, "Content-Encoding"), S("br"));
    got = ask(house, "GET /" V "\r\nAccept-Language: de\r\n"
                     "Accept-Language: uk");
    assert_str(header(&got, "Location"), S("/uk/"));
    got = ask(house, "GET /en/" V);
    tag = header(&got, "ETag");
    got = ask_with(house, "/en/", "If-None-Match: \"x\"\r\nIf-None-Match", tag);
    assert_int_equal(got.status, 304);
}

/* An entity tag of one coding is none of another. */
static void each_coding_has_its_own_tag(void **state)
{
    static const char *const codings[] = {"identity", "gzip", "zstd"};
    House *house = *state;
    Str tags[COUNT(codings)];

    fill(house);
    for (size_t i = 0; i < COUNT(codings); i++) {
        Got got =
            ask_with(house, "/en/", "Accept-Encoding", str_from(codings[i]));

        tags[i] = header(&got, "ETag");
        for (size_t k = 0; k < i; k++)
            assert_false(str_eq(tags[i], tags[k]));
    }
}

/* A language and a slug side by side could be another language and slug. */
static void keys_for_caches_tell_language_and_slug_apart(void **state)
{
    House *house = *state;
    Got got;

    fill(house);
    got = ask(house, "GET /en/" V);
    assert_true(says(header(&got, "Surrogate-Key"), " front-en.facts "));
    got = ask(house, "GET /en/facts/1-harbour-bridge-opens" V);
    assert_true(says(header(&got, "Surrogate-Key"), " story-en.1 "));
    assert_true(says(header(&got, "Surrogate-Key"), " latest-en "));
}

/* ---- nothing that a reader sends shows on a page that others get ---- */

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
            Got got = ask(
                house, str_z(&house->arena,
                             str_format(&house->arena, "GET %s HTTP/1.1\r\n%s",
                                        paths[p], lines[i])));

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

/* ---- a secret is told by nothing ---- */

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

/* ---- translations ---- */

static size_t count_of(Str text, const char *what)
{
    size_t count = 0;
    ptrdiff_t at = -1;

    while ((at = str_find(text, str_from(what), (size_t)(at + 1))) >= 0)
        count++;
    return count;
}

/* A story is no translation of another in its own language, and a language has
 * one address, whoever else was put into the group. */
static void a_language_is_named_once(void **state)
{
    static const char *const languages[] = {"en", "en", "uk", "uk", "de"};
    House *house = *state;
    Got got;

    for (size_t i = 0; i < COUNT(languages); i++) {
        Item item = story_item(
            str_z(&house->arena, str_format(&house->arena, "urn:peer:%zu", i)));

        item.language = str_from(languages[i]);
        item.group = S("bridge");
        put_at(house, &item, PUT_PUBLISH, NOW);
    }
    got = ask(house, "GET /en/facts/2-harbour-bridge-opens" V);
    assert_int_equal(got.status, 200);
    assert_int_equal(count_of(got.body, "hreflang=\"en\" href=\"http"), 1);
    assert_int_equal(count_of(got.body, "hreflang=\"uk\" href=\"http"), 1);
    assert_true(says(got.body, "/uk/facts/3-"));
    assert_false(says(got.body, "/uk/facts/4-"));
    assert_false(says(got.body, "/de/"));
}

/* ---- feeds ---- */

/* Thirty long reads are more than a feed carries: it has fewer then. */
static void a_feed_of_long_stories_is_shorter(void **state)
{
    static const char *const paths[] = {"/en/rss.xml", "/en/atom.xml",
                                        "/en/feed.json"};
    House *house = *state;
    Buf buf = buf_open(&house->arena, 1 << 20);

    while (buf.len < 900 * 1024)
        buf_puts(&buf, S("<p>Fish &amp; chips &lt;&quot;&gt; again.</p>"));
    for (int i = 0; i < 30; i++) {
        Item item = story_item(
            str_z(&house->arena, str_format(&house->arena, "urn:long:%d", i)));

        item.body = (Html){buf_str(&buf)};
        item.at = NOW - TIME_HOUR * i;
        put_at(house, &item, PUT_PUBLISH, NOW);
    }
    for (size_t i = 0; i < COUNT(paths); i++) {
        Got got = ask_with(house, paths[i], "Accept", S("*/*"));

        check_row(paths[i]);
        assert_int_equal(got.status, 200);
        assert_true(says(got.body, "/en/facts/1-harbour-bridge-opens"));
    }
}

/* ---- when the store fails ---- */

static void a_store_that_fails_gives_an_error_page(void **state)
{
    House *house = *state;
    Got got;

    fill(house);
    store_close(house->store);
    house->store = NULL;
    house->committed += 1; /* a change that cannot be read */
    assert_int_equal(truncate(house->path, 0), 0);
    got = ask(house, "GET /en/" V);
    assert_true(got.status == 500 || got.status == 503);
    assert_str(header(&got, "Cache-Control"), S("no-store"));
    check_head(&got);
}

/* ---- the operator's side ---- */

static void no_metrics(void *ctx, Buf *buf)
{
    (void)ctx;
    buf_puts(buf, S("none 0\n"));
}

static void the_operator_s_answers_have_the_head_too(void **state)
{
    static const struct {
        const char *why, *lines;
        bool may_write;
        int status;
        const char *says;
    } rows[] = {
        {"health", "GET /healthz" V, false, 200, "\"ok\""},
        {"metrics", "GET /metrics" V, false, 200, "none 0"},
        {"nothing there", "GET /en/" V, true, 404, "not found"},
        {"acts are for the socket", "POST /control/act" V, false, 404,
         "not found"},
        {"health is read", "POST /healthz" V, false, 405, "another method"},
        {"acts are posted", "GET /control/act" V, true, 405, "another method"},
    };
    House *house = *state;
    Control control = {.head = house->shared.head, .metrics = no_metrics};
    Fault fault = fault_none();

    if (writer_start(house->path, (WriterClock){0}, &control.writer, &fault))
        fail_msg("%s", fault.text);
    for (size_t i = 0; i < COUNT(rows); i++) {
        HttpRequest *request = calloc(1, sizeof *request);
        HttpReply *reply = calloc(1, sizeof *reply);
        Got got;

        check_row(rows[i].why);
        read_request(house, rows[i].lines, request);
        reply->status = 200;
        control.may_write = rows[i].may_write;
        control_handle(&control, request, &house->arena, reply);
        got = (Got){reply->status, reply->head, body_of(house, reply, false)};
        assert_int_equal(got.status, rows[i].status);
        assert_true(says(got.body, rows[i].says));
        assert_str(header(&got, "Cache-Control"), S("no-store"));
        if (got.status == 405) assert_true(header(&got, "Allow").len > 0);
        check_head(&got);
        free(request);
        free(reply);
    }
    writer_stop(control.writer);
}

#define site_test(name)                                                        \
    cmocka_unit_test_setup_teardown(name, open_house, close_house)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        site_test(addresses_answer_as_listed),
        cmocka_unit_test(every_route_has_its_row),
        site_test(a_query_means_the_same_made_or_kept),
        site_test(what_has_not_changed_is_not_sent_again),
        site_test(what_is_another_is_not_sent),
        site_test(what_changed_since_is_not_sent),
        site_test(a_story_restored_meanwhile_is_shown),
        site_test(an_error_is_told_in_full),
        site_test(a_time_of_change_never_hides_a_change),
        site_test(a_time_of_change_spares_the_body),
        site_test(a_new_start_hides_no_change_either),
        site_test(codings_are_chosen_and_named),
        site_test(lines_of_one_name_are_one_list),
        site_test(each_coding_has_its_own_tag),
        site_test(keys_for_caches_tell_language_and_slug_apart),
        site_test(headers_do_not_change_what_caches_keep),
        site_test(a_query_shows_nowhere),
        site_test(what_is_secret_answers_as_what_never_was),
        site_test(a_language_is_named_once),
        site_test(a_feed_of_long_stories_is_shorter),
        site_test(a_store_that_fails_gives_an_error_page),
        site_test(the_operator_s_answers_have_the_head_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
