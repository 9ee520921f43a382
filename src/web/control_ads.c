#include "web/control_ads.h"

#include "base/zone.h"
#include "desk/campaigns.h"
#include "format/campaign_file.h"
#include "web/control_pictures.h"

#define ANSWER_MAX ((size_t)4096)

static const Actor operator_actor = CONTROL_ACTOR;

/* The files that it names were brought in before: their marks, in order. */
static Err use_marks(const JsonNode *list, CreativeList *creatives,
                     Fault *fault)
{
    const JsonNode *mark = list ? list->first : NULL;

    for (size_t i = 0; i < creatives->count; i++) {
        if (!creatives->items[i].picture.len) continue;
        if (!mark)
            return fault_set(fault, ERR_INVALID,
                             "pictures: expected the mark of each picture");
        creatives->items[i].picture = json_text(mark);
        mark = mark->next;
    }
    return ERR_OK;
}

static Err put(Store *store, Arena *arena, const ControlSettings *settings,
               const JsonNode *object, Time now, Campaign *out, size_t *shows,
               Fault *fault)
{
    ReadContext context = {.language = settings->site->languages[0].tag};
    CreativeList creatives;
    Err err = zone_open(str_z(arena, settings->site->zone), &context.zone);

    if (err) return fault_set(fault, err, "the site's time zone is not known");
    err = campaign_file_read(arena, json_str(object, "file"), &context, out,
                             &creatives, fault);
    zone_close(context.zone);
    if (!err) err = use_marks(json_get(object, "pictures"), &creatives, fault);
    if (err) return err;
    for (size_t i = 0; i < out->languages.count; i++)
        if (site_language(settings->site, out->languages.items[i]) < 0)
            return fault_set(fault, ERR_INVALID,
                             "languages: \"%.*s\" is none of the site's",
                             STR_ARG(out->languages.items[i]));
    *shows = creatives.count;
    return desk_campaign_put(store, arena, &operator_actor, out, &creatives,
                             now, fault);
}

Err control_campaign(Store *store, Arena *arena,
                     const ControlSettings *settings, Str body, Time now,
                     Str *answer, Fault *fault)
{
    Buf buf = buf_open(arena, ANSWER_MAX);
    JsonOut out = json_out(&buf);
    CampaignKept kept = {0};
    size_t shows = 0;
    JsonNode *object;
    Err err = json_read(arena, body, CAMPAIGN_BODY_MAX, &object, fault);
    Str act;

    if (err) return err;
    act = json_str(object, "act");
    if (str_eq(act, S("put")))
        err = put(store, arena, settings, object, now, &kept.campaign, &shows,
                  fault);
    else if (str_eq(act, S("stop")))
        err = desk_campaign_stop(store, arena, &operator_actor,
                                 json_str(object, "name"), now, &kept, fault);
    else
        err = fault_set(fault, ERR_INVALID, "act: expected put or stop");
    if (err) return err;
    json_put_object(&out);
    json_pair_int(&out, "number", kept.campaign.number);
    json_pair_str(&out, "name", kept.campaign.name);
    json_pair_int(&out, "shows", (int64_t)shows);
    json_put_end(&out);
    return buf_end(&buf, answer);
}
