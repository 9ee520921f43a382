#include <assert.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rand.h"
#include "store/inside.h"
#include "store/query.h"

/* ---- making and opening ---- */

/* Another process may have done it while this one waited for the lock. */
static Err apply_patch(Db *db, const Patch *patch)
{
    int number = 0;
    Err err = db_begin(db);

    if (err) return err;
    err = db_schema(db, &number);
    if (!err && number >= patch->number) {
        db_rollback(db);
        return ERR_OK;
    }
    if (!err) err = db_patch(db, patch);
    if (!err) err = db_commit(db);
    if (err) db_rollback(db);
    return err;
}

/* Each patch is wholly there or not at all, and so a stop between two is
 * mended by the next opening. */
static Err bring_up(Db *db, Fault *fault)
{
    int number = 0;
    Err err = db_schema(db, &number);

    for (size_t i = 0; !err && i < patch_count; i++)
        if (patches[i].number > number) err = apply_patch(db, &patches[i]);
    if (err)
        fault_set(fault, err, "%s: the schema cannot be brought up: %s",
                  db_name(db), db_reason(db));
    return err;
}

static Err check_schema(Db *db, Fault *fault)
{
    int newest = patches[patch_count - 1].number;
    int number = 0;
    Err err = db_schema(db, &number);

    if (err)
        return fault_set(fault, err, "%s cannot be read: %s", db_name(db),
                         db_reason(db));
    if (number > newest)
        return fault_set(fault, ERR_UNSUPPORTED,
                         "%s has schema %d, this program knows up to %d",
                         db_name(db), number, newest);
    if (number < newest)
        return fault_set(fault, ERR_UNSUPPORTED,
                         "%s has schema %d of %d: open it for writing first",
                         db_name(db), number, newest);
    return ERR_OK;
}

static Err put_facts(Db *db)
{
    Arena arena = arena_open();
    char id[33];
    Str now = str_format(&arena, "%lld", (long long)time_now());
    uint8_t bytes[16];
    Err err;

    rand_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    err =
        db_run(db, QUERY_FACT_PUT, ARGS(v_text(S("id")), v_text(str_from(id))));
    if (!err)
        err = db_run(db, QUERY_FACT_PUT,
                     ARGS(v_text(S("created_at")), v_text(now)));
    arena_close(&arena);
    return err;
}

static Err fill(Db *db, Fault *fault)
{
    Err err = db_begin(db);

    if (err) return err;
    for (size_t i = 0; !err && i < patch_count; i++)
        err = db_patch(db, &patches[i]);
    if (!err) err = put_facts(db);
    if (!err) err = db_commit(db);
    if (!err) return ERR_OK;
    db_rollback(db);
    return fault_set(fault, err, "the new store cannot be filled: %s",
                     db_reason(db));
}

bool store_is_server(const char *where)
{
    return db_is_server(where);
}

bool store_exists(const char *where)
{
    Db *db;

    if (!db_is_server(where)) return file_exists(where);
    if (db_open(where, STORE_READ, &db, NULL)) return false;
    db_close(db);
    return true;
}

Err store_create(const char *where, Fault *fault)
{
    return db_create(where, fill, fault);
}

Err store_open_closed(const char *where, StoreSide side, Store **out,
                      Fault *fault)
{
    Store *store;
    Db *db;
    Err err = db_open(where, side, &db, fault);

    if (err) return err;
    if (side == STORE_WRITE) err = bring_up(db, fault);
    if (!err && side != STORE_PUBLIC) err = check_schema(db, fault);
    if (err) {
        db_close(db);
        return err;
    }
    store = mem_zero(sizeof *store);
    store->db = store->own = db;
    store->side = side;
    store->closed_too = true;
    knowledge_open(&store->known);
    *out = store;
    return ERR_OK;
}

Err store_fact(Store *store, Arena *arena, Str name, Str *out)
{
    Rows rows = db_query(store->db, QUERY_FACT_GET, ARGS(v_text(name)));

    *out = db_next(&rows) ? db_text(&rows, arena, 0) : (Str){0};
    return db_done(&rows);
}

static Err read_closed(Db *db, Arena *arena, Str *out)
{
    Rows rows = db_query(db, QUERY_HEAD_CLOSED, NO_ARGS);

    if (db_next(&rows)) *out = db_text(&rows, arena, 0);
    return db_done(&rows);
}

Err store_closed(Store *store, Arena *arena, Str *out)
{
    return read_closed(store->db, arena, out);
}

static Err check_open(Db *db, Fault *fault)
{
    Arena arena = arena_open();
    Str why = {0};
    Err err = read_closed(db, &arena, &why);

    if (err)
        fault_set(fault, err, "%s cannot be read: %s", db_name(db),
                  db_reason(db));
    else if (why.len)
        err =
            fault_set(fault, ERR_CLOSED, "%s %.*s", db_name(db), STR_ARG(why));
    arena_close(&arena);
    return err;
}

Err store_open(const char *where, StoreSide side, Store **out, Fault *fault)
{
    Store *store;
    Err err = store_open_closed(where, side, &store, fault);

    if (err) return err;
    store->closed_too = false;
    if (side == STORE_WRITE) err = check_open(store->db, fault);
    if (err)
        store_close(store);
    else
        *out = store;
    return err;
}

void store_close(Store *store)
{
    if (!store) return;
    if (store->begun) db_rollback(store->db);
    knowledge_close(&store->known);
    db_close(store->own);
    db_close(store->replica);
    mem_free(store);
}

/* An older schema has nothing yet that it could be closed by. */
Err store_look(const char *where, Fault *fault)
{
    int newest = patches[patch_count - 1].number;
    int number = 0;
    Db *db;
    Err err = db_open(where, STORE_READ, &db, fault);

    if (err) return err;
    err = db_schema(db, &number);
    if (err || number > newest) err = check_schema(db, fault);
    if (!err && number == newest) err = check_open(db, fault);
    db_close(db);
    return err;
}

/* ---- transactions ---- */

static void forget(Store *store)
{
    store->head_known = store->head_changed = false;
    store->pending_follows = -1;
    store->names_noted = false;
    knowledge_close(&store->known);
    knowledge_open(&store->known);
}

/* The row is locked from the first time to the end of the transaction; a part
 * that is undone takes its numbers back. */
static Err know_head(Store *store)
{
    char closed[200] = "";
    Rows rows;
    Err err;
    Err end;

    assert(store->begun && store->side == STORE_WRITE);
    if (store->head_known) return ERR_OK;
    rows = db_query(store->db, QUERY_HEAD_GET, NO_ARGS);
    err = db_first(&rows);
    if (!err) {
        store->story = db_int(&rows, 0);
        store->change = db_int(&rows, 1);
        snprintf(closed, sizeof closed, "%.*s", STR_ARG(db_peek(&rows, 2)));
        store->head_known = true;
    }
    end = db_done(&rows);
    if (err || end) return err == ERR_NOT_FOUND ? ERR_STORE : end;
    if (!closed[0] || store->closed_too) return ERR_OK;
    db_say(store->db, closed);
    return ERR_CLOSED;
}

/* On the replica, when it knows what must be known, else on the store itself.
 */
static Err begin_somewhere(Store *store)
{
    if (store->replica && !db_begin(store->replica)) {
        store->db = store->replica;
        if (db_snapshot(store->db) >= store->need) return ERR_OK;
        db_rollback(store->db);
    }
    store->db = store->own;
    return db_begin(store->db);
}

Err store_begin(Store *store)
{
    Err err;

    assert(!store->begun);
    if (store->broken) return ERR_CLOSED;
    err = begin_somewhere(store);
    if (err) return err;
    if (store->known.tags.count > KNOWN_MAX) forget(store);
    expected_clear(&store->known.expected);
    store->begun = true;
    store->head_known = store->head_changed = false;
    store->pending_follows = -1;
    store->names_noted = false;
    if (store->side == STORE_WRITE) err = know_head(store);
    return err ? store_end(store, err) : ERR_OK;
}

/* A disk that is full, or a lock, leaves the log as it was.  After anything
 * else nobody knows what is on the disk: what the system has dropped from its
 * cache after a failed fsync a second fsync would not write. */
static Err commit(Store *store)
{
    bool lost = db_was_lost(store->db);
    Err err = db_commit(store->db);

    /* A server whose disk fails ends, and is whole again or not there. */
    if (err && !lost && store->side == STORE_WRITE && err != ERR_FULL &&
        err != ERR_BUSY && db_has_log(store->db)) {
        store->broken = true;
        db_leave_log(store->db);
    }
    return err;
}

Err store_end(Store *store, Err err)
{
    assert(store->begun && !store->parts);
    store->begun = false;
    expected_clear(&store->known.expected);
    if (!err) err = store_flush(store);
    if (!err) err = commit(store);
    if (!err) {
        store->head_known = false;
        return ERR_OK;
    }
    db_rollback(store->db);
    forget(store);
    return err;
}

Err store_part_begin(Store *store)
{
    Err err;

    assert(store->begun);
    err = store_flush(store);
    if (!err) err = db_part_begin(store->db);
    if (!err) store->parts++;
    return err;
}

Err store_part_end(Store *store, Err err)
{
    Err undone;

    assert(store->parts > 0);
    store->parts--;
    if (!err) err = store_flush(store);
    if (!err) err = db_part_keep(store->db);
    if (!err) return ERR_OK;
    undone = db_part_undo(store->db);
    forget(store);
    return undone ? undone : err;
}

/* ---- numbers ---- */

Err next_story(Store *store, int64_t *number)
{
    Err err = know_head(store);

    if (err) return err;
    store->head_changed = true;
    *number = ++store->story;
    return ERR_OK;
}

Err next_change(Store *store, int64_t *number)
{
    Err err = know_head(store);

    if (err) return err;
    store->head_changed = true;
    *number = ++store->change;
    return ERR_OK;
}

static Err flush_counts(Store *store)
{
    Map *counts = &store->known.counts;
    size_t at = 0;
    const TagCount *count;

    if (!counts->count) return ERR_OK;
    while ((count = map_next(counts, &at))) {
        Err err;

        if (!count->stories) continue;
        err = db_run(store->db, QUERY_LISTED_TAG_COUNT_ADD,
                     ARGS(v_int(count->language), v_int(count->tag),
                          v_int(count->stories)));
        if (err) return err;
    }
    tag_counts_clear(store);
    return ERR_OK;
}

Err store_flush(Store *store)
{
    Err err = ERR_OK;

    if (store->side != STORE_WRITE) return ERR_OK;
    if (store->head_changed)
        err = db_run(store->db, QUERY_HEAD_PUT,
                     ARGS(v_int(store->story), v_int(store->change)));
    store->head_changed = false;
    return err ? err : flush_counts(store);
}

/* ---- the rest ---- */

bool store_has_news(Store *store)
{
    bool near = store->replica && db_has_news(store->replica);

    return db_has_news(store->own) || near;
}

void store_give_way(Store *store)
{
    db_give_way(store->own);
}

void store_read_from(Store *store, const char *where, const Watch *watch)
{
    assert(store->side == STORE_PUBLIC && !store->begun && !store->replica);
    store->replica = db_open_replica(where);
    if (store->replica) db_watch(store->replica, watch);
}

void store_need(Store *store, int64_t change)
{
    store->need = change;
}

Err store_checkpoint(Store *store, int64_t *left)
{
    return db_checkpoint(store->db, left);
}

#define NUMBER_BYTES 21 /* and what parts it from the one before */

Str numbers_array(Arena *arena, const int64_t *numbers, size_t count)
{
    Buf buf = buf_open(arena, count * NUMBER_BYTES + 2);

    buf_putc(&buf, '{');
    for (size_t i = 0; i < count; i++)
        buf_printf(&buf, "%s%lld", i ? "," : "", (long long)numbers[i]);
    buf_putc(&buf, '}');
    return buf_str(&buf);
}

Str stories_array(Arena *arena, const StoryId *stories, size_t count)
{
    int64_t *numbers = ARENA_ARRAY(arena, int64_t, count);

    for (size_t i = 0; i < count; i++)
        numbers[i] = stories[i].number;
    return numbers_array(arena, numbers, count);
}

int64_t store_log_pages(const Store *store)
{
    return db_log_pages(store->db);
}

bool store_was_lost(const Store *store)
{
    return db_was_lost(store->db);
}

bool store_takes_turns(const Store *store)
{
    return !db_has_log(store->own);
}

bool store_is_broken(const Store *store)
{
    return store->broken;
}

const char *store_name(const Store *store)
{
    return db_name(store->db);
}

const char *store_reason(const Store *store)
{
    return db_reason(store->db);
}
