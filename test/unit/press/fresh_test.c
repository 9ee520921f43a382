/* test/unit/press/fresh_test.c -- whatever is done to stories, a press that has
 * been following all along shows byte for byte what one that was opened just
 * now makes from nothing. */
#include "place.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "desk/acts.h"
#include "desk/coverage.h"
#include "press/press.h"
#include "store/index.h"
#include "store/related.h"
#include "story/address.h"

#define STEPS   (place_is_file() ? 400 : 40) /* each opens a press anew */
#define STORIES 120
#define START   ((Time)1700000000 * TIME_SECOND)

static const Str languages[] = {S_INIT("en"), S_INIT("uk"), S_INIT("ru")};
static const Str sections[] = {S_INIT("facts"), S_INIT("sport"),
                               S_INIT("world")};
static const Str tags[] = {S_INIT("nato"), S_INIT("usa"), S_INIT("moon"),
                           S_INIT("sea")};

typedef struct Bench {
    char dir[64], path[200];
    Site site;
    Theme *theme;
    Store *store;
    Press *press; /* the one that follows */
    int64_t committed;
    Arena arena;
    unsigned seed;
    unsigned renamed; /* how often names of sections and tags were changed */
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

/* What is related while nothing is kept of a story: those before it. */
static Err those_before(void *ctx, Store *store, Arena *arena,
                        const PublicStory *story, size_t max, PublicList *out)
{
    Cursor before = {story->item.at, story->item.id.number};
    ListKey key = {.language = story->item.language};

    (void)ctx;
    return public_list(store, arena, key, &before, TIME_MIN, max, out);
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
        .related = those_before,
    };
    Press *press;
    Fault fault = fault_none();

    if (press_open(&config, &press, &fault)) fail_msg("%s", fault.text);
    return press;
}

/* SEED plays another game, as long as one likes. */
static unsigned first_seed(void)
{
    int64_t seed;

    return str_int(str_from(getenv("SEED")), &seed) ? (unsigned)seed : 7;
}

static int open_bench(void **state)
{
    static Bench bench;
    Fault fault = fault_none();

    bench = (Bench){
        .dir = "/tmp/dateline-press-XXXXXX",
        .arena = arena_open(),
        .now = START,
        .seed = first_seed(),
        .site = {.languages = {{S("en"), S("Agency")},
                               {S("uk"), S("Агенція")},
                               {S("ru"), S("Агентство")}},
                 .language_count = COUNT(languages),
                 .zone = S("Europe/Kyiv"),
                 .url = S("https://news.example"),
                 .authority = S("news.example,2026")},
    };
    assert_non_null(mkdtemp(bench.dir));
    place_make(bench.dir, bench.path, sizeof bench.path);
    if (store_create(bench.path, &fault) ||
        store_open(bench.path, STORE_WRITE, &bench.store, &fault) ||
        theme_open(&bench.site, NULL, &bench.theme, &fault))
        fail_msg("%s %s", fault.where, fault.text);
    assert_int_equal(store_begin(bench.store), ERR_OK);
    assert_int_equal(index_clear(bench.store, &bench.arena, S("an index")),
                     ERR_OK);
    assert_int_equal(store_end(bench.store, ERR_OK), ERR_OK);
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
    place_drop(bench->path);
    snprintf(command, sizeof command, "rm -rf %s", bench->dir);
    return system(command);
}

/* ---- what is done ---- */

/* Most are in the first language, so that its lists have pages. */
static Str language_of(unsigned n)
{
    return languages[n % 6 < 4 ? 0 : n % 6 - 3];
}

/* A story that may be new, a new version, a translation or a follow-up; of
 * today or of long ago. */
static Err put_something(Bench *bench, Arena *arena, Outcome *out)
{
    unsigned n = roll(bench, STORIES);
    Item item = item_none();
    PutContext context = {S("en"), S("news"), bench->now};
    unsigned version = roll(bench, 1000);
    bool has_tags = n % 12 == 1 || n % 12 == 4 || n % 12 == 5;

    item.language = language_of(n);
    item.uri = str_format(arena, "urn:test:%u", n);
    item.version = 1 + (int64_t)(bench->now - START) / TIME_SECOND;
    if (n % 4) item.group = str_format(arena, "group-%u", n / 3);
    if (roll(bench, 12) == 0) /* it was put to the wrong ones */
        item.group = str_format(arena, "group-%u", roll(bench, STORIES) / 3);
    if (n % 5 == 0 && n > 4)
        item.follows = str_format(arena, "urn:test:%u", n - 4);
    if (roll(bench, 12) == 0)
        item.follows = str_format(arena, "urn:test:%u", roll(bench, STORIES));
    item.headline =
        str_format(arena, "Headline %u about harbour number %u", version, n);
    item.section = sections[roll(bench, COUNT(sections))];
    item.body =
        (Html){str_format(arena, "<p>Text %u of story %u.</p>", version, n)};
    for (unsigned i = 0; i < COUNT(tags) && has_tags; i++)
        if (roll(bench, 3) == 0) item_tag(&item, arena, tags[i], tags[i]);
    item.at = bench->now - (Time)roll(bench, 10) * TIME_DAY / 3;
    item.timed = roll(bench, 10) > 0;
    if (roll(bench, 4) == 0) item.correction = S("The number was wrong.");
    if (roll(bench, 8) == 0) item.embargo = bench->now + TIME_HOUR;
    if (roll(bench, 20) == 0) item.status = ITEM_WITHHELD;
    if (roll(bench, 60) == 0) item.status = ITEM_CANCELED;
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
    Released released;
    Time next;

    bench->now += TIME_HOUR;
    return desk_release_due(bench->store, arena, bench->now, &next, &released);
}

/* The shown name of a section or a tag in one of the languages. */
static Err rename_something(Bench *bench, Arena *arena)
{
    Str language = languages[roll(bench, COUNT(languages))];
    Str name = str_format(arena, "Name %u", roll(bench, 100));
    Err err;

    if (roll(bench, 2))
        err =
            sections_name(bench->store, sections[roll(bench, COUNT(sections))],
                          language, name, (int32_t)roll(bench, 5) - 1);
    else
        err = tags_name(bench->store, tags[roll(bench, COUNT(tags))], language,
                        name);
    bench->renamed++;
    return err ? err : names_changed(bench->store, bench->now);
}

/* An entry of live coverage comes, is marked or goes; or all of it ends. */
static Err cover_something(Bench *bench, Arena *arena)
{
    EntryRequest request = {
        .act = roll(bench, 2) ? ENTRY_PUT
                              : (EntryAct)roll(bench, ENTRY_RESUME + 1),
        .story = {1 + roll(bench, 12)}, /* the first ones get many */
        .number = roll(bench, 2) ? 0 : (int32_t)roll(bench, 3),
        .headline = S("An entry"),
        .note = S("It was wrong."),
        .body = {S("<p>It comes in.</p>")},
        .pinned = roll(bench, 4) == 0,
        .key = roll(bench, 2) == 0,
    };
    EntryOutcome outcome;

    return desk_entry(bench->store, arena, &chief, &request, bench->now,
                      &outcome, NULL);
}

/* Of one that changed some stories are kept as related, whatever they are; of a
 * few none. */
static Err keep_of(Bench *bench, Arena *arena, StoryId id)
{
    Related related = {.count = roll(bench, RELATED_KEPT + 1)};
    int32_t version;
    Story story;
    Err err = stories_get(bench->store, arena, id, &story);

    if (err) return err;
    if (!story_is_public(story.state)) return related_drop(bench->store, id);
    err = related_version(bench->store, id, &version);
    if (!err && version == story.public_version) return ERR_OK;
    for (size_t i = 0; i < related.count; i++)
        related.items[i].number = 1 + roll(bench, STORIES);
    return id.number % 5 ? related_put(bench->store, arena, id,
                                       story.public_version, &related)
                         : ERR_OK;
}

/* As the follower does, now and then. */
static void keep_some(Bench *bench)
{
    Arena arena = arena_open();
    ChangeList changes;
    int64_t from;
    Err err = store_begin(bench->store);

    if (!err) err = cursor_get(bench->store, RELATED_FOLLOWER, &from);
    if (!err)
        err = changes_after(bench->store, &arena, from, CHANGES_MAX, &changes);
    for (size_t i = 0; !err && i < changes.count; i++)
        if (changes.items[i].story.number)
            err = keep_of(bench, &arena, changes.items[i].story);
    if (!err)
        err = cursor_put(bench->store, RELATED_FOLLOWER, bench->committed);
    if (!err) err = cursor_put(bench->store, INDEX_FOLLOWER, bench->committed);
    assert_int_equal(store_end(bench->store, err), ERR_OK);
    press_catch_up(bench->press, time_monotonic());
    arena_close(&arena);
}

static void do_something(Bench *bench)
{
    Arena arena = arena_open();
    Outcome outcome = {0};
    unsigned what = roll(bench, 33);
    Err err;

    bench->now += TIME_MINUTE;
    assert_int_equal(store_begin(bench->store), ERR_OK);
    err = store_part_begin(bench->store);
    assert_int_equal(err, ERR_OK);
    if (what < 18)
        err = put_something(bench, &arena, &outcome);
    else if (what < 27)
        err = act_somehow(bench, &arena, &outcome);
    else if (what < 28)
        err = rename_something(bench, &arena);
    else if (what < 31)
        err = cover_something(bench, &arena);
    else
        err = release(bench, &arena);
    assert_true(err == ERR_OK || err == ERR_CONFLICT || err == ERR_NOT_FOUND ||
                err == ERR_INVALID);
    err = store_part_end(bench->store, err);
    (void)err; /* refused acts are a part of the play */
    assert_int_equal(store_end(bench->store, ERR_OK), ERR_OK);
    assert_int_equal(changes_last(bench->store, &bench->committed), ERR_OK);
    if (roll(bench, 3) == 0) keep_some(bench);
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

static Str list_address(Arena *arena, const PageKey *key)
{
    Str language = languages[key->language];

    if (key->section.len) return address_section(arena, language, key->section);
    if (key->tag.len) return address_tag(arena, language, key->tag);
    if (key->kind == PAGE_DAY) return address_day(arena, language, key->day);
    if (key->kind == PAGE_LATEST) return address_latest(arena, language);
    return address_front(arena, language);
}

/* As a reader writes it; empty for notices, which nobody asks for by name. */
static Str address_of(Arena *arena, const PageKey *key)
{
    static const char *const feeds[] = {"rss.xml", "atom.xml", "feed.json"};
    Str list = list_address(arena, key);

    switch (key->kind) {
    case PAGE_STORY:
        return address_story(arena, languages[key->language], key->section,
                             key->story, key->slug);
    case PAGE_RSS:
    case PAGE_ATOM:
    case PAGE_JSONFEED:
        return str_format(arena, "%.*s%s", STR_ARG(list),
                          feeds[key->kind - PAGE_RSS]);
    case PAGE_GONE:
    case PAGE_NOT_FOUND: return (Str){0};
    default: break;
    }
    if (!key->before.at && !key->after.at) return list;
    return str_format(
        arena, "%.*s?%.*s", STR_ARG(list),
        STR_ARG(key->before.at ? address_cursor(arena, "before", key->before)
                               : address_cursor(arena, "after", key->after)));
}

/* As a reader meets it: what is kept under the address, else what is made. */
static Seen look(Press *press, Arena *arena, const PageKey *key)
{
    Seen seen = {0};
    Answer *answer = NULL;
    Str address = address_of(arena, key);
    bool lasting;
    Buf buf = buf_open(arena, 8 << 20);

    if (address.len)
        answer = press_find(press, address, CODING_IDENTITY, time_monotonic());
    if (!answer)
        seen.err = press_make(press, arena, key, CODING_IDENTITY,
                              time_monotonic(), &answer, &seen.moved, &lasting);
    if (seen.err) return seen;
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

        while (!str_eq(tag, languages[key.language]))
            key.language++;
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

/* A list at its head, and the pages on both sides of a place in it. */
static void compare_list(Bench *bench, Press *fresh, PageKey key)
{
    static const int hours[] = {1, 12, 30, 60, 90};

    compare(bench, fresh, &key);
    for (size_t i = 0; i < COUNT(hours); i++) {
        Cursor place = {START + hours[i] * TIME_HOUR - TIME_DAY * 2, 3};

        key.after = (Cursor){0};
        key.before = place;
        compare(bench, fresh, &key);
        key.before = (Cursor){0};
        key.after = place;
        compare(bench, fresh, &key);
    }
}

static void compare_feeds(Bench *bench, Press *fresh, PageKey key)
{
    for (int kind = PAGE_RSS; kind <= PAGE_JSONFEED; kind++) {
        key.kind = (PageKind)kind;
        compare(bench, fresh, &key);
    }
}

static void compare_language(Bench *bench, Press *fresh, size_t language)
{
    PageKey key = {.kind = PAGE_FRONT, .language = language};

    compare(bench, fresh, &key);
    compare_feeds(bench, fresh, key);
    key.kind = PAGE_LATEST;
    compare_list(bench, fresh, key);
    key.kind = PAGE_DAY;
    for (int day = -3; day < 3; day++) {
        key.day = time_civil(START + day * TIME_DAY);
        compare(bench, fresh, &key);
    }
    for (size_t i = 0; i < COUNT(sections); i++) {
        key = (PageKey){
            .kind = PAGE_SECTION, .language = language, .section = sections[i]};
        compare_list(bench, fresh, key);
        compare_feeds(bench, fresh, key);
    }
    for (size_t i = 0; i < COUNT(tags); i++) {
        key = (PageKey){.kind = PAGE_TAG, .language = language, .tag = tags[i]};
        compare_list(bench, fresh, key);
        compare_feeds(bench, fresh, key);
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
        for (size_t i = 0; i < COUNT(languages); i++)
            compare_language(bench, fresh, i);
        for (int64_t number = 1; number <= STORIES; number++)
            compare_story(bench, fresh, number);
        press_close(fresh);
    }
    counters = press_counters(bench->press);
    /* it did follow: most of what it showed it had kept */
    assert_true(counters.found > counters.made);
    assert_true(counters.cleared <= bench->renamed * 4);
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

/* ---- pages "after" a place ---- */

/* n stories of one list, an hour apart; the last is the newest. */
static void publish_hourly(Bench *bench, int count)
{
    Arena arena = arena_open();

    assert_int_equal(store_begin(bench->store), ERR_OK);
    for (int i = 0; i < count; i++) {
        PutContext context = {S("en"), S("news"), bench->now};
        Item item = item_none();
        Outcome out;

        item.uri = str_format(&arena, "urn:hour:%d", i);
        item.headline = str_format(&arena, "Hour %d", i);
        item.at = START - TIME_DAY * 30 + i * TIME_HOUR;
        item.timed = true;
        assert_int_equal(desk_put(bench->store, &arena, &chief, &item,
                                  PUT_PUBLISH, &context, &out, NULL),
                         ERR_OK);
    }
    assert_int_equal(store_end(bench->store, ERR_OK), ERR_OK);
    assert_int_equal(changes_last(bench->store, &bench->committed), ERR_OK);
    arena_close(&arena);
}

static void kill_story(Bench *bench, int64_t number)
{
    Arena arena = arena_open();
    ActRequest request = {ACT_KILL, {number}, S("No."), TIME_NONE, TIME_NONE};
    Outcome out;

    assert_int_equal(store_begin(bench->store), ERR_OK);
    assert_int_equal(desk_act(bench->store, &arena, &chief, &request,
                              bench->now, &out, NULL),
                     ERR_OK);
    assert_int_equal(store_end(bench->store, ERR_OK), ERR_OK);
    assert_int_equal(changes_last(bench->store, &bench->committed), ERR_OK);
    arena_close(&arena);
}

/* It is a page of its own while there are newer items than it holds; else it
 * is the head of the list by another name, and leads there. */
static void a_page_after_a_place_ends_with_its_last_newer_item(void **state)
{
    static const int64_t kills[] = {32, 20, 31};
    Bench *bench = *state;

    publish_hourly(bench, 34);
    for (size_t i = 0; i <= COUNT(kills); i++) {
        PageKey key = {.kind = PAGE_LATEST,
                       .after = {START - TIME_DAY * 30, 1}};
        Arena arena = arena_open();
        Press *fresh = open_press(bench);

        assert_int_equal(look(fresh, &arena, &key).err,
                         i < COUNT(kills) ? ERR_OK : ERR_AGAIN);
        compare(bench, fresh, &key);
        press_close(fresh);
        arena_close(&arena);
        if (i < COUNT(kills)) kill_story(bench, kills[i]);
    }
}

/* Readers that come in numbers get what the first one got, laid together for
 * them; one who is still being sent the first answer keeps it whole. */
static void a_page_asked_for_often_stays_the_same(void **state)
{
    Bench *bench = *state;
    PageKey key = {.kind = PAGE_LATEST};
    Arena arena = arena_open();
    Seen first;
    Answer *slow;
    Str *parts;
    size_t count;

    publish_hourly(bench, 34);
    first = look(bench->press, &arena, &key);
    slow = press_find(bench->press, S("/en/latest/"), CODING_IDENTITY,
                      time_monotonic());
    answer_ref(slow);
    count = slow->part_count;
    assert_true(count > 1);
    parts = ARENA_ARRAY(&arena, Str, count);
    memcpy(parts, slow->parts, count * sizeof *parts);
    for (int i = 0; i < 50; i++)
        assert_str(look(bench->press, &arena, &key).bytes, first.bytes);
    assert_int_equal(slow->part_count, 1);
    assert_str(slow->parts[0], first.bytes);
    kill_story(bench, 34);
    assert_false(str_eq(look(bench->press, &arena, &key).bytes, first.bytes));
    for (size_t i = 0, at = 0; i < count; at += parts[i].len, i++)
        assert_str(parts[i], str_slice(first.bytes, at, at + parts[i].len));
    answer_unref(slow);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_follower_shows_what_a_newcomer_makes,
                                        open_bench, close_bench),
        cmocka_unit_test_setup_teardown(
            a_page_after_a_place_ends_with_its_last_newer_item, open_bench,
            close_bench),
        cmocka_unit_test_setup_teardown(a_page_asked_for_often_stays_the_same,
                                        open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_is_kept_stays_within_its_bound,
                                        open_bench, close_bench),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
