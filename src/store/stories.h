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

/* Has any version of the story this digest of what its source said? */
MUST_USE Err versions_said(Store *store, StoryId id, int64_t said, bool *out);

/* What changes with a save for the public. */
typedef struct Publicity {
    bool changes; /* false: only the desk's side changes */
    ChangeKind kind;
    Time late;              /* microseconds after its schedule */
    const Version *version; /* the public one if at hand; NULL: it is read */
} Publicity;

/* The number of a story that is about to be added: for ties that must know it
 * before. Numbers are given once; whoever takes one adds the story, or rolls
 * back. */
MUST_USE Err stories_number(Store *store, StoryId *id);

/* Writes a new story, where it stands, with its first version, and what
 * publicity says as stories_save does. story->id 0 gets its number here; group
 * 0 makes a group of its own; created_at, changed_at and latest are set.
 * Stories that waited for this uri (follows_by_uri) follow it from now on.
 *   ERR_CONFLICT  the uri is there already; nothing was written */
MUST_USE Err stories_add(Store *store, Arena *arena, Story *story,
                         Version *version, const Publicity *publicity, Time now,
                         int64_t *change);

/* Writes the next version of a story; version->version and story->latest get
 * its number, which stories_save writes: it must follow.
 *   ERR_TOO_BIG  it has VERSION_MAX versions */
#define VERSION_MAX 65535
MUST_USE Err versions_add(Store *store, Story *story, Version *version,
                          Time now);

/* Writes where the story stands (group, follows, state, latest, public_version,
 * source_version, at, timed, due_at, due_version, embargo, note) and, when
 * publicity says so, the lists, the notice and the change. *change: its number,
 * or 0 (also when a story goes away that never was public).
 *
 * With publicity story->changed_at becomes now; for CHANGE_PUBLISH, _CORRECT
 * and _UPDATE the version's said_at when there is one. For CHANGE_PUBLISH it is
 * not before the time of publication: what was published elsewhere long ago did
 * not change today. For the others it never goes back: a said_at that would is
 * now.
 *
 * A version's names of tags and section become public with it, where these
 * have no name in the language yet. */
MUST_USE Err stories_save(Store *store, Arena *arena, Story *story,
                          const Publicity *publicity, Time now,
                          int64_t *change);

/* The stories that are scheduled, or have a later version that is, due at or
 * before now and behind *after in the order of (due, number), soonest first, at
 * most max; *after moves to the last of them (NULL: from the first on). And
 * when the next one is due that is not yet (TIME_NONE: none). */
typedef struct StoryIdList {
    StoryId *items;
    size_t count;
} StoryIdList;
MUST_USE Err stories_due(Store *store, Arena *arena, Time now, Cursor *after,
                         size_t max, StoryIdList *out, Time *next);

/* When to look next, without holding up anybody: when the first story is due
 * (at or before now: at once), TIME_NONE when none waits, and in a moment while
 * another node makes public what is due. Not inside a transaction. */
MUST_USE Err stories_due_first(Store *store, Time now, Time *out);

/* For whoever is about to add many: asks with one question which of these uris
 * and keys of groups are there, so that it need not be asked for each.  The
 * database looks while other stories are added; stories_expected waits for the
 * answer, and then these are the ones that are expected, instead of those
 * before.  That ends with the transaction, and with a part that is undone.  At
 * most EXPECT_MAX of each; empty ones are left out. */
#define EXPECT_MAX 64
void stories_expect(Store *store, StrList uris, StrList keys);
MUST_USE Err stories_expected(Store *store);

/* A page names all translations of its story and all that follow it, so they
 * are few: who comes later is tied to nobody. */
#define TIES_MAX 64

/* The group of translations that is known by key, made when it is new: group
 * gets the number of the first story that brought the key. mine is used when
 * the key is new; a group that is full is left alone, and *group as it is. */
MUST_USE Err peers_by_key(Store *store, Str key, StoryId mine, StoryId *group);

/* The earlier story known by uri, for story->follows. When it is not here yet,
 * *follows is none and mine will follow it as soon as it comes, unless it has
 * named another by then: stories may come in any order. What would close a
 * circle, as a story that follows itself, leaves *follows as it is; a chain
 * over FOLLOWS_MAX counts as one. Nor may more than TIES_MAX follow one story.
 */
#define FOLLOWS_MAX 1000
MUST_USE Err follows_by_uri(Store *store, Str uri, StoryId mine,
                            StoryId *follows);

/* The shown name of a section or tag in a language; the row is made when it is
 * missing. An empty name only makes the row. position < 0 leaves the order. */
MUST_USE Err sections_name(Store *store, Str slug, Str language, Str name,
                           int32_t position);
MUST_USE Err tags_name(Store *store, Str slug, Str language, Str name);

/* Says in the log that names changed, so that followers drop what shows them;
 * once a transaction, after the last of them. */
MUST_USE Err names_changed(Store *store, Time now);

#endif
