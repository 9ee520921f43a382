#include "search/follow.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/cond.h"
#include "base/log.h"
#include "base/mem.h"
#include "search/indexer.h"
#include "search/keeper.h"

#define LOOK_EVERY   (25 * TIME_MS) /* at what other processes commit */
#define SETTLE_AFTER TIME_SECOND
#define PAUSE_MIN    (100 * TIME_MS)
#define PAUSE_MAX    (10 * TIME_SECOND)
#define TELL_EVERY   TIME_MINUTE
#define KEEP_AT_MOST (10 * TIME_MS) /* meanwhile the index waits */
#define KEEP_REST    (10 * TIME_MS) /* and others may have the processor */

struct Follow {
    FollowConfig config;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool nudged, stopping; /* under lock */
    bool written;          /* a job has ended, as err says; under lock */
    Err err;
    _Atomic int64_t change;
    _Atomic int64_t counted;
    _Atomic int64_t related;
    pthread_t thread;

    /* the thread's own */
    Store *store;
    Indexer *indexer;
    Keeper *keeper;
    IndexStep *step; /* handed to the writer, or NULL and then ... */
    KeepStep *keep;  /* ... this one */
    int64_t told;    /* the index's change, when it had caught up last */
    bool claimed;
    Time quiet_since, told_at;
};

/* ---- a step ---- */

static Err run(Store *store, Arena *arena, void *job)
{
    const Follow *follow = job;

    return follow->step ? indexer_write(store, arena, follow->step)
                        : keeper_write(store, arena, follow->keep);
}

static void done(Err err, void *job)
{
    Follow *follow = job;

    pthread_mutex_lock(&follow->lock);
    follow->written = true;
    follow->err = err;
    pthread_cond_signal(&follow->wake);
    pthread_mutex_unlock(&follow->lock);
}

/* ERR_CONFLICT, when another one was first, is left to the next step. */
static Err write_step(Follow *follow)
{
    Err err;

    follow->written = false;
    err = writer_submit(follow->config.writer,
                        (WriterJob){.run = run, .done = done, .job = follow});
    if (!err) {
        pthread_mutex_lock(&follow->lock);
        while (!follow->written)
            pthread_cond_wait(&follow->wake, &follow->lock);
        err = follow->err;
        pthread_mutex_unlock(&follow->lock);
    }
    if (follow->step) indexer_wrote(follow->indexer, follow->step, err);
    return err == ERR_CONFLICT ? ERR_OK : err;
}

/* Another node's claim ends with its connection; what it wrote is known by the
 * cursor. */
static Err claim(Follow *follow)
{
    return follow->claimed ? ERR_OK
                           : follower_claim(follow->store, INDEX_FOLLOWER,
                                            &follow->claimed);
}

static Err index_some(Follow *follow, bool *more)
{
    bool settle = time_monotonic() - follow->quiet_since >= SETTLE_AFTER;
    Err err =
        indexer_read(follow->indexer, follow->store, settle, &follow->step);

    follow->keep = NULL;
    if (err || !follow->step) return err;
    err = write_step(follow);
    follow->quiet_since = time_monotonic();
    *more = !err;
    return err;
}

/* While the index has nothing to do. */
static Err keep_some(Follow *follow, bool *more)
{
    Err err = keeper_read(follow->keeper, follow->store,
                          indexer_counted(follow->indexer), KEEP_AT_MOST,
                          &follow->keep);

    if (err || !follow->keep) return err;
    err = write_step(follow);
    *more = !err;
    return err;
}

/* When the index has followed all there is, and again when that is kept too. */
static void tell(Follow *follow, bool more)
{
    int64_t change = indexer_change(follow->indexer);

    if (!follow->config.caught_up || (more && change == follow->told)) return;
    follow->told = change;
    follow->config.caught_up(follow->config.ctx);
}

static Err work(Follow *follow, bool *more)
{
    Err err = claim(follow);

    *more = false;
    if (err || !follow->claimed) return err;
    err = index_some(follow, more);
    if (!err && !*more) {
        err = keep_some(follow, more);
        if (!err) tell(follow, *more);
    }
    if (err) return err;
    atomic_store(&follow->change, indexer_change(follow->indexer));
    atomic_store(&follow->counted, indexer_counted(follow->indexer));
    atomic_store(&follow->related, keeper_change(follow->keeper));
    return ERR_OK;
}

/* ---- the thread ---- */

/* Waits for a word, at most so long; false when it is to stop. */
static bool rest(Follow *follow, Time wait)
{
    Time until = time_monotonic() + wait;
    bool in_time = true;
    bool go_on;

    pthread_mutex_lock(&follow->lock);
    while (!follow->nudged && !follow->stopping && in_time && wait)
        in_time = cond_wait_until(&follow->wake, &follow->lock, until);
    follow->nudged = false;
    go_on = !follow->stopping;
    pthread_mutex_unlock(&follow->lock);
    return go_on;
}

/* Nothing to do until somebody commits, or counts have waited long enough. */
static bool rest_until_news(Follow *follow)
{
    Time settle_at = follow->quiet_since + SETTLE_AFTER;

    do {
        if (!rest(follow, LOOK_EVERY)) return false;
        if (!follow->claimed) return true;
        if (indexer_waits(follow->indexer) && time_monotonic() >= settle_at)
            return true;
    } while (!store_has_news(follow->store));
    return true;
}

static void complain(Follow *follow, Err err)
{
    Time now = time_monotonic();

    if (err == ERR_UNREACHABLE || err == ERR_CLOSED) return; /* others say so */
    if (follow->told_at && now - follow->told_at < TELL_EVERY) return;
    follow->told_at = now;
    log_error("search: the index cannot be kept: %s (%s)", err_word(err),
              store_reason(follow->store));
}

static void *loop(void *arg)
{
    Follow *follow = arg;
    Time pause = PAUSE_MIN;
    bool go_on = true;

    indexer_warm(follow->indexer);
    while (go_on) {
        bool more;
        Err err = work(follow, &more);

        if (!err) {
            pause = PAUSE_MIN;
            go_on = !more ? rest_until_news(follow)
                          : rest(follow, follow->keep ? KEEP_REST : 0);
            continue;
        }
        complain(follow, err);
        follow->claimed = false;
        go_on = rest(follow, pause);
        pause = pause * 2 < PAUSE_MAX ? pause * 2 : PAUSE_MAX;
    }
    return NULL;
}

Err follow_start(const FollowConfig *config, Follow **out, Fault *fault)
{
    Follow *follow = mem_zero(sizeof *follow);
    Err err;

    follow->config = *config;
    err = store_open(config->where, STORE_READ, &follow->store, fault);
    if (err) {
        mem_free(follow);
        return err;
    }
    store_watch(follow->store, config->watch);
    follow->indexer = indexer_open(config->languages, config->language_count);
    follow->keeper = keeper_open(indexer_analyst(follow->indexer));
    follow->quiet_since = time_monotonic();
    pthread_mutex_init(&follow->lock, NULL);
    cond_init(&follow->wake);
    if (pthread_create(&follow->thread, NULL, loop, follow)) mem_exhausted();
    *out = follow;
    return ERR_OK;
}

void follow_nudge(Follow *follow)
{
    if (!follow) return;
    pthread_mutex_lock(&follow->lock);
    follow->nudged = true;
    pthread_cond_signal(&follow->wake);
    pthread_mutex_unlock(&follow->lock);
}

void follow_stop(Follow *follow)
{
    if (!follow) return;
    pthread_mutex_lock(&follow->lock);
    follow->stopping = true;
    pthread_cond_signal(&follow->wake);
    pthread_mutex_unlock(&follow->lock);
    pthread_join(follow->thread, NULL);
    store_close(follow->store);
    keeper_close(follow->keeper);
    indexer_close(follow->indexer);
    pthread_mutex_destroy(&follow->lock);
    pthread_cond_destroy(&follow->wake);
    mem_free(follow);
}

int64_t follow_related(const Follow *follow)
{
    return follow ? atomic_load(&follow->related) : 0;
}

int64_t follow_counted(const Follow *follow)
{
    return follow ? atomic_load(&follow->counted) : 0;
}

int64_t follow_change(const Follow *follow)
{
    return follow ? atomic_load(&follow->change) : 0;
}
