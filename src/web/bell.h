/* web/bell.h -- who is woken when something was committed, by the writer's
 * thread or a Watch's, while the parts of the house come and go.
 *
 * Whoever owns the parts hangs them up anew when one has started, and before
 * one is stopped.
 *
 * Threads: bell_ring and bell_ring_server by any, between open and close.
 */
#ifndef WEB_BELL_H
#define WEB_BELL_H

#include <pthread.h>

#include "net/server.h"
#include "search/follow.h"
#include "store/watch.h"
#include "web/push.h"

/* NULL: nobody. */
typedef struct BellParts {
    Server *server;
    Watch *replica; /* of the database that pages are read from */
    Follow *follow;
    Push *push;
} BellParts;

typedef struct Bell {
    pthread_mutex_t lock;
    BellParts parts; /* under lock */
} Bell;

void bell_open(Bell *bell);
void bell_close(Bell *bell);

/* From when it returns only these are woken. */
void bell_hang(Bell *bell, BellParts parts);

void bell_ring(Bell *bell);
void bell_ring_server(Bell *bell); /* and nobody else */

#endif
