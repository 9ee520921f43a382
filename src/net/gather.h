/* net/gather.h -- fewer and larger pieces for one call of sendmsg.
 *
 * An answer is a row of pieces, some of them a few hundred bytes.  Each costs
 * the kernel a step, and more than eight cost it an allocation; so runs of
 * small ones are copied together here.  The pieces themselves stay as they
 * are: what was sent is counted off from them, whatever way it went out.
 *
 * Threads: a Gather belongs to one thread; what it lays out holds until the
 * next time.
 */
#ifndef NET_GATHER_H
#define NET_GATHER_H

#include <stddef.h>
#include <sys/uio.h>

#define GATHER_BYTES  8192 /* copied for one call, at most */
#define GATHER_PIECE  1024 /* a longer one is sent from where it stands */
#define GATHER_PIECES 64   /* laid out for one call, at most */

typedef struct Gather {
    struct iovec pieces[GATHER_PIECES];
    char bytes[GATHER_BYTES];
} Gather;

/* Lays out the same bytes, or a beginning of them that has at least one byte
 * if there is one. Returns how many of gather->pieces they take. */
size_t gather(Gather *gather, const struct iovec *pieces, size_t count);

#endif
