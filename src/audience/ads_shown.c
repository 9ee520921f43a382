#include "audience/ads_inside.h"

#include "base/hash.h"
#include "base/rand.h"

void shown_close(Shown *shown)
{
    map_close(&shown->by_campaign);
    map_close(&shown->by_creative);
    map_close(&shown->by_mark);
    arena_close(&shown->arena);
}

static bool is_there(const CreativeKept *creative)
{
    return creative->html.len || creative->picture.mark.len;
}

bool shown_may(const CreativeKept *creative, Time now)
{
    return is_there(creative) &&
           (creative->html.len || creative->until == TIME_NONE ||
            creative->until > now);
}

/* Campaigns may share a picture: it is there from when the first one begins
 * (TIME_NONE is before all). */
static void note_mark(Shown *shown, const CampaignKept *kept,
                      CreativeKept *creative)
{
    uint64_t key = hash_table(creative->picture.mark);
    const CreativeKept *there = map_get(&shown->by_mark, key);
    const First *first = there ? shown_first(shown, there->campaign) : NULL;

    if (first && first->kept->campaign.from <= kept->campaign.from) return;
    map_put(&shown->by_mark, key, creative);
}

/* Its creatives stand together; a campaign without any is left out. */
static void add_campaign(Shown *shown, const CampaignKept *kept,
                         const CreativesKept *all)
{
    CreativesKept *list = &shown->creatives;
    First *first = ARENA_NEW(&shown->arena, First);

    *first = (First){
        .kept = &shown->campaigns.items[shown->campaigns.count],
        .at = list->count,
    };
    for (size_t i = 0; i < all->count; i++) {
        CreativeKept *creative;

        if (all->items[i].campaign != kept->campaign.number ||
            !is_there(&all->items[i]))
            continue;
        creative = &list->items[list->count++];
        *creative = all->items[i];
        map_put(&shown->by_creative, hash_number((uint64_t)creative->number),
                creative);
        if (creative->picture.mark.len) note_mark(shown, kept, creative);
    }
    first->count = list->count - first->at;
    if (!first->count) return;
    shown->campaigns.items[shown->campaigns.count++] = *kept;
    map_put(&shown->by_campaign, hash_number((uint64_t)kept->campaign.number),
            first);
}

void shown_make(Arena arena, const Campaigns *campaigns,
                const CreativesKept *creatives, Shown *out)
{
    Shown shown = {.arena = arena};

    map_init(&shown.by_campaign);
    map_init(&shown.by_creative);
    map_init(&shown.by_mark);
    shown.campaigns.items =
        ARENA_ARRAY(&shown.arena, CampaignKept, campaigns->count + 1);
    shown.creatives.items =
        ARENA_ARRAY(&shown.arena, CreativeKept, creatives->count + 1);
    for (size_t i = 0; i < campaigns->count; i++)
        add_campaign(&shown, &campaigns->items[i], creatives);
    *out = shown;
}

const First *shown_first(const Shown *shown, int64_t campaign)
{
    return map_get(&shown->by_campaign, hash_number((uint64_t)campaign));
}

const CreativeKept *shown_creative(const Shown *shown, int64_t number)
{
    return map_get(&shown->by_creative, hash_number((uint64_t)number));
}

const CreativeKept *shown_draw(const Shown *shown, const First *first,
                               bool picture, Time now)
{
    const CreativeKept *drawn = NULL;
    uint64_t seen = 0;

    for (size_t i = 0; i < first->count; i++) {
        const CreativeKept *creative = &shown->creatives.items[first->at + i];
        uint64_t lot;

        if (!shown_may(creative, now)) continue;
        if (picture && creative->html.len) continue;
        rand_bytes(&lot, sizeof lot);
        if (lot % ++seen == 0) drawn = creative;
    }
    return drawn;
}
