/* listeners.c -- open pages that are told of events: when each of them hears.
 *
 *     listeners READERS ROUNDS ADDR:PORT PATH
 *
 * Connects so many readers of server-sent events, says "ready" when all have
 * been answered and half a second has been quiet, and waits until each has
 * heard ROUNDS events.  Prints JSON: for each round the moments (nanoseconds of
 * the monotonic clock, which is one for all processes) at which half, 99 % and
 * all of them had heard it, and how many times a number of Server-Sent Events'
 * `id: N` was not larger than the one before. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/mem.h"
#include "base/str.h"
#include "histogram.h"

#define EVENTS   1024
#define QUIET_MS 500
#define GIVE_UP  30000 /* ms */
#define READ     65536

typedef struct Reader {
    int fd;
    int64_t heard; /* events */
    int64_t id;    /* of the last */
    bool answered, partly;
} Reader;

typedef struct Crowd {
    Reader *readers;
    int64_t count, rounds;
    int64_t *when; /* [round * count + n-th to hear it] */
    int64_t *told; /* [round] */
    int64_t done, disordered;
    bool counting;
    int epoll;
} Crowd;

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "listeners: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void join(Crowd *crowd, Reader *reader, const struct sockaddr_in *to,
                 Str request)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = reader};

    reader->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (reader->fd < 0) fail("socket");
    if (connect(reader->fd, (const void *)to, sizeof *to)) fail("connect");
    if (send(reader->fd, request.ptr, request.len, MSG_NOSIGNAL) !=
        (ssize_t)request.len)
        fail("send");
    if (epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, reader->fd, &event))
        fail("epoll_ctl");
}

/* The number behind "id: ", where the event has one. */
static void look_at_order(Crowd *crowd, Reader *reader, Str bytes)
{
    ptrdiff_t at = str_find(bytes, S("id: "), 0);
    int64_t id;
    Str line;

    if (at < 0) return;
    line = str_skip(bytes, (size_t)at + 4);
    if (!str_int(str_cut(&line, '\n'), &id)) return;
    if (id <= reader->id) crowd->disordered++;
    reader->id = id;
}

static bool is_whole(Str bytes)
{
    return str_ends(bytes, S("\n\n")) || str_ends(bytes, S("\n\n\r\n"));
}

static void hear(Crowd *crowd, Reader *reader)
{
    static char bytes[READ];
    ssize_t n = recv(reader->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    Str text = {bytes, n > 0 ? (size_t)n : 0};

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) fail("a reader was cut");
    reader->answered = true;
    if (!crowd->counting) return;
    if (!reader->partly && str_find(text, S("data:"), 0) < 0) return;
    look_at_order(crowd, reader, text);
    reader->partly = !is_whole(text);
    if (reader->partly || reader->heard == crowd->rounds) return;
    crowd->when[reader->heard * crowd->count + crowd->told[reader->heard]++] =
        clock_ns();
    if (++reader->heard == crowd->rounds) crowd->done++;
}

/* Handles what comes until nothing has for so long, or all are done. */
static void listen_for(Crowd *crowd, int quiet_ms)
{
    struct epoll_event events[EVENTS];
    int count;

    do {
        count = epoll_wait(crowd->epoll, events, EVENTS, quiet_ms);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++)
            hear(crowd, events[i].data.ptr);
    } while (count && crowd->done < crowd->count);
}

static void tell(const Crowd *crowd)
{
    printf("{\"disordered\": %lld, \"rounds\": [",
           (long long)crowd->disordered);
    for (int64_t i = 0; i < crowd->rounds; i++) {
        const int64_t *when = crowd->when + i * crowd->count;
        int64_t told = crowd->told[i];

        printf(
            "%s{\"heard\": %lld, \"p50\": %lld, \"p99\": %lld, \"max\": %lld}",
            i ? ", " : "", (long long)told,
            told ? (long long)when[told / 2] : 0LL,
            told ? (long long)when[told * 99 / 100] : 0LL,
            told ? (long long)when[told - 1] : 0LL);
    }
    printf("]}\n");
}

int main(int argc, char **argv)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    Crowd crowd = {0};
    Arena arena = arena_open();
    int64_t port = 0;
    Str address, request;

    if (argc != 5 || !str_int(str_from(argv[1]), &crowd.count) ||
        !str_int(str_from(argv[2]), &crowd.rounds)) {
        fprintf(stderr, "usage: listeners READERS ROUNDS ADDR:PORT PATH\n");
        return 2;
    }
    address = str_from(argv[3]);
    if (inet_pton(AF_INET, str_z(&arena, str_cut(&address, ':')),
                  &to.sin_addr) != 1 ||
        !str_int(address, &port))
        fail("the address");
    to.sin_port = htons((uint16_t)port);
    request = str_format(&arena,
                         "GET %s HTTP/1.1\r\nHost: %s\r\n"
                         "Accept: text/event-stream\r\n\r\n",
                         argv[4], argv[3]);
    crowd.epoll = epoll_create1(EPOLL_CLOEXEC);
    crowd.readers = mem_zero((size_t)crowd.count * sizeof(Reader));
    crowd.when =
        mem_zero((size_t)(crowd.count * crowd.rounds) * sizeof(int64_t));
    crowd.told = mem_zero((size_t)crowd.rounds * sizeof(int64_t));
    for (int64_t i = 0; i < crowd.count; i++) {
        join(&crowd, &crowd.readers[i], &to, request);
        if (i % 100 == 99) listen_for(&crowd, 0);
    }
    listen_for(&crowd, QUIET_MS);
    for (int64_t i = 0; i < crowd.count; i++)
        if (!crowd.readers[i].answered) fail("a reader was not answered");
    crowd.counting = true;
    printf("ready\n");
    fflush(stdout);
    listen_for(&crowd, GIVE_UP);
    tell(&crowd);
    return 0;
}
