#include "base/cond.h"

#include <time.h>

void cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t by_monotonic;

    pthread_condattr_init(&by_monotonic);
    pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &by_monotonic);
    pthread_condattr_destroy(&by_monotonic);
}

bool cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, Time until)
{
    const struct timespec end = {.tv_sec = until / TIME_SECOND,
                                 .tv_nsec = until % TIME_SECOND * 1000};

    return pthread_cond_timedwait(cond, lock, &end) == 0;
}
