#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"

#define BOUND_AS      ".new" /* a Unix socket's name before it is renamed */
#define VARIABLE      "DATELINE_LISTEN_FDS"
#define INHERITED_MAX 16
#define BACKLOG       4096
#define PEER_SILENT   30000 /* ms: a peer that acknowledges nothing is gone */

/* Sockets handed down by the process before, until somebody takes them. */
static int inherited[INHERITED_MAX];
static size_t inherited_count;

typedef union Address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
} Address;

/* ---- addresses in writing ---- */

static Err read_port(Str text, in_port_t *port)
{
    int64_t value;

    if (!str_int(text, &value) || value < 0 || value > 65535)
        return ERR_INVALID;
    *port = htons((uint16_t)value);
    return ERR_OK;
}

static Err read_address(Str text, Address *out, socklen_t *size)
{
    char host[INET6_ADDRSTRLEN] = "";
    size_t colon = text.len;
    Str name;
    in_port_t port;

    while (colon && text.ptr[colon - 1] != ':')
        colon--;
    if (!colon || read_port(str_skip(text, colon), &port)) return ERR_INVALID;
    name = str_slice(text, 0, colon - 1);
    memset(out, 0, sizeof *out);
    if (name.len >= 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']') {
        name = str_slice(name, 1, name.len - 1);
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = port;
        *size = sizeof out->v6;
    } else {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = port;
        *size = sizeof out->v4;
    }
    if (!name.len || name.len >= sizeof host) return ERR_INVALID;
    memcpy(host, name.ptr, name.len);
    if (out->any.sa_family == AF_INET6)
        return inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1 ? ERR_OK
                                                                  : ERR_INVALID;
    return inet_pton(AF_INET, host, &out->v4.sin_addr) == 1 ? ERR_OK
                                                            : ERR_INVALID;
}

/* It knows itself by the name it was bound to, before it was renamed. */
static Str local_address(Arena *arena, const Address *address)
{
    const char *path = address->local.sun_path;
    Str name = {path, strnlen(path, sizeof address->local.sun_path)};

    if (str_ends(name, S(BOUND_AS))) name.len -= sizeof BOUND_AS - 1;
    return str_format(arena, "unix:%.*s", STR_ARG(name));
}

Str listen_address(Arena *arena, int fd)
{
    char host[INET6_ADDRSTRLEN] = "";
    Address address;
    socklen_t size = sizeof address;

    memset(&address, 0, sizeof address);
    if (getsockname(fd, &address.any, &size)) return (Str){0};
    if (address.any.sa_family == AF_UNIX) return local_address(arena, &address);
    if (address.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host);
        return str_format(arena, "[%s]:%d", host, ntohs(address.v6.sin6_port));
    }
    inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host);
    return str_format(arena, "%s:%d", host, ntohs(address.v4.sin_port));
}

Str listen_reach(Arena *arena, int fd)
{
    static const Str every[] = {S_INIT("0.0.0.0:"), S_INIT("[::]:")};
    Str address = listen_address(arena, fd);

    for (size_t i = 0; i < COUNT(every); i++)
        if (str_starts(address, every[i]))
            return str_format(arena, "localhost:%.*s",
                              STR_ARG(str_skip(address, every[i].len)));
    return address;
}

/* ---- handing down ---- */

static bool is_listening(int fd)
{
    int yes = 0;
    socklen_t size = sizeof yes;

    return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) && yes;
}

void listen_inherit(void)
{
    Str list = str_from(getenv(VARIABLE));

    while (list.len && inherited_count < INHERITED_MAX) {
        int64_t fd;

        if (!str_int(str_cut(&list, ','), &fd) || fd < 3 || fd > 65535 ||
            !is_listening((int)fd))
            continue;
        fcntl((int)fd, F_SETFD, FD_CLOEXEC);
        inherited[inherited_count++] = (int)fd;
    }
    unsetenv(VARIABLE);
}

void listen_inherit_end(void)
{
    while (inherited_count)
        close(inherited[--inherited_count]);
}

/* Port 0 was any free one, so any one is it; the first that is left, as they
 * were handed down in the order in which they are opened. */
static bool is_wanted(Str address, Str wanted)
{
    if (str_ends(wanted, S(":0")))
        return str_starts(address, str_slice(wanted, 0, wanted.len - 1));
    return str_eq(address, wanted);
}

static bool take_inherited(Str wanted, int *fd)
{
    Arena arena = arena_open();
    bool found = false;

    for (size_t i = 0; i < inherited_count && !found; i++) {
        if (!is_wanted(listen_address(&arena, inherited[i]), wanted)) continue;
        *fd = inherited[i];
        inherited_count--;
        memmove(&inherited[i], &inherited[i + 1],
                (inherited_count - i) * sizeof inherited[0]);
        found = true;
    }
    arena_close(&arena);
    return found;
}

Err listen_export(const int *fds, size_t count)
{
    Arena arena = arena_open();
    Buf list = buf_open(&arena, 256);
    Err err = ERR_OK;
    Str text;

    for (size_t i = 0; i < count && !err; i++) {
        if (fcntl(fds[i], F_SETFD, 0)) err = ERR_IO;
        buf_printf(&list, i ? ",%d" : "%d", fds[i]);
    }
    if (!err) err = buf_end(&list, &text);
    if (!err && setenv(VARIABLE, str_z(&arena, text), 1)) err = ERR_IO;
    arena_close(&arena);
    return err;
}

/* ---- opening ---- */

static Err failed(int fd, Fault *fault, Str address, const char *what)
{
    int why = errno;

    if (fd >= 0) close(fd);
    fault_set(fault, why == EADDRINUSE ? ERR_CONFLICT : ERR_IO,
              "%.*s: cannot %s: %s", STR_ARG(address), what, strerror(why));
    return why == EADDRINUSE ? ERR_CONFLICT : ERR_IO;
}

/* What connections inherit: no waiting for more to send, and no waiting for a
 * peer that has vanished with our bytes unacknowledged. */
static void set_options(int fd)
{
    const int yes = 1;
    const unsigned silent = PEER_SILENT;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent, sizeof silent);
}

Err listen_open(Str text, int *out, Fault *fault)
{
    Address address;
    socklen_t size;
    int fd;

    if (read_address(text, &address, &size))
        return fault_set(fault, ERR_INVALID,
                         "\"%.*s\" is not ADDRESS:PORT, as 127.0.0.1:8080 or "
                         "[::1]:8080",
                         STR_ARG(text));
    if (take_inherited(text, out)) return ERR_OK;
    fd = socket(address.any.sa_family,
                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed(fd, fault, text, "open a socket");
    set_options(fd);
    if (address.any.sa_family == AF_INET6) {
        const int yes = 1;

        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    }
    if (bind(fd, &address.any, size)) return failed(fd, fault, text, "bind");
    if (listen(fd, BACKLOG)) return failed(fd, fault, text, "listen");
    *out = fd;
    return ERR_OK;
}

/* Bound under a name of its own and given its mode before anybody can find
 * it, then renamed: there is no moment at which a stranger may connect. */
static Err bind_private(int fd, const char *path, const char **what)
{
    Address address = {.local.sun_family = AF_UNIX};
    size_t room = sizeof address.local.sun_path;
    int len = snprintf(address.local.sun_path, room, "%s" BOUND_AS, path);

    *what = "bind (the path is too long)";
    errno = ENAMETOOLONG;
    if (len < 0 || (size_t)len >= room) return ERR_IO;
    unlink(address.local.sun_path);
    *what = "bind";
    if (bind(fd, &address.any, sizeof address.local)) return ERR_IO;
    *what = "set the mode 0600";
    if (chmod(address.local.sun_path, 0600)) return ERR_IO;
    *what = "listen";
    if (listen(fd, BACKLOG)) return ERR_IO;
    *what = "rename";
    return rename(address.local.sun_path, path) ? ERR_IO : ERR_OK;
}

Err listen_unix(const char *path, int *out, Fault *fault)
{
    const char *what;
    char wanted[160];
    int fd;

    snprintf(wanted, sizeof wanted, "unix:%s", path);
    if (take_inherited(str_from(wanted), out)) return ERR_OK;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed(fd, fault, str_from(path), "open a socket");
    if (bind_private(fd, path, &what))
        return failed(fd, fault, str_from(path), what);
    *out = fd;
    return ERR_OK;
}
