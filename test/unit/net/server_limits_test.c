/* test/unit/net/server_limits_test.c -- how many connections there may be. */
#include "hall.h"

#include <sys/resource.h>

static void an_address_has_so_many_connections(void **state)
{
    Hall *hall = *state;
    int a, b, c;

    hall->config.per_address = 2;
    start(hall);
    a = dial(hall);
    ask(a, "/a");
    b = dial(hall);
    ask(b, "/b");
    c = dial(hall);
    assert_true(is_closed(c));
    ask(a, "/a");
    say(a, "GET / HTTP/1.0\r\n\r\n"); /* the server closes it first */
    assert_true(hear_to_the_end(a, 1000) > 0);
    close(c);
    c = dial(hall);
    ask(c, "/c");
    close(a);
    close(b);
    close(c);
}

/* A proxy of ours has the connections of many. */
static void a_proxy_has_as_many_as_come(void **state)
{
    Str proxies[] = {S("127.0.0.1"), S("::1")};
    Hall *hall = *state;
    int fds[4];

    hall->config.per_address = 2;
    hall->config.proxies = (StrList){proxies, COUNT(proxies)};
    start(hall);
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(hall);
        ask(fds[i], "/a");
    }
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
}

static void who_has_enough_moves_nobody(void **state)
{
    Hall *hall = *state;
    int a, b, c;

    hall->config.per_address = 2;
    hall->config.connections = 2;
    start(hall);
    a = dial(hall);
    ask(a, "/a");
    b = dial(hall);
    ask(b, "/b");
    c = dial(hall);
    assert_true(is_closed(c));
    ask(a, "/a");
    ask(b, "/b");
    close(a);
    close(b);
    close(c);
}

static void the_longest_idle_gives_way(void **state)
{
    Hall *hall = *state;
    int fds[4];

    hall->config.connections = 3;
    start(hall);
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(hall);
        ask(fds[i], "/a");
    }
    assert_true(is_closed(fds[0]));
    for (size_t i = 1; i < COUNT(fds); i++)
        ask(fds[i], "/still");
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
}

static Time cpu_used(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * TIME_SECOND +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void running_out_of_descriptors_is_survived(void **state)
{
    Hall *hall = *state;
    struct rlimit before, tight;
    int fds[4];
    Time begin;

    start(hall);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = new_socket(AF_INET);
    getrlimit(RLIMIT_NOFILE, &before);
    tight = before;
    tight.rlim_cur = (rlim_t)fds[3] + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    begin = cpu_used();
    for (size_t i = 0; i < COUNT(fds); i++) {
        connect_socket(fds[i], hall->address); /* the kernel's queue */
        get(fds[i], "/a");
    }
    usleep(300000); /* time for the server to spin, if it did */
    assert_true(cpu_used() - begin < 100 * TIME_MS);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    for (size_t i = 0; i < COUNT(fds); i++) {
        char text[2000];

        hear(fds[i], text, sizeof text, "/a for 127.0.0.1");
        close(fds[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_address_has_so_many_connections),
        TEST(a_proxy_has_as_many_as_come),
        TEST(who_has_enough_moves_nobody),
        TEST(the_longest_idle_gives_way),
        TEST(running_out_of_descriptors_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
