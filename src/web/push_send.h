/* web/push_send.h -- messages on their way to push services: sealed, signed, at
 * most AT_ONCE at a time, and again to a service that did not take one.
 *
 * A message that fails is tried twice more, after 5 and after 30 seconds,
 * without anybody waiting for it: whoever owns the sender calls sender_again
 * when sender_next has come.  A service that does not answer three times in a
 * row is left alone for a minute, so that one that hangs keeps nobody waiting
 * for longer than that takes.
 *
 * Of the messages to one browser under one topic the last counts: it is sent
 * when the answer to the one before has come, which is then not tried again.
 *
 * Endpoints come from outside: nothing but public addresses is connected to
 * (net/reach.h), no redirect followed, and no answer kept.
 *
 * Threads: belongs to one; the counters may be read by any.
 */
#ifndef WEB_PUSH_SEND_H
#define WEB_PUSH_SEND_H

#include "base/time.h"
#include "store/subscriptions.h"
#include "web/push_key.h"

#define PUSH_TTL_S 3600 /* how long a service keeps what it cannot deliver */

typedef struct SenderConfig {
    const PushKey *key;
    Str subject;        /* where services find the agency */
    bool allow_private; /* private addresses and plain http too */
    /* A service says that there is no such subscription any more. */
    Err (*gone)(void *ctx, Str endpoint);
    /* To be asked while waiting: true ends it with ERR_CLOSED. */
    bool (*stopping)(void *ctx);
    void *ctx;
} SenderConfig;

typedef struct SenderCounters {
    uint64_t sent, gone, failed; /* failed: tries */
} SenderCounters;

typedef struct Sender Sender;

/* config's pointers outlive it. */
Sender *sender_open(const SenderConfig *config);
void sender_close(Sender *sender); /* what is on its way is given up */

/* Begins to send; waits while too many are on their way.  topic: at most 32
 * characters of base64url.  What it is given is copied.
 *   ERR_INVALID  the subscription's keys or endpoint are none
 *   and what gone returned, of this or another one */
MUST_USE Err sender_send(Sender *sender, const Subscription *to, Str plain,
                         const char *topic);

/* Looks after what is on its way, and begins to send again what is due, as far
 * as there is room; waits for nothing. */
MUST_USE Err sender_again(Sender *sender);

/* When to call sender_again next (time_monotonic), or TIME_NONE. */
Time sender_next(const Sender *sender);

SenderCounters sender_counters(const Sender *sender);

#endif
