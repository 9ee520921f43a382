#include "net/server.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"
#include "net/loop.h"

#define FILES_RESERVED 64    /* of RLIMIT_NOFILE, for what is no connection */
#define FILES_READY    65536 /* open ones that nobody has to wait for */
#define QUIET_MS       250
#define LISTENERS_MAX  8
#define THREADS_MAX    256

typedef struct Worker {
    Server *server;
    Loop loop;
    unsigned number;
    pthread_t thread;
} Worker;

struct Server {
    Shared shared;
    ServerListener listeners[LISTENERS_MAX];
    pthread_mutex_t lock; /* of what follows, while starting */
    pthread_cond_t changed;
    unsigned answered; /* threads that have a state, or have none to get */
    Err err;
    Fault fault;
    bool go;   /* begin to accept */
    bool over; /* it will not come to that */
    Worker *workers;
    unsigned worker_count;
};

ServerConfig server_defaults(void)
{
    return (ServerConfig){
        .threads = 1,
        .head_s = 10,
        .idle_s = 75,
        .slow_s = 30,
        .slow_rate = 500,
        .beat_s = 15,
        .per_address = 1024,
        .log_fd = -1,
    };
}

static unsigned connections_max(unsigned wanted)
{
    struct rlimit files;
    rlim_t max;

    if (getrlimit(RLIMIT_NOFILE, &files)) return wanted ? wanted : 1024;
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) || getrlimit(RLIMIT_NOFILE, &files))
        return wanted ? wanted : 1024;
    max = files.rlim_cur > 2 * FILES_RESERVED ? files.rlim_cur - FILES_RESERVED
                                              : files.rlim_cur / 2;
    if (max > UINT32_MAX / 2) max = UINT32_MAX / 2;
    return wanted && wanted < max ? wanted : (unsigned)max;
}

/* The kernel doubles a process's table of open files when it is full, and with
 * several threads that takes 5 to 11 ms: just when many readers come.  So it is
 * made long enough once; where that fails it grows as ever. */
static void make_room_for_files(const ServerListener *any, unsigned connections)
{
    unsigned wanted = connections + FILES_RESERVED;
    unsigned files = wanted < FILES_READY ? wanted : FILES_READY;
    int last = fcntl(any->fd, F_DUPFD_CLOEXEC, (int)files - 1);

    if (last >= 0) close(last);
}

/* ---- a thread ---- */

/* Says how it went, and waits for the word: false when it should not run. */
static bool report(Worker *worker, Err err, const Fault *fault)
{
    Server *server = worker->server;
    bool go;

    pthread_mutex_lock(&server->lock);
    server->answered++;
    if (err && !server->err) {
        server->err = err;
        server->fault = *fault;
    }
    pthread_cond_broadcast(&server->changed);
    while (!server->go && !server->over)
        pthread_cond_wait(&server->changed, &server->lock);
    go = server->go;
    pthread_mutex_unlock(&server->lock);
    return go;
}

/* Readers go before whatever else this process does on the same processor:
 * searches, indexing, the writer. */
static void serve(Worker *worker, void *state)
{
    slice_set(SLICE_SHORT);
    loop_run(&worker->loop, state);
}

static void *work(void *arg)
{
    Worker *worker = arg;
    const ServerConfig *config = &worker->server->shared.config;
    void *state = NULL;
    Fault fault = fault_none();
    Err err = ERR_OK;

    if (config->open_state)
        err =
            config->open_state(config->context, worker->number, &state, &fault);
    if (report(worker, err, &fault)) serve(worker, state);
    if (!err && config->close_state)
        config->close_state(config->context, state);
    return NULL;
}

/* Signals are for the thread that starts the server. */
static Err start_thread(Worker *worker, Fault *fault)
{
    sigset_t all;
    sigset_t before;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&worker->thread, NULL, work, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed) return ERR_OK;
    return fault_set(fault, ERR_IO, "cannot start a thread: %s",
                     strerror(failed));
}

/* What the threads wait for: to go, or that all is over. */
static void tell(Server *server, bool go)
{
    pthread_mutex_lock(&server->lock);
    if (go)
        server->go = true;
    else
        server->over = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static void join(Server *server)
{
    tell(server, false);
    for (unsigned i = 0; i < server->worker_count; i++) {
        pthread_join(server->workers[i].thread, NULL);
        loop_close(&server->workers[i].loop);
    }
    peers_close(&server->shared.peers);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    mem_free(server->shared.loops);
    mem_free(server->workers);
    mem_free(server);
}

/* ---- the server ---- */

static Err start_workers(Server *server, Fault *fault)
{
    for (unsigned i = 0; i < server->shared.config.threads; i++) {
        Worker *worker = &server->workers[i];
        Err err = loop_open(&worker->loop, &server->shared, fault);

        if (err) return err;
        worker->server = server;
        worker->number = i;
        err = start_thread(worker, fault);
        if (err) {
            loop_close(&worker->loop);
            return err;
        }
        server->shared.loops[i] = &worker->loop;
        server->shared.loop_count = ++server->worker_count;
    }
    return ERR_OK;
}

static Err wait_for_states(Server *server, Fault *fault)
{
    Err err;

    pthread_mutex_lock(&server->lock);
    while (server->answered < server->worker_count && !server->err)
        pthread_cond_wait(&server->changed, &server->lock);
    err = server->err;
    if (err && fault) *fault = server->fault;
    pthread_mutex_unlock(&server->lock);
    return err;
}

Err server_start(const ServerConfig *config, Server **out, Fault *fault)
{
    Server *server;
    Err err;

    assert(config->threads >= 1 && config->threads <= THREADS_MAX);
    assert(config->listener_count >= 1 &&
           config->listener_count <= LISTENERS_MAX);
    assert(config->head_s && config->idle_s && config->slow_s &&
           config->beat_s);
    server = mem_zero(sizeof *server);
    server->shared.config = *config;
    memcpy(server->listeners, config->listeners,
           config->listener_count * sizeof config->listeners[0]);
    server->shared.config.listeners = server->listeners;
    server->shared.connections_max = connections_max(config->connections);
    make_room_for_files(server->listeners, server->shared.connections_max);
    peers_init(&server->shared.peers, config->per_address, config->proxies);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    server->workers = mem_zero(config->threads * sizeof(Worker));
    server->shared.loops = mem_zero(config->threads * sizeof(Loop *));

    err = start_workers(server, fault);
    if (!err) err = wait_for_states(server, fault);
    if (err) {
        join(server);
        return err;
    }
    *out = server;
    return ERR_OK;
}

void server_accept(Server *server)
{
    tell(server, true);
}

void server_poke(Server *server)
{
    atomic_fetch_add(&server->shared.pokes, 1);
    for (unsigned i = 0; i < server->worker_count; i++)
        loop_wake(&server->workers[i].loop);
}

void server_stop(Server *server, unsigned grace_ms)
{
    Shared *shared = &server->shared;
    unsigned quiet_ms = grace_ms < QUIET_MS ? grace_ms : QUIET_MS;
    Time now = time_monotonic();

    atomic_store(&shared->stop_at, now + grace_ms * TIME_MS);
    atomic_store(&shared->quiet_at, now + quiet_ms * TIME_MS);
    atomic_store(&shared->stopping, true);
    for (unsigned i = 0; i < server->worker_count; i++)
        loop_wake(&server->workers[i].loop);
}

void server_close(Server *server)
{
    join(server);
}

unsigned server_stays(const Server *server)
{
    return atomic_load(&server->shared.stays);
}

void server_counters(const Server *server, ServerCounters *out)
{
    ServerCounters sum = {0};

    for (unsigned i = 0; i < server->worker_count; i++) {
        const ServerCounters *c = &server->workers[i].loop.host.counters;

#define X(name, meaning)                                                       \
    sum.name += __atomic_load_n(&c->name, __ATOMIC_RELAXED);
        SERVER_COUNTERS(X)
#undef X
    }
    *out = sum;
}
