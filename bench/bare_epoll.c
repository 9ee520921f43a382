/* bare_epoll.c -- the least a server can do: what others are measured by.
 *
 *     bare_epoll PORT [BYTES]
 *
 * One thread, one epoll loop.  Whatever comes in, the same bytes go out, once
 * for each read: nothing is parsed, nothing is checked, no clock is asked.  It
 * is no HTTP server; it answers a client that sends one request at a time. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS_MAX 65536

static char *answer;
static size_t answer_size;
static size_t sent_of[FDS_MAX]; /* of an answer that did not fit at once */
static char input[65536];

static int listen_at(int port)
{
    const int yes = 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (bind(fd, (void *)&at, sizeof at) || listen(fd, 4096)) {
        perror("bare_epoll");
        exit(1);
    }
    return fd;
}

static void watch(int epoll, int how, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    epoll_ctl(epoll, how, fd, &event);
}

static void send_rest(int epoll, int fd, int was_blocked)
{
    ssize_t n =
        send(fd, answer + sent_of[fd], answer_size - sent_of[fd], MSG_NOSIGNAL);

    if (n < 0 && errno != EAGAIN) {
        close(fd);
        return;
    }
    if (n > 0) sent_of[fd] += (size_t)n;
    if (sent_of[fd] < answer_size) {
        if (!was_blocked) watch(epoll, EPOLL_CTL_MOD, fd, EPOLLOUT);
        return;
    }
    sent_of[fd] = 0;
    if (was_blocked) watch(epoll, EPOLL_CTL_MOD, fd, EPOLLIN);
}

static void serve(int epoll, int fd, uint32_t events)
{
    if (events & EPOLLOUT) {
        send_rest(epoll, fd, 1);
    } else if (recv(fd, input, sizeof input, 0) > 0) {
        send_rest(epoll, fd, 0);
    } else {
        close(fd);
    }
}

static void prepare(size_t size)
{
    size_t room = size + 200;
    int head;

    answer = malloc(room);
    if (!answer) exit(1);
    head = snprintf(answer, room,
                    "HTTP/1.1 200 OK\r\n"
                    "Date: Wed, 14 Apr 2021 13:15:00 GMT\r\n"
                    "Content-Length: %zu\r\n"
                    "Content-Type: text/html; charset=utf-8\r\n"
                    "ETag: \"constant\"\r\nCache-Control: max-age=5\r\n\r\n",
                    size);
    memset(answer + head, 'n', size);
    answer_size = (size_t)head + size;
}

int main(int argc, char **argv)
{
    int epoll = epoll_create1(0);
    int door = listen_at(argc > 1 ? atoi(argv[1]) : 8000);
    struct epoll_event events[256];

    prepare(argc > 2 ? (size_t)atol(argv[2]) : 30000);
    watch(epoll, EPOLL_CTL_ADD, door, EPOLLIN);
    for (;;) {
        int count = epoll_wait(epoll, events, 256, -1);

        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;

            if (fd != door) {
                serve(epoll, fd, events[i].events);
                continue;
            }
            fd = accept4(door, NULL, NULL, SOCK_NONBLOCK);
            if (fd >= FDS_MAX)
                close(fd);
            else if (fd >= 0)
                watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN);
        }
    }
}
