/* test/unit/store/order_test.c -- many write at once, and whoever follows the
 * log by number misses nothing: a number that is seen has none below it that
 * comes later. */
#include "newsroom.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define WRITERS 16
#define STORIES 12 /* of each */
#define READERS 2

typedef struct Crowd {
    const char *path;
    atomic_int writing;
    atomic_int failures;
} Crowd;

typedef struct Hand {
    Crowd *crowd;
    int number;
    pthread_t thread;
    int64_t seen; /* of a reader: changes, one after another */
} Hand;

/* One in four is rolled back: its numbers are given again. */
static Err write_one(Store *store, Arena *arena, int hand, int at)
{
    Str uri = str_format(arena, "urn:%d:%d", hand, at);
    Story story = sample_story(uri, S("en"), T0 + at);
    Version version = sample_version(uri);
    Publicity publish = {.changes = true, .kind = CHANGE_PUBLISH};
    int64_t change;
    Err err = store_begin(store);

    if (err) return err;
    story.state = STORY_PUBLIC;
    story.public_version = 1;
    err = stories_add(store, arena, &story, &version, &publish, T0, &change);
    if (!err && (hand + at) % 4 == 0) {
        (void)!store_end(store, ERR_INVALID);
        return write_one(store, arena, hand, at + 1001);
    }
    return store_end(store, err);
}

static void *write_all(void *data)
{
    Hand *hand = data;
    Arena arena = arena_open();
    Store *store;
    Err err = store_open(hand->crowd->path, STORE_WRITE, &store, NULL);

    for (int i = 0; !err && i < STORIES; i++)
        err = write_one(store, &arena, hand->number, i + 1);
    if (err)
        atomic_fetch_add(&hand->crowd->failures, 1);
    else
        store_close(store);
    arena_close(&arena);
    atomic_fetch_sub(&hand->crowd->writing, 1);
    return NULL;
}

/* Reads on from the last number, as a follower does. */
static Err read_on(Hand *hand, Store *store, Arena *arena)
{
    ChangeList list;
    Err err = changes_after(store, arena, hand->seen, 7, &list);

    for (size_t i = 0; !err && i < list.count; i++)
        if (list.items[i].number != ++hand->seen) err = ERR_CONFLICT;
    arena_reset(arena);
    return err;
}

static void *read_all(void *data)
{
    Hand *hand = data;
    Arena arena = arena_open();
    Store *store;
    Err err = store_open(hand->crowd->path, STORE_PUBLIC, &store, NULL);
    bool over = false;

    while (!err && !over) {
        int64_t before = hand->seen;
        bool writing = atomic_load(&hand->crowd->writing) > 0;

        err = read_on(hand, store, &arena);
        over = !writing && hand->seen == before;
    }
    if (err) atomic_fetch_add(&hand->crowd->failures, 1);
    if (!err || err == ERR_CONFLICT) store_close(store);
    arena_close(&arena);
    return NULL;
}

static void a_cursor_never_skips_one(void **state)
{
    Newsroom *room = *state;
    Crowd crowd = {.path = room->path, .writing = WRITERS};
    Hand hands[WRITERS + READERS] = {0};
    int64_t last;

    for (int i = 0; i < WRITERS + READERS; i++) {
        hands[i].crowd = &crowd;
        hands[i].number = i;
        assert_int_equal(pthread_create(&hands[i].thread, NULL,
                                        i < WRITERS ? write_all : read_all,
                                        &hands[i]),
                         0);
    }
    for (int i = 0; i < WRITERS + READERS; i++)
        pthread_join(hands[i].thread, NULL);
    assert_int_equal(crowd.failures, 0);
    assert_int_equal(changes_last(room->readers, &last), ERR_OK);
    assert_int_equal(last, WRITERS * STORIES);
    for (int i = WRITERS; i < WRITERS + READERS; i++)
        assert_int_equal(hands[i].seen, last);
    room_is_whole(room);
}

/* ---- one story, and all of them change it ---- */

static Err count_up(Store *store, Arena *arena)
{
    static const Publicity none = {0};
    Story story;
    int64_t count = 0;
    int64_t change;
    Err err = store_begin(store);

    if (err) return err;
    err = stories_get(store, arena, (StoryId){1}, &story);
    if (!err && !str_int(story.note, &count)) err = ERR_INVALID;
    if (!err) {
        story.note = str_format(arena, "%lld", (long long)count + 1);
        err = stories_save(store, arena, &story, &none, T0, &change);
    }
    return store_end(store, err);
}

static void *count_all(void *data)
{
    Hand *hand = data;
    Arena arena = arena_open();
    Store *store;
    Err err = store_open(hand->crowd->path, STORE_WRITE, &store, NULL);

    for (int i = 0; !err && i < STORIES; i++)
        err = count_up(store, &arena);
    if (err)
        atomic_fetch_add(&hand->crowd->failures, 1);
    else
        store_close(store);
    arena_close(&arena);
    return NULL;
}

static void what_was_read_does_not_change_before_the_write(void **state)
{
    Newsroom *room = *state;
    Crowd crowd = {.path = room->path};
    Hand hands[WRITERS] = {0};
    Story story = sample_story(S("urn:counted"), S("en"), T0);

    story.note = S("0");
    room_draft(room, &story, sample_version(S("Counted")));
    for (int i = 0; i < WRITERS; i++) {
        hands[i].crowd = &crowd;
        assert_int_equal(
            pthread_create(&hands[i].thread, NULL, count_all, &hands[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(hands[i].thread, NULL);
    assert_int_equal(crowd.failures, 0);
    assert_int_equal(
        stories_get(room->desk, &room->arena, (StoryId){1}, &story), ERR_OK);
    assert_true(
        str_eq(story.note, str_format(&room->arena, "%d", WRITERS * STORIES)));
    room_is_whole(room);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(a_cursor_never_skips_one),
        newsroom_test(what_was_read_does_not_change_before_the_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
