/* base/arena.h -- memory that is given back all at once.
 *
 * One Arena per request, per followed change, per ingested item: opened by the
 * loop that owns the job, passed down, reset at the end.  Callees allocate
 * their results in it and never free.  When the machine has no memory left the
 * process ends; input from outside never gets there, since every Buf that
 * holds it has a maximum.
 *
 * With -Darena=malloc every allocation is a malloc of its own, so that the
 * sanitizers see each overrun.
 *
 * Threads: an Arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *head; /* the block being filled; NULL when empty */
    char *free;       /* next free byte of head */
    char *end;
    size_t used; /* bytes handed out since open or reset */
} Arena;

/* An empty arena; takes memory on first use. */
Arena arena_open(void);

/* Gives everything back. The arena may be used again as if just opened. */
void arena_close(Arena *arena);

/* As close, but keeps one block of the usual size for the next job. */
void arena_reset(Arena *arena);

/* size bytes set to zero, aligned for any type. size 0 gives a unique byte. */
void *arena_alloc(Arena *arena, size_t size);

/* count * size bytes, checked against overflow (ends the process). */
void *arena_array(Arena *arena, size_t count, size_t size);

/* A copy of len bytes with a NUL after them. */
char *arena_copy(Arena *arena, const void *bytes, size_t len);

/* The same bytes grown in place when they were the last handed out, else
 * moved: only Buf and lists use it. old may be NULL with old_size 0. */
void *arena_grow(Arena *arena, void *old, size_t old_size, size_t new_size);

#define ARENA_NEW(arena, Type) ((Type *)arena_alloc(arena, sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count)                                        \
    ((Type *)arena_array(arena, count, sizeof(Type)))

#endif
