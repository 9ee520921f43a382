/* base/str.h -- a piece of text: pointer and length, by value, never owned.
 *
 * A Str is not ended by NUL and may point into anything that outlives it: a
 * request, an arena, a literal.  {NULL, 0} is the empty Str.  Text is UTF-8,
 * checked where it enters the house and assumed afterwards.
 *
 * Html is markup that is safe to send as it is.  It is another type on
 * purpose: only text/sanitize, what format/ writes and the template engine make
 * one, and passing a Str where Html is wanted does not compile.
 *
 * Threads: pure.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct Str {
    const char *ptr;
    size_t len;
} Str;

typedef struct Html {
    Str markup;
} Html;

typedef struct StrList {
    Str *items;
    size_t count;
} StrList;

#define S(literal) ((Str){"" literal, sizeof(literal) - 1})
#define S_INIT(text)                                                           \
    {                                                                          \
        "" text, sizeof(text) - 1                                              \
    }                                    /* for static tables */
#define STR_ARG(s) (int)(s).len, (s).ptr /* for "%.*s" */

Str str_from(const char *z); /* z ended by NUL; NULL gives empty */
Str str_range(const char *from, const char *to);
Str str_copy(Arena *arena, Str s);
char *str_z(Arena *arena, Str s); /* a copy ended by NUL */
Str str_format(Arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

bool str_eq(Str a, Str b);
bool str_eq_nocase(Str a, Str b); /* ASCII letters only */
int str_cmp(Str a, Str b);        /* by bytes, as memcmp */
bool str_starts(Str s, Str prefix);
bool str_starts_nocase(Str s, Str prefix);
bool str_ends(Str s, Str suffix);

/* The place of the first needle at or after from, or -1. */
ptrdiff_t str_find(Str s, Str needle, size_t from);
ptrdiff_t str_find_char(Str s, char c, size_t from);

/* The part from byte from up to byte to; both are cut to the length. */
Str str_slice(Str s, size_t from, size_t to);
Str str_skip(Str s, size_t bytes);

/* Without ASCII space, tab, CR, LF, FF, VT at both ends. */
Str str_trim(Str s);

/* Cuts *s at the first c: returns what was before it and leaves in *s what is
 * after it. Without a c, returns all and leaves {NULL, 0}. */
Str str_cut(Str *s, char c);

/* The next line of *s without its LF or CRLF; false at the end. */
bool str_line(Str *s, Str *line);

/* A copy with ASCII letters in lower case. */
Str str_lower(Arena *arena, Str s);

/* A whole decimal number, no space, no sign but '-', that fits; else false
 * and *out untouched. */
bool str_int(Str s, int64_t *out);

/* Appends to a list in arena: doubles its room when the count is a power of
 * two. */
void strs_add(StrList *list, Arena *arena, Str s);
bool strs_has(StrList list, Str s);

#endif
