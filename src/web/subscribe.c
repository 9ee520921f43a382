#include "web/subscribe.h"

#include "base/mem.h"
#include "store/subscriptions.h"
#include "text/base64url.h"
#include "text/json.h"
#include "text/url.h"
#include "web/push_subscription.h"

/* What the writer is to do. */
typedef struct Errand {
    const Subscribe *subscribe;
    HttpTicket *ticket;
    Arena arena;
    Subscription subscription; /* without keys: it goes */
} Errand;

static void answer(const Subscribe *subscribe, Arena *arena, HttpReply *reply,
                   int status, Str text)
{
    reply->status = status;
    reply->head = str_format(arena, "%sCache-Control: no-store\r\n%s%.*s",
                             text.len ? "Content-Type: text/plain; "
                                        "charset=utf-8\r\n"
                                      : "",
                             status == 429 ? "Retry-After: 3600\r\n" : "",
                             STR_ARG(subscribe->head));
    http_part(reply, text);
}

static void errand_free(void *hold)
{
    Errand *errand = hold;

    arena_close(&errand->arena);
    mem_free(errand);
}

static Err errand_run(Store *store, Arena *arena, void *job)
{
    const Errand *errand = job;

    (void)arena;
    if (errand->subscription.p256dh.len)
        return subscription_put(store, &errand->subscription, time_now());
    return subscription_drop(store, errand->subscription.endpoint);
}

static void errand_done(Err err, void *job)
{
    Errand *errand = job;
    HttpReply reply = {.hold = errand, .release = errand_free};

    if (err)
        answer(errand->subscribe, &errand->arena, &reply, 503,
               S("It could not be kept; please try again.\n"));
    else
        answer(errand->subscribe, &errand->arena, &reply, 204, (Str){0});
    http_complete(errand->ticket, &reply);
}

static void begin(Errand *errand, HttpReply *reply)
{
    errand->ticket = http_defer(reply);
    if (writer_submit(errand->subscribe->writer,
                      (WriterJob){errand_run, errand_done, errand}))
        errand_done(ERR_BUSY, errand);
}

static Err read_on(Errand *errand, Str body, Fault *fault)
{
    const Subscribe *subscribe = errand->subscribe;
    Arena *arena = &errand->arena;
    PushSubscription read;
    Err err = push_subscription_read(
        arena, body, push_allows_private(subscribe->push), &read, fault);

    if (err) return err;
    if (!push_takes(subscribe->push, read.endpoint))
        return fault_set(fault, ERR_INVALID,
                         "endpoint: its host is no push service that is known "
                         "here");
    if (site_language(subscribe->site, read.lang) < 0)
        return fault_set(fault, ERR_INVALID,
                         "lang: \"%.*s\" is none of the site's",
                         STR_ARG(read.lang));
    errand->subscription = (Subscription){
        .endpoint = read.endpoint,
        .p256dh = push_point_write(arena, &read.receiver.p256dh),
        .auth = base64url_write(
            arena, (Str){(const char *)read.receiver.auth, PUSH_AUTH_SIZE}),
        .language = read.lang,
        .topics = push_topics_write(arena, read.topics),
    };
    return ERR_OK;
}

static Err read_off(Errand *errand, Str body, Fault *fault)
{
    JsonNode *object;
    Err err =
        json_read(&errand->arena, body, SUBSCRIBE_BODY_MAX, &object, fault);
    Str endpoint = err ? (Str){0} : json_str(object, "endpoint");

    if (err) return err;
    if (!endpoint.len || endpoint.len > PUSH_ENDPOINT_MAX ||
        url_normal(&errand->arena, endpoint, &endpoint))
        return fault_set(fault, ERR_INVALID,
                         "endpoint: expected the one that was subscribed");
    errand->subscription.endpoint = endpoint;
    return ERR_OK;
}

void subscribe_answer(const Subscribe *subscribe, SubscribeWish wish,
                      const HttpRequest *request, Str address, Arena *arena,
                      HttpReply *reply)
{
    Fault fault = fault_none();
    Errand *errand;
    Err err;

    if (!subscribe->push) {
        answer(subscribe, arena, reply, 404,
               S("This site does not send push messages.\n"));
        return;
    }
    if (wish == WISH_KEY) {
        answer(subscribe, arena, reply, 200, push_public_key(subscribe->push));
        return;
    }
    if (!push_may_subscribe(subscribe->push, address, request->now)) {
        answer(subscribe, arena, reply, 429,
               S("Too many subscriptions; please wait an hour.\n"));
        return;
    }
    errand = mem_zero(sizeof *errand);
    errand->subscribe = subscribe;
    errand->arena = arena_open();
    err = wish == WISH_ON ? read_on(errand, request->body, &fault)
                          : read_off(errand, request->body, &fault);
    if (!err) {
        begin(errand, reply);
        return;
    }
    answer(subscribe, arena, reply, err == ERR_TOO_BIG ? 413 : 400,
           str_format(arena, "%s%s%s\n", fault.where,
                      fault.where[0] ? ": " : "", fault.text));
    errand_free(errand);
}
