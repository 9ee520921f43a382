#include "web/push_send.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>
#include <sodium.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "net/reach.h"
#include "text/base64url.h"
#include "web/push_seal.h"
#include "web/push_vapid.h"

#define AT_ONCE    32
#define AGAIN_ONCE 16 /* of them, messages that are tried again */
#define PATIENCE_S 10L
#define SILENT_MAX 3 /* times in a row; then a service rests */
#define REST       TIME_MINUTE
#define GOING_LOOK (100 * TIME_MS)
#define AGAIN_MAX  10000 /* that wait to be tried again */
#define SERVICES   256
#define TOKEN_FOR  (12 * TIME_HOUR)
#define TOPIC_MAX  33

/* A service: what it is shown, kept while it holds, and how it answers. */
typedef struct Service {
    uint64_t audience;
    Time until; /* of the calendar */
    char *header;
    int silent;   /* times in a row without an answer */
    Time rest_to; /* monotonic */
} Service;

/* One message, on its way or waiting to be tried again. */
typedef struct Message {
    Arena arena; /* of all below */
    Subscription to;
    Str plain;
    char topic[TOPIC_MAX];
    uint64_t place; /* hash of endpoint and topic: a later message with the same
                       one takes its place */
    size_t tries;
    CURL *curl; /* while it is on its way */
    struct curl_slist *headers;
    uint64_t audience;
    Time due; /* while it waits */
    struct Message *next;
} Message;

struct Sender {
    SenderConfig config;
    CURLM *multi;
    Message *going; /* count of them */
    int going_count;
    Message *waiting;
    Map waiting_at; /* the same by place, of which each has one */
    Service services[SERVICES];
    Err err; /* what gone said */
    _Atomic uint64_t sent, gone, failed;
};

static const Time pauses[] = {5 * TIME_SECOND, 30 * TIME_SECOND};

/* ---- one message ---- */

static Message *message_new(const Subscription *to, Str plain,
                            const char *topic)
{
    Message *message = mem_zero(sizeof *message);

    message->arena = arena_open();
    message->to.endpoint = str_copy(&message->arena, to->endpoint);
    message->to.p256dh = str_copy(&message->arena, to->p256dh);
    message->to.auth = str_copy(&message->arena, to->auth);
    message->plain = str_copy(&message->arena, plain);
    snprintf(message->topic, sizeof message->topic, "%s", topic);
    message->place =
        hash_mix(hash_table(to->endpoint), hash_table(str_from(topic)));
    return message;
}

static void message_free(Message *message)
{
    arena_close(&message->arena);
    mem_free(message);
}

static void unlink_message(Message **list, const Message *message)
{
    while (*list != message)
        list = &(*list)->next;
    *list = message->next;
}

/* Off its way. */
static void end_going(Sender *sender, Message *message)
{
    curl_multi_remove_handle(sender->multi, message->curl);
    curl_easy_cleanup(message->curl);
    curl_slist_free_all(message->headers);
    message->curl = NULL;
    message->headers = NULL;
    unlink_message(&sender->going, message);
    sender->going_count--;
}

static bool is_going(const Sender *sender, uint64_t place)
{
    for (const Message *m = sender->going; m; m = m->next)
        if (m->place == place) return true;
    return false;
}

static void put_waiting(Sender *sender, Message *message, Time due)
{
    message->due = due;
    message->next = sender->waiting;
    sender->waiting = message;
    map_put(&sender->waiting_at, message->place, message);
}

static void take_waiting(Sender *sender, Message *message)
{
    unlink_message(&sender->waiting, message);
    map_take(&sender->waiting_at, message->place);
}

/* ---- what a service is sent ---- */

/* Asked when names are resolved and the address is known. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose,
                                 struct curl_sockaddr *to)
{
    const Sender *sender = ctx;

    (void)purpose;
    if (!sender->config.allow_private && !reach_is_public(&to->addr))
        return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t drop_body(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

static Service *service_of(Sender *sender, uint64_t audience)
{
    Service *service = &sender->services[audience % SERVICES];

    if (service->audience == audience) return service;
    mem_free(service->header);
    *service = (Service){.audience = audience};
    return service;
}

static Err make_token(Sender *sender, Service *service, Arena *arena,
                      Str audience)
{
    Time now = time_now();
    PushClaims claims = {.audience = audience,
                         .subject = sender->config.subject,
                         .now = now,
                         .expires = now + TOKEN_FOR};
    Str header;
    Err err;

    if (service->header && service->until > now) return ERR_OK;
    err = push_vapid_header(arena, sender->config.key, &claims, &header, NULL);
    if (err) return err;
    mem_free(service->header);
    service->header = mem_alloc(header.len + 1);
    memcpy(service->header, header.ptr, header.len);
    service->header[header.len] = 0;
    service->until = now + TOKEN_FOR / 2;
    return ERR_OK;
}

/* ERR_BUSY: it rests. */
static Err token_for(Sender *sender, Message *message, const char **out)
{
    Str audience;
    Service *service;
    Err err =
        push_vapid_audience(&message->arena, message->to.endpoint, &audience);

    if (err) return err;
    message->audience = hash_table(audience);
    service = service_of(sender, message->audience);
    if (service->rest_to > time_monotonic()) return ERR_BUSY;
    err = make_token(sender, service, &message->arena, audience);
    if (!err) *out = service->header;
    return err;
}

static Err seal(Arena *arena, const Subscription *to, Str plain, Str *out)
{
    PushReceiver receiver;
    PushFresh fresh;
    Str point, auth;
    Err err = base64url_read(arena, to->p256dh, &point);

    if (!err) err = base64url_read(arena, to->auth, &auth);
    if (!err) err = push_point_read(point, &receiver.p256dh);
    if (!err && auth.len != PUSH_AUTH_SIZE) err = ERR_INVALID;
    if (err) return err;
    memcpy(receiver.auth, auth.ptr, PUSH_AUTH_SIZE);
    err = push_fresh_make(&fresh);
    if (!err) err = push_seal(arena, &receiver, &fresh, plain, out);
    sodium_memzero(&fresh, sizeof fresh);
    return err;
}

static void add_header(Message *message, const char *name, const char *value)
{
    char line[2048];

    snprintf(line, sizeof line, "%s: %s", name, value);
    message->headers = curl_slist_append(message->headers, line);
}

static void add_headers(Message *message, const char *token)
{
    char ttl[16];

    snprintf(ttl, sizeof ttl, "%d", PUSH_TTL_S);
    add_header(message, "Content-Type", "application/octet-stream");
    add_header(message, "Content-Encoding", "aes128gcm");
    add_header(message, "TTL", ttl);
    add_header(message, "Urgency", "high");
    add_header(message, "Topic", message->topic);
    add_header(message, "Authorization", token);
    add_header(message, "Expect", "");
}

static void set_options(Sender *sender, Message *message, Str body)
{
    CURL *curl = message->curl;

    curl_easy_setopt(curl, CURLOPT_URL,
                     str_z(&message->arena, message->to.endpoint));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
                     sender->config.allow_private ? "http,https" : "https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, message->headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.ptr);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, PATIENCE_S);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, 65536L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_body);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, sender);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, message);
}

static void wait_again(Sender *sender, Message *message);

/* The message is the sender's from here on; one that cannot be sent is gone. */
static Err begin(Sender *sender, Message *message)
{
    const char *token;
    Str body;
    Err err = token_for(sender, message, &token);

    if (err == ERR_BUSY) {
        message->tries++;
        wait_again(sender, message);
        return ERR_OK;
    }
    if (!err) err = seal(&message->arena, &message->to, message->plain, &body);
    if (err) {
        message_free(message);
        return err;
    }
    message->curl = curl_easy_init();
    if (!message->curl) mem_exhausted();
    add_headers(message, token);
    set_options(sender, message, body);
    message->next = sender->going;
    sender->going = message;
    sender->going_count++;
    message->tries++;
    curl_multi_add_handle(sender->multi, message->curl);
    return ERR_OK;
}

/* ---- what it answers ---- */

static void wait_again(Sender *sender, Message *message)
{
    size_t tried = message->tries;

    if (tried > COUNT(pauses) || sender->waiting_at.count >= AGAIN_MAX ||
        map_get(&sender->waiting_at, message->place)) {
        message_free(message);
        return;
    }
    put_waiting(sender, message, time_monotonic() + pauses[tried - 1]);
}

static void took(Sender *sender, Message *message, CURLcode code)
{
    const SenderConfig *config = &sender->config;
    Service *service = service_of(sender, message->audience);
    long status = 0;

    curl_easy_getinfo(message->curl, CURLINFO_RESPONSE_CODE, &status);
    end_going(sender, message);
    service->silent = code == CURLE_OK ? 0 : service->silent + 1;
    if (service->silent >= SILENT_MAX)
        service->rest_to = time_monotonic() + REST;
    if (code == CURLE_OK && status >= 200 && status < 300) {
        atomic_fetch_add(&sender->sent, 1);
    } else if (code == CURLE_OK && (status == 404 || status == 410)) {
        Err err = config->gone(config->ctx, message->to.endpoint);

        atomic_fetch_add(&sender->gone, 1);
        if (!sender->err) sender->err = err;
    } else {
        atomic_fetch_add(&sender->failed, 1);
        wait_again(sender, message);
        return;
    }
    message_free(message);
}

/* Takes what services have answered. */
static Err look(Sender *sender)
{
    CURLMsg *told;
    int running, left;
    Err err;

    curl_multi_perform(sender->multi, &running);
    while ((told = curl_multi_info_read(sender->multi, &left))) {
        Message *message = NULL;

        if (told->msg != CURLMSG_DONE) continue;
        curl_easy_getinfo(told->easy_handle, CURLINFO_PRIVATE,
                          (char **)&message);
        took(sender, message, told->data.result);
    }
    err = sender->err;
    sender->err = ERR_OK;
    return err;
}

/* Until at most that many are on their way. */
static Err wait_for(Sender *sender, int at_most)
{
    Err err = look(sender);

    while (!err && sender->going_count > at_most) {
        if (sender->config.stopping(sender->config.ctx)) return ERR_CLOSED;
        curl_multi_poll(sender->multi, NULL, 0, 1000, NULL);
        err = look(sender);
    }
    return err;
}

Err sender_send(Sender *sender, const Subscription *to, Str plain,
                const char *topic)
{
    Message *message, *before;
    Err err = wait_for(sender, AT_ONCE - 1);

    if (err) return err;
    message = message_new(to, plain, topic);
    before = map_get(&sender->waiting_at, message->place);
    if (before) {
        take_waiting(sender, before);
        message_free(before);
    }
    if (!is_going(sender, message->place)) return begin(sender, message);
    put_waiting(sender, message, time_monotonic());
    return ERR_OK;
}

/* ---- again ---- */

Time sender_next(const Sender *sender)
{
    Time next = TIME_NONE;

    if (sender->going) return time_monotonic() + GOING_LOOK;
    for (const Message *m = sender->waiting; m; m = m->next)
        if (next == TIME_NONE || m->due < next) next = m->due;
    return next;
}

static Message *take_due(Sender *sender, Time now)
{
    for (Message *m = sender->waiting; m; m = m->next) {
        if (m->due > now || is_going(sender, m->place)) continue;
        take_waiting(sender, m);
        return m;
    }
    return NULL;
}

Err sender_again(Sender *sender)
{
    Time now = time_monotonic();
    Err err = look(sender);

    while (!err && sender->going_count < AGAIN_ONCE) {
        Message *message = take_due(sender, now);

        if (!message) break;
        err = begin(sender, message);
        if (err == ERR_INVALID) err = ERR_OK; /* its owner was told before */
    }
    return err;
}

/* ---- open and close ---- */

Sender *sender_open(const SenderConfig *config)
{
    Sender *sender = mem_zero(sizeof *sender);

    sender->config = *config;
    map_init(&sender->waiting_at);
    sender->multi = curl_multi_init();
    if (!sender->multi) mem_exhausted();
    return sender;
}

void sender_close(Sender *sender)
{
    Message *message;

    if (!sender) return;
    while ((message = sender->going)) {
        end_going(sender, message);
        message_free(message);
    }
    while ((message = sender->waiting)) {
        sender->waiting = message->next;
        message_free(message);
    }
    for (size_t i = 0; i < SERVICES; i++)
        mem_free(sender->services[i].header);
    map_close(&sender->waiting_at);
    curl_multi_cleanup(sender->multi);
    mem_free(sender);
}

SenderCounters sender_counters(const Sender *sender)
{
    return (SenderCounters){atomic_load(&sender->sent),
                            atomic_load(&sender->gone),
                            atomic_load(&sender->failed)};
}
