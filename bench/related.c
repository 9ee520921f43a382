/* related.c -- how long MORE ABOUT takes, and what it is.
 *
 *     related STORE [COUNT NEWEST]
 *
 * For each public story (of the COUNT up to the number NEWEST) prints a line of
 * JSON: its uri, the uris of what is related, and milliseconds, as for the
 * follower of the index that makes them: it has just read the story's words,
 * which the bench of the index times. */
#include <stdio.h>
#include <stdlib.h>

#include "search/related.h"
#include "text/jsonout.h"
#include "text/sanitize.h"

#define MORE 10

static void must(Err err, const Store *store)
{
    if (!err) return;
    fprintf(stderr, "related: %s (%s)\n", err_word(err), store_reason(store));
    exit(1);
}

static Str uri_of(Store *store, Arena *arena, StoryId id)
{
    PublicStory story;
    PublicNotice notice;

    must(public_story(store, arena, id, &story, &notice), store);
    return story.uri;
}

static void print(Store *store, Arena *arena, Str uri, const PublicList *list,
                  double ms)
{
    Buf buf = buf_open(arena, 100000);
    JsonOut json = json_out(&buf);

    json_put_object(&json);
    json_pair_str(&json, "uri", uri);
    json_put_key(&json, "ms");
    json_put_double(&json, ms);
    json_put_key(&json, "related");
    json_put_array(&json);
    for (size_t i = 0; i < list->count; i++)
        json_put_str(&json, uri_of(store, arena, list->items[i].id));
    json_put_end(&json);
    json_put_end(&json);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
}

static void read_text(Analyst *analyst, Str language, Str text)
{
    Word word;

    analyst_begin(analyst, language, text);
    while (analyst_next(analyst, &word))
        continue;
}

static void read_words(Analyst *analyst, Arena *arena, const PublicStory *story)
{
    const PublicItem *item = &story->item;

    read_text(analyst, item->language, item->headline);
    read_text(analyst, item->language, item->deck);
    read_text(analyst, item->language, html_plain(arena, story->body));
}

static void look(Analyst *analyst, Store *store, StoryId id)
{
    Arena arena = arena_open();
    PublicStory story;
    PublicNotice notice;
    PublicList list;
    Err err = public_story(store, &arena, id, &story, &notice);

    if (err != ERR_NOT_FOUND && err != ERR_GONE) {
        Time begun;

        must(err, store);
        read_words(analyst, &arena, &story);
        begun = time_monotonic();
        must(store_begin(store), store);
        err = related(analyst, store, &arena, &story, MORE, &list);
        must(store_end(store, err), store);
        print(store, &arena, story.uri, &list,
              (double)(time_monotonic() - begun) / TIME_MS);
    }
    arena_close(&arena);
}

int main(int argc, char **argv)
{
    Fault fault = fault_none();
    Analyst *analyst = analyst_open(ANALYST_ALL);
    int64_t newest;
    int64_t count;
    Store *store;

    if (argc != 2 && argc != 4) return 2;
    if (store_open(argv[1], STORE_PUBLIC, &store, &fault)) {
        fprintf(stderr, "related: %s\n", fault.text);
        return 1;
    }
    must(public_highest(store, &newest), store);
    if (argc == 4) newest = atoll(argv[3]);
    count = argc == 4 ? atoll(argv[2]) : newest;
    for (int64_t i = newest - count + 1; i <= newest; i++)
        if (i > 0) look(analyst, store, (StoryId){i});
    analyst_close(analyst);
    store_close(store);
    return 0;
}
