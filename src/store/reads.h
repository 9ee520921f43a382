/* store/reads.h -- what readers read, as sums, and what of it is hot.
 *
 * Nothing here tells of one reader.  What is put together is a batch: sums of
 * the seconds since the last one, added to what stands there, so that several
 * nodes count into the same sums.
 *
 * Threads: as the Store.  Results live in the arena given.
 */
#ifndef STORE_READS_H
#define STORE_READS_H

#include "store/store.h"
#include "story/public.h"

#define HOT_MAX     10   /* in one list */
#define HEAT_TOP    1000 /* stories that are ranked */
#define PINS_MAX    100
#define REPORT_ROWS 20

typedef enum Screen { SCREEN_PHONE, SCREEN_TABLET, SCREEN_DESKTOP } Screen;
#define SCREEN_COUNT 3

/* ---- counting: on the writing side, in a transaction ---- */

/* What a public story stands under; ERR_NOT_FOUND when it is not public. */
MUST_USE Err reads_place(Store *store, Arena *arena, StoryId story,
                         Str *language, Str *section);

MUST_USE Err reads_add_minute(Store *store, int64_t minute, Str language,
                              Str section, Screen screen, int64_t reads);
MUST_USE Err reads_add_hour(Store *store, int64_t hour, StoryId story,
                            int64_t reads);
MUST_USE Err reads_add_referrer(Store *store, int64_t hour, Str referrer,
                                int64_t reads);
MUST_USE Err reads_add_heat(Store *store, int64_t half_life_s, int64_t period,
                            StoryId story, int64_t heat);

/* Drops what is older: minutes and hours before these, heat of earlier periods
 * or of another half-life, and pins that no longer hold. */
MUST_USE Err reads_drop_old(Store *store, int64_t minute, int64_t hour,
                            int64_t half_life_s, int64_t period, Time now);

/* ---- ranking ---- */

typedef struct HotStory {
    StoryId story;
    int64_t heat; /* of a pin: until when it holds, microseconds */
    Str language, section;
} HotStory;

typedef struct HotStories {
    HotStory *items;
    size_t count;
} HotStories;

/* The HEAT_TOP public stories with most heat in that period, hottest first. */
MUST_USE Err heat_top(Store *store, Arena *arena, int64_t half_life_s,
                      int64_t period, HotStories *out);

/* Public stories that are pinned longer than now, at most PINS_MAX. */
MUST_USE Err pins_list(Store *store, Arena *arena, Time now, HotStories *out);

MUST_USE Err pin_put(Store *store, StoryId story, Time until);
MUST_USE Err pin_drop(Store *store, StoryId story);

/* One place of a hot list; section empty: of the whole language. */
typedef struct HotPlace {
    Str language, section;
    int64_t place; /* 0 .. HOT_MAX - 1 */
    StoryId story;
} HotPlace;

typedef struct HotPlaces {
    HotPlace *items;
    size_t count;
} HotPlaces;

/* All lists, by language, section and place. */
MUST_USE Err hot_read(Store *store, Arena *arena, HotPlaces *out);

/* Puts these in their place. now: of the calendar. */
MUST_USE Err hot_write(Store *store, Arena *arena, const HotPlaces *places,
                       Time now);

/* ---- the public side ---- */

/* When the hot lists changed last; each change has a later time. 0: never. */
MUST_USE Err public_hot_at(Store *store, Arena *arena, Time *out);

/* At most max public stories of a list, hottest first. */
MUST_USE Err public_hot(Store *store, Arena *arena, Str language, Str section,
                        size_t max, PublicList *out);

/* ---- what operators see ---- */

typedef struct ReportRow {
    int64_t number; /* a minute, a screen or a story */
    Str name;       /* a language, section, referrer; a story's headline */
    int64_t reads;
} ReportRow;

typedef struct ReportRows {
    ReportRow *items;
    size_t count;
} ReportRows;

/* Reads since a minute (of 1970); hours are those that have begun since. The
 * lists most read first, at most REPORT_ROWS. */
typedef struct ReadReport {
    ReportRows minutes; /* those that have any, in order */
    ReportRows stories, sections, languages, referrers, screens;
} ReadReport;
MUST_USE Err reads_report(Store *store, Arena *arena, int64_t since_minute,
                          ReadReport *out);

#endif
