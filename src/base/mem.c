#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void mem_exhausted(void)
{
    fputs("dateline: out of memory\n", stderr);
    abort();
}

void *mem_alloc(size_t size)
{
    void *bytes = malloc(size ? size : 1);

    if (!bytes) mem_exhausted();
    return bytes;
}

void *mem_zero(size_t size)
{
    void *bytes = calloc(1, size ? size : 1);

    if (!bytes) mem_exhausted();
    return bytes;
}

void *mem_resize(void *old, size_t size)
{
    void *bytes = realloc(old, size ? size : 1);

    if (!bytes) mem_exhausted();
    return bytes;
}

void mem_free(void *bytes)
{
    free(bytes);
}
