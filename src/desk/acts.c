#include "desk/acts.h"

#include "base/utf8.h"
#include "desk/moves.h"

#define RELEASE_MAX 100
#define TRY_AGAIN   TIME_MINUTE

/* A timer is never exact: up to here a release was in time. */
#define LATE_MIN TIME_SECOND

/* Up to here a story that went out late keeps the minute it was meant for;
 * later than that it would come into the lists below what readers have seen. */
#define LATE_KEEP TIME_MINUTE

static Err open_move(Move *move, StoryId id)
{
    Err err = stories_get(move->store, move->arena, id, &move->story);

    if (err == ERR_NOT_FOUND)
        return fault_set(move->fault, err, "there is no story %lld",
                         (long long)id.number);
    if (!err)
        err = versions_get(move->store, move->arena, id, move->story.latest,
                           &move->version);
    if (err)
        fault_set(move->fault, err, "story %lld cannot be read: %s",
                  (long long)id.number,
                  err == ERR_NOT_FOUND ? "its latest version is missing"
                                       : store_reason(move->store));
    return err;
}

static Err check_note(const Move *move, const ActRequest *request)
{
    bool said = request->act == ACT_CORRECT && move->version.correction.len > 0;

    if (utf8_bad(request->note) >= 0)
        return fault_set(move->fault, ERR_INVALID, "note: it is not UTF-8");
    if (utf8_count(request->note) > NOTE_MAX)
        return fault_set(move->fault, ERR_TOO_BIG,
                         "note: %zu characters, at most %d are taken",
                         utf8_count(request->note), NOTE_MAX);
    if (state_needs_note(request->act) && !str_trim(request->note).len && !said)
        return fault_set(move->fault, ERR_INVALID,
                         "note: %s needs one, for readers",
                         act_word(request->act));
    return ERR_OK;
}

static Err check_time(Time time, const char *field, Fault *fault)
{
    if (time == TIME_NONE || (time >= TIME_MIN && time <= TIME_MAX))
        return ERR_OK;
    return fault_set(fault, ERR_INVALID, "%s: not a time of years 1 to 9999",
                     field);
}

/* Until when the story must wait: by what is asked now and, unless this names
 * another embargo, by the one that it is under already.  TIME_NONE: nothing to
 * wait for. */
static Time wait_until(const Move *move, const ActRequest *request,
                       bool *embargo)
{
    Time until = request->embargo;
    Time due = request->at > move->now ? request->at : TIME_NONE;

    if (until == TIME_NONE && move->story.embargo) until = move->story.due_at;
    *embargo = until > move->now;
    return *embargo && until > due ? until : due;
}

static Err publish(Move *move, const ActRequest *request)
{
    bool embargo;
    Time due = wait_until(move, request, &embargo);
    Time at = move->now;
    Err err;

    if (due != TIME_NONE) {
        err = move_state(move, ACT_SCHEDULE);
        return err ? err : move_schedule(move, due, embargo);
    }
    if (request->act == ACT_SCHEDULE && request->at == TIME_NONE &&
        request->embargo == TIME_NONE)
        return fault_set(move->fault, ERR_INVALID,
                         "schedule needs a time, or an embargo");
    err = move_state(move, ACT_PUBLISH);
    if (err) return err;
    if (request->embargo != TIME_NONE) at = request->embargo;
    if (request->at != TIME_NONE) at = request->at;
    return move_publish(move, at, true, 0);
}

/* Note and embargo belong to the version, and a saved version is not edited. */
static Err amend(Move *move, const ActRequest *request)
{
    Version *version = &move->version;
    bool noted =
        request->note.len && !str_eq(request->note, version->correction);
    bool moved =
        request->embargo != TIME_NONE && request->embargo != version->embargo;

    if (!noted && !moved) return ERR_OK;
    if (noted) {
        version->correction = request->note;
        version->said_at = TIME_NONE; /* it is the desk's, and of now */
    }
    if (moved) version->embargo = request->embargo;
    return versions_add(move->store, &move->story, version, move->now);
}

static Err correct(Move *move, const ActRequest *request)
{
    Story *story = &move->story;
    StoryState state = story->state;
    Time until = request->at > move->now ? request->at : TIME_NONE;
    Err err = move_state(move, ACT_CORRECT);

    if (err) return err;
    if (story->latest <= story->public_version)
        return fault_set(move->fault, ERR_CONFLICT,
                         "there is no version newer than the public one, %d",
                         story->public_version);
    err = amend(move, request);
    if (err) return err;
    if (move->version.embargo > move->now && move->version.embargo > until)
        until = move->version.embargo;
    if (until != TIME_NONE) {
        story->state = state;
        return move_plan(move, until);
    }
    return move_replace(move, CHANGE_CORRECT, 0);
}

/* What waits to replace the public version waits no more. */
static Err unplan(Move *move)
{
    if (!move->story.due_version)
        return fault_set(move->fault, ERR_CONFLICT,
                         "no version waits to replace the public one");
    move->story.due_version = 0;
    move->story.due_at = TIME_NONE;
    return move_save(move);
}

static Err hide(Move *move, const ActRequest *request)
{
    bool kill = request->act == ACT_KILL;
    Err err = move_state(move, request->act);

    if (err) return err;
    return move_hide(move, kill ? CHANGE_KILL : CHANGE_WITHDRAW, request->note);
}

/* What was public comes back; a version saved since then waits for correct. */
static Err restore(Move *move)
{
    Err err = move_state(move, ACT_RESTORE);

    if (!err)
        err = versions_get(move->store, move->arena, move->story.id,
                           move->story.public_version, &move->version);
    return err ? err : move_replace(move, CHANGE_RESTORE, 0);
}

static Err step(Move *move, Act act)
{
    bool shown = story_is_public(move->story.state);
    Err err = move_state(move, act);

    if (err) return err;
    return shown ? unplan(move) : move_shelve(move);
}

static Err do_act(Move *move, const ActRequest *request)
{
    switch (request->act) {
    case ACT_PUBLISH:
    case ACT_SCHEDULE: return publish(move, request);
    case ACT_CORRECT: return correct(move, request);
    case ACT_WITHDRAW:
    case ACT_KILL: return hide(move, request);
    case ACT_RESTORE: return restore(move);
    case ACT_SUBMIT:
    case ACT_RETURN:
    case ACT_APPROVE:
    case ACT_UNSCHEDULE:
    case ACT_SPIKE:
    case ACT_UNSPIKE: return step(move, request->act);
    case ACT_SAVE:
    case ACT_RELEASE:
    case ACT_COUNT: break;
    }
    return fault_set(move->fault, ERR_INVALID, "%s is not asked for by name",
                     act_word(request->act));
}

Err desk_act(Store *store, Arena *arena, const Actor *actor,
             const ActRequest *request, Time now, Outcome *out, Fault *fault)
{
    Move move = {.store = store,
                 .arena = arena,
                 .actor = actor,
                 .now = now,
                 .fault = fault};
    Err err = open_move(&move, request->story);

    if (!err) err = check_note(&move, request);
    if (!err) err = check_time(request->at, "at", fault);
    if (!err) err = check_time(request->embargo, "embargo", fault);
    if (!err) err = do_act(&move, request);
    if (!err) move_outcome(&move, out);
    return err;
}

/* ---- the clock ---- */

/* A later version takes the place of the public one. */
static Err release_later(Move *move, Time late)
{
    bool corrects;
    Err err = versions_get(move->store, move->arena, move->story.id,
                           move->story.due_version, &move->version);

    if (err) return err;
    corrects = move->version.correction.len > 0;
    err = move_state(move, corrects ? ACT_CORRECT : ACT_SAVE);
    if (err) return err;
    return move_replace(move, corrects ? CHANGE_CORRECT : CHANGE_UPDATE, late);
}

static Err release(Store *store, Arena *arena, StoryId id, Time now,
                   Fault *fault)
{
    static const Actor clock = {ROLE_OPERATOR, S_INIT("clock")};
    Move move = {.store = store,
                 .arena = arena,
                 .actor = &clock,
                 .now = now,
                 .fault = fault};
    Err err = open_move(&move, id);
    Time at, late;

    if (err) return err;
    late = now - move.story.due_at;
    at = late <= LATE_KEEP ? move.story.due_at : now;
    if (late < LATE_MIN) late = 0;
    if (story_is_public(move.story.state)) return release_later(&move, late);
    err = move_state(&move, ACT_RELEASE);
    return err ? err : move_publish(&move, at, true, late);
}

/* What is wrong with the store and not with the story fails the part too. */
static Err release_part(Store *store, Arena *arena, StoryId id, Time now,
                        Released *out)
{
    Fault fault = fault_none();
    Err err = store_part_begin(store);
    Err ended;

    if (err) return err;
    err = release(store, arena, id, now, &fault);
    ended = store_part_end(store, err);
    if (!ended) {
        out->count++;
        return ERR_OK;
    }
    if (!err || store_was_lost(store)) return ended;
    if (!out->failed++) {
        if (!fault.text[0]) fault_set(&fault, err, "%s", err_word(err));
        out->story = id;
        out->fault = fault;
    }
    return ERR_OK;
}

Err desk_release_due(Store *store, Arena *arena, Time now, Time *next,
                     Released *out)
{
    Released sum = {.fault = fault_none()};
    Cursor after = {TIME_MIN, 0};
    StoryIdList due;
    Time then;
    Err err;

    do {
        err = stories_due(store, arena, now, &after, RELEASE_MAX, &due, &then);
        for (size_t i = 0; !err && i < due.count; i++)
            err = release_part(store, arena, due.items[i], now, &sum);
    } while (!err && due.count == RELEASE_MAX && !sum.count);
    if (err) return err;
    if (due.count == RELEASE_MAX)
        then = now;
    else if (sum.failed && (then == TIME_NONE || then > now + TRY_AGAIN))
        then = now + TRY_AGAIN;
    *next = then;
    *out = sum;
    return ERR_OK;
}
