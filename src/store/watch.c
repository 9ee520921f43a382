#include "store/watch.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/inside.h"
#include "store/pgconn.h"

#define PAUSE_MIN (100 * TIME_MS)
#define PAUSE_MAX (5 * TIME_SECOND)

struct Watch {
    char *where;
    void (*moved)(void *ctx);
    void *ctx;
    _Atomic int64_t change, commits;
    atomic_bool reaches;
    pthread_mutex_t lock; /* over reason, lost_at */
    char reason[240];
    Time lost_at;
    atomic_bool stopping;
    int wake;          /* an eventfd */
    const Watch *lead; /* whose replica it watches; NULL: nobody's */
    pthread_t thread;

    /* the thread's own */
    PgConn pg;
    char said[240]; /* by the server, last */
};

/* True when it is to stop; else after wait, or when the server says something.
 */
static bool rest(Watch *watch, Time wait)
{
    struct pollfd fds[2] = {{.fd = watch->wake, .events = POLLIN},
                            {.fd = -1, .events = POLLIN}};
    uint64_t nudges;

    if (pg_is_open(&watch->pg)) fds[1].fd = PQsocket(watch->pg.conn);
    (void)!poll(fds, 2, (int)(wait / TIME_MS));
    if (fds[0].revents) (void)!read(watch->wake, &nudges, sizeof nudges);
    return atomic_load(&watch->stopping);
}

static void set_reaches(Watch *watch, bool reaches)
{
    const char *what = watch->lead ? "read replica" : "database";
    bool before = atomic_load(&watch->reaches);

    pthread_mutex_lock(&watch->lock);
    memcpy(watch->reason, watch->said, sizeof watch->reason);
    if (before != reaches) watch->lost_at = time_monotonic();
    pthread_mutex_unlock(&watch->lock);
    if (before == reaches) return;
    atomic_store(&watch->reaches, reaches);
    if (reaches)
        log_info("store: the %s is there again", what);
    else
        log_error("store: the %s is out of reach: %s", what, watch->said);
    if (watch->moved) watch->moved(watch->ctx);
}

static int64_t number_at(const PGresult *rows, int column)
{
    uint64_t number = 0;

    if (PQntuples(rows) == 1 && PQgetlength(rows, 0, column) == 8)
        memcpy(&number, PQgetvalue(rows, 0, column), 8);
    return (int64_t)__builtin_bswap64(number);
}

static bool look(Watch *watch)
{
    PGresult *rows = NULL;
    int64_t commits;

    pg_query(&watch->pg, QUERY_PG_NEWS, NO_ARGS, PG_ASK_ROWS);
    if (pg_collect(&watch->pg, &rows)) return false;
    commits = number_at(rows, 0);
    atomic_store(&watch->change, number_at(rows, 1));
    PQclear(rows);
    if (atomic_exchange(&watch->commits, commits) != commits && watch->moved &&
        atomic_load(&watch->reaches))
        watch->moved(watch->ctx);
    return true;
}

static bool begin(Watch *watch)
{
    const char *attrs = watch->lead ? PG_ANY : PG_PRIMARY;

    if (pg_open(&watch->pg, watch->where, attrs, NULL)) return false;
    watch->pg.patience = WATCH_PATIENCE;
    if (!watch->lead) /* a standby takes no listeners */
        pg_send(&watch->pg, "LISTEN dateline", PG_ASK_NOTHING);
    return look(watch);
}

/* How long until the next look. One that stays behind is looked at less and
 * less often. */
static Time next_look(const Watch *watch, Time *behind)
{
    if (!watch->lead || watch_commits(watch) >= watch_commits(watch->lead)) {
        *behind = WATCH_BEHIND;
        return WATCH_EVERY;
    }
    if (*behind < WATCH_EVERY) *behind += *behind / 4;
    return *behind;
}

static void *loop(void *arg)
{
    Watch *watch = arg;
    Time behind = WATCH_BEHIND;
    Time pause = PAUSE_MIN;

    for (;;) {
        bool there = pg_is_open(&watch->pg) ? pg_hear(&watch->pg) && look(watch)
                                            : begin(watch);

        if (!there) pg_close(&watch->pg);
        set_reaches(watch, there);
        if (rest(watch, there ? next_look(watch, &behind) : pause)) break;
        pause = there ? PAUSE_MIN : pause < PAUSE_MAX ? pause * 2 : PAUSE_MAX;
    }
    pg_close(&watch->pg);
    return NULL;
}

Err watch_start(const char *where, void (*moved)(void *ctx), void *ctx,
                Watch **out, Fault *fault)
{
    return watch_start_behind(where, NULL, moved, ctx, out, fault);
}

Err watch_start_behind(const char *where, const Watch *lead,
                       void (*moved)(void *ctx), void *ctx, Watch **out,
                       Fault *fault)
{
    Watch *watch;
    size_t size = strlen(where) + 1;

    *out = NULL;
    if (!store_is_server(where)) return ERR_OK;
    watch = mem_zero(sizeof *watch);
    watch->lead = lead;
    watch->wake = eventfd(0, EFD_CLOEXEC);
    if (watch->wake < 0) {
        mem_free(watch);
        return fault_set(fault, ERR_IO, "cannot make an eventfd: %m");
    }
    watch->where = memcpy(mem_alloc(size), where, size);
    watch->moved = moved;
    watch->ctx = ctx;
    watch->reaches = true;
    watch->pg.reason = watch->said;
    watch->pg.reason_size = sizeof watch->said;
    pthread_mutex_init(&watch->lock, NULL);
    if (pthread_create(&watch->thread, NULL, loop, watch)) mem_exhausted();
    *out = watch;
    return ERR_OK;
}

void watch_nudge(Watch *watch)
{
    const uint64_t one = 1;

    if (watch) (void)!write(watch->wake, &one, sizeof one);
}

void watch_stop(Watch *watch)
{
    if (!watch) return;
    atomic_store(&watch->stopping, true);
    watch_nudge(watch);
    pthread_join(watch->thread, NULL);
    close(watch->wake);
    pthread_mutex_destroy(&watch->lock);
    mem_free(watch->where);
    mem_free(watch);
}

int64_t watch_change(const Watch *watch)
{
    return watch ? atomic_load(&watch->change) : 0;
}

int64_t watch_commits(const Watch *watch)
{
    return watch ? atomic_load(&watch->commits) : 0;
}

bool watch_reaches(const Watch *watch)
{
    return !watch || atomic_load(&watch->reaches);
}

Str watch_reason(Watch *watch, Arena *arena, Time *since)
{
    Str reason;

    pthread_mutex_lock(&watch->lock);
    reason = str_copy(arena, str_from(watch->reason));
    *since = watch->lost_at;
    pthread_mutex_unlock(&watch->lock);
    return reason;
}

void store_watch(Store *store, const Watch *watch)
{
    db_watch(store->own, watch);
}
