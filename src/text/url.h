/* text/url.h -- addresses: taking them apart, resolving, writing them one way.
 *
 * RFC 3986, with what browsers forgive: space around, tab and line breaks
 * inside, backslash for slash after http and https.
 *
 * Lifetime: a Url points into the text it was read from.  Threads: any.
 */
#ifndef TEXT_URL_H
#define TEXT_URL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define URL_MAX 8192 /* bytes of one address */

typedef struct Url {
    Str scheme; /* without ':'; empty: a relative reference */
    Str user;   /* "name:word" before '@' */
    Str host;   /* with the brackets of an IPv6 address */
    Str port;   /* digits */
    Str path;
    Str query;                              /* without '?' */
    Str fragment;                           /* without '#' */
    bool has_host, has_query, has_fragment; /* there, perhaps empty */
} Url;

/* Takes a reference apart. Nothing is decoded or checked inside the parts.
 *   ERR_INVALID  a port that is none, an unclosed '[', over URL_MAX,
 *                control characters or spaces inside */
MUST_USE Err url_parse(Str text, Url *out);

/* An absolute http or https address in its one form: lower-case scheme and
 * host (names beyond ASCII as punycode), no default port, no dot segments,
 * "/" for an empty path, unsafe and non-ASCII bytes percent-encoded with
 * capital digits, escapes of unreserved characters undone. The fragment is
 * kept.
 *   ERR_INVALID  not absolute, no host, a host or port that cannot be
 *   ERR_UNSUPPORTED  another scheme */
MUST_USE Err url_normal(Arena *arena, Str text, Str *out);

/* ref seen from base (absolute, http or https), in its one form.  Errors as
 * url_normal; a ref with another scheme is ERR_UNSUPPORTED. */
MUST_USE Err url_resolve(Arena *arena, Str base, Str ref, Str *out);

/* May stand in a href: http, https with a host, mailto, or relative without a
 * scheme; no control characters, no user name, not over URL_MAX. A reference
 * that begins with two slashes (or what a browser takes for them) needs a
 * host. */
bool url_is_safe_link(Str text);

/* A reference as people write it into a href, made fit for one: trimmed, line
 * breaks and tabs inside taken out, spaces and other ASCII that no address may
 * hold percent-encoded. In arena. */
Str url_clean(Arena *arena, Str text);

/* The parts of an address that a program puts together: everything but
 * unreserved characters is percent-encoded. */
void url_put_segment(Buf *buf, Str segment); /* one path segment */
void url_put_query(Buf *buf, Str value);     /* a name or value in a query */

/* Undoes %XX ('+' as space when plus). False and *out untouched when an
 * escape is broken or the result is not UTF-8 or holds a NUL. */
bool url_decode(Arena *arena, Str text, bool plus, Str *out);

/* The value of a name in a query ("a=1&b=2"), decoded; false when missing or
 * broken. */
bool url_query(Arena *arena, Str query, const char *name, Str *out);

#endif
