/* test/unit/net/server_test.c -- the server over real sockets, on free ports
 * of the loopback. */
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/server.h"

#define BIG   ((size_t)8 << 20)
#define NEXTS 200 /* chunks of /stream, 1000 bytes each */

/* ---- the server under test ---- */

typedef struct Hall {
    ServerConfig config;
    ServerListener listeners[2];
    Server *server;
    char address[64];
    int states; /* open ones; touched by several threads */
    pthread_mutex_t lock;
    HttpTicket *tickets[64];
    size_t ticket_count;
} Hall;

static char *big;
static int chunks; /* made by all streams so far */
static int chunks_before_modest;

static Err next_chunk(void *hold, Arena *arena, Str *chunk, bool *last)
{
    int *count = hold;
    char *bytes = arena_alloc(arena, 1000);

    memset(bytes, 's', 1000);
    *chunk = (Str){bytes, 1000};
    *last = ++*count == NEXTS;
    chunks++;
    return ERR_OK;
}

static void handle(void *state, const HttpRequest *request, Arena *arena,
                   HttpReply *reply)
{
    Hall *hall = state;

    if (str_eq(request->path, S("/later"))) {
        pthread_mutex_lock(&hall->lock);
        hall->tickets[hall->ticket_count++] = http_defer(reply);
        pthread_mutex_unlock(&hall->lock);
        return;
    }
    if (str_eq(request->path, S("/stream"))) {
        reply->hold = mem_zero(sizeof(int));
        reply->release = mem_free;
        reply->next = next_chunk;
        return;
    }
    if (str_eq(request->path, S("/modest"))) chunks_before_modest = chunks;
    if (str_eq(request->path, S("/big")))
        http_part(reply, (Str){big, BIG});
    else
        http_part(reply,
                  str_format(arena, "%.*s for %.*s", STR_ARG(request->path),
                             STR_ARG(request->peer)));
}

static Err open_state(void *context, unsigned thread, void **state,
                      Fault *fault)
{
    Hall *hall = context;

    if (thread == 99) return fault_set(fault, ERR_STORE, "no store for it");
    __atomic_add_fetch(&hall->states, 1, __ATOMIC_SEQ_CST);
    *state = hall;
    return ERR_OK;
}

static void close_state(void *context, void *state)
{
    Hall *hall = context;

    assert_ptr_equal(state, hall);
    __atomic_sub_fetch(&hall->states, 1, __ATOMIC_SEQ_CST);
}

static void start(Hall *hall)
{
    Fault fault = fault_none();

    if (server_start(&hall->config, &hall->server, &fault))
        fail_msg("%s", fault.text);
    server_accept(hall->server);
}

static int set_up(void **state)
{
    Hall *hall = mem_zero(sizeof *hall);
    Arena arena = arena_open();
    Fault fault = fault_none();

    pthread_mutex_init(&hall->lock, NULL);
    hall->config = server_defaults();
    hall->config.listeners = hall->listeners;
    hall->config.listener_count = 1;
    hall->config.context = hall;
    hall->config.open_state = open_state;
    hall->config.close_state = close_state;
    hall->listeners[0].handler = handle;
    if (listen_open(S("127.0.0.1:0"), &hall->listeners[0].fd, &fault))
        fail_msg("%s", fault.text);
    snprintf(hall->address, sizeof hall->address, "%.*s",
             STR_ARG(listen_address(&arena, hall->listeners[0].fd)));
    arena_close(&arena);
    *state = hall;
    return 0;
}

static void stop(Hall *hall)
{
    if (!hall->server) return;
    server_stop(hall->server, 0);
    server_close(hall->server);
    hall->server = NULL;
}

static int tear_down(void **state)
{
    Hall *hall = *state;

    stop(hall);
    assert_int_equal(hall->states, 0);
    close(hall->listeners[0].fd);
    pthread_mutex_destroy(&hall->lock);
    mem_free(hall);
    return 0;
}

/* ---- clients ---- */

/* A socket that gives up after some seconds, so that no test hangs. */
static int new_socket(int family)
{
    const struct timeval patience = {.tv_sec = 10};
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
}

static void connect_socket(int fd, const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int64_t port = 0;

    assert_true(str_int(str_from(strrchr(address, ':') + 1), &port));
    to.sin_port = htons((uint16_t)port);
    assert_int_equal(connect(fd, (void *)&to, sizeof to), 0);
}

static int dial(const Hall *hall)
{
    int fd = new_socket(AF_INET);

    connect_socket(fd, hall->address);
    return fd;
}

static void say(int fd, const char *text)
{
    size_t len = strlen(text);

    assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), len);
}

static void get(int fd, const char *path)
{
    char text[200];

    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
    say(fd, text);
}

/* Reads until what has come ends so. */
static void hear(int fd, char *text, size_t room, const char *end)
{
    size_t len = 0;

    for (;;) {
        ssize_t n = recv(fd, text + len, room - 1 - len, 0);

        if (n <= 0) fail_msg("\"%s\" did not come", end);
        len += (size_t)n;
        text[len] = 0;
        if (str_ends((Str){text, len}, str_from(end))) return;
        assert_true(len + 1 < room);
    }
}

static void ask(int fd, const char *path)
{
    char text[2000];
    char end[200];

    get(fd, path);
    snprintf(end, sizeof end, "%s for 127.0.0.1", path);
    hear(fd, text, sizeof text, end);
}

/* Closed by the server, with nothing more to read. */
static bool is_closed(int fd)
{
    char byte;
    ssize_t n = recv(fd, &byte, 1, 0);

    return n == 0 || (n < 0 && errno == ECONNRESET);
}

static size_t hear_to_the_end(int fd, size_t step)
{
    char bytes[65536];
    size_t sum = 0;
    ssize_t n;

    while ((n = recv(fd, bytes, step, 0)) > 0)
        sum += (size_t)n;
    assert_int_equal(n, 0);
    return sum;
}

/* ---- the tests ---- */

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

/* Run as "server_test serve ADDRESS" by the test below: what a new start of
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
        execl("/proc/self/exe", "server_test", "serve", hall->address, NULL);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        TEST(connections_are_kept_and_pipelined),
        TEST(what_happens_is_counted),
        TEST(a_slow_reader_gets_all_and_holds_up_nobody),
        TEST(streams_come_without_stalls),
        TEST(a_stream_gives_way_after_each_chunk),
        TEST(one_connection_cannot_starve_the_others),
        TEST(answers_may_come_from_another_thread),
        TEST(stopping_loses_no_answer_and_no_connection),
        TEST(a_request_on_its_way_at_the_stop_is_answered),
        TEST(a_ticket_outlives_the_server),
        TEST(no_handler_runs_before_the_word),
        TEST(a_server_may_end_before_it_began),
        TEST(a_state_that_fails_is_told),
        TEST(an_address_has_so_many_connections),
        TEST(who_has_enough_moves_nobody),
        TEST(the_longest_idle_gives_way),
        TEST(running_out_of_descriptors_is_survived),
        TEST(the_unix_socket_is_for_this_user_only),
        TEST(a_unix_socket_is_handed_on_too),
        TEST(any_port_takes_over_the_port_there_was),
        TEST(addresses_are_read_strictly),
        cmocka_unit_test(every_address_is_reached_as_localhost),
        TEST(a_new_start_takes_over_the_listening_socket),
        TEST(the_log_is_written_in_whole_lines),
    };
    int failed;

    if (argc == 3) return serve_inherited(argv[2]);
    big = mem_zero(BIG);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    mem_free(big);
    return failed;
}
