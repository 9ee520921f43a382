/* test/unit/web/push_seal_test.c -- a browser can open what was sealed for it.
 *
 * The browser's side is written here anew, from the RFCs and on other calls
 * than the module's: HMAC of libsodium, points multiplied by hand. */
#include "push_vectors.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <sodium.h>

#include "base/buf.h"
#include "web/push_seal.h"

/* ---- the browser's side ---- */

/* RFC 5869 with one block of output, which 32 bytes never exceed. */
static void hkdf(Str salt, Str ikm, Str info, uint8_t *out, size_t size)
{
    crypto_auth_hmacsha256_state state;
    uint8_t prk[32];
    uint8_t block[32];

    crypto_auth_hmacsha256_init(&state, (const uint8_t *)salt.ptr, salt.len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)ikm.ptr, ikm.len);
    crypto_auth_hmacsha256_final(&state, prk);
    crypto_auth_hmacsha256_init(&state, prk, sizeof prk);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)info.ptr, info.len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)"\1", 1);
    crypto_auth_hmacsha256_final(&state, block);
    memcpy(out, block, size);
}

/* x of scalar times point. */
static void multiply(const uint8_t *scalar, Str point, uint8_t out[32])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *at = EC_POINT_new(group);
    BIGNUM *factor = BN_bin2bn(scalar, 32, NULL);
    BIGNUM *x = BN_new();

    assert_int_equal(EC_POINT_oct2point(group, at, (const uint8_t *)point.ptr,
                                        point.len, NULL),
                     1);
    assert_int_equal(EC_POINT_mul(group, at, NULL, at, factor, NULL), 1);
    assert_int_equal(EC_POINT_get_affine_coordinates(group, at, x, NULL, NULL),
                     1);
    assert_int_equal(BN_bn2binpad(x, out, 32), 32);
    BN_free(x);
    BN_free(factor);
    EC_POINT_free(at);
    EC_GROUP_free(group);
}

/* False when the tag does not fit. */
static bool open_record(const uint8_t *cek, const uint8_t *nonce, Str record,
                        uint8_t *out)
{
    const uint8_t *from = (const uint8_t *)record.ptr;
    int len = (int)record.len - 16;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t tag[16];
    int done;
    bool good;

    memcpy(tag, from + len, 16);
    assert_true(EVP_DecryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, cek, nonce));
    assert_true(EVP_DecryptUpdate(ctx, out, &done, from, len));
    assert_true(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, 16, tag));
    good = EVP_DecryptFinal_ex(ctx, out + done, &done) > 0;
    EVP_CIPHER_CTX_free(ctx);
    return good;
}

/* The message in body, or {0} when it cannot be opened. */
static Str open_body(Arena *arena, const PushKey *key, Str auth, Str body)
{
    Str salt = str_slice(body, 0, 16);
    Str sender = str_slice(body, 21, 86);
    Str record = str_skip(body, 86);
    uint8_t shared[32], ikm[32], cek[16], nonce[12];
    uint8_t *plain = arena_alloc(arena, record.len);
    size_t len = record.len - 17;
    Buf info = buf_open(arena, 256);

    assert_memory_equal(body.ptr + 16, "\0\0\x10\0\x41", 5);
    buf_puts(&info, S("WebPush: info\0"));
    buf_puts(&info, (Str){(const char *)key->point.bytes, 65});
    buf_puts(&info, sender);
    multiply(key->scalar, sender, shared);
    hkdf(auth, (Str){(char *)shared, 32}, buf_str(&info), ikm, 32);
    hkdf(salt, (Str){(char *)ikm, 32}, S("Content-Encoding: aes128gcm\0"), cek,
         16);
    hkdf(salt, (Str){(char *)ikm, 32}, S("Content-Encoding: nonce\0"), nonce,
         12);
    if (!open_record(cek, nonce, record, plain)) return (Str){0};
    assert_int_equal(plain[len], 2);
    return (Str){(char *)plain, len};
}

/* ---- tests ---- */

/* Keys of RFC 8291, appendix A. */
static void rfc_keys(Arena *arena, PushKey *browser, PushReceiver *to,
                     PushFresh *fresh)
{
    Str auth = from_base64url(arena, RFC_AUTH);
    Str salt = from_base64url(arena, RFC_SALT);

    assert_int_equal(push_key_read(arena, S(RFC_UA_PRIVATE), browser, NULL),
                     ERR_OK);
    assert_int_equal(push_key_read(arena, S(RFC_AS_PRIVATE), &fresh->key, NULL),
                     ERR_OK);
    to->p256dh = browser->point;
    memcpy(to->auth, auth.ptr, sizeof to->auth);
    memcpy(fresh->salt, salt.ptr, sizeof fresh->salt);
}

static void the_example_of_rfc_8291_comes_out_byte_for_byte(void **unused)
{
    Arena arena = arena_open();
    PushKey browser;
    PushReceiver to;
    PushFresh fresh;
    Str body = {0};

    (void)unused;
    rfc_keys(&arena, &browser, &to, &fresh);
    assert_int_equal(push_seal(&arena, &to, &fresh, S(RFC_PLAIN), &body),
                     ERR_OK);
    assert_str(base64url_write(&arena, body), S(RFC_BODY));
    assert_str(open_body(&arena, &browser, from_base64url(&arena, RFC_AUTH),
                         from_base64url(&arena, RFC_BODY)),
               S(RFC_PLAIN));
    arena_close(&arena);
}

static void the_browser_opens_what_was_sealed_for_it(void **unused)
{
    static const struct {
        const char *why;
        size_t len;
        Err err;
    } rows[] = {
        {"nothing", 0, ERR_OK},
        {"one byte", 1, ERR_OK},
        {"a block of the cipher", 16, ERR_OK},
        {"a headline", 200, ERR_OK},
        {"the most", PUSH_PLAIN_MAX, ERR_OK},
        {"one more", PUSH_PLAIN_MAX + 1, ERR_TOO_BIG},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        char *bytes = arena_alloc(&arena, rows[i].len);
        Str plain = {bytes, rows[i].len};
        Str body = S("untouched");
        PushKey browser;
        PushReceiver to;
        PushFresh fresh;

        check_row(rows[i].why);
        randombytes_buf(bytes, rows[i].len);
        randombytes_buf(to.auth, sizeof to.auth);
        assert_int_equal(push_key_make(&browser), ERR_OK);
        assert_int_equal(push_fresh_make(&fresh), ERR_OK);
        to.p256dh = browser.point;
        assert_int_equal(push_seal(&arena, &to, &fresh, plain, &body),
                         rows[i].err);
        if (rows[i].err) {
            assert_str(body, S("untouched"));
        } else {
            Str auth = {(char *)to.auth, sizeof to.auth};
            Str opened = open_body(&arena, &browser, auth, body);

            assert_int_equal(body.len, rows[i].len + 103);
            assert_true(body.len <= PUSH_BODY_MAX);
            assert_non_null(opened.ptr);
            assert_true(str_eq(opened, plain));
        }
        arena_close(&arena);
    }
}

static void nobody_else_opens_it(void **unused)
{
    static const struct {
        const char *why;
        int auth, point, body; /* the bit that is changed */
    } rows[] = {
        {"another auth secret", 1, 0, 0},
        {"another browser", 0, 1, 0},
        {"a bit changed on the way", 0, 0, 1},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Str auth;
        PushKey browser;
        PushReceiver to;
        PushFresh fresh;
        Str body;

        check_row(rows[i].why);
        rfc_keys(&arena, &browser, &to, &fresh);
        assert_int_equal(push_seal(&arena, &to, &fresh, S("secret"), &body),
                         ERR_OK);
        to.auth[0] ^= (uint8_t)rows[i].auth;
        auth = (Str){(char *)to.auth, sizeof to.auth};
        if (rows[i].point) assert_int_equal(push_key_make(&browser), ERR_OK);
        if (rows[i].body) {
            char *changed = arena_copy(&arena, body.ptr, body.len);

            changed[90] ^= 1;
            body.ptr = changed;
        }
        assert_null(open_body(&arena, &browser, auth, body).ptr);
        arena_close(&arena);
    }
}

static void a_point_beside_the_curve_is_refused(void **unused)
{
    Arena arena = arena_open();
    PushKey browser;
    PushReceiver to;
    PushFresh fresh;
    Str body = S("untouched");

    (void)unused;
    rfc_keys(&arena, &browser, &to, &fresh);
    to.p256dh.bytes[40] ^= 1;
    assert_int_equal(push_seal(&arena, &to, &fresh, S(RFC_PLAIN), &body),
                     ERR_INVALID);
    to.p256dh = (PushPoint){.bytes = {0}};
    assert_int_equal(push_seal(&arena, &to, &fresh, S(RFC_PLAIN), &body),
                     ERR_INVALID);
    assert_str(body, S("untouched"));
    arena_close(&arena);
}

static void each_message_has_a_key_and_a_salt_of_its_own(void **unused)
{
    PushFresh one;
    PushFresh two;

    (void)unused;
    assert_int_equal(push_fresh_make(&one), ERR_OK);
    assert_int_equal(push_fresh_make(&two), ERR_OK);
    assert_memory_not_equal(one.salt, two.salt, sizeof one.salt);
    assert_memory_not_equal(one.key.scalar, two.key.scalar,
                            sizeof one.key.scalar);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_8291_comes_out_byte_for_byte),
        cmocka_unit_test(the_browser_opens_what_was_sealed_for_it),
        cmocka_unit_test(nobody_else_opens_it),
        cmocka_unit_test(a_point_beside_the_curve_is_refused),
        cmocka_unit_test(each_message_has_a_key_and_a_salt_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
