#include "format/jsonfeed.h"

#include "format/stamp.h"
#include "text/json.h"

static void put_time(JsonOut *json, const char *key, Time t)
{
    Stamp stamp = stamp_of(t);

    json_pair_some(json, key, stamp_str(&stamp));
}

static void put_authors(JsonOut *json, Str name, Str url)
{
    if (!name.len) return;
    json_put_key(json, "authors");
    json_put_array(json);
    json_put_object(json);
    json_pair_str(json, "name", name);
    json_pair_some(json, "url", url);
    json_put_end(json);
    json_put_end(json);
}

static void put_hubs(JsonOut *json, Str hub)
{
    if (!hub.len) return;
    json_put_key(json, "hubs");
    json_put_array(json);
    json_put_object(json);
    json_pair_str(json, "type", S("WebSub"));
    json_pair_str(json, "url", hub);
    json_put_end(json);
    json_put_end(json);
}

static void put_head(JsonOut *json, const FeedOut *feed)
{
    json_pair_str(json, "version", S("https://jsonfeed.org/version/1.1"));
    json_pair_str(json, "title", feed->title);
    json_pair_some(json, "home_page_url", feed->home);
    json_pair_some(json, "feed_url", feed->self);
    json_pair_some(json, "description", feed->subtitle);
    json_pair_some(json, "icon", feed->icon);
    put_authors(json, feed->author, feed->home);
    json_pair_some(json, "language", feed->language);
    put_hubs(json, feed->hub);
}

/* Whether tag i has a name that stands there already: the format wants each
 * once, and a section and a tag, or two tags, may be called the same. */
static bool is_named_before(const PublicStory *story, size_t i)
{
    Str name = story->tags.items[i].name;

    if (str_eq(name, story->item.section_name)) return true;
    for (size_t j = 0; j < i; j++)
        if (str_eq(name, story->tags.items[j].name)) return true;
    return false;
}

static void put_tags(JsonOut *json, const PublicStory *story)
{
    if (!story->item.section_name.len && !story->tags.count) return;
    json_put_key(json, "tags");
    json_put_array(json);
    if (story->item.section_name.len)
        json_put_str(json, story->item.section_name);
    for (size_t i = 0; i < story->tags.count; i++)
        if (!is_named_before(story, i))
            json_put_str(json, story->tags.items[i].name);
    json_put_end(json);
}

static void put_content(JsonOut *json, const PublicStory *story, Html content)
{
    if (content.markup.len)
        json_pair_str(json, "content_html", content.markup);
    else
        json_pair_str(json, "content_text",
                      story->item.deck.len ? story->item.deck
                                           : story->item.headline);
}

static void put_item(JsonOut *json, const FeedOut *feed, const FeedEntry *entry)
{
    const PublicStory *story = entry->story;
    const PublicItem *item = &story->item;
    Html content = feed_content_if_room(json->buf, entry);

    json_put_object(json);
    json_pair_str(json, "id",
                  feed_id(json->buf->arena, story, feed->authority));
    json_pair_str(json, "url", entry->url);
    json_pair_some(json, "external_url", story->source_url);
    json_pair_str(json, "title", item->headline);
    put_content(json, story, content);
    json_pair_some(json, "summary", item->deck);
    json_pair_some(json, "image", entry->picture.url);
    if (item->timed) put_time(json, "date_published", item->at);
    put_time(json, "date_modified", feed_changed(story));
    put_authors(json, story->byline, (Str){0});
    put_tags(json, story);
    if (!str_eq(item->language, feed->language))
        json_pair_some(json, "language", item->language);
    json_put_end(json);
}

void jsonfeed_write(Buf *buf, const FeedOut *feed)
{
    JsonOut json = json_out(buf);

    json_put_object(&json);
    put_head(&json, feed);
    json_put_key(&json, "items");
    json_put_array(&json);
    for (size_t i = 0; i < feed->count; i++)
        put_item(&json, feed, &feed->entries[i]);
    json_put_end(&json);
    json_put_end(&json);
}
