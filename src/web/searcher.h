/* web/searcher.h -- threads that search for readers, so that nobody who asks
 * for a page waits behind them.
 *
 * A job is the query part of an address; what comes of it is its page or feed,
 * given to the request's ticket.  At most SEARCHER_WAIT jobs wait, and one
 * address (of a client: IPv4, or the first half of an IPv6 one) may ask
 * per_address times a minute: a reader who types does not come near it.
 *
 * Threads: searcher_take may be called from any; start and stop by the owner.
 */
#ifndef WEB_SEARCHER_H
#define WEB_SEARCHER_H

#include "net/server.h"
#include "press/press.h"

#define SEARCHER_WAIT  256
#define SEARCHER_LINES 20 /* on a page */

typedef struct Searcher Searcher;

typedef struct SearcherConfig {
    PressConfig press;    /* of each thread's own press; cache_bytes of one */
    unsigned threads;     /* 1.. */
    unsigned per_address; /* a minute; 0: any number */
} SearcherConfig;

MUST_USE Err searcher_start(const SearcherConfig *config, Searcher **out,
                            Fault *fault);

/* Answers what was taken, then ends. NULL is nobody. */
void searcher_stop(Searcher *searcher);

typedef struct SearchJob {
    PageKind kind;     /* PAGE_SEARCH, _SUGGEST, _RSS, _ATOM or _JSONFEED */
    size_t language;   /* index in the site */
    Str query;         /* of the address, as sent; copied */
    Str if_none_match; /* copied */
    Str peer;          /* see client_address */
    Coding coding;
} SearchJob;

/* Defers the reply and answers it later; ERR_BUSY: too many wait (503), or
 * ERR_FORBIDDEN: this address asks too often (429); then nothing was done. */
MUST_USE Err searcher_take(Searcher *searcher, const SearchJob *job,
                           HttpReply *reply);

#endif
