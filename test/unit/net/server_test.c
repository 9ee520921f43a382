/* test/unit/net/server_test.c -- requests and answers over real sockets. */
#include "hall.h"

#include <netinet/tcp.h>

#include "net/conn.h"

static void connections_are_kept_and_pipelined(void **state)
{
    Hall *hall = *state;
    char text[4000];
    int fd;

    start(hall);
    fd = dial(hall);
    ask(fd, "/one");
    get(fd, "/two");
    get(fd, "/three");
    hear(fd, text, sizeof text, "/three for 127.0.0.1");
    assert_non_null(strstr(text, "/two for 127.0.0.1"));
    close(fd);
}

/* What has come before the server looks is told to it once. */
static int dial_early(Hall *hall)
{
    assert_int_equal(server_start(&hall->config, &hall->server, NULL), ERR_OK);
    return dial(hall);
}

static void the_end_may_come_with_the_request(void **state)
{
    Hall *hall = *state;
    char text[400];
    int fd = dial_early(hall);

    get(fd, "/last");
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    server_accept(hall->server);
    hear(fd, text, sizeof text, "/last for 127.0.0.1");
    assert_true(is_closed(fd)); /* and not only when it was idle too long */
    close(fd);
}

static void a_head_may_be_longer_than_one_read(void **state)
{
    Hall *hall = *state;
    char head[3 * CONN_READ];
    char text[400];
    int fd = dial_early(hall);

    snprintf(head, sizeof head,
             "GET /long HTTP/1.1\r\nHost: a\r\nX: %0*d\r\n\r\n",
             (int)sizeof head - 60, 0);
    say(fd, head);
    server_accept(hall->server);
    hear(fd, text, sizeof text, "/long for 127.0.0.1");
    close(fd);
}

static void what_comes_while_an_answer_waits_for_room_is_answered(void **state)
{
    Hall *hall = *state;
    struct pollfd readable = {.events = POLLIN};
    size_t room = BIG + 4000;
    char *text = mem_alloc(room);

    start(hall);
    readable.fd = dial(hall);
    get(readable.fd, "/big");
    assert_int_equal(poll(&readable, 1, 10000), 1);
    usleep(50000); /* time for the kernel to be full */
    get(readable.fd, "/one");
    usleep(50000);
    get(readable.fd, "/two");
    hear(readable.fd, text, room, "/two for 127.0.0.1");
    mem_free(text);
    close(readable.fd);
}

static void what_happens_is_counted(void **state)
{
    Hall *hall = *state;
    ServerCounters counters;
    char text[2000];
    int fd;

    hall->config.threads = 2;
    start(hall);
    assert_int_equal(hall->states, 2);
    fd = dial(hall);
    ask(fd, "/a");
    say(fd, "nonsense\r\n\r\n");
    hear(fd, text, sizeof text, "\n");
    assert_true(is_closed(fd));
    close(fd);
    server_counters(hall->server, &counters);
    assert_int_equal(counters.requests, 1);
    assert_int_equal(counters.refused, 1);
    assert_int_equal(counters.accepted, 1);
    assert_int_equal(counters.status_2xx, 1);
    assert_int_equal(counters.status_4xx, 1);
    assert_true(counters.bytes_out > 100);
}

static void a_slow_reader_gets_all_and_holds_up_nobody(void **state)
{
    Hall *hall = *state;
    const int small = 4096;
    int slow = new_socket(AF_INET);
    int other;

    setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    start(hall);
    connect_socket(slow, hall->address);
    say(slow, "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    other = dial(hall);
    for (int i = 0; i < 10; i++)
        ask(other, "/quick");
    assert_true(hear_to_the_end(slow, 10000) > BIG);
    close(slow);
    close(other);
}

/* A small piece does not wait for the acknowledgement of the one before: one
 * stall of Nagle against delayed acknowledgement is 40 ms. */
static void streams_come_without_stalls(void **state)
{
    Hall *hall = *state;
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    int fd;

    start(hall);
    assert_int_equal(getsockopt(hall->config.listeners[0].fd, IPPROTO_TCP,
                                TCP_NODELAY, &no_delay, &size),
                     0);
    assert_int_equal(no_delay, 1); /* what is accepted has it too */
    fd = dial(hall);
    for (int i = 0; i < 50; i++) {
        char *text = mem_alloc(NEXTS * 1100);

        get(fd, "/stream");
        hear(fd, text, NEXTS * 1100, "\r\n0\r\n\r\n");
        mem_free(text);
    }
    close(fd);
}

/* Making a chunk may take a while: who asks beside waits for one of them. */
static void a_stream_gives_way_after_each_chunk(void **state)
{
    Hall *hall = *state;
    char text[400];
    int greedy, modest;

    assert_int_equal(server_start(&hall->config, &hall->server, NULL), ERR_OK);
    greedy = dial(hall);
    get(greedy, "/stream");
    modest = dial(hall);
    get(modest, "/modest");
    chunks = 0;
    server_accept(hall->server);
    hear(modest, text, sizeof text, "/modest for 127.0.0.1");
    assert_true(chunks_before_modest <= 2);
    shutdown(greedy, SHUT_WR);
    assert_true(hear_to_the_end(greedy, 65536) > (size_t)NEXTS * 1000);
    close(greedy);
    close(modest);
}

static void one_connection_cannot_starve_the_others(void **state)
{
    Hall *hall = *state;
    int greedy, modest;

    start(hall);
    greedy = dial(hall);
    modest = dial(hall);
    for (int i = 0; i < 200; i++)
        get(greedy, "/greedy");
    ask(modest, "/modest");
    shutdown(greedy, SHUT_WR);
    assert_true(hear_to_the_end(greedy, 65536) > 200 * 50);
    close(greedy);
    close(modest);
}

static void *complete_all(void *arg)
{
    Hall *hall = arg;
    size_t done = 0;

    while (done < 8) {
        HttpReply reply = {.status = 201};
        HttpTicket *ticket = NULL;

        pthread_mutex_lock(&hall->lock);
        if (done < hall->ticket_count) ticket = hall->tickets[done];
        pthread_mutex_unlock(&hall->lock);
        if (!ticket) {
            usleep(500);
            continue;
        }
        http_part(&reply, S("done elsewhere"));
        http_complete(ticket, &reply);
        done++;
    }
    return NULL;
}

static void answers_may_come_from_another_thread(void **state)
{
    Hall *hall = *state;
    pthread_t thread;
    int fds[8];

    hall->config.threads = 2;
    start(hall);
    pthread_create(&thread, NULL, complete_all, hall);
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(hall);
        get(fds[i], "/later");
    }
    for (size_t i = 0; i < COUNT(fds); i++) {
        char text[2000];

        hear(fds[i], text, sizeof text, "done elsewhere");
        assert_memory_equal(text, "HTTP/1.1 201 Created\r\n", 22);
        ask(fds[i], "/and-on");
        close(fds[i]);
    }
    pthread_join(thread, NULL);
}

static void the_log_is_written_in_whole_lines(void **state)
{
    Hall *hall = *state;
    char text[2000];
    FILE *file = tmpfile();
    ssize_t n;
    int fd;

    assert_non_null(file);
    hall->config.log = SERVER_LOG_COMBINED;
    hall->config.log_fd = fileno(file);
    start(hall);
    fd = dial(hall);
    ask(fd, "/a");
    ask(fd, "/b");
    close(fd);
    stop(hall);
    n = pread(fileno(file), text, sizeof text - 1, 0);
    assert_true(n > 0 && text[n - 1] == '\n');
    text[n] = 0;
    assert_non_null(
        strstr(text, "\"GET /a HTTP/1.1\" 200 16 \"-\" \"-\"\n127"));
    assert_non_null(strstr(text, "\"GET /b HTTP/1.1\" 200 16 \"-\" \"-\"\n"));
    fclose(file);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(connections_are_kept_and_pipelined),
        TEST(the_end_may_come_with_the_request),
        TEST(a_head_may_be_longer_than_one_read),
        TEST(what_comes_while_an_answer_waits_for_room_is_answered),
        TEST(what_happens_is_counted),
        TEST(a_slow_reader_gets_all_and_holds_up_nobody),
        TEST(streams_come_without_stalls),
        TEST(a_stream_gives_way_after_each_chunk),
        TEST(one_connection_cannot_starve_the_others),
        TEST(answers_may_come_from_another_thread),
        TEST(the_log_is_written_in_whole_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
