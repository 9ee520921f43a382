/* http.c -- fuzzes what the network feeds: requests, bodies, connections.
 *
 * 1. A request that this parser and llhttp both accept must mean the same to
 *    both: else a proxy of that make could be smuggled past.
 * 2. A connection must give the same answers however its bytes were cut, and
 *    release every answer once.
 * 3. Fed with pauses, half-taken writes and sudden ends it must not break.
 *
 * The first byte chooses the cuts, the rest is what a client sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "must.h"
#include "net/conn.h"
#ifdef HAVE_LLHTTP
#include "llhttp_door.h"
#endif

#define INPUT_MAX 20000
#define OUT_MAX   (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- against llhttp ---- */

#ifdef HAVE_LLHTTP
static Str door_str(const Door *door, size_t at, size_t len)
{
    return len ? (Str){door->bytes + at, len} : S("");
}

static void compare_headers(const Door *door, const HttpRequest *request)
{
    MUST(door->header_count == request->header_count);
    for (size_t i = 0; i < door->header_count; i++) {
        const DoorHeader *theirs = &door->headers[i];
        Str value = door_str(door, theirs->value, theirs->value_len);

        MUST(str_eq(door_str(door, theirs->name, theirs->name_len),
                    request->headers[i].name));
        MUST(str_eq(str_trim(value), request->headers[i].value));
    }
}

static void compare_bodies(const Door *door, const HttpRequest *request,
                           Str rest, size_t head_len)
{
    Str theirs = door_str(door, door->body, door->body_len);

    if (!door->done) return;
    if (request->chunked) {
        ChunkReader reader = {0};
        char *copy = mem_alloc(rest.len);
        size_t used, kept;
        const char *why;

        if (rest.len) memcpy(copy, rest.ptr, rest.len);
        if (!chunked_read(&reader, copy, rest.len, &used, &kept, &why)) {
            MUST(str_eq(theirs, (Str){copy, kept}));
            MUST(door->used == head_len + used);
        }
        mem_free(copy);
        return;
    }
    MUST(rest.len >= request->content_length);
    MUST(str_eq(theirs, str_slice(rest, 0, (size_t)request->content_length)));
    MUST(door->used == head_len + request->content_length);
}

static void compare(Str in)
{
    static Door door;
    static HttpRequest request;
    HttpRefusal refusal;
    size_t used;

    if (http_parse(in, &request, &used, &refusal)) return;
    door_read(&door, in.ptr, in.len);
    if (!door.head_done) return;
    if (http_header(&request, S("upgrade")).ptr) return; /* they stop there */
    MUST(str_eq(door_str(&door, door.url, door.url_len), request.target));
    MUST(door.major == 1 && (door.minor > 0) == request.minor);
    MUST(door.chunked == request.chunked);
    if (!request.chunked) MUST(door.content_length == request.content_length);
    compare_headers(&door, &request);
    compare_bodies(&door, &request, str_skip(in, used), used);
}
#else
static void compare(Str in)
{
    (void)in;
}
#endif

/* ---- a connection ---- */

typedef struct Bed {
    Host host;
    ServerConfig config;
    Desk *desk;
    HttpTicket *ticket;
    atomic_uint stays;
    size_t told; /* of what an answer that stays says */
    long held;   /* answers not released */
    long pulls;  /* of streams */
    char *out;
    size_t len;
} Bed;

static void release(void *hold)
{
    Bed *bed = hold;

    MUST(bed->held-- > 0);
}

static Err next_chunk(void *hold, Arena *arena, Str *chunk, bool *last)
{
    Bed *bed = hold;

    *last = ++bed->pulls % 3 == 0;
    *chunk = str_format(arena, "pull %ld", bed->pulls);
    return ERR_OK;
}

static Str next_news(void *hold)
{
    return str_skip(S("data: it goes on\n\n"), ((Bed *)hold)->told);
}

static void news_sent(void *hold, size_t bytes)
{
    Bed *bed = hold;

    bed->told += bytes;
    MUST(bed->told <= strlen("data: it goes on\n\n"));
}

static void beat(void *hold)
{
    ((Bed *)hold)->told = 0;
}

static const HttpStay stay = {next_news, news_sent, beat};

static void handle(void *state, const HttpRequest *request, Arena *arena,
                   HttpReply *reply)
{
    Bed *bed = state;

    if (str_starts(request->path, S("/l"))) {
        bed->ticket = http_defer(reply);
        return;
    }
    bed->held++;
    reply->hold = bed;
    reply->release = release;
    if (str_starts(request->path, S("/e"))) {
        bed->told = 0;
        reply->stay = &stay;
        return;
    }
    if (str_starts(request->path, S("/s"))) {
        reply->next = next_chunk;
        return;
    }
    if (str_starts(request->path, S("/n"))) reply->status = 304;
    http_part(reply, str_copy(arena, request->target));
    http_part(reply, str_copy(arena, request->body));
    http_part(reply, str_format(arena, "%zu", request->header_count));
}

static size_t body_max(void *state, const HttpRequest *request)
{
    (void)state;
    return request->method == HTTP_POST ? 1000 : 0;
}

static size_t unsent(const Conn *conn)
{
    return conn->in_len;
}

/* Takes at most step bytes a time, times times. */
static void pump(Bed *bed, Conn *conn, size_t step, size_t times)
{
    while (times-- && conn->phase != CONN_CLOSED) {
        struct iovec *pieces;
        size_t count;
        size_t sent = 0;

        conn_pieces(conn, &pieces, &count);
        if (!count) return;
        for (size_t i = 0; i < count && sent < step; i++) {
            size_t n = pieces[i].iov_len;

            MUST(n > 0);
            if (n > step - sent) n = step - sent;
            if (n > OUT_MAX - bed->len) n = OUT_MAX - bed->len;
            memcpy(bed->out + bed->len, pieces[i].iov_base, n);
            /* Who waits to be told to go on depends on the cuts. */
            if (conn->phase != CONN_BODY) bed->len += n;
            sent += n;
        }
        if (!sent) { /* enough: the answers went on for long */
            conn_close(conn);
            return;
        }
        conn_sent(conn, sent);
    }
    if (conn->phase == CONN_REPLY) conn_blocked(conn);
}

static void complete(Bed *bed, Conn *conn)
{
    HttpReply reply;
    HttpTicket *ticket = bed->ticket;

    if (!ticket) return;
    bed->ticket = NULL;
    reply_init(&reply);
    bed->held++;
    reply.hold = bed;
    reply.release = release;
    http_part(&reply, S("later"));
    http_complete(ticket, &reply);
    ticket = desk_take(bed->desk);
    MUST(ticket);
    MUST(conn_complete(ticket) == (conn->phase == CONN_CLOSED ? NULL : conn));
}

/* Feeds all of in, step bytes a time, with a patient peer. */
static Str converse(Bed *bed, Str in, size_t step)
{
    static const ServerListener listener = {.handler = handle,
                                            .body_max = body_max};
    Conn *conn = conn_open(&bed->host, &listener, -1, "192.0.2.1");

    bed->len = 0;
    bed->pulls = 0;
    for (size_t at = 0; at < in.len && conn->phase != CONN_CLOSED;) {
        size_t n = in.len - at < step ? in.len - at : step;
        char *copy;

        if (!conn_wants_input(conn)) break;
        copy = mem_alloc(n); /* its own, so that overruns are seen */
        memcpy(copy, in.ptr + at, n);
        conn_feed(conn, copy, n);
        mem_free(copy);
        at += n;
        do {
            complete(bed, conn);
            pump(bed, conn, OUT_MAX, 1000);
        } while (bed->ticket);
    }
    conn_free(conn);
    MUST(!bed->held);
    return (Str){bed->out, bed->len};
}

/* Anything goes: the input is also the dice. */
static void struggle(Bed *bed, Str in, size_t seed)
{
    static const ServerListener listener = {.handler = handle,
                                            .body_max = body_max};
    Conn *conn = conn_open(&bed->host, &listener, -1, "192.0.2.1");
    Time now = bed->host.now;

    bed->len = 0;
    for (size_t at = 0; conn->phase != CONN_CLOSED && at < in.len;) {
        size_t dice = seed + (unsigned char)in.ptr[at] * 7u;

        if (conn_wants_input(conn)) {
            size_t n =
                dice % 61 + 1 < in.len - at ? dice % 61 + 1 : in.len - at;
            char *copy = mem_alloc(n);

            memcpy(copy, in.ptr + at, n);
            conn_feed(conn, copy, n);
            mem_free(copy);
            at += n;
        } else {
            at++;
        }
        pump(bed, conn, dice % 29 + 1, dice % 5);
        if (dice % 11 == 0) complete(bed, conn);
        if (dice % 7 == 0) now += (Time)(dice % 13) * TIME_SECOND;
        host_clock(&bed->host, now, now);
        while (conn_expire(&bed->host))
            ;
        if (dice % 97 == 0 && conn_wants_input(conn)) conn_end(conn);
    }
    conn_free(conn);
    if (bed->ticket) {
        HttpReply reply;

        reply_init(&reply);
        http_complete(bed->ticket, &reply);
        MUST(!conn_complete(desk_take(bed->desk)));
        bed->ticket = NULL;
    }
    MUST(!bed->held);
}

/* ---- the rest of the readers ---- */

static void read_wishes(Str in)
{
    static const HttpCoding codings[] = {HTTP_ZSTD, HTTP_GZIP};
    static const Str languages[] = {S_INIT("en"), S_INIT("pt-BR")};
    Arena arena = arena_open();
    Str path;

    MUST(http_codings(in) < 16);
    (void)http_coding(in, codings, COUNT(codings));
    (void)http_etag_matches(in, S("\"abc\""));
    MUST(http_language(in, languages, COUNT(languages)) <= COUNT(languages));
    if (!http_path_decode(&arena, in, &path)) MUST(path.len <= in.len);
    arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t steps[] = {1, 2, 3, 7, 16, 61, 256, 4096};
    Bed *bed;
    Str in, whole;
    char *first;

    if (size < 2 || size > INPUT_MAX) return 0;
    in = (Str){(const char *)data + 1, size - 1};
    compare(in);
    read_wishes(in);

    bed = mem_zero(sizeof *bed);
    bed->out = mem_alloc(OUT_MAX);
    bed->config = server_defaults();
    bed->desk = desk_open(-1);
    host_init(&bed->host, &bed->config, bed->desk, &bed->stays, 4);
    bed->host.state = bed;
    bed->host.unsent = unsent;
    host_clock(&bed->host, TIME_SECOND, 0);
    whole = converse(bed, in, in.len);
    first = mem_alloc(whole.len);
    memcpy(first, whole.ptr, whole.len);
    whole.ptr = first;
    MUST(str_eq(whole, converse(bed, in, steps[data[0] % COUNT(steps)])));
    mem_free(first);
    struggle(bed, in, data[0]);
    host_close(&bed->host);
    desk_close(bed->desk);
    mem_free(bed->out);
    mem_free(bed);
    return 0;
}
