/* desk/pictures.h -- what people do to the agency's pictures.
 *
 * Their files are on the shelf already (media/intake.h).  What is said of one
 * is made one line each (item_line), whoever says it.
 *
 * Threads: as the Store; inside the caller's transaction.
 */
#ifndef DESK_PICTURES_H
#define DESK_PICTURES_H

#include "desk/acts.h"
#include "store/pictures.h"

/* Puts it into the store; *known: its mark is there already, and then *picture
 * is what is there, unchanged. Reporters and above.
 *   ERR_FORBIDDEN; ERR_INVALID, ERR_TOO_BIG: the fault names the field */
MUST_USE Err desk_picture_add(Store *store, Arena *arena, const Actor *actor,
                              Picture *picture, Time now, bool *known,
                              Fault *fault);

/* What is said of it anew; NULL and -1 leave what is there.  Where nothing
 * would change nothing does. Editors and above, since readers may see it. */
typedef struct PictureChange {
    Str mark;
    const Str *alt, *caption, *credit, *rights;
    const Time *until; /* TIME_NONE takes the date away */
    int32_t focus_x, focus_y;
} PictureChange;

/*   ERR_NOT_FOUND  there is no picture with that mark */
MUST_USE Err desk_picture_change(Store *store, Arena *arena, const Actor *actor,
                                 const PictureChange *asked, Time now,
                                 Picture *out, int64_t *change, Fault *fault);

#endif
