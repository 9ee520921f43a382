/* press/view_list.c -- fronts and lists. */
#include "press/room.h"
#include "story/address.h"
#include "story/item.h"
#include "story/lang.h"

/* ---- the front ---- */

/* The most urgent of the newest few leads; among equals the newest. */
static size_t leader(const PublicList *list)
{
    size_t best = 0;

    for (size_t i = 1; i < list->count; i++)
        if (list->items[i].urgency < list->items[best].urgency &&
            list->items[i].urgency <= URGENCY_URGENT)
            best = i;
    return best;
}

static Err read_newest(Making *making, ListKey key, size_t max, PublicList *out)
{
    Err err = public_list(making->press->store, making->arena, key, NULL,
                          TIME_MIN, max, out);

    if (err) return err;
    make_dep_items(making, out);
    make_dep_list(making, key,
                  out->count == max ? out->items[out->count - 1].at : INT64_MIN,
                  INT64_MAX);
    return ERR_OK;
}

Err render_front_lead(Making *making)
{
    ListKey key = {.language = making->language->tag};
    PublicList list;
    FrontLeadView view = {0};
    PictureView *picture = NULL;
    ItemView lead;
    Err err = read_newest(making, key, FRONT_LEADS, &list);

    if (err) return err;
    if (list.count) {
        size_t first = leader(&list);
        PublicItem item = list.items[first];

        lead = view_item(making, &item);
        view.lead = &lead;
        err = view_picture(making, &item, VIEW_ON_FRONT, &picture);
        if (err) return err;
        view.picture = picture;
        for (size_t i = first; i > 0; i--)
            list.items[i] = list.items[i - 1];
        list.items[0] = item;
        view.top = view_items(making, &list);
        view.top.items++;
        view.top.count--;
        view.has_top = view.top.count > 0;
    }
    view.ad_1 = view_list_ad(making, AD_SLOT_FRONT_1);
    view.ad_2 = view_list_ad(making, AD_SLOT_FRONT_2);
    make_template(making, TEMPLATE_front_lead, &view);
    return ERR_OK;
}

static bool is_among(const PublicList *list, StoryId id)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id.number == id.number) return true;
    return false;
}

/* Leaves out of a section's newest what already leads the front. */
static void drop_leads(PublicList *list, const PublicList *leads)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count && kept < FRONT_SECTION; i++)
        if (!is_among(leads, list->items[i].id))
            list->items[kept++] = list->items[i];
    list->count = kept;
}

Err render_front_section(Making *making)
{
    ListKey key = page_list_key(making->press, making->key);
    ListKey all = {.language = key.language};
    PublicList list, leads;
    ItemViewList items;
    FrontSectionView view = {.slug = key.section};
    Err err = read_newest(making, key, FRONT_SECTION + FRONT_LEADS, &list);

    if (!err) err = read_newest(making, all, FRONT_LEADS, &leads);
    if (!err) drop_leads(&list, &leads);
    if (!err) err = page_list_name(making, &view.name);
    if (err) return err;
    make_dep(making, dep_menu(key.language), INT64_MIN, INT64_MAX);
    items = view_items(making, &list);
    view.href = page_list_address(making->press, making->arena, making->key);
    view.has_items = items.count > 0;
    view.first = items.count ? &items.items[0] : NULL;
    if (items.count) {
        view.items = items;
        view.items.items++;
        view.items.count--;
    }
    make_template(making, TEMPLATE_front_section, &view);
    return ERR_OK;
}

/* ---- heads of fronts, lists and notices ---- */

typedef struct HeadWords {
    Str title, description;
} HeadWords;

static Err head_words(Making *making, HeadWords *out)
{
    const PageKey *key = making->key;
    Str name;
    Err err;

    switch (key->kind) {
    case PAGE_GONE: out->title = view_word(making, "gone_title"); return ERR_OK;
    case PAGE_NOT_FOUND:
        out->title = view_word(making, "not_found_title");
        return ERR_OK;
    case PAGE_BAD_REQUEST:
    case PAGE_NO_METHOD:
    case PAGE_FAILED:
        out->title = view_word(making, "error_title");
        return ERR_OK;
    default: break;
    }
    err = page_list_name(making, &name);
    if (err) return err;
    out->title = name;
    out->description =
        view_text(making, "site_description", making->language->site_name);
    if (key->section.len) {
        out->description = view_text(making, "section_description", name);
    } else if (key->tag.len) {
        out->title = view_text(making, "tag_title", name);
        out->description = view_text(making, "tag_description", name);
    } else if (key->kind == PAGE_DAY) {
        out->title = view_text(making, "day_title", name);
    }
    return ERR_OK;
}

static bool is_list(PageKind kind)
{
    return kind == PAGE_FRONT || kind == PAGE_LATEST || kind == PAGE_DAY ||
           kind == PAGE_SECTION || kind == PAGE_TAG;
}

/* The same front or "latest" in each language; sections and tags need not
 * exist in all of them, so they name none. */
static LanguageViewList list_alternates(Making *making)
{
    const Site *site = making->press->config.site;
    LanguageViewList list = {
        ARENA_ARRAY(making->arena, LanguageView, site->language_count), 0};
    PageKey key = *making->key;

    if (site->language_count < 2 || cursor_set(key.before) ||
        cursor_set(key.after) ||
        (key.kind != PAGE_FRONT && key.kind != PAGE_LATEST))
        return list;
    for (size_t i = 0; i < site->language_count; i++) {
        key.language = i;
        list.items[list.count++] = view_language(
            making, i,
            view_url(making,
                     page_list_address(making->press, making->arena, &key)));
    }
    return list;
}

static Str page_address(Making *making)
{
    const PageKey *key = making->key;
    Str list = page_list_address(making->press, making->arena, key);

    if (cursor_set(key->before))
        return str_format(
            making->arena, "%.*s?%.*s", STR_ARG(list),
            STR_ARG(address_cursor(making->arena, "before", key->before)));
    if (cursor_set(key->after))
        return str_format(
            making->arena, "%.*s?%.*s", STR_ARG(list),
            STR_ARG(address_cursor(making->arena, "after", key->after)));
    return list;
}

Err render_list_head(Making *making)
{
    HeadWords words = {0};
    ListHeadView view = {
        .site_name = making->language->site_name,
        .robots = S("noindex"),
        .locale = lang_open_graph(making->arena, making->language->tag),
    };
    Err err = head_words(making, &words);

    if (err) return err;
    view.title = words.title;
    view.description = words.description;
    if (is_list(making->key->kind)) {
        view.canonical = view_url(making, page_address(making));
        view.robots = S("max-image-preview:large");
        view.alternates = list_alternates(making);
    }
    if (making->key->section.len || making->key->tag.len) {
        FeedLinks feeds =
            view_feeds(making, page_list_address(making->press, making->arena,
                                                 making->key));

        view.feed_title = words.title;
        view.rss_href = feeds.rss;
        view.atom_href = feeds.atom;
        view.json_href = feeds.json;
        make_dep(making, dep_menu(making->language->tag), INT64_MIN, INT64_MAX);
    }
    make_template(making, TEMPLATE_list_head, &view);
    return ERR_OK;
}

/* ---- lists ---- */

/* Items of the page, and what it was read from. One more than is shown tells
 * whether there is an older page. */
static Err read_page(Making *making, ListKey list, Stretch stretch,
                     PublicList *out)
{
    const PageKey *key = making->key;
    Store *store = making->press->store;
    Cursor before = key->before;
    Time until = INT64_MAX;
    Time since = stretch.since;
    Err err;

    if (cursor_set(key->after)) {
        err = public_list_newer(store, making->arena, list, key->after,
                                LIST_ITEMS + 1, out);
        if (err) return err;
        /* without a newer one it is the head of the list (plan.c) */
        if (out->count <= LIST_ITEMS) return ERR_AGAIN;
        until = out->items[0].at;
        since = key->after.at;
        make_dep_story(making, out->items[0].id);
        out->items++;
        out->count--;
        out->more = true;
    } else {
        if (!cursor_set(before) && stretch.until != INT64_MAX)
            before = (Cursor){stretch.until, 0};
        err = public_list(store, making->arena, list,
                          cursor_set(before) ? &before : NULL, stretch.since,
                          LIST_ITEMS + 1, out);
        if (err) return err;
        if (cursor_set(before)) until = before.at;
        out->more = out->count > LIST_ITEMS;
        if (out->more) since = out->items[LIST_ITEMS].at;
    }
    make_dep_items(making, out);
    make_dep_list(making, list, since, until);
    if (out->count > LIST_ITEMS) out->count = LIST_ITEMS;
    return ERR_OK;
}

static const LinkView *link_view(Making *making, Str href, const char *word)
{
    LinkView *link = ARENA_NEW(making->arena, LinkView);

    *link = (LinkView){.href = href, .label = view_word(making, word)};
    return link;
}

static Str with_cursor(Making *making, Str list, const char *side,
                       const PublicItem *item)
{
    Cursor cursor = {item->at, item->id.number};

    return str_format(making->arena, "%.*s?%.*s", STR_ARG(list),
                      STR_ARG(address_cursor(making->arena, side, cursor)));
}

static void fill_pages(Making *making, const PublicList *list, Str address,
                       ListView *view)
{
    const PageKey *key = making->key;

    if (list->more && list->count)
        view->older = link_view(making,
                                with_cursor(making, address, "before",
                                            &list->items[list->count - 1]),
                                "older");
    if ((cursor_set(key->before) || cursor_set(key->after)) && list->count &&
        key->kind != PAGE_DAY)
        view->newer = link_view(
            making, with_cursor(making, address, "after", &list->items[0]),
            "newer");
}

/* ---- the days around a day ---- */

static const LinkView *day_link(Making *making, const PublicList *nearest,
                                const char *word)
{
    Civil day = zone_civil(making->press->zone, nearest->items[0].at);

    return link_view(
        making, address_day(making->arena, making->language->tag, day), word);
}

/* The days before and after that have news: whoever follows these links, as
 * crawlers do, comes to an end. What stands behind all times is of no day. */
static Err fill_days(Making *making, ListKey list, Stretch stretch,
                     ListView *view)
{
    Store *store = making->press->store;
    Cursor first = {stretch.since, 0};
    Cursor last = {stretch.until - 1, INT64_MAX};
    PublicList older, newer;
    Err err =
        public_list(store, making->arena, list, &first, TIME_MIN, 1, &older);

    if (!err)
        err = public_list_newer(store, making->arena, list, last, 1, &newer);
    if (err) return err;
    make_dep_items(making, &older);
    make_dep_items(making, &newer);
    make_dep_list(making, list, older.count ? older.items[0].at : INT64_MIN,
                  stretch.since);
    make_dep_list(making, list, stretch.until,
                  newer.count ? newer.items[0].at : INT64_MAX);
    if (older.count && older.items[0].at > ITEM_UNDATED && !view->older)
        view->older = day_link(making, &older, "previous_day");
    if (newer.count && !cursor_set(making->key->before))
        view->newer = day_link(making, &newer, "next_day");
    return ERR_OK;
}

static LinkViewList crumbs(Making *making, Str name)
{
    LinkViewList list = {ARENA_ARRAY(making->arena, LinkView, 2), 2};

    list.items[0] = (LinkView){
        .name = view_word(making, "home"),
        .href = address_front(making->arena, making->language->tag),
    };
    list.items[1] = (LinkView){.name = name};
    return list;
}

/* On a list of one section the section is not said again. */
static void drop_sections(ItemViewList *items)
{
    for (size_t i = 0; i < items->count; i++)
        items->items[i].section = items->items[i].section_href = (Str){0};
}

/* On one day's page the day is not said again. */
static void drop_day(Making *making, const PublicList *list,
                     ItemViewList *items)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].timed)
            items->items[i].time =
                words_clock(making->arena,
                            zone_civil(making->press->zone, list->items[i].at));
}

Err render_list(Making *making)
{
    const PageKey *key = making->key;
    ListKey list = page_list_key(making->press, key);
    Str address = page_list_address(making->press, making->arena, key);
    HeadWords words = {0};
    ListView view = {0};
    PublicList items;
    Err err;

    err = head_words(making, &words);
    if (!err)
        err = read_page(making, list, page_stretch(making->press, making->key),
                        &items);
    if (err) return err;
    view.heading = words.title;
    view.alone = key->kind == PAGE_LATEST;
    if (view.alone && !cursor_set(key->before) && !cursor_set(key->after))
        view.mark = latest_mark(making->arena, &items);
    view.crumbs = crumbs(making, words.title);
    view.items = view_items(making, &items);
    if (key->section.len) drop_sections(&view.items);
    if (key->kind == PAGE_DAY) drop_day(making, &items, &view.items);
    view.ad = view_list_ad(making, AD_SLOT_LIST_1);
    fill_pages(making, &items, address, &view);
    if (key->kind == PAGE_DAY)
        err = fill_days(making, list, page_stretch(making->press, making->key),
                        &view);
    if (err) return err;
    view.has_pages = view.older || view.newer;
    if (key->section.len || key->tag.len || key->kind == PAGE_LATEST) {
        FeedLinks feeds =
            view_feeds(making, key->kind == PAGE_LATEST
                                   ? address_front(making->arena, list.language)
                                   : address);

        view.rss_href = feeds.rss;
        view.atom_href = feeds.atom;
        view.json_href = feeds.json;
    }
    make_dep(making, dep_menu(list.language), INT64_MIN, INT64_MAX);
    make_template(making, TEMPLATE_list, &view);
    return ERR_OK;
}
