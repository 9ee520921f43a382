/* press/feeds.c -- feeds and the small files, as fragments of one-part pages.
 */
#include "format/atom.h"
#include "format/jsonfeed.h"
#include "format/manifest.h"
#include "format/opensearch.h"
#include "format/robots.h"
#include "format/rss.h"
#include "press/room.h"
#include "story/address.h"
#include "story/lang.h"

/* Each story of the feed whole, with the labels of its corrections. */
static Err read_entries(Making *making, const PublicList *list,
                        FeedEntry *entries)
{
    Arena *arena = making->arena;

    for (size_t i = 0; i < list->count; i++) {
        PublicStory *story = ARENA_NEW(arena, PublicStory);
        PublicNotice notice;
        Str *labels;
        Err err = public_story(making->press->store, arena, list->items[i].id,
                               story, &notice);

        if (err) return err;
        labels = ARENA_ARRAY(arena, Str, story->correction_count);
        for (size_t k = 0; k < story->correction_count; k++)
            labels[k] = view_text(making, "correction_note",
                                  view_time(making, story->corrections[k].at));
        entries[i] = (FeedEntry){
            .story = story,
            .url = view_url(making, address_item(arena, &story->item)),
            .correction_labels = labels,
        };
        err = view_feed_picture(making, &story->item, &entries[i].picture);
        if (err) return err;
    }
    return ERR_OK;
}

/* 1970 for a feed without stories: it must not depend on when it was made. */
static Time newest_change(const PublicList *list)
{
    Time newest = 0;

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].changed_at > newest)
            newest = list->items[i].changed_at;
    return newest;
}

static Err feed_words(Making *making, FeedOut *feed)
{
    const PageKey *key = making->key;
    Str site = making->language->site_name;
    Str name;
    Err err;

    feed->title = site;
    feed->subtitle = view_text(making, "site_description", site);
    if (!key->section.len && !key->tag.len) return ERR_OK;
    err = page_list_name(making, &name);
    if (err) return err;
    feed->title =
        str_format(making->arena, "%.*s – %.*s", STR_ARG(site), STR_ARG(name));
    feed->subtitle = view_text(
        making, key->section.len ? "section_description" : "tag_description",
        name);
    return ERR_OK;
}

void feed_write(Making *making, FeedOut *feed, FeedLinks links)
{
    switch (making->key->kind) {
    case PAGE_RSS:
        feed->self = view_url(making, links.rss);
        rss_write(&making->out, feed);
        break;
    case PAGE_ATOM:
        feed->self = view_url(making, links.atom);
        atom_write(&making->out, feed);
        break;
    default:
        feed->self = view_url(making, links.json);
        jsonfeed_write(&making->out, feed);
        break;
    }
}

FeedOut feed_of(Making *making, Str home, const FeedEntry *entries,
                size_t count)
{
    const Site *site = making->press->config.site;
    Arena *arena = making->arena;
    Str front = address_front(arena, making->language->tag);

    return (FeedOut){
        .language = making->language->tag,
        .home = view_url(making, home),
        .hub = site->hub,
        .author = making->language->site_name,
        .icon = view_url(making, S("/icon-512.png")),
        .sections = view_url(making, front),
        .tags = view_url(making, str_format(arena, "%.*stag/", STR_ARG(front))),
        .authority = site->authority,
        .entries = entries,
        .count = count,
    };
}

Err feed_begin(Making *making, Str home, const PublicList *items, FeedOut *out)
{
    FeedEntry *entries = ARENA_ARRAY(making->arena, FeedEntry, items->count);
    Err err = read_entries(making, items, entries);

    if (err) return err;
    *out = feed_of(making, home, entries, items->count);
    out->updated = newest_change(items);
    return ERR_OK;
}

Err render_feed(Making *making)
{
    ListKey key = page_list_key(making->press, making->key);
    Str list = page_list_address(making->press, making->arena, making->key);
    PublicList items;
    FeedOut feed;
    Err err = public_list(making->press->store, making->arena, key, NULL,
                          TIME_MIN, FEED_ITEMS, &items);

    if (!err) err = feed_begin(making, list, &items, &feed);
    if (!err) err = feed_words(making, &feed);
    if (err) return err;
    make_dep_items(making, &items);
    make_dep_list(making, key,
                  items.count == FEED_ITEMS ? items.items[items.count - 1].at
                                            : INT64_MIN,
                  INT64_MAX);
    make_dep(making, dep_menu(key.language), INT64_MIN, INT64_MAX);
    feed_write(making, &feed, view_feeds(making, list));
    return ERR_OK;
}

/* ---- the small files ---- */

static void write_robots(Making *making)
{
    Robots robots = {0};

    strs_add(&robots.disallow, making->arena, S("/desk/"));
    strs_add(&robots.disallow, making->arena, S("/api/"));
    strs_add(&robots.disallow, making->arena, S("/*/search"));
    strs_add(&robots.sitemaps, making->arena,
             view_url(making, S("/sitemap.xml")));
    strs_add(&robots.sitemaps, making->arena,
             view_url(making, S("/sitemap-news.xml")));
    robots_write(&making->out, &robots);
}

static void write_opensearch(Making *making)
{
    OpenSearch search = {
        .name = making->language->site_name,
        .description = view_word(making, "site_search_description"),
        .language = making->language->tag,
        .search = view_url(making, str_format(making->arena, "/%.*s/search?q=",
                                              STR_ARG(making->language->tag))),
        .suggest = view_url(making,
                            str_format(making->arena, "/%.*s/search/suggest?q=",
                                       STR_ARG(making->language->tag))),
        .self = view_url(making, S("/opensearch.xml")),
        .icon = view_url(making, S("/icon-192.png")),
    };

    opensearch_write(&making->out, &search);
}

static void write_manifest(Making *making)
{
    static const ManifestIcon icons[] = {
        {S_INIT("/icon-192.png"), S_INIT("192x192"), S_INIT("image/png"),
         false},
        {S_INIT("/icon-512.png"), S_INIT("512x512"), S_INIT("image/png"),
         false},
        {S_INIT("/icon.svg"), S_INIT("any"), S_INIT("image/svg+xml"), false},
        {S_INIT("/icon-maskable.svg"), S_INIT("any"), S_INIT("image/svg+xml"),
         true},
    };
    Manifest manifest = {
        .name = making->language->site_name,
        .short_name = making->language->site_name,
        .description =
            view_text(making, "site_description", making->language->site_name),
        .language = making->language->tag,
        .rtl = lang_is_rtl(making->language->tag),
        .start = S("/"),
        .background_color = S("#ffffff"),
        .theme_color = S("#ffffff"),
        .icons = icons,
        .icon_count = COUNT(icons),
    };

    manifest_write(&making->out, &manifest);
}

static void write_ads(Making *making)
{
    Str sellers = making->press->config.site->ads_txt;

    if (sellers.len)
        buf_puts(&making->out, sellers);
    else
        ads_write(&making->out, &(AdsTxt){0});
}

Err render_plain(Making *making)
{
    switch (making->key->kind) {
    case PAGE_ROBOTS: write_robots(making); break;
    case PAGE_ADS: write_ads(making); break;
    case PAGE_OPENSEARCH: write_opensearch(making); break;
    default: write_manifest(making); break;
    }
    return ERR_OK;
}
