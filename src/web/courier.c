#include "web/courier.h"

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
    CourierHead head;
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

struct Courier {
    BucketConfig bucket;
    const Shelf *shelf;
    pthread_t threads[COURIER_THREADS];
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
static Err map_file(const Courier *courier, Str name, Waiter *waiter)
{
    int64_t len;
    void *bytes;
    int fd;
    Err err = shelf_open(courier->shelf, name, &fd, &len);

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

static void finish(const Courier *courier, Job *job, Err err)
{
    while (job->waiters) {
        Waiter *waiter = job->waiters;
        Err had = err;

        job->waiters = waiter->next;
        if (!had) had = map_file(courier, str_from(job->name), waiter);
        complete(waiter, had == ERR_NOT_FOUND && !err ? ERR_IO : had);
    }
    mem_free(job);
}

/* ---- the threads ---- */

static bool is_stopping(void *ctx)
{
    return atomic_load(&((Courier *)ctx)->stopping);
}

/* At most one a minute is told. */
static void tell(Courier *courier, const Fault *fault)
{
    Time now = time_monotonic();
    char line[600];
    bool told;

    pthread_mutex_lock(&courier->lock);
    told = now - courier->told_at < TIME_MINUTE;
    if (!told) courier->told_at = now;
    pthread_mutex_unlock(&courier->lock);
    if (told) return;
    fault_line(fault, line, sizeof line);
    log_error("a picture cannot be fetched: %s", line);
}

static Job *next_job(Courier *courier)
{
    Job *job = NULL;

    pthread_mutex_lock(&courier->lock);
    while (!job && !is_stopping(courier)) {
        job = courier->first;
        while (job && job->going)
            job = job->next;
        if (!job) pthread_cond_wait(&courier->wake, &courier->lock);
    }
    if (job) job->going = true;
    pthread_mutex_unlock(&courier->lock);
    return job;
}

/* Nobody joins it any more. */
static void take_out(Courier *courier, Job *job, Err err)
{
    Time now = time_monotonic();
    uint64_t name = hash_table(str_from(job->name));
    Job **link = &courier->first;

    pthread_mutex_lock(&courier->lock);
    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    for (const Waiter *waiter = job->waiters; waiter; waiter = waiter->next)
        courier->waiting--;
    if (err == ERR_NOT_FOUND)
        courier->lacks[name % LACKS] = (Lack){name, now + COURIER_LACKS};
    pthread_mutex_unlock(&courier->lock);
}

static void *loop(void *arg)
{
    Courier *courier = arg;
    Bucket *bucket = bucket_open(&courier->bucket);
    Job *job;

    while ((job = next_job(courier))) {
        Str name = str_from(job->name);
        Fault fault = fault_none();
        Err err = ERR_OK;

        /* It may have come since the reader asked. */
        if (!shelf_has(courier->shelf, name))
            err = bucket_fetch(bucket, courier->shelf, name,
                               job->until - time_monotonic(), &fault);
        if (err && fault.text[0] && !is_stopping(courier))
            tell(courier, &fault);
        take_out(courier, job, err);
        finish(courier, job, err);
    }
    bucket_close(bucket);
    return NULL;
}

Err courier_start(const BucketConfig *bucket, const Shelf *shelf, Courier **out,
                  Fault *fault)
{
    Courier *courier = mem_zero(sizeof *courier);

    courier->bucket = *bucket;
    courier->bucket.stopping = is_stopping;
    courier->bucket.ctx = courier;
    courier->shelf = shelf;
    courier->told_at = -TIME_MINUTE;
    pthread_mutex_init(&courier->lock, NULL);
    pthread_cond_init(&courier->wake, NULL);
    for (size_t i = 0; i < COURIER_THREADS; i++) {
        if (pthread_create(&courier->threads[i], NULL, loop, courier)) {
            courier_stop(courier);
            return fault_set(fault, ERR_IO,
                             "the threads that fetch pictures cannot begin");
        }
        courier->thread_count++;
    }
    *out = courier;
    return ERR_OK;
}

void courier_stop(Courier *courier)
{
    if (!courier) return;
    pthread_mutex_lock(&courier->lock);
    atomic_store(&courier->stopping, true);
    pthread_cond_broadcast(&courier->wake);
    pthread_mutex_unlock(&courier->lock);
    for (size_t i = 0; i < courier->thread_count; i++)
        pthread_join(courier->threads[i], NULL);
    while (courier->first) {
        Job *job = courier->first;

        courier->first = job->next;
        finish(courier, job, ERR_CLOSED);
    }
    pthread_cond_destroy(&courier->wake);
    pthread_mutex_destroy(&courier->lock);
    mem_free(courier);
}

/* ---- asking ---- */

static Waiter *waiter_new(Visit *visit, Str file, CourierHead head)
{
    Waiter *waiter = mem_zero(sizeof *waiter);

    memcpy(waiter->name, file.ptr, file.len);
    waiter->head = head;
    waiter->thread = visit->thread;
    waiter->ticket = http_defer(visit->reply);
    return waiter;
}

/* Under lock. The one that is there already, or a new one at the end. */
static Job *job_of(Courier *courier, Str file)
{
    Job **link = &courier->first;
    Job *job;

    while (*link && !str_eq(str_from((*link)->name), file))
        link = &(*link)->next;
    if (*link) return *link;
    job = mem_zero(sizeof *job);
    memcpy(job->name, file.ptr, file.len);
    job->until = time_monotonic() + COURIER_PATIENCE;
    *link = job;
    pthread_cond_signal(&courier->wake);
    return job;
}

static bool is_lacking(const Courier *courier, Str file)
{
    uint64_t name = hash_table(file);
    const Lack *lack = &courier->lacks[name % LACKS];

    return lack->name == name && lack->until > time_monotonic();
}

Err courier_wait(Courier *courier, Visit *visit, Str file, CourierHead head)
{
    Err err = ERR_OK;

    if (file.len >= NAME_MAX_BYTES) return ERR_NOT_FOUND;
    pthread_mutex_lock(&courier->lock);
    if (is_lacking(courier, file))
        err = ERR_NOT_FOUND;
    else if (courier->waiting >= COURIER_WAIT || is_stopping(courier))
        err = ERR_BUSY;
    if (!err) {
        Waiter *waiter = waiter_new(visit, file, head);
        Job *job = job_of(courier, file);

        waiter->next = job->waiters;
        job->waiters = waiter;
        courier->waiting++;
    }
    pthread_mutex_unlock(&courier->lock);
    return err;
}
