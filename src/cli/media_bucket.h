/* cli/media_bucket.h -- the folder of pictures and the bucket, brought to hold
 * the same.
 *
 * Private to the room.
 *
 * Threads: one.
 */
#ifndef CLI_MEDIA_BUCKET_H
#define CLI_MEDIA_BUCKET_H

#include "cli/conf.h"
#include "media/bucket.h"
#include "store/pictures.h"

/* Puts what the bucket lacks of the pictures that the store knows. A file that
 * is missing, or is not what its name says, is told, and the others go on.
 * Returns the status to end with, all faults told. */
int media_upload(const Conf *conf);

/* Fetches what the folder lacks of them. */
int media_download(const Conf *conf);

/* The first of its files, in arena, that readers cannot have, or nothing: each
 * lies on the shelf or else in the bucket, and the original, which is put there
 * last, in the bucket in any case. bucket NULL: there is none. Errors of
 * bucket_has. */
MUST_USE Err media_lacks(const Shelf *shelf, Bucket *bucket, Arena *arena,
                         const Picture *picture, Str *missing, Fault *fault);

/* Calls each with every picture of the store, newest first, until one fails;
 * the arena is reset after it. */
typedef Err (*MediaEach)(void *ctx, Arena *arena, const Picture *picture,
                         Fault *fault);
MUST_USE Err media_each(Store *store, MediaEach each, void *ctx, Fault *fault);

#endif
