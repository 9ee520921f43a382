/* test/unit/web/push_vapid_test.c -- the push service finds who sends, until
 * when, and that it is them. */
#include "push_vectors.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "text/json.h"
#include "web/push_vapid.h"

#define NOW ((Time)1618405200 * TIME_SECOND) /* 2021-04-14 13:00 UTC */

static PushClaims good_claims(void)
{
    return (PushClaims){.audience = S("https://push.example.net"),
                        .subject = S("mailto:desk@example.org"),
                        .now = NOW,
                        .expires = NOW + 12 * TIME_HOUR};
}

/* Takes "vapid t=HEAD.CLAIMS.SIGNATURE,k=KEY" apart. */
typedef struct Token {
    Str signed_part;
    Str head, claims, signature, key; /* decoded */
} Token;

static Str decoded(Arena *arena, Str text)
{
    Str bytes = {0};

    assert_int_equal(base64url_read(arena, text, &bytes), ERR_OK);
    return bytes;
}

static Token take_apart(Arena *arena, Str header)
{
    Str rest = str_skip(header, 8);
    Str token = str_cut(&rest, ',');
    ptrdiff_t dot = str_find_char(token, '.', 0);
    Str head, claims;

    assert_str(str_slice(header, 0, 8), S("vapid t="));
    assert_str(str_slice(rest, 0, 2), S("k="));
    dot = str_find_char(token, '.', (size_t)dot + 1);
    assert_true(dot > 0);
    claims = token;
    head = str_cut(&claims, '.');
    return (Token){
        .signed_part = str_slice(token, 0, (size_t)dot),
        .head = decoded(arena, head),
        .claims = decoded(arena, str_cut(&claims, '.')),
        .signature = decoded(arena, claims),
        .key = decoded(arena, str_skip(rest, 2)),
    };
}

/* By OpenSSL, from the public key's bytes alone. */
static bool verifies(Str key, Str message, Str signature)
{
    char group[] = "P-256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                          (void *)key.ptr, key.len),
        OSSL_PARAM_construct_end(),
    };
    const uint8_t *bytes = (const uint8_t *)signature.ptr;
    EVP_PKEY_CTX *from = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    ECDSA_SIG *pair = ECDSA_SIG_new();
    EVP_PKEY *public = NULL;
    uint8_t *der = NULL;
    int len;
    bool good;

    assert_true(EVP_PKEY_fromdata_init(from) > 0);
    assert_true(EVP_PKEY_fromdata(from, &public, EVP_PKEY_PUBLIC_KEY, params) >
                0);
    assert_true(ECDSA_SIG_set0(pair, BN_bin2bn(bytes, 32, NULL),
                               BN_bin2bn(bytes + 32, 32, NULL)));
    len = i2d_ECDSA_SIG(pair, &der);
    assert_true(len > 0);
    assert_true(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, public) >
                0);
    good = EVP_DigestVerify(ctx, der, (size_t)len, (const uint8_t *)message.ptr,
                            message.len) > 0;
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    EVP_PKEY_free(public);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_CTX_free(from);
    ERR_clear_error();
    return good;
}

static void the_token_says_who_and_until_when_and_is_signed(void **unused)
{
    Arena arena = arena_open();
    PushClaims claims = good_claims();
    JsonNode *head;
    JsonNode *said;
    int64_t expires = 0;
    PushKey key;
    Str header;
    Token token;

    (void)unused;
    assert_int_equal(push_key_make(&key), ERR_OK);
    assert_int_equal(push_vapid_header(&arena, &key, &claims, &header, NULL),
                     ERR_OK);
    token = take_apart(&arena, header);

    assert_int_equal(json_read(&arena, token.head, 1000, &head, NULL), ERR_OK);
    assert_str(json_str(head, "typ"), S("JWT"));
    assert_str(json_str(head, "alg"), S("ES256"));

    assert_int_equal(json_read(&arena, token.claims, 1000, &said, NULL),
                     ERR_OK);
    assert_int_equal(said->count, 3);
    assert_str(json_str(said, "aud"), S("https://push.example.net"));
    assert_str(json_str(said, "sub"), S("mailto:desk@example.org"));
    assert_true(json_int(json_get(said, "exp"), &expires));
    assert_int_equal(expires, 1618405200 + 12 * 3600);

    assert_int_equal(token.key.len, PUSH_POINT_SIZE);
    assert_memory_equal(token.key.ptr, key.point.bytes, PUSH_POINT_SIZE);
    assert_int_equal(token.signature.len, PUSH_SIGNATURE_SIZE);
    assert_true(verifies(token.key, token.signed_part, token.signature));
    assert_false(verifies(token.key, str_slice(token.signed_part, 0, 40),
                          token.signature));
    arena_close(&arena);
}

/* Numbers that begin with zero bytes keep them: one signature in 128 has one.
 */
static void every_signature_has_its_64_bytes(void **unused)
{
    Arena arena = arena_open();
    uint8_t signature[PUSH_SIGNATURE_SIZE];
    PushKey key;
    int short_ones = 0;

    (void)unused;
    assert_int_equal(push_key_read(&arena, S(RFC_AS_PRIVATE), &key, NULL),
                     ERR_OK);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(push_key_sign(&key, S("a message"), signature),
                         ERR_OK);
        if (signature[0] && signature[32]) continue;
        short_ones++;
        assert_true(verifies((Str){(char *)key.point.bytes, PUSH_POINT_SIZE},
                             S("a message"),
                             (Str){(char *)signature, PUSH_SIGNATURE_SIZE}));
    }
    assert_true(short_ones > 0);
    arena_close(&arena);
}

static void claims_that_no_service_takes_are_refused(void **unused)
{
    static const struct {
        const char *why;
        Str audience, subject; /* empty: as it should be */
        Time life;
        Err err;
        const char *where;
    } rows[] = {
        {"24 hours", S_INIT(""), S_INIT(""), TIME_DAY, ERR_OK, ""},
        {"longer", S_INIT(""), S_INIT(""), TIME_DAY + 1, ERR_INVALID,
         "expires"},
        {"one second", S_INIT(""), S_INIT(""), TIME_SECOND, ERR_OK, ""},
        {"now", S_INIT(""), S_INIT(""), 0, ERR_INVALID, "expires"},
        {"in the past", S_INIT(""), S_INIT(""), -TIME_HOUR, ERR_INVALID,
         "expires"},
        {"a page as subject", S_INIT(""), S_INIT("https://example.org/contact"),
         TIME_HOUR, ERR_OK, ""},
        {"a name as subject", S_INIT(""), S_INIT("desk@example.org"), TIME_HOUR,
         ERR_INVALID, "subject"},
        {"http as subject", S_INIT(""), S_INIT("http://example.org/"),
         TIME_HOUR, ERR_INVALID, "subject"},
        {"mailto of nobody", S_INIT(""), S_INIT("mailto:"), TIME_HOUR,
         ERR_INVALID, "subject"},
        {"https of no host", S_INIT(""), S_INIT("https:///a"), TIME_HOUR,
         ERR_INVALID, "subject"},
        {"a space in it", S_INIT(""), S_INIT("mailto:a b@example.org"),
         TIME_HOUR, ERR_INVALID, "subject"},
        {"a line break in it", S_INIT(""), S_INIT("mailto:a@b\r\nX: y"),
         TIME_HOUR, ERR_INVALID, "subject"},
        {"letters beyond ASCII", S_INIT(""), S_INIT("mailto:ж@example.org"),
         TIME_HOUR, ERR_INVALID, "subject"},
        {"a port is part of an origin", S_INIT("https://push.example.net:8443"),
         S_INIT(""), TIME_HOUR, ERR_OK, ""},
        {"a whole address is none", S_INIT("https://push.example.net/send/1"),
         S_INIT(""), TIME_HOUR, ERR_INVALID, "audience"},
        {"a slash at the end", S_INIT("https://push.example.net/"), S_INIT(""),
         TIME_HOUR, ERR_INVALID, "audience"},
        {"no address", S_INIT("push.example.net"), S_INIT(""), TIME_HOUR,
         ERR_INVALID, "audience"},
    };
    Arena arena = arena_open();
    PushKey key;

    (void)unused;
    assert_int_equal(push_key_make(&key), ERR_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        PushClaims claims = good_claims();
        Fault fault = fault_none();
        Str header = S("untouched");

        check_row(rows[i].why);
        if (rows[i].audience.len) claims.audience = rows[i].audience;
        if (rows[i].subject.len) claims.subject = rows[i].subject;
        claims.expires = NOW + rows[i].life;
        assert_int_equal(
            push_vapid_header(&arena, &key, &claims, &header, &fault),
            rows[i].err);
        assert_string_equal(fault.where, rows[i].where);
        assert_int_equal(fault.text[0] != 0, rows[i].err != ERR_OK);
        assert_int_equal(str_eq(header, S("untouched")), rows[i].err != ERR_OK);
    }
    arena_close(&arena);
}

static void a_subject_has_a_maximum(void **unused)
{
    Arena arena = arena_open();
    char *text = arena_alloc(&arena, PUSH_SUBJECT_MAX + 1);

    (void)unused;
    memset(text, 'a', PUSH_SUBJECT_MAX + 1);
    memcpy(text, "mailto:", 7);
    assert_true(push_vapid_subject_fits((Str){text, PUSH_SUBJECT_MAX}));
    assert_false(push_vapid_subject_fits((Str){text, PUSH_SUBJECT_MAX + 1}));
    arena_close(&arena);
}

static void the_audience_is_the_endpoint_s_origin(void **unused)
{
    static const struct {
        const char *why;
        Str endpoint, audience;
        Err err;
    } rows[] = {
        {"path and query go", S_INIT("https://push.example.net/a/b?c=d"),
         S_INIT("https://push.example.net"), ERR_OK},
        {"a port stays", S_INIT("http://127.0.0.1:8080/a"),
         S_INIT("http://127.0.0.1:8080"), ERR_OK},
        {"the scheme's own goes", S_INIT("HTTPS://Push.Example.NET:443/a"),
         S_INIT("https://push.example.net"), ERR_OK},
        {"IPv6", S_INIT("https://[::1]:8443/a"), S_INIT("https://[::1]:8443"),
         ERR_OK},
        {"a user", S_INIT("https://me@push.example.net/"), S_INIT("untouched"),
         ERR_INVALID},
        {"relative", S_INIT("/a"), S_INIT("untouched"), ERR_INVALID},
        {"another scheme", S_INIT("ftp://a.org/"), S_INIT("untouched"),
         ERR_UNSUPPORTED},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Str audience = S("untouched");

        check_row(rows[i].why);
        assert_int_equal(
            push_vapid_audience(&arena, rows[i].endpoint, &audience),
            rows[i].err);
        assert_str(audience, rows[i].audience);
    }
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_token_says_who_and_until_when_and_is_signed),
        cmocka_unit_test(every_signature_has_its_64_bytes),
        cmocka_unit_test(claims_that_no_service_takes_are_refused),
        cmocka_unit_test(a_subject_has_a_maximum),
        cmocka_unit_test(the_audience_is_the_endpoint_s_origin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
