#include "format/atom.h"

#include "format/xml_out.h"

static void put_link(Buf *buf, const char *rel, const char *type, Str href,
                     Str title)
{
    if (!href.len) return;
    xml_put_start(buf, "link");
    xml_put_attr(buf, "rel", str_from(rel));
    xml_put_attr_some(buf, "type", str_from(type));
    xml_put_attr(buf, "href", href);
    xml_put_attr_some(buf, "title", title);
    xml_put_done(buf);
}

static void put_author(Buf *buf, Str name)
{
    if (!name.len) return;
    xml_put_open(buf, "author");
    xml_put_text(buf, "name", name);
    xml_put_close(buf, "author");
}

static void put_head(Buf *buf, const FeedOut *feed)
{
    xml_put_text(buf, "id", feed->self);
    xml_put_text(buf, "title", feed->title);
    xml_put_some(buf, "subtitle", feed->subtitle);
    xml_put_time(buf, "updated", feed->updated);
    put_author(buf, feed->author);
    xml_put_text(buf, "generator", S("dateline"));
    xml_put_some(buf, "icon", feed->icon);
    put_link(buf, "self", "application/atom+xml", feed->self, (Str){0});
    put_link(buf, "alternate", "text/html", feed->home, (Str){0});
    put_link(buf, "hub", NULL, feed->hub, (Str){0});
}

/* scheme is the address below which all of its kind stand, so that a section
 * and a tag of the same slug differ. */
static void put_category(Buf *buf, Str scheme, Str term, Str label)
{
    if (!term.len) return;
    xml_put_start(buf, "category");
    xml_put_attr(buf, "term", term);
    xml_put_attr_some(buf, "scheme", scheme);
    xml_put_attr_some(buf, "label", label);
    xml_put_done(buf);
}

static void put_content(Buf *buf, Html content)
{
    if (!content.markup.len) return;
    xml_put_start(buf, "content");
    xml_put_attr(buf, "type", S("html"));
    xml_put_content(buf, "content", content.markup);
}

static void open_entry(Buf *buf, const FeedOut *feed, Str language)
{
    xml_put_start(buf, "entry");
    if (!str_eq(language, feed->language))
        xml_put_attr_some(buf, "xml:lang", language);
    xml_put_into(buf);
    buf_putc(buf, '\n');
}

static void put_entry(Buf *buf, const FeedOut *feed, const FeedEntry *entry)
{
    const PublicStory *story = entry->story;
    const PublicItem *item = &story->item;
    Html content = feed_content_if_room(buf, entry);

    open_entry(buf, feed, item->language);
    xml_put_text(buf, "id", feed_id(buf->arena, story, feed->authority));
    xml_put_text(buf, "title", item->headline);
    xml_put_time(buf, "updated", feed_changed(story));
    if (item->timed) xml_put_time(buf, "published", item->at);
    put_author(buf, feed_author(feed, story));
    put_link(buf, "alternate", "text/html", entry->url, (Str){0});
    put_link(buf, "via", NULL, story->source_url, story->source);
    put_category(buf, feed->sections, item->section, item->section_name);
    for (size_t i = 0; i < story->tags.count; i++)
        put_category(buf, feed->tags, story->tags.items[i].slug,
                     story->tags.items[i].name);
    xml_put_some(buf, "summary", item->deck);
    feed_put_media(buf, &entry->picture);
    put_content(buf, content);
    xml_put_close(buf, "entry");
}

void atom_write(Buf *buf, const FeedOut *feed)
{
    xml_put_head(buf);
    xml_put_start(buf, "feed");
    xml_put_attr(buf, "xmlns", S("http://www.w3.org/2005/Atom"));
    xml_put_attr_some(buf, "xml:lang", feed->language);
    feed_put_media_ns(buf, feed);
    xml_put_into(buf);
    buf_putc(buf, '\n');
    put_head(buf, feed);
    for (size_t i = 0; i < feed->count; i++)
        put_entry(buf, feed, &feed->entries[i]);
    xml_put_close(buf, "feed");
}
