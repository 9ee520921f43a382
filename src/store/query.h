/* store/query.h -- the named queries and patches as tools/sqltab.c wrote them
 * into the build folder.  Private to the room and to its tests.
 *
 * A query is known by its place in the table, which is the enum Query of the
 * generated store/query_names.h.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct QueryText {
    const char *name;
    const char *sqlite;   /* with ?1; empty: not spelled for it */
    const char *postgres; /* with $1 */
    int params;           /* the highest number used */
    bool rows;            /* it gives rows */
} QueryText;

extern const QueryText query_texts[];
extern const size_t query_count;

/* Schema patches in order of their numbers, from 1 without a gap. */
typedef struct Patch {
    int number;
    const char *sql;
} Patch;

extern const Patch patches[];
extern const size_t patch_count;

#endif
