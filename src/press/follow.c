/* press/follow.c -- following the log: what a change touches is dropped. */
#include "press/room.h"

static void drop_touched(Press *press)
{
    Holder *holder;

    while ((holder = deps_take(&press->deps))) {
        if (holder->kind == HOLDER_PAGE)
            page_drop(press, (Page *)holder);
        else
            slot_drop(press, (Slot *)holder);
    }
}

static void touch(Press *press, uint64_t key, Time at)
{
    deps_touch(&press->deps, key, at);
}

/* A story may have come before the one that it follows: now it has one. */
static Err touch_followers(Press *press, Arena *arena, StoryId story)
{
    PublicList list;
    Err err = public_followers(press->store, arena, story, &list);

    for (size_t i = 0; !err && i < list.count; i++)
        touch(press, dep_followed(list.items[i].id.number), 0);
    return err;
}

/* What is gone must not be shown again, whatever cannot be made meanwhile. */
static bool takes_away(const Change *change)
{
    return change->kind == CHANGE_WITHDRAW || change->kind == CHANGE_KILL;
}

static Err take_change(Press *press, Arena *arena, const Change *change)
{
    Placing placing;
    Err err;

    touch(press, dep_story(change->story.number), 0);
    err = public_placing(press->store, arena, change->story, &placing);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    if (err && err != ERR_GONE) return err;
    touch(press, dep_group(placing.group.number), 0);
    if (placing.follows.number)
        touch(press, dep_followers(placing.follows.number), 0);
    err = touch_followers(press, arena, change->story);
    if (err) return err;
    touch(press, dep_list(placing.language, 'a', (Str){0}), placing.at);
    touch(press, dep_list(placing.language, 's', placing.section), placing.at);
    for (size_t i = 0; i < placing.tags.count; i++)
        touch(press, dep_list(placing.language, 't', placing.tags.items[i]),
              placing.at);
    return ERR_OK;
}

static bool same_menu(const SectionList *a, const SectionList *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(a->items[i].slug, b->items[i].slug) ||
            !str_eq(a->items[i].name, b->items[i].name))
            return false;
    return true;
}

/* The sections that have stories may have become more or fewer. */
Err menu_read(Press *press, PressLanguage *language)
{
    Arena arena = arena_open();
    SectionList menu;
    Err err = public_sections(press->store, &arena, language->tag, &menu);

    if (err || same_menu(&menu, &language->menu)) {
        arena_close(&arena);
        return err;
    }
    drop_touched(press); /* nothing may point into the old one */
    touch(press, dep_menu(language->tag), 0);
    drop_touched(press);
    arena_close(&language->arena);
    language->arena = arena;
    language->menu = menu;
    return ERR_OK;
}

Err follow_from_last(Press *press, Arena *arena)
{
    ChangeList last = {0};
    int64_t number;
    Err err = changes_last(press->store, &number);

    if (!err && number)
        err = changes_after(press->store, arena, number - 1, 1, &last);
    if (err) return err;
    press->seen = number;
    if (last.count) press->seen_at = last.items[0].at;
    return ERR_OK;
}

/* Another server may have taken the place of the one that was lost, and know
 * less: then what was taken is not what happened. */
static Err check_place(Press *press, Arena *arena)
{
    ChangeList last = {0};
    Err err;

    if (!press->behind || !press->seen) return ERR_OK;
    err = changes_after(press->store, arena, press->seen - 1, 1, &last);
    if (err) return err;
    if (last.count && last.items[0].number == press->seen &&
        last.items[0].at == press->seen_at)
        return ERR_OK;
    pages_clear(press);
    return follow_from_last(press, arena);
}

static Err take_changes(Press *press, Arena *arena)
{
    ChangeList changes;
    bool gone = false;
    Err err = check_place(press, arena);

    if (err) return err;
    err =
        changes_after(press->store, arena, press->seen, CHANGES_MAX, &changes);
    if (err) return err;
    for (size_t i = 0; !err && i < changes.count; i++) {
        /* what concerns everything (names of sections) names no story */
        if (!changes.items[i].story.number) pages_clear(press);
        gone = gone || takes_away(&changes.items[i]);
        err = take_change(press, arena, &changes.items[i]);
    }
    drop_touched(press);
    if (gone) pages_forget_old(press);
    for (size_t i = 0; !err && i < press->config.site->language_count; i++)
        err = menu_read(press, &press->languages[i]);
    if (err || !changes.count) return err;
    if (changes.count == CHANGES_MAX) {
        /* an import: cheaper to begin again than to follow each step */
        pages_clear(press);
        return follow_from_last(press, arena);
    }
    press->seen = changes.items[changes.count - 1].number;
    press->seen_at = changes.items[changes.count - 1].at;
    return ERR_OK;
}

/* In one snapshot, so that number and rows agree. A failure leaves the number
 * where it was. When only the server is out of reach, what was made last stays
 * good enough to be shown. */
static Err follow(Press *press)
{
    Arena arena = arena_open();
    Err err = store_begin(press->store);

    if (!err) {
        err = take_changes(press, &arena);
        err = store_end(press->store, err);
    }
    arena_close(&arena);
    press->behind = err != ERR_OK;
    if (err && err != ERR_UNREACHABLE) pages_clear(press);
    return err;
}

void press_catch_up(Press *press, Time now)
{
    press->looked_at = now - PRESS_LOOK_EVERY;
    if (press_follow(press, now)) return; /* whoever asks for a page is told */
    pages_freshen(press, now);
}

/* What this process acknowledged must show. While the store is out of reach
 * the last good page is better than none, but for what was taken away. */
Err press_follow(Press *press, Time now)
{
    const PressConfig *config = &press->config;
    int64_t own = config->committed ? config->committed(config->ctx) : 0;
    bool must = own > press->seen;
    bool hides = config->gone && config->gone(config->ctx) > press->seen;
    Err err = ERR_OK;

    /* No page is made from less than others were made from. */
    store_need(press->store, must ? own : press->seen);
    if (!must && now - press->looked_at < PRESS_LOOK_EVERY) return ERR_OK;
    if (must || press->behind || store_has_news(press->store))
        err = follow(press);
    store_need(press->store, press->seen);
    if (err == ERR_UNREACHABLE && !hides) err = ERR_OK;
    if (!err) press->looked_at = now;
    return err;
}
