/* text/base64url.h -- bytes as base64url without padding (RFC 4648 section 5),
 * as the keys and tokens of the web are written.
 *
 * Every run of bytes has one text: padding, space, letters of the other
 * alphabet (+ /) and bits left over at the end are refused.
 *
 * Lifetime: results live in the arena.  Threads: any.
 */
#ifndef TEXT_BASE64URL_H
#define TEXT_BASE64URL_H

#include "base/err.h"
#include "base/str.h"

Str base64url_write(Arena *arena, Str bytes);

/* The bytes of the whole text; none for the empty one.
 *   ERR_INVALID  not base64url as above; *out is left as it was */
MUST_USE Err base64url_read(Arena *arena, Str text, Str *out);

#endif
