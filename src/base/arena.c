#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define BLOCK_SIZE ((size_t)16 * 1024)
#define ALIGN      alignof(max_align_t)

struct ArenaBlock {
    ArenaBlock *next;
    size_t size; /* bytes after this header */
    alignas(max_align_t) char bytes[];
};

Arena arena_open(void)
{
    return (Arena){0};
}

static void free_from(ArenaBlock *block)
{
    while (block) {
        ArenaBlock *next = block->next;

        mem_free(block);
        block = next;
    }
}

void arena_close(Arena *arena)
{
    free_from(arena->head);
    *arena = arena_open();
}

static void push_block(Arena *arena, size_t size)
{
    ArenaBlock *block = mem_alloc(sizeof *block + size);

    block->size = size;
    block->next = arena->head;
    arena->head = block;
    arena->free = block->bytes;
    arena->end = block->bytes + size;
}

void arena_reset(Arena *arena)
{
#ifdef ARENA_MALLOC
    arena_close(arena);
#else
    ArenaBlock *keep = arena->head;

    while (keep && keep->next)
        keep = keep->next;
    if (!keep || keep->size != BLOCK_SIZE) {
        arena_close(arena);
        return;
    }
    for (ArenaBlock *block = arena->head; block != keep;) {
        ArenaBlock *next = block->next;

        mem_free(block);
        block = next;
    }
    arena->head = keep;
    arena->free = keep->bytes;
    arena->end = keep->bytes + keep->size;
    arena->used = 0;
#endif
}

#ifndef ARENA_MALLOC
static size_t aligned(size_t size)
{
    return (size + ALIGN - 1) & ~(ALIGN - 1);
}
#endif

void *arena_alloc(Arena *arena, size_t size)
{
    size_t room;
    char *bytes;

    if (size > SIZE_MAX / 2) mem_exhausted();
#ifdef ARENA_MALLOC
    push_block(arena, size ? size : 1);
    bytes = arena->free;
    arena->free = arena->end;
    room = size;
#else
    room = aligned(size ? size : 1);
    if ((size_t)(arena->end - arena->free) < room)
        push_block(arena, room > BLOCK_SIZE ? room : BLOCK_SIZE);
    bytes = arena->free;
    arena->free += room;
#endif
    arena->used += room;
    memset(bytes, 0, size);
    return bytes;
}

void *arena_array(Arena *arena, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total)) mem_exhausted();
    return arena_alloc(arena, total);
}

char *arena_copy(Arena *arena, const void *bytes, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);

    if (len) memcpy(copy, bytes, len);
    return copy;
}

void *arena_grow(Arena *arena, void *old, size_t old_size, size_t new_size)
{
    void *bytes;

#ifndef ARENA_MALLOC
    char *last = old;

    if (old && last + aligned(old_size ? old_size : 1) == arena->free &&
        (size_t)(arena->end - last) >= aligned(new_size)) {
        memset(last + old_size, 0, new_size - old_size);
        arena->free = last + aligned(new_size);
        arena->used += aligned(new_size) - aligned(old_size ? old_size : 1);
        return old;
    }
#endif
    bytes = arena_alloc(arena, new_size);
    if (old_size) memcpy(bytes, old, old_size);
    return bytes;
}
