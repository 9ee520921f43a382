#include "press/room.h"
#include "story/address.h"
#include "story/lang.h"

void make_dep(Making *making, uint64_t key, Time since, Time until)
{
    size_t n = making->dep_count;

    if ((n & (n - 1)) == 0)
        making->deps =
            arena_grow(making->arena, making->deps, n * sizeof(DepSpec),
                       (n ? n * 2 : 1) * sizeof(DepSpec));
    making->deps[n] = (DepSpec){key, since, until};
    making->dep_count = n + 1;
}

void make_dep_story(Making *making, StoryId id)
{
    make_dep(making, dep_story(id.number), INT64_MIN, INT64_MAX);
}

void make_dep_entries(Making *making, StoryId id)
{
    make_dep(making, dep_entries(id.number), INT64_MIN, INT64_MAX);
}

void make_dep_list(Making *making, ListKey key, Time since, Time until)
{
    char kind = key.section.len ? 's' : key.tag.len ? 't' : 'a';
    Str slug = key.section.len ? key.section : key.tag;

    make_dep(making, dep_list(key.language, kind, slug), since, until);
}

void make_dep_items(Making *making, const PublicList *list)
{
    for (size_t i = 0; i < list->count; i++)
        make_dep_story(making, list->items[i].id);
}

Err make_story(Making *making, const PublicStory **out)
{
    Press *press = making->press;
    PublicNotice notice;
    Err err = ERR_OK;

    if (!press->story ||
        press->story->item.id.number != making->key->story.number) {
        PublicStory *story = ARENA_NEW(making->arena, PublicStory);

        err = public_story(press->store, making->arena, making->key->story,
                           story, &notice);
        if (!err) press->story = story;
    }
    if (err) return err;
    make_dep_story(making, making->key->story);
    *out = press->story;
    return ERR_OK;
}

void make_template(Making *making, TemplateId id, const void *view)
{
    template_render(theme_template(making->press->config.theme, id),
                    making->language->catalog, view, &making->out);
}

Str view_time(Making *making, Time t)
{
    return words_stamp(making->arena, zone_civil(making->press->zone, t));
}

Str view_word(Making *making, const char *name)
{
    return catalog_get(making->language->catalog, str_from(name));
}

Str view_text(Making *making, const char *name, Str argument)
{
    return words_text(making->language->catalog, making->arena, str_from(name),
                      argument);
}

Str view_url(Making *making, Str path)
{
    return str_format(making->arena, "%.*s%.*s",
                      STR_ARG(making->press->config.site->url), STR_ARG(path));
}

LanguageView view_language(Making *making, size_t language, Str href)
{
    const PressLanguage *that = &making->press->languages[language];

    return (LanguageView){
        .lang = that->tag,
        .name = catalog_get(that->catalog, S("language_name")),
        .href = href,
        .current = that == making->language,
    };
}

ItemView view_item(Making *making, const PublicItem *item)
{
    Arena *arena = making->arena;
    ItemView view = {
        .href = address_item(arena, item),
        .headline = item->headline,
        .deck = item->deck,
        .time_unknown = !item->timed,
        .flash = item->urgency == URGENCY_FLASH,
        .urgent = item->urgency == URGENCY_URGENT,
        .corrected = item->corrected,
        .section = item->section_name,
        .section_href = address_section(arena, item->language, item->section),
        .thumb = view_thumb(making, &item->picture),
    };

    if (!item->timed) return view;
    view.time = view_time(making, item->at);
    view.time_iso = time_rfc3339(arena, item->at - item->at % TIME_SECOND);
    return view;
}

ItemViewList view_items(Making *making, const PublicList *list)
{
    ItemViewList views = {
        .items = ARENA_ARRAY(making->arena, ItemView, list->count),
        .count = list->count,
    };

    for (size_t i = 0; i < list->count; i++)
        views.items[i] = view_item(making, &list->items[i]);
    return views;
}

Str latest_mark(Arena *arena, const PublicList *list)
{
    Buf seen = buf_open(arena, LATEST_ITEMS * 32 + 1);

    for (size_t i = 0; i < list->count && i < LATEST_ITEMS; i++)
        buf_printf(&seen, "%lld.%d ", (long long)list->items[i].id.number,
                   (int)list->items[i].version);
    return str_format(arena, "%08x",
                      (unsigned)hash_content(buf_str(&seen)).low);
}

LinkViewList view_menu(Making *making)
{
    const SectionList *menu = &making->language->menu;
    LinkViewList links = {
        .items = ARENA_ARRAY(making->arena, LinkView, menu->count),
        .count = menu->count,
    };

    make_dep(making, dep_menu(making->language->tag), INT64_MIN, INT64_MAX);
    for (size_t i = 0; i < menu->count; i++)
        links.items[i] = (LinkView){
            .name = menu->items[i].name,
            .href = address_section(making->arena, making->language->tag,
                                    menu->items[i].slug),
        };
    return links;
}

FeedLinks view_feeds(Making *making, Str list)
{
    Arena *arena = making->arena;

    return (FeedLinks){
        .rss = str_format(arena, "%.*srss.xml", STR_ARG(list)),
        .atom = str_format(arena, "%.*satom.xml", STR_ARG(list)),
        .json = str_format(arena, "%.*sfeed.json", STR_ARG(list)),
    };
}

ListKey page_list_key(const Press *press, const PageKey *key)
{
    return (ListKey){
        .language = press->languages[key->language].tag,
        .section = key->section,
        .tag = key->tag,
    };
}

Str page_list_address(const Press *press, Arena *arena, const PageKey *key)
{
    Str language = press->languages[key->language].tag;

    if (key->section.len) return address_section(arena, language, key->section);
    if (key->tag.len) return address_tag(arena, language, key->tag);
    if (key->kind == PAGE_DAY) return address_day(arena, language, key->day);
    if (key->kind == PAGE_LATEST) return address_latest(arena, language);
    return address_front(arena, language);
}

Civil day_shift(Civil day, int days)
{
    Civil noon = {day.year, day.month, day.day, 12, 0, 0};

    return time_civil(time_from_civil(noon) + days * TIME_DAY);
}

static Time day_start(const Press *press, Civil day)
{
    return zone_time(press->zone,
                     (Civil){day.year, day.month, day.day, 0, 0, 0});
}

Stretch page_stretch(const Press *press, const PageKey *key)
{
    if (key->kind != PAGE_DAY) return (Stretch){TIME_MIN, INT64_MAX};
    return (Stretch){day_start(press, key->day),
                     day_start(press, day_shift(key->day, 1))};
}

Err page_list_name(Making *making, Str *out)
{
    const PageKey *key = making->key;
    Store *store = making->press->store;
    Str language = making->language->tag;

    if (key->section.len)
        return public_section_name(store, making->arena, key->section, language,
                                   out);
    if (key->tag.len)
        return public_tag_name(store, making->arena, key->tag, language, out);
    if (key->kind == PAGE_DAY)
        return words_day(making->language->words, making->arena, key->day, out);
    *out = view_word(making,
                     key->kind == PAGE_LATEST ? "all_news" : "front_title");
    return ERR_OK;
}

bool cursor_set(Cursor cursor)
{
    return cursor.at != 0 || cursor.number != 0;
}
