#include "story/campaign.h"

static bool holds(const StrList *list, Str text)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i], text)) return true;
    return false;
}

static bool takes(const StrList *list, Str text)
{
    return !list->count || (text.len && holds(list, text));
}

static bool takes_one(const StrList *list, const StrList *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        if (holds(list, texts->items[i])) return true;
    return !list->count;
}

bool campaign_fits(const Campaign *campaign, const AdPlace *place, Time now)
{
    return (campaign->from == TIME_NONE || campaign->from <= now) &&
           (campaign->to == TIME_NONE || now < campaign->to) &&
           takes(&campaign->slots, place->slot) &&
           takes(&campaign->languages, place->language) &&
           takes(&campaign->sections, place->section) &&
           takes_one(&campaign->tags, &place->tags);
}

static const char *const slot_words[] = {
#define X(name, word) word,
    AD_SLOTS(X)
#undef X
};

const char *ad_slot_word(AdSlot slot)
{
    return slot_words[slot];
}

bool ad_slot_known(Str word)
{
    for (size_t i = 0; i < COUNT(slot_words); i++)
        if (str_eq(word, str_from(slot_words[i]))) return true;
    return false;
}
