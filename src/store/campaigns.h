/* store/campaigns.h -- the agency's ads: what is shown, to whom, how often.
 *
 * Threads: as the Store.  Results live in the arena given.
 */
#ifndef STORE_CAMPAIGNS_H
#define STORE_CAMPAIGNS_H

#include "store/store.h"
#include "story/campaign.h"
#include "story/picture.h"

#define CAMPAIGNS_MAX 1000 /* that are not stopped */
#define CAMPAIGNS_ALL 100000

/* A campaign, and how often it was seen: in all, and on the last day on which
 * it was (days since 1970-01-01, by the agency's clock). */
typedef struct CampaignKept {
    Campaign campaign;
    bool stopped;
    int64_t seen, day, day_seen;
} CampaignKept;

typedef struct Campaigns {
    CampaignKept *items;
    size_t count;
} Campaigns;

/* One thing that a campaign shows. */
typedef struct CreativeKept {
    int64_t number, campaign;
    Str html; /* empty: the picture */
    /* Its mark is empty where there is none, or none that may be shown now. */
    PublicPicture picture;
    Time until; /* of the picture; TIME_NONE: no such date */
} CreativeKept;

typedef struct CreativesKept {
    CreativeKept *items;
    size_t count;
} CreativesKept;

/* All of them, in the order of their numbers, at most CAMPAIGNS_ALL. */
MUST_USE Err campaigns_list(Store *store, Arena *arena, Campaigns *out);

/* Likewise those that are not stopped and do not end before that time; all,
 * if it is TIME_NONE. */
MUST_USE Err campaigns_running(Store *store, Arena *arena, Time time,
                               Campaigns *out);

/* ERR_NOT_FOUND */
MUST_USE Err campaigns_find(Store *store, Arena *arena, Str name,
                            CampaignKept *out);

/* What those show that are not stopped. */
MUST_USE Err creatives_list(Store *store, Arena *arena, CreativesKept *out);

/* When any of that changed last; each change has a later time. 0: never. */
MUST_USE Err campaigns_changed_at(Store *store, Arena *arena, Time *out);

/* What tickets of ads are signed with; empty: there is none yet. */
MUST_USE Err ads_secret_get(Store *store, Arena *arena, Str *out);
MUST_USE Err ads_secret_put(Store *store, Str secret);

/* ---- the writing side, in a transaction ---- */

/* Puts it under its name, in the place of one that has it: what was counted
 * stays, and it is not stopped any more. Sets its number. The creatives' marks
 * are of pictures that are there.
 *   ERR_NOT_FOUND  *missing (an index) is none of the agency's pictures
 *   ERR_FULL       CAMPAIGNS_MAX are not stopped */
MUST_USE Err campaigns_put(Store *store, Arena *arena, Campaign *campaign,
                           const CreativeList *creatives, Time now,
                           size_t *missing);

MUST_USE Err campaigns_stop(Store *store, Arena *arena, int64_t number,
                            Time now);

#endif
