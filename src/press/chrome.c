/* press/chrome.c -- what stands around every page of a language. */
#include "press/room.h"
#include "story/address.h"
#include "story/lang.h"

static FeedLinks language_feeds(Making *making)
{
    return view_feeds(making,
                      address_front(making->arena, making->language->tag));
}

Err render_head_open(Making *making)
{
    FeedLinks feeds = language_feeds(making);
    HeadOpenView view = {
        .lang = making->language->tag,
        .dir = lang_is_rtl(making->language->tag) ? S("rtl") : S("ltr"),
        .style = theme_style(making->press->config.theme),
        .script_href = theme_script_href(making->press->config.theme),
        .site_name = making->language->site_name,
        .rss_href = feeds.rss,
        .atom_href = feeds.atom,
        .json_href = feeds.json,
    };

    make_template(making, TEMPLATE_head_open, &view);
    return ERR_OK;
}

Err render_masthead(Making *making)
{
    const Site *site = making->press->config.site;
    Arena *arena = making->arena;
    MastheadView view = {
        .site_name = making->language->site_name,
        .home_href = address_front(arena, making->language->tag),
        .latest_href = address_latest(arena, making->language->tag),
        .search_href = address_search(arena, making->language->tag),
        .push = site->push,
        .sections = view_menu(making),
        .languages = {ARENA_ARRAY(arena, LanguageView, site->language_count),
                      site->language_count},
    };

    for (size_t i = 0; i < site->language_count; i++)
        view.languages.items[i] = view_language(
            making, i, address_front(arena, site->languages[i].tag));
    make_template(making, TEMPLATE_masthead, &view);
    return ERR_OK;
}

Err render_footer(Making *making)
{
    FeedLinks feeds = language_feeds(making);
    Arena *arena = making->arena;
    FooterView view = {
        .site_name = making->language->site_name,
        .times = view_text(making, "times_of",
                           words_city(making->language->words, arena,
                                      making->press->config.site->zone)),
        .home_href = address_front(arena, making->language->tag),
        .latest_href = address_latest(arena, making->language->tag),
        .sections = view_menu(making),
        .rss_href = feeds.rss,
        .atom_href = feeds.atom,
        .json_href = feeds.json,
    };

    make_template(making, TEMPLATE_footer, &view);
    return ERR_OK;
}

Err render_latest(Making *making)
{
    ListKey key = {.language = making->language->tag};
    PublicList list;
    LatestView view;
    Err err;

    err = public_list(making->press->store, making->arena, key, NULL, TIME_MIN,
                      LATEST_ITEMS, &list);
    if (err) return err;
    make_dep_items(making, &list);
    make_dep_list(making, key,
                  list.count == LATEST_ITEMS ? list.items[list.count - 1].at
                                             : INT64_MIN,
                  INT64_MAX);
    view = (LatestView){
        .latest_href = address_latest(making->arena, making->language->tag),
        .mark = latest_mark(making->arena, &list),
        .items = view_items(making, &list),
    };
    make_template(making, TEMPLATE_latest, &view);
    return ERR_OK;
}

/* That of the section, when it has enough, else that of the language. */
static Err read_hot(Making *making, Str *of, PublicList *out)
{
    Press *press = making->press;
    Str language = making->language->tag;
    Str section = making->key->section;
    Err err = ERR_OK;

    *out = (PublicList){0};
    *of = section;
    if (section.len)
        err = public_hot(press->store, making->arena, language, section,
                         HOT_ITEMS, out);
    if (err || (section.len && out->count == HOT_ITEMS)) return err;
    *of = (Str){0};
    return public_hot(press->store, making->arena, language, *of, HOT_ITEMS,
                      out);
}

Err render_hot(Making *making)
{
    PublicList list;
    HotView view = {0};
    Err err = read_hot(making, &view.of, &list);

    if (err) return err;
    make_dep(making, dep_hot(), INT64_MIN, INT64_MAX);
    make_dep_items(making, &list);
    view.has_items = list.count > 0;
    view.mark = latest_mark(making->arena, &list);
    view.items = view_items(making, &list);
    make_template(making, TEMPLATE_hot, &view);
    return ERR_OK;
}

typedef struct NoticeWords {
    const char *title, *text;
} NoticeWords;

static NoticeWords notice_words(const PageKey *key, StoryState state)
{
    switch (key->kind) {
    case PAGE_GONE:
        return (NoticeWords){"gone_title", state == STORY_KILLED
                                               ? "gone_text_killed"
                                               : "gone_text_withdrawn"};
    case PAGE_BAD_REQUEST: return (NoticeWords){"error_title", "bad_request"};
    case PAGE_NO_METHOD:
        return (NoticeWords){"error_title", "method_not_allowed"};
    case PAGE_FAILED: return (NoticeWords){"error_title", "error_text"};
    default: return (NoticeWords){"not_found_title", "not_found_text"};
    }
}

Err render_notice(Making *making)
{
    const PageKey *key = making->key;
    PublicNotice notice = {0};
    NoticeView view = {0};
    NoticeWords words;

    if (key->kind == PAGE_GONE) {
        PublicStory story;
        Err err = public_story(making->press->store, making->arena, key->story,
                               &story, &notice);

        if (err != ERR_GONE) return err ? err : ERR_AGAIN;
        make_dep_story(making, key->story);
        view.note = notice.note;
    }
    words = notice_words(key, notice.state);
    view.title = view_word(making, words.title);
    view.text = view_word(making, words.text);
    view.home_href = address_front(making->arena, making->language->tag);
    make_template(making, TEMPLATE_notice, &view);
    return ERR_OK;
}
