/* http_const.c -- the server core with next to nothing behind it: constant
 * bytes for every GET.  To be measured against bench/bare_epoll.c, and to be
 * asked the questions of conformance suites.
 *
 *     http_const ADDR:PORT [BYTES [THREADS]]     prints its address
 *
 * GET gives BYTES bytes in 12 parts with an ETag, /cookie the cookie, /stream
 * the same bytes as a stream; POST gives the body back; OPTIONS says what is
 * allowed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/server.h"

#define PARTS 12

static char *page;
static size_t page_size;

static Err next_part(void *hold, Arena *arena, Str *chunk, bool *last)
{
    size_t *at = hold;
    size_t left = page_size - *at;
    size_t size = page_size / PARTS + 1;

    (void)arena;
    if (size > left) size = left;
    *chunk = (Str){page + *at, size};
    *at += size;
    *last = *at == page_size;
    return ERR_OK;
}

static void get(const HttpRequest *request, HttpReply *reply)
{
    if (str_eq(request->path, S("/cookie"))) {
        /* The request may go before the last byte of the answer. */
        reply->hold = mem_alloc(request->cookie.len + 1);
        reply->release = mem_free;
        memcpy(reply->hold, request->cookie.ptr ? request->cookie.ptr : "",
               request->cookie.len);
        http_part(reply, (Str){reply->hold, request->cookie.len});
        return;
    }
    if (str_eq(request->path, S("/stream"))) {
        reply->hold = mem_zero(sizeof(size_t));
        reply->release = mem_free;
        reply->next = next_part;
        return;
    }
    reply->head = S("Content-Type: text/html; charset=utf-8\r\n"
                    "ETag: \"constant\"\r\n"
                    "Cache-Control: max-age=5\r\n");
    if (http_etag_matches(request->if_none_match, S("\"constant\""))) {
        reply->status = 304;
        return;
    }
    for (size_t i = 0; i < PARTS; i++)
        http_part(reply, str_range(page + page_size * i / PARTS,
                                   page + page_size * (i + 1) / PARTS));
}

static void handle(void *state, const HttpRequest *request, Arena *arena,
                   HttpReply *reply)
{
    (void)state;
    switch (request->method) {
    case HTTP_GET:
    case HTTP_HEAD: get(request, reply); return;
    case HTTP_POST: http_part(reply, str_copy(arena, request->body)); return;
    case HTTP_OPTIONS: reply->status = 204; break;
    default: reply->status = 405; break;
    }
    reply->head = S("Allow: GET, HEAD, POST, OPTIONS\r\n");
}

static size_t body_max(void *state, const HttpRequest *request)
{
    (void)state;
    return request->method == HTTP_POST ? 1 << 20 : 0;
}

int main(int argc, char **argv)
{
    ServerConfig config = server_defaults();
    ServerListener listener = {.handler = handle, .body_max = body_max};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Server *server;
    sigset_t wanted;
    int signal_number;

    page_size = argc > 2 ? strtoul(argv[2], NULL, 10) : 30000;
    page = mem_alloc(page_size);
    memset(page, 'n', page_size);
    config.listeners = &listener;
    config.listener_count = 1;
    config.threads = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1;
    config.per_address = 0;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    if (listen_open(str_from(argc > 1 ? argv[1] : "127.0.0.1:0"), &listener.fd,
                    &fault) ||
        server_start(&config, &server, &fault)) {
        fprintf(stderr, "http_const: %s\n", fault.text);
        return 1;
    }
    server_accept(server);
    printf("%s\n", str_z(&arena, listen_address(&arena, listener.fd)));
    fflush(stdout);
    sigwait(&wanted, &signal_number);
    server_stop(server, 1000);
    server_close(server);
    close(listener.fd);
    mem_free(page);
    arena_close(&arena);
    return 0;
}
