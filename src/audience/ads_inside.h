/* audience/ads_inside.h -- what the files of ads share: what is shown now, what
 * was counted, and the house of both.
 *
 * ads.c answers readers, ads_shown.c knows what there is, ads_keep.c is the
 * thread that follows the store.
 *
 * Private to the room.
 *
 * Threads: as each says.
 */
#ifndef AUDIENCE_ADS_INSIDE_H
#define AUDIENCE_ADS_INSIDE_H

#include <pthread.h>

#include "audience/ads.h"
#include "base/map.h"
#include "base/zone.h"
#include "store/adcounts.h"

/* What is shown now; whoever reads it holds the lock. */
typedef struct Shown {
    Arena arena;
    Campaigns campaigns;     /* those that show something */
    CreativesKept creatives; /* in the order of their campaigns */
    Map by_campaign;         /* number to First */
    Map by_creative;         /* number to CreativeKept */
    Map by_mark;             /* hash to CreativeKept, of who begins first */
} Shown;

/* Where a campaign's creatives begin. */
typedef struct First {
    const CampaignKept *kept;
    size_t at, count;
} First;

/* Counted here, for another node. */
typedef struct Passing {
    int64_t node;
    bool click;
    size_t len;
    char ticket[AD_TICKET_MAX];
} Passing;

/* What has been counted since the last keeping. */
typedef struct Sums {
    Arena arena;
    Map counts; /* of AdCount */
    Passing *passing;
    size_t passing_count;
} Sums;

/* A keeping that was done or was not: the answer to its commit never came. */
typedef struct Doubt {
    Time at; /* when the node said that it is there; 0: no such keeping */
    Sums sums;
    Arena arena; /* of what was taken with it */
    AdPassedList passed;
} Doubt;

/* Keys that have come lately; two of them, of which the older goes. */
typedef struct Used {
    Map now, before;
    Time since;
} Used;

struct Ads {
    AdsConfig config;
    int64_t node;
    unsigned char key[AD_KEY];
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* under lock, as what follows */
    bool nudged;
    bool written; /* a job has ended, as err says */
    Err err;
    Choose *choose;
    Shown shown;
    Sums sums;
    Used used; /* of tickets that no loan knows */
    Map asked; /* by address: how many with a cap */
    Time asked_since;
    int64_t *nodes; /* the others */
    size_t node_count;
    AdsCounters counters;
    size_t ready; /* campaigns that are shown, and reckoned */
    Time kept_at; /* monotonic: when what is held was said last */
    pthread_t thread;

    /* the thread's own */
    Store *store;
    Zone *zone;
    Time changed_at;       /* of the campaigns that are known; -1: none are */
    Time read_at, told_at; /* monotonic */
    int64_t day;           /* for which caps were reckoned */
    bool due;              /* they must be reckoned anew */
    Doubt doubt;
};

/* This is the only node. */
static inline bool ads_is_alone(const Ads *ads)
{
    return !ads->config.several;
}

/* ---- ads_shown.c ---- */

/* Of those that are not stopped; it lives in the arena that goes over to *out.
 */
void shown_make(Arena arena, const Campaigns *campaigns,
                const CreativesKept *creatives, Shown *out);
void shown_close(Shown *shown);

/* NULL: it is not shown. */
const First *shown_first(const Shown *shown, int64_t campaign);
const CreativeKept *shown_creative(const Shown *shown, int64_t number);

/* Whether its picture, if it is one, has no date that has come. */
bool shown_may(const CreativeKept *creative, Time now);

/* One of a campaign's, each as likely; NULL: none may be shown now. picture:
 * no HTML. */
const CreativeKept *shown_draw(const Shown *shown, const First *first,
                               bool picture, Time now);

/* ---- ads.c ---- */

/* As ads_start, without the thread: who opens it steps. */
MUST_USE Err ads_open(const AdsConfig *config, Ads **out, Fault *fault);

void sums_open(Sums *sums);
void sums_close(Sums *sums);

void doubt_close(Doubt *doubt);

/* Where it is counted; NULL: there are more than can be kept. */
AdCount *sums_count(Sums *sums, const AdTicket *ticket);

/* Both under the lock: it is another node's to count; it was seen or clicked.
 */
void ads_pass(Ads *ads, int64_t node, Str text, bool click);
void ads_count(Ads *ads, const AdTicket *ticket, Str text, bool click,
               Time clock);

/* ---- ads_keep.c ---- */

/* Looks what there is and keeps what was counted, if there is need. leaves: for
 * the last time. */
MUST_USE Err ads_step(Ads *ads, Time clock, bool leaves);

/* The thread, which steps every second; arg is the Ads. */
void *ads_loop(void *arg);

#endif
