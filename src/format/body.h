/* format/body.h -- the body of a story on its way out.
 *
 * A body is what text/sanitize wrote: every "<" begins a tag, every ">" ends
 * one, every attribute stands in double quotes.  What is made here from a body
 * keeps that form.
 *
 * Threads: any.  Results live in the arena given.
 */
#ifndef FORMAT_BODY_H
#define FORMAT_BODY_H

#include "base/err.h"
#include "base/str.h"

#define BODY_OUT_MAX ((size_t)4 * 1024 * 1024)

/* The same with relative links made absolute as seen from base (an absolute
 * http or https address): who reads a feed does not know where it came from.
 * A link that cannot be resolved stays as it is, and so do all of them when
 * the result would go over BODY_OUT_MAX.  Without relative links the body
 * itself is returned. */
Html body_absolute(Arena *arena, Html body, Str base);

#endif
