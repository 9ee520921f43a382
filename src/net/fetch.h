/* net/fetch.h -- a resource of the net, whose address came from outside.
 *
 * Whoever wrote that address may mean us harm.  So: http and https only,
 * without a user's name; each address that a name resolves to is asked of
 * net/reach.h at the moment of connecting, for the first as for each
 * redirection, so that no name and no answer leads into our own network;
 * certificates are verified; proxies, cookies, passwords and packed answers
 * are not used; redirections, bytes and time are bounded.  A host that was
 * silent some times in a row is not asked again.
 *
 * Threads: a Fetcher serves any number of them; one opens and closes it.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include "base/err.h"
#include "base/str.h"
#include "net/reach.h"

#define FETCH_HOPS   5  /* redirections, at most */
#define FETCH_S      30 /* seconds from the call to the last byte */
#define FETCH_SILENT 3  /* times in a row; then a host is left alone */

typedef struct FetchRules {
    const Network *allowed; /* besides what is public */
    size_t allowed_count;
    const char *accept; /* media types, as the header Accept has them */
    size_t max;         /* bytes */
} FetchRules;

typedef struct Fetcher Fetcher;

/* The rules and what they point to must live as long. */
Fetcher *fetcher_open(const FetchRules *rules);
void fetcher_close(Fetcher *fetcher);

/* The body of an answer 200, in arena.  The fault says why there is none:
 *   ERR_INVALID    no address of http or https, or one with a user's name
 *   ERR_FORBIDDEN  it leads, by itself or by redirection, where it may not
 *   ERR_TOO_BIG    more than max bytes
 *   ERR_TIMEOUT    FETCH_S were not enough
 *   ERR_NOT_FOUND  it answers, and not with 200
 *   ERR_UNREACHABLE no answer, or none that may be believed */
MUST_USE Err fetcher_get(Fetcher *fetcher, Arena *arena, Str address,
                         Str *bytes, Fault *fault);

#endif
