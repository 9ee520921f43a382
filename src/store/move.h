/* store/move.h -- everything of one store into another, of either kind.
 *
 * From the beginning nothing more is written to the first one: whoever tries is
 * refused with ERR_CLOSED and told why, while readers go on.  Then all rows are
 * copied, and compared one by one in both stores: every story, every version,
 * the log; and the second is looked over as `dateline check` does.  Only then
 * is it opened, and the first one stays closed for good.
 *
 * A move that was stopped at any time, also by a kill, goes on where it was
 * when it is asked for again.
 */
#ifndef STORE_MOVE_H
#define STORE_MOVE_H

#include "store/carry.h"

typedef enum MoveStage {
    MOVE_COPY,
    MOVE_COMPARE,
    MOVE_CHECK,
} MoveStage;

typedef struct MoveProgress {
    MoveStage stage;
    CarryCounts done, total; /* of MOVE_CHECK: nothing */
} MoveProgress;

typedef struct MoveCalls {
    /* About once in COMMIT_ROWS rows, and at each beginning of a stage. */
    void (*progress)(void *ctx, const MoveProgress *progress);
    void (*wrong)(void *ctx, const char *what); /* that the check found */
    void *ctx;
} MoveCalls;

/* to: a store that is made when it is not there, or has no story, picture or
 * campaign, or what an earlier attempt left; where from has moved to before,
 * nothing is done.  *counts: how much was compared. ERR_CONFLICT: to has some
 * of its own, or from has moved elsewhere; ERR_STORE: the two do not agree, and
 * from is still the one that holds. */
MUST_USE Err store_move(const char *from, const char *to,
                        const MoveCalls *calls, CarryCounts *counts,
                        Fault *fault);

/* Gives up a move: from may be written to again. What is in the other store
 * must be thrown away. ERR_CONFLICT: it is not being moved. */
MUST_USE Err store_move_stop(const char *from, Fault *fault);

/* ---- the parts, for what comes out of a file ---- */

/* Compares the rows of a source with those of store, which has nothing more.
 * next hands out one row after another: ERR_NOT_FOUND at the end. */
typedef Err (*CarryNext)(void *ctx, CarryRow *row, Fault *fault);
MUST_USE Err carry_compare(Store *store, CarryNext next, void *ctx,
                           const MoveCalls *calls, CarryCounts *counts,
                           Fault *fault);

/* The id of a store, given when it was made. */
MUST_USE Err store_id(Store *store, Arena *arena, Str *out);

#endif
