#include "web/push_seal.h"

#include <assert.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <sodium.h>

#include "base/rand.h"

#define IKM_SIZE   32
#define CEK_SIZE   16
#define NONCE_SIZE 12
#define TAG_SIZE   16
#define HEAD_SIZE  (PUSH_SALT_SIZE + 4 + 1 + PUSH_POINT_SIZE)
#define LAST       2 /* the delimiter that ends the last record */

static_assert(HEAD_SIZE + PUSH_PLAIN_MAX + 1 + TAG_SIZE == PUSH_BODY_MAX,
              "the longest message fills the body");

/* Of the content encryption: RFC 8188 2.2 and 2.3. */
typedef struct Keys {
    uint8_t cek[CEK_SIZE];
    uint8_t nonce[NONCE_SIZE];
} Keys;

Err push_fresh_make(PushFresh *out)
{
    Err err = push_key_make(&out->key);

    if (!err) rand_bytes(out->salt, PUSH_SALT_SIZE);
    return err;
}

static OSSL_PARAM octets(const char *name, const void *bytes, size_t len)
{
    /* Only read, whatever the type says. */
    return OSSL_PARAM_construct_octet_string(name, (void *)bytes, len);
}

/* HKDF (RFC 5869) with SHA-256. */
static Err stretch(Str salt, Str ikm, Str info, uint8_t *out, size_t size)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        octets(OSSL_KDF_PARAM_SALT, salt.ptr, salt.len),
        octets(OSSL_KDF_PARAM_KEY, ikm.ptr, ikm.len),
        octets(OSSL_KDF_PARAM_INFO, info.ptr, info.len),
        OSSL_PARAM_construct_end(),
    };
    bool done = ctx && EVP_KDF_derive(ctx, out, size, params) > 0;

    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return done ? ERR_OK : ERR_UNSUPPORTED;
}

static Str bytes(const uint8_t *ptr, size_t len)
{
    return (Str){(const char *)ptr, len};
}

/* RFC 8291 3.3 and 3.4: the shared secret and the auth secret together, bound
 * to both public keys. */
static Err agree(const PushReceiver *to, const PushKey *key,
                 uint8_t ikm[IKM_SIZE])
{
    static const char label[] = "WebPush: info"; /* with its NUL */
    uint8_t info[sizeof label + 2 * PUSH_POINT_SIZE];
    uint8_t *at = info + sizeof label;
    uint8_t shared[PUSH_SHARED_SIZE];
    Err err = push_key_shared(key, &to->p256dh, shared);

    if (err) return err;
    memcpy(info, label, sizeof label);
    memcpy(at, to->p256dh.bytes, PUSH_POINT_SIZE);
    memcpy(at + PUSH_POINT_SIZE, key->point.bytes, PUSH_POINT_SIZE);
    err = stretch(bytes(to->auth, PUSH_AUTH_SIZE),
                  bytes(shared, PUSH_SHARED_SIZE), bytes(info, sizeof info),
                  ikm, IKM_SIZE);
    sodium_memzero(shared, sizeof shared);
    return err;
}

static Err make_keys(const PushReceiver *to, const PushFresh *fresh, Keys *out)
{
    Str salt = bytes(fresh->salt, PUSH_SALT_SIZE);
    uint8_t secret[IKM_SIZE];
    Str ikm = bytes(secret, IKM_SIZE);
    Err err = agree(to, &fresh->key, secret);

    if (!err)
        err = stretch(salt, ikm, S("Content-Encoding: aes128gcm\0"), out->cek,
                      CEK_SIZE);
    if (!err) /* the nonce of record 0 is the nonce itself */
        err = stretch(salt, ikm, S("Content-Encoding: nonce\0"), out->nonce,
                      NONCE_SIZE);
    sodium_memzero(secret, sizeof secret);
    return err;
}

static void put_head(uint8_t *body, const PushFresh *fresh)
{
    static const uint8_t sizes[] = {0, 0, PUSH_BODY_MAX >> 8,
                                    PUSH_BODY_MAX & 0xFF, PUSH_POINT_SIZE};

    memcpy(body, fresh->salt, PUSH_SALT_SIZE);
    memcpy(body + PUSH_SALT_SIZE, sizes, sizeof sizes);
    memcpy(body + PUSH_SALT_SIZE + sizeof sizes, fresh->key.point.bytes,
           PUSH_POINT_SIZE);
}

/* In place: len bytes at record become as many encrypted ones, then the tag. */
static Err encrypt(const Keys *keys, uint8_t *record, size_t len)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t *tag = record + len;
    int done;
    bool good =
        ctx &&
        EVP_EncryptInit_ex2(ctx, EVP_aes_128_gcm(), keys->cek, keys->nonce,
                            NULL) > 0 &&
        EVP_EncryptUpdate(ctx, record, &done, record, (int)len) > 0 &&
        EVP_EncryptFinal_ex(ctx, tag, &done) > 0 &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) > 0;

    EVP_CIPHER_CTX_free(ctx);
    return good ? ERR_OK : ERR_UNSUPPORTED;
}

Err push_seal(Arena *arena, const PushReceiver *to, const PushFresh *fresh,
              Str plain, Str *out)
{
    size_t len = plain.len + 1;
    uint8_t *body;
    Keys keys;
    Err err;

    if (plain.len > PUSH_PLAIN_MAX) return ERR_TOO_BIG;
    err = make_keys(to, fresh, &keys);
    if (!err) {
        body = arena_alloc(arena, HEAD_SIZE + len + TAG_SIZE);
        put_head(body, fresh);
        if (plain.len) memcpy(body + HEAD_SIZE, plain.ptr, plain.len);
        body[HEAD_SIZE + plain.len] = LAST;
        err = encrypt(&keys, body + HEAD_SIZE, len);
    }
    sodium_memzero(&keys, sizeof keys);
    if (err) {
        ERR_clear_error();
        return err;
    }
    *out = bytes(body, HEAD_SIZE + len + TAG_SIZE);
    return ERR_OK;
}
