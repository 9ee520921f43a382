/* audience/heat.h -- how hot a story is: reads, of which those of long ago
 * count less.
 *
 * A read at time t counts 2^(t / half-life).  As all of them decay alike, their
 * order does not change while nothing is read, and a sum that is kept needs no
 * touching later ("forward decay": G. Cormode, V. Shkapenyuk, D. Srivastava,
 * B. Xu, ICDE 2009).  So that sums are whole numbers, time is cut into periods
 * of HEAT_PERIOD half-lives: a read weighs 2^HEAT_PERIOD at its period's
 * beginning and 2^(2 HEAT_PERIOD) at its end, and what it weighs in the next
 * period is that over 2^HEAT_PERIOD.
 *
 * Ranges: half-lives of 60 s to 30 days; 2^30 reads of a story in a period.
 *
 * Threads: pure.
 */
#ifndef AUDIENCE_HEAT_H
#define AUDIENCE_HEAT_H

#include "base/time.h"

#define HEAT_PERIOD   16 /* half-lives */
#define HEAT_HALF_MIN 60
#define HEAT_HALF_MAX (30 * 86400)
#define HEAT_MAX      ((int64_t)1 << 62) /* of a story in a period */

/* The period that t (not before 1970) is in. */
int64_t heat_period(Time t, int64_t half_life_s);

/* What one read at t weighs in its period. */
int64_t heat_weight(Time t, int64_t half_life_s);

/* What heat of the period before weighs in this one. */
int64_t heat_carried(int64_t heat);

#endif
