#include "store/campaigns.h"

#include "base/buf.h"
#include "store/inside.h"
#include "store/pictures.h"

#define FACT_ADS    S("ads")
#define FACT_SECRET S("ads_secret")
#define WORDS_MAX   ((size_t)64 * 1024) /* bytes of one list */

/* ---- out ---- */

static StrList words_of(Arena *arena, Str text)
{
    StrList list = {0};

    while (text.len)
        strs_add(&list, arena, str_cut(&text, ' '));
    return list;
}

static CampaignKept campaign_of(const Rows *rows, Arena *arena)
{
    return (CampaignKept){
        .campaign = {.number = db_int(rows, 0),
                     .name = db_text(rows, arena, 1),
                     .link = db_text(rows, arena, 2),
                     .alt = db_text(rows, arena, 3),
                     .from = db_time(rows, 4),
                     .to = db_time(rows, 5),
                     .weight = (int32_t)db_int(rows, 6),
                     .cap = db_int(rows, 7),
                     .day_cap = db_int(rows, 8),
                     .house = db_int(rows, 9) != 0,
                     .languages = words_of(arena, db_text(rows, arena, 11)),
                     .sections = words_of(arena, db_text(rows, arena, 12)),
                     .tags = words_of(arena, db_text(rows, arena, 13)),
                     .slots = words_of(arena, db_text(rows, arena, 14))},
        .stopped = db_int(rows, 10) != 0,
        .seen = db_int(rows, 15),
        .day = db_int(rows, 16),
        .day_seen = db_int(rows, 17),
    };
}

static Err read_campaigns(Rows rows, Arena *arena, Campaigns *out)
{
    Campaigns list = {0};
    Err err;

    while (db_next(&rows)) {
        size_t n = list.count++;

        if ((n & (n - 1)) == 0)
            list.items = arena_grow(arena, list.items, n * sizeof(CampaignKept),
                                    (n ? n * 2 : 1) * sizeof(CampaignKept));
        list.items[n] = campaign_of(&rows, arena);
    }
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err campaigns_list(Store *store, Arena *arena, Campaigns *out)
{
    return read_campaigns(
        db_query(store->db, QUERY_CAMPAIGN_LIST, ARGS(v_int(CAMPAIGNS_ALL))),
        arena, out);
}

Err campaigns_running(Store *store, Arena *arena, Time time, Campaigns *out)
{
    return read_campaigns(db_query(store->db, QUERY_CAMPAIGN_RUNNING,
                                   ARGS(v_int(time), v_int(CAMPAIGNS_MAX))),
                          arena, out);
}

Err campaigns_find(Store *store, Arena *arena, Str name, CampaignKept *out)
{
    Rows rows = db_query(store->db, QUERY_CAMPAIGN_FIND, ARGS(v_text(name)));
    CampaignKept found = {0};
    Err err = db_first(&rows);
    Err end;

    if (!err) found = campaign_of(&rows, arena);
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = found;
    return ERR_OK;
}

static CreativeKept creative_of(const Rows *rows, Arena *arena)
{
    return (CreativeKept){
        .number = db_int(rows, 0),
        .campaign = db_int(rows, 1),
        .html = db_text(rows, arena, 2),
        .picture = {.mark = db_text(rows, arena, 3),
                    .width = (int32_t)db_int(rows, 4),
                    .height = (int32_t)db_int(rows, 5),
                    .color = (int32_t)db_int(rows, 6),
                    .focus_x = (int32_t)db_int(rows, 7),
                    .focus_y = (int32_t)db_int(rows, 8)},
        .until = db_time(rows, 9),
    };
}

Err creatives_list(Store *store, Arena *arena, CreativesKept *out)
{
    Value most = v_int((int64_t)CAMPAIGNS_MAX * CREATIVES_MAX);
    Rows rows = db_query(store->db, QUERY_CREATIVE_LIST, ARGS(most));
    CreativesKept list = {0};
    Err err;

    while (db_next(&rows)) {
        size_t n = list.count++;

        if ((n & (n - 1)) == 0)
            list.items = arena_grow(arena, list.items, n * sizeof(CreativeKept),
                                    (n ? n * 2 : 1) * sizeof(CreativeKept));
        list.items[n] = creative_of(&rows, arena);
    }
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err campaigns_changed_at(Store *store, Arena *arena, Time *out)
{
    Time at = 0;
    Str text;
    Err err = store_fact(store, arena, FACT_ADS, &text);

    if (err) return err;
    if (text.len) (void)str_int(text, &at);
    *out = at;
    return ERR_OK;
}

Err ads_secret_get(Store *store, Arena *arena, Str *out)
{
    return store_fact(store, arena, FACT_SECRET, out);
}

Err ads_secret_put(Store *store, Str secret)
{
    return db_run(store->db, QUERY_FACT_PUT,
                  ARGS(v_text(FACT_SECRET), v_text(secret)));
}

/* ---- in ---- */

static Err note_change(Store *store, Arena *arena, Time now)
{
    Time last;
    Err err = campaigns_changed_at(store, arena, &last);

    if (err) return err;
    if (now <= last) now = last + 1;
    return db_run(store->db, QUERY_FACT_PUT,
                  ARGS(v_text(FACT_ADS),
                       v_text(str_format(arena, "%lld", (long long)now))));
}

static Value words_value(Arena *arena, const StrList *list)
{
    Buf buf = buf_open(arena, WORDS_MAX);

    for (size_t i = 0; i < list->count; i++)
        buf_printf(&buf, "%s%.*s", i ? " " : "", STR_ARG(list->items[i]));
    return v_text(buf_str(&buf));
}

/* The pictures' numbers; 0: it is none. */
static Err find_pictures(Store *store, Arena *arena,
                         const CreativeList *creatives, int64_t *numbers,
                         size_t *missing)
{
    for (size_t i = 0; i < creatives->count; i++) {
        Picture picture = {0};
        Err err = ERR_OK;

        if (creatives->items[i].picture.len)
            err = pictures_find(store, arena, creatives->items[i].picture,
                                &picture);
        *missing = i;
        if (err) return err;
        numbers[i] = picture.number;
    }
    return ERR_OK;
}

static Err put_creative(Store *store, int64_t campaign, int64_t picture,
                        Str html)
{
    int64_t there = 0;
    Err err = db_run(store->db, QUERY_CREATIVE_AGAIN,
                     ARGS(v_int(campaign), v_int(picture), v_text(html)));

    if (!err) err = db_changed(store->db, &there);
    if (err || there) return err;
    return db_run(store->db, QUERY_CREATIVE_ADD,
                  ARGS(v_int(campaign), picture ? v_int(picture) : (Value){0},
                       v_text(html)));
}

static Err look_for_room(Store *store, Arena *arena, Str name)
{
    CampaignKept there;
    int64_t count = 0;
    Err err = campaigns_find(store, arena, name, &there);

    if (err != ERR_NOT_FOUND && (err || !there.stopped)) return err;
    err = db_number(store->db, QUERY_CAMPAIGN_COUNT, NO_ARGS, &count);
    return err ? err : count >= CAMPAIGNS_MAX ? ERR_FULL : ERR_OK;
}

Err campaigns_put(Store *store, Arena *arena, Campaign *campaign,
                  const CreativeList *creatives, Time now, size_t *missing)
{
    int64_t *pictures = ARENA_ARRAY(arena, int64_t, creatives->count + 1);
    Err err = find_pictures(store, arena, creatives, pictures, missing);

    if (!err) err = look_for_room(store, arena, campaign->name);
    if (err) return err;
    err = db_number(store->db, QUERY_CAMPAIGN_PUT,
                    ARGS(v_text(campaign->name), v_text(campaign->link),
                         v_text(campaign->alt), v_time(campaign->from),
                         v_time(campaign->to), v_int(campaign->weight),
                         v_int(campaign->cap), v_int(campaign->day_cap),
                         v_int(campaign->house),
                         words_value(arena, &campaign->languages),
                         words_value(arena, &campaign->sections),
                         words_value(arena, &campaign->tags),
                         words_value(arena, &campaign->slots), v_int(now)),
                    &campaign->number);
    if (!err)
        err = db_run(store->db, QUERY_CREATIVE_CLEAR,
                     ARGS(v_int(campaign->number)));
    for (size_t i = 0; !err && i < creatives->count; i++)
        err = put_creative(store, campaign->number, pictures[i],
                           creatives->items[i].html);
    return err ? err : note_change(store, arena, now);
}

Err campaigns_stop(Store *store, Arena *arena, int64_t number, Time now)
{
    Err err =
        db_run(store->db, QUERY_CAMPAIGN_STOP, ARGS(v_int(number), v_int(1)));

    return err ? err : note_change(store, arena, now);
}
