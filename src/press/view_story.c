/* press/view_story.c -- the fragments that one story has for itself. */
#include <stdlib.h>

#include "base/utf8.h"
#include "format/jsonld.h"
#include "press/room.h"
#include "store/related.h"
#include "story/address.h"
#include "story/item.h"
#include "story/lang.h"
#include "text/sanitize.h"
#include "text/url.h"

#define DESCRIPTION_MAX 200 /* code points of a body's beginning */

static const PublicItem *first_in(const PublicList *list, Str language)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i].language, language)) return &list->items[i];
    return NULL;
}

/* The story in the site's other languages, in the site's order: of each the
 * first of the group. */
static Err read_peers(Making *making, const PublicStory *story, PublicList *out)
{
    const Site *site = making->press->config.site;
    PublicList peers;
    Err err = public_peers(making->press->store, making->arena, story->group,
                           story->item.id, &peers);

    if (err) return err;
    make_dep(making, dep_group(story->group.number), INT64_MIN, INT64_MAX);
    make_dep_items(making, &peers);
    *out = (PublicList){
        .items = ARENA_ARRAY(making->arena, PublicItem, site->language_count)};
    for (size_t i = 0; i < site->language_count; i++) {
        Str language = site->languages[i].tag;
        const PublicItem *peer = first_in(&peers, language);

        if (peer && !str_eq(language, story->item.language))
            out->items[out->count++] = *peer;
    }
    return ERR_OK;
}

static size_t language_of(const Making *making, Str tag)
{
    int at = site_language(making->press->config.site, tag);

    return at < 0 ? 0 : (size_t)at;
}

/* The deck, else the beginning of the body up to the end of a sentence, else
 * the headline. */
static Str description(Making *making, const PublicStory *story)
{
    Str text;
    Str cut;

    if (story->item.deck.len) return story->item.deck;
    text = html_plain(making->arena, story->body);
    text = item_line(making->arena, utf8_first(text, DESCRIPTION_MAX * 2));
    if (!text.len) return story->item.headline;
    cut = utf8_first(text, DESCRIPTION_MAX);
    if (cut.len == text.len) return text;
    for (size_t i = cut.len; i > cut.len / 2; i--)
        if (cut.ptr[i - 1] == '.' && text.ptr[i] == ' ')
            return str_slice(cut, 0, i);
    for (size_t i = cut.len; i > 0; i--)
        if (cut.ptr[i - 1] == ' ')
            return str_format(making->arena, "%.*s…",
                              STR_ARG(str_slice(cut, 0, i - 1)));
    return cut;
}

static LinkViewList tag_links(Making *making, const PublicStory *story)
{
    LinkViewList links = {
        .items = ARENA_ARRAY(making->arena, LinkView, story->tags.count),
        .count = story->tags.count,
    };

    for (size_t i = 0; i < links.count; i++)
        links.items[i] = (LinkView){
            .name = story->tags.items[i].name,
            .href = address_tag(making->arena, making->language->tag,
                                story->tags.items[i].slug),
        };
    return links;
}

static Err follows_item(Making *making, const PublicStory *story,
                        const PublicItem **out)
{
    PublicItem *item = ARENA_NEW(making->arena, PublicItem);
    Err err;

    *out = NULL;
    make_dep(making, dep_followed(story->item.id.number), INT64_MIN, INT64_MAX);
    if (!story->follows.number) return ERR_OK;
    make_dep_story(making, story->follows);
    err =
        public_item(making->press->store, making->arena, story->follows, item);
    if (!err) *out = item;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- head ---- */

#define JSONLD_ENTRIES 100 /* the newest, of live coverage */

static Err make_json_ld(Making *making, const PublicStory *story,
                        const PublicList *peers, Html *out)
{
    Arena *arena = making->arena;
    const PublicItem *before;
    JsonLdPeer *others = ARENA_ARRAY(arena, JsonLdPeer, peers->count);
    Str front = address_front(arena, making->language->tag);
    JsonLdCrumb crumbs[] = {
        {view_word(making, "home"), view_url(making, front)},
        {story->item.section_name,
         view_url(making, address_section(arena, making->language->tag,
                                          story->item.section))},
    };
    JsonLd page = {
        .story = story,
        .url = view_url(making, address_item(arena, &story->item)),
        .description = description(making, story),
        .agency = making->language->site_name,
        .agency_url = view_url(making, front),
        .image = view_url(making, S("/icon-512.png")),
        .logo = view_url(making, S("/apple-touch-icon.png")),
        .peers = others,
        .peer_count = peers->count,
        .crumbs = crumbs,
        .crumb_count = COUNT(crumbs),
    };
    Entries entries = {0};
    Err err = follows_item(making, story, &before);

    make_dep_entries(making, story->item.id);
    if (!err) err = view_json_ld_picture(making, &story->item, &page.picture);
    if (!err)
        err = public_coverage(making->press->store, story->item.id,
                              &page.ended_at);
    if (!err) {
        page.coverage = &entries;
        err = public_entries(making->press->store, arena, story->item.id,
                             JSONLD_ENTRIES, &entries);
    } else if (err == ERR_NOT_FOUND) {
        err = ERR_OK;
    }
    if (err) return err;
    if (before)
        page.follows_url = view_url(making, address_item(arena, before));
    for (size_t i = 0; i < peers->count; i++)
        others[i] = (JsonLdPeer){
            .id = peers->items[i].id,
            .language = peers->items[i].language,
            .url = view_url(making, address_item(arena, &peers->items[i])),
            .headline = peers->items[i].headline,
        };
    return jsonld_article(arena, &page, out);
}

static LanguageViewList alternates(Making *making, const PublicStory *story,
                                   const PublicList *peers)
{
    Arena *arena = making->arena;
    LanguageViewList list = {ARENA_ARRAY(arena, LanguageView, peers->count + 1),
                             0};

    if (!peers->count) return list;
    for (size_t i = 0; i <= peers->count; i++) {
        const PublicItem *item = i ? &peers->items[i - 1] : &story->item;

        list.items[list.count++] =
            view_language(making, language_of(making, item->language),
                          view_url(making, address_item(arena, item)));
    }
    return list;
}

Err render_story_head(Making *making)
{
    const PublicStory *story;
    PublicList peers;
    StoryHeadView view;
    PictureView *picture;
    Err err;

    err = make_story(making, &story);
    if (!err) err = read_peers(making, story, &peers);
    if (err) return err;
    view = (StoryHeadView){
        .headline = story->item.headline,
        .site_name = making->language->site_name,
        .description = description(making, story),
        .canonical =
            view_url(making, address_item(making->arena, &story->item)),
        .alternates = alternates(making, story, &peers),
        .locale = lang_open_graph(making->arena, making->language->tag),
        .modified_iso = time_rfc3339(making->arena,
                                     story->item.changed_at -
                                         story->item.changed_at % TIME_SECOND),
        .section = story->item.section_name,
        .tags = tag_links(making, story),
    };
    if (story->item.timed)
        view.published_iso = time_rfc3339(
            making->arena, story->item.at - story->item.at % TIME_SECOND);
    err = view_picture(making, &story->item, VIEW_IN_STORY, &picture);
    if (err) return err;
    view.picture = view_share_picture(making, &story->item,
                                      picture ? picture->alt : (Str){0});
    err = make_json_ld(making, story, &peers, &view.json_ld);
    if (err) return err;
    make_template(making, TEMPLATE_story_head, &view);
    return ERR_OK;
}

/* ---- the article ---- */

static Str mail_link(Making *making, const PublicStory *story)
{
    Buf buf = buf_open(making->arena, 16 * 1024);

    buf_puts(&buf, S("mailto:?subject="));
    url_put_query(&buf, story->item.headline);
    buf_puts(&buf, S("&body="));
    url_put_query(&buf,
                  view_url(making, address_item(making->arena, &story->item)));
    return buf_str(&buf);
}

/* Newest first. */
static CorrectionViewList correction_views(Making *making,
                                           const PublicStory *story)
{
    size_t n = story->correction_count;
    CorrectionViewList list = {ARENA_ARRAY(making->arena, CorrectionView, n),
                               n};

    for (size_t i = 0; i < n; i++) {
        const Correction *correction = &story->corrections[n - 1 - i];

        list.items[i] = (CorrectionView){
            .label = view_text(making, "correction_note",
                               view_time(making, correction->at)),
            .note = correction->note,
        };
    }
    return list;
}

static LanguageViewList translation_views(Making *making,
                                          const PublicList *peers)
{
    LanguageViewList list = {
        ARENA_ARRAY(making->arena, LanguageView, peers->count), peers->count};

    for (size_t i = 0; i < peers->count; i++)
        list.items[i] =
            view_language(making, language_of(making, peers->items[i].language),
                          address_item(making->arena, &peers->items[i]));
    return list;
}

/* ---- the chain of updates that a story belongs to ---- */

static bool has_item(const PublicList *list, int64_t number)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id.number == number) return true;
    return false;
}

/* What it follows, what that follows, and so on: the nearest first. */
static Err read_earlier(Making *making, const PublicStory *story,
                        PublicList *out)
{
    Store *store = making->press->store;
    int64_t next = story->follows.number;
    Err err = ERR_OK;

    *out = (PublicList){.items =
                            ARENA_ARRAY(making->arena, PublicItem, CHAIN_MAX)};
    make_dep(making, dep_followed(story->item.id.number), INT64_MIN, INT64_MAX);
    while (!err && next && out->count < CHAIN_MAX &&
           next != story->item.id.number && !has_item(out, next)) {
        StoryId id = {next};

        make_dep_story(making, id);
        make_dep(making, dep_followed(next), INT64_MIN, INT64_MAX);
        err = public_item(store, making->arena, id, &out->items[out->count]);
        if (!err) out->count++;
        if (!err) err = public_follows(store, id, &next);
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static int oldest_first(const void *a, const void *b)
{
    const PublicItem *x = a;
    const PublicItem *y = b;

    if (x->at != y->at) return x->at > y->at ? 1 : -1;
    return (x->id.number > y->id.number) - (x->id.number < y->id.number);
}

/* What follows it, what follows that, and so on: oldest first. */
static Err read_later(Making *making, const PublicStory *story, PublicList *out)
{
    int64_t at = story->item.id.number;
    size_t asked = 0;
    Err err = ERR_OK;

    *out = (PublicList){.items =
                            ARENA_ARRAY(making->arena, PublicItem, CHAIN_MAX)};
    while (!err) {
        PublicList after;

        make_dep(making, dep_followers(at), INT64_MIN, INT64_MAX);
        err = public_followers(making->press->store, making->arena,
                               (StoryId){at}, &after);
        for (size_t i = 0; !err && i < after.count && out->count < CHAIN_MAX;
             i++) {
            int64_t number = after.items[i].id.number;

            if (number == story->item.id.number || has_item(out, number))
                continue;
            out->items[out->count++] = after.items[i];
        }
        if (asked == out->count) break;
        at = out->items[asked++].id.number;
    }
    if (err) return err;
    make_dep_items(making, out);
    if (out->count)
        qsort(out->items, out->count, sizeof(PublicItem), oldest_first);
    return ERR_OK;
}

static Err read_chain(Making *making, const PublicStory *story, StoryView *view)
{
    PublicList before, after;
    Err err = read_earlier(making, story, &before);

    if (!err) err = read_later(making, story, &after);
    if (err) return err;
    view->has_follows = before.count > 0;
    view->follows = view_items(making, &before);
    view->has_followed_by = after.count > 0;
    view->followed_by = view_items(making, &after);
    return ERR_OK;
}

static void fill_times(Making *making, const PublicStory *story,
                       StoryView *view)
{
    const PublicItem *item = &story->item;
    Str changed = view_time(making, item->changed_at);

    if (item->timed) {
        view->time = view_time(making, item->at);
        view->time_iso =
            time_rfc3339(making->arena, item->at - item->at % TIME_SECOND);
        view->day_href = address_day(making->arena, making->language->tag,
                                     zone_civil(making->press->zone, item->at));
    }
    if (story->correction_count) {
        Time at = story->corrections[story->correction_count - 1].at;

        view->corrected_at =
            view_text(making, "corrected", view_time(making, at));
    } else if (item->version > 1 && !str_eq(changed, view->time)) {
        view->updated_at = view_text(making, "updated", changed);
    }
}

Err render_story(Making *making)
{
    const PublicStory *story;
    PublicList peers;
    PictureView *picture = NULL;
    StoryView view;
    bool body;
    Err err;

    err = make_story(making, &story);
    if (!err) err = read_peers(making, story, &peers);
    if (!err) err = view_picture(making, &story->item, VIEW_IN_STORY, &picture);
    if (err) return err;
    body = story->body.markup.len > 0;
    view = (StoryView){
        .version = str_format(making->arena, "%d", (int)story->item.version),
        .home_href = address_front(making->arena, making->language->tag),
        .section = story->item.section_name,
        .section_href = address_section(making->arena, making->language->tag,
                                        story->item.section),
        .time_unknown = !story->item.timed,
        .flash = story->item.urgency == URGENCY_FLASH,
        .urgent = story->item.urgency == URGENCY_URGENT,
        .headline = story->item.headline,
        .deck = story->item.deck,
        .picture = picture,
        .place = story->place,
        .body = story->body,
        .headline_only = !body && story->item.urgency > URGENCY_URGENT,
        .late = story->late > 0,
        .ad_1 =
            view_ad(making, AD_SLOT_STORY_1, story->item.section, &story->tags),
        .ad_2 =
            view_ad(making, AD_SLOT_STORY_2, story->item.section, &story->tags),
        .has_tags = story->tags.count > 0,
        .tags = tag_links(making, story),
        .has_corrections = story->correction_count > 0,
        .corrections = correction_views(making, story),
        .has_translations = peers.count > 0,
        .translations = translation_views(making, &peers),
        .share_mail = mail_link(making, story),
        .permalink =
            view_url(making, address_item(making->arena, &story->item)),
    };
    if (story->byline.len) view.byline = view_text(making, "by", story->byline);
    if (story->source.len)
        view.source = view_text(making, "source", story->source);
    fill_times(making, story, &view);
    err = read_chain(making, story, &view);
    view.details_follow = !body && !view.headline_only && !view.has_followed_by;
    if (!err && body)
        err =
            words_number(making->language->words, making->arena, S("min_read"),
                         story_minutes(story->words), &view.reading_time);
    if (err) return err;
    make_template(making, TEMPLATE_story, &view);
    return ERR_OK;
}

/* ---- what stands near it ---- */

/* What the index does not know yet may belong here; and what is kept at last
 * counts, for all nodes. */
static Err look_how_far(Making *making)
{
    Press *press = making->press;
    int64_t indexed;
    int64_t related;
    Err err = public_indexed(press->store, &indexed, &related);

    if (err) return err;
    if (indexed < press->seen) {
        press->index_wanted = press->seen;
        make_dep(making, dep_index(), INT64_MIN, INT64_MAX);
    }
    if (related < press->seen) {
        press->related_wanted = press->seen;
        make_dep(making, dep_related(), INT64_MIN, INT64_MAX);
    }
    return ERR_OK;
}

/* What was found when the story was published, as far as it is public. */
static Err related_kept(Making *making, const PublicStory *story,
                        PublicList *out)
{
    Store *store = making->press->store;
    Related related;
    Err err = related_get(store, making->arena, story->item.id, &related);

    for (size_t i = 0; !err && i < related.count; i++)
        make_dep_story(making, related.items[i]);
    return err ? err
               : public_items(store, making->arena, related.items,
                              related.count, out);
}

/* While nothing is kept: any change of an earlier story may alter it. */
static Err related_found(Making *making, const PublicStory *story,
                         PublicList *out)
{
    const PressConfig *config = &making->press->config;
    Err err = look_how_far(making);

    if (!err)
        err = config->related(config->related_ctx, making->press->store,
                              making->arena, story, RELATED_KEPT, out);
    if (err) return err;
    make_dep_items(making, out);
    make_dep_list(making, (ListKey){.language = making->language->tag},
                  INT64_MIN, story->item.at);
    return ERR_OK;
}

Err render_more_about(Making *making)
{
    const PublicStory *story;
    PublicList list = {0};
    MoreAboutView view;
    Err err = make_story(making, &story);

    if (!err && making->press->config.related) {
        err = related_kept(making, story, &list);
        if (err == ERR_NOT_FOUND) err = related_found(making, story, &list);
    }
    if (err) return err;
    view = (MoreAboutView){
        .has_items = list.count > 0,
        .items = view_items(making, &list),
        .ad =
            view_ad(making, AD_SLOT_MORE_1, story->item.section, &story->tags),
    };
    make_template(making, TEMPLATE_more_about, &view);
    return ERR_OK;
}

static const ItemView *one_item(Making *making, const PublicList *list)
{
    ItemView *view;

    if (!list->count) return NULL;
    make_dep_story(making, list->items[0].id);
    view = ARENA_NEW(making->arena, ItemView);
    *view = view_item(making, &list->items[0]);
    return view;
}

Err render_neighbours(Making *making)
{
    const PublicStory *story;
    PublicList prev, next;
    NeighboursView view;
    Cursor here;
    ListKey key;
    Err err = make_story(making, &story);

    if (err) return err;
    here = (Cursor){story->item.at, story->item.id.number};
    key = (ListKey){.language = making->language->tag,
                    .section = story->item.section};
    err = public_list(making->press->store, making->arena, key, &here, TIME_MIN,
                      1, &prev);
    if (!err)
        err = public_list_newer(making->press->store, making->arena, key, here,
                                1, &next);
    if (err) return err;
    make_dep_list(making, key, prev.count ? prev.items[0].at : INT64_MIN,
                  next.count ? next.items[0].at : INT64_MAX);
    view = (NeighboursView){
        .has_any = prev.count || next.count,
        .section = story->item.section_name,
        .prev = one_item(making, &prev),
        .next = one_item(making, &next),
        .ad =
            view_ad(making, AD_SLOT_NEAR_1, story->item.section, &story->tags),
    };
    make_template(making, TEMPLATE_neighbours, &view);
    return ERR_OK;
}
