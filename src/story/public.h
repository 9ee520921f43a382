/* story/public.h -- a story as the public sees it, whole or as a line of a
 * list.  The store's reading side gives these; press and format show them.
 * There is no way from here to a draft.
 *
 * Threads: plain values.
 */
#ifndef STORY_PUBLIC_H
#define STORY_PUBLIC_H

#include "story/story.h"

/* A place in a list that is ordered newest first by (at, number). */
typedef struct Cursor {
    Time at;
    int64_t number;
} Cursor;

/* A picture as a page shows it: story/picture.h. */
typedef struct PublicPicture {
    Str mark; /* empty: there is none */
    int32_t width, height;
    int32_t color;
    int32_t focus_x, focus_y;
} PublicPicture;

/* One line of a list. */
typedef struct PublicItem {
    StoryId id;
    Str language;
    Str section;      /* slug */
    Str section_name; /* in the story's language, else the slug */
    Str headline;
    Str deck;
    Str slug;
    Time at;
    bool timed;
    Time changed_at;
    int32_t version;
    int32_t urgency;
    bool corrected;
    PublicPicture picture;
} PublicItem;

typedef struct PublicList {
    PublicItem *items;
    size_t count;
    bool more; /* there is at least one after the last */
} PublicList;

/* What readers are told of one correction. */
typedef struct Correction {
    int32_t version;
    Time at; /* by its source when that says so, else when it became public */
    Str note;
} Correction;

typedef struct PublicStory {
    PublicItem item;
    Str uri;
    StoryId group;
    StoryId follows; /* 0: none */
    Html body;
    Str byline;
    Str place;
    TagList tags; /* names in the story's language */
    int32_t words;
    Str source;
    Str source_url;
    Time late;               /* how late its schedule was kept; 0: in time */
    Correction *corrections; /* oldest first */
    size_t correction_count;
} PublicStory;

/* What is left of a story that was public: its page says so and why. */
typedef struct PublicNotice {
    StoryId id;
    Str language;
    StoryState state; /* STORY_WITHDRAWN or STORY_KILLED */
    Time at;
    Str note;
} PublicNotice;

#endif
