/* net/negotiate.h -- which form of a thing this client would like.
 *
 * Readers of Accept-Encoding, Accept-Language and If-None-Match (RFC 9110,
 * 12.5 and 13.1).  A list element that cannot be read is passed over: these
 * fields are wishes, and a wrong one is no reason to refuse the page.
 *
 * Threads: pure.
 */
#ifndef NET_NEGOTIATE_H
#define NET_NEGOTIATE_H

#include "base/str.h"

/* Content codings; as bits, so that a set of them is an unsigned. */
typedef enum HttpCoding {
    HTTP_IDENTITY = 1,
    HTTP_GZIP = 2,
    HTTP_ZSTD = 4,
    HTTP_BR = 8
} HttpCoding;

/* The set of codings this client takes (q > 0).  An absent or empty header is
 * HTTP_IDENTITY alone: a client that wants compression says so. */
unsigned http_codings(Str accept_encoding);

/* The coding to answer with, out of those listed in preferred (best first):
 * the one with the highest q, the earlier one among equals.  HTTP_IDENTITY
 * when none of them is taken, even by a client that refuses identity. */
HttpCoding http_coding(Str accept_encoding, const HttpCoding *preferred,
                       size_t count);

/* "gzip", "zstd", "br", "identity" */
Str http_coding_name(HttpCoding coding);

/* Whether If-None-Match names etag, compared weakly ("W/" counts for nothing);
 * "*" names every etag.  etag is with its quotes. An absent header: false. */
bool http_etag_matches(Str if_none_match, Str etag);

/* The same for If-Match, compared strongly: what is weak names nothing. */
bool http_etag_is(Str if_match, Str etag);

/* The index in offered of the language this reader likes best, or count when
 * none of them is wanted.  "en-GB" takes an offered "en", and "en" takes an
 * offered "en-GB", an equal tag before both; q=0 excludes; "*" takes the first
 * that is not excluded.  Among equal q the earlier in the header wins. */
size_t http_language(Str accept_language, const Str *offered, size_t count);

#endif
