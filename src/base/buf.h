/* base/buf.h -- bytes being written, in an arena, up to a stated maximum.
 *
 * A Buf never grows past its max: what does not fit makes it fail, and the
 * failure stays until the end, where it is asked for once.  So a writer may
 * put without checking each step.
 *
 *     Buf b = buf_open(arena, 64 * 1024);
 *     buf_puts(&b, S("<p>"));
 *     ...
 *     return buf_end(&b, &out);          ERR_TOO_BIG when it went over
 *
 * Threads: as its arena.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

typedef struct Buf {
    Arena *arena;
    char *ptr;
    size_t len;
    size_t room;
    size_t max;
    bool failed; /* something did not fit; len stands where it did fit */
} Buf;

/* 1 <= max */
Buf buf_open(Arena *arena, size_t max);

void buf_puts(Buf *buf, Str s);
void buf_putc(Buf *buf, char c);
void buf_int(Buf *buf, int64_t value);
void buf_printf(Buf *buf, const char *format, ...) PRINTF(2, 3);
void buf_utf8(Buf *buf, uint32_t code_point);

/* Text for HTML or XML, in content or in a double-quoted attribute: & < > " '
 * are escaped; control characters, U+FFFE and U+FFFF, which XML 1.0 forbids,
 * are left out. */
void buf_escape(Buf *buf, Str text);

/* size bytes to fill in, or NULL when they do not fit. */
char *buf_reserve(Buf *buf, size_t size);

/* What was written so far; valid until the next put. */
Str buf_str(const Buf *buf);

/* Cuts back to len bytes, len <= buf->len. */
void buf_cut(Buf *buf, size_t len);

/* ERR_OK and the bytes, or ERR_TOO_BIG and *out untouched. */
MUST_USE Err buf_end(const Buf *buf, Str *out);

#endif
