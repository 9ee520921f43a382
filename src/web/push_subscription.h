/* web/push_subscription.h -- what a browser sends when its reader wants to be
 * told of news: its PushSubscription (W3C Push API, toJSON) with the topics and
 * the language the reader chose.  Comes from outside: checked as a whole, taken
 * as a whole or not at all.
 *
 *     {"endpoint": "https://push.example.org/a1b2",
 *      "expirationTime": null,
 *      "keys": {"p256dh": "BCVx...", "auth": "BTBZ..."},
 *      "topics": ["all", "section:economy", "tag:nato"],
 *      "lang": "en"}
 *
 *   endpoint        an absolute https address without user and fragment, at
 *                   most PUSH_ENDPOINT_MAX bytes, as it came and in its one
 *                   form (text/url.h)
 *   expirationTime  may be there, whatever it holds: the push service says so
 *                   when a subscription has ended
 *   keys.p256dh     base64url of a point of P-256
 *   keys.auth       base64url of 16 bytes
 *   topics          1 to PUSH_TOPICS_MAX of "all", "section:SLUG", "tag:SLUG",
 *                   where SLUG is as in story/slug.h
 *   lang            a language (story/lang.h)
 * Every field but expirationTime must be there; no other may be.
 *
 * What is not asked here: whether the site has such sections, tags and
 * languages, whether the endpoint is of a push service, and where its host
 * leads.  Whoever sends there must refuse addresses of its own network when it
 * connects.
 *
 * Lifetime: the result lives in the arena and does not point into the source.
 * Threads: any.
 */
#ifndef WEB_PUSH_SUBSCRIPTION_H
#define WEB_PUSH_SUBSCRIPTION_H

#include "web/push_seal.h"

#define PUSH_SUBSCRIPTION_MAX 8192 /* bytes of the JSON */
#define PUSH_ENDPOINT_MAX     1024
#define PUSH_TOPICS_MAX       20

typedef struct PushSubscription {
    Str endpoint; /* in its one form */
    PushReceiver receiver;
    StrList topics; /* in their order, each once, "section:economy" */
    Str lang;       /* in its usual case, "en-GB" */
} PushSubscription;

/* What of a subscription is kept, as this program writes it: topics each
 * between spaces. False for what push_subscription_read would not have given.
 */
bool push_endpoint_fits(Arena *arena, Str endpoint);
bool push_keys_fit(Arena *arena, Str p256dh, Str auth);
bool push_topics_fit(Str topics, size_t most); /* as they are kept, below */

/* "all section:economy" as they are kept: " all section:economy ". */
Str push_topics_write(Arena *arena, StrList topics);

/* Whether an endpoint in its one form is of one of these hosts, or of one under
 * them. */
bool push_service_fits(StrList services, Str endpoint);

/* May be a topic: "all", "section:SLUG" or "tag:SLUG" as above. */
bool push_topic_fits(Str topic);

/* allow_plain: an endpoint of http is taken too, for tests on one machine.
 *   ERR_TOO_BIG      the JSON, the endpoint or the list of topics is over its
 *                    maximum, or the JSON is nested too deeply
 *   ERR_INVALID      anything else that is not as above
 *   ERR_UNSUPPORTED  as in web/push_key.h
 * The fault names the field, its place and what was expected; *out is left as
 * it was. */
MUST_USE Err push_subscription_read(Arena *arena, Str json, bool allow_plain,
                                    PushSubscription *out, Fault *fault);

#endif
