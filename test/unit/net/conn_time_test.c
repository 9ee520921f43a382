/* test/unit/net/conn_time_test.c -- how long a connection may take, and which
 * one makes room for others. */
#include "bed.h"

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
    (void)unused;
    feed_only(S(GET("/big")));
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_head_has_to_come_in_time),
        TEST(an_idle_connection_is_closed_in_time),
        TEST(a_slow_body_is_cut),
        TEST(a_slow_reader_is_cut),
        TEST(a_reader_slower_than_the_kernel_is_cut_too),
        TEST(a_reader_of_many_answers_has_time_for_all),
        TEST(the_longest_idle_makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
