/* store/public.h -- what readers may see: the queries of the reading side.
 *
 * Open the Store with STORE_PUBLIC: then nothing else can be read through it.
 * The public side is: listed, listed_tag, listed_tag_count, gone,
 * change, section, section_name, tag, tag_name, language, and the views
 * public_*.
 *
 * Lists are newest first by (at, number), never counted, never skipped by
 * offset; a Cursor is the place of the item that came last.  Every query here
 * uses an index (test/unit/store/walls_test.c).
 *
 * Results live in the arena given.  Threads: as the Store.
 */
#ifndef STORE_PUBLIC_H
#define STORE_PUBLIC_H

#include "store/changes.h"

#define LIST_MAX 1000

/* Which list: all of a language, one of its sections, or one of its tags. */
typedef struct ListKey {
    Str language;
    Str section; /* empty: every section */
    Str tag;     /* empty: every tag; not together with section */
} ListKey;

/* The whole story. ERR_GONE: it was public (then *notice is filled);
 * ERR_NOT_FOUND: never was, as far as anybody outside may know. */
MUST_USE Err public_story(Store *store, Arena *arena, StoryId id,
                          PublicStory *out, PublicNotice *notice);

/* Items older than before (NULL: the newest), and not older than since (at >=
 * since; TIME_MIN: all), at most max (1..LIST_MAX). A language, section or tag
 * that is not known gives an empty list. */
MUST_USE Err public_list(Store *store, Arena *arena, ListKey key,
                         const Cursor *before, Time since, size_t max,
                         PublicList *out);

/* Items newer than after, still newest first: the page before.  out->more says
 * here that there are newer ones still. */
MUST_USE Err public_list_newer(Store *store, Arena *arena, ListKey key,
                               Cursor after, size_t max, PublicList *out);

/* One item; ERR_NOT_FOUND when it is not public. */
MUST_USE Err public_item(Store *store, Arena *arena, StoryId id,
                         PublicItem *out);

/* Those of them that are public, in their order. count: at most LIST_MAX */
MUST_USE Err public_items(Store *store, Arena *arena, const StoryId *ids,
                          size_t count, PublicList *out);

/* The public stories of the same group, with id itself left out, by language.
 */
MUST_USE Err public_peers(Store *store, Arena *arena, StoryId group,
                          StoryId except, PublicList *out);

/* The public stories that follow (update) this one, oldest first.  The story
 * that this one follows is PublicStory.follows, 0 while that is not public. */
MUST_USE Err public_followers(Store *store, Arena *arena, StoryId id,
                              PublicList *out);

/* The last change that the full-text index has followed, and the last whose
 * story has its related ones (store/related.h); 0: none. */
MUST_USE Err public_indexed(Store *store, int64_t *change, int64_t *related);

/* What a public story follows; 0: nothing, or nothing that is public.
 * ERR_NOT_FOUND: the story is not. */
MUST_USE Err public_follows(Store *store, StoryId id, int64_t *out);

typedef struct SectionInfo {
    Str slug;
    Str name; /* in the language, else the slug */
} SectionInfo;

typedef struct SectionList {
    SectionInfo *items;
    size_t count;
} SectionList;

/* The sections that have a public story in this language, in menu order. */
MUST_USE Err public_sections(Store *store, Arena *arena, Str language,
                             SectionList *out);

/* Whether the same sections stand there by the same names. */
bool sections_same(const SectionList *a, const SectionList *b);

/* A section's or tag's name in the language (the slug when it has none).
 * ERR_NOT_FOUND when no public story of the language stands there: what only a
 * draft names does not exist. */
MUST_USE Err public_section_name(Store *store, Arena *arena, Str slug,
                                 Str language, Str *out);
MUST_USE Err public_tag_name(Store *store, Arena *arena, Str slug, Str language,
                             Str *out);

/* Public stories with first <= number < end in number order, the first max
 * (1..LIST_MAX) of them, for the sitemap. */
MUST_USE Err public_range(Store *store, Arena *arena, int64_t first,
                          int64_t end, size_t max, PublicList *out);

/* The highest number of a public story; 0 when there is none. */
MUST_USE Err public_highest(Store *store, int64_t *out);

/* Which lists a public story stands in, for followers that drop what they made
 * of them. ERR_GONE: it stood there until it was withdrawn or killed, and *out
 * is filled all the same; ERR_NOT_FOUND: it never was public. A change of a
 * story also touches the pages of its followers (public_followers), of the one
 * it follows, and of its peers. */
typedef struct Placing {
    Str language;
    Str section;
    StrList tags; /* slugs */
    Time at;
    StoryId group;
    StoryId follows;
} Placing;
MUST_USE Err public_placing(Store *store, Arena *arena, StoryId id,
                            Placing *out);

#endif
