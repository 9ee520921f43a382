/* web/push_key.h -- keys on the curve P-256, as Web Push uses them: bytes that
 * are known to be a key, and the two things done with one, agreeing on a
 * secret (ECDH) and signing (ES256).
 *
 * Shapes (SEC 1, FIPS 186-4):
 *   PushPoint  a public key: 0x04, x, y, each coordinate 32 bytes, the highest
 *              byte first; on the curve.  In base64url it is what a browser
 *              takes as applicationServerKey
 *   PushKey    a private key: the scalar, 1 <= scalar < the curve's order, the
 *              highest byte first, and its point
 * Both are plain values, made only by the functions below; whoever holds a
 * PushKey wipes it when it is no longer needed (sodium_memzero).
 *
 * ERR_UNSUPPORTED everywhere: the libcrypto at hand does not do this (it was
 * set up without the curve, say).
 *
 * Threads: any.  libcrypto's queue of errors is left empty on failure, so that
 * whoever uses it next on this thread does not take them for their own.
 */
#ifndef WEB_PUSH_KEY_H
#define WEB_PUSH_KEY_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define PUSH_POINT_SIZE     65 /* bytes, all of them */
#define PUSH_SCALAR_SIZE    32
#define PUSH_SHARED_SIZE    32
#define PUSH_SIGNATURE_SIZE 64

typedef struct PushPoint {
    uint8_t bytes[PUSH_POINT_SIZE];
} PushPoint;

typedef struct PushKey {
    uint8_t scalar[PUSH_SCALAR_SIZE]; /* secret */
    PushPoint point;
} PushKey;

/* ERR_INVALID: not PUSH_POINT_SIZE bytes, another form (compressed, hybrid),
 * or not on the curve; *out is left as it was. */
MUST_USE Err push_point_read(Str bytes, PushPoint *out);

/* The point in base64url, 87 characters. */
Str push_point_write(Arena *arena, const PushPoint *point);

/* A new key, from libcrypto's random numbers, which the kernel seeds. */
MUST_USE Err push_key_make(PushKey *out);

/* The key of a scalar in bytes.
 *   ERR_INVALID  not PUSH_SCALAR_SIZE bytes, or out of range */
MUST_USE Err push_key_from(Str scalar, PushKey *out);

/* The same with the scalar in base64url, 43 characters, as a key is kept in a
 * file or a setting; and back. The text is as secret as the key. */
MUST_USE Err push_key_read(Arena *arena, Str text, PushKey *out, Fault *fault);
Str push_key_write(Arena *arena, const PushKey *key);

/* What the holders of both keys can reckon and nobody else: the x coordinate of
 * one's scalar times the other's point (SEC 1 3.3.1).
 *   ERR_INVALID  with is no point of the curve */
MUST_USE Err push_key_shared(const PushKey *key, const PushPoint *with,
                             uint8_t out[PUSH_SHARED_SIZE]);

/* ECDSA over SHA-256 of message as ES256 writes it (RFC 7518 3.4): r, s, 32
 * bytes each.  Two signatures of one message differ. */
MUST_USE Err push_key_sign(const PushKey *key, Str message,
                           uint8_t out[PUSH_SIGNATURE_SIZE]);

#endif
