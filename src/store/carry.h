/* store/carry.h -- everything that a store holds, row by row: to move it, and
 * to write it into a file and read it back (store/carry_in.h takes the rows
 * in).
 *
 * The rows come in this order: names of everything; pictures; the log; each
 * story with its versions and, when it went away, its notice; what ties stories
 * together; what was read, what editors pinned, who wants to be told and of
 * what they were, what goes on live, which versions have pictures, ads and how
 * often they were seen; the last numbers.  Numbers and ids stay what they are.
 * Lists, tags' counts and words, which are derived, are made anew by the store
 * that takes the rows in; what is hot by whoever serves it.
 *
 * Threads: as the Store.
 */
#ifndef STORE_CARRY_H
#define STORE_CARRY_H

#include "store/store.h"

#define CARRY_COLUMNS 25 /* of a table, at most */

typedef enum CarryTable {
    CARRY_FACT,
    CARRY_LANGUAGE,
    CARRY_SECTION,
    CARRY_SECTION_NAME,
    CARRY_TAG,
    CARRY_TAG_NAME,
    CARRY_PICTURE,
    CARRY_CHANGE,
    CARRY_STORY,
    CARRY_VERSION, /* of the story before it */
    CARRY_GONE,    /* of the story before it */
    CARRY_PEER_KEY,
    CARRY_PENDING_FOLLOW,
    CARRY_CURSOR,
    CARRY_READ_MINUTE,
    CARRY_READ_HOUR,
    CARRY_READ_REFERRER,
    CARRY_HEAT,
    CARRY_PIN,
    CARRY_PUSH_SUBSCRIPTION,
    CARRY_PUSH_TOLD,
    CARRY_COVERAGE,
    CARRY_ENTRY,
    CARRY_VERSION_PICTURE,
    CARRY_CAMPAIGN,
    CARRY_CREATIVE,
    CARRY_AD_COUNT,
    CARRY_HEAD,
    CARRY_TABLES
} CarryTable;

/* What a table is called, and its columns: as in sql/schema_*.sqlite.sql, but
 * that a story has `corrected` behind them. */
typedef struct CarryColumns {
    const char *table;
    size_t count;
    struct {
        const char *name;
        bool text; /* else a whole number */
        bool nullable;
    } items[CARRY_COLUMNS];
} CarryColumns;

const CarryColumns *carry_columns(CarryTable table);

typedef struct CarryCell {
    bool null;
    int64_t number;
    Str text; /* good until the next row */
} CarryCell;

typedef struct CarryRow {
    CarryTable table;
    CarryCell cells[CARRY_COLUMNS]; /* as many as the table has columns */
} CarryRow;

typedef struct CarryCounts {
    int64_t changes, stories, versions;
} CarryCounts;

typedef struct Carry Carry;

/* How much there is. */
MUST_USE Err carry_count(Store *store, CarryCounts *out);

/* All rows of one snapshot; of changes, versions and notices only those that a
 * store lacks which has reached that far (NULL: all). Not inside a transaction;
 * STORE_READ. */
MUST_USE Err carry_open(Store *store, const CarryCounts *reached, Carry **out);

/* The next row; false at the end and on failure. */
bool carry_next(Carry *carry, CarryRow *row);

/* Closes it; what failed, if anything did. */
MUST_USE Err carry_close(Carry *carry);

/* Whether two rows say the same; what differs, in words: "story 12, headline".
 */
bool carry_same(const CarryRow *a, const CarryRow *b, char *what, size_t size);

/* "story 12", "version 3 of story 12", "version 2 of entry 1 of story 12",
 * "tag 7". */
void carry_name(const CarryRow *row, char *out, size_t size);

#endif
