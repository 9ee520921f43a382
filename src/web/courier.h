/* web/courier.h -- files of pictures that this node's folder lacks, fetched
 * from the bucket that all nodes share, for readers who wait.
 *
 * A few threads wait for the network, so that no serving thread does.  A file
 * that several readers want is fetched once; it stays on the shelf.  Nobody
 * waits longer than COURIER_PATIENCE: then, as when the bucket fails, the
 * answer is 503 with Retry-After.  What the bucket has not is 404, and not
 * asked for again for COURIER_LACKS.  Whether the picture may be shown is asked
 * again when the file is there: while a reader waits, its story may be killed.
 *
 * Private to the room.
 *
 * Threads: courier_wait is for any serving thread; start and stop are the
 * owner's.
 */
#ifndef WEB_COURIER_H
#define WEB_COURIER_H

#include "media/bucket.h"
#include "web/visit.h"

#define COURIER_THREADS  4
#define COURIER_WAIT     256 /* readers, at once */
#define COURIER_PATIENCE (10 * TIME_SECOND)
#define COURIER_LACKS    (5 * TIME_SECOND)

typedef struct Courier Courier;

/* The strings of bucket and shelf outlive it. */
MUST_USE Err courier_start(const BucketConfig *bucket, const Shelf *shelf,
                           Courier **out, Fault *fault);

/* Answers those that wait as failed. NULL is nobody. */
void courier_stop(Courier *courier);

/* Makes the head of the answer with the whole file, as the answer leaves; of
 * the visit there are thread, arena and reply.  Any error is answered instead.
 */
typedef Err (*CourierHead)(Visit *visit, Str file);

/* This visit will be answered with the whole file, under the head that is made
 * then.  Nothing was answered, with an error:
 *   ERR_NOT_FOUND  the bucket lacked it a moment ago
 *   ERR_BUSY       COURIER_WAIT of them wait */
MUST_USE Err courier_wait(Courier *courier, Visit *visit, Str file,
                          CourierHead head);

#endif
