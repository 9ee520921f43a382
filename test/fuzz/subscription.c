/* A subscription of any bytes is refused with a reason or good in all its
 * parts; and written out as it was read it is read as the same. */
#include <string.h>

#include "must.h"
#include "text/base64url.h"
#include "text/json.h"
#include "text/url.h"
#include "web/push_subscription.h"

static Str write_out(Arena *arena, const PushSubscription *read)
{
    Buf buf = buf_open(arena, (size_t)1 << 16);
    JsonOut json = json_out(&buf);

    json_put_object(&json);
    json_pair_str(&json, "endpoint", read->endpoint);
    json_put_key(&json, "keys");
    json_put_object(&json);
    json_pair_str(&json, "p256dh",
                  push_point_write(arena, &read->receiver.p256dh));
    json_pair_str(&json, "auth",
                  base64url_write(arena, (Str){(char *)read->receiver.auth,
                                               PUSH_AUTH_SIZE}));
    json_put_end(&json);
    json_put_key(&json, "topics");
    json_put_array(&json);
    for (size_t i = 0; i < read->topics.count; i++)
        json_put_str(&json, read->topics.items[i]);
    json_put_end(&json);
    json_pair_str(&json, "lang", read->lang);
    json_put_end(&json);
    return buf_str(&buf);
}

static void check_good(Arena *arena, const PushSubscription *read,
                       bool allow_plain)
{
    Str normal;

    MUST(read->endpoint.len <= PUSH_ENDPOINT_MAX);
    MUST(str_starts(read->endpoint, S("https://")) ||
         (allow_plain && str_starts(read->endpoint, S("http://"))));
    MUST(!url_normal(arena, read->endpoint, &normal));
    MUST(str_eq(normal, read->endpoint));
    MUST(read->receiver.p256dh.bytes[0] == 4);
    MUST(read->topics.count >= 1 && read->topics.count <= PUSH_TOPICS_MAX);
    for (size_t i = 0; i < read->topics.count; i++)
        MUST(push_topic_fits(read->topics.items[i]));
    MUST(read->lang.len >= 2);
}

static void check_same(const PushSubscription *a, const PushSubscription *b)
{
    MUST(str_eq(a->endpoint, b->endpoint) && str_eq(a->lang, b->lang));
    MUST(!memcmp(&a->receiver, &b->receiver, sizeof a->receiver));
    MUST(a->topics.count == b->topics.count);
    for (size_t i = 0; i < a->topics.count; i++)
        MUST(str_eq(a->topics.items[i], b->topics.items[i]));
}

static void check(Arena *arena, Str json, bool allow_plain)
{
    Fault fault = fault_none();
    PushSubscription read;
    PushSubscription again;
    Str written;

    if (push_subscription_read(arena, json, allow_plain, &read, &fault)) {
        MUST(fault.text[0]);
        return;
    }
    MUST(json.len <= PUSH_SUBSCRIPTION_MAX);
    check_good(arena, &read, allow_plain);
    written = write_out(arena, &read);
    MUST(!push_subscription_read(arena, written, allow_plain, &again, NULL));
    check_same(&read, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Str json = {(const char *)data, size};

    check(&arena, json, false);
    check(&arena, json, true);
    arena_close(&arena);
    return 0;
}
