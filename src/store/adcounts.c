#include "store/adcounts.h"

#include "store/campaigns.h"
#include "store/inside.h"

Err ad_count_add(Store *store, int64_t day, int64_t hour, const AdCount *count)
{
    return db_run(store->db, QUERY_AD_COUNT_ADD,
                  ARGS(v_int(count->campaign), v_int(day), v_int(hour),
                       v_int(count->creative), v_text(count->slot),
                       v_text(count->language), v_int(count->seen),
                       v_int(count->clicks)));
}

Err ad_seen_add(Store *store, int64_t campaign, int64_t day, int64_t seen)
{
    return db_run(store->db, QUERY_CAMPAIGN_SEEN,
                  ARGS(v_int(campaign), v_int(day), v_int(seen)));
}

/* ---- nodes ---- */

Err ad_node_put(Store *store, int64_t node, Time now)
{
    Err err =
        db_run(store->db, QUERY_AD_NODE_PUT, ARGS(v_int(node), v_int(now)));

    if (!err)
        err = db_run(store->db, QUERY_AD_NODE_DROP_OLD,
                     ARGS(v_int(now - ADS_NODE_LOST)));
    return err ? err : db_run(store->db, QUERY_AD_LOT_DROP_OLD, NO_ARGS);
}

Err ad_node_at(Store *store, int64_t node, Time *out)
{
    return db_number(store->db, QUERY_AD_NODE_AT, ARGS(v_int(node)), out);
}

Err ad_node_drop(Store *store, int64_t node)
{
    Err err = db_run(store->db, QUERY_AD_NODE_DROP, ARGS(v_int(node)));

    return err ? err : db_run(store->db, QUERY_AD_LOT_DROP_OLD, NO_ARGS);
}

Err ad_lots_of_others(Store *store, Arena *arena, int64_t node, AdLots *out)
{
    Value most = v_int((int64_t)ADS_NODES_MAX * CAMPAIGNS_ALL);
    Rows rows =
        db_query(store->db, QUERY_AD_LOT_OTHERS, ARGS(v_int(node), most));
    AdLots list = {0};
    Err err;

    while (db_next(&rows)) {
        size_t n = list.count++;

        if ((n & (n - 1)) == 0)
            list.items = arena_grow(arena, list.items, n * sizeof(AdLot),
                                    (n ? n * 2 : 1) * sizeof(AdLot));
        list.items[n] = (AdLot){db_int(&rows, 0), db_int(&rows, 1)};
    }
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err ad_lot_put(Store *store, int64_t campaign, int64_t node, int64_t held)
{
    return db_run(store->db, QUERY_AD_LOT_PUT,
                  ARGS(v_int(campaign), v_int(node), v_int(held)));
}

Err ad_pass(Store *store, int64_t node, Str ticket, bool click)
{
    return db_run(store->db, QUERY_AD_PASSED_ADD,
                  ARGS(v_int(node), v_text(ticket), v_int(click)));
}

Err ad_nodes(Store *store, Arena *arena, AdNodes *out)
{
    AdNodes list = {.items = ARENA_ARRAY(arena, int64_t, ADS_NODES_MAX)};
    Rows rows =
        db_query(store->db, QUERY_AD_NODE_LIST, ARGS(v_int(ADS_NODES_MAX)));
    Err err;

    while (list.count < ADS_NODES_MAX && db_next(&rows))
        list.items[list.count++] = db_int(&rows, 0);
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err ad_take_passed(Store *store, Arena *arena, int64_t node, AdPassedList *out)
{
    AdPassedList list = {.items = ARENA_ARRAY(arena, AdPassed, ADS_PASSED)};
    Rows rows = db_query(store->db, QUERY_AD_PASSED_LIST,
                         ARGS(v_int(node), v_int(ADS_PASSED)));
    int64_t last = 0;
    Err err;

    while (list.count < ADS_PASSED && db_next(&rows)) {
        last = db_int(&rows, 0);
        list.items[list.count++] =
            (AdPassed){db_text(&rows, arena, 1), db_int(&rows, 2) != 0};
    }
    err = db_done(&rows);
    if (!err && list.count)
        err = db_run(store->db, QUERY_AD_PASSED_DROP,
                     ARGS(v_int(node), v_int(last)));
    if (!err) *out = list;
    return err;
}

/* ---- the report ---- */

Err ad_report(Store *store, Arena *arena, int64_t campaign,
              void (*row)(void *ctx, int64_t day, int64_t hour,
                          const AdCount *count),
              void *ctx)
{
    Err err = store_begin(store);
    Rows rows;

    if (err) return err;
    rows = db_query(store->db, QUERY_REPORT_ADS, ARGS(v_int(campaign)));
    while (db_next(&rows)) {
        AdCount count = {.campaign = campaign,
                         .creative = db_int(&rows, 2),
                         .slot = db_text(&rows, arena, 3),
                         .language = db_text(&rows, arena, 4),
                         .seen = db_int(&rows, 5),
                         .clicks = db_int(&rows, 6)};

        row(ctx, db_int(&rows, 0), db_int(&rows, 1), &count);
    }
    return store_end(store, db_done(&rows));
}
