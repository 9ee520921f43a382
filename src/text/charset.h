/* text/charset.h -- bytes in some encoding as UTF-8, by ICU.
 *
 * Threads: any.
 */
#ifndef TEXT_CHARSET_H
#define TEXT_CHARSET_H

#include "base/err.h"
#include "base/str.h"

/* "utf-8", "utf-16be" or "utf-16le" by the byte order mark; else empty. */
Str charset_mark(Str bytes);

/* The word after charset= (or encoding=) in s, without its quotes; empty when
 * there is none. */
Str charset_named(Str s, Str key);

/* The encoding of text that does not name it: "utf-8" when it is that, or was
 * until a few bytes were lost; an older one by its letters (of Cyrillic and
 * Western languages first of all); empty when there is no telling. */
Str charset_guess(Str bytes);

/* bytes in charset as UTF-8, without a byte order mark, in arena or, when they
 * are that already, the bytes themselves; what cannot be read becomes U+FFFD.
 *   bytes.len <= 512 MiB
 *   ERR_UNSUPPORTED  the name is not known */
MUST_USE Err charset_decode(Arena *arena, Str bytes, Str charset, Str *utf8,
                            Fault *fault);

#endif
