/* store/pgadds.h -- rows that wait to be put into their tables together.
 *
 * Private to the room.  A query of kind QUERY_ADD takes an array for each of
 * its columns: rows are gathered here, column by column, in PostgreSQL's binary
 * form of an array, and sent as one statement each table.  Tables come in the
 * order of their queries (queries_write.sql), so that what a row refers to
 * comes before it.
 *
 * Threads: as its connection.
 */
#ifndef STORE_PGADDS_H
#define STORE_PGADDS_H

#include "store/pgconn.h"

#define PG_ADD_ROWS  2000              /* of one table, before they are sent */
#define PG_ADD_BYTES ((size_t)1 << 20) /* of one column */

typedef struct PgAdds PgAdds;

PgAdds *pg_adds_open(void);
void pg_adds_close(PgAdds *adds);

/* Keeps a row; true when it is time to send what is kept. */
bool pg_adds_put(PgAdds *adds, Query query, Args args);

/* Queues all that is kept. */
void pg_adds_send(PgAdds *adds, PgConn *pg);

/* Forgets it. */
void pg_adds_clear(PgAdds *adds);

#endif
