/* base/cond.h -- waiting for another thread until a moment of the clock that
 * nobody sets: one that is set back by an hour must not make a wait last that
 * hour.
 *
 * Threads: as pthread_cond_t.
 */
#ifndef BASE_COND_H
#define BASE_COND_H

#include <pthread.h>

#include "base/time.h"

/* A condition whose moments are of time_monotonic. */
void cond_init(pthread_cond_t *cond);

/* Waits with lock held; false when the moment came first. */
bool cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, Time until);

#endif
