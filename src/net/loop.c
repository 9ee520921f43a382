#include "net/loop.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define EVENTS       256 /* one wait */
#define TURNS        16  /* writes to one connection before others' turn */
#define ACCEPTS      8   /* connections taken before others' turn */
#define STAYS        32  /* of those that stay, driven before others' turn */
#define ACCEPT_PAUSE (100 * TIME_MS)

/* How many connections a loop may have more than another, and of the other's
 * one in so many: then the other takes the next. */
#define UNEVEN       8
#define UNEVEN_SHARE 8

/* Edge-triggered: epoll tells of a connection when something has come since it
 * told last, and does not look at it again each time it is asked. */
#define WATCHED (EPOLLIN | EPOLLRDHUP | EPOLLET)

/* epoll's data: 0 the eventfd, 1.. a listener's number, else a Conn. */
#define WAKE_ID 0u

static size_t unsent(const Conn *conn)
{
    int bytes = 0;

    if (ioctl(conn->fd, SIOCOUTQ, &bytes) || bytes < 0) return 0;
    return (size_t)bytes;
}

/* ---- rings ---- */

static void ring_init(Conn *ring)
{
    ring->stay_prev = ring->stay_next = ring;
}

static void ring_leave(Conn *conn)
{
    if (!conn->stay_next) return;
    conn->stay_prev->stay_next = conn->stay_next;
    conn->stay_next->stay_prev = conn->stay_prev;
    conn->stay_prev = conn->stay_next = NULL;
}

/* As the last; from whichever ring it was in. */
static void ring_join(Conn *ring, Conn *conn)
{
    ring_leave(conn);
    conn->stay_prev = ring->stay_prev;
    conn->stay_next = ring;
    conn->stay_prev->stay_next = conn->stay_next->stay_prev = conn;
}

/* All of from behind all of to. */
static void ring_append(Conn *to, Conn *from)
{
    if (from->stay_next == from) return;
    from->stay_next->stay_prev = to->stay_prev;
    to->stay_prev->stay_next = from->stay_next;
    from->stay_prev->stay_next = to;
    to->stay_prev = from->stay_prev;
    ring_init(from);
}

/* ---- open and close ---- */

Err loop_open(Loop *loop, Shared *shared, Fault *fault)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = WAKE_ID};

    memset(loop, 0, sizeof *loop);
    loop->shared = shared;
    loop->accept_again = loop->flush_at = TIME_NONE;
    loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->wake < 0 || loop->epoll < 0 ||
        epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event)) {
        fault_set(fault, ERR_IO, "cannot make an event loop: %s",
                  strerror(errno));
        if (loop->wake >= 0) close(loop->wake);
        if (loop->epoll >= 0) close(loop->epoll);
        return ERR_IO;
    }
    loop->input = mem_alloc(CONN_READ_MAX);
    loop->desk = desk_open(loop->wake);
    inbox_open(&loop->inbox);
    host_init(&loop->host, &shared->config, loop->desk, &shared->stays,
              shared->connections_max / 4 * 3);
    loop->host.unsent = unsent;
    ring_init(&loop->due);
    ring_init(&loop->resting);
    return ERR_OK;
}

void loop_close(Loop *loop)
{
    desk_close(loop->desk);
    inbox_close(&loop->inbox);
    host_close(&loop->host);
    close(loop->wake);
    close(loop->epoll);
    mem_free(loop->input);
}

void loop_wake(const Loop *loop)
{
    const uint64_t one = 1;
    ssize_t n;

    do
        n = write(loop->wake, &one, sizeof one);
    while (n < 0 && errno == EINTR);
}

/* ---- connections ---- */

static void queue_up(Loop *loop, Conn *conn)
{
    if (conn->queued) return;
    conn->queued = true;
    conn->next_queued = loop->queue;
    loop->queue = conn;
}

/* Closes the socket of a connection that is CLOSED; it is freed after the
 * round, since an event for it may still be in the batch. */
static void part_with(Loop *loop, Conn *conn)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (conn->fd < 0) return;
    if (conn->reset)
        setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    /* close() alone leaves it in epoll while a forked child has it open. */
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, conn->fd, NULL);
    close(conn->fd);
    conn->fd = -1;
    ring_leave(conn);
    if (conn->prev)
        conn->prev->next = conn->next;
    else
        loop->conns = conn->next;
    if (conn->next) conn->next->prev = conn->prev;
    peers_leave(&loop->shared->peers, conn->address);
    atomic_fetch_sub(&loop->own, 1);
    atomic_fetch_sub(&loop->shared->connections, 1);
    queue_up(loop, conn);
}

/* After anything happened to a connection: is there more to be done now?  What
 * is not read now because it is not wanted is remembered as `more`. */
static void settle(Loop *loop, Conn *conn)
{
    if (conn->phase == CONN_STAY && !conn->stay_next)
        ring_join(&loop->resting, conn);
    if (conn->phase == CONN_LINGER && !conn->shut) {
        conn->shut = true;
        shutdown(conn->fd, SHUT_WR);
    }
    if (conn->phase == CONN_CLOSED)
        part_with(loop, conn);
    else if (conn->more && !conn->blocked && conn_wants_input(conn))
        queue_up(loop, conn);
}

/* The kernel takes no more: epoll tells when it does, from the first time on
 * that this is asked. */
static void wait_for_room(Loop *loop, Conn *conn)
{
    struct epoll_event event = {.events = WATCHED | EPOLLOUT, .data.ptr = conn};

    conn->blocked = true;
    conn_blocked(conn);
    if (conn->watches_room) return;
    conn->watches_room = true;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, conn->fd, &event))
        conn_close(conn);
}

static ssize_t put_out(Loop *loop, int fd, struct iovec *pieces, size_t count)
{
    if (count > 1) {
        count = gather(&loop->gather, pieces, count);
        pieces = loop->gather.pieces;
    }
    if (count == 1)
        return send(fd, pieces->iov_base, pieces->iov_len, MSG_NOSIGNAL);
    return sendmsg(fd, &(struct msghdr){.msg_iov = pieces, .msg_iovlen = count},
                   MSG_NOSIGNAL);
}

static void drive(Loop *loop, Conn *conn)
{
    conn->blocked = false;
    for (int turn = 0; turn < TURNS; turn++) {
        struct iovec *pieces;
        size_t count;
        ssize_t n;

        conn_pieces(conn, &pieces, &count);
        if (!count) {
            settle(loop, conn);
            return;
        }
        n = put_out(loop, conn->fd, pieces, count);
        if (n >= 0) {
            conn_sent(conn, (size_t)n);
            if (conn->phase == CONN_IDLE && !conn->in) {
                settle(loop, conn);
                return;
            }
            if (conn_streams(conn)) break;
        } else if (errno == EAGAIN) {
            wait_for_room(loop, conn);
            settle(loop, conn);
            return;
        } else if (errno != EINTR) {
            conn_close(conn);
        }
        if (conn->phase == CONN_CLOSED) break;
    }
    if (conn->phase == CONN_CLOSED)
        part_with(loop, conn);
    else if (conn->phase == CONN_STAY)
        ring_join(&loop->due, conn);
    else
        queue_up(loop, conn);
}

static void readable(Loop *loop, Conn *conn)
{
    size_t max = conn_wants_input(conn);
    ssize_t n;

    if (!max || conn->blocked) return;
    n = recv(conn->fd, loop->input, max, 0);
    if (n < 0 && errno == EINTR) {
        queue_up(loop, conn);
        return;
    }
    /* A stream that gave less than it might have has no more, but its end. */
    conn->more = n == (ssize_t)max || (n > 0 && conn->half_closed);
    if (n < 0 && errno == EAGAIN) return;
    if (n > 0)
        conn_feed(conn, loop->input, (size_t)n);
    else if (n == 0)
        conn_end(conn);
    else
        conn_close(conn);
    drive(loop, conn);
}

static void on_conn(Loop *loop, Conn *conn, uint32_t events)
{
    if (conn->phase == CONN_CLOSED) return;
    if (events & (EPOLLERR | EPOLLHUP)) {
        conn_close(conn);
        part_with(loop, conn);
        return;
    }
    if (events & EPOLLIN) conn->more = true;
    if (events & EPOLLRDHUP) conn->half_closed = true;
    if (conn->blocked && events & EPOLLOUT)
        drive(loop, conn);
    else if (conn->more)
        readable(loop, conn);
}

/* ---- accepting ---- */

static void set_accepting(Loop *loop, bool on)
{
    const ServerConfig *config = &loop->shared->config;

    if (loop->accepting == on) return;
    loop->accepting = on;
    for (size_t i = 0; i < config->listener_count; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE,
                                    .data.u64 = i + 1};

        if (epoll_ctl(loop->epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
                      config->listeners[i].fd, &event) &&
            on)
            loop->accept_again = loop->host.now + ACCEPT_PAUSE;
    }
}

static bool is_same_user(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) &&
           peer.uid == geteuid();
}

/* One more connection is one too many: the longest idle one goes. */
static bool make_room(Loop *loop)
{
    Conn *oldest;

    if (atomic_load(&loop->shared->connections) < loop->shared->connections_max)
        return true;
    oldest = conn_oldest(&loop->host);
    if (!oldest) return false;
    conn_close(oldest);
    part_with(loop, oldest);
    return true;
}

/* The limit of an address comes first: whoever is over it moves nobody. */
static bool may_enter(Loop *loop, const ServerListener *listener, int fd,
                      uint64_t address)
{
    Peers *peers = &loop->shared->peers;

    if (listener->same_user && !is_same_user(fd)) return false;
    if (!peers_enter(peers, address)) return false;
    if (make_room(loop)) return true;
    peers_leave(peers, address);
    return false;
}

static void turn_away(Loop *loop, int fd)
{
    counter_add(&loop->host.counters.turned_away, 1);
    close(fd);
}

static void begin_conn(Loop *loop, const Arrival *arrival)
{
    struct epoll_event event = {.events = WATCHED};
    Conn *conn =
        conn_open(&loop->host, arrival->listener, arrival->fd, arrival->peer);

    conn->address = arrival->address;
    conn->next = loop->conns;
    if (conn->next) conn->next->prev = conn;
    loop->conns = conn;
    event.data.ptr = conn;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, conn->fd, &event)) {
        conn_close(conn);
        part_with(loop, conn);
    }
}

/* The one that has the fewest connections, where it has far fewer than this;
 * else this. */
static Loop *least_loaded(Loop *loop)
{
    const Shared *shared = loop->shared;
    unsigned own = atomic_load(&loop->own);
    unsigned least = own;
    Loop *found = loop;

    for (unsigned i = 0; i < shared->loop_count; i++) {
        unsigned count = atomic_load(&shared->loops[i]->own);

        if (count >= least) continue;
        least = count;
        found = shared->loops[i];
    }
    return own > least + least / UNEVEN_SHARE + UNEVEN ? found : loop;
}

static bool hand_over(Loop *to, const Arrival *arrival)
{
    atomic_fetch_add(&to->own, 1);
    if (inbox_put(&to->inbox, arrival)) {
        loop_wake(to);
        return true;
    }
    atomic_fetch_sub(&to->own, 1);
    return false;
}

static void admit(Loop *loop, const ServerListener *listener, int fd,
                  const struct sockaddr *from)
{
    Arrival arrival = {.fd = fd, .listener = listener};
    Loop *to;

    arrival.address = peers_whose(&loop->shared->peers, from, arrival.peer,
                                  sizeof arrival.peer);
    if (!may_enter(loop, listener, fd, arrival.address)) {
        turn_away(loop, fd);
        return;
    }
    atomic_fetch_add(&loop->shared->connections, 1);
    to = least_loaded(loop);
    if (to != loop && hand_over(to, &arrival)) return;
    atomic_fetch_add(&loop->own, 1);
    begin_conn(loop, &arrival);
}

static void take_arrivals(Loop *loop)
{
    Arrival arrival;

    while (inbox_take(&loop->inbox, &arrival))
        begin_conn(loop, &arrival);
}

/* Out of descriptors or memory: the ones waiting would wake the loop again at
 * once, so it looks away for a while. */
static void pause_accepting(Loop *loop)
{
    set_accepting(loop, false);
    loop->accept_again = loop->host.now + ACCEPT_PAUSE;
}

static void on_listener(Loop *loop, const ServerListener *listener)
{
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage from = {0};
        socklen_t size = sizeof from;
        int fd = accept4(listener->fd, (void *)&from, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0)
            admit(loop, listener, fd, (void *)&from);
        else if (errno == EAGAIN)
            return;
        else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                 errno == ENOMEM) {
            pause_accepting(loop);
            return;
        } /* else: that one is gone already, or a signal came: the next */
    }
}

/* ---- rounds ---- */

static void poked(Loop *loop)
{
    unsigned pokes = atomic_load(&loop->shared->pokes);

    if (pokes == loop->poked || !loop->shared->config.poked) return;
    loop->poked = pokes;
    if (loop->shared->config.poked(loop->host.state))
        ring_append(&loop->due, &loop->resting);
}

static void on_wake(Loop *loop)
{
    uint64_t count;
    HttpTicket *ticket;

    /* Nothing to read is as good: then another write woke us before. */
    if (read(loop->wake, &count, sizeof count) < 0 && errno != EAGAIN) return;
    poked(loop);
    take_arrivals(loop);
    while ((ticket = desk_take(loop->desk))) {
        Conn *conn = conn_complete(ticket);

        if (conn) drive(loop, conn);
    }
}

/* Goes on with those whose turn was over, and frees the closed. */
static void do_queue(Loop *loop)
{
    Conn *next = loop->queue;

    loop->queue = NULL;
    while (next) {
        Conn *conn = next;

        next = conn->next_queued;
        conn->queued = false;
        if (conn->phase == CONN_CLOSED)
            conn_free(conn);
        else if (conn_wants_input(conn))
            readable(loop, conn);
        else
            drive(loop, conn);
    }
}

/* A few of those that stay; the others after this round's answers. */
static void do_stays(Loop *loop)
{
    for (int i = 0; i < STAYS && loop->due.stay_next != &loop->due; i++) {
        Conn *conn = loop->due.stay_next;

        ring_join(&loop->resting, conn);
        if (!conn->blocked) drive(loop, conn);
    }
}

static void do_timers(Loop *loop)
{
    Host *host = &loop->host;
    Conn *conn;

    while ((conn = conn_expire(host))) {
        if (conn->phase == CONN_REPLY)
            drive(loop, conn);
        else if (conn->phase == CONN_STAY)
            ring_join(&loop->due, conn);
        else
            settle(loop, conn);
    }
    if (loop->accept_again != TIME_NONE && host->now >= loop->accept_again) {
        loop->accept_again = TIME_NONE;
        set_accepting(loop, false);
        set_accepting(loop, true);
    }
    if (host->log.len && loop->flush_at == TIME_NONE)
        loop->flush_at = host->now + TIME_SECOND;
    if (loop->flush_at != TIME_NONE && host->now >= loop->flush_at) {
        accesslog_flush(&host->log);
        loop->flush_at = TIME_NONE;
    }
}

static bool is_quiet(const Conn *conn)
{
    return (conn->phase == CONN_IDLE && !conn->in) || conn->phase == CONN_STAY;
}

/* Stopping: nobody new; every answer is its connection's last; idle ones have
 * a moment left, so that a request already on its way is still answered. */
static void do_stop(Loop *loop)
{
    Time now = loop->host.now;
    bool quiet = now >= atomic_load(&loop->shared->quiet_at);
    bool over = now >= atomic_load(&loop->shared->stop_at);

    loop->accept_again = TIME_NONE;
    set_accepting(loop, false);
    for (Conn *conn = loop->conns, *next; conn; conn = next) {
        next = conn->next;
        if (!over && !(quiet && is_quiet(conn))) continue;
        conn_close(conn);
        part_with(loop, conn);
    }
}

static Time earlier(Time a, Time b)
{
    return a == TIME_NONE || (b != TIME_NONE && b < a) ? b : a;
}

static int patience_ms(const Loop *loop)
{
    Time due = host_due(&loop->host);
    Time left;

    if (loop->queue || loop->due.stay_next != &loop->due) return 0;
    due = earlier(due, loop->accept_again);
    due = earlier(due, loop->flush_at);
    if (loop->host.stopping) {
        Time quiet_at = atomic_load(&loop->shared->quiet_at);

        if (quiet_at > loop->host.now) due = earlier(due, quiet_at);
        due = earlier(due, atomic_load(&loop->shared->stop_at));
    }
    if (due == TIME_NONE) return -1;
    left = due - loop->host.now;
    if (left <= 0) return 0;
    return left > TIME_HOUR ? 3600000 : (int)((left + TIME_MS - 1) / TIME_MS);
}

static void round_of(Loop *loop, const struct epoll_event *events, int count)
{
    const ServerListener *listeners = loop->shared->config.listeners;

    /* First, so that this round's answers already say that they are last. */
    loop->host.stopping = atomic_load(&loop->shared->stopping);
    for (int i = 0; i < count; i++) {
        uint64_t id = events[i].data.u64;

        if (id == WAKE_ID)
            on_wake(loop);
        else if (id > loop->shared->config.listener_count)
            on_conn(loop, events[i].data.ptr, events[i].events);
        else if (loop->accepting)
            on_listener(loop, &listeners[id - 1]);
    }
    do_queue(loop);
    do_stays(loop);
    do_timers(loop);
    if (loop->host.stopping) do_stop(loop);
}

void loop_run(Loop *loop, void *state)
{
    struct epoll_event events[EVENTS];
    Host *host = &loop->host;

    host->state = state;
    host_clock(host, time_monotonic(), time_now());
    set_accepting(loop, true);
    while (!host->stopping || loop->conns || !inbox_end(&loop->inbox)) {
        int count = epoll_wait(loop->epoll, events, EVENTS, patience_ms(loop));

        host_clock(host, time_monotonic(), time_now());
        round_of(loop, events, count > 0 ? count : 0);
    }
    while (loop->queue)
        do_queue(loop);
    accesslog_flush(&host->log);
}
