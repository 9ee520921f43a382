#include "web/push.h"

#include <pthread.h>
#include <string.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/cond.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/changes.h"
#include "store/subscriptions.h"
#include "web/push_flash.h"
#include "web/push_subscription.h"

#define FOLLOWER     S("push")
#define LOOK_EVERY   TIME_SECOND
#define PAUSE        (5 * TIME_SECOND) /* after a failure */
#define KEEP_EVERY   TIME_MINUTE       /* of a log without flashes */
#define LAST_ANSWERS TIME_SECOND       /* are waited for when it stops */
#define RATES        ((size_t)1 << 16)

struct Push {
    PushConfig config;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool nudged, stopping; /* under lock */
    uint8_t *rates;        /* under lock: by address, of this hour */
    int64_t hour;
    Arena arena;
    Str public_key;
    pthread_t thread;

    PushKey key;
    Sender *sender;

    /* the thread's own */
    Store *store;
    bool claimed;
    int64_t change;  /* the last one that was told, or need not be */
    int64_t flash;   /* the last one that was told */
    int64_t kept;    /* the last one written down as told, and ... */
    Time kept_at;    /* ... when */
    int64_t telling; /* one that was begun, and ... */
    Buf told_to;     /* ... the last endpoint that it was sent to */
    Arena gone_arena;
    StrList gone; /* endpoints that are to be dropped */
};

/* ---- who may be told ---- */

Str push_public_key(const Push *push)
{
    return push->public_key;
}

bool push_allows_private(const Push *push)
{
    return push->config.allow_private;
}

bool push_takes(const Push *push, Str endpoint)
{
    return push_service_fits(push->config.services, endpoint);
}

bool push_may_subscribe(Push *push, Str address, Time now)
{
    int64_t hour = now / TIME_HOUR;
    uint8_t *rate;
    bool may;

    pthread_mutex_lock(&push->lock);
    if (hour != push->hour) memset(push->rates, 0, RATES);
    push->hour = hour;
    rate = &push->rates[hash_table(address) & (RATES - 1)];
    may = *rate < PUSH_RATE;
    if (may) ++*rate;
    pthread_mutex_unlock(&push->lock);
    return may;
}

/* ---- all of one flash ---- */

static void add_gone(void *ctx, Str endpoint)
{
    Push *push = ctx;

    strs_add(&push->gone, &push->gone_arena,
             str_copy(&push->gone_arena, endpoint));
}

/* Those that cannot be dropped now are found to be gone with the next flash. */
static void drop_gone(Push *push)
{
    Err err = push->gone.count ? store_begin(push->store) : ERR_OK;

    if (!push->gone.count) return;
    if (!err) {
        for (size_t i = 0; !err && i < push->gone.count; i++)
            err = subscription_drop(push->store, push->gone.items[i]);
        err = store_end(push->store, err);
    }
    if (err)
        log_warn("push: %zu subscriptions that are gone cannot be dropped: %s",
                 push->gone.count, err_word(err));
    push->gone = (StrList){0};
    arena_reset(&push->gone_arena);
}

static bool is_stopping(void *ctx)
{
    Push *push = ctx;
    bool stopping;

    pthread_mutex_lock(&push->lock);
    stopping = push->stopping;
    pthread_mutex_unlock(&push->lock);
    return stopping;
}

static bool wants(const Subscription *to, const Flash *flash)
{
    for (size_t i = 0; i < flash->topics.count; i++) {
        Str topic = flash->topics.items[i];
        ptrdiff_t at = 0;

        while ((at = str_find(to->topics, topic, (size_t)at)) > 0) {
            size_t end = (size_t)at + topic.len;

            if (to->topics.ptr[at - 1] == ' ' &&
                (end == to->topics.len || to->topics.ptr[end] == ' '))
                return true;
            at++;
        }
    }
    return false;
}

/* To those behind push->told_to, page by page: what comes meanwhile may be told
 * or not. */
static Err send_page(Push *push, Arena *arena, const Flash *flash, bool *more)
{
    Telling telling = {flash->plain, flash->tag, push->telling};
    Subscriptions list;
    Err err = subscriptions_after(push->store, arena, flash->language,
                                  buf_str(&push->told_to), &list);

    if (err) return err;
    for (size_t i = 0; !err && i < list.count; i++) {
        const Subscription *to = &list.items[i];

        if (wants(to, flash)) {
            err = sender_send(push->sender, to, &telling);
            if (err == ERR_INVALID) add_gone(push, to->endpoint);
            if (err == ERR_INVALID) err = ERR_OK;
        }
        if (err) break;
        push->told_to.len = 0;
        buf_puts(&push->told_to, to->endpoint);
    }
    *more = list.count == SUBSCRIPTIONS_MAX;
    return err;
}

/* After a failure it goes on where it was. */
static Err send_flash(Push *push, const Flash *flash, int64_t change)
{
    bool more = true;
    Err err = ERR_OK;

    if (push->telling != change) push->told_to.len = 0;
    push->telling = change;
    while (!err && more) {
        Arena arena = arena_open();

        err = send_page(push, &arena, flash, &more);
        if (push->gone.count >= SUBSCRIPTIONS_MAX) drop_gone(push);
        arena_close(&arena);
    }
    drop_gone(push);
    return err;
}

/* ---- following the log ---- */

static Err keep_told(Push *push, Arena *arena, const Flash *flash)
{
    Err err = store_begin(push->store);

    if (err) return err;
    return store_end(push->store, flash_keep(push->store, arena, flash));
}

static Err keep_cursor(Push *push, int64_t change)
{
    Err err = store_begin(push->store);

    if (!err)
        err = store_end(push->store, cursor_put(push->store, FOLLOWER, change));
    if (err) return err;
    push->kept = change;
    push->kept_at = time_monotonic();
    return ERR_OK;
}

/* A flash counts as told when all services have answered, or failed to: after a
 * crash it is told once more, under the same tag. */
static Err keep_progress(Push *push)
{
    int64_t first = sender_first(push->sender);
    int64_t done = push->change < first ? push->change : first - 1;
    bool due = push->kept < push->flash ||
               time_monotonic() - push->kept_at >= KEEP_EVERY;

    if (!push->claimed || done <= push->kept || !due) return ERR_OK;
    return keep_cursor(push, done);
}

/* Asked for at each turn, since it ends with the connection that holds it.
 * Whoever begins anew tells nothing of before; what this process has told and
 * could not write down is not told again. */
static Err claim(Push *push)
{
    bool before = push->claimed;
    int64_t kept;
    Err err = follower_claim(push->store, FOLLOWER, &push->claimed);

    if (err || !push->claimed || before) return err;
    err = cursor_get(push->store, FOLLOWER, &kept);
    if (!err) push->kept = kept;
    if (!err && kept > push->change) push->change = kept;
    if (!err && !push->change) {
        err = changes_last(push->store, &push->change);
        if (!err) err = keep_cursor(push, push->change);
    }
    if (err) push->claimed = false;
    return err;
}

/* Whoever is told must be known before, in case that it goes. */
static Err tell(Push *push, const Change *change)
{
    Arena arena = arena_open();
    Flash flash;
    Err err = flash_read(push->config.site, push->config.theme, push->store,
                         &arena, change, &flash);

    if (!err) err = keep_told(push, &arena, &flash);
    if (!err) err = send_flash(push, &flash, change->number);
    if (!err) push->flash = change->number;
    arena_close(&arena);
    if (err && err != ERR_NOT_FOUND) return err;
    push->change = change->number;
    return ERR_OK;
}

static Err follow(Push *push)
{
    size_t count = CHANGES_MAX;
    Err err = claim(push);

    while (!err && push->claimed && count == CHANGES_MAX) {
        Arena arena = arena_open();
        ChangeList changes;

        err = changes_after(push->store, &arena, push->change, CHANGES_MAX,
                            &changes);
        count = err ? 0 : changes.count;
        for (size_t i = 0; !err && i < count; i++)
            err = tell(push, &changes.items[i]);
        arena_close(&arena);
        if (!err) err = keep_progress(push);
    }
    return err;
}

/* Until somebody commits, something is to be tried again, or it is time to
 * look; after a failure for a while. False when it is to stop. */
static bool rest(Push *push, bool failed)
{
    Time until = time_monotonic() + (failed ? PAUSE : LOOK_EVERY);
    Time next = sender_next(push->sender);
    bool in_time = true;
    bool go_on;

    if (!failed && next != TIME_NONE && next < until) until = next;
    pthread_mutex_lock(&push->lock);
    while (!push->stopping && in_time && (failed || !push->nudged))
        in_time = cond_wait_until(&push->wake, &push->lock, until);
    push->nudged = false;
    go_on = !push->stopping;
    pthread_mutex_unlock(&push->lock);
    return go_on;
}

/* What was answered need not be told again by who comes after. */
static void finish(Push *push)
{
    Err err;

    sender_finish(push->sender, LAST_ANSWERS);
    drop_gone(push);
    err = keep_progress(push);
    if (err)
        log_warn("push: what was told last is told again: it cannot be written "
                 "down: %s (%s)",
                 err_word(err), store_reason(push->store));
}

static void *loop(void *arg)
{
    Push *push = arg;
    Err err;

    do {
        err = follow(push);
        sender_again(push->sender);
        drop_gone(push);
        if (err && err != ERR_UNREACHABLE && err != ERR_CLOSED)
            log_error("push: flashes cannot be told: %s (%s); they are tried "
                      "again",
                      err_word(err), store_reason(push->store));
        if (err) push->claimed = false;
    } while (rest(push, err != ERR_OK));
    finish(push);
    return NULL;
}

/* ---- start and stop ---- */

static Err read_key(Push *push, Fault *fault)
{
    Str secret;
    Err err = store_begin(push->store);

    if (err) return err;
    err = push_secret_get(push->store, &push->arena, &secret);
    if (!err && !secret.len) {
        err = push_key_make(&push->key);
        if (!err)
            err = push_secret_put(push->store,
                                  push_key_write(&push->arena, &push->key));
    } else if (!err) {
        err = push_key_read(&push->arena, secret, &push->key, fault);
    }
    err = store_end(push->store, err);
    if (!err)
        push->public_key = push_point_write(&push->arena, &push->key.point);
    return err;
}

Err push_start(const PushConfig *config, Push **out, Fault *fault)
{
    Push *push = mem_zero(sizeof *push);
    Err err;

    push->config = *config;
    push->arena = arena_open();
    err = store_open(config->where, STORE_WRITE, &push->store, fault);
    if (!err) store_watch(push->store, config->watch);
    if (!err) err = read_key(push, fault);
    if (err) {
        if (push->store) store_close(push->store);
        arena_close(&push->arena);
        mem_free(push);
        return err;
    }
    push->rates = mem_zero(RATES);
    push->gone_arena = arena_open();
    push->told_to = buf_open(&push->arena, PUSH_ENDPOINT_MAX);
    push->sender = sender_open(&(SenderConfig){
        .key = &push->key,
        .subject = config->subject,
        .allow_private = config->allow_private,
        .gone = add_gone,
        .stopping = is_stopping,
        .ctx = push,
    });
    pthread_mutex_init(&push->lock, NULL);
    cond_init(&push->wake);
    if (pthread_create(&push->thread, NULL, loop, push)) mem_exhausted();
    *out = push;
    return ERR_OK;
}

void push_nudge(Push *push)
{
    if (!push) return;
    pthread_mutex_lock(&push->lock);
    push->nudged = true;
    pthread_cond_signal(&push->wake);
    pthread_mutex_unlock(&push->lock);
}

void push_stop(Push *push)
{
    if (!push) return;
    pthread_mutex_lock(&push->lock);
    push->stopping = true;
    pthread_cond_signal(&push->wake);
    pthread_mutex_unlock(&push->lock);
    pthread_join(push->thread, NULL);
    sender_close(push->sender);
    store_close(push->store);
    sodium_memzero(&push->key, sizeof push->key);
    pthread_mutex_destroy(&push->lock);
    pthread_cond_destroy(&push->wake);
    mem_free(push->rates);
    arena_close(&push->gone_arena);
    arena_close(&push->arena);
    mem_free(push);
}

SenderCounters push_counters(const Push *push)
{
    return sender_counters(push->sender);
}
