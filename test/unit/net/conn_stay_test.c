/* test/unit/net/conn_stay_test.c -- answers that go on until their reader
 * leaves. */
#include "bed.h"

static void begin(void)
{
    bed->news = S("");
    bed->told = 0;
    feed(S(GET("/stay")), 4096);
    assert_int_equal(bed->conn->phase, CONN_STAY);
}

/* There is more to say. */
static void say(const char *news)
{
    bed->news = str_from(news);
    bed->told = 0;
    pump(SIZE_MAX, SIZE_MAX);
}

static void it_goes_on_when_there_is_more(void **unused)
{
    (void)unused;
    begin();
    assert_str(output(),
               S("HTTP/1.1 200 OK\r\n" DATE_LINE "Connection: close\r\n"
                 "X-Test: yes\r\n\r\nfirst;"));
    assert_null(bed->conn->out);
    say("second;");
    say("third;");
    assert_str(output(), S("second;third;"));
    assert_int_equal(bed->conn->phase, CONN_STAY);
    assert_int_equal(bed->stays, 1);
    assert_int_equal(bed->released, 0);
}

static void every_byte_leaves_once_however_slow_the_kernel(void **unused)
{
    (void)unused;
    begin();
    output();
    bed->news = S("0123456789");
    for (size_t i = 0; i < 10; i++) {
        struct iovec *pieces;
        size_t count;

        conn_pieces(bed->conn, &pieces, &count);
        assert_int_equal(count, 1);
        assert_int_equal(pieces->iov_len, 10 - i);
        bed->out[bed->out_len++] = *(char *)pieces->iov_base;
        conn_sent(bed->conn, 1);
    }
    assert_str(output(), S("0123456789"));
}

static void what_its_reader_sends_is_no_request(void **unused)
{
    (void)unused;
    begin();
    output();
    feed(S(GET("/a") GET("/b")), 10);
    assert_int_equal(bed->calls, 1);
    assert_null(bed->conn->in);
    assert_int_equal(output().len, 0);
    assert_int_equal(bed->conn->phase, CONN_STAY);
}

static void it_ends_when_its_reader_leaves(void **unused)
{
    (void)unused;
    begin();
    conn_end(bed->conn);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
    assert_int_equal(bed->released, 1);
    assert_int_equal(bed->stays, 0);
    reconnect();
    feed_only(S(GET("/stay")));
    conn_close(bed->conn); /* before it has begun */
    assert_int_equal(bed->released, 2);
    assert_int_equal(bed->host.counters.stays_begun, 1);
    assert_int_equal(bed->host.counters.stays_ended, 1);
}

static void head_gets_the_head_alone(void **unused)
{
    (void)unused;
    feed(S("HEAD /stay HTTP/1.1\r\nHost: a\r\n\r\n"), 4096);
    assert_str(output(),
               S("HTTP/1.1 200 OK\r\n" DATE_LINE "X-Test: yes\r\n\r\n"));
    assert_int_equal(bed->conn->phase, CONN_IDLE);
    assert_int_equal(bed->released, 1);
}

static void one_too_many_is_told_so(void **unused)
{
    (void)unused;
    bed->stays = 1; /* as many as there may be */
    feed(S(GET("/stay")), 4096);
    assert_true(str_starts(output(), S("HTTP/1.1 503 ")));
    bed->stays = 0;
}

static void it_gives_signs_of_life_and_is_not_idle(void **unused)
{
    (void)unused;
    begin();
    pass(14);
    assert_int_equal(bed->beats, 0);
    pass(1);
    assert_int_equal(bed->beats, 1);
    pass(14);
    say("news;"); /* that is one too */
    pass(14);
    assert_int_equal(bed->beats, 1);
    pass(1000);
    assert_int_equal(bed->conn->phase, CONN_STAY);
    assert_true(bed->beats > 60);
}

static void a_reader_who_takes_nothing_is_cut(void **unused)
{
    (void)unused;
    begin();
    bed->news = S("never taken");
    bed->kernel = 20000;
    conn_blocked(bed->conn);
    pass(29);
    assert_int_equal(bed->conn->phase, CONN_STAY);
    assert_int_equal(bed->beats, 0);
    pass(1);
    assert_int_equal(bed->conn->phase, CONN_CLOSED);
    assert_true(bed->conn->reset);
    assert_int_equal(bed->host.counters.slow_cut, 1);
    assert_int_equal(bed->released, 1);
}

static void a_reader_who_takes_it_late_stays(void **unused)
{
    (void)unused;
    begin();
    bed->news = S("taken after a while");
    bed->kernel = 20000;
    conn_blocked(bed->conn);
    pass(20);
    bed->kernel = 0;
    pump(SIZE_MAX, SIZE_MAX);
    pass(100);
    assert_int_equal(bed->conn->phase, CONN_STAY);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(it_goes_on_when_there_is_more),
        TEST(every_byte_leaves_once_however_slow_the_kernel),
        TEST(what_its_reader_sends_is_no_request),
        TEST(it_ends_when_its_reader_leaves),
        TEST(head_gets_the_head_alone),
        TEST(one_too_many_is_told_so),
        TEST(it_gives_signs_of_life_and_is_not_idle),
        TEST(a_reader_who_takes_nothing_is_cut),
        TEST(a_reader_who_takes_it_late_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
