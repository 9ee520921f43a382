/* net/inbox.h -- connections that one loop accepted and another shall serve.
 *
 * The kernel wakes the loop that waited last, so that the first to come would
 * have nearly all of the connections that last, and one processor tell them
 * all.
 *
 * Threads: any.
 */
#ifndef NET_INBOX_H
#define NET_INBOX_H

#include <pthread.h>

#include "net/conn.h"

typedef struct Arrival {
    int fd;
    const ServerListener *listener;
    uint64_t address; /* peers.h; it has entered */
    char peer[PEER_MAX];
} Arrival;

typedef struct Inbox {
    pthread_mutex_t lock;
    Arrival *items;
    size_t count, room;
    bool closed;
} Inbox;

void inbox_open(Inbox *inbox);
void inbox_close(Inbox *inbox); /* it is empty */

/* False: nobody takes anything out of it any more. */
bool inbox_put(Inbox *inbox, const Arrival *arrival);

/* The next, in no order; false: there is none. */
bool inbox_take(Inbox *inbox, Arrival *out);

/* Takes nothing more from here on: true, unless there is something in it. */
bool inbox_end(Inbox *inbox);

#endif
