#include "web/push.h"

#include <pthread.h>
#include <string.h>

#include <sodium.h>

#include "base/cond.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/changes.h"
#include "store/subscriptions.h"
#include "web/push_flash.h"

#define FOLLOWER   S("push")
#define LOOK_EVERY TIME_SECOND
#define PAUSE      (5 * TIME_SECOND) /* after a failure */
#define RATES      ((size_t)1 << 16)

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
    int64_t change;
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

static Err drop(void *ctx, Str endpoint)
{
    Push *push = ctx;
    Err err = store_begin(push->store);

    if (err) return err;
    return store_end(push->store, subscription_drop(push->store, endpoint));
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

static Err send_to(Push *push, const Subscription *to, const Flash *flash)
{
    Err err = sender_send(push->sender, to, flash->plain, flash->tag);

    return err == ERR_INVALID ? drop(push, to->endpoint) : err;
}

/* Page by page: what comes meanwhile may be told or not. */
static Err send_flash(Push *push, const Flash *flash)
{
    Arena pages[2] = {arena_open(),
                      arena_open()}; /* this one, the one before */
    size_t count = SUBSCRIPTIONS_MAX;
    Str after = {0};
    Err err = ERR_OK;

    for (int turn = 0; !err && count == SUBSCRIPTIONS_MAX; turn ^= 1) {
        Subscriptions list;

        arena_reset(&pages[turn]);
        err = subscriptions_after(push->store, &pages[turn], flash->language,
                                  after, &list);
        if (err) break;
        count = list.count;
        for (size_t i = 0; !err && i < count; i++) {
            after = list.items[i].endpoint;
            if (wants(&list.items[i], flash))
                err = send_to(push, &list.items[i], flash);
        }
    }
    arena_close(&pages[0]);
    arena_close(&pages[1]);
    return err;
}

/* ---- following the log ---- */

static Err keep_cursor(Push *push)
{
    Err err = store_begin(push->store);

    if (err) return err;
    return store_end(push->store,
                     cursor_put(push->store, FOLLOWER, push->change));
}

/* Whoever begins anew tells nothing of before. */
static Err claim(Push *push)
{
    int64_t last;
    Err err;

    if (push->claimed) return ERR_OK;
    err = follower_claim(push->store, FOLLOWER, &push->claimed);
    if (err || !push->claimed) return err;
    err = cursor_get(push->store, FOLLOWER, &push->change);
    if (!err && !push->change) {
        err = changes_last(push->store, &last);
        if (!err) push->change = last;
    }
    if (err) push->claimed = false;
    return err;
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
        for (size_t i = 0; !err && i < count; i++) {
            Flash flash;
            bool told;

            err = flash_read(push->config.site, push->config.theme, push->store,
                             &arena, &changes.items[i], &flash);
            told = !err;
            if (told) err = send_flash(push, &flash);
            if (err == ERR_NOT_FOUND) err = ERR_OK;
            if (!err) push->change = changes.items[i].number;
            if (!err && told) err = keep_cursor(push);
        }
        if (count && !err) err = keep_cursor(push);
        arena_close(&arena);
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

static void *loop(void *arg)
{
    Push *push = arg;
    Err err;

    do {
        err = follow(push);
        if (!err) err = sender_again(push->sender);
        if (err && err != ERR_UNREACHABLE && err != ERR_CLOSED)
            log_error("push: flashes cannot be told: %s (%s); they are tried "
                      "again",
                      err_word(err), store_reason(push->store));
        if (err) push->claimed = false;
    } while (rest(push, err != ERR_OK));
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
    push->sender = sender_open(&(SenderConfig){
        .key = &push->key,
        .subject = config->subject,
        .allow_private = config->allow_private,
        .gone = drop,
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
    arena_close(&push->arena);
    mem_free(push);
}

SenderCounters push_counters(const Push *push)
{
    return sender_counters(push->sender);
}
