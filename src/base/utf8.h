/* base/utf8.h -- UTF-8 as RFC 3629 has it: no overlong forms, no surrogates,
 * nothing above U+10FFFF.
 *
 * Threads: pure.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

/* The offset of the first byte that does not belong, or -1 when all is well. */
ptrdiff_t utf8_bad(Str s);

/* Takes one code point off the front of *s (which must be valid UTF-8 and not
 * empty; on a bad byte gives U+FFFD and takes one byte). */
uint32_t utf8_take(Str *s);

/* Code points in s. */
size_t utf8_count(Str s);

/* At most max code points of s, never cut inside one. */
Str utf8_first(Str s, size_t max);

/* Appends s with every bad byte replaced by U+FFFD. */
void utf8_mend(Buf *buf, Str s);

#endif
