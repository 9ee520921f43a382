#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/mem.h"

#define REPLY_MAX ((size_t)64 * 1024 * 1024)

struct Client {
    int fd;
    const char *where;
};

_Noreturn static void die(const Client *client, const char *what)
{
    fprintf(stderr, "client: %s: %s\n", client->where, what);
    exit(1);
}

static void connect_unix(Client *client)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};

    if (strlen(client->where) >= sizeof at.sun_path)
        die(client, "the path is too long");
    memcpy(at.sun_path, client->where, strlen(client->where));
    client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(client->fd, (void *)&at, sizeof at))
        die(client, strerror(errno));
}

static void connect_tcp(Client *client)
{
    const int yes = 1;
    struct sockaddr_in at = {.sin_family = AF_INET};
    Arena arena = arena_open();
    Str port = str_from(client->where);
    char *host = str_z(&arena, str_cut(&port, ':'));
    int64_t number;

    if (inet_pton(AF_INET, host, &at.sin_addr) != 1 ||
        !str_int(port, &number) || number < 1 || number > 65535)
        die(client, "expected ADDR:PORT");
    at.sin_port = htons((uint16_t)number);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(client->fd, (void *)&at, sizeof at))
        die(client, strerror(errno));
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    arena_close(&arena);
}

Client *client_open(const char *where)
{
    Client *client = mem_zero(sizeof *client);

    client->where = where;
    if (strchr(where, '/'))
        connect_unix(client);
    else
        connect_tcp(client);
    return client;
}

void client_close(Client *client)
{
    if (!client) return;
    close(client->fd);
    mem_free(client);
}

Str client_header(Str head, Str name)
{
    Str line;

    while (str_line(&head, &line)) {
        Str key = str_cut(&line, ':');

        if (str_eq_nocase(key, name)) return str_trim(line);
    }
    return (Str){0};
}

/* ---- what comes over the wire ---- */

static void send_all(Client *client, Str bytes)
{
    while (bytes.len) {
        ssize_t n = send(client->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

        if (n < 0 && errno != EINTR) die(client, strerror(errno));
        if (n > 0) bytes = str_skip(bytes, (size_t)n);
    }
}

static void receive(Client *client, Buf *in)
{
    char bytes[65536];
    ssize_t n = recv(client->fd, bytes, sizeof bytes, 0);

    if (n < 0 && errno == EINTR) return;
    if (n < 0) die(client, strerror(errno));
    if (n == 0) die(client, "closed in the middle of an answer");
    buf_puts(in, (Str){bytes, (size_t)n});
    if (in->failed) die(client, "the answer is too big");
}

/* Waits until at least size bytes are there. */
static void receive_up_to(Client *client, Buf *in, size_t size)
{
    while (buf_str(in).len < size)
        receive(client, in);
}

/* The line that begins at *at, without its end; *at moves behind it. */
static Str receive_line(Client *client, Buf *in, size_t *at)
{
    ptrdiff_t end;

    while ((end = str_find(buf_str(in), S("\r\n"), *at)) < 0)
        receive(client, in);
    {
        Str line = str_slice(buf_str(in), *at, (size_t)end);

        *at = (size_t)end + 2;
        return line;
    }
}

static Str receive_chunks(Client *client, Buf *in, Arena *arena, size_t at)
{
    Buf body = buf_open(arena, REPLY_MAX);

    for (;;) {
        Str line = receive_line(client, in, &at);
        size_t size = strtoul(str_z(arena, line), NULL, 16);

        receive_up_to(client, in, at + size + 2);
        buf_puts(&body, str_slice(buf_str(in), at, at + size));
        at += size + 2;
        if (!size) return buf_str(&body);
    }
}

/* ---- codings ---- */

/* gzip of many members or one; what zlib reads. */
static Str gunzip(Client *client, Arena *arena, Str packed)
{
    Buf text = buf_open(arena, REPLY_MAX);
    z_stream zip = {
        .next_in = (Bytef *)(uintptr_t)packed.ptr,
        .avail_in = (uInt)packed.len,
    };
    Bytef out[65536];
    int state;

    if (inflateInit2(&zip, 31) != Z_OK) die(client, "zlib");
    do {
        zip.next_out = out;
        zip.avail_out = sizeof out;
        state = inflate(&zip, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END)
            die(client, "broken gzip came");
        buf_puts(&text, (Str){(char *)out, sizeof out - zip.avail_out});
    } while (state != Z_STREAM_END);
    inflateEnd(&zip);
    return buf_str(&text);
}

static Str unzstd(Client *client, Arena *arena, Str packed)
{
    Buf text = buf_open(arena, REPLY_MAX);
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {packed.ptr, packed.len, 0};
    char bytes[65536];

    while (in.pos < in.size) {
        ZSTD_outBuffer out = {bytes, sizeof bytes, 0};

        if (ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)))
            die(client, "broken zstd came");
        buf_puts(&text, (Str){bytes, out.pos});
    }
    ZSTD_freeDStream(stream);
    return buf_str(&text);
}

static Str decode(Client *client, Arena *arena, Str head, Str body)
{
    Str coding = client_header(head, S("Content-Encoding"));

    if (!coding.len || !body.len) return body;
    if (str_eq(coding, S("gzip"))) return gunzip(client, arena, body);
    if (str_eq(coding, S("zstd"))) return unzstd(client, arena, body);
    die(client, "a coding that was not asked for");
}

/* ---- a request ---- */

static Str receive_body(Client *client, Buf *in, Arena *arena, Str head,
                        int status, size_t at)
{
    int64_t size = 0;

    if (status == 304 || status == 204) return (Str){0};
    if (client_header(head, S("Transfer-Encoding")).len)
        return receive_chunks(client, in, arena, at);
    if (!str_int(client_header(head, S("Content-Length")), &size))
        die(client, "an answer without a length");
    receive_up_to(client, in, at + (size_t)size);
    return str_slice(buf_str(in), at, at + (size_t)size);
}

void client_ask(Client *client, Arena *arena, const char *method, Str path,
                Str headers, Str body, ClientReply *out)
{
    Buf in = buf_open(arena, REPLY_MAX);
    ptrdiff_t end;
    int64_t status;

    send_all(client,
             str_format(arena,
                        "%s %.*s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        "%.*sContent-Length: %zu\r\n\r\n",
                        method, STR_ARG(path), STR_ARG(headers), body.len));
    send_all(client, body);
    while ((end = str_find(buf_str(&in), S("\r\n\r\n"), 0)) < 0)
        receive(client, &in);
    out->head = str_copy(arena, str_slice(buf_str(&in), 0, (size_t)end + 2));
    if (out->head.len < 12 || !str_int(str_slice(out->head, 9, 12), &status))
        die(client, "that is no HTTP");
    out->status = (int)status;
    out->body = receive_body(client, &in, arena, out->head, out->status,
                             (size_t)end + 4);
    out->body = decode(client, arena, out->head, out->body);
}
