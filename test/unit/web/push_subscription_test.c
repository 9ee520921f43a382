/* test/unit/web/push_subscription_test.c -- a subscription is taken as a whole,
 * or the browser is told which field was wrong. */
#include "push_vectors.h"

#include "base/buf.h"
#include "story/slug.h"
#include "web/push_subscription.h"

#define ENDPOINT "\"endpoint\":\"https://push.example.net/send/a1b2\""
#define P256DH   "\"p256dh\":\"" RFC_UA_PUBLIC "\""
#define AUTH     "\"auth\":\"" RFC_AUTH "\""
#define KEYS     "\"keys\":{" P256DH "," AUTH "}"
#define TOPICS   "\"topics\":[\"all\"]"
#define LANGUAGE "\"lang\":\"en\""

/* The four fields, one after another. */
#define OF(endpoint, keys, topics, lang)                                       \
    "{" endpoint "," keys "," topics "," lang "}"
#define GOOD OF(ENDPOINT, KEYS, TOPICS, LANGUAGE)

static void what_a_browser_sends_is_read(void **unused)
{
    Arena arena = arena_open();
    Str json = S("{\"endpoint\":\"HTTPS://Push.Example.net:443/./x:y%7e\","
                 "\"expirationTime\":null," KEYS ","
                 "\"topics\":[\"all\",\"section:economy\",\"tag:nato\",\"all\"]"
                 ",\"lang\":\"EN-gb\"}");
    char *source = arena_copy(&arena, json.ptr, json.len);
    Str auth = from_base64url(&arena, RFC_AUTH);
    PushSubscription read;

    (void)unused;
    assert_int_equal(push_subscription_read(&arena, (Str){source, json.len},
                                            false, &read, NULL),
                     ERR_OK);
    memset(source, '?', json.len); /* what was read does not point there */
    assert_str(read.endpoint, S("https://push.example.net/x:y~"));
    assert_str(push_point_write(&arena, &read.receiver.p256dh),
               S(RFC_UA_PUBLIC));
    assert_memory_equal(read.receiver.auth, auth.ptr, auth.len);
    assert_int_equal(read.topics.count, 3);
    assert_str(read.topics.items[0], S("all"));
    assert_str(read.topics.items[1], S("section:economy"));
    assert_str(read.topics.items[2], S("tag:nato"));
    assert_str(read.lang, S("en-GB"));
    arena_close(&arena);
}

static const struct {
    const char *why;
    Str json;
    bool allow_plain;
    Err err;
    const char *where; /* the field that the fault names */
    const char *says;  /* a part of its text */
} cases[] = {
    {"as it should be", S_INIT(GOOD), false, ERR_OK, "", ""},
    {"a time of expiry is passed over",
     S_INIT("{\"expirationTime\":1618405200000," ENDPOINT "," KEYS "," TOPICS
            "," LANGUAGE "}"),
     false, ERR_OK, "", ""},

    {"no JSON", S_INIT("endpoint=https"), false, ERR_INVALID, "", "expected"},
    {"a list", S_INIT("[]"), false, ERR_INVALID, "", "an array"},
    {"nothing in it", S_INIT("{}"), false, ERR_INVALID, "endpoint",
     "is missing, expected a string"},
    {"a field of nobody",
     S_INIT("{" ENDPOINT "," KEYS "," TOPICS "," LANGUAGE ",\"user\":1}"),
     false, ERR_INVALID, "", "\"user\" is not known"},

    {"no endpoint", S_INIT("{" KEYS "," TOPICS "," LANGUAGE "}"), false,
     ERR_INVALID, "endpoint", "is missing"},
    {"an endpoint of another kind",
     S_INIT(OF("\"endpoint\":7", KEYS, TOPICS, LANGUAGE)), false, ERR_INVALID,
     "endpoint", "is a number, expected a string"},
    {"an endpoint of http",
     S_INIT(
         OF("\"endpoint\":\"http://127.0.0.1:8080/\"", KEYS, TOPICS, LANGUAGE)),
     false, ERR_INVALID, "endpoint", "does not begin with https:"},
    {"an endpoint of http where that is allowed",
     S_INIT(
         OF("\"endpoint\":\"http://127.0.0.1:8080/\"", KEYS, TOPICS, LANGUAGE)),
     true, ERR_OK, "", ""},
    {"another scheme",
     S_INIT(OF("\"endpoint\":\"file:///etc/passwd\"", KEYS, TOPICS, LANGUAGE)),
     true, ERR_INVALID, "endpoint", "is no address"},
    {"a relative address",
     S_INIT(OF("\"endpoint\":\"/send/a1b2\"", KEYS, TOPICS, LANGUAGE)), false,
     ERR_INVALID, "endpoint", "is no address"},
    {"no host",
     S_INIT(OF("\"endpoint\":\"https:///send\"", KEYS, TOPICS, LANGUAGE)),
     false, ERR_INVALID, "endpoint", "is no address"},
    {"a user in it",
     S_INIT(
         OF("\"endpoint\":\"https://me:pw@a.org/\"", KEYS, TOPICS, LANGUAGE)),
     false, ERR_INVALID, "endpoint", "has a user"},
    {"a fragment in it",
     S_INIT(OF("\"endpoint\":\"https://a.org/#b\"", KEYS, TOPICS, LANGUAGE)),
     false, ERR_INVALID, "endpoint", "has a fragment"},

    {"no keys", S_INIT("{" ENDPOINT "," TOPICS "," LANGUAGE "}"), false,
     ERR_INVALID, "keys", "is missing, expected an object"},
    {"keys in a list", S_INIT(OF(ENDPOINT, "\"keys\":[]", TOPICS, LANGUAGE)),
     false, ERR_INVALID, "keys", "is an array, expected an object"},
    {"a key of nobody",
     S_INIT(OF(ENDPOINT, "\"keys\":{" P256DH "," AUTH ",\"x\":\"\"}", TOPICS,
               LANGUAGE)),
     false, ERR_INVALID, "keys", "\"x\" is not known"},
    {"no point", S_INIT(OF(ENDPOINT, "\"keys\":{" AUTH "}", TOPICS, LANGUAGE)),
     false, ERR_INVALID, "keys.p256dh", "is missing"},
    {"a point beside the curve",
     S_INIT(OF(ENDPOINT,
               "\"keys\":{\"p256dh\":\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUz"
               "ORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw8\"," AUTH "}",
               TOPICS, LANGUAGE)),
     false, ERR_INVALID, "keys.p256dh", "a point of P-256"},
    {"a compressed point",
     S_INIT(OF(ENDPOINT,
               "\"keys\":{\"p256dh\":"
               "\"AiVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx\"," AUTH "}",
               TOPICS, LANGUAGE)),
     false, ERR_INVALID, "keys.p256dh", "a point of P-256"},
    {"a point with padding",
     S_INIT(OF(ENDPOINT,
               "\"keys\":{\"p256dh\":\"" RFC_UA_PUBLIC "=\"," AUTH "}", TOPICS,
               LANGUAGE)),
     false, ERR_INVALID, "keys.p256dh", "base64url"},
    {"no auth secret",
     S_INIT(OF(ENDPOINT, "\"keys\":{" P256DH "}", TOPICS, LANGUAGE)), false,
     ERR_INVALID, "keys.auth", "is missing"},
    {"a short one",
     S_INIT(OF(ENDPOINT, "\"keys\":{" P256DH ",\"auth\":\"BTBZMqHH6r4T\"}",
               TOPICS, LANGUAGE)),
     false, ERR_INVALID, "keys.auth", "of 16 bytes"},
    {"none in it",
     S_INIT(
         OF(ENDPOINT, "\"keys\":{" P256DH ",\"auth\":\"\"}", TOPICS, LANGUAGE)),
     false, ERR_INVALID, "keys.auth", "of 16 bytes"},
    {"one in the other alphabet",
     S_INIT(OF(ENDPOINT,
               "\"keys\":{" P256DH ",\"auth\":\"BTBZMqHH6r4Tts7J/aSIgg\"}",
               TOPICS, LANGUAGE)),
     false, ERR_INVALID, "keys.auth", "base64url"},

    {"no topics", S_INIT("{" ENDPOINT "," KEYS "," LANGUAGE "}"), false,
     ERR_INVALID, "topics", "is missing, expected an array"},
    {"none in the list", S_INIT(OF(ENDPOINT, KEYS, "\"topics\":[]", LANGUAGE)),
     false, ERR_INVALID, "topics", "at least one"},
    {"a number as topic",
     S_INIT(OF(ENDPOINT, KEYS, "\"topics\":[\"all\",1]", LANGUAGE)), false,
     ERR_INVALID, "topics", "one is a number"},
    {"a topic of another kind",
     S_INIT(OF(ENDPOINT, KEYS, "\"topics\":[\"author:me\"]", LANGUAGE)), false,
     ERR_INVALID, "topics", "\"author:me\" is none"},
    {"twenty topics",
     S_INIT(OF(ENDPOINT, KEYS,
               "\"topics\":[\"tag:1\",\"tag:2\",\"tag:3\",\"tag:4\",\"tag:5\","
               "\"tag:6\",\"tag:7\",\"tag:8\",\"tag:9\",\"tag:10\",\"tag:11\","
               "\"tag:12\",\"tag:13\",\"tag:14\",\"tag:15\",\"tag:16\","
               "\"tag:17\",\"tag:18\",\"tag:19\",\"tag:20\"]",
               LANGUAGE)),
     false, ERR_OK, "", ""},
    {"one more",
     S_INIT(OF(ENDPOINT, KEYS,
               "\"topics\":[\"all\",\"all\",\"all\",\"all\",\"all\",\"all\","
               "\"all\",\"all\",\"all\",\"all\",\"all\",\"all\",\"all\","
               "\"all\",\"all\",\"all\",\"all\",\"all\",\"all\",\"all\","
               "\"all\"]",
               LANGUAGE)),
     false, ERR_TOO_BIG, "topics", "are 21, at most 20"},

    {"no language", S_INIT("{" ENDPOINT "," KEYS "," TOPICS "}"), false,
     ERR_INVALID, "lang", "is missing"},
    {"a language that is none",
     S_INIT(OF(ENDPOINT, KEYS, TOPICS, "\"lang\":\"english language\"")), false,
     ERR_INVALID, "lang", "no language tag"},
};

static void each_is_taken_or_refused_as_listed(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        PushSubscription read = {.lang = S("untouched")};

        check_row(cases[i].why);
        assert_int_equal(push_subscription_read(&arena, cases[i].json,
                                                cases[i].allow_plain, &read,
                                                &fault),
                         cases[i].err);
        assert_string_equal(fault.where, cases[i].where);
        if (!strstr(fault.text, cases[i].says))
            fail_msg("\"%s\" does not say %s", fault.text, cases[i].says);
        assert_int_equal(fault.err, cases[i].err);
        assert_int_equal(str_eq(read.lang, S("untouched")),
                         cases[i].err != ERR_OK);
        arena_close(&arena);
    }
}

static void a_topic_is_all_a_section_or_a_tag(void **unused)
{
    static const struct {
        const char *why;
        Str topic;
        bool fits;
    } rows[] = {
        {"everything", S_INIT("all"), true},
        {"a section", S_INIT("section:economy"), true},
        {"a tag with digits", S_INIT("tag:g-20"), true},
        {"nothing", S_INIT(""), false},
        {"capitals", S_INIT("ALL"), false},
        {"more behind it", S_INIT("all "), false},
        {"a section of no name", S_INIT("section:"), false},
        {"no kind", S_INIT("economy"), false},
        {"the kind alone", S_INIT("tag"), false},
        {"a capital in a slug", S_INIT("tag:NATO"), false},
        {"a letter beyond ASCII", S_INIT("tag:\xD0\xB0"), false},
        {"a path", S_INIT("section:../etc"), false},
        {"a NUL", S_INIT("tag:a\0b"), false},
        {"two kinds", S_INIT("section:tag:a"), false},
    };
    char slug[] = "tag:"
                  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(rows[i].why);
        assert_int_equal(push_topic_fits(rows[i].topic), rows[i].fits);
    }
    assert_true(push_topic_fits((Str){slug, 4 + SLUG_MAX}));
    assert_false(push_topic_fits((Str){slug, 4 + SLUG_MAX + 1}));
}

static Err read_long(size_t endpoint, size_t space, Fault *fault)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 32768);
    PushSubscription read;
    Err err;

    buf_puts(&buf, S("{\"endpoint\":\"https://a.org/"));
    while (endpoint-- > strlen("https://a.org/"))
        buf_putc(&buf, 'a');
    buf_puts(&buf, S("\"," KEYS "," TOPICS "," LANGUAGE "}"));
    while (buf.len < space)
        buf_putc(&buf, ' ');
    err = push_subscription_read(&arena, buf_str(&buf), false, &read, fault);
    arena_close(&arena);
    return err;
}

static void what_comes_from_outside_has_a_maximum(void **unused)
{
    Fault fault = fault_none();
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 32768);
    PushSubscription read;

    (void)unused;
    assert_int_equal(read_long(PUSH_ENDPOINT_MAX, 0, &fault), ERR_OK);
    assert_int_equal(read_long(PUSH_ENDPOINT_MAX + 1, 0, &fault), ERR_TOO_BIG);
    assert_string_equal(fault.where, "endpoint");
    assert_non_null(strstr(fault.text, "1024 bytes"));
    assert_int_equal(read_long(20, PUSH_SUBSCRIPTION_MAX, &fault), ERR_OK);
    assert_int_equal(read_long(20, PUSH_SUBSCRIPTION_MAX + 1, &fault),
                     ERR_TOO_BIG);

    /* Within the maximum as it came, over it in its one form. */
    buf_puts(&buf, S("{\"endpoint\":\"https://a.org/"));
    for (int i = 0; i < 400; i++)
        buf_puts(&buf, S("ж"));
    buf_puts(&buf, S("\"," KEYS "," TOPICS "," LANGUAGE "}"));
    assert_int_equal(
        push_subscription_read(&arena, buf_str(&buf), false, &read, &fault),
        ERR_TOO_BIG);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_browser_sends_is_read),
        cmocka_unit_test(each_is_taken_or_refused_as_listed),
        cmocka_unit_test(a_topic_is_all_a_section_or_a_tag),
        cmocka_unit_test(what_comes_from_outside_has_a_maximum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
