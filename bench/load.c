/* load.c -- many readers at once: keeps a server busy from another core.
 *
 *     load [OPTION ...] ADDR:PORT [PATH ...]
 *
 *     -c N    connections, kept alive (64)
 *     -s S    seconds at most (3; with -n: 600)
 *     -n N    requests in all, then it ends
 *     -r N    requests a second, at even distances, not as fast as it goes
 *     -f FILE paths, one a line, taken in turn
 *     -H LINE a header line for each request
 *     -p PID  also tells the processor time that this process took meanwhile
 *     -k      keeps the connections until standard input ends
 *
 * Prints JSON.  Only heads are read: bodies are thrown away by the kernel
 * uncopied, so that one core of client is enough for one of server.  A latency
 * is the time from when a request was due (-r) or sent to the last byte. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "client.h"
#include "histogram.h"

#define HEAD_MAX    16384
#define HEAD_STEP   2048 /* read at once: most of a body stays uncopied */
#define HEADERS_MAX 8192
#define PATHS_MAX   ((size_t)64 * 1024 * 1024)
#define DROP_MAX    ((size_t)1 << 20) /* bytes dropped by one call */

typedef enum State { IDLE, HEAD, BODY } State;

typedef struct Conn {
    int fd;
    State state;
    int status;
    int64_t due;
    size_t left; /* bytes of the body still to come */
    size_t got;  /* bytes of the head so far */
    char head[HEAD_MAX];
} Conn;

typedef struct Load {
    struct sockaddr_in to;
    size_t connections;
    double seconds;
    int64_t wanted; /* 0: as many as the time allows */
    double rate;    /* 0: as fast as it goes */
    bool keeps;
    pid_t pid;
    StrList paths;
    char headers[HEADERS_MAX];
    Arena arena;

    int epoll;
    Conn *conns;
    Conn **idle;
    size_t idle_count, open;
    size_t next_path;
    int64_t began, until, sent, done;
    uint64_t bytes, failed;
    uint64_t statuses[600];
    Histogram took;
} Load;

static char dropped[DROP_MAX];

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

_Noreturn static void refuse(const char *what)
{
    fprintf(stderr, "load: %s\n", what);
    exit(2);
}

/* ---- requests ---- */

static bool wants_more(const Load *load, int64_t now)
{
    if (load->wanted && load->sent >= load->wanted) return false;
    return now < load->until;
}

/* When the next request should go out; with -r this may be ahead. */
static int64_t next_due(const Load *load, int64_t now)
{
    if (load->rate <= 0) return now;
    return load->began + (int64_t)((double)load->sent * 1e9 / load->rate);
}

static void lose(Load *load, Conn *conn)
{
    close(conn->fd);
    conn->fd = -1;
    conn->state = IDLE;
    load->failed++;
    load->open--;
}

static void ask(Load *load, Conn *conn, int64_t due)
{
    char text[HEADERS_MAX + 4096];
    Str path = load->paths.items[load->next_path++ % load->paths.count];
    int size =
        snprintf(text, sizeof text, "GET %.*s HTTP/1.1\r\nHost: %s\r\n%s\r\n",
                 STR_ARG(path), "127.0.0.1", load->headers);

    if (size < 0 || (size_t)size >= sizeof text) refuse("a path is too long");
    conn->state = HEAD;
    conn->got = conn->left = 0;
    conn->due = due;
    load->sent++;
    /* nothing else is on the way: a socket's buffer has room for it */
    if (send(conn->fd, text, (size_t)size, MSG_NOSIGNAL) != size)
        lose(load, conn);
}

/* ---- answers ---- */

static void answered(Load *load, Conn *conn)
{
    int64_t now = clock_ns();

    histogram_add(&load->took, now - conn->due);
    load->statuses[conn->status]++;
    load->done++;
    conn->state = IDLE;
    if (load->rate <= 0 && wants_more(load, now))
        ask(load, conn, now);
    else
        load->idle[load->idle_count++] = conn;
}

/* False when the connection is of no more use. */
static bool read_head(Load *load, Conn *conn)
{
    size_t room = sizeof conn->head - conn->got;
    ssize_t n = recv(conn->fd, conn->head + conn->got,
                     room < HEAD_STEP ? room : HEAD_STEP, 0);
    ptrdiff_t end;
    Str head, length;
    int64_t size = 0, status;

    if (n < 0 && errno == EAGAIN) return true;
    if (n <= 0) return false;
    conn->got += (size_t)n;
    end = str_find((Str){conn->head, conn->got}, S("\r\n\r\n"), 0);
    if (end < 0) return conn->got < sizeof conn->head;
    head = (Str){conn->head, (size_t)end + 2};
    if (head.len < 12 || !str_int((Str){head.ptr + 9, 3}, &status) ||
        status < 200 || status > 599)
        return false;
    conn->status = (int)status;
    length = client_header(head, S("Content-Length"));
    if (length.len && !str_int(length, &size)) return false;
    if (client_header(head, S("Transfer-Encoding")).len)
        refuse("an answer came in chunks: not for this client");
    if (status == 304) size = 0;
    load->bytes += (size_t)end + 4 + (size_t)size;
    conn->left = (size_t)size - (conn->got - (size_t)end - 4);
    conn->state = BODY;
    if (!conn->left) answered(load, conn);
    return true;
}

static bool read_body(Load *load, Conn *conn)
{
    while (conn->state == BODY) {
        size_t room = conn->left < DROP_MAX ? conn->left : DROP_MAX;
        ssize_t n = recv(conn->fd, dropped, room, MSG_TRUNC);

        if (n < 0 && errno == EAGAIN) return true;
        if (n <= 0) return false;
        conn->left -= (size_t)n;
        if (!conn->left) answered(load, conn);
        /* what came at once was all that was there */
        if ((size_t)n < room) return true;
    }
    return true;
}

static void hear(Load *load, Conn *conn)
{
    bool fine = true;

    if (conn->state == IDLE) /* nothing may come unasked, but the end */
        fine = false;
    if (conn->state == HEAD) fine = read_head(load, conn);
    if (fine && conn->state == BODY) fine = read_body(load, conn);
    if (fine) return;
    for (size_t i = 0; conn->state == IDLE && i < load->idle_count; i++)
        if (load->idle[i] == conn)
            load->idle[i--] = load->idle[--load->idle_count];
    lose(load, conn);
}

/* ---- the run ---- */

static void connect_all(Load *load)
{
    const int yes = 1;

    load->conns = mem_zero(load->connections * sizeof *load->conns);
    load->idle = mem_zero(load->connections * sizeof(Conn *));
    load->epoll = epoll_create1(0);
    for (size_t i = 0; i < load->connections; i++) {
        Conn *conn = &load->conns[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = conn};

        conn->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (conn->fd < 0) die("socket");
        if (connect(conn->fd, (void *)&load->to, sizeof load->to))
            die("connect");
        setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        epoll_ctl(load->epoll, EPOLL_CTL_ADD, conn->fd, &event);
        load->idle[load->idle_count++] = conn;
    }
    load->open = load->connections;
}

/* Sends what is due; how long to wait at most, ns. */
static int64_t send_due(Load *load)
{
    int64_t now = clock_ns();
    int64_t due = 0;

    while (load->idle_count && wants_more(load, now)) {
        due = next_due(load, now);
        if (due > now) return due - now;
        ask(load, load->idle[--load->idle_count], due);
    }
    return 100000000;
}

static bool is_over(const Load *load)
{
    int64_t now = clock_ns();
    bool quiet = load->idle_count == load->open;

    if (!load->open) return true;
    if (!wants_more(load, now) && quiet) return true;
    return now > load->until + 5000000000; /* somebody does not answer */
}

static void run(Load *load)
{
    struct epoll_event events[256];

    load->began = clock_ns();
    load->until = load->began + (int64_t)(load->seconds * 1e9);
    while (!is_over(load)) {
        int64_t wait = send_due(load);
        struct timespec most = {wait / 1000000000, wait % 1000000000};
        int count = epoll_pwait2(load->epoll, events, 256, &most, NULL);

        for (int i = 0; i < count; i++) {
            Conn *conn = events[i].data.ptr;

            if (conn->fd >= 0) hear(load, conn);
        }
    }
    load->failed += load->open - load->idle_count; /* never answered */
}

static double cpu_of(pid_t pid)
{
    clockid_t clock;
    struct timespec taken;

    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &taken))
        die("-p");
    return (double)taken.tv_sec + (double)taken.tv_nsec / 1e9;
}

static void pair_double(JsonOut *out, const char *key, double value)
{
    json_put_key(out, key);
    json_put_double(out, value);
}

static void tell(Load *load, double seconds, double cpu)
{
    Buf buf = buf_open(&load->arena, 65536);
    JsonOut out = json_out(&buf);
    Str text;

    json_put_object(&out);
    json_pair_int(&out, "requests", load->done);
    json_pair_int(&out, "failed", (int64_t)load->failed);
    json_pair_int(&out, "bytes", (int64_t)load->bytes);
    pair_double(&out, "seconds", seconds);
    pair_double(&out, "rate", (double)load->done / seconds);
    if (load->pid) pair_double(&out, "cpu_us", cpu * 1e6 / (double)load->done);
    json_put_key(&out, "statuses");
    json_put_object(&out);
    for (int i = 0; i < 600; i++) {
        char name[8];

        if (!load->statuses[i]) continue;
        snprintf(name, sizeof name, "%d", i);
        json_pair_int(&out, name, (int64_t)load->statuses[i]);
    }
    json_put_end(&out);
    json_put_key(&out, "ms");
    histogram_tell(&load->took, &out);
    json_put_end(&out);
    if (buf_end(&buf, &text)) refuse("too much to tell");
    printf("%.*s\n", STR_ARG(text));
    fflush(stdout);
}

/* ---- the command line ---- */

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end || value < 0) refuse("expected a number");
    return value;
}

static void read_paths(Load *load, const char *file)
{
    Str text, line;

    if (file_read(&load->arena, file, PATHS_MAX, &text, NULL))
        die("the file of paths");
    while (str_line(&text, &line))
        if (line.len) strs_add(&load->paths, &load->arena, line);
}

static void add_header(Load *load, const char *line)
{
    size_t len = strlen(load->headers);
    int n = snprintf(load->headers + len, sizeof load->headers - len, "%s\r\n",
                     line);

    if (n < 0 || (size_t)n >= sizeof load->headers - len)
        refuse("too many headers");
}

static void read_address(Load *load, const char *text)
{
    Str rest = str_from(text);
    char *host = str_z(&load->arena, str_cut(&rest, ':'));
    int64_t port;

    load->to.sin_family = AF_INET;
    if (inet_pton(AF_INET, host, &load->to.sin_addr) != 1 ||
        !str_int(rest, &port) || port < 1 || port > 65535)
        refuse("expected ADDR:PORT");
    load->to.sin_port = htons((uint16_t)port);
}

static void read_options(Load *load, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "c:s:n:r:f:H:p:k")) != -1) {
        switch (option) {
        case 'c': load->connections = (size_t)number(optarg); break;
        case 's': load->seconds = number(optarg); break;
        case 'n': load->wanted = (int64_t)number(optarg); break;
        case 'r': load->rate = number(optarg); break;
        case 'f': read_paths(load, optarg); break;
        case 'H': add_header(load, optarg); break;
        case 'p': load->pid = (pid_t)number(optarg); break;
        case 'k': load->keeps = true; break;
        default: refuse("see the head of bench/load.c");
        }
    }
    if (optind == argc) refuse("expected ADDR:PORT");
    read_address(load, argv[optind++]);
    while (optind < argc)
        strs_add(&load->paths, &load->arena, str_from(argv[optind++]));
    if (!load->paths.count) strs_add(&load->paths, &load->arena, S("/"));
    if (!load->connections) refuse("-c: expected at least 1");
    if (load->seconds <= 0) load->seconds = load->wanted ? 600 : 3;
}

/* Ten thousand connections need as many descriptors. */
static void raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit)) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    Load *load = mem_zero(sizeof *load);
    double cpu;
    char byte;

    load->connections = 64;
    load->arena = arena_open();
    raise_limit();
    read_options(load, argc, argv);
    connect_all(load);
    cpu = load->pid ? cpu_of(load->pid) : 0;
    run(load);
    if (load->pid) cpu = cpu_of(load->pid) - cpu;
    tell(load, (double)(clock_ns() - load->began) / 1e9, cpu);
    while (load->keeps && read(STDIN_FILENO, &byte, 1) > 0)
        ;
    arena_close(&load->arena);
    return load->failed ? 1 : 0;
}
