/* story/state.h -- what may happen to a story, in one table.
 *
 * The table {state, act, least role, next state} is the only place that knows
 * the rules; state_next reads it.  Correct, withdraw, restore and kill need a
 * note, which state_needs_note says.
 *
 * Threads: pure.
 */
#ifndef STORY_STATE_H
#define STORY_STATE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* name, word, meaning */
#define STORY_STATES(X)                                                        \
    X(DRAFT, "draft", "being written")                                         \
    X(REVIEW, "review", "submitted, waiting for an editor")                    \
    X(SCHEDULED, "scheduled", "will be public at its time")                    \
    X(PUBLIC, "public", "readers see it")                                      \
    X(CORRECTED, "corrected", "readers see a corrected version")               \
    X(WITHDRAWN, "withdrawn", "taken back; may be restored")                   \
    X(KILLED, "killed", "gone for good; its page says so")                     \
    X(SPIKED, "spiked", "thrown away before it was public")

/* name, word, needs a note that readers see */
#define ACTS(X)                                                                \
    X(SAVE, "save", false)                                                     \
    X(SUBMIT, "submit", false)                                                 \
    X(RETURN, "return", false)                                                 \
    X(APPROVE, "approve", false)                                               \
    X(PUBLISH, "publish", false)                                               \
    X(SCHEDULE, "schedule", false)                                             \
    X(UNSCHEDULE, "unschedule", false)                                         \
    X(RELEASE, "release", false) /* the clock's own act */                     \
    X(CORRECT, "correct", true)                                                \
    X(WITHDRAW, "withdraw", true)                                              \
    X(RESTORE, "restore", false)                                               \
    X(KILL, "kill", true)                                                      \
    X(SPIKE, "spike", false)                                                   \
    X(UNSPIKE, "unspike", false)

/* Each role may do what the ones before it may. */
#define ROLES(X)                                                               \
    X(NOBODY, "nobody")                                                        \
    X(CONTRIBUTOR, "contributor")                                              \
    X(REPORTER, "reporter")                                                    \
    X(EDITOR, "editor")                                                        \
    X(CHIEF, "chief")                                                          \
    X(OPERATOR, "operator") /* who may run commands on the machine */

typedef enum StoryState {
#define X(name, word, meaning) STORY_##name,
    STORY_STATES(X)
#undef X
        STORY_STATE_COUNT
} StoryState;

typedef enum Act {
#define X(name, word, note) ACT_##name,
    ACTS(X)
#undef X
        ACT_COUNT
} Act;

typedef enum Role {
#define X(name, word) ROLE_##name,
    ROLES(X)
#undef X
        ROLE_COUNT
} Role;

/* The state after act. *to is untouched on failure.
 *   ERR_CONFLICT   the story does not stand so that this could be done
 *   ERR_FORBIDDEN  it could be done, but not by this role                 */
MUST_USE Err state_next(StoryState from, Act act, Role role, StoryState *to);

/* As above, with a sentence for a person in *fault. */
MUST_USE Err state_move(StoryState from, Act act, Role role, StoryState *to,
                        Fault *fault);

bool state_needs_note(Act act);
const char *state_word(StoryState state);
const char *act_word(Act act);
const char *role_word(Role role);
bool act_from_word(Str word, Act *out);
bool state_from_word(Str word, StoryState *out);

#endif
