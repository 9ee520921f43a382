/* web/serve.c -- puts the house together and takes it apart again.
 *
 * Order of starting: lock, sockets, theme, writer (which brings the schema up
 * to date and keeps late schedules), serving threads, ready.  Stopping is the
 * way back.  Signals are blocked in all threads and read here.
 */
#include "web/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "search/related.h"
#include "store/pictures.h"
#include "store/stories.h"
#include "web/house.h"

#define GRACE_MS       10000 /* for answers in flight, before an end */
#define GRACE_AGAIN_MS 2000  /* before a new start: new readers wait */

/* A state is what one thread's handlers get. */
typedef struct ThreadState {
    SiteThread site;
    House *house;
    PressNote *note;
    Analyst *analyst;
} ThreadState;

static Err related_to(void *analyst, Store *store, Arena *arena,
                      const PublicStory *story, size_t max, PublicList *out)
{
    return related(analyst, store, arena, story, max, out);
}

static Err open_state(void *context, unsigned thread, void **out, Fault *fault)
{
    House *house = context;
    const ServeConfig *config = house->config;
    ThreadState *state = mem_zero(sizeof *state);
    PressConfig press =
        house_press(house, config->cache_bytes / config->threads);
    Err err;

    state->analyst = analyst_open(ANALYST_FEW);
    press.related = related_to;
    press.related_ctx = state->analyst;
    err = press_open(&press, &state->site.press, fault);
    if (err) {
        analyst_close(state->analyst);
        mem_free(state);
        return err;
    }
    state->site.shared = &house->shared;
    state->site.searcher = house->searcher;
    state->site.live =
        live_open(state->site.press, &house->site, house->shared.head);
    state->house = house;
    state->note = &house->notes[thread];
    metrics_note(state->note, state->site.press);
    *out = state;
    return ERR_OK;
}

static void close_state(void *context, void *state)
{
    ThreadState *thread = state;

    (void)context;
    live_close(thread->site.live);
    press_close(thread->site.press);
    analyst_close(thread->analyst);
    mem_free(thread);
}

static void on_site(void *state, const HttpRequest *request, Arena *arena,
                    HttpReply *reply)
{
    ThreadState *thread = state;

    site_handle(&thread->site, request, arena, reply);
    metrics_note(thread->note, thread->site.press);
}

static void on_control(void *state, const HttpRequest *request, Arena *arena,
                       HttpReply *reply)
{
    control_handle(&((ThreadState *)state)->house->control, request, arena,
                   reply);
}

static void on_operator(void *state, const HttpRequest *request, Arena *arena,
                        HttpReply *reply)
{
    control_handle(&((ThreadState *)state)->house->operator_control, request,
                   arena, reply);
}

static void write_purges(const House *house, Buf *buf)
{
    PurgeCounters counters = purge_counters(house->purge);

    metrics_write_purges(buf, counters.calls, counters.failures,
                         counters.change);
}

static void write_metrics(void *ctx, Buf *buf)
{
    House *house = ctx;
    ServerCounters sums;

    server_counters(house->server, &sums);
    metrics_write(buf, &sums, house->notes, house->config->threads,
                  house->watch ? watch_change(house->watch)
                               : writer_committed(house->writer));
    metrics_write_live(buf, server_stays(house->server));
    metrics_write_reads(buf, audience_counters(house->audience));
    if (house->ads) metrics_write_ads(buf, ads_counters(house->ads));
    if (house->push) metrics_write_push(buf, push_counters(house->push));
    metrics_write_index(buf, follow_change(house->follow),
                        follow_counted(house->follow),
                        follow_related(house->follow));
    if (house->purge) write_purges(house, buf);
    if (house->replica_watch)
        metrics_write_replica(buf, watch_change(house->replica_watch),
                              watch_change(house->watch));
}

static int64_t shown(void *ctx)
{
    const House *house = ctx;

    return metrics_shown(house->notes, house->config->threads);
}

/* ---- what is committed ---- */

static void on_moved(void *house)
{
    bell_ring(&((House *)house)->bell);
}

/* Of a file readers alone ask what is new; open pages do not ask. */
static bool on_poked(void *state)
{
    ThreadState *thread = state;
    SiteThread *site = &thread->site;

    if (!thread->house->watch && !live_has_readers(site->live)) return false;
    press_catch_up(site->press, time_monotonic());
    metrics_note(thread->note, site->press);
    return live_follow(site->live);
}

/* ---- the clock: what is due becomes public ---- */

static Err on_due(Store *store, Arena *arena, Time now, Time *next, void *ctx)
{
    House *house = ctx;

    Time then = TIME_NONE;
    int64_t change;
    Err err;

    house->released = (Released){0};
    err = desk_release_due(store, arena, now, next, &house->released);
    if (!err) err = pictures_expire(store, arena, now, &then, &change);
    if (!err && then != TIME_NONE && (*next == TIME_NONE || then < *next))
        *next = then;
    return err;
}

static Err look_for_due(Store *store, Time now, Time *next)
{
    Time then = TIME_NONE;
    Err err = stories_due_first(store, now, next);

    if (!err) err = pictures_due_first(store, &then);
    if (!err && then != TIME_NONE && (*next == TIME_NONE || then < *next))
        *next = then;
    return err;
}

/* A story that cannot be released is tried with every commit, and told once a
 * minute. */
static void on_released(Err err, void *ctx)
{
    House *house = ctx;
    const Released *released = &house->released;
    Time now = time_monotonic();

    if (!err && released->count)
        log_info("%zu scheduled stories are public now", released->count);
    if (released->failed && now - house->told_at >= TIME_MINUTE) {
        house->told_at = now;
        log_error("story %lld cannot be released: %s (and %zu more)",
                  (long long)released->story.number, released->fault.text,
                  released->failed - 1);
    }
    house->released = (Released){0};
    if (err) return;
    if (!house->watch) purge_nudge(house->purge);
    bell_ring(&house->bell);
}

/* ---- starting ---- */

/* One server a folder; a second one is told so at once. */
static Err take_lock(House *house, Fault *fault)
{
    const char *path = house->config->lock_path;

    house->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (house->lock < 0) {
        fault_where(fault, "%s", path);
        return fault_set(fault, ERR_IO, "cannot open it: %s", strerror(errno));
    }
    if (flock(house->lock, LOCK_EX | LOCK_NB) == 0) return ERR_OK;
    return fault_set(fault, ERR_BUSY, "a server runs already on this site");
}

static Err open_log(House *house, Fault *fault)
{
    const ServeConfig *config = house->config;

    house->log = -1;
    if (config->log_format == SERVER_LOG_OFF) return ERR_OK;
    house->log =
        open(config->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (house->log >= 0) return ERR_OK;
    fault_where(fault, "%s", config->log_path);
    return fault_set(fault, ERR_IO, "cannot open it: %s", strerror(errno));
}

static Err open_sockets(House *house, Fault *fault)
{
    const ServeConfig *config = house->config;
    Err err;

    err = listen_open(config->listen, &house->fds[0], fault);
    if (err) return err;
    house->fd_count = 1;
    err = listen_unix(config->control_path, &house->fds[1], fault);
    if (err) return err;
    house->fd_count = 2;
    if (!config->operator_listen.len) return ERR_OK;
    err = listen_open(config->operator_listen, &house->fds[2], fault);
    if (!err) house->fd_count = 3;
    return err;
}

static Str own_url(House *house)
{
    Str address = listen_reach(&house->arena, house->fds[0]);

    return str_format(&house->arena, "http://%.*s", STR_ARG(address));
}

/* Tag URIs need a name that was the agency's at a time. */
static Str authority_of(Arena *arena, Str url)
{
    ptrdiff_t slashes = str_find(url, S("://"), 0);
    Str host = str_skip(url, slashes < 0 ? 0 : (size_t)slashes + 3);

    host = str_cut(&host, '/');
    return str_format(arena, "%.*s,2026", STR_ARG(str_cut(&host, ':')));
}

/* Nobody else can follow an address that says "localhost". */
static void warn_of_url(House *house)
{
    Str address = listen_address(&house->arena, house->fds[0]);

    if (str_eq(address, listen_reach(&house->arena, house->fds[0]))) return;
    log_warn("\"url\" is not set, and the site listens on every address: its "
             "pages and feeds call it %.*s; set url in dateline.conf",
             STR_ARG(house->site.url));
}

static void fill_site(House *house)
{
    house->site = house->config->site;
    house->site.push = house->config->push_subject.len > 0;
    if (!house->site.url.len) {
        house->site.url = own_url(house);
        warn_of_url(house);
    }
    if (!house->site.authority.len)
        house->site.authority = authority_of(&house->arena, house->site.url);
}

static void fill_control(House *house)
{
    house->control = (Control){
        .settings = {&house->site, house->config->section},
        .writer = house->writer,
        .watch = house->watch,
        .replica_watch = house->replica_watch,
        .head = house->shared.head,
        .started_at = time_monotonic(),
        .metrics = write_metrics,
        .shown = shown,
        .ctx = house,
        .audience = house->audience,
        .ads = house->ads,
        .reads = house->reads,
        .reads_head = str_format(
            &house->arena,
            "Content-Type: text/html; charset=utf-8\r\n"
            "Cache-Control: no-store\r\n"
            "Content-Security-Policy: default-src 'none'; style-src %.*s; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Referrer-Policy: no-referrer\r\n",
            STR_ARG(reads_page_style_source(house->reads))),
        .may_write = true,
    };
    house->operator_control = house->control;
    house->operator_control.may_write = false;
}

static Err start_server(House *house, Fault *fault)
{
    const ServeConfig *config = house->config;
    ServerConfig server = server_defaults();
    ServerListener listeners[LISTENERS] = {
        {.fd = house->fds[0], .handler = on_site, .body_max = site_body_max},
        {.fd = house->fds[1],
         .handler = on_control,
         .body_max = control_body_max,
         .same_user = true},
        {.fd = house->fds[2], .handler = on_operator},
    };

    house->notes = mem_zero(config->threads * sizeof *house->notes);
    server.listeners = listeners;
    server.listener_count = house->fd_count;
    server.threads = config->threads;
    server.context = house;
    server.open_state = open_state;
    server.close_state = close_state;
    server.poked = on_poked;
    server.per_address = config->connections_per_address;
    server.proxies = config->proxies;
    server.refusal_head = house->shared.head;
    server.log = config->log_format;
    server.log_fd = house->log;
    return server_start(&server, &house->server, fault);
}

static Err open_theme(House *house, Fault *fault)
{
    int shared_s = house->config->cdn_seconds;
    Err err = theme_open(&house->site, house->config->theme_dir, &house->theme,
                         fault);

    if (!err)
        err = site_prepare(&house->arena, &house->site, house->theme, shared_s,
                           &house->shared, fault);
    house->shared.shelf = (Shelf){house->config->media_dir};
    house->shared.purges = house->config->purge_url != NULL;
    return err;
}

static Err start(House *house, Fault *fault)
{
    const ServeConfig *config = house->config;
    WriterClock clock = {
        .due = on_due, .look = look_for_due, .done = on_released, .ctx = house};
    Err err = take_lock(house, fault);

    if (!err) err = open_log(house, fault);
    if (!err) err = open_sockets(house, fault);
    if (err) return err;
    fill_site(house);
    err = open_theme(house, fault);
    if (!err)
        err = watch_start(config->store_path, on_moved, house, &house->watch,
                          fault);
    if (!err && config->replica)
        err = watch_start_behind(config->replica, house->watch, house_on_behind,
                                 house, &house->replica_watch, fault);
    if (!err) err = house_start_purge(house, fault);
    if (!err)
        err = writer_start(config->store_path, house->watch, clock,
                           &house->writer, fault);
    if (!err) err = house_start(house, fault);
    if (!err) err = reads_page_open(&house->site, &house->reads, fault);
    if (err) return err;
    fill_control(house);
    err = start_server(house, fault);
    if (err) return err;
    bell_hang(&house->bell, (BellParts){.server = house->server,
                                        .replica = house->replica_watch,
                                        .follow = house->follow,
                                        .push = house->push});
    bell_ring(&house->bell);      /* what was committed meanwhile */
    server_accept(house->server); /* handlers ask house->server */
    return ERR_OK;
}

/* ---- stopping ---- */

static void stop(House *house, bool again)
{
    if (house->server)
        server_stop(house->server, again ? GRACE_AGAIN_MS : GRACE_MS);
    bell_hang(&house->bell, (BellParts){0});
    if (house->server) server_close(house->server);
    house_stop(house);
    if (house->writer) writer_stop(house->writer);
    ads_close(house->ads);
    purge_stop(house->purge);
    watch_stop(house->replica_watch);
    watch_stop(house->watch);
    bell_close(&house->bell);
    if (again && listen_export(house->fds, house->fd_count))
        log_warn("the listening sockets cannot be handed on");
    for (size_t i = 0; !again && i < house->fd_count; i++)
        close(house->fds[i]);
    if (house->fd_count > 1 && !again) unlink(house->config->control_path);
    reads_page_close(house->reads);
    theme_close(house->theme);
    mem_free(house->notes);
    if (house->log >= 0) close(house->log);
    if (house->lock >= 0) close(house->lock);
    arena_close(&house->arena);
}

/* Standard output may be a pipe that nobody reads any more ("serve | head"):
 * what is said into it is lost, and no reason to end. */
static void block_signals(sigset_t *set)
{
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, set, NULL);
}

static House *house_open(const ServeConfig *config)
{
    House *house = mem_zero(sizeof *house);

    house->config = config;
    house->begun_at = time_now();
    house->arena = arena_open();
    bell_open(&house->bell);
    house->lock = house->log = -1;
    house->told_at = -TIME_MINUTE;
    return house;
}

/* The signal that ends it. */
static int wait_for_end(const sigset_t *signals, const ServeCalls *calls)
{
    int signal;

    for (;;) {
        if (sigwait(signals, &signal) != 0) continue;
        if (signal != SIGHUP || calls->may_leave(calls->ctx)) return signal;
    }
}

Err serve_run(const ServeConfig *config, const ServeCalls *calls, ServeEnd *end,
              Fault *fault)
{
    House *house = house_open(config);
    sigset_t signals;
    int signal = SIGTERM;
    Err err;

    block_signals(&signals);
    listen_inherit();
    err = start(house, fault);
    listen_inherit_end();
    if (!err) {
        calls->ready(calls->ctx, own_url(house));
        signal = wait_for_end(&signals, calls);
        *end = signal == SIGHUP ? SERVE_AGAIN : SERVE_STOPPED;
    }
    stop(house, !err && signal == SIGHUP);
    mem_free(house);
    return err;
}

/* ---- before starting ---- */

static Err check_address(Str address, Fault *fault)
{
    int fd;
    Err err = listen_open(address, &fd, fault);

    if (!err) close(fd);
    return err == ERR_CONFLICT ? ERR_OK : err;
}

static Err check_house(House *house, Fault *fault)
{
    const ServeConfig *config = house->config;
    Err err = check_address(config->listen, fault);

    if (!err && config->operator_listen.len)
        err = check_address(config->operator_listen, fault);
    if (err) return err;
    err = store_look(config->store_path, fault);
    if (!err) err = open_log(house, fault);
    house->site = config->site;
    if (!err) err = open_theme(house, fault);
    return err;
}

Err serve_check(const ServeConfig *config, Fault *fault)
{
    House *house = house_open(config);
    Err err = check_house(house, fault);

    stop(house, false);
    mem_free(house);
    return err;
}
