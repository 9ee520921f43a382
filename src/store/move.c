#include "store/move.h"

#include <string.h>

#include "store/carry_in.h"
#include "store/inside.h"

#define MOVING     "is being moved to "
#define MOVED      "has moved to "
#define TELL_EVERY 5000 /* rows */

Err store_id(Store *store, Arena *arena, Str *out)
{
    return store_fact(store, arena, S("id"), out);
}

static void count_row(CarryCounts *counts, CarryTable table)
{
    counts->changes += table == CARRY_CHANGE;
    counts->stories += table == CARRY_STORY;
    counts->versions += table == CARRY_VERSION;
}

static void tell(const MoveCalls *calls, const MoveProgress *progress)
{
    if (calls->progress) calls->progress(calls->ctx, progress);
}

static Err cannot_read(const Store *store, Err err, Fault *fault)
{
    return fault_set(fault, err, "%s cannot be read: %s", store_name(store),
                     store_reason(store));
}

/* ---- comparing ---- */

static Err not_equal(const Store *store, const char *what, Fault *fault)
{
    return fault_set(fault, ERR_STORE, "%s is not what it was copied from: %s",
                     store_name(store), what);
}

static Err compare_row(Store *store, Carry *carry, const CarryRow *row,
                       Fault *fault)
{
    CarryRow other;
    char what[200];

    if (!carry_next(carry, &other)) {
        carry_name(row, what, sizeof what);
        return not_equal(store, what, fault);
    }
    if (carry_same(row, &other, what, sizeof what)) return ERR_OK;
    return not_equal(store, what, fault);
}

Err carry_compare(Store *store, CarryNext next, void *ctx,
                  const MoveCalls *calls, CarryCounts *counts, Fault *fault)
{
    MoveProgress progress = {.stage = MOVE_COMPARE};
    Carry *carry = NULL;
    CarryRow row;
    int64_t rows = 0;
    Err err = carry_count(store, &progress.total);
    Err end;

    if (!err) err = carry_open(store, NULL, &carry);
    if (err) return cannot_read(store, err, fault);
    while (!(err = next(ctx, &row, fault))) {
        if (rows++ % TELL_EVERY == 0) tell(calls, &progress);
        err = compare_row(store, carry, &row, fault);
        if (err) break;
        count_row(&progress.done, row.table);
    }
    if (err == ERR_NOT_FOUND)
        err = carry_next(carry, &row)
                  ? not_equal(store, "there is more than came", fault)
                  : ERR_OK;
    end = carry_close(carry);
    if (!err && end) err = cannot_read(store, end, fault);
    if (!err) *counts = progress.done;
    return err;
}

/* ---- one store to another ---- */

typedef struct Source {
    Store *store;
    Carry *carry;
} Source;

static Err next_row(void *ctx, CarryRow *row, Fault *fault)
{
    Source *source = ctx;
    Carry *carry = source->carry;
    Err err;

    if (carry_next(carry, row)) return ERR_OK;
    source->carry = NULL;
    err = carry_close(carry);
    return err ? cannot_read(source->store, err, fault) : ERR_NOT_FOUND;
}

static void end_source(Source *source)
{
    if (source->carry) (void)!carry_close(source->carry);
    source->carry = NULL;
}

static Err copy(Store *from, CarryIn *in, const CarryCounts *reached,
                const MoveCalls *calls, Fault *fault)
{
    MoveProgress progress = {.stage = MOVE_COPY};
    Source source = {from, NULL};
    bool committed = true;
    CarryRow row;
    Err err = carry_count(from, &progress.total);

    if (!err) err = carry_open(from, reached, &source.carry);
    if (err) return cannot_read(from, err, fault);
    progress.done.changes = reached->changes;
    while (!err) {
        if (committed) tell(calls, &progress);
        err = next_row(&source, &row, fault);
        if (err) break;
        err = carry_put(in, &row, &committed, fault);
        count_row(&progress.done, row.table);
    }
    end_source(&source);
    if (err != ERR_NOT_FOUND) return err;
    tell(calls, &progress);
    return carry_in_finish(in, fault);
}

static Err compare(Store *from, Store *to, const MoveCalls *calls,
                   CarryCounts *counts, Fault *fault)
{
    Source source = {from, NULL};
    Err err = carry_open(from, NULL, &source.carry);

    if (err) return cannot_read(from, err, fault);
    err = carry_compare(to, next_row, &source, calls, counts, fault);
    end_source(&source);
    return err;
}

static void say_wrong(void *ctx, const char *what)
{
    const MoveCalls *calls = ctx;

    if (calls->wrong) calls->wrong(calls->ctx, what);
}

static Err check(Store *to, const MoveCalls *calls, Fault *fault)
{
    MoveProgress progress = {.stage = MOVE_CHECK};
    Err err;

    tell(calls, &progress);
    err = store_check(to, say_wrong, (void *)(uintptr_t)calls);
    return err ? fault_set(fault, err, "%s is not whole after the move",
                           store_name(to))
               : ERR_OK;
}

/* ---- closing the first ---- */

/* Who a store is, and why it is closed. */
typedef struct Standing {
    Str id, closed;
    Str filling; /* the id of what it is being filled from, or empty */
} Standing;

static Err look(Store *store, Arena *arena, Standing *out, Fault *fault)
{
    Err err = store_closed(store, arena, &out->closed);

    if (!err) err = store_id(store, arena, &out->id);
    if (!err) err = store_fact(store, arena, S("filling"), &out->filling);
    return err ? cannot_read(store, err, fault) : ERR_OK;
}

static Err close_store(Store *store, Str why, Fault *fault)
{
    Err err = store_begin(store);

    if (!err)
        err = store_end(
            store, db_run(store->db, QUERY_CARRY_CLOSE, ARGS(v_text(why))));
    return err ? fault_set(fault, err, "%s: %s", store_name(store),
                           store_reason(store))
               : ERR_OK;
}

/* No store there is empty. */
static Err look_at_target(const char *to, Arena *arena, Standing *out,
                          Fault *fault)
{
    Fault found = fault_none();
    Store *store = NULL;
    Err err = store_open_closed(to, STORE_WRITE, &store, &found);

    if (err == ERR_NOT_FOUND) return ERR_OK;
    if (err) {
        if (fault) *fault = found;
        return err;
    }
    err = look(store, arena, out, fault);
    store_close(store);
    return err;
}

/* moving, moved: what a store says that is being moved there, or has. A server
 * may have another address by now: then what is there tells that it is the same
 * place. */
static Err may_move(const Store *store, const Standing *from,
                    const Standing *to, Str moving, Str moved, bool *done,
                    Fault *fault)
{
    bool begun = str_starts(from->closed, S(MOVING));
    bool filling = to->filling.len && str_eq(from->id, to->filling);
    bool same = str_eq(from->id, to->id);

    /* The move was stopped between its last two steps, or before its owner
     * knew that it was through. */
    *done = (begun || str_eq(from->closed, moved)) && same && !to->closed.len;
    if (from->closed.len && !*done &&
        !(begun && (filling || str_eq(from->closed, moving))))
        return fault_set(fault, ERR_CONFLICT, "%s %.*s", store_name(store),
                         STR_ARG(from->closed));
    if (!same || filling || *done) return ERR_OK;
    return fault_set(fault, ERR_INVALID, "%s is there already",
                     store_name(store));
}

/* ---- all of it ---- */

typedef struct Move {
    const char *from, *to;
    Store *store;  /* the first, to close it */
    Store *source; /* the same, to read it */
    Store *target; /* to read it */
    CarryIn *in;
    const MoveCalls *calls;
} Move;

static Err move_rows(Move *move, const Standing *standing, Str moving,
                     CarryCounts *counts, Fault *fault)
{
    CarryCounts reached;
    Err err = carry_in_open(move->to, standing->id, &move->in, &reached, fault);

    if (!err) err = close_store(move->store, moving, fault);
    if (!err) err = store_open(move->from, STORE_READ, &move->source, fault);
    if (!err) err = copy(move->source, move->in, &reached, move->calls, fault);
    if (!err) err = store_open(move->to, STORE_READ, &move->target, fault);
    if (!err)
        err = compare(move->source, move->target, move->calls, counts, fault);
    if (!err) err = check(move->target, move->calls, fault);
    if (!err) err = carry_in_release(move->in, fault);
    return err;
}

Err store_move(const char *from, const char *to, const MoveCalls *calls,
               CarryCounts *counts, Fault *fault)
{
    Arena arena = arena_open();
    Move move = {.from = from, .to = to, .calls = calls};
    Standing here = {0};
    Standing there = {0};
    bool done = false;
    char name[256];
    Str moving, moved;
    Err err = store_open_closed(from, STORE_WRITE, &move.store, fault);

    db_name_of(to, name, sizeof name);
    moving = str_format(&arena, MOVING "%s", name);
    moved = str_format(&arena, MOVED "%s", name);
    if (!err) err = look(move.store, &arena, &here, fault);
    if (!err) err = look_at_target(to, &arena, &there, fault);
    if (!err)
        err = may_move(move.store, &here, &there, moving, moved, &done, fault);
    if (!err && !done) err = move_rows(&move, &here, moving, counts, fault);
    if (!err) err = close_store(move.store, moved, fault);
    store_close(move.target);
    store_close(move.source);
    carry_in_close(move.in);
    store_close(move.store);
    arena_close(&arena);
    return err;
}

Err store_move_stop(const char *from, Fault *fault)
{
    Arena arena = arena_open();
    Store *store = NULL;
    Standing standing = {0};
    Err err = store_open_closed(from, STORE_WRITE, &store, fault);

    if (!err) err = look(store, &arena, &standing, fault);
    if (!err && !str_starts(standing.closed, S(MOVING)))
        err = fault_set(fault, ERR_CONFLICT, "%s is not being moved",
                        store_name(store));
    if (!err) err = close_store(store, (Str){0}, fault);
    store_close(store);
    arena_close(&arena);
    return err;
}
