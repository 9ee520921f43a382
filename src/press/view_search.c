/* press/view_search.c -- the page of a search and its feeds. */
#include "press/room.h"
#include "story/address.h"
#include "text/jsonout.h"

/* ---- addresses ---- */

static FeedLinks search_feeds(Making *making)
{
    Arena *arena = making->arena;
    Str at = address_search(arena, making->language->tag);
    Str query = making->press->search->address;

    return (FeedLinks){
        .rss =
            str_format(arena, "%.*s/rss.xml?%.*s", STR_ARG(at), STR_ARG(query)),
        .atom = str_format(arena, "%.*s/atom.xml?%.*s", STR_ARG(at),
                           STR_ARG(query)),
        .json = str_format(arena, "%.*s/feed.json?%.*s", STR_ARG(at),
                           STR_ARG(query)),
    };
}

static Str page_address(Making *making, Str query)
{
    Str at = address_search(making->arena, making->language->tag);

    return str_format(making->arena, "%.*s?%.*s", STR_ARG(at), STR_ARG(query));
}

/* The same words in the other languages of the site; sections and their like
 * are named alike in all of them. */
static LanguageViewList languages(Making *making)
{
    const Site *site = making->press->config.site;
    LanguageViewList list = {
        ARENA_ARRAY(making->arena, LanguageView, site->language_count), 0};

    for (size_t i = 0; i < site->language_count; i++) {
        Str at = address_search(making->arena, site->languages[i].tag);

        if (&making->press->languages[i] == making->language) continue;
        list.items[list.count++] =
            view_language(making, i,
                          str_format(making->arena, "%.*s?%.*s", STR_ARG(at),
                                     STR_ARG(making->press->search->address)));
    }
    return list;
}

static Str title(Making *making)
{
    const SearchResult *search = making->press->search;

    return search->asked && search->query.len
               ? view_text(making, "search_for", search->query)
               : view_word(making, "search_title");
}

/* ---- the head ---- */

Err render_search_head(Making *making)
{
    SearchHeadView view = {
        .title = title(making),
        .site_name = making->language->site_name,
        .canonical = view_url(
            making, address_search(making->arena, making->language->tag)),
    };

    if (making->press->search->asked) {
        FeedLinks feeds = search_feeds(making);

        view.rss_href = feeds.rss;
        view.atom_href = feeds.atom;
        view.json_href = feeds.json;
    }
    make_template(making, TEMPLATE_search_head, &view);
    return ERR_OK;
}

/* ---- what can be chosen ---- */

static ChoiceViewList sections(Making *making)
{
    const SectionList *menu = &making->language->menu;
    Str chosen = making->press->search->section;
    ChoiceViewList list = {
        ARENA_ARRAY(making->arena, ChoiceView, menu->count + 1), 0};

    list.items[list.count++] = (ChoiceView){
        .name = view_word(making, "search_everywhere"), .chosen = !chosen.len};
    for (size_t i = 0; i < menu->count; i++)
        list.items[list.count++] = (ChoiceView){
            .value = menu->items[i].slug,
            .name = menu->items[i].name,
            .chosen = str_eq(menu->items[i].slug, chosen),
        };
    return list;
}

static ChoiceViewList choices(Making *making, const char *const (*rows)[2],
                              size_t count, Str chosen)
{
    ChoiceViewList list = {ARENA_ARRAY(making->arena, ChoiceView, count),
                           count};

    for (size_t i = 0; i < count; i++)
        list.items[i] = (ChoiceView){
            .value = str_from(rows[i][0]),
            .name = view_word(making, rows[i][1]),
            .chosen = str_eq(str_from(rows[i][0]), chosen),
        };
    return list;
}

static const char *const periods[][2] = {
    {"", "search_any_time"},      {"day", "search_past_day"},
    {"week", "search_past_week"}, {"month", "search_past_month"},
    {"year", "search_past_year"},
};

static const char *const orders[][2] = {
    {"", "search_newest"},
    {"relevance", "search_best"},
};

/* ---- what was found ---- */

static SearchLineViewList lines(Making *making)
{
    const SearchResult *search = making->press->search;
    SearchLineViewList list = {
        ARENA_ARRAY(making->arena, SearchLineView, search->count),
        search->count};

    for (size_t i = 0; i < search->count; i++) {
        const SearchLine *line = &search->lines[i];
        ItemView item = view_item(making, &line->item);

        list.items[i] = (SearchLineView){
            .href = item.href,
            .headline = line->headline,
            .snippet = line->snippet,
            .has_snippet = line->snippet.markup.len > 0,
            .time = item.time,
            .time_iso = item.time_iso,
            .time_unknown = item.time_unknown,
            .flash = item.flash,
            .urgent = item.urgent,
            .corrected = item.corrected,
            .section = item.section,
            .section_href = item.section_href,
        };
    }
    return list;
}

static SearchNoteViewList notes(Making *making)
{
    const SearchResult *search = making->press->search;
    SearchNoteViewList list = {
        ARENA_ARRAY(making->arena, SearchNoteView, search->note_count),
        search->note_count};

    for (size_t i = 0; i < search->note_count; i++)
        list.items[i].text =
            view_text(making, search->notes[i].word, search->notes[i].about);
    return list;
}

Err render_search(Making *making)
{
    const SearchResult *search = making->press->search;
    SearchView view = {
        .home_href = address_front(making->arena, making->language->tag),
        .action = address_search(making->arena, making->language->tag),
        .query = search->query,
        .sections = sections(making),
        .periods = choices(making, periods, COUNT(periods), search->period),
        .orders = choices(making, orders, COUNT(orders),
                          search->by_relevance ? S("relevance") : (Str){0}),
        .notes = notes(making),
        .none = search->asked && !search->count,
        .relaxed = search->relaxed,
        .has_lines = search->count > 0,
        .lines = lines(making),
    };

    if (search->older.len)
        view.older_href = page_address(making, search->older);
    if (search->asked) {
        FeedLinks feeds = search_feeds(making);

        view.rss_href = feeds.rss;
        view.atom_href = feeds.atom;
        view.json_href = feeds.json;
        view.languages = languages(making);
        view.has_languages = view.languages.count > 0;
    }
    make_template(making, TEMPLATE_search, &view);
    return ERR_OK;
}

/* ---- feeds ---- */

Err render_search_feed(Making *making)
{
    const SearchResult *search = making->press->search;
    PublicList list = {
        .items = ARENA_ARRAY(making->arena, PublicItem, search->count)};
    FeedLinks links = search_feeds(making);
    FeedOut feed;
    Err err;

    for (size_t i = 0; i < search->count; i++)
        list.items[list.count++] = search->lines[i].item;
    err =
        feed_begin(making, page_address(making, search->address), &list, &feed);
    if (err) return err;
    feed.title = str_format(making->arena, "%.*s – %.*s",
                            STR_ARG(making->language->site_name),
                            STR_ARG(title(making)));
    feed.subtitle =
        view_text(making, "site_description", making->language->site_name);
    feed_write(making, &feed, links);
    return ERR_OK;
}

/* ---- suggestions while typing ---- */

/* The four columns of an OpenSearch suggestion array are written one after the
 * other: so first what stands in them. */
typedef struct Suggested {
    Str text, about, href;
} Suggested;

/* It was found a moment ago, in another snapshot: is it public still? */
static Err add_name(Making *making, const SearchName *name, Suggested *rows,
                    size_t *count)
{
    Store *store = making->press->store;
    Arena *arena = making->arena;
    Str tag = making->language->tag;
    Suggested *row = &rows[*count];
    Err err =
        name->is_tag
            ? public_tag_name(store, arena, name->slug, tag, &row->text)
            : public_section_name(store, arena, name->slug, tag, &row->text);

    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    row->about =
        view_word(making, name->is_tag ? "suggest_tag" : "suggest_section");
    row->href = view_url(making, name->is_tag
                                     ? address_tag(arena, tag, name->slug)
                                     : address_section(arena, tag, name->slug));
    (*count)++;
    return ERR_OK;
}

static void put_column(JsonOut *json, const Suggested *rows, size_t count,
                       size_t offset)
{
    json_put_array(json);
    for (size_t i = 0; i < count; i++)
        json_put_str(json, *(const Str *)((const char *)&rows[i] + offset));
    json_put_end(json);
}

Err render_suggest(Making *making)
{
    const SearchResult *search = making->press->search;
    Suggested *rows = ARENA_ARRAY(making->arena, Suggested,
                                  search->name_count + search->count);
    JsonOut json = json_out(&making->out);
    size_t count = 0;
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < search->name_count; i++)
        err = add_name(making, &search->names[i], rows, &count);
    if (err) return err;
    for (size_t i = 0; i < search->count; i++) {
        ItemView item = view_item(making, &search->lines[i].item);

        rows[count++] =
            (Suggested){item.headline, item.time, view_url(making, item.href)};
    }
    json_put_array(&json);
    json_put_str(&json, search->query);
    put_column(&json, rows, count, offsetof(Suggested, text));
    put_column(&json, rows, count, offsetof(Suggested, about));
    put_column(&json, rows, count, offsetof(Suggested, href));
    json_put_end(&json);
    return ERR_OK;
}
