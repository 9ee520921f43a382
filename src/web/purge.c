#include "web/purge.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/cond.h"
#include "base/log.h"
#include "base/mem.h"
#include "press/touch.h"
#include "store/public.h"

#define FOLLOWER   S("cdn")
#define LOOK_EVERY TIME_SECOND
#define PATIENCE_S 5L
#define PAUSE_MIN  (100 * TIME_MS)
#define PAUSE_MAX  (10 * TIME_SECOND)
#define TELL_EVERY TIME_MINUTE
#define WORDS_MAX  256 /* in one call; more touched: everything is purged */
#define BACK       100 /* changes told again by who takes over */
#define LATER_MAX  64

/* Keys to purge, each once. */
typedef struct Keys {
    uint64_t items[WORDS_MAX];
    size_t count;
    bool all;
} Keys;

/* A call to be made again. */
typedef struct Later {
    Keys keys;
    Time at; /* monotonic */
} Later;

struct Purge {
    PurgeConfig config;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool nudged, stopping; /* under lock */
    _Atomic uint64_t calls, failures;
    _Atomic int64_t told;
    pthread_t thread;

    /* the thread's own */
    Store *store;
    CURL *curl;
    Arena menu_arenas[2]; /* of the menus known, and of those read */
    SectionList *menus;   /* as they were last, one for each language */
    bool claimed;
    int64_t change; /* the last one told */
    Later later[LATER_MAX];
    size_t later_count;
    Time complained_at;
};

/* ---- keys ---- */

static void add_key(void *ctx, uint64_t key, Time at)
{
    Keys *keys = ctx;

    (void)at;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->items[i] == key) return;
    if (keys->count == WORDS_MAX - 1)
        keys->all = true;
    else
        keys->items[keys->count++] = key;
}

static Str words(Arena *arena, const Keys *keys)
{
    Buf buf = buf_open(arena, WORDS_MAX * DEP_WORD + 64);
    char word[DEP_WORD];

    if (keys->all) return S(KEY_OF_ALL);
    buf_puts(&buf, S(KEY_OF_SITEMAPS));
    for (size_t i = 0; i < keys->count; i++) {
        dep_word(keys->items[i], word);
        buf_printf(&buf, " %s", word);
    }
    return buf_str(&buf);
}

/* ---- the call ---- */

static size_t drop_body(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

static void complain(Purge *purge, const char *what)
{
    Time now = time_monotonic();

    atomic_fetch_add(&purge->failures, 1);
    if (purge->complained_at && now - purge->complained_at < TELL_EVERY) return;
    purge->complained_at = now;
    log_error("purge: the cache in front does not take what changed: %s; it is "
              "tried on",
              what);
}

static struct curl_slist *header(struct curl_slist *list, Arena *arena,
                                 const char *name, Str value)
{
    return curl_slist_append(
        list,
        str_z(arena, str_format(arena, "%s: %.*s", name, STR_ARG(value))));
}

static bool call(Purge *purge, const Keys *keys)
{
    const PurgeConfig *config = &purge->config;
    bool fastly = config->form == PURGE_FASTLY;
    Arena arena = arena_open();
    struct curl_slist *headers =
        header(NULL, &arena, "Surrogate-Key", words(&arena, keys));
    char reason[CURL_ERROR_SIZE] = "";
    long status = 0;
    CURLcode code;

    if (config->token[0])
        headers =
            header(headers, &arena, "Fastly-Key", str_from(config->token));
    curl_easy_reset(purge->curl);
    curl_easy_setopt(purge->curl, CURLOPT_URL,
                     str_z(&arena, str_format(&arena, "%s%s", config->url,
                                              fastly ? "/purge" : "/")));
    curl_easy_setopt(purge->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(purge->curl, CURLOPT_CUSTOMREQUEST,
                     fastly ? "POST" : "PURGE");
    curl_easy_setopt(purge->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(purge->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(purge->curl, CURLOPT_TIMEOUT, PATIENCE_S);
    curl_easy_setopt(purge->curl, CURLOPT_WRITEFUNCTION, drop_body);
    curl_easy_setopt(purge->curl, CURLOPT_ERRORBUFFER, reason);
    code = curl_easy_perform(purge->curl);
    curl_easy_getinfo(purge->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    arena_close(&arena);
    atomic_fetch_add(&purge->calls, 1);
    if (code == CURLE_OK && status >= 200 && status < 300) return true;
    if (code == CURLE_OK)
        snprintf(reason, sizeof reason, "it answered %ld", status);
    complain(purge, reason[0] ? reason : curl_easy_strerror(code));
    return false;
}

/* ---- following ---- */

/* A first story of a section changes the menu on every page. */
static Err add_menus(Purge *purge, Keys *keys)
{
    const Site *site = purge->config.site;
    Arena *arena = &purge->menu_arenas[1];
    SectionList *menus = ARENA_ARRAY(arena, SectionList, site->language_count);
    Arena old = purge->menu_arenas[0];
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < site->language_count; i++) {
        Str tag = site->languages[i].tag;

        err = public_sections(purge->store, arena, tag, &menus[i]);
        if (!err &&
            (!purge->menus || !sections_same(&menus[i], &purge->menus[i])))
            add_key(keys, dep_menu(tag), 0);
    }
    if (err) {
        arena_reset(arena);
        return err;
    }
    purge->menu_arenas[0] = *arena;
    purge->menu_arenas[1] = old;
    purge->menus = menus;
    arena_reset(&purge->menu_arenas[1]);
    return ERR_OK;
}

/* Whoever made the calls before may not have made them again. */
static Err claim(Purge *purge)
{
    bool before = purge->claimed;
    int64_t last;
    Err err = follower_claim(purge->store, FOLLOWER, &purge->claimed);

    if (err || !purge->claimed || before) return err;
    err = cursor_get(purge->store, FOLLOWER, &purge->change);
    if (!err && !purge->change) {
        err = changes_last(purge->store, &last);
        if (!err) purge->change = last;
    } else if (!err) {
        purge->change = purge->change > BACK ? purge->change - BACK : 0;
    }
    if (err) purge->claimed = false;
    return err;
}

static Err keep_cursor(Purge *purge)
{
    Err err = store_begin(purge->store);

    if (err) return err;
    return store_end(purge->store,
                     cursor_put(purge->store, FOLLOWER, purge->change));
}

static void call_later(Purge *purge, const Keys *keys)
{
    Later *later;

    if (purge->later_count == LATER_MAX) { /* a burst: all of it at once */
        purge->later_count = 1;
        purge->later[0].keys.all = true;
        purge->later[0].at = time_monotonic() + PURGE_AGAIN;
        return;
    }
    later = &purge->later[purge->later_count++];
    later->keys = *keys;
    later->at = time_monotonic() + PURGE_AGAIN;
}

static Err tell_some(Purge *purge, bool *more)
{
    Arena arena = arena_open();
    ChangeList changes;
    Keys keys = {0};
    Err err = changes_after(purge->store, &arena, purge->change, CHANGES_MAX,
                            &changes);

    *more = false;
    for (size_t i = 0; !err && !keys.all && i < changes.count; i++) {
        keys.all = !changes.items[i].story.number;
        if (!keys.all)
            err = change_touches(purge->store, &arena, &changes.items[i],
                                 add_key, &keys);
    }
    if (!err && changes.count) err = add_menus(purge, &keys);
    if (!err && changes.count) {
        if (call(purge, &keys)) {
            purge->change = changes.items[changes.count - 1].number;
            call_later(purge, &keys);
            err = keep_cursor(purge);
            atomic_store(&purge->told, purge->change);
            *more = changes.count == CHANGES_MAX;
        } else {
            err = ERR_AGAIN;
        }
    }
    arena_close(&arena);
    return err;
}

static Err tell_again(Purge *purge)
{
    while (purge->later_count && purge->later[0].at <= time_monotonic()) {
        if (!call(purge, &purge->later[0].keys)) return ERR_AGAIN;
        purge->later_count--;
        memmove(purge->later, purge->later + 1,
                purge->later_count * sizeof *purge->later);
    }
    return ERR_OK;
}

/* ---- the thread ---- */

/* False when it is to stop. */
static bool rest(Purge *purge, Time wait)
{
    Time until = time_monotonic() + wait;
    bool in_time = true;
    bool go_on;

    pthread_mutex_lock(&purge->lock);
    while (!purge->nudged && !purge->stopping && in_time)
        in_time = cond_wait_until(&purge->wake, &purge->lock, until);
    purge->nudged = false;
    go_on = !purge->stopping;
    pthread_mutex_unlock(&purge->lock);
    return go_on;
}

static Time until_later(const Purge *purge)
{
    Time wait = LOOK_EVERY;

    if (purge->later_count) {
        Time left = purge->later[0].at - time_monotonic();

        if (left < wait) wait = left > 0 ? left : 0;
    }
    return wait;
}

/* ERR_OK: told all there was, or another node does. */
static Err work(Purge *purge, bool *more)
{
    Err err = claim(purge);

    *more = false;
    if (err || !purge->claimed) return err;
    err = tell_some(purge, more);
    if (!err) err = tell_again(purge);
    return err;
}

static void *loop(void *arg)
{
    Purge *purge = arg;
    Time pause = PAUSE_MIN;
    Time wait;

    do {
        bool more;
        Err err = work(purge, &more);

        wait = err ? pause : more ? 0 : until_later(purge);
        pause = !err                    ? PAUSE_MIN
                : pause * 2 < PAUSE_MAX ? pause * 2
                                        : PAUSE_MAX;
    } while (rest(purge, wait));
    return NULL;
}

Err purge_start(const PurgeConfig *config, Purge **out, Fault *fault)
{
    Purge *purge = mem_zero(sizeof *purge);
    Err err;

    purge->config = *config;
    err = store_open(config->where, STORE_WRITE, &purge->store, fault);
    if (err) {
        mem_free(purge);
        return err;
    }
    store_watch(purge->store, config->watch);
    purge->menu_arenas[0] = arena_open();
    purge->menu_arenas[1] = arena_open();
    purge->curl = curl_easy_init();
    if (!purge->curl) mem_exhausted();
    pthread_mutex_init(&purge->lock, NULL);
    cond_init(&purge->wake);
    if (pthread_create(&purge->thread, NULL, loop, purge)) mem_exhausted();
    *out = purge;
    return ERR_OK;
}

void purge_nudge(Purge *purge)
{
    if (!purge) return;
    pthread_mutex_lock(&purge->lock);
    purge->nudged = true;
    pthread_cond_signal(&purge->wake);
    pthread_mutex_unlock(&purge->lock);
}

void purge_stop(Purge *purge)
{
    if (!purge) return;
    pthread_mutex_lock(&purge->lock);
    purge->stopping = true;
    pthread_cond_signal(&purge->wake);
    pthread_mutex_unlock(&purge->lock);
    pthread_join(purge->thread, NULL);
    curl_easy_cleanup(purge->curl);
    store_close(purge->store);
    arena_close(&purge->menu_arenas[0]);
    arena_close(&purge->menu_arenas[1]);
    pthread_mutex_destroy(&purge->lock);
    pthread_cond_destroy(&purge->wake);
    mem_free(purge);
}

PurgeCounters purge_counters(const Purge *purge)
{
    return (PurgeCounters){atomic_load(&purge->calls),
                           atomic_load(&purge->failures),
                           atomic_load(&purge->told)};
}
