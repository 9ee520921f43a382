/* audience/ticket.h -- what comes with an ad, and is sent back when it was seen
 * or clicked: what it was, where, who lent it and when, signed by the agency.
 *
 *     3.7.1234.88.1764403200.story-1.en.SIGNATURE
 *
 *   campaign, creative, node, loan, seconds since 1970, slot, language; then a
 *   keyed BLAKE2b of all that, 16 bytes as base64url.
 *
 * Only letters, digits, "-", "_" and "." are in it, so it stands in addresses
 * as it is.
 *
 * Threads: pure.
 */
#ifndef AUDIENCE_TICKET_H
#define AUDIENCE_TICKET_H

#include "base/err.h"
#include "base/str.h"

#define AD_TICKET_MAX 300 /* bytes */
#define AD_KEY        32  /* bytes */
#define AD_NODE_MAX   INT32_MAX

typedef struct AdTicket {
    int64_t campaign, creative;
    int64_t node; /* that lent it: 1..AD_NODE_MAX */
    uint64_t loan;
    int64_t second;
    Str slot, language;
} AdTicket;

/* In arena. */
Str ad_ticket_write(Arena *arena, const unsigned char key[AD_KEY],
                    const AdTicket *ticket);

/* Its texts point into text.
 *   ERR_INVALID  it is none, or not signed with this key */
MUST_USE Err ad_ticket_read(const unsigned char key[AD_KEY], Str text,
                            AdTicket *out);

#endif
