/* web/push_flash.h -- which changes browsers are told of, and in what words.
 *
 *   published, corrected, restored   a story that is a flash (urgency 1) and at
 *                                    most PUSH_FRESH old; and, however it
 *                                    stands now, one that was told before and
 *                                    is corrected or restored
 *   withdrawn, killed                one that was told before: that it is no
 *                                    longer available, and why
 *
 * Told before: within PUSH_BACK, as the store remembers (flash_keep).  All that
 * is told of a story has one tag, so that the last word takes the place of
 * those before it.
 *
 * Threads: as the Store.
 */
#ifndef WEB_PUSH_FLASH_H
#define WEB_PUSH_FLASH_H

#include "press/theme.h"
#include "store/changes.h"
#include "story/site.h"

#define PUSH_FRESH TIME_HOUR /* an older flash is no news */
#define PUSH_BACK  TIME_DAY  /* longer than screens keep one */

typedef struct Flash {
    StoryId story;
    Str language;
    StrList topics; /* that it is told under: "all", "section:economy" ... */
    Str plain;      /* the message: a JSON object */
    char tag[24];
} Flash;

/* Remembers what is about to be told, before it is: in a transaction. */
MUST_USE Err flash_keep(Store *store, Arena *arena, const Flash *flash);

/* theme: for the words.  out lives in arena.
 *   ERR_NOT_FOUND  nobody is told of this change */
MUST_USE Err flash_read(const Site *site, const Theme *theme, Store *store,
                        Arena *arena, const Change *change, Flash *out);

#endif
