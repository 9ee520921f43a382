/* audience/audience.h -- counts what is read, and knows what is hot.
 *
 * Reads come from the beacons of open pages, so that pages from any cache count
 * and whoever runs no script, as most bots, does not.  They are counted in
 * memory and put into the store as sums every AUDIENCE_KEEP, through the
 * writer: that much is lost when the process is killed.  Whoever of several
 * nodes has the claim "hot" ranks the stories then, and writes the lists when
 * they are others.
 *
 * Threads: start and stop by the one that owns it; the rest by any.
 */
#ifndef AUDIENCE_AUDIENCE_H
#define AUDIENCE_AUDIENCE_H

#include "audience/beacon.h"
#include "store/watch.h"
#include "store/writer.h"

#define AUDIENCE_KEEP (5 * TIME_SECOND)

typedef struct AudienceConfig {
    const char *where; /* of the store */
    const Watch *watch;
    Writer *writer;
    int64_t half_life_s; /* of heat: audience/heat.h has the range */
} AudienceConfig;

typedef struct Audience Audience;

MUST_USE Err audience_start(const AudienceConfig *config, Audience **out,
                            Fault *fault);

/* Keeps what is counted so far and ends. The writer must still run. NULL is
 * nobody. */
void audience_stop(Audience *audience);

/* Somebody reads: counted unless it was read in this visit, by a bot, or there
 * are too many. now: monotonic. */
void audience_read(Audience *audience, const Beacon *beacon, Str address,
                   Str browser, Time now);

/* Has answer called once, soon, on the audience's thread with its Store, before
 * audience_stop has returned. */
void audience_ask(Audience *audience, void (*answer)(void *ctx, Store *store),
                  void *ctx);

typedef struct AudienceCounters {
    uint64_t counted;  /* reads */
    uint64_t left_out; /* bots, the same visit, too many from one address */
    uint64_t lost;     /* more than could be kept */
} AudienceCounters;

AudienceCounters audience_counters(Audience *audience);

#endif
