#include "store/coverage.h"

#include "store/changes.h"
#include "store/inside.h"

/* ---- writing ---- */

Err coverage_put(Store *store, StoryId story, Time ended_at)
{
    return db_run(store->db, QUERY_COVERAGE_PUT,
                  ARGS(v_int(story.number), v_time(ended_at)));
}

static Err read_end(Rows *rows, Time *ended_at)
{
    Err err = db_first(rows);
    Time at = err ? TIME_NONE : db_time(rows, 0);
    Err end = db_done(rows);

    if (err || end) return err ? err : end;
    *ended_at = at;
    return ERR_OK;
}

Err coverage_get(Store *store, StoryId story, Time *ended_at)
{
    Rows rows =
        db_query(store->db, QUERY_COVERAGE_GET, ARGS(v_int(story.number)));

    return read_end(&rows, ended_at);
}

static Entry entry_of(const Rows *rows, Arena *arena)
{
    return (Entry){
        .number = (int32_t)db_int(rows, 0),
        .version = (int32_t)db_int(rows, 1),
        .at = db_int(rows, 2),
        .saved_at = db_int(rows, 3),
        .pinned = db_int(rows, 4) != 0,
        .key = db_int(rows, 5) != 0,
        .withdrawn = db_int(rows, 6) != 0,
        .headline = db_text(rows, arena, 7),
        .byline = db_text(rows, arena, 8),
        .note = db_text(rows, arena, 9),
        .body = {db_text(rows, arena, 10)},
    };
}

static Err read_entry(Rows *rows, Arena *arena, Entry *out)
{
    Err err = db_first(rows);
    Entry entry = {0};
    Err end;

    if (!err) entry = entry_of(rows, arena);
    end = db_done(rows);
    if (err || end) return err ? err : end;
    *out = entry;
    return ERR_OK;
}

Err entry_get(Store *store, Arena *arena, StoryId story, int32_t number,
              Entry *out)
{
    Rows rows = db_query(store->db, QUERY_ENTRY_GET,
                         ARGS(v_int(story.number), v_int(number)));

    return read_entry(&rows, arena, out);
}

Err entry_number(Store *store, StoryId story, int32_t *out)
{
    int64_t last = 0;
    Err err = db_number(store->db, QUERY_ENTRY_LAST, ARGS(v_int(story.number)),
                        &last);

    if (err && err != ERR_NOT_FOUND) return err;
    if (last >= ENTRIES_MAX) return ERR_TOO_BIG;
    *out = (int32_t)last + 1;
    return ERR_OK;
}

Err entry_add(Store *store, StoryId story, const Entry *entry)
{
    Value row[ENTRY_COLUMNS + 1] = {
        v_int(story.number),     v_int(entry->number),
        v_int(entry->version),   v_int(entry->at),
        v_int(entry->saved_at),  v_int(entry->pinned),
        v_int(entry->key),       v_int(entry->withdrawn),
        v_text(entry->headline), v_text(entry->byline),
        v_text(entry->note),     v_text(entry->body.markup),
    };

    row[ENTRY_COLUMNS] = v_int(row_digest(row, ENTRY_COLUMNS));
    return db_run(store->db, QUERY_ENTRY_ADD, (Args){row, ENTRY_COLUMNS + 1});
}

Err coverage_changed(Store *store, StoryId story, int32_t entry, Time now,
                     int64_t *change)
{
    Err err = next_change(store, change);

    if (err) return err;
    return change_add(store, &(Change){.number = *change,
                                       .at = now,
                                       .kind = CHANGE_ENTRY,
                                       .story = story,
                                       .version = entry});
}

/* ---- the public side ---- */

Err public_coverage(Store *store, StoryId story, Time *ended_at)
{
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_COVERAGE, ARGS(v_int(story.number)));

    return read_end(&rows, ended_at);
}

Err public_entries(Store *store, Arena *arena, StoryId story, size_t max,
                   Entries *out)
{
    Rows rows = db_query(store->db, QUERY_PUBLIC_ENTRIES,
                         ARGS(v_int(story.number), v_int((int64_t)max)));
    Entries list = {0};
    Err err;

    while (list.count < max && db_next(&rows)) {
        size_t n = list.count++;

        if ((n & (n - 1)) == 0)
            list.items = arena_grow(arena, list.items, n * sizeof(Entry),
                                    (n ? n * 2 : 1) * sizeof(Entry));
        list.items[n] = entry_of(&rows, arena);
    }
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err public_coverage_mark(Store *store, Arena *arena, StoryId story, Str *out)
{
    Time ended_at;
    Rows rows;
    Str mark = {0};
    Err err = public_coverage(store, story, &ended_at);
    Err end;

    if (err) return err;
    rows = db_query(store->db, QUERY_PUBLIC_ENTRIES_MARK,
                    ARGS(v_int(story.number)));
    err = db_first(&rows);
    if (!err)
        mark =
            str_format(arena, "%lld.%lld.%lld%s", (long long)db_int(&rows, 0),
                       (long long)db_int(&rows, 1), (long long)db_int(&rows, 2),
                       ended_at == TIME_NONE ? "" : ".ended");
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = mark;
    return ERR_OK;
}

Err public_entry(Store *store, Arena *arena, StoryId story, int32_t number,
                 Entry *out)
{
    Rows rows = db_query(store->db, QUERY_PUBLIC_ENTRY,
                         ARGS(v_int(story.number), v_int(number)));

    return read_entry(&rows, arena, out);
}
