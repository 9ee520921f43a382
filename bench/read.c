/* read.c -- how long the questions of the reading side take.
 *
 *     read STORE [ROUNDS]
 *
 * Asks through a readers' handle for stories, lists and related stories spread
 * over the whole archive, each from a place of its own, and prints for each
 * kind of question the median, the 99th of a hundred and the worst, in
 * microseconds. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "store/public.h"

typedef struct Ask {
    Store *store;
    Arena *arena;
    PublicStory story; /* where it is asked from */
} Ask;

static uint64_t state = 88172645463325252u;

static int64_t below(int64_t max)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)max);
}

static Cursor place(const Ask *ask)
{
    return (Cursor){ask->story.item.at, ask->story.item.id.number};
}

static Err ask_story(Ask *ask)
{
    PublicStory story;
    PublicNotice notice;

    return public_story(ask->store, ask->arena, ask->story.item.id, &story,
                        &notice);
}

static Err ask_list(Ask *ask, ListKey key, const Cursor *before)
{
    PublicList list;

    key.language = ask->story.item.language;
    return public_list(ask->store, ask->arena, key, before, TIME_MIN, 30,
                       &list);
}

static Err ask_latest(Ask *ask)
{
    return ask_list(ask, (ListKey){0}, NULL);
}

static Err ask_old_page(Ask *ask)
{
    Cursor before = place(ask);

    return ask_list(ask, (ListKey){0}, &before);
}

static Err ask_section(Ask *ask)
{
    Cursor before = place(ask);

    return ask_list(ask, (ListKey){.section = ask->story.item.section},
                    &before);
}

static Err ask_tag(Ask *ask)
{
    Cursor before = place(ask);

    if (!ask->story.tags.count) return ERR_OK;
    return ask_list(ask, (ListKey){.tag = ask->story.tags.items[0].slug},
                    &before);
}

static Err ask_news(Ask *ask)
{
    return store_has_news(ask->store) ? ERR_OK : ERR_OK;
}

static const struct {
    const char *name;
    Err (*ask)(Ask *ask);
} questions[] = {
    {"story", ask_story},
    {"latest", ask_latest},
    {"an old page", ask_old_page},
    {"section", ask_section},
    {"tag", ask_tag},
    {"has news", ask_news},
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void must(Err err, const Store *store)
{
    if (!err) return;
    fprintf(stderr, "read: %s (%s)\n", err_word(err), store_reason(store));
    exit(1);
}

static void measure(Store *store, size_t which, int64_t rounds, int64_t highest)
{
    double *times = calloc((size_t)rounds, sizeof *times);
    Arena arena = arena_open();

    if (!times) exit(1);
    for (int64_t i = 0; i < rounds; i++) {
        Ask ask = {.store = store, .arena = &arena};
        StoryId id = {1 + below(highest)};
        PublicNotice notice;
        Time began;

        must(public_story(store, &arena, id, &ask.story, &notice), store);
        began = time_monotonic();
        for (int k = 0; k < 4; k++)
            must(questions[which].ask(&ask), store);
        times[i] = (double)(time_monotonic() - began) / 4;
        arena_reset(&arena);
    }
    qsort(times, (size_t)rounds, sizeof *times, by_size);
    printf("%-18s %8.1f %8.1f %8.1f\n", questions[which].name,
           times[rounds / 2], times[rounds * 99 / 100], times[rounds - 1]);
    arena_close(&arena);
    free(times);
}

int main(int argc, char **argv)
{
    int64_t rounds = 2000;
    int64_t highest;
    Fault fault = fault_none();
    Store *store;

    if (argc < 2 || (argc > 2 && !str_int(str_from(argv[2]), &rounds)) ||
        rounds < 100) {
        fputs("usage: read STORE [ROUNDS of 100 or more]\n", stderr);
        return 2;
    }
    if (store_open(argv[1], STORE_PUBLIC, &store, &fault)) {
        fprintf(stderr, "read: %s\n", fault.text);
        return 1;
    }
    must(public_highest(store, &highest), store);
    printf("%lld stories, microseconds:     p50      p99    worst\n",
           (long long)highest);
    for (size_t i = 0; i < COUNT(questions); i++)
        measure(store, i, rounds, highest);
    store_close(store);
    return 0;
}
