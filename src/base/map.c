#include "base/map.h"

#include <assert.h>

#include "base/mem.h"

#define ROOM_MIN 64

void map_init(Map *map)
{
    *map = (Map){0};
}

void map_close(Map *map)
{
    mem_free(map->slots);
    map_init(map);
}

/* Keys may be numbers in a row: spread them over the table. */
static size_t home(const Map *map, uint64_t key)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(key >> 32) & (map->room - 1);
}

static size_t find(const Map *map, uint64_t key)
{
    size_t at = home(map, key);

    while (map->slots[at].value && map->slots[at].key != key)
        at = (at + 1) & (map->room - 1);
    return at;
}

void *map_get(const Map *map, uint64_t key)
{
    return map->room ? map->slots[find(map, key)].value : NULL;
}

static void grow(Map *map)
{
    Map bigger = {.room = map->room ? map->room * 2 : ROOM_MIN};

    bigger.slots = mem_zero(bigger.room * sizeof *bigger.slots);
    for (size_t i = 0; i < map->room; i++)
        if (map->slots[i].value)
            bigger.slots[find(&bigger, map->slots[i].key)] = map->slots[i];
    bigger.count = map->count;
    mem_free(map->slots);
    *map = bigger;
}

void map_put(Map *map, uint64_t key, void *value)
{
    size_t at;

    assert(value);
    if ((map->count + 1) * 4 > map->room * 3) grow(map);
    at = find(map, key);
    if (!map->slots[at].value) map->count++;
    map->slots[at] = (MapSlot){key, value};
}

void *map_take(Map *map, uint64_t key)
{
    size_t at;
    size_t hole;
    void *value;

    if (!map->room) return NULL;
    hole = at = find(map, key);
    value = map->slots[at].value;
    if (!value) return NULL;
    for (;;) {
        size_t want;

        at = (at + 1) & (map->room - 1);
        if (!map->slots[at].value) break;
        want = home(map, map->slots[at].key);
        /* may move back unless its home lies between hole and here */
        if (((at - want) & (map->room - 1)) < ((at - hole) & (map->room - 1)))
            continue;
        map->slots[hole] = map->slots[at];
        hole = at;
    }
    map->slots[hole] = (MapSlot){0};
    map->count--;
    return value;
}

void *map_next(const Map *map, size_t *at)
{
    while (*at < map->room) {
        void *value = map->slots[(*at)++].value;

        if (value) return value;
    }
    return NULL;
}
