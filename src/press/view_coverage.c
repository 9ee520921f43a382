/* press/view_coverage.c -- live coverage: the stream of entries under a story,
 * its key events, its feed. */
#include "press/room.h"
#include "story/address.h"
#include "text/html.h"

EntryView view_entry(Making *making, const Entry *entry)
{
    Arena *arena = making->arena;
    EntryView view = {
        .number = str_format(arena, "%d", (int)entry->number),
        .time = view_time(making, entry->at),
        .time_iso = time_rfc3339(arena, entry->at - entry->at % TIME_SECOND),
        .pinned = entry->pinned,
        .key = entry->key,
        .headline = entry->headline,
        .body = entry->body,
        .note = entry->note,
    };

    if (entry->byline.len) view.byline = view_text(making, "by", entry->byline);
    if (entry->note.len)
        view.correction = view_text(making, "correction_note",
                                    view_time(making, entry->saved_at));
    return view;
}

static FeedLinks links_of(Making *making, Str page)
{
    return view_feeds(making,
                      str_format(making->arena, "%.*s/", STR_ARG(page)));
}

static void fill_entries(Making *making, const Entries *entries,
                         CoverageView *view)
{
    Arena *arena = making->arena;
    size_t bytes = 0;

    view->entries.items = ARENA_ARRAY(arena, EntryView, entries->count);
    view->keys.items = ARENA_ARRAY(arena, EntryView, entries->count);
    for (size_t i = 0; i < entries->count && bytes < COVERAGE_BYTES; i++) {
        EntryView entry = view_entry(making, &entries->items[i]);

        bytes += entry.body.markup.len;

        view->entries.items[view->entries.count++] = entry;
        if (entry.key && entry.headline.len)
            view->keys.items[view->keys.count++] = entry;
    }
    view->has_keys = view->keys.count > 0;
}

/* Nothing for a story that is none. */
Err render_coverage(Making *making)
{
    Store *store = making->press->store;
    const PublicStory *story;
    CoverageView view = {0};
    Entries entries;
    FeedLinks links;
    Time ended_at;
    Err err = make_story(making, &story);

    if (err) return err;
    make_dep_entries(making, story->item.id);
    err = public_coverage(store, story->item.id, &ended_at);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    if (!err)
        err = public_entries(store, making->arena, story->item.id,
                             COVERAGE_ITEMS, &entries);
    if (!err)
        err = public_coverage_mark(store, making->arena, story->item.id,
                                   &view.mark);
    if (err) return err;
    view.live = ended_at == TIME_NONE;
    if (!view.live)
        view.ended =
            view_text(making, "coverage_ended", view_time(making, ended_at));
    fill_entries(making, &entries, &view);
    links = links_of(making, address_item(making->arena, &story->item));
    view.rss_href = links.rss;
    view.atom_href = links.atom;
    view.json_href = links.json;
    make_template(making, TEMPLATE_coverage, &view);
    return ERR_OK;
}

/* ---- the feed: an entry as a story of its own ---- */

static Str title_of(Making *making, const Entry *entry)
{
    if (entry->headline.len) return entry->headline;
    return view_time(making, entry->at);
}

static FeedEntry feed_entry(Making *making, const PublicStory *story,
                            const Entry *entry)
{
    Arena *arena = making->arena;
    PublicStory *own = ARENA_NEW(arena, PublicStory);
    Str *labels = ARENA_NEW(arena, Str);
    Str id = feed_id(arena, story, making->press->config.site->authority);

    *own = (PublicStory){
        .item = story->item,
        .uri =
            str_format(arena, "%.*s#entry-%d", STR_ARG(id), (int)entry->number),
        .body = entry->body,
        .byline = entry->byline.len ? entry->byline : story->byline,
        .tags = story->tags,
    };
    own->item.headline = title_of(making, entry);
    own->item.deck = (Str){0};
    own->item.at = entry->at;
    own->item.timed = true;
    own->item.changed_at = entry->saved_at;
    own->item.version = entry->version;
    if (entry->note.len) {
        own->corrections = ARENA_NEW(arena, Correction);
        own->corrections[0] =
            (Correction){entry->version, entry->saved_at, entry->note};
        own->correction_count = 1;
        *labels = view_text(making, "correction_note",
                            view_time(making, entry->saved_at));
    }
    return (FeedEntry){
        .story = own,
        .url = view_url(making,
                        str_format(arena, "%.*s#entry-%d",
                                   STR_ARG(address_item(arena, &story->item)),
                                   (int)entry->number)),
        .correction_labels = labels,
    };
}

Err render_coverage_feed(Making *making)
{
    Arena *arena = making->arena;
    const PublicStory *story;
    FeedEntry *list;
    Entries entries;
    FeedOut feed;
    Str page;
    Err err = make_story(making, &story);

    if (err) return err;
    make_dep_entries(making, story->item.id);
    err = public_entries(making->press->store, arena, story->item.id,
                         FEED_ENTRIES_MAX, &entries);
    if (err) return err;
    list = ARENA_ARRAY(arena, FeedEntry, entries.count);
    page = address_item(arena, &story->item);
    feed = feed_of(making, page, list, entries.count);
    feed.title = story->item.headline;
    feed.subtitle = story->item.deck;
    feed.updated = story->item.changed_at;
    for (size_t i = 0; i < entries.count; i++) {
        list[i] = feed_entry(making, story, &entries.items[i]);
        if (entries.items[i].saved_at > feed.updated)
            feed.updated = entries.items[i].saved_at;
    }
    feed_write(making, &feed, links_of(making, page));
    return ERR_OK;
}
