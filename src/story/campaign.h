/* story/campaign.h -- an ad: what it shows, to whom, how often.
 *
 *   from, to    microseconds; TIME_NONE: no such bound; shown when
 *               from <= now < to
 *   weight      1..CAMPAIGN_WEIGHT_MAX: among those that fit, as often as its
 *               share of their weights
 *   caps        times that it is seen; 0: no cap. A day is one of the agency's
 *               clock
 *   targets     languages (BCP 47), sections and tags (slugs), slots (names);
 *               an empty list is any. One of each list must be the page's
 *   house       the agency's own, shown where no other is
 *
 * Threads: plain values.
 */
#ifndef STORY_CAMPAIGN_H
#define STORY_CAMPAIGN_H

#include "story/story.h"

#define CAMPAIGN_WEIGHT_MAX 1000
#define CAMPAIGN_CAP_MAX    ((int64_t)1000 * 1000 * 1000)
#define CAMPAIGN_TARGETS    64 /* of one list */

typedef struct Campaign {
    int64_t number; /* 1.. */
    Str name;
    Time from, to;
    int32_t weight;
    int64_t cap, day_cap;
    bool house;
    StrList languages, sections, tags, slots;
} Campaign;

/* Where an ad is asked for. */
typedef struct AdPlace {
    Str slot, language;
    Str section;  /* empty: the page has none */
    StrList tags; /* of the story or the list */
} AdPlace;

/* Whether it may be shown there at that time; caps are not looked at. */
bool campaign_fits(const Campaign *campaign, const AdPlace *place, Time now);

#endif
