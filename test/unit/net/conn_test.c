/* test/unit/net/conn_test.c -- the answers of one connection: in order, whole
 * or as a stream, and what is held for them. */
#include "bed.h"

#include "base/buf.h"

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

    reconnect();
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
    (void)unused;
    feed_only(S(GET("/a") GET("/b")));
    conn_end(bed->conn);
    pump(SIZE_MAX, SIZE_MAX);
    assert_int_equal(count_of(output(), "HTTP/1.1 200 OK"), 2);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
}

static void a_slow_kernel_gets_every_byte_once(void **unused)
{
    (void)unused;
    feed_only(S(GET("/big")));
    while (bed->conn->phase == CONN_REPLY) {
        assert_int_equal(bed->released, 0);
        assert_false(conn_wants_input(bed->conn));
        pump(777, 100);
    }
    assert_int_equal(bed->released, 1);
    assert_int_equal(count_of(output(), "b"), BIG);
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

/* ---- streams ---- */

static void a_stream_is_sent_in_chunks(void **unused)
{
    Str out;

    (void)unused;
    feed_only(S(GET("/stream") GET("/a")));
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

/* ---- what is held ---- */

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
    reconnect();
    check_row("a long head before them");
    room_for(str_format(&arena, "%.*s%.*s", STR_ARG(long_head),
                        STR_ARG(buf_str(&many))));
    assert_int_equal(bed->conn->phase, CONN_REPLY);
    assert_true(bed->conn->in_room <= CONN_READ);
    reconnect();
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

static void what_a_dead_connection_held_is_released(void **unused)
{
    (void)unused;
    feed_only(S(GET("/big")));
    pump(1000, 1000);
    assert_int_equal(bed->released, 0);
    hang_up();
    assert_int_equal(bed->released, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_answer_has_its_lines_in_order),
        TEST(an_idle_connection_holds_next_to_nothing),
        TEST(a_connection_keeps_no_more_than_it_needs),
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
        TEST(after_a_malformed_request_nothing_more_is_read),
        TEST(what_a_dead_connection_held_is_released),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
