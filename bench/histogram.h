/* bench/histogram.h -- how long things took: counts in steps of 1.6 %.
 *
 * Holds any number of durations in a fixed 32 kB; a percentile comes out at
 * most 1.6 % too high.  Durations are nanoseconds.
 *
 * Threads: plain values.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#include "text/json.h"

#define HISTOGRAM_STEPS 64 /* to each doubling */
#define HISTOGRAM_SIZE  (HISTOGRAM_STEPS * 58)

typedef struct Histogram {
    uint64_t counts[HISTOGRAM_SIZE];
    uint64_t count;
    int64_t most;
} Histogram;

void histogram_add(Histogram *histogram, int64_t ns);

/* The duration that `share` of all did not exceed, 0 < share <= 1; 0 when
 * there are none. */
int64_t histogram_at(const Histogram *histogram, double share);

/* {"count": 9, "p50": 1.5, ... "max": 7.0}, in milliseconds. */
void histogram_tell(const Histogram *histogram, JsonOut *out);

/* The monotonic clock. */
int64_t clock_ns(void);

#endif
