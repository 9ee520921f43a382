/* See conn.h for the phases.  Requests are read where they were received
 * whenever they are whole; only what is left over moves into the connection's
 * own buffer.  A body grows in that buffer, right behind its head: chunked
 * ones lose their framing in place. */
#include "net/conn.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

#define ROOM_MIN 512u

static const char go_on_line[] = "HTTP/1.1 100 Continue\r\n\r\n";

enum { GO_ON_LEN = sizeof go_on_line - 1 };

/* ---- the buffer ---- */

static void buffer_free(Conn *conn)
{
    mem_free(conn->in);
    conn->in = NULL;
    conn->in_at = conn->in_len = conn->in_room = 0;
}

/* Every caller bounds what is kept: a head, a body and one read behind it. */
static void buffer_add(Conn *conn, const char *bytes, size_t len)
{
    size_t kept = conn->in_len - conn->in_at;
    size_t room = conn->in_room ? conn->in_room : ROOM_MIN;

    if (conn->in_at) {
        memmove(conn->in, conn->in + conn->in_at, kept);
        conn->in_at = 0;
        conn->in_len = (uint32_t)kept;
    }
    assert(kept + len < UINT32_MAX / 2);
    while (room < kept + len)
        room *= 2;
    if (room > conn->in_room) {
        conn->in = mem_resize(conn->in, room);
        conn->in_room = (uint32_t)room;
    }
    memcpy(conn->in + kept, bytes, len);
    conn->in_len += (uint32_t)len;
}

/* What a long head or a body made of it is not kept for a short one. */
static void buffer_shrink(Conn *conn)
{
    char *old = conn->in;
    uint32_t at = conn->in_at;
    uint32_t len = conn->in_len;

    if (conn->in_room <= CONN_READ || len - at > conn->in_room / 2) return;
    conn->in = NULL;
    conn->in_at = conn->in_len = conn->in_room = 0;
    buffer_add(conn, old + at, len - at);
    mem_free(old);
}

static void buffer_skip(Conn *conn, size_t bytes)
{
    conn->in_at += (uint32_t)bytes;
    if (conn->in_at == conn->in_len)
        buffer_free(conn);
    else
        buffer_shrink(conn);
}

/* ---- life and death ---- */

Conn *conn_open(Host *host, const ServerListener *listener, int fd,
                const char *peer)
{
    Conn *conn = mem_zero(sizeof *conn);

    conn->host = host;
    conn->listener = listener;
    conn->fd = fd;
    conn->peer_len = (uint8_t)strnlen(peer, PEER_MAX - 1);
    memcpy(conn->peer, peer, conn->peer_len);
    timer_start(&host->timers[TIMER_IDLE], &conn->timer, host->now);
    counter_add(&host->counters.accepted, 1);
    return conn;
}

static void end_stay(Conn *conn)
{
    if (conn->release) conn->release(conn->hold);
    atomic_fetch_sub(conn->host->stays, 1);
    counter_add(&conn->host->counters.stays_ended, 1);
}

void conn_close(Conn *conn)
{
    if (conn->phase == CONN_CLOSED) return;
    timer_stop(&conn->timer);
    if (conn->out) host_output_end(conn->host, conn->out);
    conn->out = NULL;
    if (conn->phase == CONN_STAY) end_stay(conn);
    if (conn->ticket) conn->ticket->conn = NULL;
    conn->ticket = NULL;
    buffer_free(conn);
    conn->phase = CONN_CLOSED;
    counter_add(&conn->host->counters.closed, 1);
}

void conn_free(Conn *conn)
{
    conn_close(conn);
    mem_free(conn);
}

static void start_timer(Conn *conn, ConnTimer which)
{
    Host *host = conn->host;

    timer_start(&host->timers[which], &conn->timer, host->now);
}

static void start_slow_timer(Conn *conn)
{
    conn->moved = 0;
    conn->unsent = (uint32_t)conn->host->unsent(conn);
    start_timer(conn, TIMER_SLOW);
}

/* ---- answers ---- */

static bool is_logged(const Host *host)
{
    return host->log.format != SERVER_LOG_OFF;
}

/* A line is made only where a log is kept. bytes: as begin_reply gives them. */
static void log_answer(Conn *conn, AccessLine line, int64_t bytes)
{
    line.status = conn->out->reply.status;
    line.bytes = bytes;
    accesslog_add(&conn->host->log, &line);
}

/* Returns the length of the body, -1 of a stream. */
static int64_t begin_reply(Conn *conn, Output *output)
{
    Host *host = conn->host;
    int64_t body;
    OutputForm form = {
        .head_only = conn->head_only,
        .minor = conn->minor,
        .keep_alive = conn->keep_alive && !host->stopping,
        .date = {host->date, host->date_len},
    };

    output_begin(output, &form, &body);
    conn->keep_alive = form.keep_alive;
    conn->out = output;
    conn->phase = CONN_REPLY;
    timer_stop(&conn->timer);
    host_count(host, output->reply.status);
    return body;
}

static Str peer_of(const Conn *conn)
{
    return (Str){conn->peer, conn->peer_len};
}

static AccessLine access_line(const Conn *conn, const HttpRequest *request)
{
    return (AccessLine){
        .at = conn->host->wall,
        .peer = peer_of(conn),
        .method = request->method_text,
        .target = request->target,
        .referer = request->referer,
        .agent = request->user_agent,
        .minor = request->minor,
    };
}

/* The request's bytes will be gone when the ticket is completed. */
static void ticket_keep_line(HttpTicket *ticket, AccessLine line)
{
    Arena *arena = &ticket->arena;

    line.peer = str_copy(arena, line.peer);
    line.method = str_copy(arena, line.method);
    line.target = str_copy(arena, line.target);
    if (line.referer.ptr) line.referer = str_copy(arena, line.referer);
    if (line.agent.ptr) line.agent = str_copy(arena, line.agent);
    ticket->line = line;
}

/* OPTIONS * asks for the server as a whole: no handler knows more. */
static bool answers_itself(const Host *host, const HttpRequest *request,
                           Output *output)
{
    HttpReply *reply = &output->reply;

    if (!str_eq(request->path, S("*"))) return false;
    reply->status = 204;
    reply->head =
        str_format(&output->arena, "Allow: GET, HEAD, POST, OPTIONS\r\n%.*s",
                   STR_ARG(host->config->refusal_head));
    return true;
}

static void answer(Conn *conn, HttpRequest *request)
{
    Host *host = conn->host;
    Output *output = host_output(host);
    HttpTicket *ticket;

    conn->minor = (uint8_t)request->minor;
    conn->head_only = request->method == HTTP_HEAD;
    conn->keep_alive = request->keep_alive;
    timer_stop(&conn->timer);
    counter_add(&host->counters.requests, 1);
    request->peer = peer_of(conn);
    request->now = host->now;
    request->may_stay = atomic_load(host->stays) < host->stays_max;
    host->waiting.ticket = NULL;
    output->reply.waiting = &host->waiting;
    if (!answers_itself(host, request, output))
        conn->listener->handler(host->state, request, &output->arena,
                                &output->reply);
    ticket = host->waiting.ticket;
    if (!ticket) {
        int64_t body = begin_reply(conn, output);

        if (is_logged(host)) log_answer(conn, access_line(conn, request), body);
        return;
    }
    host_output_end(host, output);
    ticket->conn = conn;
    conn->ticket = ticket;
    conn->phase = CONN_WAITING;
    if (is_logged(host)) ticket_keep_line(ticket, access_line(conn, request));
}

Conn *conn_complete(HttpTicket *ticket)
{
    Conn *conn = ticket->conn;
    size_t size = offsetof(HttpReply, parts) +
                  ticket->reply.part_count * sizeof ticket->reply.parts[0];

    if (conn) {
        Output *output = host_output(conn->host);
        int64_t body;

        memcpy(&output->reply, &ticket->reply, size);
        conn->ticket = NULL;
        if (output->reply.finish)
            output->reply.finish(output->reply.hold, &output->arena,
                                 &output->reply);
        body = begin_reply(conn, output);
        if (is_logged(conn->host)) log_answer(conn, ticket->line, body);
    } else if (ticket->reply.release) {
        ticket->reply.release(ticket->reply.hold);
    }
    ticket_free(ticket);
    return conn;
}

/* An answer of the server's own; the last on this connection, since nobody
 * knows where the next request would begin. */
static void refuse(Conn *conn, int status, const char *text)
{
    Host *host = conn->host;
    Output *output = host_output(host);
    HttpReply *reply = &output->reply;
    AccessLine line = {.at = host->wall, .peer = peer_of(conn), .minor = 1};
    int64_t body;

    buffer_free(conn);
    conn->minor = 1;
    conn->head_only = false;
    conn->keep_alive = false;
    conn->unread = true;
    conn->go_on = 0;
    counter_add(&host->counters.refused, 1);
    reply->status = status;
    reply->head = str_format(&output->arena,
                             "Content-Type: text/plain; charset=utf-8\r\n"
                             "Cache-Control: no-store\r\n%.*s",
                             STR_ARG(host->config->refusal_head));
    http_part(reply, str_format(&output->arena, "%d %.*s: %s\n", status,
                                STR_ARG(http_reason(status)), text));
    body = begin_reply(conn, output);
    if (is_logged(host)) log_answer(conn, line, body);
}

/* ---- bodies ---- */

static bool has_body(const HttpRequest *request)
{
    return request->chunked || request->content_length;
}

/* The head is whole and a body belongs to it: from here on the request stands
 * in the connection's own buffer. */
static void begin_body(Conn *conn, const HttpRequest *request, size_t head_len)
{
    const ServerListener *listener = conn->listener;
    size_t max = 0;

    if (listener->body_max)
        max = listener->body_max(conn->host->state, request);
    conn->drop = !max;
    conn->body_max = max > HTTP_LENGTH_MAX ? (uint32_t)HTTP_LENGTH_MAX
                     : max                 ? (uint32_t)max
                                           : CONN_DROP_MAX;
    if (request->content_length > conn->body_max) {
        refuse(conn, 413, "the body is longer than is taken here");
        return;
    }
    conn->chunked = request->chunked;
    conn->chunks = (ChunkReader){.left = request->content_length};
    conn->head_len = (uint32_t)head_len;
    conn->body_len = conn->body_seen = 0;
    if (request->expects_continue &&
        conn->in_len - conn->in_at == conn->head_len)
        conn->go_on = GO_ON_LEN;
    conn->phase = CONN_BODY;
    start_slow_timer(conn);
}

static void answer_with_body(Conn *conn)
{
    HttpRequest *request = &conn->host->request;
    Str bytes = {conn->in + conn->in_at, conn->in_len - conn->in_at};
    HttpRefusal refusal;
    size_t used;
    Err err = http_parse(bytes, request, &used, &refusal);

    assert(!err && used == conn->head_len); /* it was read once already */
    if (err) return;
    request->body = str_slice(bytes, used, used + conn->body_len);
    conn->go_on = 0;
    answer(conn, request);
    buffer_skip(conn, used + conn->body_len);
}

/* Reads what there is of the body: framing goes, data stays. */
static void read_body(Conn *conn)
{
    size_t from = conn->in_at + conn->head_len + conn->body_len;
    char *raw = conn->in + from;
    size_t len = conn->in_len - from;
    size_t used = 0;
    size_t kept = 0;
    const char *why = NULL;
    Err err;

    if (conn->chunked) {
        err = chunked_read(&conn->chunks, raw, len, &used, &kept, &why);
    } else {
        used = kept = len < conn->chunks.left ? len : (size_t)conn->chunks.left;
        conn->chunks.left -= used;
        err = conn->chunks.left ? ERR_AGAIN : ERR_OK;
    }
    if (kept > conn->body_max - conn->body_seen) {
        refuse(conn, 413, "the body is longer than is taken here");
        return;
    }
    if (err == ERR_INVALID) {
        refuse(conn, 400, why);
        return;
    }
    conn->body_seen += (uint32_t)kept;
    if (conn->drop) kept = 0;
    memmove(raw + kept, raw + used, len - used);
    conn->body_len += (uint32_t)kept;
    conn->in_len -= (uint32_t)(used - kept);
    if (!err) answer_with_body(conn);
}

/* ---- heads ---- */

/* Reads one request from the bytes, which are the connection's own or the
 * loop's; *used are done with. */
static void read_head(Conn *conn, Str bytes, size_t *used)
{
    HttpRequest *request = &conn->host->request;
    HttpRefusal refusal;
    size_t head_len;
    Err err = http_parse(bytes, request, &head_len, &refusal);

    *used = 0;
    if (err == ERR_AGAIN) {
        if (conn->phase == CONN_HEAD) return; /* its time is running */
        conn->phase = CONN_HEAD;
        start_timer(conn, TIMER_HEAD);
        return;
    }
    if (err) {
        refuse(conn, refusal.status, refusal.text);
        *used = bytes.len;
        return;
    }
    if (!has_body(request)) {
        *used = head_len;
        answer(conn, request);
        return;
    }
    if (!conn->in) {
        Str head;

        buffer_add(conn, bytes.ptr, bytes.len);
        *used = bytes.len;
        head = (Str){conn->in, conn->in_len};
        /* The request must point at bytes that stay for body_max. */
        err = http_parse(head, request, &head_len, &refusal);
        assert(!err);
    }
    begin_body(conn, request, head_len);
    if (conn->phase == CONN_BODY) read_body(conn);
}

static bool reading(const Conn *conn)
{
    return conn->phase <= CONN_BODY;
}

/* Goes on with what is in the buffer. */
static void read_buffer(Conn *conn)
{
    size_t used;

    if (conn->phase == CONN_BODY) {
        read_body(conn);
        return;
    }
    read_head(conn, (Str){conn->in + conn->in_at, conn->in_len - conn->in_at},
              &used);
    if (used && conn->in) buffer_skip(conn, used);
}

/* Of a body with a length no byte behind it; of one that is dropped no more at
 * once than of a head. */
static size_t wanted_body(const Conn *conn)
{
    size_t max = conn->drop || conn->chunked ? CONN_READ : CONN_READ_MAX;

    if (conn->chunked || conn->chunks.left > max) return max;
    return (size_t)conn->chunks.left;
}

size_t conn_wants_input(const Conn *conn)
{
    if (conn->peer_ended) return 0;
    if (conn->phase == CONN_IDLE && conn->in) return 0;
    if (conn->go_on && conn->go_on < GO_ON_LEN) return 0; /* cut short */
    if (conn->phase == CONN_LINGER || conn->phase == CONN_STAY)
        return CONN_READ_MAX;
    if (conn->phase == CONN_BODY) return wanted_body(conn);
    return reading(conn) ? CONN_READ : 0;
}

void conn_feed(Conn *conn, char *bytes, size_t len)
{
    size_t used;

    assert(conn_wants_input(conn) && len);
    counter_add(&conn->host->counters.bytes_in, len);
    if (conn->phase == CONN_LINGER || conn->phase == CONN_STAY) return;
    if (conn->phase == CONN_BODY) conn->moved += len;
    if (conn->in) {
        buffer_add(conn, bytes, len);
        read_buffer(conn);
        return;
    }
    read_head(conn, (Str){bytes, len}, &used);
    if (used < len) buffer_add(conn, bytes + used, len - used);
}

void conn_end(Conn *conn)
{
    conn->peer_ended = true;
    if (conn->phase == CONN_IDLE && conn->in) return;
    if (reading(conn) || conn->phase >= CONN_STAY) conn_close(conn);
}

/* ---- output ---- */

static void start_beat(Conn *conn)
{
    conn->beats = true;
    start_timer(conn, TIMER_BEAT);
}

/* What the reader sends from here on is no request: it is thrown away. */
static void begin_stay(Conn *conn)
{
    HttpReply *reply = &conn->out->reply;

    conn->stay = reply->stay;
    conn->hold = reply->hold;
    conn->release = reply->release;
    reply->release = NULL;
    host_output_end(conn->host, conn->out);
    conn->out = NULL;
    buffer_free(conn);
    conn->phase = CONN_STAY;
    atomic_fetch_add(conn->host->stays, 1);
    counter_add(&conn->host->counters.stays_begun, 1);
    start_beat(conn);
    if (conn->peer_ended) conn_close(conn);
}

static void finish_reply(Conn *conn)
{
    if (conn->out->stays) {
        begin_stay(conn);
        return;
    }
    host_output_end(conn->host, conn->out);
    conn->out = NULL;
    if (conn->keep_alive && (conn->in || !conn->peer_ended)) {
        conn->phase = CONN_IDLE;
        start_timer(conn, TIMER_AFTER);
        return;
    }
    if (conn->in) conn->unread = true;
    if (!conn->unread || conn->peer_ended) {
        conn_close(conn);
        return;
    }
    buffer_free(conn);
    conn->phase = CONN_LINGER;
    start_timer(conn, TIMER_LINGER);
}

static void offer(Conn *conn, Str bytes, struct iovec **pieces, size_t *count)
{
    struct iovec *interim = &conn->host->interim;

    interim->iov_base = (void *)(uintptr_t)bytes.ptr;
    interim->iov_len = bytes.len;
    *pieces = interim;
    *count = bytes.len > 0;
}

void conn_pieces(Conn *conn, struct iovec **pieces, size_t *count)
{
    *count = 0;
    if (conn->phase == CONN_IDLE && conn->in) {
        read_buffer(conn);
        if (reading(conn) && conn->peer_ended) conn_close(conn);
    }
    if (conn->phase == CONN_BODY && conn->go_on)
        offer(conn, (Str){go_on_line + GO_ON_LEN - conn->go_on, conn->go_on},
              pieces, count);
    if (conn->phase == CONN_STAY)
        offer(conn, conn->stay->next(conn->hold), pieces, count);
    if (conn->phase != CONN_REPLY) return;
    if (output_pieces(conn->out, pieces, count)) {
        conn->reset = true;
        conn_close(conn);
    }
    if (conn->phase == CONN_REPLY && !*count) finish_reply(conn);
}

void conn_sent(Conn *conn, size_t bytes)
{
    Output *output = conn->out;

    counter_add(&conn->host->counters.bytes_out, bytes);
    if (conn->phase == CONN_BODY) {
        assert(bytes <= conn->go_on);
        conn->go_on = (uint8_t)(conn->go_on - bytes);
        return;
    }
    conn->moved += bytes;
    if (conn->phase == CONN_STAY) {
        conn->stay->sent(conn->hold, bytes);
        start_beat(conn);
        return;
    }
    output_sent(output, bytes);
    if (output->first == output->count && !output->streaming)
        finish_reply(conn);
}

bool conn_streams(const Conn *conn)
{
    return conn->phase == CONN_REPLY && output_is_empty(conn->out);
}

void conn_blocked(Conn *conn)
{
    if (conn->timer.next && !conn->beats) return;
    conn->beats = false;
    start_slow_timer(conn);
}

/* ---- time ---- */

/* Looks whether enough has moved since the last look, and begins anew.  Answers
 * that went to the kernel one after another are looked at together: what it
 * still holds may be of any of them. */
static bool is_slow(Conn *conn)
{
    const ServerConfig *config = conn->host->config;
    int64_t left = (int64_t)conn->host->unsent(conn);
    int64_t moved = (int64_t)conn->moved + conn->unsent - left;

    conn->moved = 0;
    conn->unsent = (uint32_t)left;
    return moved < (int64_t)config->slow_rate * config->slow_s;
}

static void cut_if_slow(Conn *conn, ConnTimer again)
{
    if (!is_slow(conn)) {
        start_timer(conn, again);
        return;
    }
    counter_add(&conn->host->counters.slow_cut, 1);
    conn->reset = true;
    conn_close(conn);
}

static void idle_too_long(Conn *conn)
{
    counter_add(&conn->host->counters.idle_timeouts, 1);
    conn->reset = conn->host->unsent(conn) > 0;
    conn_close(conn);
}

static void expire(Conn *conn, ConnTimer which)
{
    switch (which) {
    case TIMER_AFTER:
        if (conn->host->unsent(conn)) {
            cut_if_slow(conn, TIMER_AFTER);
            break;
        }
        conn->moved = conn->unsent = 0;
        start_timer(conn, TIMER_REST);
        break;
    case TIMER_IDLE:
    case TIMER_REST: idle_too_long(conn); break;
    case TIMER_HEAD:
        counter_add(&conn->host->counters.head_timeouts, 1);
        refuse(conn, 408, "the head of the request took too long");
        break;
    case TIMER_SLOW: cut_if_slow(conn, TIMER_SLOW); break;
    case TIMER_BEAT:
        conn->stay->beat(conn->hold);
        start_beat(conn);
        break;
    case TIMER_LINGER:
    case TIMER_COUNT: conn_close(conn); break;
    }
}

Conn *conn_expire(Host *host)
{
    for (ConnTimer i = 0; i < TIMER_COUNT; i++) {
        Conn *conn = (Conn *)(void *)timers_due(&host->timers[i], host->now);

        if (!conn) continue;
        expire(conn, i);
        return conn;
    }
    return NULL;
}

Conn *conn_oldest(const Host *host)
{
    static const ConnTimer order[] = {TIMER_REST, TIMER_IDLE, TIMER_AFTER};

    for (size_t i = 0; i < COUNT(order); i++) {
        Timer *first = timers_first(&host->timers[order[i]]);

        if (first) return (Conn *)(void *)first;
    }
    return NULL;
}
