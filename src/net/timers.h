/* net/timers.h -- who has waited too long, without looking at everybody.
 *
 * All timers of one list have the same span, so a timer that is started is the
 * last to be due and is put at the end: starting, stopping and finding the
 * next one due take the same few steps however many there are.
 *
 * Threads: a list belongs to one.
 */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include "base/time.h"

typedef struct Timer { /* all zero: stopped */
    struct Timer *prev, *next;
    Time due;
} Timer;

typedef struct TimerList {
    Timer ends; /* ends.next is due first */
    Time span;
} TimerList;

/* The list must not move in memory afterwards. */
void timers_init(TimerList *list, Time span);

/* Starts or restarts; whichever list it was in before. */
void timer_start(TimerList *list, Timer *timer, Time now);
void timer_stop(Timer *timer);

/* The first that is due at now, or NULL; it stays in the list. */
Timer *timers_due(const TimerList *list, Time now);

/* The one that has been in the list longest, or NULL. */
Timer *timers_first(const TimerList *list);

#endif
