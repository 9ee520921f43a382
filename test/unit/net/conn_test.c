/* test/unit/net/conn_test.c -- one connection, without sockets or clock: what
 * goes in, what comes out, what is held and for how long. */
#include "check.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "net/conn.h"

#define GET(path)  "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define DATE_LINE  "Date: Wed, 14 Apr 2021 13:15:00 GMT\r\n"
#define OUT_MAX    (1 << 20)
#define SECONDS(n) ((n)*TIME_SECOND)
#define START      SECONDS(1000)
#define BIG        100000

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
    size_t body_max;
    char seen_body[200]; /* of the last request */
    char out[OUT_MAX];
    size_t out_len;
} Bed;

static Bed *bed; /* the one of the running test */

static size_t unsent(const Conn *conn)
{
    (void)conn;
    return bed->kernel;
}

static void release(void *hold)
{
    assert_ptr_equal(hold, bed);
    bed->released++;
}

/* Three chunks, one of them empty; "/broken" fails after the first. */
static Err next_chunk(void *hold, Arena *arena, Str *chunk, bool *last)
{
    Bed *b = hold;

    b->pulled++;
    if (b->pulled == 2) return ERR_OK;
    *chunk = str_format(arena, "chunk %zu;", b->pulled);
    *last = b->pulled == 3;
    return ERR_OK;
}

static Err broken_chunk(void *hold, Arena *arena, Str *chunk, bool *last)
{
    if (((Bed *)hold)->pulled) return ERR_STORE;
    return next_chunk(hold, arena, chunk, last);
}

static void handle(void *state, const HttpRequest *request, Arena *arena,
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

static size_t body_max(void *state, const HttpRequest *request)
{
    (void)request;
    return ((Bed *)state)->body_max;
}

static void connect_to(Bed *b)
{
    b->conn = conn_open(&b->host, &b->listener, -1, "192.0.2.1");
}

static int set_up(void **state)
{
    bed = *state = mem_zero(sizeof *bed);
    bed->config = server_defaults();
    bed->config.refusal_head = S("X-Refusal: yes\r\n");
    bed->desk = desk_open(-1);
    bed->listener = (ServerListener){.handler = handle, .body_max = body_max};
    host_init(&bed->host, &bed->config, bed->desk);
    bed->host.state = bed;
    bed->host.unsent = unsent;
    host_clock(&bed->host, START,
               time_from_civil((Civil){2021, 4, 14, 13, 15, 0}));
    connect_to(bed);
    return 0;
}

static int tear_down(void **state)
{
    if (bed->conn) conn_free(bed->conn);
    host_close(&bed->host);
    desk_close(bed->desk);
    mem_free(bed);
    *state = NULL;
    return 0;
}

/* Sends at most room bytes, step at a time, as a loop would. */
static void pump(size_t room, size_t step)
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

static void feed(Str bytes, size_t step)
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

/* What came out since the last call. */
static Str output(void)
{
    Str out = {bed->out, bed->out_len};

    bed->out_len = 0;
    return out;
}

static bool has(Str text, const char *part)
{
    return str_find(text, str_from(part), 0) >= 0;
}

static size_t count_of(Str text, const char *part)
{
    size_t count = 0;

    for (ptrdiff_t at = 0;
         (at = str_find(text, str_from(part), (size_t)at)) >= 0; at++)
        count++;
    return count;
}

/* A loop wakes whenever something is due; once a second will do here. */
static void pass(Time seconds)
{
    for (; seconds > 0; seconds--) {
        bool leaving = bed->conn->phase == CONN_REPLY;

        host_clock(&bed->host, bed->host.now + TIME_SECOND, bed->host.wall);
        while (conn_expire(&bed->host))
            if (!leaving && bed->conn->phase == CONN_REPLY)
                pump(SIZE_MAX, SIZE_MAX); /* 408 */
    }
}

/* ---- answers ---- */

static void an_answer_has_its_lines_in_order(void **unused)
{
    (void)unused;
    feed(S(GET("/a")), 4096);
    assert_str(output(), S("HTTP/1.1 200 OK\r\n" DATE_LINE
                           "Content-Length: 12\r\nX-Test: yes\r\n\r\n"
                           "you asked /a"));
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    assert_int_equal(bed->released, 1);
}

static void an_idle_connection_holds_next_to_nothing(void **unused)
{
    (void)unused;
    assert_true(sizeof(Conn) <= 300);
    feed(S(GET("/a")), 10);
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    assert_null(bed->conn->in);
    assert_null(bed->conn->out);
}

/* As a loop reads what has come, no more at once than is asked for; the kernel
 * takes nothing of the answers.  The most room that was held meanwhile. */
static size_t room_for(Str bytes)
{
    static char input[CONN_READ_MAX];
    size_t most = 0;
    size_t n;

    while (bytes.len && (n = conn_wants_input(bed->conn))) {
        if (n > bytes.len) n = bytes.len;
        memcpy(input, bytes.ptr, n);
        conn_feed(bed->conn, input, n);
        pump(0, 1);
        bytes = str_skip(bytes, n);
        if (bed->conn->in_room > most) most = bed->conn->in_room;
    }
    return most;
}

/* Whoever sends much and reads nothing costs what stands in the kernel. */
static void a_connection_keeps_no_more_than_it_needs(void **unused)
{
    Arena arena = arena_open();
    Str long_head = str_format(
        &arena, "GET / HTTP/1.1\r\nHost: a\r\nA: %07000d\r\nB: %07000d\r\n\r\n",
        0, 0);
    Str body = str_format(&arena, "%060000d", 0);
    Buf many = buf_open(&arena, 100000);

    (void)unused;
    for (int i = 0; i < 1000; i++)
        buf_puts(&many, S(GET("/big")));
    check_row("many requests behind the first");
    assert_true(room_for(buf_str(&many)) <= CONN_READ);
    conn_free(bed->conn);
    connect_to(bed);
    check_row("a long head before them");
    room_for(str_format(&arena, "%.*s%.*s", STR_ARG(long_head),
                        STR_ARG(buf_str(&many))));
    assert_int_equal(bed->conn->phase, CONN_REPLY);
    assert_true(bed->conn->in_room <= CONN_READ);
    conn_free(bed->conn);
    connect_to(bed);
    check_row("a body that is dropped");
    assert_true(
        room_for(str_format(
            &arena,
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"
            "%.*s%.*s",
            STR_ARG(body), STR_ARG(buf_str(&many)))) <= (size_t)2 * CONN_READ);
    assert_int_equal(bed->conn->phase, CONN_REPLY);
    assert_true(bed->conn->in_room <= CONN_READ);
    arena_close(&arena);
}

static void nothing_behind_a_body_is_read(void **unused)
{
    char bytes[1000];

    (void)unused;
    memset(bytes, 'x', sizeof bytes);
    bed->body_max = 1 << 20;
    feed(S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"), 99);
    assert_int_equal(conn_wants_input(bed->conn), CONN_READ_MAX);
    for (int i = 0; i < 99; i++)
        conn_feed(bed->conn, bytes, sizeof bytes);
    assert_int_equal(conn_wants_input(bed->conn), 1000);
    conn_feed(bed->conn, bytes, sizeof bytes);
    assert_int_equal(bed->conn->phase, CONN_REPLY);
    assert_null(bed->conn->in);
}

static void pipelined_requests_are_answered_in_order(void **unused)
{
    static const size_t steps[] = {1, 7, 50, 4096};

    (void)unused;
    for (size_t i = 0; i < COUNT(steps); i++) {
        Str out;
        ptrdiff_t a, b, c;

        feed(S(GET("/a") "\r\n" GET("/b") "POST /c HTTP/1.1\r\nHost: a\r\n"
                                          "Content-Length: 3\r\n\r\nxyz" GET(
                                              "/d")),
             steps[i]);
        pump(SIZE_MAX, SIZE_MAX);
        out = output();
        assert_int_equal(count_of(out, "HTTP/1.1 200 OK"), 4);
        a = str_find(out, S("asked /a"), 0);
        b = str_find(out, S("asked /b"), 0);
        c = str_find(out, S("asked /c"), 0);
        assert_true(0 < a && a < b && b < c);
        assert_true(c < str_find(out, S("asked /d"), 0));
        assert_null(bed->conn->in);
    }
    assert_int_equal(bed->released, bed->calls);
}

static void a_head_request_gets_the_length_and_no_body(void **unused)
{
    (void)unused;
    feed(S("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n"), 4096);
    assert_str(output(), S("HTTP/1.1 200 OK\r\n" DATE_LINE
                           "Content-Length: 12\r\nX-Test: yes\r\n\r\n"));
    feed(S("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n"), 4096);
    assert_str(output(),
               S("HTTP/1.1 200 OK\r\n" DATE_LINE "X-Test: yes\r\n\r\n"));
    assert_int_equal(bed->pulled, 0);
    assert_int_equal(bed->released, 2);
    assert_int_equal(bed->conn->phase, CONN_IDLE);
}

static void not_modified_has_no_body_and_no_length(void **unused)
{
    (void)unused;
    feed(S(GET("/same")), 4096);
    assert_str(output(), S("HTTP/1.1 304 Not Modified\r\n" DATE_LINE
                           "X-Test: yes\r\n\r\n"));
    assert_int_equal(bed->conn->phase, CONN_IDLE);
}

static void options_star_is_the_servers_own(void **unused)
{
    Str out;

    (void)unused;
    feed(S("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 4096);
    out = output();
    assert_true(has(out, "HTTP/1.1 204 No Content\r\n"));
    assert_true(has(out, "\r\nX-Refusal: yes\r\n"));
    assert_int_equal(bed->calls, 0);
}

static void connections_close_when_they_should(void **unused)
{
    Str out;

    (void)unused;
    feed(S("GET /a HTTP/1.0\r\n\r\n"), 4096);
    out = output();
    assert_true(has(out, "\r\nConnection: close\r\n"));
    assert_int_equal(bed->conn->phase, CONN_CLOSED);

    conn_free(bed->conn);
    connect_to(bed);
    feed(S("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 4096);
    assert_true(has(output(), "\r\nConnection: keep-alive\r\n"));
    assert_int_equal(bed->conn->phase, CONN_IDLE);

    bed->host.stopping = true;
    feed(S(GET("/a")), 4096);
    assert_true(has(output(), "\r\nConnection: close\r\n"));
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
}

static void a_peer_that_has_finished_sending_gets_its_answers(void **unused)
{
    char bytes[] = GET("/a") GET("/b");

    (void)unused;
    conn_feed(bed->conn, bytes, sizeof bytes - 1);
    conn_end(bed->conn);
    pump(SIZE_MAX, SIZE_MAX);
    assert_int_equal(count_of(output(), "HTTP/1.1 200 OK"), 2);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
}

static void a_slow_kernel_gets_every_byte_once(void **unused)
{
    char bytes[] = GET("/big");

    (void)unused;
    conn_feed(bed->conn, bytes, sizeof bytes - 1);
    while (bed->conn->phase == CONN_REPLY) {
        assert_int_equal(bed->released, 0);
        assert_false(conn_wants_input(bed->conn));
        pump(777, 100);
    }
    assert_int_equal(bed->released, 1);
    assert_int_equal(count_of(output(), "b"), BIG);
}

/* ---- streams ---- */

static void a_stream_is_sent_in_chunks(void **unused)
{
    Str out;

    (void)unused;
    feed(S(GET("/stream") GET("/a")), 4096);
    pump(SIZE_MAX, 3);
    out = output();
    assert_true(has(out, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_false(has(str_slice(out, 0, 150), "Content-Length"));
    assert_true(has(out, "\r\n\r\n8\r\nchunk 1;\r\n8\r\nchunk 3;\r\n0\r\n\r\n"
                         "HTTP/1.1 200 OK"));
    assert_int_equal(bed->released, 2);
}

static void to_http_1_0_a_stream_ends_with_the_connection(void **unused)
{
    Str out;

    (void)unused;
    feed(S("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 4096);
    out = output();
    assert_false(has(out, "chunked"));
    assert_true(has(out, "Connection: close\r\n"));
    assert_true(str_ends(out, S("\r\n\r\nchunk 1;chunk 3;")));
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
}

static void a_stream_that_fails_is_seen_to_be_cut(void **unused)
{
    Str out;

    (void)unused;
    feed(S(GET("/broken")), 4096);
    out = output();
    assert_true(str_ends(out, S("chunk 1;\r\n")));
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
    assert_true(bed->conn->reset);
    assert_int_equal(bed->released, 1);
}

/* ---- bodies ---- */

static void bodies_reach_the_handler_whole(void **unused)
{
    static const struct {
        const char *why;
        Str in;
        Str body;
    } cases[] = {
        {"with a length",
         S_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
         S_INIT("hello")},
        {"in chunks",
         S_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                "\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n"),
         S_INIT("hello")},
        {"empty, in chunks",
         S_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                "\r\n0\r\n\r\n"),
         S_INIT("")},
    };

    (void)unused;
    bed->body_max = 5;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        for (size_t step = 1; step <= cases[i].in.len; step++) {
            bed->seen_body[0] = '#';
            feed(cases[i].in, step);
            assert_str(str_from(bed->seen_body), cases[i].body);
            assert_true(has(output(), "HTTP/1.1 200 OK"));
            assert_int_equal(bed->conn->phase, CONN_IDLE);
            assert_null(bed->conn->in);
        }
    }
}

static void a_body_nobody_asked_for_is_dropped(void **unused)
{
    (void)unused;
    feed(S("DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" GET(
             "/a")),
         3);
    assert_int_equal(bed->calls, 2);
    assert_int_equal(count_of(output(), "HTTP/1.1 200 OK"), 2);
    feed(S("DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
           "5\r\nhello\r\n0\r\n\r\n"),
         4096);
    assert_str(str_from(bed->seen_body), S(""));
    assert_int_equal(bed->conn->phase, CONN_IDLE);
}

static void bodies_over_the_limit_are_refused(void **unused)
{
    static const struct {
        const char *why;
        size_t max;
        Str in;
        const char *status;
    } cases[] = {
        {"a length over it", 4,
         S_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"),
         "413"},
        {"chunks over it", 4,
         S_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                "\r\n3\r\nhel\r\n3\r\nlo!\r\n"),
         "413"},
        {"a long one nobody asked for", 0,
         S_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"),
         "413"},
        {"wrong chunks", 4,
         S_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                "\r\n3\r\nhello"),
         "400"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Str out;

        check_row(cases[i].why);
        bed->body_max = cases[i].max;
        feed(cases[i].in, 4096);
        out = output();
        assert_true(has(str_slice(out, 0, 13), cases[i].status));
        assert_true(has(out, "Connection: close\r\n"));
        assert_true(has(out, "X-Refusal: yes\r\n"));
        assert_int_equal(bed->conn->phase, CONN_LINGER);
        assert_int_equal(bed->calls, 0);
        feed(S(GET("/after")), 4096); /* thrown away */
        assert_int_equal(output().len, 0);
        conn_end(bed->conn);
        assert_int_equal(bed->conn->phase, CONN_CLOSED);
        conn_free(bed->conn);
        connect_to(bed);
    }
}

static void a_client_that_waits_is_told_to_go_on(void **unused)
{
#define WAITS                                                                  \
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"                   \
    "Content-Length: 5\r\n\r\n"
    Str out;
    char head[] = WAITS;

    (void)unused;
    bed->body_max = 5;
    feed(S(WAITS), 4096);
    assert_str(output(), S("HTTP/1.1 100 Continue\r\n\r\n"));
    feed(S("hello"), 2);
    assert_true(str_starts(output(), S("HTTP/1.1 200 OK\r\n")));

    check_row("its body has begun already");
    feed(S(WAITS "hello"), 4096);
    out = output();
    assert_true(str_starts(out, S("HTTP/1.1 200 OK\r\n")));

    check_row("the kernel takes a part of the line only");
    conn_feed(bed->conn, head, sizeof head - 1);
    pump(10, 10);
    assert_false(conn_wants_input(bed->conn));
    pump(SIZE_MAX, 1);
    assert_true(conn_wants_input(bed->conn));
    assert_str(output(), S("HTTP/1.1 100 Continue\r\n\r\n"));

    check_row("a body that is refused is not asked for");
    conn_free(bed->conn);
    connect_to(bed);
    bed->body_max = 4;
    feed(S(WAITS), 4096);
    out = output();
    assert_true(str_starts(out, S("HTTP/1.1 413 ")));
    assert_false(has(out, "100 Continue"));
#undef WAITS
}

static void after_a_malformed_request_nothing_more_is_read(void **unused)
{
    Str out;

    (void)unused;
    feed(S(GET("/a") "GET /b HTTP/1.1\r\nHost : a\r\n\r\n" GET("/c")), 4096);
    pump(SIZE_MAX, SIZE_MAX);
    out = output();
    assert_int_equal(count_of(out, "HTTP/1.1 200 OK"), 1);
    assert_int_equal(count_of(out, "HTTP/1.1 400 Bad Request"), 1);
    assert_true(has(out, "400 Bad Request: a header name and a colon"));
    assert_int_equal(bed->calls, 1);
    assert_int_equal(bed->conn->phase, CONN_LINGER);
}

/* ---- answers by others ---- */

static void complete(HttpTicket *ticket, Str text)
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

static void an_answer_may_come_from_elsewhere(void **unused)
{
    Str out;

    (void)unused;
    feed(S(GET("/later") GET("/a")), 4096);
    assert_int_equal(bed->conn->phase, CONN_WAITING);
    assert_int_equal(output().len, 0);
    pass(1000000);
    assert_int_equal(bed->conn->phase, CONN_WAITING);
    complete(bed->ticket, S("at last"));
    out = output();
    assert_true(has(out, "\r\n\r\nat lastHTTP/1.1 200 OK"));
    assert_true(has(out, "you asked /a"));
    assert_int_equal(bed->released, 2);
}

static void an_answer_for_nobody_is_released(void **unused)
{
    (void)unused;
    feed(S(GET("/later")), 4096);
    conn_free(bed->conn);
    bed->conn = NULL;
    complete(bed->ticket, S("too late"));
    assert_int_equal(bed->released, 1);
}

static void an_answer_after_the_end_is_released(void **unused)
{
    HttpReply reply;

    (void)unused;
    feed(S(GET("/later")), 4096);
    conn_free(bed->conn);
    bed->conn = NULL;
    desk_close(bed->desk);
    reply_init(&reply);
    reply.hold = bed;
    reply.release = release;
    http_complete(bed->ticket, &reply);
    assert_int_equal(bed->released, 1);
    bed->desk = desk_open(-1); /* for tear_down */
}

static void what_a_dead_connection_held_is_released(void **unused)
{
    char bytes[] = GET("/big");

    (void)unused;
    conn_feed(bed->conn, bytes, sizeof bytes - 1);
    pump(1000, 1000);
    assert_int_equal(bed->released, 0);
    conn_free(bed->conn);
    bed->conn = NULL;
    assert_int_equal(bed->released, 1);
}

/* ---- time ---- */

static void a_head_has_to_come_in_time(void **unused)
{
    (void)unused;
    pass(9); /* no byte yet: the connection is idle */
    feed(S("GET / HT"), 4096);
    pass(9);
    feed(S("TP"), 4096); /* a byte more gives no second more */
    assert_int_equal(bed->conn->phase, CONN_HEAD);
    pass(1);
    assert_true(str_starts(output(), S("HTTP/1.1 408 ")));
    assert_int_equal(bed->conn->phase, CONN_LINGER);
    assert_int_equal(bed->host.counters.head_timeouts, 1);
    pass(LINGER_S);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
}

static void an_idle_connection_is_closed_in_time(void **unused)
{
    (void)unused;
    pass(70);
    feed(S(GET("/a")), 4096);
    output();
    pass(74);
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    pass(1);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
    assert_int_equal(output().len, 0);
    assert_int_equal(bed->host.counters.idle_timeouts, 1);
    assert_int_equal(host_due(&bed->host), TIME_NONE);
}

static void a_slow_body_is_cut(void **unused)
{
    char bytes[16000];

    (void)unused;
    memset(bytes, 'x', sizeof bytes);
    bed->body_max = 1 << 20;
    feed(S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"), 99);
    conn_feed(bed->conn, bytes, 15000);
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_BODY);
    conn_feed(bed->conn, bytes, 14999);
    pass(29);
    assert_int_equal(bed->conn->phase, CONN_BODY);
    pass(1);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
    assert_int_equal(bed->host.counters.slow_cut, 1);
}

static void a_slow_reader_is_cut(void **unused)
{
    char bytes[] = GET("/big");

    (void)unused;
    conn_feed(bed->conn, bytes, sizeof bytes - 1);
    bed->kernel = 20000;
    pump(20000, 20000); /* blocked, with all of it still in the kernel */
    check_row("the kernel took nothing, but the peer did");
    bed->kernel = 4000;
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_REPLY);
    check_row("nobody took anything");
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
    assert_int_equal(bed->released, 1);
    assert_int_equal(bed->host.counters.slow_cut, 1);
}

static void a_reader_slower_than_the_kernel_is_cut_too(void **unused)
{
    (void)unused;
    feed(S(GET("/big")), 4096); /* the kernel takes all of it */
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    bed->kernel = 80000; /* 20 kB were read in 30 s */
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    bed->kernel = 79000; /* and 1 kB in 30 more */
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
    assert_true(bed->conn->reset);
    assert_int_equal(bed->host.counters.slow_cut, 1);
}

/* What the kernel holds is of all its answers, not of the last one alone. */
static void a_reader_of_many_answers_has_time_for_all(void **unused)
{
    (void)unused;
    feed(S(GET("/big") GET("/big") GET("/big") GET("/big") GET("/small")),
         4096); /* the kernel takes all of it */
    assert_int_equal(bed->calls, 5);
    bed->kernel = 250000; /* 150 kB were read in 30 s */
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    bed->kernel = 100000;
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    bed->kernel = 99000;
    pass(30);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
}

static void the_longest_idle_makes_room(void **unused)
{
    Conn *first = bed->conn;
    Conn *second;

    (void)unused;
    second = conn_open(&bed->host, &bed->listener, -1, "192.0.2.2");
    assert_ptr_equal(conn_oldest(&bed->host), first);
    feed(S(GET("/a")), 4096); /* the first has answered something since */
    assert_ptr_equal(conn_oldest(&bed->host), second);
    conn_free(second);
}

/* ---- the log ---- */

static Str logged(ServerLog format, const char *in)
{
    AccessLog *log = &bed->host.log;

    log->format = format;
    log->len = 0;
    feed(str_from(in), 4096);
    output();
    return (Str){log->lines, log->len};
}

static void the_log_cannot_be_forged(void **unused)
{
    (void)unused;
    bed->host.log.fd = -1; /* nothing is flushed before the end of the test */
    assert_str(logged(SERVER_LOG_COMBINED,
                      "GET /a?\"x\" HTTP/1.1\r\nHost: a\r\n"
                      "User-Agent: a\\\"b\xC3\xA9\tc\r\n\r\n"),
               S("192.0.2.1 - - [14/Apr/2021:13:15:00 +0000] "
                 "\"GET /a?\\x22x\\x22 HTTP/1.1\" 200 12 \"-\" "
                 "\"a\\x5C\\x22b\\xC3\\xA9\\x09c\"\n"));
    assert_str(logged(SERVER_LOG_JSON,
                      "GET /a?\"x\" HTTP/1.1\r\nHost: a\r\n"
                      "User-Agent: a\\\"b\xC3\xA9\tc\xFF\r\n\r\n"),
               S("{\"time\":\"2021-04-14T13:15:00Z\",\"peer\":\"192.0.2.1\","
                 "\"method\":\"GET\",\"target\":\"/a?\\\"x\\\"\","
                 "\"status\":200,\"bytes\":12,\"referer\":\"\","
                 "\"agent\":\"a\\\\\\\"bé\\u0009c\xEF\xBF\xBD\"}\n"));
    assert_true(has(logged(SERVER_LOG_COMBINED, GET("/stream")), "200 - "));
    logged(SERVER_LOG_COMBINED, GET("/later"));
    complete(bed->ticket, S("12345"));
    assert_true(has((Str){bed->host.log.lines, bed->host.log.len},
                    "\"GET /later HTTP/1.1\" 200 5 "));
    assert_true(
        has(logged(SERVER_LOG_COMBINED, "\x16\x03 TLS\r\n"), "\"-\" 400 "));
    bed->host.log.len = 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_answer_has_its_lines_in_order),
        TEST(an_idle_connection_holds_next_to_nothing),
        TEST(a_connection_keeps_no_more_than_it_needs),
        TEST(nothing_behind_a_body_is_read),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(a_head_request_gets_the_length_and_no_body),
        TEST(not_modified_has_no_body_and_no_length),
        TEST(options_star_is_the_servers_own),
        TEST(connections_close_when_they_should),
        TEST(a_peer_that_has_finished_sending_gets_its_answers),
        TEST(a_slow_kernel_gets_every_byte_once),
        TEST(a_stream_is_sent_in_chunks),
        TEST(to_http_1_0_a_stream_ends_with_the_connection),
        TEST(a_stream_that_fails_is_seen_to_be_cut),
        TEST(bodies_reach_the_handler_whole),
        TEST(a_body_nobody_asked_for_is_dropped),
        TEST(bodies_over_the_limit_are_refused),
        TEST(a_client_that_waits_is_told_to_go_on),
        TEST(after_a_malformed_request_nothing_more_is_read),
        TEST(an_answer_may_come_from_elsewhere),
        TEST(an_answer_for_nobody_is_released),
        TEST(an_answer_after_the_end_is_released),
        TEST(what_a_dead_connection_held_is_released),
        TEST(a_head_has_to_come_in_time),
        TEST(an_idle_connection_is_closed_in_time),
        TEST(a_slow_body_is_cut),
        TEST(a_slow_reader_is_cut),
        TEST(a_reader_slower_than_the_kernel_is_cut_too),
        TEST(a_reader_of_many_answers_has_time_for_all),
        TEST(the_longest_idle_makes_room),
        TEST(the_log_cannot_be_forged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
