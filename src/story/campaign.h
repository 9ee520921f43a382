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
    Str link; /* http or https; empty: HTML that leads nowhere */
    Str alt;  /* of its pictures: what they show */
    Time from, to;
    int32_t weight;
    int64_t cap, day_cap;
    bool house;
    StrList languages, sections, tags, slots;
} Campaign;

#define CREATIVES_MAX 16                   /* of a campaign */
#define CREATIVE_HTML ((size_t)128 * 1024) /* bytes */

/* What is shown: a picture that leads to the campaign's link, or HTML that
 * stands in a frame of its own. */
typedef struct Creative {
    Str picture; /* a mark, or a file's name before it was brought in */
    Str html;    /* where there is no picture */
} Creative;

typedef struct CreativeList {
    Creative *items;
    size_t count;
} CreativeList;

/* The places of a page that a theme may give to ads: after and at the end of a
 * story, below MORE ABOUT and what stands near it, on fronts, below lists. */
#define AD_SLOTS(X)                                                            \
    X(STORY_1, "story-1")                                                      \
    X(STORY_2, "story-2")                                                      \
    X(MORE_1, "more-1")                                                        \
    X(NEAR_1, "near-1")                                                        \
    X(FRONT_1, "front-1")                                                      \
    X(FRONT_2, "front-2")                                                      \
    X(LIST_1, "list-1")

typedef enum AdSlot {
#define X(name, word) AD_SLOT_##name,
    AD_SLOTS(X)
#undef X
        AD_SLOT_COUNT
} AdSlot;

#define AD_SLOT_WORDS                                                          \
    "story-1, story-2, more-1, near-1, front-1, front-2, list-1"

const char *ad_slot_word(AdSlot slot);
bool ad_slot_known(Str word);

/* Where an ad is asked for. */
typedef struct AdPlace {
    Str slot, language;
    Str section;  /* empty: the page has none */
    StrList tags; /* of the story or the list */
} AdPlace;

/* Whether it may be shown there at that time; caps are not looked at. */
bool campaign_fits(const Campaign *campaign, const AdPlace *place, Time now);

#endif
