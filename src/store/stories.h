/* store/stories.h -- stories and versions, on the writing side.
 *
 * All calls that change something stand inside store_begin and store_end.
 * stories_save keeps the public side (lists, tags, notices) and the log true
 * in the same step, so that no caller can forget them.
 *
 * Threads: as the Store.
 */
#ifndef STORE_STORIES_H
#define STORE_STORIES_H

#include "store/changes.h"

/* By number, or by the source's identity. ERR_NOT_FOUND. */
MUST_USE Err stories_get(Store *store, Arena *arena, StoryId id, Story *out);
MUST_USE Err stories_find(Store *store, Arena *arena, Str uri, Story *out);

/* version 0: the latest. ERR_NOT_FOUND. */
MUST_USE Err versions_get(Store *store, Arena *arena, StoryId id,
                          int32_t version, Version *out);

/* Words of a headline by which related stories are found: 32-bit hashes. */
#define TERMS_MAX 6

typedef struct TermList {
    uint32_t items[TERMS_MAX];
    size_t count;
} TermList;

/* Gives the story its number and writes it with its first version, as a draft:
 * state DRAFT, public_version 0. *story and *version get their numbers. In
 * story, uri, language, source_version, follows, at, timed are taken; group 0
 * makes a group of its own.
 *   ERR_CONFLICT  the uri is there already */
MUST_USE Err stories_add(Store *store, Story *story, Version *version,
                         Time now);

/* Writes the next version of a story; version->version gets its number and
 * story->latest follows. */
MUST_USE Err versions_add(Store *store, Story *story, Version *version,
                          Time now);

/* What changes with a save for the public. */
typedef struct Publicity {
    bool changes; /* false: only the desk's side changes */
    ChangeKind kind;
    Time late;
    TermList terms; /* of the version that becomes public */
} Publicity;

/* Writes where the story stands (state, public_version, at, due_at, note ...)
 * and, when publicity says so, the lists, the notice and the change.
 * *change: its number, or 0. story->changed_at becomes now. */
MUST_USE Err stories_save(Store *store, Arena *arena, Story *story,
                          const Publicity *publicity, Time now,
                          int64_t *change);

/* The scheduled stories due at or before now, soonest first, at most max; and
 * when the next one after them is due (TIME_NONE: none). */
typedef struct StoryIdList {
    StoryId *items;
    size_t count;
} StoryIdList;
MUST_USE Err stories_due(Store *store, Arena *arena, Time now, size_t max,
                         StoryIdList *out, Time *next);

/* The group of translations that is known by key, made when it is new: group
 * gets the number of the first story that brought the key. mine is used when
 * the key is new. */
MUST_USE Err peers_by_key(Store *store, Str key, StoryId mine, StoryId *group);

/* The shown name of a section or tag in a language; the row is made when it is
 * missing. An empty name only makes the row. position < 0 leaves the order. */
MUST_USE Err sections_name(Store *store, Str slug, Str language, Str name,
                           int32_t position);
MUST_USE Err tags_name(Store *store, Str slug, Str language, Str name);

#endif
