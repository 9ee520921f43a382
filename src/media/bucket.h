/* media/bucket.h -- the files of pictures in a bucket of an S3-compatible
 * store, which all nodes of an agency share.
 *
 * An object's key is the prefix, "/" and the file's name (media/shelf.h).
 * Addresses are path style, requests are signed with Signature Version 4, no
 * redirect is followed.  What comes back is believed as little as any input:
 * nothing reaches a shelf but whole files of the kind that their name says.
 *
 * Threads: a Bucket belongs to one; it keeps its connection between calls.
 */
#ifndef MEDIA_BUCKET_H
#define MEDIA_BUCKET_H

#include "base/time.h"
#include "media/shelf.h"

/* Its strings outlive the Bucket. */
typedef struct BucketConfig {
    const char *url;    /* "https://s3.example/bucket/prefix", without a "/" at
                           its end; NULL: there is no bucket */
    const char *region; /* "us-east-1" */
    const char *key, *secret; /* never told to anybody, in no log */
    /* To be asked while waiting: true ends a call with ERR_CLOSED. NULL:
     * never. */
    bool (*stopping)(void *ctx);
    void *ctx;
} BucketConfig;

typedef struct Bucket Bucket;

Bucket *bucket_open(const BucketConfig *config);
void bucket_close(Bucket *bucket); /* NULL is nobody */

/* Errors of all three, with the address of the bucket and what it answered in
 * the fault:
 *   ERR_INVALID      it is no picture's name
 *   ERR_UNREACHABLE  nobody answers there
 *   ERR_TIMEOUT      it did not answer in time
 *   ERR_FORBIDDEN    it does not take the key
 *   ERR_CLOSED       stopping said so
 *   ERR_IO           it answered something else */

/* The store has it, durably as far as it promises, when this returns. */
MUST_USE Err bucket_put(Bucket *bucket, Str name, Str bytes, Fault *fault);

/* Gets the file and puts it on the shelf, within patience: whole, as long as it
 * was said to be, an original with the hash that its name is, a rendition of
 * the format that its name says.
 *   ERR_NOT_FOUND  it is not there
 *   ERR_TOO_BIG    it is larger than such a file can be
 *   ERR_INVALID    it is not what its name says
 * and those of shelf_put. */
MUST_USE Err bucket_fetch(Bucket *bucket, const Shelf *shelf, Str name,
                          Time patience, Fault *fault);

/* Whether it is there. ERR_NOT_FOUND: it is not. */
MUST_USE Err bucket_has(Bucket *bucket, Str name, Fault *fault);

#endif
