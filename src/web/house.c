#include "web/house.h"

#include "search/related.h"

#define SEARCH_THREADS 2
#define SEARCH_CACHE   ((size_t)2 * 1024 * 1024)

/* ---- what a press asks ---- */

static int64_t committed(void *ctx)
{
    return writer_committed(ctx);
}

static int64_t gone(void *ctx)
{
    return writer_gone(ctx);
}

PressConfig house_press(House *house, size_t cache_bytes)
{
    const ServeConfig *config = house->config;

    return (PressConfig){
        .site = &house->site,
        .theme = house->theme,
        .where = config->store_path,
        .cache_bytes = cache_bytes,
        .head = house->shared.head,
        .room = HTTP_ROOM,
        .shared_s = config->cdn_seconds,
        .begun_at = house->begun_at,
        .watch = house->watch,
        .replica = config->replica,
        .replica_watch = house->replica_watch,
        .committed = committed,
        .gone = gone,
        .ctx = house->writer,
    };
}

void house_on_behind(void *ctx)
{
    bell_ring_server(&((House *)ctx)->bell);
}

/* ---- parts ---- */

Err house_start_purge(House *house, Fault *fault)
{
    const ServeConfig *config = house->config;
    PurgeConfig purge = {
        .where = config->store_path,
        .watch = house->watch,
        .site = &house->site,
        .form = config->purge_fastly ? PURGE_FASTLY : PURGE_VARNISH,
        .url = config->purge_url,
        .token = config->purge_token,
    };

    return config->purge_url ? purge_start(&purge, &house->purge, fault)
                             : ERR_OK;
}

static Err start_follow(House *house, Fault *fault)
{
    const Site *site = &house->site;
    FollowConfig config = {.where = house->config->store_path,
                           .watch = house->watch,
                           .writer = house->writer,
                           .caught_up = house->watch ? NULL : house_on_behind,
                           .ctx = house,
                           .languages = house->languages,
                           .language_count = site->language_count};

    for (size_t i = 0; i < site->language_count; i++)
        house->languages[i] = site->languages[i].tag;
    return follow_start(&config, &house->follow, fault);
}

static Err start_push(House *house, Fault *fault)
{
    const ServeConfig *config = house->config;
    PushConfig push = {
        .where = config->store_path,
        .watch = house->watch,
        .site = &house->site,
        .theme = house->theme,
        .subject = config->push_subject,
        .services = config->push_services,
        .allow_private = config->push_private,
    };
    Err err = config->push_subject.len ? push_start(&push, &house->push, fault)
                                       : ERR_OK;

    house->shared.subscribe.push = house->push;
    house->shared.subscribe.writer = house->writer;
    return err;
}

static Err start_audience(House *house, Fault *fault)
{
    AudienceConfig config = {
        .where = house->config->store_path,
        .watch = house->watch,
        .writer = house->writer,
        .half_life_s = house->config->hot_half_life_s,
    };
    Err err = audience_start(&config, &house->audience, fault);

    house->shared.audience = house->audience;
    house->shared.proxies = house->config->proxies;
    return err;
}

static Err start_ads(House *house, Fault *fault)
{
    AdsConfig config = {
        .where = house->config->store_path,
        .watch = house->watch,
        .several = house->watch != NULL,
        .writer = house->writer,
        .zone = house->site.zone,
        .per_address = house->config->ads_per_address,
    };
    Err err = ERR_OK;

    if (house->site.ads) err = ads_start(&config, &house->ads, fault);
    house->shared.ads = house->ads;
    return err;
}

static Err start_searcher(House *house, Fault *fault)
{
    SearcherConfig config = {
        .press = house_press(house, SEARCH_CACHE),
        .threads = SEARCH_THREADS,
        .per_address = house->config->searches_per_address,
    };

    return searcher_start(&config, &house->searcher, fault);
}

static Err start_cards(House *house, Fault *fault)
{
    Err err = cards_start(house->config->cards_dir, &house->cards, fault);

    house->shared.cards = house->cards;
    return err;
}

static Err start_courier(House *house, Fault *fault)
{
    const BucketConfig *bucket = &house->config->bucket;
    Err err = bucket->url ? courier_start(bucket, &house->shared.shelf,
                                          &house->courier, fault)
                          : ERR_OK;

    house->shared.courier = house->courier;
    return err;
}

Err house_start(House *house, Fault *fault)
{
    Err err = start_follow(house, fault);

    if (!err) err = start_searcher(house, fault);
    if (!err) err = start_cards(house, fault);
    if (!err) err = start_courier(house, fault);
    if (!err) err = start_audience(house, fault);
    if (!err) err = start_ads(house, fault);
    if (!err) err = start_push(house, fault);
    return err;
}

void house_stop(House *house)
{
    push_stop(house->push);
    audience_stop(house->audience);
    ads_stop(house->ads);
    searcher_stop(house->searcher);
    cards_stop(house->cards);
    courier_stop(house->courier);
    follow_stop(house->follow);
}
