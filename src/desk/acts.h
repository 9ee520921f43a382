/* desk/acts.h -- what people do to stories, whatever door they came through.
 *
 * Each act checks the table of states, writes version, state, public side and
 * change as one part of the caller's transaction, and says what came of it.
 * The caller (store/writer.h's thread, or a command that holds the writing
 * handle itself) begins and ends the transaction.
 *
 * Threads: as the Store.
 */
#ifndef DESK_ACTS_H
#define DESK_ACTS_H

#include "store/stories.h"
#include "story/item.h"

/* Who acts. Until there are users: the operator of the machine. */
typedef struct Actor {
    Role role;
    Str name;
} Actor;

typedef struct Outcome {
    StoryId story;
    int32_t version; /* the one concerned */
    int32_t shown;   /* the one that readers see; 0: none */
    StoryState state;
    int64_t change; /* number in the log; 0: nothing public changed */
    Time due;       /* when something becomes public by the clock, or may at the
                       earliest; TIME_NONE */
    Str language, section, slug; /* of the address */
    bool no_op;                  /* put: the same version is there already */
} Outcome;

/* How a put lands. */
typedef enum PutMode {
    PUT_DRAFT,   /* saved for the desk; a public story keeps its version */
    PUT_PUBLISH, /* public at once (import) */
} PutMode;

/* Saves an Item: a new story, or the next version of the one with its uri.
 *   same source version   no_op, unless it says otherwise of status, embargo,
 *                         group or follows
 *   older source version  ERR_CONFLICT, the fault says both versions
 *   no source version     no_op when it says what any version said (with
 *                         PUT_DRAFT: the latest), or is a mere headline of a
 *                         story that has its text
 *   newer, of a public story, with PUT_PUBLISH: CORRECT when the item has a
 *                         correction note, else UPDATE; under an embargo at the
 *                         end of that
 *   embargo, or a time of publication, ahead of now: SCHEDULED, with PUT_DRAFT
 *                         a draft that keeps its embargo
 *   no embargo named      the one that holds what is not public yet holds this
 *                         too, whoever set it; one that is past lifts it
 *   a version that waits  leaves group and follows of a story that is or was
 *                         public as they are: they are of the version that
 *                         readers see, or saw
 *   newer, in another language than the story: ERR_INVALID
 *   ITEM_WITHHELD         a draft; with PUT_PUBLISH a public story is withdrawn
 *                         (a person must restore it), what is scheduled is no
 *                         more; and, as a longer embargo, this is done also
 *                         when it was said before
 *   ITEM_CANCELED         a kill, which PUT_DRAFT refuses (ERR_INVALID); what
 *                         was never public is spiked, also when it was not
 *                         known at all, so that it cannot come after
 *   killed, spiked        ERR_CONFLICT for a newer version
 * default_language and default_section stand in when the item says none; an
 * item without a time is published now.
 *
 * On any failure but ERR_STORE, ERR_IO, ERR_FULL and ERR_BUSY nothing was
 * written: an import may go on with the next item of its batch without a part
 * for each. Call item_prepare before, on a thread that has time. */
typedef struct PutContext {
    Str default_language;
    Str default_section; /* "news" */
    Time now;
} PutContext;
MUST_USE Err desk_put(Store *store, Arena *arena, const Actor *actor,
                      const Item *item, PutMode mode, const PutContext *context,
                      Outcome *out, Fault *fault);

/* Whether desk_put would find the item known or older, as the store stands:
 * for who would have to go a long way for what belongs to it. Writes nothing.
 * Errors of the store. */
MUST_USE Err desk_knows(Store *store, Arena *arena, const Item *item,
                        PutMode mode, const PutContext *context, bool *known);

/* publish, correct, withdraw, restore, kill, schedule, unschedule, spike ... of
 * a story by number. note: for readers, needed where state_needs_note says so.
 * at: publish or schedule at that time (TIME_NONE: now); embargo: as at, but
 * for subscribers trusted with embargoes it exists before. A time that is past
 * publishes now and keeps that time as the story's own. An embargo that the
 * story is under holds, and publish then schedules, until an act names another.
 * correct publishes the latest version, which must be newer than the public
 * one; its note makes a version of its own when that one brought another. Under
 * an embargo of that version, or at a time ahead, it is kept until then, and
 * unschedule takes it back; naming another embargo lifts or moves it.
 * restore shows what was withdrawn, not what was saved since.
 *   ERR_NOT_FOUND, ERR_INVALID, ERR_TOO_BIG (note), ERR_CONFLICT,
 *   ERR_FORBIDDEN: nothing was written */
typedef struct ActRequest {
    Act act;
    StoryId story;
    Str note;
    Time at;
    Time embargo;
} ActRequest;
MUST_USE Err desk_act(Store *store, Arena *arena, const Actor *actor,
                      const ActRequest *request, Time now, Outcome *out,
                      Fault *fault);

/* Makes public what is due; late ones too, and the change says how late when it
 * is a second or more. Up to a minute late a story keeps its time, after that
 * it is news of now, so that readers meet it at the head of their lists.
 * *next: when the next one is due, TIME_NONE for none. At most 100 at once;
 * when there are more, *next is now.
 *
 * A story that cannot be released stops no other: it is undone alone, told in
 * *out and tried again after a minute. */
typedef struct Released {
    size_t count;
    size_t failed;
    StoryId story; /* the first of those that failed, and why */
    Fault fault;
} Released;
MUST_USE Err desk_release_due(Store *store, Arena *arena, Time now, Time *next,
                              Released *out);

#endif
