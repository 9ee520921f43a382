#include "web/push.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/cond.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/reach.h"
#include "store/changes.h"
#include "store/public.h"
#include "store/subscriptions.h"
#include "story/address.h"
#include "story/item.h"
#include "story/lang.h"
#include "text/base64url.h"
#include "text/jsonout.h"
#include "web/push_seal.h"
#include "web/push_vapid.h"

#define FOLLOWER   S("push")
#define LOOK_EVERY TIME_SECOND
#define PAUSE      (5 * TIME_SECOND) /* after a failure */
#define PATIENCE_S 10L
#define AT_ONCE    32
#define TEXT_MAX   300
#define TITLE_MAX  1000
#define AGAIN_MAX  10000 /* kept to be tried again */
#define TOKENS     64
#define TOKEN_FOR  (12 * TIME_HOUR)
#define RATES      ((size_t)1 << 16)

/* What a service is shown, kept while it holds. */
typedef struct Token {
    uint64_t audience;
    Time until;
    char *header;
} Token;

/* One message on its way. */
typedef struct Sending {
    CURL *curl; /* NULL: free */
    Arena arena;
    Subscription to;
    struct curl_slist *headers;
} Sending;

typedef struct Again {
    Subscription *items;
    size_t count;
} Again;

struct Push {
    PushConfig config;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool nudged, stopping; /* under lock */
    uint8_t *rates;        /* under lock: by address, of this hour */
    int64_t hour;
    _Atomic uint64_t sent, gone, failed;
    Arena arena;
    Str public_key;
    pthread_t thread;

    /* the thread's own */
    Store *store;
    PushKey key;
    CURLM *multi;
    Sending sendings[AT_ONCE];
    Token tokens[TOKENS];
    bool claimed;
    int64_t change;
};

/* ---- who may be told ---- */

Str push_public_key(const Push *push)
{
    return push->public_key;
}

bool push_allows_private(const Push *push)
{
    return push->config.allow_private;
}

bool push_may_subscribe(Push *push, Str address, Time now)
{
    int64_t hour = now / TIME_HOUR;
    uint8_t *rate;
    bool may;

    pthread_mutex_lock(&push->lock);
    if (hour != push->hour) memset(push->rates, 0, RATES);
    push->hour = hour;
    rate = &push->rates[hash_table(address) & (RATES - 1)];
    may = *rate < PUSH_RATE;
    if (may) ++*rate;
    pthread_mutex_unlock(&push->lock);
    return may;
}

/* ---- one message ---- */

/* Asked when names are resolved and the address is known. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose,
                                 struct curl_sockaddr *to)
{
    const Push *push = ctx;

    (void)purpose;
    if (!push->config.allow_private && !reach_is_public(&to->addr))
        return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t drop_body(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

static Err token_for(Push *push, Arena *arena, Str endpoint, const char **out)
{
    Time now = time_now();
    PushClaims claims = {.subject = push->config.subject,
                         .now = now,
                         .expires = now + TOKEN_FOR};
    Str header;
    uint64_t hash;
    Token *token;
    Err err = push_vapid_audience(arena, endpoint, &claims.audience);

    if (err) return err;
    hash = hash_table(claims.audience);
    token = &push->tokens[hash % TOKENS];
    if (!token->header || token->audience != hash || token->until <= now) {
        err = push_vapid_header(arena, &push->key, &claims, &header, NULL);
        if (err) return err;
        mem_free(token->header);
        token->header = mem_alloc(header.len + 1);
        memcpy(token->header, header.ptr, header.len);
        token->header[header.len] = 0;
        token->audience = hash;
        token->until = now + TOKEN_FOR / 2;
    }
    *out = token->header;
    return ERR_OK;
}

static Err seal_for(Arena *arena, const Subscription *to, Str plain, Str *out)
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

static void add_header(Sending *sending, const char *name, const char *value)
{
    char line[2048];

    snprintf(line, sizeof line, "%s: %s", name, value);
    sending->headers = curl_slist_append(sending->headers, line);
}

static Sending *free_place(Push *push)
{
    for (size_t i = 0; i < AT_ONCE; i++)
        if (!push->sendings[i].curl) return &push->sendings[i];
    return NULL;
}

static void end_sending(Push *push, Sending *sending)
{
    if (sending->curl) {
        curl_multi_remove_handle(push->multi, sending->curl);
        curl_easy_cleanup(sending->curl);
    }
    curl_slist_free_all(sending->headers);
    arena_close(&sending->arena);
    sending->curl = NULL;
    sending->headers = NULL;
}

static void set_options(Push *push, Sending *sending, Str body)
{
    CURL *curl = sending->curl;

    curl_easy_setopt(curl, CURLOPT_URL,
                     str_z(&sending->arena, sending->to.endpoint));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
                     push->config.allow_private ? "http,https" : "https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, sending->headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.ptr);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, PATIENCE_S);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, 65536L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_body);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, push);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, sending);
}

/* There is a free place. */
static Err begin_sending(Push *push, const Subscription *to, Str plain,
                         const char *topic)
{
    Sending *sending = free_place(push);
    const char *token;
    char ttl[16];
    Str body;
    Err err;

    sending->arena = arena_open();
    sending->to = *to;
    sending->to.endpoint = str_copy(&sending->arena, to->endpoint);
    sending->to.p256dh = str_copy(&sending->arena, to->p256dh);
    sending->to.auth = str_copy(&sending->arena, to->auth);
    err = seal_for(&sending->arena, to, plain, &body);
    if (!err) err = token_for(push, &sending->arena, to->endpoint, &token);
    if (err) {
        end_sending(push, sending);
        return err;
    }
    snprintf(ttl, sizeof ttl, "%d", PUSH_TTL_S);
    add_header(sending, "Content-Type", "application/octet-stream");
    add_header(sending, "Content-Encoding", "aes128gcm");
    add_header(sending, "TTL", ttl);
    add_header(sending, "Urgency", "high");
    add_header(sending, "Topic", topic);
    add_header(sending, "Authorization", token);
    add_header(sending, "Expect", "");
    sending->curl = curl_easy_init();
    if (!sending->curl) mem_exhausted();
    set_options(push, sending, body);
    curl_multi_add_handle(push->multi, sending->curl);
    return ERR_OK;
}

/* ---- all of one flash ---- */

static Err drop(Push *push, Str endpoint)
{
    Err err = store_begin(push->store);

    if (err) return err;
    return store_end(push->store, subscription_drop(push->store, endpoint));
}

static void try_again(Arena *arena, const Subscription *to, Again *again)
{
    Subscription *copy;

    if (again->count == AGAIN_MAX) return;
    if (!again->items)
        again->items = ARENA_ARRAY(arena, Subscription, AGAIN_MAX);
    copy = &again->items[again->count++];
    *copy = *to;
    copy->endpoint = str_copy(arena, to->endpoint);
    copy->p256dh = str_copy(arena, to->p256dh);
    copy->auth = str_copy(arena, to->auth);
}

static Err took(Push *push, Arena *arena, Sending *sending, CURLcode code,
                Again *again)
{
    long status = 0;
    Err err = ERR_OK;

    curl_easy_getinfo(sending->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status >= 200 && status < 300) {
        atomic_fetch_add(&push->sent, 1);
    } else if (code == CURLE_OK && (status == 404 || status == 410)) {
        atomic_fetch_add(&push->gone, 1);
        err = drop(push, sending->to.endpoint);
    } else {
        atomic_fetch_add(&push->failed, 1);
        try_again(arena, &sending->to, again);
    }
    end_sending(push, sending);
    return err;
}

static bool is_stopping(Push *push)
{
    bool stopping;

    pthread_mutex_lock(&push->lock);
    stopping = push->stopping;
    pthread_mutex_unlock(&push->lock);
    return stopping;
}

/* Goes on until at most that many are on their way. */
static Err wait_for(Push *push, Arena *arena, int at_most, Again *again)
{
    int running = 1;
    Err err = ERR_OK;

    for (;;) {
        CURLMsg *message;
        int left;

        curl_multi_perform(push->multi, &running);
        while ((message = curl_multi_info_read(push->multi, &left))) {
            Sending *sending = NULL;

            if (message->msg != CURLMSG_DONE) continue;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                              (char **)&sending);
            if (took(push, arena, sending, message->data.result, again))
                err = ERR_STORE;
        }
        if (running <= at_most) return err;
        if (is_stopping(push)) return ERR_CLOSED;
        curl_multi_poll(push->multi, NULL, 0, 1000, NULL);
    }
}

typedef struct Flash {
    StoryId story;
    Str language;
    StrList topics; /* that it is told under */
    Str plain;
    char topic[24];
} Flash;

static bool wants(const Subscription *to, const Flash *flash)
{
    for (size_t i = 0; i < flash->topics.count; i++) {
        Str topic = flash->topics.items[i];
        ptrdiff_t at = 0;

        while ((at = str_find(to->topics, topic, (size_t)at)) > 0) {
            size_t end = (size_t)at + topic.len;

            if (to->topics.ptr[at - 1] == ' ' &&
                (end == to->topics.len || to->topics.ptr[end] == ' '))
                return true;
            at++;
        }
    }
    return false;
}

static Err send_to(Push *push, Arena *arena, const Subscription *to,
                   const Flash *flash, Again *again)
{
    Err err = wait_for(push, arena, AT_ONCE - 1, again);

    if (!err) err = begin_sending(push, to, flash->plain, flash->topic);
    return err == ERR_INVALID ? drop(push, to->endpoint) : err;
}

/* Page by page: what comes meanwhile may be told or not. */
static Err send_all(Push *push, Arena *arena, const Flash *flash, Again *again)
{
    Arena pages[2] = {arena_open(),
                      arena_open()}; /* this one, the one before */
    size_t count = SUBSCRIPTIONS_MAX;
    Str after = {0};
    Err err = ERR_OK;

    for (int turn = 0; !err && count == SUBSCRIPTIONS_MAX; turn ^= 1) {
        Subscriptions list;

        arena_reset(&pages[turn]);
        err = subscriptions_after(push->store, &pages[turn], flash->language,
                                  after, &list);
        if (err) break;
        count = list.count;
        for (size_t i = 0; !err && i < count; i++) {
            after = list.items[i].endpoint;
            if (wants(&list.items[i], flash))
                err = send_to(push, arena, &list.items[i], flash, again);
        }
    }
    if (!err) err = wait_for(push, arena, 0, again);
    arena_close(&pages[0]);
    arena_close(&pages[1]);
    return err;
}

/* False when it is to stop. */
static bool rest(Push *push, Time wait, bool wake_by_news)
{
    Time until = time_monotonic() + wait;
    bool in_time = true;
    bool go_on;

    pthread_mutex_lock(&push->lock);
    while (!push->stopping && in_time && !(wake_by_news && push->nudged))
        in_time = cond_wait_until(&push->wake, &push->lock, until);
    if (wake_by_news) push->nudged = false;
    go_on = !push->stopping;
    pthread_mutex_unlock(&push->lock);
    return go_on;
}

static Err send_flash(Push *push, Arena *arena, const Flash *flash)
{
    static const Time pauses[] = {5 * TIME_SECOND, 30 * TIME_SECOND};
    Again again = {0};
    Err err = send_all(push, arena, flash, &again);

    for (size_t i = 0; !err && i < COUNT(pauses) && again.count; i++) {
        Again these = again;

        if (!rest(push, pauses[i], false)) return ERR_CLOSED;
        again = (Again){0};
        for (size_t j = 0; !err && j < these.count; j++)
            err = send_to(push, arena, &these.items[j], flash, &again);
        if (!err) err = wait_for(push, arena, 0, &again);
    }
    return err;
}

/* ---- which change is one ---- */

static Str cut(Str text, size_t max)
{
    if (text.len <= max) return text;
    while (max && (text.ptr[max] & 0xC0) == 0x80)
        max--;
    return (Str){text.ptr, max};
}

static Str message_of(const Push *push, Arena *arena, const PublicStory *story,
                      const char *topic)
{
    const PublicItem *item = &story->item;
    Buf buf = buf_open(arena, PUSH_PLAIN_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_str(&out, "title", cut(item->headline, TITLE_MAX));
    json_pair_some(&out, "body", cut(item->deck, TEXT_MAX));
    json_pair_str(&out, "url",
                  str_format(arena, "%.*s%.*s", STR_ARG(push->config.site->url),
                             STR_ARG(address_item(arena, item))));
    json_pair_str(&out, "tag", str_from(topic));
    json_pair_str(&out, "lang", item->language);
    json_pair_str(&out, "dir",
                  lang_is_rtl(item->language) ? S("rtl") : S("ltr"));
    json_put_end(&out);
    return buf_str(&buf);
}

/* ERR_NOT_FOUND: nothing to be told. */
static Err read_flash(const Push *push, Arena *arena, const Change *change,
                      Flash *out)
{
    PublicStory story;
    PublicNotice notice;
    Flash flash = {.story = change->story};
    Err err;

    if (change->kind != CHANGE_PUBLISH && change->kind != CHANGE_CORRECT)
        return ERR_NOT_FOUND;
    err = public_story(push->store, arena, change->story, &story, &notice);
    if (err) return err == ERR_GONE ? ERR_NOT_FOUND : err;
    if (story.item.urgency != URGENCY_FLASH ||
        story.item.at < time_now() - PUSH_FRESH)
        return ERR_NOT_FOUND;
    snprintf(flash.topic, sizeof flash.topic, "s%lld",
             (long long)change->story.number);
    flash.language = story.item.language;
    strs_add(&flash.topics, arena, S("all"));
    strs_add(&flash.topics, arena,
             str_format(arena, "section:%.*s", STR_ARG(story.item.section)));
    for (size_t i = 0; i < story.tags.count; i++)
        strs_add(
            &flash.topics, arena,
            str_format(arena, "tag:%.*s", STR_ARG(story.tags.items[i].slug)));
    flash.plain = message_of(push, arena, &story, flash.topic);
    *out = flash;
    return ERR_OK;
}

static Err keep_cursor(Push *push)
{
    Err err = store_begin(push->store);

    if (err) return err;
    return store_end(push->store,
                     cursor_put(push->store, FOLLOWER, push->change));
}

/* Whoever begins anew tells nothing of before. */
static Err claim(Push *push)
{
    int64_t last;
    Err err;

    if (push->claimed) return ERR_OK;
    err = follower_claim(push->store, FOLLOWER, &push->claimed);
    if (err || !push->claimed) return err;
    err = cursor_get(push->store, FOLLOWER, &push->change);
    if (!err && !push->change) {
        err = changes_last(push->store, &last);
        if (!err) push->change = last;
    }
    if (err) push->claimed = false;
    return err;
}

static Err follow(Push *push)
{
    size_t count = CHANGES_MAX;
    Err err = claim(push);

    while (!err && push->claimed && count == CHANGES_MAX) {
        Arena arena = arena_open();
        ChangeList changes;

        err = changes_after(push->store, &arena, push->change, CHANGES_MAX,
                            &changes);
        count = err ? 0 : changes.count;
        for (size_t i = 0; !err && i < count; i++) {
            Flash flash;

            err = read_flash(push, &arena, &changes.items[i], &flash);
            if (!err) err = send_flash(push, &arena, &flash);
            if (err == ERR_NOT_FOUND) err = ERR_OK;
            if (!err) push->change = changes.items[i].number;
        }
        if (count && !err) err = keep_cursor(push);
        arena_close(&arena);
    }
    return err;
}

static void *loop(void *arg)
{
    Push *push = arg;
    bool go_on = true;

    while (go_on) {
        Err err = follow(push);

        if (err && err != ERR_UNREACHABLE && err != ERR_CLOSED)
            log_error("push: flashes cannot be told: %s (%s); they are tried "
                      "again",
                      err_word(err), store_reason(push->store));
        if (err) push->claimed = false;
        go_on = rest(push, err ? PAUSE : LOOK_EVERY, !err);
    }
    return NULL;
}

/* ---- start and stop ---- */

static Err read_key(Push *push, Fault *fault)
{
    Str secret;
    Err err = store_begin(push->store);

    if (err) return err;
    err = push_secret_get(push->store, &push->arena, &secret);
    if (!err && !secret.len) {
        err = push_key_make(&push->key);
        if (!err)
            err = push_secret_put(push->store,
                                  push_key_write(&push->arena, &push->key));
    } else if (!err) {
        err = push_key_read(&push->arena, secret, &push->key, fault);
    }
    err = store_end(push->store, err);
    if (!err)
        push->public_key = push_point_write(&push->arena, &push->key.point);
    return err;
}

Err push_start(const PushConfig *config, Push **out, Fault *fault)
{
    Push *push = mem_zero(sizeof *push);
    Err err;

    push->config = *config;
    push->arena = arena_open();
    err = store_open(config->where, STORE_WRITE, &push->store, fault);
    if (!err) store_watch(push->store, config->watch);
    if (!err) err = read_key(push, fault);
    if (err) {
        if (push->store) store_close(push->store);
        arena_close(&push->arena);
        mem_free(push);
        return err;
    }
    push->rates = mem_zero(RATES);
    push->multi = curl_multi_init();
    if (!push->multi) mem_exhausted();
    pthread_mutex_init(&push->lock, NULL);
    cond_init(&push->wake);
    if (pthread_create(&push->thread, NULL, loop, push)) mem_exhausted();
    *out = push;
    return ERR_OK;
}

void push_nudge(Push *push)
{
    if (!push) return;
    pthread_mutex_lock(&push->lock);
    push->nudged = true;
    pthread_cond_signal(&push->wake);
    pthread_mutex_unlock(&push->lock);
}

void push_stop(Push *push)
{
    if (!push) return;
    pthread_mutex_lock(&push->lock);
    push->stopping = true;
    pthread_cond_signal(&push->wake);
    pthread_mutex_unlock(&push->lock);
    pthread_join(push->thread, NULL);
    for (size_t i = 0; i < AT_ONCE; i++)
        if (push->sendings[i].curl) end_sending(push, &push->sendings[i]);
    for (size_t i = 0; i < TOKENS; i++)
        mem_free(push->tokens[i].header);
    curl_multi_cleanup(push->multi);
    store_close(push->store);
    sodium_memzero(&push->key, sizeof push->key);
    pthread_mutex_destroy(&push->lock);
    pthread_cond_destroy(&push->wake);
    mem_free(push->rates);
    arena_close(&push->arena);
    mem_free(push);
}

PushCounters push_counters(const Push *push)
{
    return (PushCounters){atomic_load(&push->sent), atomic_load(&push->gone),
                          atomic_load(&push->failed)};
}
