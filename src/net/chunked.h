/* net/chunked.h -- bodies in pieces (RFC 9112, 7.1), read strictly.
 *
 * The reader is fed raw bytes as they come and moves the data among them to
 * their front, so that a body grows in one buffer without a second one.
 *
 *   size       1..8 hexadecimal digits, nothing around them
 *   extension  ";name", ";name=token" or ";name=\"text\"": read, not kept
 *   trailer    header lines: read, not kept
 *
 * Extensions and trailers together may have CHUNKED_EXTRA_MAX bytes.
 *
 * Threads: pure.
 */
#ifndef NET_CHUNKED_H
#define NET_CHUNKED_H

#include "base/err.h"

#define CHUNKED_EXTRA_MAX 4096

typedef struct ChunkReader { /* all zero at the beginning of a body */
    uint64_t left;           /* bytes of the current chunk still to come */
    uint32_t extra;          /* bytes of extensions and trailers so far */
    uint8_t state;
    uint8_t digits;
} ChunkReader;

/* Reads from bytes[0..len). The data found stands in bytes[0..*kept); *used
 * raw bytes are done with.
 *   ERR_OK       the body is whole; what is after *used is not part of it
 *   ERR_AGAIN    all bytes are used, more are needed
 *   ERR_INVALID  *why is a sentence; *used and *kept are what was right before;
 *                nothing more may be read */
MUST_USE Err chunked_read(ChunkReader *reader, char *bytes, size_t len,
                          size_t *used, size_t *kept, const char **why);

#endif
