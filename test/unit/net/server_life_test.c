/* test/unit/net/server_life_test.c -- how a server begins and ends. */
#include "hall.h"

static void wait_for_tickets(Hall *hall, size_t wanted)
{
    for (;;) {
        size_t count;

        pthread_mutex_lock(&hall->lock);
        count = hall->ticket_count;
        pthread_mutex_unlock(&hall->lock);
        if (count == wanted) return;
        usleep(500);
    }
}

static void stopping_loses_no_answer_and_no_connection(void **state)
{
    Hall *hall = *state;
    HttpReply reply = {.status = 200};
    int busy, idle, late;
    char text[2000];

    start(hall);
    idle = dial(hall);
    ask(idle, "/a");
    busy = dial(hall);
    get(busy, "/later");
    wait_for_tickets(hall, 1);
    server_stop(hall->server, 10000);
    late = dial(hall); /* queued by the kernel */
    get(late, "/late");
    assert_true(is_closed(idle));
    http_part(&reply, S("in time"));
    http_complete(hall->tickets[0], &reply);
    hear(busy, text, sizeof text, "in time");
    assert_non_null(strstr(text, "\r\nConnection: close\r\n"));
    assert_true(is_closed(busy));
    server_close(hall->server);

    start(hall); /* the same listening socket */
    hear(late, text, sizeof text, "/late for 127.0.0.1");
    close(late);
    close(busy);
    close(idle);
}

#define STAYING 100 /* more than are driven in one turn */

static void those_that_stay_hear_all_in_order_and_leave_with_the_server(
    void **state)
{
    Hall *hall = *state;
    int fds[STAYING];
    char text[2000];
    int other;

    start(hall);
    for (size_t i = 0; i < STAYING; i++) {
        fds[i] = dial(hall);
        get(fds[i], "/stay");
        hear(fds[i], text, sizeof text, "here");
    }
    while (server_stays(hall->server) != STAYING)
        usleep(500); /* who has heard the last byte may not be counted yet */
    other = dial(hall);
    for (size_t n = 1; n <= 26; n++) {
        __atomic_store_n(&hall->news, n, __ATOMIC_RELEASE);
        server_poke(hall->server);
        if (n % 5 == 0) ask(other, "/a");
    }
    for (size_t i = 0; i < STAYING; i++) {
        hear(fds[i], text, sizeof text, "z");
        assert_string_equal(text, hall->letters);
    }
    close(fds[0]);
    while (server_stays(hall->server) != STAYING - 1)
        usleep(500);
    server_stop(hall->server, 10000);
    for (size_t i = 1; i < STAYING; i++) {
        assert_true(is_closed(fds[i]));
        close(fds[i]);
    }
    close(other);
    server_close(hall->server);
    hall->server = NULL;
}

static void a_request_on_its_way_at_the_stop_is_answered(void **state)
{
    Hall *hall = *state;
    char text[2000];
    int fd;

    start(hall);
    fd = dial(hall);
    ask(fd, "/a");
    server_stop(hall->server, 10000);
    get(fd, "/b");
    hear(fd, text, sizeof text, "/b for 127.0.0.1");
    assert_non_null(strstr(text, "\r\nConnection: close\r\n"));
    assert_true(is_closed(fd));
    close(fd);
    server_close(hall->server);
    hall->server = NULL;
}

static void a_ticket_outlives_the_server(void **state)
{
    Hall *hall = *state;
    HttpReply reply = {.status = 200, .release = mem_free};
    int fd;

    start(hall);
    fd = dial(hall);
    get(fd, "/later");
    wait_for_tickets(hall, 1);
    stop(hall);
    assert_true(is_closed(fd));
    reply.hold = mem_alloc(10); /* the sanitizer tells if it stays */
    http_complete(hall->tickets[0], &reply);
    close(fd);
}

/* Slots of this process's table of open files. */
static int64_t file_slots(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[200];
    int64_t slots = 0;

    assert_non_null(file);
    while (!slots && fgets(line, sizeof line, file))
        if (str_starts(str_from(line), S("FDSize:")))
            assert_true(str_int(str_trim(str_skip(str_from(line), 7)), &slots));
    fclose(file);
    return slots;
}

static void a_crowd_need_not_wait_for_the_table_of_files(void **state)
{
    enum { CROWD = 900 }; /* below any usual RLIMIT_NOFILE */
    Hall *hall = *state;
    int fd;

    hall->config.connections = CROWD;
    start(hall);
    assert_true(file_slots() >= CROWD);
    fd = dial(hall);
    ask(fd, "/a");
    close(fd);
    server_stop(hall->server, 10000);
    server_close(hall->server);
    hall->server = NULL;
}

/* Whoever stays is told by a thread of its own share: also when one of them is
 * woken for all who come. */
static void connections_are_shared_among_the_threads(void **state)
{
    enum { CROWD = 90, THREADS = 3, LEAST = CROWD / THREADS - 10 };
    Hall *hall = *state;
    char threads[THREADS][40] = {{0}};
    int served[THREADS] = {0};
    int fds[CROWD];

    hall->config.threads = THREADS;
    start(hall);
    for (int i = 0; i < CROWD; i++) {
        char text[400];
        const char *name;
        int which = 0;

        fds[i] = dial(hall);
        get(fds[i], "/thread");
        hear(fds[i], text, sizeof text, ".");
        name = strstr(text, "thread ");
        assert_non_null(name);
        while (which < THREADS && threads[which][0] &&
               strcmp(threads[which], name))
            which++;
        assert_true(which < THREADS);
        snprintf(threads[which], sizeof threads[which], "%s", name);
        served[which]++;
    }
    for (int i = 0; i < THREADS; i++)
        assert_true(served[i] >= LEAST);
    for (int i = 0; i < CROWD; i++)
        close(fds[i]);
}

/* Handlers may ask the server, which they know only once it is started. */
static void no_handler_runs_before_the_word(void **state)
{
    Hall *hall = *state;
    struct pollfd readable = {.events = POLLIN};
    char text[400];

    hall->config.threads = 2;
    assert_int_equal(server_start(&hall->config, &hall->server, NULL), ERR_OK);
    assert_int_equal(hall->states, 2);
    readable.fd = dial(hall);
    get(readable.fd, "/early");
    assert_int_equal(poll(&readable, 1, 100), 0);
    server_accept(hall->server);
    hear(readable.fd, text, sizeof text, "/early for 127.0.0.1");
    close(readable.fd);
}

static void a_server_may_end_before_it_began(void **state)
{
    Hall *hall = *state;

    hall->config.threads = 2;
    assert_int_equal(server_start(&hall->config, &hall->server, NULL), ERR_OK);
    server_close(hall->server);
    hall->server = NULL;
}

static void a_state_that_fails_is_told(void **state)
{
    Hall *hall = *state;
    Fault fault = fault_none();

    hall->config.threads = 100;
    assert_int_equal(server_start(&hall->config, &hall->server, &fault),
                     ERR_STORE);
    assert_string_equal(fault.text, "no store for it");
    assert_null(hall->server);
    assert_int_equal(hall->states, 0);
}

static void who_serves_takes_short_turns_of_the_processor(void **state)
{
    Hall *hall = *state;
    uint64_t before = slice_get();
    bool kept;
    char text[2000];
    int fd;

    start(hall);
    fd = dial(hall);
    get(fd, "/turns");
    hear(fd, text, sizeof text, " ns.");
    close(fd);
    slice_set(SLICE_SHORT);
    kept = slice_get() == SLICE_SHORT;
    slice_set(before);
    assert_int_equal(slice_get(), before);
    if (!kept) skip(); /* Linux before 6.12 */
    assert_non_null(strstr(text, "turns of 100000 ns."));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(stopping_loses_no_answer_and_no_connection),
        TEST(those_that_stay_hear_all_in_order_and_leave_with_the_server),
        TEST(a_request_on_its_way_at_the_stop_is_answered),
        TEST(a_ticket_outlives_the_server),
        TEST(a_crowd_need_not_wait_for_the_table_of_files),
        TEST(connections_are_shared_among_the_threads),
        TEST(who_serves_takes_short_turns_of_the_processor),
        TEST(no_handler_runs_before_the_word),
        TEST(a_server_may_end_before_it_began),
        TEST(a_state_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
