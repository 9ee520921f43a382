/* web/push_send.h -- messages on their way to push services: sealed, signed, at
 * most AT_ONCE at a time, and again to a service that did not take one.
 *
 * A message that a service does not take is tried again after 5 and after 30
 * seconds, without anybody waiting for it: whoever owns the sender calls
 * sender_again when sender_next has come.  A service that does not answer three
 * times in a row rests, first for 5 seconds, each time twice as long up to a
 * minute; its messages wait as long, which is no try.  What is not taken after
 * three tries or ten minutes is given up, counted and logged.
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
    /* A service says that there is no such subscription any more; not to call
     * the sender. */
    void (*gone)(void *ctx, Str endpoint);
    /* To be asked while waiting: true ends it with ERR_CLOSED. */
    bool (*stopping)(void *ctx);
    void *ctx;
} SenderConfig;

typedef struct SenderCounters {
    uint64_t sent, gone;
    uint64_t failed; /* tries */
    uint64_t lost;   /* messages given up */
} SenderCounters;

/* What is told to many. */
typedef struct Telling {
    Str plain;
    const char *topic; /* at most 32 characters of base64url */
    int64_t change;    /* of the log, positive */
} Telling;

typedef struct Sender Sender;

/* config's pointers outlive it. */
Sender *sender_open(const SenderConfig *config);
void sender_close(Sender *sender); /* what is on its way is given up */

/* Begins to send; waits while too many are on their way.  What it is given is
 * copied.
 *   ERR_INVALID  the subscription's keys or endpoint are none
 *   ERR_CLOSED   it is to stop */
MUST_USE Err sender_send(Sender *sender, const Subscription *to,
                         const Telling *telling);

/* The first change with a message on its way that was not answered yet, which
 * takes some ten seconds at most; INT64_MAX when there is none. */
int64_t sender_first(const Sender *sender);

/* Waits so long at most until all that is on its way was answered. */
void sender_finish(Sender *sender, Time patience);

/* Looks after what is on its way, and begins to send again what is due, as far
 * as there is room; waits for nothing. */
void sender_again(Sender *sender);

/* When to call sender_again next (time_monotonic), or TIME_NONE. */
Time sender_next(const Sender *sender);

SenderCounters sender_counters(const Sender *sender);

#endif
