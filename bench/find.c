/* find.c -- how long a search takes.
 *
 *     find STORE LANGUAGE QUERIES NEWEST
 *
 * Words are taken from stories of the language, from the number NEWEST on to
 * older ones: `any` as often as they are said there, `top` of the most frequent
 * fifty.  For one, two and three words of each kind, newest first and by
 * relevance, a page of thirty lines with their snippets, prints a line:
 *
 *     order kind words p50 p99 worst found hits
 *
 * In milliseconds; found: the 99th percentile without the snippets; hits a
 * query.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "search/analysis.h"
#include "search/find.h"
#include "store/index.h"

#define STORIES 600
#define WORDS   200000
#define TOP     50
#define PAGE    30

typedef struct Said {
    Str word;
    size_t times;
} Said;

typedef struct Bench {
    Store *store;
    Finder *finder;
    Arena arena;
    Str language;
    Str *said; /* each word of the stories, as often as it is said */
    size_t said_count;
    Said *top[TOP];
    uint64_t seed;
} Bench;

static uint64_t next_random(Bench *bench)
{
    bench->seed = bench->seed * 6364136223846793005u + 1442695040888963407u;
    return bench->seed >> 33;
}

static void note_word(Bench *bench, Map *map, Str word)
{
    uint64_t key = hash_table(word);
    Said *said = map_get(map, key);

    if (bench->said_count == WORDS) return;
    if (!said) {
        said = ARENA_NEW(&bench->arena, Said);
        said->word = word;
        map_put(map, key, said);
    }
    said->times++;
    bench->said[bench->said_count++] = word;
}

static void find_top(Bench *bench, const Map *map)
{
    size_t at = 0;
    Said *said;

    while ((said = map_next(map, &at)))
        for (size_t i = 0; i < TOP; i++) {
            Said *other = bench->top[i];

            if (other && other->times >= said->times) continue;
            bench->top[i] = said;
            said = other;
            if (!said) break;
        }
}

static void note_words(Bench *bench, Map *map, Analyst *analyst, Str text)
{
    Word word;

    analyst_begin(analyst, bench->language, text);
    while (analyst_next(analyst, &word))
        if (word.len > 1)
            note_word(bench, map, str_slice(text, word.at, word.at + word.len));
}

static Err read_words(Bench *bench, int64_t newest)
{
    Analyst *analyst = analyst_open(ANALYST_FEW);
    size_t stories = 0;
    Map map;
    Err err = ERR_OK;

    map_init(&map);
    bench->said = ARENA_ARRAY(&bench->arena, Str, WORDS);
    for (int64_t i = newest; !err && i > 0 && stories < STORIES; i--) {
        PublicStory story;
        PublicNotice notice;

        err = public_story(bench->store, &bench->arena, (StoryId){i}, &story,
                           &notice);
        if (!err && str_eq(story.item.language, bench->language)) {
            note_words(bench, &map, analyst, story.body.markup);
            stories++;
        }
        if (err == ERR_NOT_FOUND || err == ERR_GONE) err = ERR_OK;
    }
    find_top(bench, &map);
    if (!err && !bench->top[TOP - 1]) {
        fprintf(stderr, "find: has fewer than %d different words\n", TOP);
        err = ERR_NOT_FOUND;
    }
    map_close(&map);
    analyst_close(analyst);
    return err;
}

static Str make_query(Bench *bench, Arena *arena, bool top, int words)
{
    Str query = {0};

    for (int i = 0; i < words; i++) {
        Str word = top ? bench->top[next_random(bench) % TOP]->word
                       : bench->said[next_random(bench) % bench->said_count];

        query = str_format(arena, "%.*s %.*s", STR_ARG(query), STR_ARG(word));
    }
    return query;
}

static double ms_since(Time begun)
{
    return (double)(time_monotonic() - begun) / TIME_MS;
}

static Err ask(Bench *bench, bool top, bool relevance, int words, double *ms,
               double *found_ms, size_t *hits)
{
    Arena arena = arena_open();
    SearchQuery query;
    Found found = {0};
    FindAsk ask = {.query = &query,
                   .language = bench->language,
                   .by_relevance = relevance,
                   .before = FIND_NEWEST,
                   .max = PAGE,
                   .now = time_now()};
    Time begun;
    Err err;

    query_read(make_query(bench, &arena, top, words), &query);
    begun = time_monotonic();
    err = store_begin(bench->store);
    if (!err) {
        err = find(bench->finder, bench->store, &arena, &ask, &found);
        *found_ms = ms_since(begun);
        if (!err)
            err = find_snippets(bench->finder, bench->store, &arena, &ask,
                                &found);
        err = store_end(bench->store, err);
    }
    *ms = ms_since(begun);
    *hits += found.count;
    arena_close(&arena);
    return err;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static Err measure(Bench *bench, bool top, bool relevance, int words,
                   size_t count)
{
    double *ms = calloc(count, sizeof *ms);
    double *found = calloc(count, sizeof *found);
    size_t hits = 0;
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < count; i++)
        err = ask(bench, top, relevance, words, &ms[i], &found[i], &hits);
    qsort(ms, count, sizeof *ms, by_size);
    qsort(found, count, sizeof *found, by_size);
    printf("%s %s %d %.2f %.2f %.2f %.2f %.1f\n",
           relevance ? "relevance" : "newest", top ? "top" : "any", words,
           ms[count / 2], ms[count * 99 / 100], ms[count - 1],
           found[count * 99 / 100], (double)hits / (double)count);
    fflush(stdout);
    free(found);
    free(ms);
    return err;
}

int main(int argc, char **argv)
{
    Bench bench = {.arena = arena_open(), .seed = 1};
    Fault fault = fault_none();
    Zone *zone;
    int64_t count;
    int64_t newest;
    Err err;

    if (argc != 5 || !str_int(str_from(argv[3]), &count) || count < 1 ||
        !str_int(str_from(argv[4]), &newest))
        return 2;
    bench.language = str_from(argv[2]);
    err = store_open(argv[1], STORE_PUBLIC, &bench.store, &fault);
    if (!err) err = zone_open("UTC", &zone);
    if (err) {
        fprintf(stderr, "find: %s\n", fault.text);
        return 1;
    }
    bench.finder = finder_open(zone);
    err = read_words(&bench, newest);
    for (int relevance = 0; !err && relevance < 2; relevance++)
        for (int top = 0; !err && top < 2; top++)
            for (int words = 1; !err && words <= 3; words++)
                err = measure(&bench, top, relevance, words, (size_t)count);
    if (err)
        fprintf(stderr, "find: %s: %s\n", err_word(err),
                store_reason(bench.store));
    finder_close(bench.finder);
    zone_close(zone);
    store_close(bench.store);
    arena_close(&bench.arena);
    return err ? 1 : 0;
}
