#include "net/timers.h"

void timers_init(TimerList *list, Time span)
{
    list->ends = (Timer){.prev = &list->ends, .next = &list->ends};
    list->span = span;
}

void timer_stop(Timer *timer)
{
    if (!timer->next) return;
    timer->prev->next = timer->next;
    timer->next->prev = timer->prev;
    timer->next = timer->prev = NULL;
}

void timer_start(TimerList *list, Timer *timer, Time now)
{
    timer_stop(timer);
    timer->due = now + list->span;
    timer->prev = list->ends.prev;
    timer->next = &list->ends;
    timer->prev->next = timer;
    timer->next->prev = timer;
}

Timer *timers_first(const TimerList *list)
{
    return list->ends.next == &list->ends ? NULL : list->ends.next;
}

Timer *timers_due(const TimerList *list, Time now)
{
    Timer *first = timers_first(list);

    return first && first->due <= now ? first : NULL;
}
