#include "desk/campaigns.h"

static Err check_role(const Actor *actor, Fault *fault)
{
    if (actor->role >= ROLE_EDITOR) return ERR_OK;
    return fault_set(fault, ERR_FORBIDDEN, "this role may not decide on ads");
}

Err desk_campaign_put(Store *store, Arena *arena, const Actor *actor,
                      Campaign *campaign, const CreativeList *creatives,
                      Time now, Fault *fault)
{
    size_t missing = 0;
    Err err = check_role(actor, fault);

    if (err) return err;
    err = campaigns_put(store, arena, campaign, creatives, now, &missing);
    if (err == ERR_NOT_FOUND)
        return fault_set(
            fault, err, "picture: there is none with the mark %.*s",
            STR_ARG(str_slice(creatives->items[missing].picture, 0, 40)));
    if (err == ERR_FULL)
        return fault_set(fault, err,
                         "there are %d campaigns already; one of them must be "
                         "stopped first",
                         CAMPAIGNS_MAX);
    return err;
}

Err desk_campaign_stop(Store *store, Arena *arena, const Actor *actor, Str name,
                       Time now, CampaignKept *out, Fault *fault)
{
    Err err = check_role(actor, fault);

    if (err) return err;
    err = campaigns_find(store, arena, name, out);
    if (err == ERR_NOT_FOUND)
        return fault_set(fault, err, "there is no campaign \"%.*s\"",
                         STR_ARG(str_slice(name, 0, FIELD_MAX)));
    return err ? err : campaigns_stop(store, arena, out->campaign.number, now);
}
