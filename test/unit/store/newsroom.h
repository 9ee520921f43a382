/* newsroom.h -- a store in a place of its own, and short ways to fill it, for
 * suites that know only the headers of store/. */
#ifndef TEST_NEWSROOM_H
#define TEST_NEWSROOM_H

#include "place.h"

#include <stdlib.h>
#include <unistd.h>

#include "store/coverage.h"
#include "store/pictures.h"
#include "store/public.h"
#include "store/stories.h"

#define T0 ((Time)1618405200 * TIME_SECOND) /* 2021-04-14 13:00 UTC */

typedef struct Newsroom {
    char folder[64];
    char path[200];
    Store *desk;    /* STORE_WRITE */
    Store *readers; /* STORE_PUBLIC */
    Arena arena;
} Newsroom;

static inline void newsroom_open(Newsroom *room)
{
    Fault fault = fault_none();

    *room = (Newsroom){.arena = arena_open()};
    snprintf(room->folder, sizeof room->folder, "/tmp/dateline-XXXXXX");
    assert_non_null(mkdtemp(room->folder));
    place_make(room->folder, room->path, sizeof room->path);
    if (store_create(room->path, &fault)) fail_msg("%s", fault.text);
    if (store_open(room->path, STORE_WRITE, &room->desk, &fault))
        fail_msg("%s", fault.text);
    if (store_open(room->path, STORE_PUBLIC, &room->readers, &fault))
        fail_msg("%s", fault.text);
}

static inline void newsroom_close(Newsroom *room)
{
    char command[128];

    store_close(room->readers);
    store_close(room->desk);
    place_drop(room->path);
    arena_close(&room->arena);
    snprintf(command, sizeof command, "rm -rf %s", room->folder);
    assert_int_equal(system(command), 0);
}

static inline int newsroom_setup(void **state)
{
    Newsroom *room = malloc(sizeof *room);

    newsroom_open(room);
    *state = room;
    return 0;
}

static inline int newsroom_teardown(void **state)
{
    newsroom_close(*state);
    free(*state);
    return 0;
}

#define newsroom_test(f)                                                       \
    cmocka_unit_test_setup_teardown(f, newsroom_setup, newsroom_teardown)

/* A version with a headline; everything else is plain. */
static inline Version sample_version(Str headline)
{
    return (Version){
        .headline = headline,
        .deck = S("A deck"),
        .body = {S("<p>A body of five words</p>")},
        .byline = S("By a reporter"),
        .place = S("Kyiv"),
        .section = S("facts"),
        .slug = S("a-slug"),
        .urgency = URGENCY_NORMAL,
        .words = 5,
        .source = S("Source"),
        .source_url = S("https://example.org/1"),
    };
}

static inline Story sample_story(Str uri, Str language, Time at)
{
    return (Story){.uri = uri,
                   .language = language,
                   .at = at,
                   .timed = true,
                   .due_at = TIME_NONE};
}

/* Saves with a change of that kind, in a transaction of its own. */
static inline int64_t room_save(Newsroom *room, Story *story, ChangeKind kind,
                                Time now)
{
    Publicity publicity = {.changes = true, .kind = kind};
    int64_t change = -1;
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err =
        stories_save(room->desk, &room->arena, story, &publicity, now, &change);
    if (store_end(room->desk, err)) fail_msg("%s", store_reason(room->desk));
    return change;
}

static inline StoryId room_draft(Newsroom *room, Story *story, Version version)
{
    int64_t change = 0;
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = stories_add(room->desk, &room->arena, story, &version,
                      &(Publicity){0}, T0, &change);
    if (store_end(room->desk, err)) fail_msg("%s", store_reason(room->desk));
    return story->id;
}

/* A picture of the agency, for a version; the letter makes its mark. */
static inline VersionPicture room_picture(Newsroom *room, char letter)
{
    Picture picture = {
        .mark = str_format(&room->arena, "%024d", letter),
        .type = PICTURE_JPEG,
        .bytes = 1000,
        .width = 4000,
        .height = 3000,
        .color = 0x203040,
        .focus_x = 500,
        .focus_y = 250,
        .said = {.alt = S("A ship at a pier"),
                 .caption = S("The ship came at nine."),
                 .credit = S("Ann Lee"),
                 .rights = S("Once"),
                 .until = TIME_NONE},
    };
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = pictures_add(room->desk, &picture, T0);
    if (store_end(room->desk, err)) fail_msg("%s", store_reason(room->desk));
    return (VersionPicture){.number = picture.number, .mark = picture.mark};
}

/* A public story. */
static inline Story room_publish(Newsroom *room, Story story, Version version)
{
    room_draft(room, &story, version);
    story.state = STORY_PUBLIC;
    story.public_version = 1;
    room_save(room, &story, CHANGE_PUBLISH, story.at);
    return story;
}

/* Makes it live coverage: one entry that was corrected, one that was taken
 * back; the log tells of each when told. */
static inline void room_cover(Newsroom *room, StoryId story, bool told)
{
    const Entry entries[] = {
        {.number = 1,
         .version = 1,
         .at = T0,
         .saved_at = T0,
         .pinned = true,
         .headline = S("Polls close"),
         .byline = S("Ann"),
         .body = {S("<p>Some are open.</p>")}},
        {.number = 1,
         .version = 2,
         .at = T0,
         .saved_at = T0 + 1,
         .key = true,
         .headline = S("Polls are closed"),
         .note = S("All are."),
         .body = {S("<p>None is open.</p>")}},
        {.number = 2,
         .version = 1,
         .at = T0 + 2,
         .saved_at = T0 + 2,
         .body = {S("<p>It rains.</p>")}},
        {.number = 2,
         .version = 2,
         .at = T0 + 2,
         .saved_at = T0 + 3,
         .withdrawn = true,
         .note = S("It does not."),
         .body = {S("<p>It rains.</p>")}},
    };
    int64_t change;
    Err err = store_begin(room->desk);

    if (!err) err = coverage_put(room->desk, story, T0 + TIME_HOUR);
    for (size_t i = 0; !err && i < COUNT(entries); i++) {
        err = entry_add(room->desk, story, &entries[i]);
        if (!err && told)
            err = coverage_changed(room->desk, story, entries[i].number,
                                   entries[i].saved_at, &change);
    }
    if (store_end(room->desk, err)) fail_msg("%s", store_reason(room->desk));
}

static inline void room_print(void *ctx, const char *what)
{
    ++*(int *)ctx;
    print_message("         check: %s\n", what);
}

static inline Err room_check(const Newsroom *room,
                             void (*say)(void *ctx, const char *what),
                             void *ctx)
{
    Store *store;
    Err err = store_open(room->path, STORE_READ, &store, NULL);

    if (err) return err;
    err = store_check(store, say, ctx);
    store_close(store);
    return err;
}

/* The store's own check finds nothing. */
static inline void room_is_whole(Newsroom *room)
{
    int said = 0;

    assert_int_equal(room_check(room, room_print, &said), ERR_OK);
    assert_int_equal(said, 0);
}

static inline TagList sample_tags(Newsroom *room, const char *words)
{
    TagList list = {.items = ARENA_ARRAY(&room->arena, Tag, 8)};
    Str rest = str_from(words);

    while (rest.len)
        list.items[list.count++] = (Tag){str_cut(&rest, ' '), S("")};
    return list;
}

/* Thirty stories, three at each time, so that the number must decide. */
static inline void room_fill(Newsroom *room)
{
    for (int i = 1; i <= 30; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);
        Version version = sample_version(uri);

        version.section = i % 2 ? S("odd") : S("even");
        version.section_name = i % 2 ? S("Odd news") : S("");
        version.tags = sample_tags(room, i % 3 ? "rest" : "third rest");
        room_publish(room, sample_story(uri, S("en"), T0 + i / 3), version);
    }
}

#endif
