/* test/unit/net/hall.h -- a server over real sockets, on free ports of the
 * loopback, and clients that ask it.  All of it stands here, for each suite
 * that needs one.
 */
#ifndef NET_HALL_H
#define NET_HALL_H

#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"
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
    char *big;           /* BIG bytes */
    const char *letters; /* of answers that stay, and how many there are yet */
    size_t news;
} Hall;

static int chunks; /* made by all streams so far */
static int chunks_before_modest;

static inline Err next_chunk(void *hold, Arena *arena, Str *chunk, bool *last)
{
    int *count = hold;
    char *bytes = arena_alloc(arena, 1000);

    memset(bytes, 's', 1000);
    *chunk = (Str){bytes, 1000};
    *last = ++*count == NEXTS;
    chunks++;
    return ERR_OK;
}

/* An answer that stays: of hall->news, a row of letters, each once. */
typedef struct Staying {
    Hall *hall;
    size_t told;
} Staying;

static inline Str next_letters(void *hold)
{
    Staying *staying = hold;
    size_t news = __atomic_load_n(&staying->hall->news, __ATOMIC_ACQUIRE);

    return (Str){staying->hall->letters + staying->told, news - staying->told};
}

static inline void letters_sent(void *hold, size_t bytes)
{
    ((Staying *)hold)->told += bytes;
}

static inline void letters_beat(void *hold)
{
    (void)hold;
}

static inline bool poked(void *state)
{
    (void)state;
    return true;
}

static inline void handle(void *state, const HttpRequest *request, Arena *arena,
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
    if (str_eq(request->path, S("/stay"))) {
        static const HttpStay stay = {next_letters, letters_sent, letters_beat};
        Staying *staying = mem_zero(sizeof *staying);

        staying->hall = hall;
        reply->stay = &stay;
        reply->hold = staying;
        reply->release = mem_free;
        http_part(reply, S("here"));
        return;
    }
    if (str_eq(request->path, S("/modest"))) chunks_before_modest = chunks;
    if (str_eq(request->path, S("/thread")))
        http_part(reply,
                  str_format(arena, "thread %zx.", (size_t)pthread_self()));
    else if (str_eq(request->path, S("/turns")))
        http_part(reply, str_format(arena, "turns of %llu ns.",
                                    (unsigned long long)slice_get()));
    else if (str_eq(request->path, S("/big")))
        http_part(reply, (Str){hall->big, BIG});
    else
        http_part(reply,
                  str_format(arena, "%.*s for %.*s", STR_ARG(request->path),
                             STR_ARG(request->peer)));
}

static inline Err open_state(void *context, unsigned thread, void **state,
                             Fault *fault)
{
    Hall *hall = context;

    if (thread == 99) return fault_set(fault, ERR_STORE, "no store for it");
    __atomic_add_fetch(&hall->states, 1, __ATOMIC_SEQ_CST);
    *state = hall;
    return ERR_OK;
}

static inline void close_state(void *context, void *state)
{
    Hall *hall = context;

    assert_ptr_equal(state, hall);
    __atomic_sub_fetch(&hall->states, 1, __ATOMIC_SEQ_CST);
}

static inline void start(Hall *hall)
{
    Fault fault = fault_none();

    if (server_start(&hall->config, &hall->server, &fault))
        fail_msg("%s", fault.text);
    server_accept(hall->server);
}

static inline int set_up(void **state)
{
    Hall *hall = mem_zero(sizeof *hall);
    Arena arena = arena_open();
    Fault fault = fault_none();

    hall->big = mem_zero(BIG);
    pthread_mutex_init(&hall->lock, NULL);
    hall->config = server_defaults();
    hall->config.listeners = hall->listeners;
    hall->config.listener_count = 1;
    hall->config.context = hall;
    hall->config.open_state = open_state;
    hall->config.close_state = close_state;
    hall->config.poked = poked;
    hall->letters = "abcdefghijklmnopqrstuvwxyz";
    hall->listeners[0].handler = handle;
    if (listen_open(S("127.0.0.1:0"), &hall->listeners[0].fd, &fault))
        fail_msg("%s", fault.text);
    snprintf(hall->address, sizeof hall->address, "%.*s",
             STR_ARG(listen_address(&arena, hall->listeners[0].fd)));
    arena_close(&arena);
    *state = hall;
    return 0;
}

static inline void stop(Hall *hall)
{
    if (!hall->server) return;
    server_stop(hall->server, 0);
    server_close(hall->server);
    hall->server = NULL;
}

static inline int tear_down(void **state)
{
    Hall *hall = *state;

    stop(hall);
    assert_int_equal(hall->states, 0);
    close(hall->listeners[0].fd);
    pthread_mutex_destroy(&hall->lock);
    mem_free(hall->big);
    mem_free(hall);
    return 0;
}

/* ---- clients ---- */

/* A socket that gives up after some seconds, so that no test hangs. */
static inline int new_socket(int family)
{
    const struct timeval patience = {.tv_sec = 10};
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
}

static inline void connect_socket(int fd, const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int64_t port = 0;

    assert_true(str_int(str_from(strrchr(address, ':') + 1), &port));
    to.sin_port = htons((uint16_t)port);
    assert_int_equal(connect(fd, (void *)&to, sizeof to), 0);
}

static inline int dial(const Hall *hall)
{
    int fd = new_socket(AF_INET);

    connect_socket(fd, hall->address);
    return fd;
}

static inline void say(int fd, const char *text)
{
    size_t len = strlen(text);

    assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), len);
}

static inline void get(int fd, const char *path)
{
    char text[200];

    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
    say(fd, text);
}

/* Reads until what has come ends so. */
static inline void hear(int fd, char *text, size_t room, const char *end)
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

static inline void ask(int fd, const char *path)
{
    char text[2000];
    char end[200];

    get(fd, path);
    snprintf(end, sizeof end, "%s for 127.0.0.1", path);
    hear(fd, text, sizeof text, end);
}

/* Closed by the server, with nothing more to read. */
static inline bool is_closed(int fd)
{
    char byte;
    ssize_t n = recv(fd, &byte, 1, 0);

    return n == 0 || (n < 0 && errno == ECONNRESET);
}

static inline size_t hear_to_the_end(int fd, size_t step)
{
    char bytes[65536];
    size_t sum = 0;
    ssize_t n;

    while ((n = recv(fd, bytes, step, 0)) > 0)
        sum += (size_t)n;
    assert_int_equal(n, 0);
    return sum;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
