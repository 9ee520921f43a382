/* media/intake.h -- a picture comes in: looked at, drawn, put on the shelf.
 *
 * Everything of it is on disk when the call returns, so that the store may name
 * it; what was refused or broke off leaves at most files that nothing names.
 *
 * Threads: any; a call takes seconds, and one process of its own (worker.h).
 */
#ifndef MEDIA_INTAKE_H
#define MEDIA_INTAKE_H

#include "media/shelf.h"

/* The mark of these bytes, in arena. */
Str picture_mark(Arena *arena, Str bytes);

/* All but number and added_at: what its file says of itself stands in said, and
 * the focus in the middle.  Errors as those of sniff_picture and worker_draw,
 * and of shelf_put. */
MUST_USE Err picture_take_in(const Shelf *shelf, Arena *arena, Str bytes,
                             Picture *out, Fault *fault);

/* Whether all its files are on the shelf; else *missing is the name of one. */
bool picture_is_whole(const Shelf *shelf, Arena *arena, const Picture *picture,
                      Str *missing);

#endif
