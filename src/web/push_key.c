/* All of it through EVP.  A lone scalar goes in by the decoder of RFC 5915: it
 * reckons the point, which EVP_PKEY_fromdata of OpenSSL 3.0 does not. */
#include "web/push_key.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "base/mem.h"
#include "text/base64url.h"

#define CURVE     "P-256"
#define HALF      (PUSH_SIGNATURE_SIZE / 2)
#define DER_MAX   80 /* bytes; libcrypto writes a signature in at most 72 */
#define FORM_FULL 4  /* the first byte of a point with both coordinates */

/* err, with nothing left in the thread's queue. */
static Err ended(Err err)
{
    if (err) ERR_clear_error();
    return err;
}

static OSSL_PARAM *key_params(const PushPoint *point, const BIGNUM *scalar)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params;

    if (!build) mem_exhausted();
    if (!OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
                                         CURVE, 0) ||
        !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
                                          point->bytes, PUSH_POINT_SIZE) ||
        (scalar &&
         !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar)))
        mem_exhausted();
    params = OSSL_PARAM_BLD_to_param(build);
    OSSL_PARAM_BLD_free(build);
    if (!params) mem_exhausted();
    return params;
}

/* A point that is not on the curve is refused here. */
static Err import(const PushPoint *point, const BIGNUM *scalar, EVP_PKEY **out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    int selection = scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
    OSSL_PARAM *params;
    EVP_PKEY *key = NULL;
    Err err = ERR_OK;

    if (!ctx || EVP_PKEY_fromdata_init(ctx) <= 0) {
        EVP_PKEY_CTX_free(ctx);
        return ERR_UNSUPPORTED;
    }
    params = key_params(point, scalar);
    if (EVP_PKEY_fromdata(ctx, &key, selection, params) <= 0) err = ERR_INVALID;
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(ctx);
    if (!err) *out = key;
    return err;
}

static Err import_point(const PushPoint *point, EVP_PKEY **out)
{
    if (point->bytes[0] != FORM_FULL) return ERR_INVALID;
    return import(point, NULL, out);
}

static Err import_key(const PushKey *key, EVP_PKEY **out)
{
    BIGNUM *scalar = BN_secure_new();
    Err err;

    if (!scalar || !BN_bin2bn(key->scalar, PUSH_SCALAR_SIZE, scalar))
        mem_exhausted();
    err = import(&key->point, scalar, out);
    BN_clear_free(scalar);
    return err;
}

static Err export_key(const EVP_PKEY *from, PushKey *out)
{
    PushKey key;
    BIGNUM *scalar = NULL;
    size_t len;
    Err err = ERR_UNSUPPORTED;

    if (EVP_PKEY_get_bn_param(from, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) &&
        BN_bn2binpad(scalar, key.scalar, PUSH_SCALAR_SIZE) ==
            PUSH_SCALAR_SIZE &&
        EVP_PKEY_get_octet_string_param(from, OSSL_PKEY_PARAM_PUB_KEY,
                                        key.point.bytes, PUSH_POINT_SIZE,
                                        &len) &&
        len == PUSH_POINT_SIZE && key.point.bytes[0] == FORM_FULL) {
        *out = key;
        err = ERR_OK;
    }
    BN_clear_free(scalar);
    sodium_memzero(&key, sizeof key);
    return err;
}

Err push_point_read(Str bytes, PushPoint *out)
{
    PushPoint point;
    EVP_PKEY *key;
    Err err;

    if (bytes.len != PUSH_POINT_SIZE) return ERR_INVALID;
    memcpy(point.bytes, bytes.ptr, PUSH_POINT_SIZE);
    err = import_point(&point, &key);
    if (err) return ended(err);
    EVP_PKEY_free(key);
    *out = point;
    return ERR_OK;
}

Str push_point_write(Arena *arena, const PushPoint *point)
{
    return base64url_write(arena,
                           (Str){(const char *)point->bytes, PUSH_POINT_SIZE});
}

Err push_key_make(PushKey *out)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", CURVE);
    Err err = key ? export_key(key, out) : ERR_UNSUPPORTED;

    EVP_PKEY_free(key);
    return ended(err);
}

/* 1 <= scalar < order */
static bool in_range(EVP_PKEY *key)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool good = ctx && EVP_PKEY_private_check(ctx) > 0;

    EVP_PKEY_CTX_free(ctx);
    return good;
}

Err push_key_from(Str scalar, PushKey *out)
{
    /* ECPrivateKey { version 1, the scalar, parameters [0] prime256v1 } */
    static const uint8_t before[] = {0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20};
    static const uint8_t after[] = {0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86,
                                    0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    uint8_t der[sizeof before + PUSH_SCALAR_SIZE + sizeof after];
    const uint8_t *at = der;
    EVP_PKEY *key;
    Err err = ERR_INVALID;

    if (scalar.len != PUSH_SCALAR_SIZE) return ERR_INVALID;
    memcpy(der, before, sizeof before);
    memcpy(der + sizeof before, scalar.ptr, PUSH_SCALAR_SIZE);
    memcpy(der + sizeof before + PUSH_SCALAR_SIZE, after, sizeof after);
    key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, sizeof der);
    sodium_memzero(der, sizeof der);
    if (key && in_range(key)) err = export_key(key, out);
    EVP_PKEY_free(key);
    return ended(err);
}

Err push_key_read(Arena *arena, Str text, PushKey *out, Fault *fault)
{
    Str scalar;
    Err err = base64url_read(arena, text, &scalar);

    if (!err) err = push_key_from(scalar, out);
    if (err)
        fault_set(fault, err,
                  "expected a private key of P-256: %d bytes in base64url "
                  "(43 characters)",
                  PUSH_SCALAR_SIZE);
    return err;
}

Str push_key_write(Arena *arena, const PushKey *key)
{
    return base64url_write(arena,
                           (Str){(const char *)key->scalar, PUSH_SCALAR_SIZE});
}

static Err derive(EVP_PKEY *mine, EVP_PKEY *theirs, uint8_t *out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, mine, NULL);
    size_t len = PUSH_SHARED_SIZE;
    Err err = ERR_OK;

    if (!ctx || EVP_PKEY_derive_init(ctx) <= 0)
        err = ERR_UNSUPPORTED;
    else if (EVP_PKEY_derive_set_peer(ctx, theirs) <= 0)
        err = ERR_INVALID;
    else if (EVP_PKEY_derive(ctx, out, &len) <= 0 || len != PUSH_SHARED_SIZE)
        err = ERR_UNSUPPORTED;
    EVP_PKEY_CTX_free(ctx);
    return err;
}

Err push_key_shared(const PushKey *key, const PushPoint *with,
                    uint8_t out[PUSH_SHARED_SIZE])
{
    uint8_t shared[PUSH_SHARED_SIZE];
    EVP_PKEY *mine = NULL;
    EVP_PKEY *theirs = NULL;
    Err err = import_point(with, &theirs);

    if (!err) err = import_key(key, &mine);
    if (!err) err = derive(mine, theirs, shared);
    if (!err) memcpy(out, shared, sizeof shared);
    sodium_memzero(shared, sizeof shared);
    EVP_PKEY_free(mine);
    EVP_PKEY_free(theirs);
    return ended(err);
}

/* From the DER that libcrypto writes to the two numbers of ES256. */
static Err split_signature(const uint8_t *der, size_t len, uint8_t *out)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
    Err err = ERR_OK;

    if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, HALF) != HALF ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + HALF, HALF) != HALF)
        err = ERR_UNSUPPORTED;
    ECDSA_SIG_free(pair);
    return err;
}

Err push_key_sign(const PushKey *key, Str message,
                  uint8_t out[PUSH_SIGNATURE_SIZE])
{
    uint8_t der[DER_MAX];
    size_t len = sizeof der;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY *signer = NULL;
    Err err = import_key(key, &signer);

    if (!ctx) mem_exhausted();
    if (!err &&
        (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, signer) <= 0 ||
         EVP_DigestSign(ctx, der, &len, (const uint8_t *)message.ptr,
                        message.len) <= 0))
        err = ERR_UNSUPPORTED;
    if (!err) err = split_signature(der, len, out);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(signer);
    return ended(err);
}
