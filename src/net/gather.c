#include "net/gather.h"

#include <stdbool.h>
#include <string.h>

/* Whether a piece can be copied behind what was copied last. */
static bool fits(const struct iovec *piece, size_t copied)
{
    return piece->iov_len <= GATHER_PIECE &&
           piece->iov_len <= GATHER_BYTES - copied;
}

/* A small one between two large ones gains nothing by being copied. */
static bool is_alone(const struct iovec *pieces, size_t at, size_t count,
                     size_t copied, bool joins)
{
    if (joins) return false;
    if (at + 1 == count) return true;
    return !fits(&pieces[at + 1], copied + pieces[at].iov_len);
}

size_t gather(Gather *gather, const struct iovec *pieces, size_t count)
{
    size_t laid = 0, copied = 0;
    bool joins = false; /* the last one laid out is a copy */

    for (size_t i = 0; i < count; i++) {
        const struct iovec *piece = &pieces[i];

        if (!fits(piece, copied) || is_alone(pieces, i, count, copied, joins)) {
            if (laid == GATHER_PIECES) break;
            gather->pieces[laid++] = *piece;
            joins = false;
            continue;
        }
        if (!joins && laid == GATHER_PIECES) break;
        if (!joins)
            gather->pieces[laid++] =
                (struct iovec){.iov_base = gather->bytes + copied};
        memcpy(gather->bytes + copied, piece->iov_base, piece->iov_len);
        gather->pieces[laid - 1].iov_len += piece->iov_len;
        copied += piece->iov_len;
        joins = true;
    }
    return laid;
}
