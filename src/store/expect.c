/* expect.c -- what a transaction knows of the stories that are about to come.
 *
 * A question is asked while the stories before are still being added: those
 * may be among the ones that it asks for, so whatever comes meanwhile is taken
 * from both, the uris that are known to be absent and those that wait for the
 * answer.
 */
#include <assert.h>

#include "base/hash.h"
#include "store/inside.h"
#include "store/stories.h"

void expected_open(Expected *expected)
{
    *expected = (Expected){.arena = arena_open()};
    map_init(&expected->absent);
    map_init(&expected->groups);
    map_init(&expected->asked);
}

/* Nobody waits for the answer any more. */
static void drop_answer(Expected *expected)
{
    if (expected->waiting) (void)!db_done(&expected->answer);
    expected->waiting = false;
    map_close(&expected->asked);
    expected->keys = (StrList){0};
}

void expected_clear(Expected *expected)
{
    drop_answer(expected);
    map_close(&expected->absent);
    map_close(&expected->groups);
    arena_reset(&expected->arena);
}

void expected_close(Expected *expected)
{
    expected_clear(expected);
    arena_close(&expected->arena);
}

static bool has_uri(const Map *map, Str uri)
{
    const Str *found = map_get(map, hash_table(uri));

    return found && str_eq(*found, uri);
}

static void take_uri(Map *map, Str uri)
{
    if (has_uri(map, uri)) map_take(map, hash_table(uri));
}

bool is_absent(const Store *store, Str uri)
{
    return has_uri(&store->known.expected.absent, uri);
}

void now_present(Store *store, Str uri)
{
    take_uri(&store->known.expected.absent, uri);
    take_uri(&store->known.expected.asked, uri);
}

Group *group_known(const Store *store, Str key)
{
    Group *group = map_get(&store->known.expected.groups, hash_table(key));

    return group && str_eq(group->key, key) ? group : NULL;
}

Group *group_now_known(Store *store, Str key, int64_t peers)
{
    Expected *expected = &store->known.expected;
    Group *group = ARENA_NEW(&expected->arena, Group);

    *group = (Group){str_copy(&expected->arena, key), peers, 0};
    map_put(&expected->groups, hash_table(group->key), group);
    return group;
}

/* Arguments that there are fewer of stand for nothing: NULL. What they are made
 * of stays until there is an answer. */
void stories_expect(Store *store, StrList uris, StrList keys)
{
    Expected *expected = &store->known.expected;
    Value args[2 * EXPECT_MAX] = {0};

    assert(store->begun && uris.count <= EXPECT_MAX &&
           keys.count <= EXPECT_MAX);
    drop_answer(expected);
    for (size_t i = 0; i < uris.count; i++) {
        Str *uri = ARENA_NEW(&expected->arena, Str);

        if (!uris.items[i].len) continue;
        *uri = str_copy(&expected->arena, uris.items[i]);
        args[i] = v_text(*uri);
        map_put(&expected->asked, hash_table(*uri), uri);
    }
    for (size_t i = 0; i < keys.count; i++) {
        Str key = str_copy(&expected->arena, keys.items[i]);

        if (!key.len) continue;
        args[EXPECT_MAX + i] = v_text(key);
        strs_add(&expected->keys, &expected->arena, key);
    }
    expected->answer = db_query_ahead(store->db, QUERY_EXPECTED_KNOWN,
                                      (Args){args, COUNT(args)});
    expected->waiting = true;
}

/* One that came since it was asked for is known already. */
static void expect_group(Store *store, Str key, int64_t peers)
{
    if (!group_known(store, key)) group_now_known(store, key, peers);
}

static void take_known(Store *store, Str text, int64_t peers)
{
    if (peers)
        expect_group(store, text, peers);
    else
        take_uri(&store->known.expected.asked, text);
}

Err stories_expected(Store *store)
{
    Expected *expected = &store->known.expected;
    Err err;

    if (!expected->waiting) return ERR_OK;
    while (db_next(&expected->answer))
        take_known(store, db_peek(&expected->answer, 0),
                   db_int(&expected->answer, 1));
    err = db_done(&expected->answer);
    expected->waiting = false;
    for (size_t i = 0; !err && i < expected->keys.count; i++)
        expect_group(store, expected->keys.items[i], 0);
    map_close(&expected->absent);
    expected->absent = expected->asked;
    map_init(&expected->asked);
    drop_answer(expected);
    if (err) expected_clear(expected);
    return err;
}
