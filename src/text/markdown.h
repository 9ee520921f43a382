/* text/markdown.h -- Markdown (CommonMark) as a body.  Raw HTML in it is text;
 * pictures are left out.
 *
 * Threads: any.  The result lives in the arena.
 */
#ifndef TEXT_MARKDOWN_H
#define TEXT_MARKDOWN_H

#include "base/err.h"
#include "base/str.h"
#include "text/sanitize.h"

/* source is UTF-8, of at most max bytes, and so is the body.  The body keeps
 * the promises of sanitize.h; rules as there, may be NULL.
 *   ERR_TOO_BIG  over max, or over the limits of html.h */
MUST_USE Err markdown_read(Arena *arena, Str source, const SanitizeRules *rules,
                           size_t max, Html *out, Fault *fault);

#endif
