/* base/mem.h -- the one door to the heap.
 *
 * Memory that does not live in an Arena comes from here.  When the system has
 * none left the process says so and ends (see DESIGN: nothing acknowledged is
 * lost by that, and outside data is bounded before it gets here).
 *
 * Threads: any.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* size bytes, not set; never NULL. */
void *mem_alloc(size_t size);

/* size bytes set to zero; never NULL. */
void *mem_zero(size_t size);

/* As realloc, never NULL; old may be NULL. */
void *mem_resize(void *old, size_t size);

/* bytes may be NULL. */
void mem_free(void *bytes);

/* Says that memory is exhausted and aborts. */
_Noreturn void mem_exhausted(void);

#endif
