#include "store/writer.h"

#include <pthread.h>

#include "base/cond.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/changes.h"
#include "store/copier.h"

#define RETRY (1 * TIME_SECOND)

struct Writer {
    pthread_mutex_t lock; /* over queue, stopping */
    pthread_cond_t wake;
    WriterJob queue[WRITER_QUEUE];
    size_t first, count;
    bool stopping;

    atomic_bool broken;
    _Atomic int64_t committed, gone;

    /* the writer's own */
    Store *store;
    WriterClock clock;
    Time next; /* when due wants to be called; TIME_NONE: not */
    Arena arenas[WRITER_BATCH + 1];
    pthread_t thread;
    Copier *copier;
};

/* ---- one transaction ---- */

static void keep_clock(Writer *writer, Arena *arena)
{
    Time now = time_now();
    Time next = TIME_NONE;
    Err err;

    if (!writer->clock.due) return;
    err = store_part_begin(writer->store);
    if (!err) {
        err = writer->clock.due(writer->store, arena, now, &next,
                                writer->clock.ctx);
        err = store_part_end(writer->store, err);
    }
    if (err) {
        log_error("writer: what is due cannot be done: %s (%s)", err_word(err),
                  store_reason(writer->store));
        next = now + RETRY;
    }
    writer->next = next;
}

static Err run_job(Writer *writer, const WriterJob *job, Arena *arena)
{
    Err err = store_part_begin(writer->store);

    if (err) return err;
    err = job->run(writer->store, arena, job->job);
    return store_part_end(writer->store, err);
}

/* What the clock did in a transaction that failed is due still; when writing is
 * closed nothing is. */
static void note_commit(Writer *writer, Err err, int64_t last)
{
    if (err) {
        writer->next = time_now() + RETRY;
    } else {
        atomic_store(&writer->gone, changes_gone(writer->store));
        atomic_store(&writer->committed, last);
    }
    if (!store_is_broken(writer->store)) return;
    writer->next = TIME_NONE;
    if (atomic_exchange(&writer->broken, true)) return;
    log_error("writer: a commit failed, writing is closed until a restart: %s",
              store_reason(writer->store));
}

static void run_batch(Writer *writer, const WriterJob *jobs, size_t count)
{
    Err results[WRITER_BATCH];
    int64_t last = 0;
    Err err = store_begin(writer->store);

    if (!err) {
        for (size_t i = 0; i < count; i++)
            results[i] = run_job(writer, &jobs[i], &writer->arenas[i]);
        keep_clock(writer, &writer->arenas[WRITER_BATCH]);
        /* Known before the commit: a press that is not told of it is late. */
        err = store_end(writer->store, changes_last(writer->store, &last));
    }
    note_commit(writer, err, last);
    if (writer->clock.done) writer->clock.done(err, writer->clock.ctx);
    for (size_t i = 0; i < count; i++) {
        jobs[i].done(err ? err : results[i], jobs[i].job);
        arena_reset(&writer->arenas[i]);
    }
    arena_reset(&writer->arenas[WRITER_BATCH]);
    if (!err) copier_tend(writer->copier, writer->store);
}

/* ---- the loop ---- */

static bool is_due(const Writer *writer)
{
    return writer->next != TIME_NONE && writer->next <= time_now();
}

static Time wait_end(const Writer *writer)
{
    Time wait = WRITER_LOOK;
    Time now = time_now();

    if (writer->next != TIME_NONE && writer->next - now < wait)
        wait = writer->next > now ? writer->next - now : 0;
    return time_monotonic() + wait;
}

/* Waits for jobs, the clock or the next look; takes up to WRITER_BATCH. False
 * when there is nothing more to do ever. */
static bool wait_jobs(Writer *writer, WriterJob *jobs, size_t *count)
{
    Time until = wait_end(writer);
    bool go_on;
    bool in_time = true;

    pthread_mutex_lock(&writer->lock);
    while (!writer->count && !writer->stopping && in_time)
        in_time = cond_wait_until(&writer->wake, &writer->lock, until);
    for (*count = 0; *count < WRITER_BATCH && writer->count; ++*count) {
        jobs[*count] = writer->queue[writer->first];
        writer->first = (writer->first + 1) % WRITER_QUEUE;
        writer->count--;
    }
    go_on = *count || !writer->stopping;
    pthread_mutex_unlock(&writer->lock);
    return go_on;
}

/* Nothing to do but to look when there will be: without the lock that a
 * transaction takes. */
static void look_at_clock(Writer *writer)
{
    Time now = time_now();

    if (writer->clock.look(writer->store, now, &writer->next))
        writer->next = now + RETRY;
}

/* Is the clock to be kept now? Another node may be about to do what is due, and
 * what it committed may have changed what is. */
static bool is_time(Writer *writer)
{
    bool due = is_due(writer);
    bool news = store_has_news(writer->store);

    if (!due && !news) return false;
    if (!writer->clock.look) return true;
    look_at_clock(writer);
    return is_due(writer);
}

static void *write_loop(void *arg)
{
    Writer *writer = arg;
    WriterJob jobs[WRITER_BATCH] = {0};
    size_t count = 0;

    run_batch(writer, jobs, 0);
    while (wait_jobs(writer, jobs, &count)) {
        if (!count && writer->broken) continue;
        if (count || is_time(writer)) run_batch(writer, jobs, count);
    }
    return NULL;
}

Err writer_start(const char *where, const Watch *watch, WriterClock clock,
                 Writer **out, Fault *fault)
{
    Writer *writer = mem_zero(sizeof *writer);
    Err err = store_open(where, STORE_WRITE, &writer->store, fault);
    int64_t last = 0;

    if (!err) err = copier_start(where, &writer->copier, fault);
    if (!err) {
        err = changes_last(writer->store, &last);
        if (err)
            fault_set(fault, err, "%s: %s", store_name(writer->store),
                      store_reason(writer->store));
    }
    if (err) {
        copier_stop(writer->copier);
        store_close(writer->store);
        mem_free(writer);
        return err;
    }
    store_watch(writer->store, watch);
    writer->committed = last;
    writer->clock = clock;
    writer->next = TIME_NONE;
    pthread_mutex_init(&writer->lock, NULL);
    cond_init(&writer->wake);
    if (pthread_create(&writer->thread, NULL, write_loop, writer))
        mem_exhausted();
    *out = writer;
    return ERR_OK;
}

Err writer_submit(Writer *writer, WriterJob job)
{
    Err err = ERR_OK;

    pthread_mutex_lock(&writer->lock);
    if (writer->broken || writer->stopping) {
        err = ERR_CLOSED;
    } else if (writer->count == WRITER_QUEUE) {
        err = ERR_BUSY;
    } else {
        writer->queue[(writer->first + writer->count) % WRITER_QUEUE] = job;
        writer->count++;
        pthread_cond_signal(&writer->wake);
    }
    pthread_mutex_unlock(&writer->lock);
    return err;
}

int64_t writer_committed(const Writer *writer)
{
    return atomic_load(&writer->committed);
}

int64_t writer_gone(const Writer *writer)
{
    return atomic_load(&writer->gone);
}

bool writer_broken(const Writer *writer)
{
    return atomic_load(&writer->broken);
}

void writer_stop(Writer *writer)
{
    if (!writer) return;
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    copier_stop(writer->copier);
    store_close(writer->store);
    for (size_t i = 0; i <= WRITER_BATCH; i++)
        arena_close(&writer->arenas[i]);
    pthread_mutex_destroy(&writer->lock);
    pthread_cond_destroy(&writer->wake);
    mem_free(writer);
}
