/* net/host.h -- what all connections of one loop share: the time, the timers,
 * the counters, and the room in which a request is read and answered.
 *
 * A Host does not move in memory once it is made.
 *
 * Threads: belongs to its loop; the counters may be read by any.
 */
#ifndef NET_HOST_H
#define NET_HOST_H

#include <stdatomic.h>

#include "net/accesslog.h"
#include "net/reply.h"
#include "net/ticket.h"
#include "net/timers.h"

/* How long a peer may go on sending after the last answer. */
#define LINGER_S 2

typedef struct Conn Conn;

typedef enum ConnTimer {
    TIMER_IDLE,  /* idle_s: no request yet */
    TIMER_AFTER, /* slow_s: an answer was handed to the kernel; is it read? */
    TIMER_REST,  /* the rest of idle_s after that */
    TIMER_HEAD,
    TIMER_SLOW,
    TIMER_LINGER,
    TIMER_BEAT, /* beat_s: nothing was sent to one that stays */
    TIMER_COUNT
} ConnTimer;

/* What all connections of a loop share. */
typedef struct Host {
    const ServerConfig *config;
    void *state;      /* the handler's; set before the first connection */
    Time now;         /* monotonic */
    Time wall;        /* of the calendar */
    Time date_second; /* the second that date says, as wall */
    char date[48];    /* "Date: ...\r\n" */
    size_t date_len;
    bool stopping; /* every answer is a connection's last */
    TimerList timers[TIMER_COUNT];
    ServerCounters counters;
    AccessLog log;
    HttpWaiting waiting;
    HttpRequest request;
    Output *spare; /* the next answer's; NULL: make one */
    struct iovec interim;
    atomic_uint *stays; /* of all loops */
    unsigned stays_max;

    /* Bytes handed to the kernel that the peer has not acknowledged. */
    size_t (*unsent)(const Conn *conn);
} Host;

/* stays is counted by all loops of a server: at most stays_max begin. */
void host_init(Host *host, const ServerConfig *config, Desk *desk,
               atomic_uint *stays, unsigned stays_max);
void host_close(Host *host); /* all its connections are freed before */

/* Tells the time; makes the Date header once a second. */
void host_clock(Host *host, Time now, Time wall);

/* When the first timer will be due, or TIME_NONE. */
Time host_due(const Host *host);

/* An empty answer to fill in, and back when it is sent or given up: what it
 * held is released. */
Output *host_output(Host *host);
void host_output_end(Host *host, Output *output);

/* One answer with this status more. */
void host_count(Host *host, int status);

/* counter += n, readable by other threads meanwhile. */
static inline void counter_add(uint64_t *counter, uint64_t n)
{
    __atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

#endif
