/* media/intake.h -- a picture comes in: looked at, drawn, put on the shelf.
 *
 * Everything of it is on disk, and in the bucket where there is one, when the
 * call returns, so that the store may name it; what was refused or broke off
 * leaves at most files that nothing names.
 *
 * Threads: any; a call takes seconds, and one process of its own (worker.h).
 */
#ifndef MEDIA_INTAKE_H
#define MEDIA_INTAKE_H

#include "media/bucket.h"

/* The mark of these bytes, in arena. */
Str picture_mark(Arena *arena, Str bytes);

/* Whether these can be the bytes of the file of that name: an original's hash
 * is its mark, a rendition has the format that it is named by, and both are
 * whole. ERR_INVALID: they cannot. */
MUST_USE Err picture_fits(Str name, Str bytes, Fault *fault);

/* All but number and added_at: what its file says of itself stands in said, and
 * the focus in the middle.  Errors as those of sniff_picture and worker_draw,
 * of shelf_put and bucket_put. bucket NULL: there is none. */
MUST_USE Err picture_take_in(const Shelf *shelf, Bucket *bucket, Arena *arena,
                             Str bytes, Picture *out, Fault *fault);

/* The names of all its files, in arena, the original last: who has that has had
 * the others. At most PICTURE_FILES. */
#define PICTURE_FILES (3 * PICTURE_WIDTHS + 1)
size_t picture_files(Arena *arena, const Picture *picture,
                     Str out[PICTURE_FILES]);

#endif
