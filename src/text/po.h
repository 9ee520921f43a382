/* text/po.h -- GNU gettext .po files into entries.
 *
 * What a catalog of words needs of the format: msgctxt, msgid, msgstr, the
 * mark "fuzzy", comments passed over, obsolete entries (#~) too.  That an
 * entry has plural forms of gettext's kind is told, the forms are not kept.
 *
 * Limits: 16 KiB a string; the caller bounds the file and the entries.
 *
 * (libgettextpo 0.21 reads the same, from a path only, through global state,
 * loses the memory of every msgctxt, and ends the process at a file's
 * twentieth error.)
 *
 * Threads: pure.
 */
#ifndef TEXT_PO_H
#define TEXT_PO_H

#include "base/err.h"
#include "base/str.h"

#define PO_STRING_MAX (16 * 1024)

typedef struct PoEntry {
    Str context; /* {NULL, 0} when it has none */
    Str id;      /* empty: the header, when context is NULL */
    Str text;
    bool fuzzy;
    bool plural;
    int64_t line; /* of its first keyword, from 1 */
} PoEntry;

typedef struct PoList {
    PoEntry *items;
    size_t count;
} PoList;

/* Reads UTF-8 text; strings are in arena, escapes resolved (so they may hold
 * any byte).
 *   ERR_INVALID  not such a file; the fault has line and column
 *   ERR_TOO_BIG  a string too long, or more than max entries */
MUST_USE Err po_read(Arena *arena, Str bytes, size_t max, PoList *out,
                     Fault *fault);

/* The field of a header's text ("Language"), trimmed; empty without it. */
Str po_field(Str header, Str name);

#endif
