#include "audience/visits.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"

#define ADDRESSES ((size_t)1 << 16)
#define PLACES    2 /* in a set, that a read takes */

/* Hashes, none twice, each with a number of 1 to NUMBER_MAX in its lowest bits;
 * 0 is nothing. */
#define NUMBER_MAX 255

typedef struct Set {
    uint64_t *items;
    size_t count, room; /* room: a power of two, at most half of it used */
} Set;

struct Visits {
    unsigned char salt[crypto_generichash_KEYBYTES];
    int64_t day;
    bool salted;
    /* Of this half of a visit, and of the one before: 1 for each read, and for
     * an address with a story how many readers it was. */
    Set now, before;
    Time turned_at;
    /* Reads by address, of this minute; two addresses may share a place. */
    uint16_t *rates;
    int64_t minute;
};

/* ---- a set ---- */

_Static_assert(VISIT_READERS <= NUMBER_MAX, "it is not counted so far");

static bool is_same(uint64_t a, uint64_t b)
{
    return !((a ^ b) & ~(uint64_t)NUMBER_MAX);
}

static size_t place_of(const Set *set, uint64_t hash)
{
    size_t at = (size_t)(hash >> 8) & (set->room - 1);

    while (set->items[at] && !is_same(set->items[at], hash))
        at = (at + 1) & (set->room - 1);
    return at;
}

/* The number of a hash; 0 when it is not there. */
static size_t set_get(const Set *set, uint64_t hash)
{
    if (!set->room) return 0;
    return (size_t)(set->items[place_of(set, hash)] & NUMBER_MAX);
}

static void set_grow(Set *set)
{
    Set larger = {.room = set->room ? set->room * 2 : 1024};

    larger.items = mem_zero(larger.room * sizeof *larger.items);
    for (size_t i = 0; i < set->room; i++)
        if (set->items[i])
            larger.items[place_of(&larger, set->items[i])] = set->items[i];
    larger.count = set->count;
    mem_free(set->items);
    *set = larger;
}

static void set_put(Set *set, uint64_t hash, size_t number)
{
    size_t at;

    if (set->count * 2 >= set->room) set_grow(set);
    at = place_of(set, hash);
    if (!set->items[at]) set->count++;
    set->items[at] = (hash & ~(uint64_t)NUMBER_MAX) | number;
}

static void set_clear(Set *set)
{
    mem_free(set->items);
    *set = (Set){0};
}

/* ---- visits ---- */

static void new_salt(Visits *visits, int64_t day)
{
    if (visits->salted && visits->day == day) return;
    randombytes_buf(visits->salt, sizeof visits->salt);
    visits->day = day;
    visits->salted = true;
    set_clear(&visits->now);
    set_clear(&visits->before);
}

/* What was read longer ago than a visit's length is forgotten: after one to two
 * halves of it for what was not read again. */
static void turn(Visits *visits, Time now)
{
    bool late = now - visits->turned_at >= VISIT;

    if (!late && visits->now.count + PLACES <= VISITS_MAX) return;
    set_clear(&visits->before);
    if (now - visits->turned_at < 2 * VISIT) {
        visits->before = visits->now;
        visits->now = (Set){0};
    }
    set_clear(&visits->now);
    visits->turned_at = now;
}

static uint64_t salted(const Visits *visits, const void *bytes, size_t len)
{
    uint64_t hash;

    _Static_assert(sizeof hash <= crypto_generichash_BYTES, "a short hash");
    {
        unsigned char whole[crypto_generichash_BYTES];

        crypto_generichash(whole, sizeof whole, bytes, len, visits->salt,
                           sizeof visits->salt);
        memcpy(&hash, whole, sizeof hash);
        sodium_memzero(whole, sizeof whole);
    }
    return hash;
}

static bool is_too_much(Visits *visits, Str address, Time now)
{
    int64_t minute = now / TIME_MINUTE;
    uint16_t *rate;

    if (minute != visits->minute)
        memset(visits->rates, 0, ADDRESSES * sizeof *visits->rates);
    visits->minute = minute;
    rate = &visits->rates[salted(visits, address.ptr, address.len) &
                          (ADDRESSES - 1)];
    if (*rate >= VISIT_RATE) return true;
    ++*rate;
    return false;
}

bool visits_count(Visits *visits, Str address, Str browser, StoryId story,
                  Time now, int64_t day)
{
    uint64_t read[3]; /* address, story, browser */
    uint64_t crowd, reader;
    size_t readers;

    new_salt(visits, day);
    turn(visits, now);
    read[0] = salted(visits, address.ptr, address.len);
    read[1] = (uint64_t)story.number;
    read[2] = salted(visits, browser.ptr, browser.len);
    crowd = salted(visits, read, 2 * sizeof *read);
    reader = salted(visits, read, sizeof read);
    if (set_get(&visits->now, reader) || set_get(&visits->before, reader)) {
        set_put(&visits->now, reader, 1);
        return false;
    }
    readers = set_get(&visits->now, crowd);
    if (readers + set_get(&visits->before, crowd) >= VISIT_READERS ||
        is_too_much(visits, address, now))
        return false;
    set_put(&visits->now, reader, 1);
    set_put(&visits->now, crowd, readers + 1);
    return true;
}

Visits *visits_open(void)
{
    Visits *visits = mem_zero(sizeof *visits);

    visits->rates = mem_zero(ADDRESSES * sizeof *visits->rates);
    return visits;
}

void visits_close(Visits *visits)
{
    if (!visits) return;
    set_clear(&visits->now);
    set_clear(&visits->before);
    mem_free(visits->rates);
    sodium_memzero(visits, sizeof *visits);
    mem_free(visits);
}
