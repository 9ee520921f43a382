/* cli/bar.h -- how long work goes: a bar on a terminal, plain lines elsewhere,
 * on standard error.
 *
 *     Bar bar = bar_begin();
 *     if (bar_is_due(&bar)) bar_tell(&bar, 0.42, "%lld stories", 12000LL);
 *     bar_clear(&bar);
 *
 * Threads: belongs to one.
 */
#ifndef CLI_BAR_H
#define CLI_BAR_H

#include <stdbool.h>

#include "base/err.h"
#include "base/time.h"

typedef struct Bar {
    bool terminal;
    bool drawn; /* it stands on the line */
    Time began; /* monotonic */
    Time part_began;
    Time told_at; /* last */
} Bar;

Bar bar_begin(void);

/* Whether it is time to tell again: 5 times a second on a terminal, else once
 * in 10 seconds. */
bool bar_is_due(Bar *bar);

/* part: 0 to 1 of the work, below 0 when nobody knows. The text stands behind
 * the bar, or is a line. */
void bar_tell(Bar *bar, double part, const char *format, ...) PRINTF(3, 4);

/* Another part of the work begins, which has a time of its own. */
void bar_again(Bar *bar);

/* Before anything else is printed. */
void bar_clear(Bar *bar);

#endif
