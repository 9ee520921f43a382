#include "store/changes.h"

#include <assert.h>

#include "store/inside.h"

bool change_takes_away(const Change *change)
{
    return change->kind == CHANGE_WITHDRAW || change->kind == CHANGE_KILL ||
           change->kind == CHANGE_PICTURE;
}

Err changes_after(Store *store, Arena *arena, int64_t after, size_t max,
                  ChangeList *out)
{
    ChangeList list = {.items = ARENA_ARRAY(arena, Change, max)};
    Rows rows;
    Err err;

    assert(max >= 1 && max <= CHANGES_MAX && after >= 0);
    rows = db_query(store->db, QUERY_CHANGES_AFTER,
                    ARGS(v_int(after), v_int((int64_t)max)));
    while (list.count < max && db_next(&rows))
        list.items[list.count++] = (Change){
            .number = db_int(&rows, 0),
            .at = db_int(&rows, 1),
            .kind = (ChangeKind)db_int(&rows, 2),
            .story = {db_int(&rows, 3)},
            .version = (int32_t)db_int(&rows, 4),
            .late = db_int(&rows, 5),
        };
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err changes_last(Store *store, int64_t *out)
{
    return db_number(store->db, QUERY_CHANGES_LAST, NO_ARGS, out);
}

int64_t changes_gone(const Store *store)
{
    return store->gone;
}

Err follower_claim(Store *store, Str follower, bool *out)
{
    int64_t mine = 0;
    Err err = db_number(store->db, QUERY_FOLLOWER_CLAIM, ARGS(v_text(follower)),
                        &mine);

    if (!err) *out = mine != 0;
    return err;
}

Err cursor_get(Store *store, Str follower, int64_t *out)
{
    int64_t change = 0;
    Err err =
        db_number(store->db, QUERY_CURSOR_GET, ARGS(v_text(follower)), &change);

    if (err && err != ERR_NOT_FOUND) return err;
    *out = change;
    return ERR_OK;
}

Err cursor_put(Store *store, Str follower, int64_t change)
{
    return db_run(store->db, QUERY_CURSOR_PUT,
                  ARGS(v_text(follower), v_int(change)));
}
