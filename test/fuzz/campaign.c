/* Campaigns in files: one that can be shown, or a fault. */
#include "base/utf8.h"
#include "format/campaign_file.h"
#include "item_rules.h"

static void check_campaign(const Campaign *campaign,
                           const CreativeList *creatives)
{
    const AdPlace place = {.slot = S("story-1"), .language = S("en")};

    MUST(campaign->name.len && utf8_bad(campaign->name) < 0);
    MUST(campaign->weight >= 1 && campaign->weight <= CAMPAIGN_WEIGHT_MAX);
    MUST(campaign->cap >= 0 && campaign->cap <= CAMPAIGN_CAP_MAX);
    MUST(campaign->day_cap >= 0 && campaign->day_cap <= CAMPAIGN_CAP_MAX);
    MUST(campaign->from == TIME_NONE || campaign->to == TIME_NONE ||
         campaign->from < campaign->to);
    MUST(!campaign->link.len || str_starts(campaign->link, S("http://")) ||
         str_starts(campaign->link, S("https://")));
    MUST(creatives->count >= 1 && creatives->count <= CREATIVES_MAX);
    for (size_t i = 0; i < creatives->count; i++) {
        MUST(!creatives->items[i].picture.len != !creatives->items[i].html.len);
        MUST(!creatives->items[i].picture.len ||
             (campaign->link.len && campaign->alt.len));
    }
    (void)campaign_fits(campaign, &place, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Fault fault = fault_none();
    Campaign campaign;
    CreativeList creatives;

    if (campaign_file_read(&arena, (Str){(const char *)data, size},
                           item_context(), &campaign, &creatives, &fault))
        MUST(fault.text[0]);
    else
        check_campaign(&campaign, &creatives);
    arena_close(&arena);
    return 0;
}
