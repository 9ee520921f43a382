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

typedef enum QueryKind {
    QUERY_RUN,  /* no rows */
    QUERY_ADD,  /* puts one row into one table: many may be sent as one, each
                   argument an array in PostgreSQL's spelling */
    QUERY_ONE,  /* one row or none */
    QUERY_MANY, /* a bounded number of rows */
    QUERY_WALK, /* any number of rows; others may be asked meanwhile, and on
                   PostgreSQL a transaction must be open */
} QueryKind;

typedef struct QueryText {
    const char *name;
    const char *sqlite;   /* with ?1; empty: only PostgreSQL is asked it */
    const char *postgres; /* with $1; empty: only SQLite is */
    int params;           /* the highest number used */
    QueryKind kind;
} QueryText;

extern const QueryText query_texts[];
extern const size_t query_count;

/* Schema patches in order of their numbers, from 1 without a gap. */
typedef struct Patch {
    int number;
    const char *sqlite;
    const char *postgres;
} Patch;

extern const Patch patches[];
extern const size_t patch_count;

#endif
