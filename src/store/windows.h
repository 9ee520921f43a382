/* store/windows.h -- private to store/: the terms by which PostgreSQL's index
 * knows when a doc was.
 *
 * GIN gives all docs of a term or none.  So a doc has terms of its own for the
 * windows of time it lies in, four times as wide from one level to the next.
 */
#ifndef STORE_WINDOWS_H
#define STORE_WINDOWS_H

#include "base/buf.h"

#define LEVELS     11
#define LEVEL_BITS 12 /* of the narrowest: an hour and eight minutes */
#define LEVEL_STEP 2

static inline int level_bits(int level)
{
    return LEVEL_BITS + LEVEL_STEP * level;
}

static inline Str window_term(Arena *arena, int level, int64_t window)
{
    return str_format(arena, "=%d:%lld", level, (long long)window);
}

/* A term as FTS5 (") or tsquery and tsvector (') read it. */
static inline void put_quoted(Buf *buf, Str term, char quote)
{
    buf_putc(buf, quote);
    for (size_t i = 0; i < term.len; i++) {
        char c = term.ptr[i];

        if (c == quote || (c == '\\' && quote == '\'')) buf_putc(buf, c);
        buf_putc(buf, c);
    }
    buf_putc(buf, quote);
}

#endif
