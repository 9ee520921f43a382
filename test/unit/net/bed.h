/* test/unit/net/bed.h -- one connection without sockets or clock: what a peer
 * sends is given by the test, and so are the time and how much the kernel
 * takes.
 */
#ifndef NET_BED_H
#define NET_BED_H

#include "check.h"

#include <stdlib.h>

#include "base/mem.h"
#include "net/conn.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define DATE_LINE "Date: Wed, 14 Apr 2021 13:15:00 GMT\r\n"
#define OUT_MAX   (1 << 20)
#define START     (1000 * TIME_SECOND)
#define BIG       100000

/* ---- the loop and its handler ---- */

/* A loop of one connection, with a kernel that takes what it is told to. */
typedef struct Bed {
    Host host;
    Desk *desk;
    ServerConfig config;
    ServerListener listener;
    Conn *conn;
    HttpTicket *ticket; /* of the last deferred request */
    size_t kernel;      /* bytes the peer has not acknowledged */
    size_t calls, released, pulled;
    atomic_uint stays;
    Str news; /* what /stay has to say, and of it what has left */
    size_t told;
    size_t beats;
    size_t body_max;
    char seen_body[200]; /* of the last request */
    char out[OUT_MAX];
    size_t out_len;
} Bed;

static Bed *bed; /* the one of the running test */

static inline size_t unsent(const Conn *conn)
{
    (void)conn;
    return bed->kernel;
}

static inline void release(void *hold)
{
    assert_ptr_equal(hold, bed);
    bed->released++;
}

/* Three chunks, one of them empty; "/broken" fails after the first. */
static inline Err next_chunk(void *hold, Arena *arena, Str *chunk, bool *last)
{
    Bed *b = hold;

    b->pulled++;
    if (b->pulled == 2) return ERR_OK;
    *chunk = str_format(arena, "chunk %zu;", b->pulled);
    *last = b->pulled == 3;
    return ERR_OK;
}

static inline Err broken_chunk(void *hold, Arena *arena, Str *chunk, bool *last)
{
    if (((Bed *)hold)->pulled) return ERR_STORE;
    return next_chunk(hold, arena, chunk, last);
}

/* An answer that stays tells bed->news as far as it is there. */
static inline Str next_news(void *hold)
{
    return str_skip(((Bed *)hold)->news, ((Bed *)hold)->told);
}

static inline void news_sent(void *hold, size_t bytes)
{
    Bed *b = hold;

    b->told += bytes;
    assert_true(b->told <= b->news.len);
}

static inline void news_beat(void *hold)
{
    ((Bed *)hold)->beats++;
}

static inline void handle(void *state, const HttpRequest *request, Arena *arena,
                          HttpReply *reply)
{
    static char big[BIG];
    Bed *b = state;

    assert_int_equal(reply->status, 200);
    assert_int_equal(reply->part_count, 0);
    b->calls++;
    snprintf(b->seen_body, sizeof b->seen_body, "%.*s", STR_ARG(request->body));
    if (str_eq(request->path, S("/later"))) {
        b->ticket = http_defer(reply);
        return;
    }
    reply->hold = b;
    reply->release = release;
    reply->head = S("X-Test: yes\r\n");
    if (str_eq(request->path, S("/stay"))) {
        static const HttpStay stay = {next_news, news_sent, news_beat};

        if (request->may_stay) {
            reply->stay = &stay;
            http_part(reply, S("first;"));
            return;
        }
        reply->status = 503;
    }
    if (str_eq(request->path, S("/stream"))) {
        reply->next = next_chunk;
    } else if (str_eq(request->path, S("/broken"))) {
        reply->next = broken_chunk;
    } else if (str_eq(request->path, S("/big"))) {
        memset(big, 'b', sizeof big);
        http_part(reply, (Str){big, sizeof big});
    } else if (str_eq(request->path, S("/same"))) {
        reply->status = 304;
        http_part(reply, S("never sent"));
    } else {
        http_part(reply, S("you asked "));
        http_part(reply, S(""));
        http_part(reply, str_copy(arena, request->path));
    }
}

static inline size_t body_max(void *state, const HttpRequest *request)
{
    (void)request;
    return ((Bed *)state)->body_max;
}

static inline void connect_to(Bed *b)
{
    b->conn = conn_open(&b->host, &b->listener, -1, "192.0.2.1");
}

static inline void hang_up(void)
{
    conn_free(bed->conn);
    bed->conn = NULL;
}

static inline void reconnect(void)
{
    hang_up();
    connect_to(bed);
}

static inline int set_up(void **state)
{
    bed = *state = mem_zero(sizeof *bed);
    bed->config = server_defaults();
    bed->config.refusal_head = S("X-Refusal: yes\r\n");
    bed->desk = desk_open(-1);
    bed->listener = (ServerListener){.handler = handle, .body_max = body_max};
    host_init(&bed->host, &bed->config, bed->desk, &bed->stays, 1);
    bed->host.state = bed;
    bed->host.unsent = unsent;
    host_clock(&bed->host, START,
               time_from_civil((Civil){2021, 4, 14, 13, 15, 0}));
    connect_to(bed);
    return 0;
}

static inline int tear_down(void **state)
{
    if (bed->conn) conn_free(bed->conn);
    host_close(&bed->host);
    desk_close(bed->desk);
    mem_free(bed);
    *state = NULL;
    return 0;
}

/* ---- what comes and what goes ---- */

/* Sends at most room bytes, step at a time, as a loop would. */
static inline void pump(size_t room, size_t step)
{
    while (room && bed->conn->phase != CONN_CLOSED) {
        struct iovec *pieces;
        size_t count;
        size_t sent = 0;

        conn_pieces(bed->conn, &pieces, &count);
        if (!count) return;
        for (size_t i = 0; i < count && sent < step && sent < room; i++) {
            size_t n = pieces[i].iov_len;

            assert_true(n > 0);
            if (n > step - sent) n = step - sent;
            if (n > room - sent) n = room - sent;
            assert_true(bed->out_len + n < OUT_MAX);
            memcpy(bed->out + bed->out_len, pieces[i].iov_base, n);
            bed->out_len += n;
            sent += n;
        }
        conn_sent(bed->conn, sent);
        room -= sent;
    }
    if (bed->conn->phase == CONN_REPLY) conn_blocked(bed->conn);
}

static inline void feed(Str bytes, size_t step)
{
    char copy[4096];

    for (size_t at = 0; at < bytes.len;) {
        size_t n = bytes.len - at < step ? bytes.len - at : step;

        if (!conn_wants_input(bed->conn)) return;
        memcpy(copy, bytes.ptr + at, n);
        conn_feed(bed->conn, copy, n);
        memset(copy, '#', n); /* what was not kept is gone */
        pump(SIZE_MAX, SIZE_MAX);
        at += n;
    }
}

/* Gives the bytes and sends nothing of an answer. */
static inline void feed_only(Str bytes)
{
    char copy[4096];

    assert_in_range(bytes.len, 1, sizeof copy);
    memcpy(copy, bytes.ptr, bytes.len);
    conn_feed(bed->conn, copy, bytes.len);
}

/* What came out since the last call. */
static inline Str output(void)
{
    Str out = {bed->out, bed->out_len};

    bed->out_len = 0;
    return out;
}

static inline bool has(Str text, const char *part)
{
    return str_find(text, str_from(part), 0) >= 0;
}

static inline size_t count_of(Str text, const char *part)
{
    size_t count = 0;

    for (ptrdiff_t at = 0;
         (at = str_find(text, str_from(part), (size_t)at)) >= 0; at++)
        count++;
    return count;
}

/* A loop wakes whenever something is due; once a second will do here. */
static inline void pass(Time seconds)
{
    for (; seconds > 0; seconds--) {
        bool leaving = bed->conn->phase == CONN_REPLY;

        host_clock(&bed->host, bed->host.now + TIME_SECOND, bed->host.wall);
        while (conn_expire(&bed->host))
            if (!leaving && bed->conn->phase == CONN_REPLY)
                pump(SIZE_MAX, SIZE_MAX); /* 408 */
    }
}

static inline void complete(HttpTicket *ticket, Str text)
{
    HttpReply reply;

    reply_init(&reply);
    reply.hold = bed;
    reply.release = release;
    http_part(&reply, text);
    http_complete(ticket, &reply);
    ticket = desk_take(bed->desk);
    assert_non_null(ticket);
    if (conn_complete(ticket)) pump(SIZE_MAX, SIZE_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
