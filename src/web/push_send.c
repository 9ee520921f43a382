#include "web/push_send.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>
#include <sodium.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "net/reach.h"
#include "text/base64url.h"
#include "web/push_seal.h"
#include "web/push_vapid.h"

#define AT_ONCE     32
#define AGAIN_ONCE  16 /* of them, messages that waited */
#define PATIENCE_S  10L
#define SILENT_MAX  3 /* times in a row; then a service rests: ... */
#define REST_MIN    (5 * TIME_SECOND)
#define REST_MAX    TIME_MINUTE /* ... for twice as long, up to the fifth time */
#define GIVE_UP     (10 * TIME_MINUTE)
#define GOING_LOOK  (100 * TIME_MS)
#define WAITING_MAX 100000 /* messages; some 50 MB */
#define SERVICES    256
#define TOKEN_FOR   (12 * TIME_HOUR)
#define TOPIC_MAX   33

/* A service: what it is shown, kept while it holds, and how it answers. */
typedef struct Service {
    uint64_t audience;
    Time until; /* of the calendar */
    char *header;
    int silent;   /* times in a row without an answer */
    Time rest_to; /* monotonic */
} Service;

/* What many are told. */
typedef struct Text {
    size_t refs;
    Str plain;
} Text;

/* One message, on its way, behind one that is, or waiting. */
typedef struct Message {
    Subscription to;
    Text *text;
    char topic[TOPIC_MAX];
    uint64_t place; /* hash of endpoint and topic: a later message with the same
                       one takes its place */
    uint64_t audience;
    int64_t change; /* that is told */
    Time born;
    size_t tries;
    struct Message *next;

    /* while it is on its way */
    CURL *curl;
    struct curl_slist *headers;
    Arena arena; /* what curl reads */
    struct Message *behind;

    /* while it waits */
    Time due;
    bool replaced; /* by a later one */
} Message;

/* Those that wait equally long, so that the first is due first. */
typedef struct Queue {
    Message *first, **last;
} Queue;

enum { QUEUE_AGAIN, QUEUE_ONCE_MORE, QUEUE_REST, QUEUES };

static const Time pauses[] = {
    [QUEUE_AGAIN] = 5 * TIME_SECOND, [QUEUE_ONCE_MORE] = 30 * TIME_SECOND};

struct Sender {
    SenderConfig config;
    CURLM *multi;
    Text *text;     /* of the last message */
    Message *going; /* count of them */
    int going_count;
    Queue waiting[QUEUES];
    Map waiting_at; /* the same by place, without those that were replaced */
    Service services[SERVICES];
    _Atomic uint64_t sent, gone, failed, lost;
    Time told_at;
};

/* ---- one message ---- */

static void text_unref(Text *text)
{
    if (text && --text->refs == 0) mem_free(text);
}

/* The last one if it says the same. */
static Text *text_ref(Sender *sender, Str plain)
{
    Text *text = sender->text;

    if (!text || !str_eq(text->plain, plain)) {
        text_unref(text);
        text = sender->text = mem_alloc(sizeof *text + plain.len);
        memcpy(text + 1, plain.ptr, plain.len);
        *text = (Text){1, {(const char *)(text + 1), plain.len}};
    }
    text->refs++;
    return text;
}

static Str put(char **at, Str text)
{
    Str copy = {*at, text.len};

    memcpy(*at, text.ptr, text.len);
    *at += text.len;
    return copy;
}

static Message *message_new(Sender *sender, const Subscription *to,
                            const Telling *telling)
{
    Message *message = mem_zero(sizeof *message + to->endpoint.len +
                                to->p256dh.len + to->auth.len);
    char *at = (char *)(message + 1);

    message->to.endpoint = put(&at, to->endpoint);
    message->to.p256dh = put(&at, to->p256dh);
    message->to.auth = put(&at, to->auth);
    message->text = text_ref(sender, telling->plain);
    snprintf(message->topic, sizeof message->topic, "%s", telling->topic);
    message->place = hash_mix(hash_table(to->endpoint),
                              hash_table(str_from(telling->topic)));
    message->change = telling->change;
    message->born = time_monotonic();
    return message;
}

static void message_free(Message *message)
{
    text_unref(message->text);
    mem_free(message);
}

static void give_up(Sender *sender, Message *message)
{
    Time now = time_monotonic();

    atomic_fetch_add(&sender->lost, 1);
    if (!sender->told_at || now - sender->told_at >= TIME_MINUTE) {
        sender->told_at = now;
        log_warn("push: a service takes no messages; one is given up (%llu "
                 "until now): %.*s",
                 (unsigned long long)atomic_load(&sender->lost),
                 STR_ARG(str_slice(message->to.endpoint, 0, 60)));
    }
    message_free(message);
}

/* Off its way; what stood behind it. */
static Message *end_going(Sender *sender, Message *message)
{
    Message **link = &sender->going;

    while (*link != message)
        link = &(*link)->next;
    *link = message->next;
    sender->going_count--;
    curl_multi_remove_handle(sender->multi, message->curl);
    curl_easy_cleanup(message->curl);
    curl_slist_free_all(message->headers);
    arena_close(&message->arena);
    return message->behind;
}

static Message *find_going(const Sender *sender, uint64_t place)
{
    for (Message *m = sender->going; m; m = m->next)
        if (m->place == place) return m;
    return NULL;
}

/* ---- those that wait ---- */

static void wait_in(Sender *sender, Message *message, int queue, Time due)
{
    Queue *at = &sender->waiting[queue];

    if (sender->waiting_at.count >= WAITING_MAX) {
        give_up(sender, message);
        return;
    }
    message->due = due;
    message->next = NULL;
    *at->last = message;
    at->last = &message->next;
    map_put(&sender->waiting_at, message->place, message);
}

static Message *take_first(Queue *queue)
{
    Message *message = queue->first;

    queue->first = message->next;
    if (!queue->first) queue->last = &queue->first;
    return message;
}

static Message *take_due(Sender *sender, Time now)
{
    for (int i = 0; i < QUEUES; i++) {
        Queue *queue = &sender->waiting[i];

        while (queue->first &&
               (queue->first->replaced || queue->first->due <= now)) {
            Message *message = take_first(queue);

            if (!message->replaced) {
                map_take(&sender->waiting_at, message->place);
                return message;
            }
            message_free(message);
        }
    }
    return NULL;
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

static Err prepare(Sender *sender, Message *message)
{
    const char *token;
    Str body;
    Err err = token_for(sender, message, &token);

    if (!err)
        err = seal(&message->arena, &message->to, message->text->plain, &body);
    if (err) return err;
    message->curl = curl_easy_init();
    if (!message->curl) mem_exhausted();
    add_headers(message, token);
    set_options(sender, message, body);
    return ERR_OK;
}

/* The message is the sender's from here on; one that cannot be sent is gone. */
static Err begin(Sender *sender, Message *message)
{
    Err err;

    message->curl = NULL;
    message->headers = NULL;
    message->behind = NULL;
    message->arena = arena_open();
    err = prepare(sender, message);
    if (!err) {
        message->next = sender->going;
        sender->going = message;
        sender->going_count++;
        message->tries++;
        curl_multi_add_handle(sender->multi, message->curl);
        return ERR_OK;
    }
    arena_close(&message->arena);
    if (err != ERR_BUSY)
        message_free(message);
    else if (time_monotonic() - message->born >= GIVE_UP)
        give_up(sender, message);
    else
        wait_in(sender, message, QUEUE_REST,
                service_of(sender, message->audience)->rest_to);
    return err == ERR_BUSY ? ERR_OK : err;
}

/* ---- what it answers ---- */

static void note_answer(Service *service, bool answered)
{
    int rests = ++service->silent - SILENT_MAX;
    Time rest = REST_MAX;

    if (answered) service->silent = 0;
    if (answered || rests < 0) return;
    if (rests < 4) rest = REST_MIN << rests;
    service->rest_to = time_monotonic() + rest;
}

/* One that did not arrive is tried again, unless a later one takes its place.
 */
static void failed(Sender *sender, Message *message, bool replaced)
{
    atomic_fetch_add(&sender->failed, 1);
    if (replaced)
        message_free(message);
    else if (message->tries > COUNT(pauses))
        give_up(sender, message);
    else
        wait_in(sender, message, (int)message->tries - 1,
                time_monotonic() + pauses[message->tries - 1]);
}

static void took(Sender *sender, Message *message, CURLcode code)
{
    const SenderConfig *config = &sender->config;
    Message *behind;
    long status = 0;

    curl_easy_getinfo(message->curl, CURLINFO_RESPONSE_CODE, &status);
    behind = end_going(sender, message);
    note_answer(service_of(sender, message->audience), code == CURLE_OK);
    if (code == CURLE_OK && status >= 200 && status < 300) {
        atomic_fetch_add(&sender->sent, 1);
        message_free(message);
    } else if (code == CURLE_OK && (status == 404 || status == 410)) {
        config->gone(config->ctx, message->to.endpoint);
        atomic_fetch_add(&sender->gone, 1);
        message_free(message);
    } else {
        failed(sender, message, behind != NULL);
    }
    /* What is wrong with it was told when it was handed in. */
    if (behind) (void)!begin(sender, behind);
}

/* Takes what services have answered. */
static void look(Sender *sender)
{
    CURLMsg *told;
    int running, left;

    curl_multi_perform(sender->multi, &running);
    while ((told = curl_multi_info_read(sender->multi, &left))) {
        Message *message = NULL;

        if (told->msg != CURLMSG_DONE) continue;
        curl_easy_getinfo(told->easy_handle, CURLINFO_PRIVATE,
                          (char **)&message);
        took(sender, message, told->data.result);
    }
}

/* Until at most that many are on their way. */
static Err wait_for(Sender *sender, int at_most)
{
    look(sender);
    while (sender->going_count > at_most) {
        if (sender->config.stopping(sender->config.ctx)) return ERR_CLOSED;
        curl_multi_poll(sender->multi, NULL, 0, 1000, NULL);
        look(sender);
    }
    return ERR_OK;
}

Err sender_send(Sender *sender, const Subscription *to, const Telling *telling)
{
    Message *message, *before;
    Err err = wait_for(sender, AT_ONCE - 1);

    if (err) return err;
    message = message_new(sender, to, telling);
    before = map_take(&sender->waiting_at, message->place);
    if (before) before->replaced = true;
    before = find_going(sender, message->place);
    if (!before) return begin(sender, message);
    if (before->behind) message_free(before->behind);
    before->behind = message;
    return ERR_OK;
}

int64_t sender_first(const Sender *sender)
{
    int64_t first = INT64_MAX;

    for (const Message *m = sender->going; m; m = m->next) {
        if (m->change < first) first = m->change;
        if (m->behind && m->behind->change < first) first = m->behind->change;
    }
    return first;
}

void sender_finish(Sender *sender, Time patience)
{
    Time until = time_monotonic() + patience;

    look(sender);
    while (sender->going && time_monotonic() < until) {
        curl_multi_poll(sender->multi, NULL, 0, GOING_LOOK / TIME_MS, NULL);
        look(sender);
    }
}

/* ---- again ---- */

Time sender_next(const Sender *sender)
{
    Time next = TIME_NONE;

    if (sender->going) return time_monotonic() + GOING_LOOK;
    for (int i = 0; i < QUEUES; i++) {
        const Message *first = sender->waiting[i].first;

        if (first && (next == TIME_NONE || first->due < next))
            next = first->due;
    }
    return next;
}

void sender_again(Sender *sender)
{
    Time now = time_monotonic();
    Message *message;

    look(sender);
    while (sender->going_count < AGAIN_ONCE &&
           (message = take_due(sender, now)))
        (void)!begin(sender, message); /* as above: it was right then */
}

/* ---- open and close ---- */

Sender *sender_open(const SenderConfig *config)
{
    Sender *sender = mem_zero(sizeof *sender);

    sender->config = *config;
    for (int i = 0; i < QUEUES; i++)
        sender->waiting[i].last = &sender->waiting[i].first;
    map_init(&sender->waiting_at);
    sender->multi = curl_multi_init();
    if (!sender->multi) mem_exhausted();
    return sender;
}

void sender_close(Sender *sender)
{
    if (!sender) return;
    while (sender->going) {
        Message *message = sender->going;
        Message *behind = end_going(sender, message);

        if (behind) message_free(behind);
        message_free(message);
    }
    for (int i = 0; i < QUEUES; i++)
        while (sender->waiting[i].first)
            message_free(take_first(&sender->waiting[i]));
    for (size_t i = 0; i < SERVICES; i++)
        mem_free(sender->services[i].header);
    text_unref(sender->text);
    map_close(&sender->waiting_at);
    curl_multi_cleanup(sender->multi);
    mem_free(sender);
}

SenderCounters sender_counters(const Sender *sender)
{
    return (SenderCounters){
        atomic_load(&sender->sent), atomic_load(&sender->gone),
        atomic_load(&sender->failed), atomic_load(&sender->lost)};
}
