/* desk/coverage.h -- what is done to live coverage: entries come, are
 * corrected, marked and withdrawn; it ends and goes on again.
 *
 * The rules are those of stories: what readers saw changes only with a note
 * that tells them (blanks are none), once the story was public, and what is
 * withdrawn is gone from every page.  The first entry makes a story live
 * coverage; its story may be a draft still: then its entries come with it.
 *
 * Threads: as the Store.
 */
#ifndef DESK_COVERAGE_H
#define DESK_COVERAGE_H

#include "desk/acts.h"
#include "store/coverage.h"

typedef enum EntryAct {
    ENTRY_PUT,      /* a new one (number 0), or other text of that one */
    ENTRY_MARK,     /* pinned and key of that one, nothing else */
    ENTRY_WITHDRAW, /* that one, with a note */
    ENTRY_END,      /* the whole coverage */
    ENTRY_RESUME,
} EntryAct;

typedef struct EntryRequest {
    EntryAct act;
    StoryId story;
    int32_t number; /* 0: a new one */
    Str headline, byline, note;
    Html body; /* sanitised, at most ENTRY_BODY_MAX */
    bool pinned, key;
    bool keeps_marks; /* of an entry that gets other text */
} EntryRequest;

typedef struct EntryOutcome {
    Entry entry;    /* number 0: the whole */
    Time ended_at;  /* TIME_NONE: it goes on */
    int64_t change; /* 0: the story is not public */
} EntryOutcome;

/*   ERR_FORBIDDEN  less than a reporter; to withdraw less than an editor
 *   ERR_NOT_FOUND  no such story or entry
 *   ERR_CONFLICT   the story is killed or spiked; the coverage has ended, or
 *                  not; the entry was withdrawn
 *   ERR_INVALID    no text, no note, or a field too long: the fault says which
 *   ERR_TOO_BIG    ENTRIES_MAX entries */
MUST_USE Err desk_entry(Store *store, Arena *arena, const Actor *actor,
                        const EntryRequest *request, Time now,
                        EntryOutcome *out, Fault *fault);

#endif
