/* web/push_seal.h -- a message for one browser, sealed so that the push
 * service that carries it cannot read it: RFC 8291 (Message Encryption for Web
 * Push) over the content coding aes128gcm (RFC 8188), in one record.
 *
 * The body, to be sent with "Content-Encoding: aes128gcm":
 *   16 bytes  the salt
 *    4 bytes  the record size, 4096, the highest byte first
 *    1 byte   65, the length of what follows
 *   65 bytes  the sender's public key of this message
 *    n + 1    the message and the delimiter 2, encrypted with AES-128-GCM
 *   16 bytes  its tag
 *
 * A key and a salt serve one message and are never used again: what they give
 * is the same each time, and two messages under one key can be read.
 *
 * Threads: any.
 */
#ifndef WEB_PUSH_SEAL_H
#define WEB_PUSH_SEAL_H

#include "web/push_key.h"

#define PUSH_AUTH_SIZE 16 /* bytes, all of them */
#define PUSH_SALT_SIZE 16
#define PUSH_BODY_MAX  4096 /* what every push service takes (RFC 8030 7.2) */
#define PUSH_PLAIN_MAX (PUSH_BODY_MAX - 103)

/* Whom it is for: the keys of a browser's subscription. */
typedef struct PushReceiver {
    PushPoint p256dh;
    uint8_t auth[PUSH_AUTH_SIZE]; /* secret, shared with the browser */
} PushReceiver;

/* What is new for each message. */
typedef struct PushFresh {
    PushKey key;
    uint8_t salt[PUSH_SALT_SIZE];
} PushFresh;

/* Both at random. ERR_UNSUPPORTED as in web/push_key.h. */
MUST_USE Err push_fresh_make(PushFresh *out);

/* The body with plain in it, at most PUSH_BODY_MAX bytes, in arena.
 *   0 <= plain.len <= PUSH_PLAIN_MAX, any bytes
 *   ERR_TOO_BIG      plain is longer
 *   ERR_INVALID      to->p256dh is no point of the curve
 *   ERR_UNSUPPORTED  as in web/push_key.h
 * *out is left as it was on failure. */
MUST_USE Err push_seal(Arena *arena, const PushReceiver *to,
                       const PushFresh *fresh, Str plain, Str *out);

#endif
