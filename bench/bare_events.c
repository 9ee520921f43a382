/* bare_events.c -- the least that tells many readers of an event: what others
 * are measured by.
 *
 *     bare_events PORT
 *
 * One thread, one epoll loop.  Whoever connects and sends something is answered
 * the head of a stream of server-sent events; a datagram to the same port goes
 * to all of them as it is, one send after the other.  Nothing is parsed, and
 * who reads too slowly loses what does not fit. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READERS_MAX 65536

static const char head[] = "HTTP/1.1 200 OK\r\n"
                           "Content-Type: text/event-stream\r\n\r\n:\n\n";
static int readers[READERS_MAX];
static int count;
static char input[65536];

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static int open_at(int port, int type)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);

    if (bind(fd, (void *)&at, sizeof at) ||
        (type == SOCK_STREAM && listen(fd, 4096))) {
        perror("bare_events");
        exit(1);
    }
    return fd;
}

static void enter(int epoll, int door)
{
    const int yes = 1;
    int fd = accept4(door, NULL, NULL, SOCK_NONBLOCK);

    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(epoll, fd);
}

static void hear(int fd)
{
    if (recv(fd, input, sizeof input, 0) <= 0 || count == READERS_MAX) {
        close(fd);
        return;
    }
    send(fd, head, strlen(head), MSG_NOSIGNAL);
    readers[count++] = fd;
}

static void tell(int told)
{
    ssize_t size = recv(told, input, sizeof input, 0);

    for (int i = 0; size > 0 && i < count; i++)
        send(readers[i], input, (size_t)size, MSG_NOSIGNAL);
}

int main(int argc, char **argv)
{
    int epoll = epoll_create1(0);
    int port = argc > 1 ? atoi(argv[1]) : 8000;
    int door = open_at(port, SOCK_STREAM);
    int told = open_at(port, SOCK_DGRAM);
    struct epoll_event events[256];

    watch(epoll, door);
    watch(epoll, told);
    for (;;) {
        int ready = epoll_wait(epoll, events, 256, -1);

        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;

            if (fd == door)
                enter(epoll, door);
            else if (fd == told)
                tell(told);
            else
                hear(fd);
        }
    }
}
