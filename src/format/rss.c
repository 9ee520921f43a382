#include "format/rss.h"

#include "format/xml_out.h"

static void put_link(Buf *buf, const char *rel, const char *type, Str href)
{
    if (!href.len) return;
    xml_put_start(buf, "atom:link");
    xml_put_attr(buf, "rel", str_from(rel));
    xml_put_attr_some(buf, "type", str_from(type));
    xml_put_attr(buf, "href", href);
    xml_put_done(buf);
}

static void put_image(Buf *buf, const FeedOut *feed)
{
    if (!feed->icon.len) return;
    xml_put_open(buf, "image");
    xml_put_text(buf, "url", feed->icon);
    xml_put_text(buf, "title", feed->title);
    xml_put_text(buf, "link", feed->home);
    xml_put_close(buf, "image");
}

/* The format wants a description; the title stands in where there is none. */
static void put_channel(Buf *buf, const FeedOut *feed)
{
    xml_put_text(buf, "title", feed->title);
    xml_put_text(buf, "link", feed->home);
    xml_put_text(buf, "description",
                 feed->subtitle.len ? feed->subtitle : feed->title);
    xml_put_some(buf, "language", feed->language);
    if (feed->updated != TIME_NONE)
        xml_put_text(buf, "lastBuildDate",
                     time_rfc822(buf->arena, feed->updated));
    xml_put_text(buf, "generator", S("dateline"));
    put_image(buf, feed);
    put_link(buf, "self", "application/rss+xml", feed->self);
    put_link(buf, "hub", NULL, feed->hub);
}

static void put_category(Buf *buf, Str base, Str slug, Str name)
{
    if (!name.len) return;
    xml_put_start(buf, "category");
    xml_put_attr_some(buf, "domain", feed_page(buf->arena, base, slug));
    xml_put_content(buf, "category", name);
}

static void put_times(Buf *buf, const PublicItem *item)
{
    if (item->timed)
        xml_put_text(buf, "pubDate", time_rfc822(buf->arena, item->at));
    if (!item->timed || item->changed_at > item->at)
        xml_put_time(buf, "atom:updated", item->changed_at);
}

/* Readers take an item's description for markup, so that plain text has to be
 * made that first. */
static void put_deck(Buf *buf, Str deck)
{
    Buf markup = buf_open(buf->arena, 6 * deck.len + 1);

    buf_escape(&markup, deck);
    xml_put_some(buf, "description", buf_str(&markup));
}

static void put_item(Buf *buf, const FeedOut *feed, const FeedEntry *entry)
{
    const PublicStory *story = entry->story;
    const PublicItem *item = &story->item;
    Html content = feed_content_if_room(buf, entry);

    xml_put_open(buf, "item");
    xml_put_text(buf, "title", item->headline);
    xml_put_text(buf, "link", entry->url);
    xml_put_start(buf, "guid");
    xml_put_attr(buf, "isPermaLink", S("false"));
    xml_put_content(buf, "guid", feed_id(buf->arena, story, feed->authority));
    put_times(buf, item);
    xml_put_some(buf, "dc:creator", feed_author(feed, story));
    xml_put_some(buf, "dc:source",
                 story->source.len ? story->source : story->source_url);
    put_category(buf, feed->sections, item->section, item->section_name);
    for (size_t i = 0; i < story->tags.count; i++)
        put_category(buf, feed->tags, story->tags.items[i].slug,
                     story->tags.items[i].name);
    feed_put_media(buf, &entry->picture);
    put_deck(buf, item->deck);
    xml_put_some(buf, "content:encoded", content.markup);
    xml_put_close(buf, "item");
}

void rss_write(Buf *buf, const FeedOut *feed)
{
    xml_put_head(buf);
    xml_put_start(buf, "rss");
    xml_put_attr(buf, "version", S("2.0"));
    xml_put_attr(buf, "xmlns:atom", S("http://www.w3.org/2005/Atom"));
    xml_put_attr(buf, "xmlns:content",
                 S("http://purl.org/rss/1.0/modules/content/"));
    xml_put_attr(buf, "xmlns:dc", S("http://purl.org/dc/elements/1.1/"));
    feed_put_media_ns(buf, feed);
    xml_put_into(buf);
    buf_putc(buf, '\n');
    xml_put_open(buf, "channel");
    put_channel(buf, feed);
    for (size_t i = 0; i < feed->count; i++)
        put_item(buf, feed, &feed->entries[i]);
    xml_put_close(buf, "channel");
    xml_put_close(buf, "rss");
}
