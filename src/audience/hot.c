#include "audience/hot.h"

#include <stdlib.h>
#include <string.h>

#include "audience/heat.h"

/* ---- all stories that have heat ---- */

static int by_story(const void *a, const void *b)
{
    int64_t x = ((const HotStory *)a)->story.number;
    int64_t y = ((const HotStory *)b)->story.number;

    return (x > y) - (x < y);
}

static int by_heat(const void *a, const void *b)
{
    const HotStory *x = a;
    const HotStory *y = b;

    if (x->heat != y->heat) return x->heat > y->heat ? -1 : 1;
    return by_story(b, a);
}

/* Each story once, with what it has of both periods. */
static HotStories merge(Arena *arena, const HotStories *now,
                        const HotStories *before)
{
    HotStories all = {
        .items = ARENA_ARRAY(arena, HotStory, now->count + before->count)};
    size_t kept = 0;

    for (size_t i = 0; i < now->count; i++)
        all.items[all.count++] = now->items[i];
    for (size_t i = 0; i < before->count; i++) {
        all.items[all.count] = before->items[i];
        all.items[all.count++].heat = heat_carried(before->items[i].heat);
    }
    qsort(all.items, all.count, sizeof *all.items, by_story);
    for (size_t i = 0; i < all.count; i++) {
        if (kept && by_story(&all.items[kept - 1], &all.items[i]) == 0)
            all.items[kept - 1].heat += all.items[i].heat;
        else
            all.items[kept++] = all.items[i];
    }
    all.count = kept;
    qsort(all.items, all.count, sizeof *all.items, by_heat);
    return all;
}

/* ---- lists ---- */

typedef struct List {
    Str language, section;
    size_t count;
    StoryId stories[HOT_MAX];
} List;

typedef struct Lists {
    Arena *arena;
    List *items;
    size_t count;
} Lists;

static List *list_of(Lists *lists, Str language, Str section)
{
    size_t n = lists->count;

    for (size_t i = 0; i < n; i++)
        if (str_eq(lists->items[i].language, language) &&
            str_eq(lists->items[i].section, section))
            return &lists->items[i];
    if ((n & (n - 1)) == 0)
        lists->items = arena_grow(lists->arena, lists->items, n * sizeof(List),
                                  (n ? n * 2 : 1) * sizeof(List));
    lists->items[n] = (List){.language = language, .section = section};
    lists->count = n + 1;
    return &lists->items[n];
}

static void list_add(List *list, StoryId story)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->stories[i].number == story.number) return;
    if (list->count < HOT_MAX) list->stories[list->count++] = story;
}

static void add_all(Lists *lists, const HotStories *stories)
{
    for (size_t i = 0; i < stories->count; i++) {
        const HotStory *story = &stories->items[i];

        list_add(list_of(lists, story->language, (Str){0}), story->story);
        list_add(list_of(lists, story->language, story->section), story->story);
    }
}

static int by_name(const void *a, const void *b)
{
    const List *x = a;
    const List *y = b;
    int order = str_cmp(x->language, y->language);

    return order ? order : str_cmp(x->section, y->section);
}

void hot_rank(Arena *arena, const HotStories *pins, const HotStories *now,
              const HotStories *before, HotPlaces *out)
{
    HotStories all = merge(arena, now, before);
    Lists lists = {.arena = arena};

    add_all(&lists, pins);
    add_all(&lists, &all);
    if (lists.count)
        qsort(lists.items, lists.count, sizeof *lists.items, by_name);
    *out =
        (HotPlaces){ARENA_ARRAY(arena, HotPlace, lists.count * HOT_MAX + 1), 0};
    for (size_t i = 0; i < lists.count; i++)
        for (size_t j = 0; j < lists.items[i].count; j++)
            out->items[out->count++] = (HotPlace){
                .language = lists.items[i].language,
                .section = lists.items[i].section,
                .place = (int64_t)j,
                .story = lists.items[i].stories[j],
            };
}

bool hot_same(const HotPlaces *a, const HotPlaces *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        const HotPlace *x = &a->items[i];
        const HotPlace *y = &b->items[i];

        if (x->story.number != y->story.number || x->place != y->place ||
            !str_eq(x->language, y->language) ||
            !str_eq(x->section, y->section))
            return false;
    }
    return true;
}
