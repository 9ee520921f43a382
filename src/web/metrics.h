/* web/metrics.h -- what the operator's graphs are made of: sums over all
 * serving threads, as Prometheus text.
 *
 * A press belongs to its thread; what it counts is noted here by that thread
 * after each answer, and read by any.
 *
 * Lifetime: the caller's; all zero to begin with.  Threads: as said below.
 */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include "audience/ads.h"
#include "audience/audience.h"
#include "base/buf.h"
#include "net/server.h"
#include "press/press.h"
#include "web/push.h"

/* One for each serving thread. */
typedef struct PressNote {
    PressCounters counters;
    char apart[64]; /* two threads do not write to one line of a cache */
} PressNote;

/* On the press's own thread. */
void metrics_note(PressNote *note, const Press *press);

/* On any: number of the last change that every thread has taken. */
int64_t metrics_shown(const PressNote *notes, unsigned threads);

/* On any. committed: number of the last change that this process knows. */
void metrics_write(Buf *buf, const ServerCounters *server,
                   const PressNote *notes, unsigned threads, int64_t committed);

/* Of the full-text index: the last change that it has followed here, the last
 * whose terms are counted, and the last whose related stories are kept. */
void metrics_write_index(Buf *buf, int64_t change, int64_t counted,
                         int64_t related);

/* Of open pages. */
void metrics_write_live(Buf *buf, unsigned readers);

/* Of what is read. */
void metrics_write_reads(Buf *buf, AudienceCounters counters);

/* Of ads. */
void metrics_write_ads(Buf *buf, AdsCounters counters);

/* Of push messages. */
void metrics_write_push(Buf *buf, SenderCounters counters);

/* Of who tells a cache in front. */
void metrics_write_purges(Buf *buf, uint64_t calls, uint64_t failures,
                          int64_t change);

/* Of a read replica: the last change that it knows. */
void metrics_write_replica(Buf *buf, int64_t change, int64_t committed);

#endif
