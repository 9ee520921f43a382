/* press/plan.c -- which fragments make up a page, and where it really is. */
#include "press/room.h"
#include "story/address.h"

/* No language and no slug holds a dot: "es" and "419-x" are not "es-419" and
 * "x". */
static void add(Press *press, Arena *arena, Plan *plan, SlotKind kind,
                const PageKey *key, const char *name, Str rest)
{
    Str tag = press->languages[key->language].tag;

    plan->slots[plan->slot_count].kind = kind;
    plan->slots[plan->slot_count].key = *key;
    plan->slots[plan->slot_count].name =
        str_format(arena, "%s-%.*s%s%.*s", name, STR_ARG(tag),
                   rest.len ? "." : "", STR_ARG(rest));
    plan->slot_count++;
}

static void add_dep(Plan *plan, uint64_t key)
{
    plan->deps[plan->dep_count++] = (DepSpec){key, INT64_MIN, INT64_MAX};
}

/* What of a key tells its list from another: "s-facts-before-162...". */
static Str list_name(Arena *arena, const PageKey *key)
{
    Buf buf = buf_open(arena, 1024);

    if (key->kind == PAGE_FRONT) buf_puts(&buf, S("front"));
    if (key->kind == PAGE_LATEST) buf_puts(&buf, S("all"));
    if (key->kind == PAGE_DAY)
        buf_printf(&buf, "day-%04d%02d%02d", key->day.year, key->day.month,
                   key->day.day);
    if (key->section.len)
        buf_printf(&buf, "section-%.*s", STR_ARG(key->section));
    if (key->tag.len) buf_printf(&buf, "tag-%.*s", STR_ARG(key->tag));
    if (cursor_set(key->before))
        buf_printf(&buf, "-%.*s",
                   STR_ARG(address_cursor(arena, "before", key->before)));
    if (cursor_set(key->after))
        buf_printf(&buf, "-%.*s",
                   STR_ARG(address_cursor(arena, "after", key->after)));
    return buf_str(&buf);
}

/* head_open, a head of its own, masthead; ...; latest, footer */
static void add_top(Press *press, Arena *arena, Plan *plan, SlotKind head,
                    const PageKey *key, Str name)
{
    add(press, arena, plan, SLOT_HEAD_OPEN, key, "head", S(""));
    add(press, arena, plan, head, key,
        head == SLOT_STORY_HEAD ? "storyhead" : "listhead", name);
    add(press, arena, plan, SLOT_MASTHEAD, key, "masthead", S(""));
}

static void add_bottom(Press *press, Arena *arena, Plan *plan,
                       const PageKey *key)
{
    PageKey hot = {.kind = key->kind, .language = key->language};

    if (key->kind == PAGE_SECTION) hot.section = key->section;
    if (key->kind != PAGE_LATEST) {
        add(press, arena, plan, SLOT_HOT, &hot, "hot", hot.section);
        add(press, arena, plan, SLOT_LATEST, key, "latest", S(""));
    }
    add(press, arena, plan, SLOT_FOOTER, key, "footer", S(""));
}

static Err plan_story(Press *press, Arena *arena, const PageKey *key,
                      Plan *plan, Str *moved, bool *lasting)
{
    PublicStory *story = ARENA_NEW(arena, PublicStory);
    PublicNotice notice;
    PageKey own = *key;
    Str number = str_format(arena, "%lld", (long long)key->story.number);
    int language;
    Err err = public_story(press->store, arena, key->story, story, &notice);

    if (err) return err;
    language = site_language(press->config.site, story->item.language);
    if (language < 0) return ERR_NOT_FOUND;
    plan->address = address_item(arena, &story->item);
    if ((size_t)language != key->language ||
        !str_eq(key->section, story->item.section) ||
        !str_eq(key->slug, story->item.slug)) {
        *moved = plan->address;
        *lasting = true;
        return ERR_AGAIN;
    }
    press->story = story;
    own.slug = (Str){0};
    add_top(press, arena, plan, SLOT_STORY_HEAD, &own, number);
    add(press, arena, plan, SLOT_STORY, &own, "story", number);
    add(press, arena, plan, SLOT_COVERAGE, &own, "coverage", number);
    add(press, arena, plan, SLOT_MORE, &own, "more", number);
    add(press, arena, plan, SLOT_NEIGHBOURS, &own, "near", number);
    add_bottom(press, arena, plan, &own);
    add_dep(plan, dep_story(key->story.number));
    return ERR_OK;
}

static Err plan_gone(Press *press, Arena *arena, const PageKey *key, Plan *plan)
{
    PublicStory story;
    PublicNotice notice;
    PageKey own = {.kind = PAGE_GONE, .story = key->story};
    Str number = str_format(arena, "%lld", (long long)key->story.number);
    int language;
    Err err = public_story(press->store, arena, key->story, &story, &notice);

    if (err != ERR_GONE) return err ? err : ERR_CONFLICT;
    language = site_language(press->config.site, notice.language);
    own.language = language < 0 ? key->language : (size_t)language;
    plan->status = 410;
    plan->address = str_format(arena, "!gone-%.*s", STR_ARG(number));
    add_top(press, arena, plan, SLOT_LIST_HEAD, &own, S("gone"));
    add(press, arena, plan, SLOT_NOTICE, &own, "gone", number);
    add_bottom(press, arena, plan, &own);
    add_dep(plan, dep_story(key->story.number));
    return ERR_OK;
}

static Err plan_notice(Press *press, Arena *arena, const PageKey *key,
                       Plan *plan)
{
    PageKey own = {.kind = key->kind, .language = key->language};
    Str name;

    plan->status = key->kind == PAGE_NOT_FOUND     ? 404
                   : key->kind == PAGE_BAD_REQUEST ? 400
                   : key->kind == PAGE_NO_METHOD   ? 405
                                                   : 503;
    name = str_format(arena, "%d", plan->status);
    plan->address =
        str_format(arena, "!%.*s-%zu", STR_ARG(name), key->language);
    add_top(press, arena, plan, SLOT_LIST_HEAD, &own, name);
    add(press, arena, plan, SLOT_NOTICE, &own, "notice", name);
    add_bottom(press, arena, plan, &own);
    return ERR_OK;
}

static Err plan_front(Press *press, Arena *arena, const PageKey *key,
                      Plan *plan)
{
    const PressLanguage *language = &press->languages[key->language];

    plan->address = address_front(arena, language->tag);
    add_top(press, arena, plan, SLOT_LIST_HEAD, key, S("front"));
    add(press, arena, plan, SLOT_LEAD, key, "lead", S(""));
    add(press, arena, plan, SLOT_LATEST, key, "latest", S(""));
    add(press, arena, plan, SLOT_HOT,
        &(PageKey){.kind = key->kind, .language = key->language}, "hot", S(""));
    for (size_t i = 0;
         i < language->menu.count && plan->slot_count < PAGE_SLOTS_MAX - 1;
         i++) {
        PageKey section = *key;

        section.section = language->menu.items[i].slug;
        add(press, arena, plan, SLOT_FRONT_SECTION, &section, "front",
            section.section);
    }
    add(press, arena, plan, SLOT_FOOTER, key, "footer", S(""));
    add_dep(plan, dep_menu(language->tag));
    return ERR_OK;
}

/* A section, tag or day is a page when something in it is public in this
 * language; an empty one is nothing that readers know of.  Its newest story
 * stands for all: as long as that one stays, so does the page, even one far
 * back in the list. */
static Err check_list(Press *press, Arena *arena, const PageKey *key,
                      Plan *plan)
{
    Stretch stretch = page_stretch(press, key);
    Cursor end = {stretch.until, 0};
    PublicList some;
    Err err = public_list(press->store, arena, page_list_key(press, key), &end,
                          stretch.since, 1, &some);

    if (err) return err;
    if (!key->section.len && !key->tag.len && key->kind != PAGE_DAY)
        return ERR_OK;
    if (!some.count) return ERR_NOT_FOUND;
    add_dep(plan, dep_story(some.items[0].id.number));
    return ERR_OK;
}

/* A page "after" a place must be full, and newer items follow it, else it is
 * the head of the list under another address.  When a page that is kept comes
 * to be no longer so, its list says it with ERR_AGAIN, and it is planned anew.
 * A day has later pages only, and no places outside of it. */
static Err check_place(Press *press, Arena *arena, const PageKey *key,
                       Str address, Str *moved, bool *lasting)
{
    Stretch stretch = page_stretch(press, key);
    PublicList list;
    bool stands = true;

    if (key->kind == PAGE_DAY) {
        if (cursor_set(key->before))
            stands = key->before.at >= stretch.since &&
                     key->before.at < stretch.until;
        if (cursor_set(key->after)) stands = false;
    } else if (cursor_set(key->after)) {
        Err err =
            public_list_newer(press->store, arena, page_list_key(press, key),
                              key->after, LIST_ITEMS, &list);

        if (err) return err;
        stands = list.count == LIST_ITEMS && list.more;
    }
    if (stands) return ERR_OK;
    *moved = address;
    *lasting = false;
    return ERR_AGAIN;
}

static Err plan_list(Press *press, Arena *arena, const PageKey *key, Plan *plan,
                     Str *moved, bool *lasting)
{
    Str list = page_list_address(press, arena, key);
    Str name = list_name(arena, key);
    Err err = check_list(press, arena, key, plan);

    if (!err) err = check_place(press, arena, key, list, moved, lasting);
    if (err) return err;
    plan->address = list;
    if (cursor_set(key->before) || cursor_set(key->after))
        plan->address = str_format(
            arena, "%.*s?%.*s", STR_ARG(list),
            STR_ARG(cursor_set(key->before)
                        ? address_cursor(arena, "before", key->before)
                        : address_cursor(arena, "after", key->after)));
    add_top(press, arena, plan, SLOT_LIST_HEAD, key, name);
    add(press, arena, plan, SLOT_LIST, key, "list", name);
    add_bottom(press, arena, plan, key);
    add_dep(plan, dep_menu(press->languages[key->language].tag));
    return ERR_OK;
}

static const char *const feed_files[] = {
    [PAGE_RSS] = "rss.xml",
    [PAGE_ATOM] = "atom.xml",
    [PAGE_JSONFEED] = "feed.json",
};

/* Of live coverage: under its story's address. */
static Err plan_coverage_feed(Press *press, Arena *arena, const PageKey *key,
                              Plan *plan, Str *moved, bool *lasting)
{
    const char *file = feed_files[key->kind];
    PublicStory *story = ARENA_NEW(arena, PublicStory);
    PublicNotice notice;
    PageKey own = {
        .kind = key->kind, .language = key->language, .story = key->story};
    Time ended_at;
    Err err = public_story(press->store, arena, key->story, story, &notice);

    if (!err) err = public_coverage(press->store, key->story, &ended_at);
    if (err) return err;
    plan->address = str_format(
        arena, "%.*s/%s", STR_ARG(address_item(arena, &story->item)), file);
    if (!str_eq(story->item.language, press->languages[key->language].tag) ||
        !str_eq(key->section, story->item.section) ||
        !str_eq(key->slug, story->item.slug)) {
        *moved = plan->address;
        *lasting = true;
        return ERR_AGAIN;
    }
    press->story = story;
    add(press, arena, plan, SLOT_COVERAGE_FEED, &own, file,
        str_format(arena, "story-%lld", (long long)key->story.number));
    add_dep(plan, dep_story(key->story.number));
    return ERR_OK;
}

static Err plan_feed(Press *press, Arena *arena, const PageKey *key, Plan *plan)
{
    Str list = page_list_address(press, arena, key);
    Err err = check_list(press, arena, key, plan);

    if (err) return err;
    plan->address =
        str_format(arena, "%.*s%s", STR_ARG(list), feed_files[key->kind]);
    add(press, arena, plan, SLOT_FEED, key, feed_files[key->kind],
        key->section.len
            ? str_format(arena, "section-%.*s", STR_ARG(key->section))
        : key->tag.len ? str_format(arena, "tag-%.*s", STR_ARG(key->tag))
                       : S("all"));
    add_dep(plan, dep_menu(press->languages[key->language].tag));
    return ERR_OK;
}

static Err plan_plain(Press *press, Arena *arena, const PageKey *key,
                      Plan *plan)
{
    static const char *const files[] = {
        [PAGE_ROBOTS] = "robots.txt",
        [PAGE_ADS] = "ads.txt",
        [PAGE_OPENSEARCH] = "opensearch.xml",
        [PAGE_MANIFEST] = "manifest.webmanifest",
    };

    plan->address = str_format(arena, "/%s", files[key->kind]);
    add(press, arena, plan, SLOT_PLAIN, key, files[key->kind], S(""));
    return ERR_OK;
}

Err search_plan(Press *press, Arena *arena, const PageKey *key, Plan *plan)
{
    PageKey own = {.kind = key->kind, .language = key->language};

    *plan = (Plan){.status = 200, .address = S("!search")};
    if (key->kind != PAGE_SEARCH) {
        add(press, arena, plan,
            key->kind == PAGE_SUGGEST ? SLOT_SUGGEST : SLOT_SEARCH_FEED, &own,
            "!search", S(""));
        return ERR_OK;
    }
    add_top(press, arena, plan, SLOT_SEARCH_HEAD, &own, S("!search"));
    add(press, arena, plan, SLOT_SEARCH, &own, "!search", S(""));
    add_bottom(press, arena, plan, &own);
    return ERR_OK;
}

Err page_plan(Press *press, Arena *arena, const PageKey *key, Plan *plan,
              Str *moved, bool *lasting)
{
    *plan = (Plan){.status = 200};
    switch (key->kind) {
    case PAGE_STORY: return plan_story(press, arena, key, plan, moved, lasting);
    case PAGE_GONE: return plan_gone(press, arena, key, plan);
    case PAGE_NOT_FOUND:
    case PAGE_BAD_REQUEST:
    case PAGE_NO_METHOD:
    case PAGE_FAILED: return plan_notice(press, arena, key, plan);
    case PAGE_FRONT: return plan_front(press, arena, key, plan);
    case PAGE_RSS:
    case PAGE_ATOM:
    case PAGE_JSONFEED:
        if (key->story.number)
            return plan_coverage_feed(press, arena, key, plan, moved, lasting);
        return plan_feed(press, arena, key, plan);
    case PAGE_ROBOTS:
    case PAGE_ADS:
    case PAGE_OPENSEARCH:
    case PAGE_MANIFEST: return plan_plain(press, arena, key, plan);
    default: return plan_list(press, arena, key, plan, moved, lasting);
    }
}
