/* test/unit/web/house.h -- the public site without sockets: a store to fill, a
 * request as bytes in, status, head and body out.
 */
#ifndef WEB_HOUSE_H
#define WEB_HOUSE_H

#include "place.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "desk/acts.h"
#include "web/site.h"

#define NOW ((Time)1618405200 * TIME_SECOND) /* 2021-04-14 13:00 UTC */
#define V   " HTTP/1.1"

typedef struct House {
    char dir[64], path[200];
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

/* ---- filling it ---- */

static const Actor chief = {ROLE_OPERATOR, S_INIT("test")};

static inline Item story_item(const char *uri)
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

static inline StoryId put_at(House *house, const Item *item, PutMode mode,
                             Time now)
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

static inline StoryId publish(House *house, const char *uri)
{
    Item item = story_item(uri);

    return put_at(house, &item, PUT_PUBLISH, NOW);
}

static inline void act(House *house, Act what, StoryId story)
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

/* 1 public, 2 withdrawn, 3 killed, 4 draft, 5 scheduled, 6 embargoed */
static inline void fill(House *house)
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

/* ---- from beginning to end ---- */

static inline int64_t read_committed(void *ctx)
{
    House *house = ctx;

    if (house->restore.number && ++house->looks == 3)
        act(house, ACT_RESTORE, house->restore);
    return house->committed;
}

/* A press that has nothing made yet. */
static inline void open_press(House *house)
{
    PressConfig config = {
        .site = &house->site,
        .theme = house->theme,
        .where = house->path,
        .cache_bytes = 16 << 20,
        .head = house->shared.head,
        .room = HTTP_ROOM,
        .shared_s = 7,
        .begun_at = house->begun_at,
        .committed = read_committed,
        .ctx = house,
    };
    Fault fault = fault_none();

    if (house->thread.live) live_close(house->thread.live);
    press_close(house->thread.press);
    house->thread.press = NULL;
    if (press_open(&config, &house->thread.press, &fault))
        fail_msg("%s", fault.text);
    house->thread.live =
        live_open(house->thread.press, &house->site, house->shared.head);
}

static inline int open_house(void **state)
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
    place_make(house->dir, house->path, sizeof house->path);
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

static inline int close_house(void **state)
{
    House *house = *state;
    char command[128];
    int code;

    live_close(house->thread.live);
    press_close(house->thread.press);
    store_close(house->store);
    theme_close(house->theme);
    arena_close(&house->arena);
    place_drop(house->path);
    snprintf(command, sizeof command, "rm -rf %s", house->dir);
    code = system(command);
    free(house);
    return code;
}

/* ---- asking ---- */

typedef struct Got {
    int status;
    Str head, body;
} Got;

/* What an answer that stays has to say now. */
static inline void hear(const HttpReply *reply, Buf *out)
{
    Str bytes;

    while ((bytes = reply->stay->next(reply->hold)).len) {
        buf_puts(out, bytes);
        reply->stay->sent(reply->hold, bytes.len);
    }
}

/* A stream is read to its end, one that stays as far as it goes now. */
static inline Str body_of(House *house, HttpReply *reply, bool head_only)
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
    if (reply->stay && !head_only) hear(reply, &buf);
    arena_close(&piece);
    return buf_str(&buf);
}

/* lines: "GET /en/ HTTP/1.1", and headers, each begun by CR LF. */
static inline void read_request(House *house, const char *lines,
                                HttpRequest *out)
{
    HttpRefusal refusal;
    size_t used;
    Str bytes =
        str_format(&house->arena, "%s\r\nHost: news.example\r\n\r\n", lines);

    if (http_parse(bytes, out, &used, &refusal))
        fail_msg("%s: %s", lines, refusal.text);
    out->now = time_monotonic();
    out->may_stay = true;
}

/* What is said to stand in one run does. */
static inline void check_whole(House *house, HttpReply *reply, Str body)
{
    Str wanted = str_format(&house->arena, "%.*s\r\n%.*s", STR_ARG(reply->head),
                            STR_ARG(reply->status == 304 ? S("") : body));

    if (reply->whole)
        assert_memory_equal(reply->whole + HTTP_ROOM, wanted.ptr, wanted.len);
}

static inline Got ask(House *house, const char *lines)
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
    check_whole(house, reply, got.body);
    if (reply->release) reply->release(reply->hold);
    arena_close(&arena);
    free(request);
    free(reply);
    return got;
}

/* A GET of the path; lines: headers, each but the first begun by CR LF. */
static inline Got ask_lines(House *house, const char *path, const char *lines)
{
    return ask(house, str_z(&house->arena,
                            str_format(&house->arena, "GET %s" V "\r\n%s", path,
                                       lines)));
}

static inline Got ask_with(House *house, const char *path, const char *name,
                           Str value)
{
    return ask_lines(house, path,
                     str_z(&house->arena, str_format(&house->arena, "%s: %.*s",
                                                     name, STR_ARG(value))));
}

/* ---- reading the answer ---- */

/* The value of the only header of that name; absent: {NULL, 0}. */
static inline Str header(const Got *got, const char *name)
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

static inline bool says(Str text, const char *what)
{
    return str_find(text, str_from(what), 0) >= 0;
}

/* What every answer must have. */
static inline void check_head(const Got *got)
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

#define site_test(name)                                                        \
    cmocka_unit_test_setup_teardown(name, open_house, close_house)

#endif
