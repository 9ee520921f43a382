#include "store/subscriptions.h"

#include "store/inside.h"

#define FACT_SECRET S("push_secret")

Err subscription_put(Store *store, const Subscription *subscription, Time now)
{
    return db_run(store->db, QUERY_PUSH_PUT,
                  ARGS(v_text(subscription->endpoint),
                       v_text(subscription->p256dh), v_text(subscription->auth),
                       v_text(subscription->language),
                       v_text(subscription->topics), v_int(now)));
}

Err subscription_drop(Store *store, Str endpoint)
{
    return db_run(store->db, QUERY_PUSH_DROP, ARGS(v_text(endpoint)));
}

Err subscriptions_after(Store *store, Arena *arena, Str language, Str after,
                        Subscriptions *out)
{
    Subscriptions list = {
        .items = ARENA_ARRAY(arena, Subscription, SUBSCRIPTIONS_MAX)};
    Rows rows = db_query(
        store->db, QUERY_PUSH_LIST,
        ARGS(v_text(language), v_text(after), v_int(SUBSCRIPTIONS_MAX)));
    Err err;

    while (list.count < SUBSCRIPTIONS_MAX && db_next(&rows))
        list.items[list.count++] = (Subscription){
            .endpoint = db_text(&rows, arena, 0),
            .p256dh = db_text(&rows, arena, 1),
            .auth = db_text(&rows, arena, 2),
            .language = language,
            .topics = db_text(&rows, arena, 3),
        };
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err push_told_get(Store *store, Arena *arena, StoryId story, Time since,
                  Str *topics)
{
    Rows rows = db_query(store->db, QUERY_PUSH_TOLD_GET,
                         ARGS(v_int(story.number), v_int(since)));
    Str found = {0};
    Err err;

    if (db_next(&rows)) found = db_text(&rows, arena, 0);
    err = db_done(&rows);
    if (!err) *topics = found;
    return err;
}

Err push_told_put(Store *store, StoryId story, Str topics, Time now, Time since)
{
    Err err = db_run(store->db, QUERY_PUSH_TOLD_PUT,
                     ARGS(v_int(story.number), v_text(topics), v_int(now)));

    if (err) return err;
    return db_run(store->db, QUERY_PUSH_TOLD_DROP, ARGS(v_int(since)));
}

Err push_secret_get(Store *store, Arena *arena, Str *out)
{
    return store_fact(store, arena, FACT_SECRET, out);
}

Err push_secret_put(Store *store, Str secret)
{
    return db_run(store->db, QUERY_FACT_PUT,
                  ARGS(v_text(FACT_SECRET), v_text(secret)));
}
