#include "audience/visits.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"

#define ADDRESSES ((size_t)1 << 16)

/* Hashes, none twice; 0 is no hash. */
typedef struct Set {
    uint64_t *items;
    size_t count, room; /* room: a power of two, at most half of it used */
} Set;

struct Visits {
    unsigned char salt[crypto_generichash_KEYBYTES];
    int64_t day;
    bool salted;
    Set now, before; /* reads of this half of a visit, and of the one before */
    Time turned_at;
    /* Reads by address, of this minute; two addresses may share a place. */
    uint16_t *rates;
    int64_t minute;
};

/* ---- a set ---- */

static size_t place_of(const Set *set, uint64_t hash)
{
    size_t at = (size_t)hash & (set->room - 1);

    while (set->items[at] && set->items[at] != hash)
        at = (at + 1) & (set->room - 1);
    return at;
}

static bool set_has(const Set *set, uint64_t hash)
{
    return set->room && set->items[place_of(set, hash)] == hash;
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

static void set_add(Set *set, uint64_t hash)
{
    size_t at;

    if (set->count * 2 >= set->room) set_grow(set);
    at = place_of(set, hash);
    if (!set->items[at]) set->count++;
    set->items[at] = hash;
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

    if (!late && visits->now.count < VISITS_MAX) return;
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
    return hash ? hash : 1;
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
    struct {
        uint64_t address, browser;
        int64_t story;
    } read;
    uint64_t hash;
    bool known;

    new_salt(visits, day);
    turn(visits, now);
    read.address = salted(visits, address.ptr, address.len);
    read.browser = salted(visits, browser.ptr, browser.len);
    read.story = story.number;
    hash = salted(visits, &read, sizeof read);
    known = set_has(&visits->now, hash) || set_has(&visits->before, hash);
    if (!known && is_too_much(visits, address, now)) return false;
    set_add(&visits->now, hash);
    return !known;
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
