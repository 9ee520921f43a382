/* story/entry.h -- an entry of live coverage, and what of that readers see.
 *
 * An entry is known by its number in the story (1, 2 ...) and has versions,
 * which are never edited: the last one counts.
 *
 * Threads: plain values.
 */
#ifndef STORY_ENTRY_H
#define STORY_ENTRY_H

#include "story/story.h"

#define ENTRIES_MAX    2000                /* of one story */
#define ENTRY_BODY_MAX ((size_t)64 * 1024) /* bytes of markup */

typedef struct Entry {
    int32_t number;
    int32_t version; /* 1.. */
    Time at;         /* when its first version came */
    Time saved_at;   /* when this one did */
    bool pinned;
    bool key; /* one of the key events */
    bool withdrawn;
    Str headline; /* or empty */
    Str byline;   /* or empty */
    Str note;     /* what readers are told of the correction; or empty */
    Html body;
} Entry;

typedef struct Entries {
    Entry *items;
    size_t count;
} Entries;

#endif
