#include "web/fetcher.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

#define NAME_MAX_BYTES 64  /* "Mark-1920.avif" */
#define LACKS          256 /* files remembered as not there */

/* A reader that waits. */
typedef struct Waiter {
    char name[NAME_MAX_BYTES];
    FetcherHead head;
    SiteThread *thread;
    HttpTicket *ticket;
    Err err;     /* why there is no file, once it is answered */
    void *bytes; /* else it is mapped */
    size_t len;
    struct Waiter *next;
} Waiter;

/* A file and who waits for it. In one list from first to last, oldest first;
 * those that a thread is at stay in it until they are answered. */
typedef struct Job {
    char name[NAME_MAX_BYTES];
    Time until; /* monotonic */
    bool going;
    Waiter *waiters;
    struct Job *next;
} Job;

typedef struct Lack {
    uint64_t name;
    Time until;
} Lack;

struct Fetcher {
    BucketConfig bucket;
    const Shelf *shelf;
    pthread_t threads[FETCHER_THREADS];
    size_t thread_count;
    _Atomic bool stopping;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    Job *first; /* under lock, as what follows */
    size_t waiting;
    Lack lacks[LACKS];
    Time told_at; /* of a failure, in the log */
};

/* ---- answering ---- */

static void waiter_free(void *hold)
{
    Waiter *waiter = hold;

    if (waiter->bytes) munmap(waiter->bytes, waiter->len);
    mem_free(waiter);
}

/* Mapped, as all pictures are: a slow reader holds no memory of its own. */
static Err map_file(const Fetcher *fetcher, Str name, Waiter *waiter)
{
    int64_t len;
    void *bytes;
    int fd;
    Err err = shelf_open(fetcher->shelf, name, &fd, &len);

    if (err) return err;
    bytes = len ? mmap(NULL, (size_t)len, PROT_READ, MAP_PRIVATE, fd, 0)
                : MAP_FAILED;
    close(fd);
    if (bytes == MAP_FAILED) return ERR_IO;
    waiter->bytes = bytes;
    waiter->len = (size_t)len;
    return ERR_OK;
}

static void refuse(Visit *visit, Err err)
{
    if (err == ERR_NOT_FOUND)
        visit_plain_again(visit, 404, "There is no such picture.\n", 5);
    else
        visit_plain_again(visit, 503, "The picture cannot be had now.\n", 5);
}

/* On the visit's thread, as the answer leaves. */
static void answer(void *hold, Arena *arena, HttpReply *reply)
{
    const Waiter *waiter = hold;
    Visit visit = {.thread = waiter->thread, .arena = arena, .reply = reply};
    Err err = waiter->err;

    if (!err) err = waiter->head(&visit, str_from(waiter->name));
    if (err)
        refuse(&visit, err);
    else
        http_part(reply, (Str){waiter->bytes, waiter->len});
}

static void complete(Waiter *waiter, Err err)
{
    const HttpReply reply = {.status = 200,
                             .finish = answer,
                             .hold = waiter,
                             .release = waiter_free};

    waiter->err = err;
    http_complete(waiter->ticket, &reply);
}

static void finish(const Fetcher *fetcher, Job *job, Err err)
{
    while (job->waiters) {
        Waiter *waiter = job->waiters;
        Err had = err;

        job->waiters = waiter->next;
        if (!had) had = map_file(fetcher, str_from(job->name), waiter);
        complete(waiter, had == ERR_NOT_FOUND && !err ? ERR_IO : had);
    }
    mem_free(job);
}

/* ---- the threads ---- */

static bool is_stopping(void *ctx)
{
    return atomic_load(&((Fetcher *)ctx)->stopping);
}

/* At most one a minute is told. */
static void tell(Fetcher *fetcher, const Fault *fault)
{
    Time now = time_monotonic();
    char line[600];
    bool told;

    pthread_mutex_lock(&fetcher->lock);
    told = now - fetcher->told_at < TIME_MINUTE;
    if (!told) fetcher->told_at = now;
    pthread_mutex_unlock(&fetcher->lock);
    if (told) return;
    fault_line(fault, line, sizeof line);
    log_error("a picture cannot be fetched: %s", line);
}

static Job *next_job(Fetcher *fetcher)
{
    Job *job = NULL;

    pthread_mutex_lock(&fetcher->lock);
    while (!job && !is_stopping(fetcher)) {
        job = fetcher->first;
        while (job && job->going)
            job = job->next;
        if (!job) pthread_cond_wait(&fetcher->wake, &fetcher->lock);
    }
    if (job) job->going = true;
    pthread_mutex_unlock(&fetcher->lock);
    return job;
}

/* Nobody joins it any more. */
static void take_out(Fetcher *fetcher, Job *job, Err err)
{
    Time now = time_monotonic();
    uint64_t name = hash_table(str_from(job->name));
    Job **link = &fetcher->first;

    pthread_mutex_lock(&fetcher->lock);
    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    for (const Waiter *waiter = job->waiters; waiter; waiter = waiter->next)
        fetcher->waiting--;
    if (err == ERR_NOT_FOUND)
        fetcher->lacks[name % LACKS] = (Lack){name, now + FETCHER_LACKS};
    pthread_mutex_unlock(&fetcher->lock);
}

static void *loop(void *arg)
{
    Fetcher *fetcher = arg;
    Bucket *bucket = bucket_open(&fetcher->bucket);
    Job *job;

    while ((job = next_job(fetcher))) {
        Str name = str_from(job->name);
        Fault fault = fault_none();
        Err err = ERR_OK;

        /* It may have come since the reader asked. */
        if (!shelf_has(fetcher->shelf, name))
            err = bucket_fetch(bucket, fetcher->shelf, name,
                               job->until - time_monotonic(), &fault);
        if (err && fault.text[0] && !is_stopping(fetcher))
            tell(fetcher, &fault);
        take_out(fetcher, job, err);
        finish(fetcher, job, err);
    }
    bucket_close(bucket);
    return NULL;
}

Err fetcher_start(const BucketConfig *bucket, const Shelf *shelf, Fetcher **out,
                  Fault *fault)
{
    Fetcher *fetcher = mem_zero(sizeof *fetcher);

    fetcher->bucket = *bucket;
    fetcher->bucket.stopping = is_stopping;
    fetcher->bucket.ctx = fetcher;
    fetcher->shelf = shelf;
    fetcher->told_at = -TIME_MINUTE;
    pthread_mutex_init(&fetcher->lock, NULL);
    pthread_cond_init(&fetcher->wake, NULL);
    for (size_t i = 0; i < FETCHER_THREADS; i++) {
        if (pthread_create(&fetcher->threads[i], NULL, loop, fetcher)) {
            fetcher_stop(fetcher);
            return fault_set(fault, ERR_IO,
                             "the threads that fetch pictures cannot begin");
        }
        fetcher->thread_count++;
    }
    *out = fetcher;
    return ERR_OK;
}

void fetcher_stop(Fetcher *fetcher)
{
    if (!fetcher) return;
    pthread_mutex_lock(&fetcher->lock);
    atomic_store(&fetcher->stopping, true);
    pthread_cond_broadcast(&fetcher->wake);
    pthread_mutex_unlock(&fetcher->lock);
    for (size_t i = 0; i < fetcher->thread_count; i++)
        pthread_join(fetcher->threads[i], NULL);
    while (fetcher->first) {
        Job *job = fetcher->first;

        fetcher->first = job->next;
        finish(fetcher, job, ERR_CLOSED);
    }
    pthread_cond_destroy(&fetcher->wake);
    pthread_mutex_destroy(&fetcher->lock);
    mem_free(fetcher);
}

/* ---- asking ---- */

static Waiter *waiter_new(Visit *visit, Str file, FetcherHead head)
{
    Waiter *waiter = mem_zero(sizeof *waiter);

    memcpy(waiter->name, file.ptr, file.len);
    waiter->head = head;
    waiter->thread = visit->thread;
    waiter->ticket = http_defer(visit->reply);
    return waiter;
}

/* Under lock. The one that is there already, or a new one at the end. */
static Job *job_of(Fetcher *fetcher, Str file)
{
    Job **link = &fetcher->first;
    Job *job;

    while (*link && !str_eq(str_from((*link)->name), file))
        link = &(*link)->next;
    if (*link) return *link;
    job = mem_zero(sizeof *job);
    memcpy(job->name, file.ptr, file.len);
    job->until = time_monotonic() + FETCHER_PATIENCE;
    *link = job;
    pthread_cond_signal(&fetcher->wake);
    return job;
}

static bool is_lacking(const Fetcher *fetcher, Str file)
{
    uint64_t name = hash_table(file);
    const Lack *lack = &fetcher->lacks[name % LACKS];

    return lack->name == name && lack->until > time_monotonic();
}

Err fetcher_wait(Fetcher *fetcher, Visit *visit, Str file, FetcherHead head)
{
    Err err = ERR_OK;

    if (file.len >= NAME_MAX_BYTES) return ERR_NOT_FOUND;
    pthread_mutex_lock(&fetcher->lock);
    if (is_lacking(fetcher, file))
        err = ERR_NOT_FOUND;
    else if (fetcher->waiting >= FETCHER_WAIT || is_stopping(fetcher))
        err = ERR_BUSY;
    if (!err) {
        Waiter *waiter = waiter_new(visit, file, head);
        Job *job = job_of(fetcher, file);

        waiter->next = job->waiters;
        job->waiters = waiter;
        fetcher->waiting++;
    }
    pthread_mutex_unlock(&fetcher->lock);
    return err;
}
