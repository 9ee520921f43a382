/* desk/campaigns.h -- what people do to the agency's ads.
 *
 * Threads: as the Store; inside the caller's transaction.
 */
#ifndef DESK_CAMPAIGNS_H
#define DESK_CAMPAIGNS_H

#include "desk/acts.h"
#include "store/campaigns.h"

/* Shows it from now on, as its dates say, in the place of one that has its
 * name. Sets its number. The creatives' pictures are marks. Editors and above.
 *   ERR_FORBIDDEN; ERR_NOT_FOUND, ERR_FULL: the fault says what */
MUST_USE Err desk_campaign_put(Store *store, Arena *arena, const Actor *actor,
                               Campaign *campaign,
                               const CreativeList *creatives, Time now,
                               Fault *fault);

/* Shows it no more; what was counted stays. *out: as it was. */
MUST_USE Err desk_campaign_stop(Store *store, Arena *arena, const Actor *actor,
                                Str name, Time now, CampaignKept *out,
                                Fault *fault);

#endif
