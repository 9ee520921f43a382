/* test/unit/press/fresh_test.c -- whatever is done to stories, a press that has
 * been following all along shows byte for byte what one that was opened just
 * now makes from nothing. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "desk/acts.h"
#include "press/press.h"
#include "store/public.h"

#define STEPS   250
#define STORIES 40
#define START   ((Time)1700000000 * TIME_SECOND)

static const Str languages[] = {S_INIT("en"), S_INIT("uk")};
static const Str sections[] = {S_INIT("facts"), S_INIT("sport"),
                               S_INIT("world")};
static const Str tags[] = {S_INIT("nato"), S_INIT("usa"), S_INIT("moon"),
                           S_INIT("sea")};

typedef struct Bench {
    char dir[64], path[96];
    Site site;
    Theme *theme;
    Store *store;
    Press *press; /* the one that follows */
    int64_t committed;
    Arena arena;
    unsigned seed;
    Time now;
} Bench;

static const Actor chief = {ROLE_OPERATOR, S_INIT("test")};

static unsigned roll(Bench *bench, unsigned sides)
{
    return (unsigned)rand_r(&bench->seed) % sides;
}

static int64_t read_committed(void *ctx)
{
    return ((Bench *)ctx)->committed;
}

static Press *open_press(Bench *bench)
{
    PressConfig config = {
        .site = &bench->site,
        .theme = bench->theme,
        .where = bench->path,
        .cache_bytes = 64 << 20,
        .committed = read_committed,
        .ctx = bench,
    };
    Press *press;
    Fault fault = fault_none();

    if (press_open(&config, &press, &fault)) fail_msg("%s", fault.text);
    return press;
}

static int open_bench(void **state)
{
    static Bench bench;
    Fault fault = fault_none();

    bench = (Bench){
        .dir = "/tmp/dateline-press-XXXXXX",
        .arena = arena_open(),
        .now = START,
        .seed = 7,
        .site = {.languages = {{S("en"), S("Agency")}, {S("uk"), S("Агенція")}},
                 .language_count = 2,
                 .zone = S("Europe/Kyiv"),
                 .url = S("https://news.example"),
                 .authority = S("news.example,2026")},
    };
    assert_non_null(mkdtemp(bench.dir));
    snprintf(bench.path, sizeof bench.path, "%s/test.db", bench.dir);
    if (store_create(bench.path, &fault) ||
        store_open(bench.path, STORE_WRITE, &bench.store, &fault) ||
        theme_open(&bench.site, NULL, &bench.theme, &fault))
        fail_msg("%s %s", fault.where, fault.text);
    bench.press = open_press(&bench);
    *state = &bench;
    return 0;
}

static int close_bench(void **state)
{
    Bench *bench = *state;
    char command[128];

    press_close(bench->press);
    store_close(bench->store);
    theme_close(bench->theme);
    arena_close(&bench->arena);
    snprintf(command, sizeof command, "rm -rf %s", bench->dir);
    return system(command);
}

/* ---- what is done ---- */

/* A story that may be new, a new version, a translation or a follow-up; of
 * today or of long ago. */
static Err put_something(Bench *bench, Arena *arena, Outcome *out)
{
    unsigned n = roll(bench, STORIES);
    Item item = item_none();
    PutContext context = {S("en"), S("news"), bench->now};
    unsigned version = roll(bench, 1000);

    item.language = languages[n % 2];
    item.uri = str_format(arena, "urn:test:%u", n);
    item.version = 1 + (int64_t)(bench->now - START) / TIME_SECOND;
    if (n % 3) item.group = str_format(arena, "group-%u", n / 2);
    if (n % 5 == 0 && n > 4)
        item.follows = str_format(arena, "urn:test:%u", n - 4);
    item.headline =
        str_format(arena, "Headline %u about harbour number %u", version, n);
    item.section = sections[roll(bench, COUNT(sections))];
    item.body =
        (Html){str_format(arena, "<p>Text %u of story %u.</p>", version, n)};
    for (unsigned i = 0; i < COUNT(tags); i++)
        if (roll(bench, 3) == 0) item_tag(&item, arena, tags[i], tags[i]);
    item.at = bench->now - (Time)roll(bench, 10) * TIME_DAY / 3;
    item.timed = roll(bench, 10) > 0;
    if (roll(bench, 4) == 0) item.correction = S("The number was wrong.");
    if (roll(bench, 8) == 0) item.embargo = bench->now + TIME_HOUR;
    return desk_put(bench->store, arena, &chief, &item,
                    roll(bench, 6) ? PUT_PUBLISH : PUT_DRAFT, &context, out,
                    NULL);
}

static Err act_somehow(Bench *bench, Arena *arena, Outcome *out)
{
    static const Act acts[] = {ACT_PUBLISH,    ACT_CORRECT, ACT_WITHDRAW,
                               ACT_RESTORE,    ACT_KILL,    ACT_SCHEDULE,
                               ACT_UNSCHEDULE, ACT_SPIKE,   ACT_UNSPIKE};
    ActRequest request = {
        .act = acts[roll(bench, COUNT(acts))],
        .story = {1 + roll(bench, STORIES)},
        .note = S("A note to readers."),
        .at = TIME_NONE,
        .embargo = TIME_NONE,
    };

    if (request.act == ACT_KILL && roll(bench, 4)) return ERR_CONFLICT;
    if (request.act == ACT_SCHEDULE) request.at = bench->now + TIME_HOUR;
    return desk_act(bench->store, arena, &chief, &request, bench->now, out,
                    NULL);
}

static Err release(Bench *bench, Arena *arena)
{
    Time next;
    size_t count;

    bench->now += TIME_HOUR;
    return desk_release_due(bench->store, arena, bench->now, &next, &count);
}

static void do_something(Bench *bench)
{
    Arena arena = arena_open();
    Outcome outcome = {0};
    unsigned what = roll(bench, 10);
    Err err;

    bench->now += TIME_MINUTE;
    assert_int_equal(store_begin(bench->store), ERR_OK);
    err = store_part_begin(bench->store);
    assert_int_equal(err, ERR_OK);
    if (what < 6)
        err = put_something(bench, &arena, &outcome);
    else if (what < 9)
        err = act_somehow(bench, &arena, &outcome);
    else
        err = release(bench, &arena);
    assert_true(err == ERR_OK || err == ERR_CONFLICT || err == ERR_NOT_FOUND ||
                err == ERR_INVALID);
    err = store_part_end(bench->store, err);
    (void)err; /* refused acts are a part of the play */
    assert_int_equal(store_end(bench->store, ERR_OK), ERR_OK);
    assert_int_equal(changes_last(bench->store, &bench->committed), ERR_OK);
    arena_close(&arena);
}

/* ---- what is seen ---- */

typedef struct Seen {
    Err err;
    int status;
    Str bytes;
    Str etag;
    Str moved;
} Seen;

static Seen look(Press *press, Arena *arena, const PageKey *key)
{
    Seen seen = {0};
    Answer *answer;
    bool lasting;
    Buf buf = buf_open(arena, 8 << 20);

    seen.err = press_make(press, arena, key, CODING_IDENTITY, &answer,
                          &seen.moved, &lasting);
    if (seen.err) return seen;
    /* what is kept must answer by its address too, the same */
    seen.status = answer->status;
    for (size_t i = 0; i < answer->part_count; i++)
        buf_puts(&buf, answer->parts[i]);
    seen.bytes = buf_str(&buf);
    seen.etag = str_copy(arena, answer->etag);
    return seen;
}

static const char *describe(Arena *arena, const PageKey *key)
{
    return str_z(arena,
                 str_format(arena,
                            "page kind %d language %zu section %.*s "
                            "tag %.*s story %lld slug %.*s",
                            key->kind, key->language, STR_ARG(key->section),
                            STR_ARG(key->tag), (long long)key->story.number,
                            STR_ARG(key->slug)));
}

/* Where two pages begin to differ, and some bytes from there. */
static void print_difference(Str a, Str b)
{
    size_t at = 0;

    while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at])
        at++;
    at = at > 60 ? at - 60 : 0;
    print_message("kept:  %.*s\nfresh: %.*s\n",
                  STR_ARG(str_slice(a, at, at + 400)),
                  STR_ARG(str_slice(b, at, at + 400)));
}

static void compare(Bench *bench, Press *fresh, const PageKey *key)
{
    Arena arena = arena_open();
    Seen old = look(bench->press, &arena, key);
    Seen new = look(fresh, &arena, key);

    if (old.err != new.err || old.status != new.status ||
        !str_eq(old.bytes, new.bytes) || !str_eq(old.etag, new.etag) ||
        (old.err == ERR_AGAIN && !str_eq(old.moved, new.moved))) {
        print_difference(old.bytes, new.bytes);
        fail_msg("%s: differs (%d/%d %d/%d)", describe(&arena, key),
                 (int)old.err, (int)new.err, old.status, new.status);
    }
    arena_close(&arena);
}

/* The story's page where it really stands, or whatever its number gives. */
static void compare_story(Bench *bench, Press *fresh, int64_t number)
{
    PageKey key = {.kind = PAGE_STORY, .story = {number}};
    Arena arena = arena_open();
    Seen at = look(fresh, &arena, &key);

    compare(bench, fresh, &key);
    if (at.err == ERR_AGAIN) { /* /en/facts/12-slug */
        Str rest = str_skip(at.moved, 1);
        Str tag = str_cut(&rest, '/');

        key.language = str_eq(tag, languages[1]);
        key.section = str_cut(&rest, '/');
        (void)str_cut(&rest, '-');
        key.slug = rest;
        compare(bench, fresh, &key);
    }
    if (at.err == ERR_GONE) {
        key.kind = PAGE_GONE;
        compare(bench, fresh, &key);
    }
    arena_close(&arena);
}

static void compare_language(Bench *bench, Press *fresh, size_t language)
{
    PageKey key = {.kind = PAGE_FRONT, .language = language};

    compare(bench, fresh, &key);
    key.kind = PAGE_LATEST;
    compare(bench, fresh, &key);
    key.before = (Cursor){bench->now - TIME_DAY, 3};
    compare(bench, fresh, &key);
    key.before = (Cursor){0};
    key.kind = PAGE_DAY;
    key.day = time_civil(bench->now - TIME_DAY);
    compare(bench, fresh, &key);
    for (int kind = PAGE_RSS; kind <= PAGE_JSONFEED; kind++) {
        key.kind = (PageKind)kind;
        compare(bench, fresh, &key);
    }
    for (size_t i = 0; i < COUNT(sections); i++) {
        key = (PageKey){.kind = i ? PAGE_SECTION : PAGE_ATOM,
                        .language = language,
                        .section = sections[i]};
        compare(bench, fresh, &key);
    }
    for (size_t i = 0; i < COUNT(tags); i++) {
        key = (PageKey){.kind = i ? PAGE_TAG : PAGE_RSS,
                        .language = language,
                        .tag = tags[i]};
        compare(bench, fresh, &key);
    }
    key = (PageKey){.kind = PAGE_NOT_FOUND, .language = language};
    compare(bench, fresh, &key);
}

static void a_follower_shows_what_a_newcomer_makes(void **state)
{
    Bench *bench = *state;
    PressCounters counters;

    for (int step = 0; step < STEPS; step++) {
        Press *fresh;

        do_something(bench);
        fresh = open_press(bench);
        compare_language(bench, fresh, 0);
        compare_language(bench, fresh, 1);
        for (int64_t number = 1; number <= STORIES; number++)
            compare_story(bench, fresh, number);
        press_close(fresh);
    }
    counters = press_counters(bench->press);
    /* it did follow: most of what it showed it had kept */
    assert_true(counters.fragments < counters.made);
    assert_int_equal(counters.cleared, 0);
}

static void what_is_kept_stays_within_its_bound(void **state)
{
    Bench *bench = *state;
    PressConfig config = {
        .site = &bench->site,
        .theme = bench->theme,
        .where = bench->path,
        .cache_bytes = 256 * 1024,
    };
    Press *press;
    Fault fault = fault_none();

    for (int i = 0; i < 60; i++)
        do_something(bench);
    assert_int_equal(press_open(&config, &press, &fault), ERR_OK);
    for (int round = 0; round < 3; round++)
        for (int64_t number = 1; number <= STORIES; number++) {
            Arena arena = arena_open();
            PageKey key = {.kind = PAGE_LATEST, .language = (size_t)number % 2};

            key.before = (Cursor){bench->now - number * TIME_HOUR, 1};
            (void)look(press, &arena, &key);
            /* one page may stand over it: the one in hand */
            assert_true(press_counters(press).bytes <
                        config.cache_bytes + 128 * 1024);
            arena_close(&arena);
        }
    assert_true(press_counters(press).pages < STORIES);
    press_close(press);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_follower_shows_what_a_newcomer_makes,
                                        open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_is_kept_stays_within_its_bound,
                                        open_bench, close_bench),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
