#include "format/jsonld.h"

#include "format/shorten.h"
#include "format/stamp.h"
#include "text/json.h"
#include "text/sanitize.h"

static void put_time(JsonOut *json, const char *key, Time t)
{
    Stamp stamp = stamp_of(t);

    json_pair_some(json, key, stamp_str(&stamp));
}

static void open_thing(JsonOut *json, const char *key, const char *type)
{
    if (key) json_put_key(json, key);
    json_put_object(json);
    json_pair_str(json, "@type", str_from(type));
}

/* {"@type": type, "name": name, "url": url} under key; nothing without a
 * name. */
static void put_named(JsonOut *json, const char *key, const char *type,
                      Str name, Str url)
{
    if (!name.len) return;
    open_thing(json, key, type);
    json_pair_str(json, "name", name);
    json_pair_some(json, "url", url);
    json_put_end(json);
}

static void put_headline(JsonOut *json, Str headline)
{
    Str fitting = shorten(json->buf->arena, headline, JSONLD_HEADLINE_MAX);

    json_pair_str(json, "headline", fitting);
    if (fitting.len != headline.len || fitting.ptr != headline.ptr)
        json_pair_str(json, "alternativeHeadline", headline);
}

static void put_publisher(JsonOut *json, const JsonLd *page)
{
    open_thing(json, "publisher", "NewsMediaOrganization");
    json_pair_str(json, "name", page->agency);
    json_pair_some(json, "url", page->agency_url);
    if (page->logo.len) {
        open_thing(json, "logo", "ImageObject");
        json_pair_str(json, "url", page->logo);
        json_put_end(json);
    }
    json_put_end(json);
}

static void put_people(JsonOut *json, const JsonLd *page)
{
    const PublicStory *story = page->story;

    if (story->byline.len)
        put_named(json, "author", "Person", story->byline, (Str){0});
    else
        put_named(json, "author", "NewsMediaOrganization", page->agency,
                  page->agency_url);
    put_publisher(json, page);
    put_named(json, "sourceOrganization", "Organization", story->source,
              story->source_url);
}

static void put_tags(JsonOut *json, TagList tags)
{
    if (!tags.count) return;
    json_put_key(json, "keywords");
    json_put_array(json);
    for (size_t i = 0; i < tags.count; i++)
        json_put_str(json, tags.items[i].name);
    json_put_end(json);
}

static void put_corrections(JsonOut *json, const PublicStory *story)
{
    size_t count = story->correction_count;
    size_t from =
        count > JSONLD_CORRECTIONS_MAX ? count - JSONLD_CORRECTIONS_MAX : 0;

    if (!count) return;
    json_put_key(json, "correction");
    json_put_array(json);
    for (size_t i = from; i < count; i++) {
        open_thing(json, NULL, "CorrectionComment");
        json_pair_str(json, "text", story->corrections[i].note);
        put_time(json, "datePublished", story->corrections[i].at);
        json_put_end(json);
    }
    json_put_end(json);
}

/* Another story is named as a CreativeWork: whoever checks a NewsArticle wants
 * all that only its own page says. */
static void put_peer(JsonOut *json, const char *key, const JsonLdPeer *peer)
{
    open_thing(json, key, "CreativeWork");
    json_pair_some(json, "headline", peer->headline);
    json_pair_str(json, "url", peer->url);
    json_pair_str(json, "inLanguage", peer->language);
    json_put_end(json);
}

/* The first of the group counts as the original. */
static void put_translations(JsonOut *json, const JsonLd *page)
{
    int64_t original = page->story->group.number;

    if (original == page->story->item.id.number) {
        if (!page->peer_count) return;
        json_put_key(json, "workTranslation");
        json_put_array(json);
        for (size_t i = 0; i < page->peer_count; i++)
            put_peer(json, NULL, &page->peers[i]);
        json_put_end(json);
        return;
    }
    for (size_t i = 0; i < page->peer_count; i++) {
        if (page->peers[i].id.number != original) continue;
        put_peer(json, "translationOfWork", &page->peers[i]);
        return;
    }
}

static void put_follows(JsonOut *json, Str url)
{
    if (!url.len) return;
    open_thing(json, "isBasedOn", "CreativeWork");
    json_pair_str(json, "url", url);
    json_put_end(json);
}

static void put_place_in_the_web(JsonOut *json, const JsonLd *page)
{
    json_put_key(json, "mainEntityOfPage");
    json_put_object(json);
    json_pair_str(json, "@type", S("WebPage"));
    json_pair_str(json, "@id", page->url);
    json_put_end(json);
    json_pair_str(json, "url", page->url);
    put_named(json, "isPartOf", "WebSite", page->agency, page->agency_url);
}

static void put_entry(JsonOut *json, const JsonLd *page, const Entry *entry)
{
    Arena *arena = json->buf->arena;
    Str text = html_plain(arena, entry->body);

    open_thing(json, NULL, "BlogPosting");
    put_headline(json, entry->headline.len ? entry->headline : text);
    if (text.len)
        json_pair_str(json, "articleBody",
                      shorten(arena, text, JSONLD_ENTRY_MAX));
    json_pair_str(json, "url",
                  str_format(arena, "%.*s#entry-%d", STR_ARG(page->url),
                             (int)entry->number));
    put_time(json, "datePublished", entry->at);
    put_time(json, "dateModified", entry->saved_at);
    if (entry->byline.len)
        put_named(json, "author", "Person", entry->byline, (Str){0});
    else
        put_named(json, "author", "NewsMediaOrganization", page->agency,
                  page->agency_url);
    if (entry->note.len) {
        open_thing(json, "correction", "CorrectionComment");
        json_pair_str(json, "text", entry->note);
        put_time(json, "datePublished", entry->saved_at);
        json_put_end(json);
    }
    json_put_end(json);
}

static void put_coverage(JsonOut *json, const JsonLd *page)
{
    const Entries *entries = page->coverage;
    Time begun = page->story->item.at;

    for (size_t i = 0; i < entries->count; i++)
        if (entries->items[i].at < begun) begun = entries->items[i].at;
    put_time(json, "coverageStartTime", begun);
    if (page->ended_at != TIME_NONE)
        put_time(json, "coverageEndTime", page->ended_at);
    json_put_key(json, "liveBlogUpdate");
    json_put_array(json);
    for (size_t i = 0; i < entries->count && json->buf->len < JSONLD_MAX / 2;
         i++)
        put_entry(json, page, &entries->items[i]);
    json_put_end(json);
}

/* Of live coverage also that of its entries. */
static Time modified(const JsonLd *page)
{
    const PublicItem *item = &page->story->item;
    Time newest = item->changed_at == TIME_NONE ? item->at : item->changed_at;

    for (size_t i = 0; page->coverage && i < page->coverage->count; i++)
        if (page->coverage->items[i].saved_at > newest)
            newest = page->coverage->items[i].saved_at;
    return newest;
}

/* url is what articles are asked for, contentUrl what is said of an image. */
static void put_image(JsonOut *json, const JsonLd *page)
{
    const JsonLdPicture *picture = &page->picture;

    if (!picture->url.len) {
        json_pair_some(json, "image", page->image);
        return;
    }
    open_thing(json, "image", "ImageObject");
    json_pair_str(json, "url", picture->url);
    json_pair_str(json, "contentUrl", picture->url);
    json_pair_int(json, "width", picture->width);
    json_pair_int(json, "height", picture->height);
    json_pair_some(json, "caption", picture->caption);
    json_pair_some(json, "creditText", picture->credit);
    json_pair_some(json, "copyrightNotice", picture->rights);
    json_put_end(json);
}

static void put_article(JsonOut *json, const JsonLd *page)
{
    const PublicStory *story = page->story;
    const PublicItem *item = &story->item;

    open_thing(json, NULL, page->coverage ? "LiveBlogPosting" : "NewsArticle");
    put_place_in_the_web(json, page);
    put_headline(json, item->headline);
    json_pair_some(json, "description", page->description);
    put_image(json, page);
    if (item->timed) put_time(json, "datePublished", item->at);
    put_time(json, "dateModified", modified(page));
    put_people(json, page);
    json_pair_some(json, "articleSection", item->section_name);
    put_tags(json, story->tags);
    json_pair_some(json, "inLanguage", item->language);
    if (story->words > 0) json_pair_int(json, "wordCount", story->words);
    json_pair_bool(json, "isAccessibleForFree", true);
    json_pair_some(json, "dateline", story->place);
    put_named(json, "contentLocation", "Place", story->place, (Str){0});
    put_corrections(json, story);
    put_follows(json, page->follows_url);
    put_translations(json, page);
    if (page->coverage) put_coverage(json, page);
    json_put_end(json);
}

static void put_crumbs(JsonOut *json, const JsonLd *page)
{
    if (!page->crumb_count) return;
    open_thing(json, NULL, "BreadcrumbList");
    json_put_key(json, "itemListElement");
    json_put_array(json);
    for (size_t i = 0; i < page->crumb_count; i++) {
        open_thing(json, NULL, "ListItem");
        json_pair_int(json, "position", (int64_t)i + 1);
        json_pair_str(json, "name", page->crumbs[i].name);
        json_pair_some(json, "item", page->crumbs[i].url);
        json_put_end(json);
    }
    json_put_end(json);
    json_put_end(json);
}

Err jsonld_article(Arena *arena, const JsonLd *page, Html *out)
{
    Buf buf = buf_open(arena, JSONLD_MAX);
    JsonOut json = json_out(&buf);
    Str bytes;
    Err err;

    json_put_object(&json);
    json_pair_str(&json, "@context", S("https://schema.org"));
    json_put_key(&json, "@graph");
    json_put_array(&json);
    put_article(&json, page);
    put_crumbs(&json, page);
    json_put_end(&json);
    json_put_end(&json);
    err = buf_end(&buf, &bytes);
    if (err) return err;
    *out = (Html){bytes};
    return ERR_OK;
}
