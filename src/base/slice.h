/* base/slice.h -- how soon a thread that wakes up has the processor.
 *
 * Linux 6.12 and later let a thread ask for the length of its turns
 * (sched_setattr(2): sched_runtime of SCHED_OTHER).  Who takes short turns is
 * let in before one with longer turns ends; its share of the processor stays
 * the same.  Without that, who has just woken up may wait for the whole turn
 * of another, 1 to 3 ms.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdint.h>

/* The shortest that the kernel keeps. */
#define SLICE_SHORT ((uint64_t)100000) /* ns */

/* The calling thread takes turns of that many ns, 100,000 to 100,000,000, and
 * so do threads it starts afterwards.  An older kernel does nothing. */
void slice_set(uint64_t ns);

/* The turns of the calling thread; 0 where the kernel does not tell. */
uint64_t slice_get(void);

#endif
