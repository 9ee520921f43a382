/* store/coverage.h -- live coverage: a story whose body goes on as a stream of
 * dated entries, until it is ended.
 *
 * Entries are public while their story is; each change of a public one has its
 * line in the log.
 *
 * Limits: ENTRIES_MAX entries of a story; texts as those of a story.
 *
 * Threads: as the Store.  Results live in the arena given.
 */
#ifndef STORE_COVERAGE_H
#define STORE_COVERAGE_H

#include "store/store.h"
#include "story/entry.h"

/* ---- the writing side, in a transaction ---- */

/* Begins, ends (ended_at) or resumes it (TIME_NONE). */
MUST_USE Err coverage_put(Store *store, StoryId story, Time ended_at);

/* TIME_NONE: it goes on. ERR_NOT_FOUND: the story has none. */
MUST_USE Err coverage_get(Store *store, StoryId story, Time *ended_at);

/* The last version of an entry. ERR_NOT_FOUND. */
MUST_USE Err entry_get(Store *store, Arena *arena, StoryId story,
                       int32_t number, Entry *out);

/* The number that the next one will have; ERR_TOO_BIG after ENTRIES_MAX. */
MUST_USE Err entry_number(Store *store, StoryId story, int32_t *out);

/* A new version: entry->version must follow. */
MUST_USE Err entry_add(Store *store, StoryId story, const Entry *entry);

/* Says in the log that a public story's coverage has changed: of that entry, 0
 * of the whole. *change: its number. */
MUST_USE Err coverage_changed(Store *store, StoryId story, int32_t entry,
                              Time now, int64_t *change);

/* ---- the public side ---- */

/* As coverage_get, of a public story. */
MUST_USE Err public_coverage(Store *store, StoryId story, Time *ended_at);

/* Those that readers see, pinned ones first, then the newest, at most max. */
MUST_USE Err public_entries(Store *store, Arena *arena, StoryId story,
                            size_t max, Entries *out);

/* "12.15.13": tells what readers see of it from what they saw before, whatever
 * was done to it.  ERR_NOT_FOUND as public_coverage. */
MUST_USE Err public_coverage_mark(Store *store, Arena *arena, StoryId story,
                                  Str *out);

/* One of them; ERR_NOT_FOUND also when it was withdrawn. */
MUST_USE Err public_entry(Store *store, Arena *arena, StoryId story,
                          int32_t number, Entry *out);

#endif
