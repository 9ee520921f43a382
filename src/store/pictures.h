/* store/pictures.h -- the pictures that the agency has, and which of them
 * readers see.
 *
 * A story's version names its picture (Version.picture); which pictures readers
 * see follows from which versions they do.  What is said of a picture, its
 * focus and its date may change; then, and when that date has come, each story
 * that shows it has a line in the log, CHANGE_PICTURE.
 *
 * Threads: as the Store.  Results live in the arena given.
 */
#ifndef STORE_PICTURES_H
#define STORE_PICTURES_H

#include "store/changes.h"
#include "story/picture.h"
#include "story/public.h"

#define PICTURES_MAX 100 /* of one list */

typedef struct Pictures {
    Picture *items;
    size_t count;
} Pictures;

/* ---- the writing side ---- */

/* ERR_NOT_FOUND */
MUST_USE Err pictures_find(Store *store, Arena *arena, Str mark, Picture *out);
MUST_USE Err pictures_get(Store *store, Arena *arena, int64_t number,
                          Picture *out);

/* Those with a lower number (INT64_MAX: all), the newest first; at most
 * PICTURES_MAX. */
MUST_USE Err pictures_before(Store *store, Arena *arena, int64_t number,
                             Pictures *out);

/* Below in a transaction. Sets number and added_at. One whose mark is there
 * already must not be added again. */
MUST_USE Err pictures_add(Store *store, Picture *picture, Time now);

/* What is said of it, its focus and its date. *change: the number of the last
 * line in the log, 0 when no story shows it. */
MUST_USE Err pictures_save(Store *store, Arena *arena, const Picture *picture,
                           Time now, int64_t *change);

/* When the first one's date comes, or came and it is shown still; TIME_NONE:
 * none has one. */
MUST_USE Err pictures_due_first(Store *store, Time *out);

/* Takes away those whose date has come, many at a time; *next: when the next
 * one's does, TIME_NONE for none. *change as above. */
MUST_USE Err pictures_expire(Store *store, Arena *arena, Time now, Time *next,
                             int64_t *change);

/* ---- the public side ---- */

/* What is said of the picture that a public story shows, and the file it came
 * as. ERR_NOT_FOUND: it shows none. */
typedef struct PublicLead {
    int64_t picture;
    PictureType type;
    int64_t bytes;
    PictureSaid said;
} PublicLead;
MUST_USE Err public_lead(Store *store, Arena *arena, StoryId story,
                         PublicLead *out);

/* The size of a picture that some public story shows, and until when it may.
 * ERR_NOT_FOUND: none does, as far as anybody outside may know. */
MUST_USE Err public_picture(Store *store, Str mark, PictureSize *size,
                            Time *until);

/* Public stories that show it, the first max of them. */
typedef struct ShownBy {
    StoryId *items;
    size_t count;
} ShownBy;
MUST_USE Err public_shown(Store *store, Arena *arena, Str mark, size_t max,
                          ShownBy *out);

#endif
