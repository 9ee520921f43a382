/* web/purge.h -- tells a cache in front (a CDN, Varnish) which pages a change
 * touched: a follower of the log with a cursor of its own, "cdn".
 *
 * Of several nodes one makes the calls, and when it ends another goes on.  Each
 * call is made again PURGE_AGAIN later: a page that the cache fetched in
 * between from a node that had not heard of the change yet goes then.  A call
 * that fails is made until it succeeds; none is skipped.
 *
 * Forms:
 *   varnish   PURGE / with Surrogate-Key: the words, to be taken by the VCL of
 *             doc/cdn.md
 *   fastly    POST URL/purge with Fastly-Key and Surrogate-Key, as Fastly's API
 *             takes purges by key (at most 256 words each)
 *
 * Threads: start and stop by the one that owns it; everything else by any.
 */
#ifndef WEB_PURGE_H
#define WEB_PURGE_H

#include "base/err.h"
#include "base/str.h"
#include "base/time.h"
#include "store/watch.h"
#include "story/site.h"

#define PURGE_AGAIN (2 * TIME_SECOND)

typedef enum PurgeForm { PURGE_VARNISH, PURGE_FASTLY } PurgeForm;

typedef struct PurgeConfig {
    const char *where;  /* the store */
    const Watch *watch; /* of it, or NULL; must outlive the Purge */
    const Site *site;
    PurgeForm form;
    const char *url;   /* of the cache: http or https */
    const char *token; /* "" for none */
} PurgeConfig;

typedef struct Purge Purge;

/* Opens the store and starts the thread; config and what it points at stay. */
MUST_USE Err purge_start(const PurgeConfig *config, Purge **out, Fault *fault);

/* Something was committed; NULL is nobody. */
void purge_nudge(Purge *purge);

void purge_stop(Purge *purge);

/* For graphs. */
typedef struct PurgeCounters {
    uint64_t calls, failures;
    int64_t change; /* the last one that the cache was told of, by this node */
} PurgeCounters;
PurgeCounters purge_counters(const Purge *purge);

#endif
