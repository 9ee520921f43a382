/* test/unit/net/conn_defer_test.c -- answers that others give later. */
#include "bed.h"

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

static void finish(void *hold, Arena *arena, HttpReply *reply)
{
    assert_ptr_equal(hold, bed);
    reply->status = 404;
    reply->head = str_format(arena, "Now: %zu\r\n", bed->released);
    reply->part_count = 0;
    http_part(reply, S("gone"));
}

/* Not when it is given: what it says may be over when its turn comes. */
static void an_answer_from_elsewhere_is_finished_as_it_is_sent(void **unused)
{
    HttpReply reply;
    Str out;

    (void)unused;
    feed(S(GET("/later")), 4096);
    reply_init(&reply);
    reply.hold = bed;
    reply.release = release;
    reply.finish = finish;
    http_part(&reply, S("here it is"));
    http_complete(bed->ticket, &reply);
    bed->released = 7;
    if (conn_complete(desk_take(bed->desk))) pump(SIZE_MAX, SIZE_MAX);
    out = output();
    assert_true(has(out, "HTTP/1.1 404 Not Found\r\n"));
    assert_true(has(out, "Content-Length: 4\r\nNow: 7\r\n\r\ngone"));
    assert_int_equal(bed->released, 8);
}

static void an_answer_for_nobody_is_released(void **unused)
{
    (void)unused;
    feed(S(GET("/later")), 4096);
    hang_up();
    complete(bed->ticket, S("too late"));
    assert_int_equal(bed->released, 1);
}

static void an_answer_after_the_end_is_released(void **unused)
{
    HttpReply reply;

    (void)unused;
    feed(S(GET("/later")), 4096);
    hang_up();
    desk_close(bed->desk);
    reply_init(&reply);
    reply.hold = bed;
    reply.release = release;
    http_complete(bed->ticket, &reply);
    assert_int_equal(bed->released, 1);
    bed->desk = desk_open(-1); /* for tear_down */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_answer_may_come_from_elsewhere),
        TEST(an_answer_from_elsewhere_is_finished_as_it_is_sent),
        TEST(an_answer_for_nobody_is_released),
        TEST(an_answer_after_the_end_is_released),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
