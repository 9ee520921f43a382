/* base/rand.h -- bytes that nobody can guess, from the kernel.
 *
 * Threads: any.
 */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stddef.h>

/* Fills size bytes. A kernel that has none to give ends the process. */
void rand_bytes(void *out, size_t size);

#endif
