#include "story/state.h"

typedef struct Move {
    StoryState from;
    Act act;
    Role least;
    StoryState to;
} Move;

#define MOVE(from, act, least, to)                                             \
    {                                                                          \
        STORY_##from, ACT_##act, ROLE_##least, STORY_##to                      \
    }

static const Move moves[] = {
    MOVE(DRAFT, SAVE, CONTRIBUTOR, DRAFT),
    MOVE(DRAFT, SUBMIT, CONTRIBUTOR, REVIEW),
    MOVE(DRAFT, PUBLISH, EDITOR, PUBLIC),
    MOVE(DRAFT, SCHEDULE, EDITOR, SCHEDULED),
    MOVE(DRAFT, SPIKE, REPORTER, SPIKED),
    MOVE(REVIEW, SAVE, REPORTER, REVIEW),
    MOVE(REVIEW, RETURN, EDITOR, DRAFT),
    MOVE(REVIEW, APPROVE, EDITOR, REVIEW),
    MOVE(REVIEW, PUBLISH, EDITOR, PUBLIC),
    MOVE(REVIEW, SCHEDULE, EDITOR, SCHEDULED),
    MOVE(REVIEW, SPIKE, EDITOR, SPIKED),
    MOVE(SCHEDULED, SAVE, EDITOR, SCHEDULED),
    MOVE(SCHEDULED, SCHEDULE, EDITOR, SCHEDULED),
    MOVE(SCHEDULED, UNSCHEDULE, EDITOR, DRAFT),
    MOVE(SCHEDULED, PUBLISH, EDITOR, PUBLIC),
    MOVE(SCHEDULED, RELEASE, OPERATOR, PUBLIC),
    MOVE(SCHEDULED, KILL, EDITOR, KILLED),
    MOVE(SCHEDULED, SPIKE, EDITOR, SPIKED),
    MOVE(PUBLIC, SAVE, REPORTER, PUBLIC),
    MOVE(PUBLIC, CORRECT, EDITOR, CORRECTED),
    MOVE(PUBLIC, UNSCHEDULE, EDITOR, PUBLIC), /* a later version */
    MOVE(PUBLIC, WITHDRAW, EDITOR, WITHDRAWN),
    MOVE(PUBLIC, KILL, EDITOR, KILLED),
    MOVE(CORRECTED, SAVE, REPORTER, CORRECTED),
    MOVE(CORRECTED, CORRECT, EDITOR, CORRECTED),
    MOVE(CORRECTED, UNSCHEDULE, EDITOR, CORRECTED),
    MOVE(CORRECTED, WITHDRAW, EDITOR, WITHDRAWN),
    MOVE(CORRECTED, KILL, EDITOR, KILLED),
    MOVE(WITHDRAWN, SAVE, REPORTER, WITHDRAWN),
    MOVE(WITHDRAWN, RESTORE, EDITOR, PUBLIC),
    MOVE(WITHDRAWN, KILL, EDITOR, KILLED),
    MOVE(SPIKED, UNSPIKE, REPORTER, DRAFT),
};

static const char *const state_words[] = {
#define X(name, word, meaning) word,
    STORY_STATES(X)
#undef X
};

static const struct {
    const char *word;
    bool note;
} acts[] = {
#define X(name, word, note) {word, note},
    ACTS(X)
#undef X
};

static const char *const role_words[] = {
#define X(name, word) word,
    ROLES(X)
#undef X
};

static const Move *find_move(StoryState from, Act act)
{
    for (size_t i = 0; i < COUNT(moves); i++)
        if (moves[i].from == from && moves[i].act == act) return &moves[i];
    return NULL;
}

Err state_next(StoryState from, Act act, Role role, StoryState *to)
{
    const Move *move = find_move(from, act);

    if (!move) return ERR_CONFLICT;
    if (role < move->least) return ERR_FORBIDDEN;
    *to = move->to;
    return ERR_OK;
}

Err state_move(StoryState from, Act act, Role role, StoryState *to,
               Fault *fault)
{
    Err err = state_next(from, act, role, to);

    if (err == ERR_CONFLICT)
        fault_set(fault, err, "a story that is %s cannot be the object of %s",
                  state_words[from], acts[act].word);
    if (err == ERR_FORBIDDEN)
        fault_set(fault, err, "%s needs the role %s or higher", acts[act].word,
                  role_words[find_move(from, act)->least]);
    return err;
}

bool state_needs_note(Act act)
{
    return acts[act].note;
}

const char *state_word(StoryState state)
{
    return state < STORY_STATE_COUNT ? state_words[state] : "unknown";
}

const char *act_word(Act act)
{
    return act < ACT_COUNT ? acts[act].word : "unknown";
}

const char *role_word(Role role)
{
    return role < ROLE_COUNT ? role_words[role] : "unknown";
}

bool act_from_word(Str word, Act *out)
{
    for (int i = 0; i < ACT_COUNT; i++) {
        if (!str_eq(word, str_from(acts[i].word))) continue;
        *out = (Act)i;
        return true;
    }
    return false;
}

bool state_from_word(Str word, StoryState *out)
{
    for (int i = 0; i < STORY_STATE_COUNT; i++) {
        if (!str_eq(word, str_from(state_words[i]))) continue;
        *out = (StoryState)i;
        return true;
    }
    return false;
}
