/* web/push.h -- tells browsers of flashes, also when no page is open (Web Push:
 * RFC 8030, sealed after RFC 8291, signed after RFC 8292): a follower of the
 * log with a cursor of its own, "push".
 *
 * A flash, and that it was corrected or taken back, is told to each
 * subscription of its language that has "all", its section or one of its tags
 * among its topics (web/push_flash.h).  Of several nodes one tells.  What a
 * service calls gone (404, 410) is dropped; what it cannot take now is tried
 * again (web/push_send.h).  A flash is told when all services have answered:
 * one whose process was killed before is told again, and its tag has browsers
 * show it once.
 *
 * Threads: start and stop by the one that owns it; everything else by any.
 */
#ifndef WEB_PUSH_H
#define WEB_PUSH_H

#include "press/theme.h"
#include "store/watch.h"
#include "store/writer.h"
#include "story/site.h"
#include "web/push_send.h"

#define PUSH_RATE 60 /* of one client in an hour, on and off */

typedef struct PushConfig {
    const char *where; /* the store */
    const Watch *watch;
    const Site *site;
    const Theme *theme; /* for the words */
    Str subject;        /* where services find the agency: mailto: or https: */
    StrList services;   /* hosts of push services, each with those under it */
    bool allow_private; /* services on private addresses and plain http */
} PushConfig;

typedef struct Push Push;

/* Opens the store, makes the agency's key when there is none, and starts the
 * thread. */
MUST_USE Err push_start(const PushConfig *config, Push **out, Fault *fault);

/* Something was committed; NULL is nobody. */
void push_nudge(Push *push);
void push_stop(Push *push);

/* What browsers subscribe with, in base64url; lives as long as push. */
Str push_public_key(const Push *push);

bool push_allows_private(const Push *push);

/* Whether the endpoint is of one of the services. */
bool push_takes(const Push *push, Str endpoint);

/* Whether that address may subscribe once more in this hour. */
bool push_may_subscribe(Push *push, Str address, Time now);

SenderCounters push_counters(const Push *push);

#endif
