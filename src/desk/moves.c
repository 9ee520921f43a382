#include "desk/moves.h"

Err move_state(Move *move, Act act)
{
    StoryState next;
    Err err = state_move(move->story.state, act, move->actor->role, &next,
                         move->fault);

    if (!err) move->story.state = next;
    return err;
}

static Err save(Move *move, const Publicity *publicity)
{
    int64_t change = 0;
    Err err;

    if (move->fresh)
        err = stories_add(move->store, move->arena, &move->story,
                          &move->version, publicity, move->now, &change);
    else
        err = stories_save(move->store, move->arena, &move->story, publicity,
                           move->now, &change);
    if (err) return err;
    move->fresh = false;
    if (change) move->change = change;
    return ERR_OK;
}

Err move_save(Move *move)
{
    return save(move, &(Publicity){0});
}

Err move_shelve(Move *move)
{
    if (!move->story.embargo) move->story.due_at = TIME_NONE;
    return move_save(move);
}

Err move_tie(Move *move)
{
    Story *story = &move->story;
    const Version *version = &move->version;
    Err err = ERR_OK;

    if (version->group.len)
        err =
            peers_by_key(move->store, version->group, story->id, &story->group);
    if (!err && version->follows.len)
        err = follows_by_uri(move->store, version->follows, story->id,
                             &story->follows);
    return err;
}

static Err show(Move *move, ChangeKind kind, Time late)
{
    Story *story = &move->story;

    story->public_version = move->version.version;
    story->due_at = TIME_NONE; /* a plan for an earlier one has no object now */
    story->due_version = 0;
    if (kind == CHANGE_CORRECT) story->note = move->version.correction;
    return save(move, &(Publicity){.changes = true,
                                   .kind = kind,
                                   .late = late,
                                   .version = &move->version});
}

Err move_replace(Move *move, ChangeKind kind, Time late)
{
    Err err = move_tie(move);

    return err ? err : show(move, kind, late);
}

Err move_publish(Move *move, Time at, bool timed, Time late)
{
    Story *story = &move->story;
    Err err;

    story->public_version = move->fresh ? 1 : move->version.version;
    story->at = at;
    story->timed = timed;
    story->due_at = TIME_NONE;
    story->embargo = false;
    err = save(move, &(Publicity){.changes = true,
                                  .kind = CHANGE_PUBLISH,
                                  .late = late,
                                  .version = &move->version});
    if (err || !move->version.correction.len) return err;
    /* It was corrected before it came here, and readers are told. */
    story->state = STORY_CORRECTED;
    return show(move, CHANGE_CORRECT, 0);
}

Err move_hide(Move *move, ChangeKind kind, Str note)
{
    Story *story = &move->story;

    story->note = note;
    story->due_at = TIME_NONE;
    story->due_version = 0;
    story->embargo = false;
    if (kind == CHANGE_KILL) story->public_version = 0;
    return save(move, &(Publicity){.changes = true, .kind = kind});
}

Err move_schedule(Move *move, Time due, bool embargo)
{
    move->story.due_at = due;
    move->story.embargo = embargo;
    return move_save(move);
}

Err move_plan(Move *move, Time due)
{
    move->story.due_at = due;
    move->story.due_version = move->version.version;
    return move_save(move);
}

void move_outcome(const Move *move, Outcome *out)
{
    *out = (Outcome){
        .story = move->story.id,
        .version = move->version.version,
        .shown =
            story_is_public(move->story.state) ? move->story.public_version : 0,
        .state = move->story.state,
        .change = move->change,
        .due = move->story.due_at,
        .language = move->story.language,
        .section = move->version.section,
        .slug = move->version.slug,
    };
}
