#include "web/push_subscription.h"

#include <string.h>

#include "base/buf.h"
#include "story/lang.h"
#include "story/slug.h"
#include "text/base64url.h"
#include "text/json.h"
#include "text/url.h"

#define SHOWN 60 /* bytes of what came that a fault repeats */

/* ---- fields ---- */

/* Every member is one of names, which NULL ends. */
static Err check_names(const JsonNode *object, const char *inside,
                       const char *const *names, Fault *fault)
{
    for (const JsonNode *node = object->first; node; node = node->next) {
        size_t i = 0;

        while (names[i] && !str_eq(node->key, str_from(names[i])))
            i++;
        if (!names[i])
            return json_fault(fault, node, inside, ERR_INVALID,
                              "the field \"%.*s\" is not known here",
                              STR_ARG(str_slice(node->key, 0, SHOWN)));
    }
    return ERR_OK;
}

/* The member that holds a value of kind; field is its name in faults. */
static Err get_member(const JsonNode *object, const char *name,
                      const char *field, JsonKind kind, const JsonNode **out,
                      Fault *fault)
{
    const JsonNode *node = json_get(object, name);
    JsonNode wanted = {.kind = kind};

    if (!node || node->kind != kind)
        return json_fault(fault, node ? node : object, field, ERR_INVALID,
                          "is %s, expected %s", json_kind(node),
                          json_kind(&wanted));
    *out = node;
    return ERR_OK;
}

/* ---- the endpoint ---- */

/* What is wrong with an address in its one form, or NULL. */
static const char *endpoint_trouble(Str normal, bool allow_plain)
{
    Url url;

    if (url_parse(normal, &url)) return "is no address";
    if (!allow_plain && !str_eq(url.scheme, S("https")))
        return "does not begin with https:";
    if (url.user.len) return "has a user in it";
    return url.has_fragment ? "has a fragment" : NULL;
}

static Err read_endpoint(Arena *arena, const JsonNode *root, bool allow_plain,
                         Str *out, Fault *fault)
{
    static const char field[] = "endpoint";
    const JsonNode *node;
    const char *trouble;
    Str normal = {0};
    Err err = get_member(root, field, field, JSON_STRING, &node, fault);

    if (err) return err;
    if (node->text.len <= PUSH_ENDPOINT_MAX)
        err = url_normal(arena, node->text, &normal);
    if (node->text.len > PUSH_ENDPOINT_MAX || normal.len > PUSH_ENDPOINT_MAX)
        return json_fault(fault, node, field, ERR_TOO_BIG,
                          "is longer than %d bytes", PUSH_ENDPOINT_MAX);
    trouble = err ? "is no address" : endpoint_trouble(normal, allow_plain);
    if (trouble)
        return json_fault(fault, node, field, ERR_INVALID,
                          "\"%.*s\" %s; expected an absolute address of %s",
                          STR_ARG(str_slice(node->text, 0, SHOWN)), trouble,
                          allow_plain ? "http or https" : "https");
    *out = normal;
    return ERR_OK;
}

/* ---- keys ---- */

/* The bytes are empty when the text is no base64url. */
static Err read_bytes(Arena *arena, const JsonNode *keys, const char *name,
                      const char *field, const JsonNode **node, Str *out,
                      Fault *fault)
{
    Err err = get_member(keys, name, field, JSON_STRING, node, fault);

    if (err) return err;
    if (base64url_read(arena, (*node)->text, out)) *out = (Str){0};
    return ERR_OK;
}

static Err read_point(Arena *arena, const JsonNode *keys, PushPoint *out,
                      Fault *fault)
{
    const JsonNode *node;
    Str bytes;
    Err err =
        read_bytes(arena, keys, "p256dh", "keys.p256dh", &node, &bytes, fault);

    if (err) return err;
    err = push_point_read(bytes, out);
    if (err)
        return json_fault(fault, node, "keys.p256dh", err,
                          "expected base64url of a point of P-256, %d bytes "
                          "that begin with 4",
                          PUSH_POINT_SIZE);
    return ERR_OK;
}

static Err read_auth(Arena *arena, const JsonNode *keys,
                     uint8_t out[PUSH_AUTH_SIZE], Fault *fault)
{
    const JsonNode *node;
    Str bytes;
    Err err =
        read_bytes(arena, keys, "auth", "keys.auth", &node, &bytes, fault);

    if (err) return err;
    if (bytes.len != PUSH_AUTH_SIZE)
        return json_fault(fault, node, "keys.auth", ERR_INVALID,
                          "expected base64url of %d bytes", PUSH_AUTH_SIZE);
    memcpy(out, bytes.ptr, PUSH_AUTH_SIZE);
    return ERR_OK;
}

static Err read_keys(Arena *arena, const JsonNode *root, PushReceiver *out,
                     Fault *fault)
{
    static const char *const names[] = {"p256dh", "auth", NULL};
    const JsonNode *keys;
    Err err = get_member(root, "keys", "keys", JSON_OBJECT, &keys, fault);

    if (!err) err = check_names(keys, "keys", names, fault);
    if (!err) err = read_point(arena, keys, &out->p256dh, fault);
    if (!err) err = read_auth(arena, keys, out->auth, fault);
    return err;
}

/* ---- topics and language ---- */

bool push_topic_fits(Str topic)
{
    static const Str kinds[] = {S_INIT("section:"), S_INIT("tag:")};

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_starts(topic, kinds[i]))
            return slug_fits(str_skip(topic, kinds[i].len));
    return str_eq(topic, S("all"));
}

static Err read_topics(Arena *arena, const JsonNode *root, StrList *out,
                       Fault *fault)
{
    const JsonNode *list;
    Err err = get_member(root, "topics", "topics", JSON_ARRAY, &list, fault);

    if (err) return err;
    if (list->count > PUSH_TOPICS_MAX)
        return json_fault(fault, list, "topics", ERR_TOO_BIG,
                          "are %u, at most %d are taken", list->count,
                          PUSH_TOPICS_MAX);
    if (!list->count)
        return json_fault(fault, list, "topics", ERR_INVALID,
                          "are none, expected at least one");
    for (const JsonNode *node = list->first; node; node = node->next) {
        if (node->kind != JSON_STRING)
            return json_fault(fault, node, "topics", ERR_INVALID,
                              "one is %s, expected a string", json_kind(node));
        if (!push_topic_fits(node->text))
            return json_fault(
                fault, node, "topics", ERR_INVALID,
                "\"%.*s\" is none; expected all, section:SLUG or tag:SLUG, "
                "where SLUG is 1 to %d of a-z, 0-9 and -",
                STR_ARG(str_slice(node->text, 0, SHOWN)), SLUG_MAX);
        if (!strs_has(*out, node->text))
            strs_add(out, arena, str_copy(arena, node->text));
    }
    return ERR_OK;
}

static Err read_lang(Arena *arena, const JsonNode *root, Str *out, Fault *fault)
{
    const JsonNode *node;
    Err err = get_member(root, "lang", "lang", JSON_STRING, &node, fault);

    if (err) return err;
    if (lang_read(arena, node->text, out))
        return json_fault(fault, node, "lang", ERR_INVALID,
                          "\"%.*s\" is no language tag, as en or uk",
                          STR_ARG(str_slice(node->text, 0, SHOWN)));
    return ERR_OK;
}

/* ---- all of it ---- */

Err push_subscription_read(Arena *arena, Str json, bool allow_plain,
                           PushSubscription *out, Fault *fault)
{
    static const char *const names[] = {"endpoint", "expirationTime", "keys",
                                        "topics",   "lang",           NULL};
    PushSubscription read = {0};
    JsonNode *root;
    Err err = json_read(arena, json, PUSH_SUBSCRIPTION_MAX, &root, fault);

    if (err) return err;
    if (root->kind != JSON_OBJECT)
        return json_fault(fault, root, NULL, ERR_INVALID,
                          "is %s, expected an object", json_kind(root));
    err = check_names(root, NULL, names, fault);
    if (!err)
        err = read_endpoint(arena, root, allow_plain, &read.endpoint, fault);
    if (!err) err = read_keys(arena, root, &read.receiver, fault);
    if (!err) err = read_topics(arena, root, &read.topics, fault);
    if (!err) err = read_lang(arena, root, &read.lang, fault);
    if (!err) *out = read;
    return err;
}

bool push_endpoint_fits(Arena *arena, Str endpoint)
{
    Str normal;

    return endpoint.len && endpoint.len <= PUSH_ENDPOINT_MAX &&
           !url_normal(arena, endpoint, &normal) && str_eq(normal, endpoint);
}

bool push_keys_fit(Arena *arena, Str p256dh, Str auth)
{
    PushPoint point;
    Str bytes;

    return (!p256dh.len || (!base64url_read(arena, p256dh, &bytes) &&
                            !push_point_read(bytes, &point))) &&
           (!auth.len || (!base64url_read(arena, auth, &bytes) &&
                          bytes.len == PUSH_AUTH_SIZE));
}

bool push_topics_fit(Str topics, size_t most)
{
    Str rest = str_skip(topics, 1);
    size_t count = 0;

    if (topics.len < 3 || topics.ptr[0] != ' ' ||
        topics.ptr[topics.len - 1] != ' ')
        return false;
    while (rest.len)
        if (++count > most || !push_topic_fits(str_cut(&rest, ' ')))
            return false;
    return true;
}

Str push_topics_write(Arena *arena, StrList topics)
{
    Buf buf = buf_open(arena, SIZE_MAX);

    buf_putc(&buf, ' ');
    for (size_t i = 0; i < topics.count; i++) {
        buf_puts(&buf, topics.items[i]);
        buf_putc(&buf, ' ');
    }
    return buf_str(&buf);
}

bool push_service_fits(StrList services, Str endpoint)
{
    Url url;

    if (url_parse(endpoint, &url)) return false;
    for (size_t i = 0; i < services.count; i++) {
        Str name = services.items[i];
        Str before = {url.host.ptr, url.host.len - name.len};

        if (str_eq(url.host, name) ||
            (url.host.len > name.len && str_ends(url.host, name) &&
             str_ends(before, S("."))))
            return true;
    }
    return false;
}
