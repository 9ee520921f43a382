/* desk/moves.h -- the steps that acts and put are made of.  Private to the
 * room.
 *
 * A Move is one story on its way from one state to the next, inside the
 * caller's transaction.  Nothing is written before everything that can be
 * refused has been asked.
 */
#ifndef DESK_MOVES_H
#define DESK_MOVES_H

#include "desk/acts.h"

typedef struct Move {
    Store *store;
    Arena *arena;
    const Actor *actor;
    Story story;
    Version version; /* the latest; read or written here */
    bool fresh;      /* the story has its number, and is not written yet */
    Time now;
    int64_t change; /* the last one written */
    Fault *fault;
} Move;

/* May this be done? The new state into move->story; nothing is written. */
MUST_USE Err move_state(Move *move, Act act);

/* Writes where the story stands; nothing public changes. */
MUST_USE Err move_save(Move *move);

/* The same of what is for the desk again: a plan ends, an embargo holds
 * whatever the desk does. */
MUST_USE Err move_shelve(Move *move);

/* Gives the story, which readers never saw yet, the ties that move->version
 * names. */
MUST_USE Err move_tie(Move *move);

/* Makes move->version the public one: for the first time at that time, with a
 * correction logged too when the version says that it corrects; or in place of
 * an earlier one, and then with its ties, which are the story's and which
 * readers see: until here they waited with it. late: after its time. */
MUST_USE Err move_publish(Move *move, Time at, bool timed, Time late);
MUST_USE Err move_replace(Move *move, ChangeKind kind, Time late);

/* Takes it from the readers, with a note. */
MUST_USE Err move_hide(Move *move, ChangeKind kind, Str note);

/* Holds it until then. */
MUST_USE Err move_schedule(Move *move, Time due, bool embargo);

/* Of a public story: move->version replaces the public one then. */
MUST_USE Err move_plan(Move *move, Time due);

/* What the caller is told; version is in move. */
void move_outcome(const Move *move, Outcome *out);

#endif
