/* test/unit/net/listen_test.c -- the sockets that are listened on, and how they
 * are handed on. */
#include "hall.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

/* ---- the Unix socket ---- */

static int dial_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = new_socket(AF_UNIX);

    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    if (connect(fd, (void *)&to, sizeof to)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* What another user gets: 0 turned away, 1 an answer. */
static int ask_as_nobody(const char *path)
{
    pid_t pid = fork();
    int status = 0;

    assert_true(pid >= 0);
    if (pid == 0) {
        char byte;
        int fd;

        if (setresuid(65534, 65534, 65534)) _exit(2);
        fd = dial_unix(path);
        if (fd < 0) _exit(3);
        if (send(fd, "GET / HTTP/1.0\r\n\r\n", 18, MSG_NOSIGNAL) != 18)
            _exit(0);
        _exit(recv(fd, &byte, 1, 0) == 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void the_unix_socket_is_for_this_user_only(void **state)
{
    Hall *hall = *state;
    char folder[] = "/tmp/dateline-test-XXXXXX";
    char path[100];
    char text[2000];
    Fault fault = fault_none();
    struct stat info;
    int fd;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/control", folder);
    assert_int_equal(listen_unix(path, &hall->listeners[1].fd, &fault), ERR_OK);
    close(hall->listeners[1].fd); /* as if its process had died */
    assert_int_equal(listen_unix(path, &hall->listeners[1].fd, &fault), ERR_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_true(S_ISSOCK(info.st_mode));
    assert_int_equal(info.st_mode & 0777, 0600);
    hall->listeners[1].handler = handle;
    hall->listeners[1].same_user = true;
    hall->config.listener_count = 2;
    start(hall);
    fd = dial_unix(path);
    get(fd, "/a");
    hear(fd, text, sizeof text, "/a for local");
    close(fd);
    if (geteuid() == 0) {
        assert_int_equal(chmod(folder, 0711), 0);
        assert_int_equal(ask_as_nobody(path), 3);
        assert_int_equal(chmod(path, 0666), 0); /* as a careless admin would */
        assert_int_equal(ask_as_nobody(path), 0);
    }
    stop(hall);
    close(hall->listeners[1].fd);
    unlink(path);
    rmdir(folder);
}

/* ---- listening ---- */

static void a_unix_socket_is_handed_on_too(void **state)
{
    char folder[] = "/tmp/dateline-test-XXXXXX";
    char path[100];
    Arena arena = arena_open();
    int fd, again;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/control", folder);
    assert_int_equal(listen_unix(path, &fd, NULL), ERR_OK);
    assert_str(listen_address(&arena, fd), str_format(&arena, "unix:%s", path));
    assert_int_equal(listen_export(&fd, 1), ERR_OK);
    assert_int_equal(fcntl(fd, F_GETFD), 0);
    listen_inherit();
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(listen_unix(path, &again, NULL), ERR_OK);
    assert_int_equal(again, fd);
    listen_inherit_end();
    assert_true(fcntl(fd, F_GETFD) >= 0); /* it was taken */
    close(fd);
    unlink(path);
    rmdir(folder);
    arena_close(&arena);
}

static void any_port_takes_over_the_port_there_was(void **state)
{
    const Str any = S("127.0.0.1:0");
    int old[2], fd[3];

    (void)state;
    assert_int_equal(listen_open(any, &old[0], NULL), ERR_OK);
    assert_int_equal(listen_open(any, &old[1], NULL), ERR_OK);
    assert_int_equal(listen_export(old, 2), ERR_OK);
    listen_inherit();
    for (size_t i = 0; i < COUNT(fd); i++)
        assert_int_equal(listen_open(any, &fd[i], NULL), ERR_OK);
    assert_int_equal(fd[0], old[0]); /* in their order */
    assert_int_equal(fd[1], old[1]);
    assert_true(fd[2] != old[0] && fd[2] != old[1]); /* none was left */
    listen_inherit_end();
    for (size_t i = 0; i < COUNT(fd); i++)
        close(fd[i]);
}

static void addresses_are_read_strictly(void **state)
{
    static const struct {
        const char *why;
        Str address;
        Err err;
    } cases[] = {
        {"IPv4, any port", S_INIT("127.0.0.1:0"), ERR_OK},
        {"IPv6, any port", S_INIT("[::1]:0"), ERR_OK},
        {"no port", S_INIT("127.0.0.1"), ERR_INVALID},
        {"an empty port", S_INIT("127.0.0.1:"), ERR_INVALID},
        {"a port too high", S_INIT("127.0.0.1:65536"), ERR_INVALID},
        {"a name", S_INIT("localhost:0"), ERR_INVALID},
        {"IPv6 without brackets", S_INIT("::1:0"), ERR_INVALID},
        {"no address", S_INIT(":80"), ERR_INVALID},
        {"nothing", S_INIT(""), ERR_INVALID},
    };
    Hall *hall = *state;
    Fault fault = fault_none();
    int fd;

    for (size_t i = 0; i < COUNT(cases); i++) {
        fd = -1;
        check_row(cases[i].why);
        assert_int_equal(listen_open(cases[i].address, &fd, NULL),
                         cases[i].err);
        if (cases[i].err)
            assert_int_equal(fd, -1);
        else
            close(fd);
    }
    assert_int_equal(listen_open(str_from(hall->address), &fd, &fault),
                     ERR_CONFLICT);
    assert_non_null(strstr(fault.text, hall->address));
}

static void every_address_is_reached_as_localhost(void **unused)
{
    static const struct {
        const char *why;
        Str address, reached;
    } rows[] = {
        {"every IPv4", S_INIT("0.0.0.0:0"), S_INIT("localhost:")},
        {"one", S_INIT("127.0.0.1:0"), S_INIT("127.0.0.1:")},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        int fd;

        check_row(rows[i].why);
        assert_int_equal(listen_open(rows[i].address, &fd, NULL), ERR_OK);
        assert_true(str_starts(listen_reach(&arena, fd), rows[i].reached));
        close(fd);
        arena_close(&arena);
    }
}

/* Run as "listen_test serve ADDRESS" by the test below: what a new start of
 * the program does with the socket it was handed. */
static int serve_inherited(const char *address)
{
    ServerConfig config = server_defaults();
    ServerListener listener = {.handler = handle};
    Server *server;
    char byte;

    listen_inherit();
    if (getenv("DATELINE_LISTEN_FDS")) return 4;
    if (listen_open(str_from(address), &listener.fd, NULL)) return 2;
    listen_inherit_end();
    config.listeners = &listener;
    config.listener_count = 1;
    if (server_start(&config, &server, NULL)) return 3;
    server_accept(server);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    server_stop(server, 1000);
    server_close(server);
    close(listener.fd);
    return 0;
}

static void a_new_start_takes_over_the_listening_socket(void **state)
{
    Hall *hall = *state;
    char text[2000];
    int leash[2];
    int fd, status;
    pid_t pid;

    fd = dial(hall); /* before anybody accepts */
    get(fd, "/early");
    assert_int_equal(pipe2(leash, O_CLOEXEC), 0);
    assert_int_equal(listen_export(&hall->listeners[0].fd, 1), ERR_OK);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(leash[0], STDIN_FILENO);
        execl("/proc/self/exe", "listen_test", "serve", hall->address, NULL);
        _exit(9);
    }
    unsetenv("DATELINE_LISTEN_FDS");
    close(leash[0]);
    close(hall->listeners[0].fd); /* the old process is gone */
    hear(fd, text, sizeof text, "/early for 127.0.0.1");
    ask(fd, "/on");
    close(fd);
    close(leash[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    hall->listeners[0].fd = -1;
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        TEST(the_unix_socket_is_for_this_user_only),
        TEST(a_unix_socket_is_handed_on_too),
        TEST(any_port_takes_over_the_port_there_was),
        TEST(addresses_are_read_strictly),
        cmocka_unit_test(every_address_is_reached_as_localhost),
        TEST(a_new_start_takes_over_the_listening_socket),
    };

    if (argc == 3) return serve_inherited(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
