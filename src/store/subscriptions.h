/* store/subscriptions.h -- browsers whose readers want to be told of flashes.
 *
 * A subscription is where to send and what to seal with, as the browser said
 * it; nothing tells whose it is.
 *
 * Threads: as the Store.  Results live in the arena given.
 */
#ifndef STORE_SUBSCRIPTIONS_H
#define STORE_SUBSCRIPTIONS_H

#include "store/store.h"

#define SUBSCRIPTIONS_MAX 500 /* in one reading */

typedef struct Subscription {
    Str endpoint;
    Str p256dh, auth; /* base64url */
    Str language;
    Str topics; /* " all section:economy ": each between spaces */
} Subscription;

typedef struct Subscriptions {
    Subscription *items;
    size_t count;
} Subscriptions;

/* New, or in the place of what that endpoint had. */
MUST_USE Err subscription_put(Store *store, const Subscription *subscription,
                              Time now);

/* It is well if there is none. */
MUST_USE Err subscription_drop(Store *store, Str endpoint);

/* Those of a language behind that endpoint (empty: all), by endpoint, at most
 * SUBSCRIPTIONS_MAX. */
MUST_USE Err subscriptions_after(Store *store, Arena *arena, Str language,
                                 Str after, Subscriptions *out);

/* The topics that a story was told under after since, as above; empty: it was
 * not. */
MUST_USE Err push_told_get(Store *store, Arena *arena, StoryId story,
                           Time since, Str *topics);

/* In the place of what it had; what was told of any before since is forgotten.
 */
MUST_USE Err push_told_put(Store *store, StoryId story, Str topics, Time now,
                           Time since);

/* The agency's key for push services (base64url), kept with the store since
 * subscriptions hold for it alone; empty: there is none yet. */
MUST_USE Err push_secret_get(Store *store, Arena *arena, Str *out);
MUST_USE Err push_secret_put(Store *store, Str secret);

#endif
