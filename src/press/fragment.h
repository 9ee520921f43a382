/* press/fragment.h -- a piece of a page, made once, compressed once.
 *
 * A page is fragments' bytes one after another.  A fragment keeps its bytes as
 * they are and, from the first time somebody asks, as a piece of a gzip stream
 * and as a zstd frame, so that a whole page in any coding is the pieces in a
 * row:
 *
 *   gzip  a member's header, each fragment as raw deflate (RFC 1951) ended by
 *         a full flush, an empty final block, CRC-32 and length (RFC 1952);
 *         the CRC of the whole comes from those of the fragments
 *         (crc32_combine)
 *   zstd  one frame per fragment (RFC 8878 lets frames follow one another)
 *
 * Fragments are counted by reference: a reply that is still being sent keeps
 * what it points at while the press has long made the next one.
 *
 * Threads: a fragment belongs to its press's thread.
 */
#ifndef PRESS_FRAGMENT_H
#define PRESS_FRAGMENT_H

#include "base/err.h"
#include "base/hash.h"
#include "base/time.h"

typedef enum Coding {
    CODING_IDENTITY,
    CODING_GZIP,
    CODING_ZSTD,
    CODING_COUNT
} Coding;

typedef struct Fragment {
    size_t refs;
    Time modified;           /* of the newest change that it was made from */
    Digest digest;           /* of the bytes */
    uint32_t crc;            /* CRC-32 of the bytes */
    Str bytes[CODING_COUNT]; /* {NULL, 0} until it is asked for */
    size_t *account;         /* memory of all living fragments of a press */
} Fragment;

typedef struct Coder Coder; /* the compressors' state, kept between uses */

Coder *coder_open(void);
void coder_close(Coder *coder);

/* Copies the bytes; one reference. What it takes is added to *account, and
 * taken off again when the last reference goes. */
Fragment *fragment_new(Str bytes, Time modified, size_t *account);
Fragment *fragment_ref(Fragment *fragment);
void fragment_unref(Fragment *fragment);

/* The bytes in that coding, made now if need be. An empty fragment has no
 * bytes in any coding. */
Str fragment_bytes(Fragment *fragment, Coder *coder, Coding coding);

/* What stands before the first and after the last piece. The trailer needs
 * room for GZIP_TRAILER_SIZE bytes; its length is returned. */
#define GZIP_TRAILER_SIZE 10
Str coding_header(Coding coding);
size_t coding_trailer(Coding coding, Fragment *const *fragments, size_t count,
                      char *out);

/* "gzip", "zstd", or empty. */
Str coding_name(Coding coding);

#endif
