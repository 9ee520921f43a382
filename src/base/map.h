/* base/map.h -- from a 64-bit key to a pointer.
 *
 * Open addressing with linear probing over a power of two, at most 3/4 full;
 * removal shifts back, so there are no tombstones.  A text key is hashed by
 * hash_table first, and the owner compares the text of what it finds: two
 * texts with one hash may not both be in the map.
 *
 * Threads: belongs to one.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MapSlot {
    uint64_t key;
    void *value; /* NULL: free */
} MapSlot;

typedef struct Map {
    MapSlot *slots;
    size_t room; /* 0 or a power of two */
    size_t count;
} Map;

void map_init(Map *map);
void map_close(Map *map);
void *map_get(const Map *map, uint64_t key);       /* NULL: not there */
void map_put(Map *map, uint64_t key, void *value); /* value not NULL */
void *map_take(Map *map, uint64_t key);            /* removes; NULL: none */

/* Walks in no order: start with *at = 0; NULL at the end. The map must not
 * change meanwhile. */
void *map_next(const Map *map, size_t *at);

#endif
