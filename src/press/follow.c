/* press/follow.c -- following the log: what a change touches is dropped. */
#include "press/room.h"
#include "press/touch.h"

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

static void touch(void *press, uint64_t key, Time at)
{
    deps_touch(&((Press *)press)->deps, key, at);
}

/* The sections that have stories may have become more or fewer. */
Err menu_read(Press *press, PressLanguage *language)
{
    Arena arena = arena_open();
    SectionList menu;
    Err err = public_sections(press->store, &arena, language->tag, &menu);

    if (err || sections_same(&menu, &language->menu)) {
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
static Err check_place(Press *press, Arena *arena, bool *anew)
{
    ChangeList last = {0};
    Err err;

    *anew = false;
    if (!press->behind || !press->seen) return ERR_OK;
    err = changes_after(press->store, arena, press->seen - 1, 1, &last);
    if (err) return err;
    if (last.count && last.items[0].number == press->seen &&
        last.items[0].at == press->seen_at)
        return ERR_OK;
    *anew = true;
    pages_clear(press);
    return follow_from_last(press, arena);
}

static Err take_changes(Press *press, Arena *arena)
{
    ChangeList changes;
    bool gone = false;
    bool anew;
    Err err = check_place(press, arena, &anew);

    if (err) return err;
    err =
        changes_after(press->store, arena, press->seen, CHANGES_MAX, &changes);
    if (err) return err;
    if (changes.count || anew) pictures_forget(press);
    for (size_t i = 0; !err && i < changes.count; i++) {
        /* what concerns everything (names of sections) names no story */
        if (!changes.items[i].story.number) pages_clear(press);
        gone = gone || change_takes_away(&changes.items[i]);
        err = change_touches(press->store, arena, &changes.items[i], touch,
                             press);
    }
    drop_touched(press);
    /* What is gone is not shown again, whatever cannot be made meanwhile. */
    if (gone) pages_forget_old(press);
    if (err || (!changes.count && !anew)) return err;
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

/* What was made before the index knew all, or before it was kept what is
 * related, is made anew when that is so: every node comes to the same. */
static Err look_at_index(Press *press)
{
    int64_t indexed;
    int64_t related;
    Err err;

    if (!press->index_wanted && !press->related_wanted) return ERR_OK;
    err = public_indexed(press->store, &indexed, &related);
    if (err) return err;
    if (press->index_wanted && indexed >= press->index_wanted) {
        press->index_wanted = 0;
        touch(press, dep_index(), 0);
    }
    if (press->related_wanted && related >= press->related_wanted) {
        press->related_wanted = 0;
        touch(press, dep_related(), 0);
    }
    drop_touched(press);
    return ERR_OK;
}

/* It is no change of the log: what readers read is not news. */
Err look_at_hot(Press *press)
{
    Arena arena = arena_open();
    Time at = press->hot_at;
    Err err = public_hot_at(press->store, &arena, &at);

    arena_close(&arena);
    if (err || at == press->hot_at) return err;
    press->hot_at = at;
    touch(press, dep_hot(), 0);
    drop_touched(press);
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
        if (!err) err = look_at_index(press);
        if (!err) err = look_at_hot(press);
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
static Err follow_to(Press *press, int64_t known, Time now)
{
    const PressConfig *config = &press->config;
    bool must = known > press->seen;
    bool hides = config->gone && config->gone(config->ctx) > press->seen;
    Err err = ERR_OK;

    /* No page is made from less than others were made from. */
    store_need(press->store, must ? known : press->seen);
    if (!must && now - press->looked_at < PRESS_LOOK_EVERY) return ERR_OK;
    if (must || press->behind || store_has_news(press->store))
        err = follow(press);
    store_need(press->store, press->seen);
    if (err == ERR_UNREACHABLE && !hides) err = ERR_OK;
    if (!err) press->looked_at = now;
    return err;
}

static int64_t own_number(const Press *press)
{
    const PressConfig *config = &press->config;

    return config->committed ? config->committed(config->ctx) : 0;
}

Err press_follow(Press *press, Time now)
{
    return follow_to(press, own_number(press), now);
}

void press_reach(Press *press, int64_t number, Time now)
{
    int64_t own = own_number(press);

    /* whoever asks for a page is told what is wrong */
    (void)!follow_to(press, number > own ? number : own, now);
}
