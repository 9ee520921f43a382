/* test/unit/net/conn_body_test.c -- the bodies of requests: read whole,
 * dropped, refused, waited for. */
#include "bed.h"

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
        reconnect();
    }
}

static void a_client_that_waits_is_told_to_go_on(void **unused)
{
#define WAITS                                                                  \
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"                   \
    "Content-Length: 5\r\n\r\n"
    Str out;

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
    feed_only(S(WAITS));
    pump(10, 10);
    assert_false(conn_wants_input(bed->conn));
    pump(SIZE_MAX, 1);
    assert_true(conn_wants_input(bed->conn));
    assert_str(output(), S("HTTP/1.1 100 Continue\r\n\r\n"));

    check_row("a body that is refused is not asked for");
    reconnect();
    bed->body_max = 4;
    feed(S(WAITS), 4096);
    out = output();
    assert_true(str_starts(out, S("HTTP/1.1 413 ")));
    assert_false(has(out, "100 Continue"));
#undef WAITS
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(nothing_behind_a_body_is_read),
        TEST(bodies_reach_the_handler_whole),
        TEST(a_body_nobody_asked_for_is_dropped),
        TEST(bodies_over_the_limit_are_refused),
        TEST(a_client_that_waits_is_told_to_go_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
