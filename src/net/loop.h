/* net/loop.h -- one thread's epoll loop over its connections.
 *
 * Edge-triggered: a connection is registered once for input, and for output
 * from the first time on that the kernel takes no more of its answer.  What a
 * connection does is decided in net/conn.c; here are the system calls.
 *
 * Threads: a Loop runs on one; loop_wake is for any, also a signal handler.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdatomic.h>

#include "net/conn.h"
#include "net/gather.h"
#include "net/inbox.h"
#include "net/peers.h"

typedef struct Loop Loop;

/* What all loops of a server share. */
typedef struct Shared {
    ServerConfig config;
    Peers peers;
    atomic_uint connections;
    unsigned connections_max;
    Loop **loops; /* set before the first of them runs */
    unsigned loop_count;
    atomic_uint pokes;
    atomic_uint stays;
    atomic_bool stopping;
    atomic_llong stop_at;  /* monotonic; when to cut what is still there */
    atomic_llong quiet_at; /* when to close those that are idle */
} Shared;

struct Loop {
    Shared *shared;
    Host host;
    Desk *desk;
    Inbox inbox;
    atomic_uint own; /* connections, with those in the inbox */
    int epoll;
    int wake;
    unsigned poked; /* of the server's pokes, those that were met */
    bool accepting;
    Time accept_again; /* after too many open files; else TIME_NONE */
    Time flush_at;     /* of the log; TIME_NONE: nothing to write */
    Conn *conns;       /* all of them */
    Conn *queue;       /* to go on with, or to free, after this round */
    Conn due, resting; /* ends of rings: those that stay and are to be asked
                          for what they have to send, and the others */
    char *input;
    Gather gather; /* of the call under way */
};

MUST_USE Err loop_open(Loop *loop, Shared *shared, Fault *fault);

/* Runs until the server stops. state is the handlers'. */
void loop_run(Loop *loop, void *state);
void loop_close(Loop *loop);
void loop_wake(const Loop *loop);

#endif
