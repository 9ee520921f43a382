/* cli/bucket_keys.h -- the bucket of a site, with the keys to it.
 *
 * The environment's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go before the
 * file that the settings name, which has the access key on its first line and
 * the secret key on its second, and which nobody but its owner may read.
 *
 * Threads: any.
 */
#ifndef CLI_BUCKET_KEYS_H
#define CLI_BUCKET_KEYS_H

#include "cli/conf.h"
#include "media/bucket.h"

/* In arena. out->url NULL: the site has no bucket. ERR_INVALID, ERR_NOT_FOUND
 * or ERR_IO: there is one, and no keys. */
MUST_USE Err bucket_keys_read(Arena *arena, const Conf *conf, BucketConfig *out,
                              Fault *fault);

#endif
