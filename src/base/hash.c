#include "base/hash.h"

#include <stdatomic.h>
#include <xxhash.h>

#include "base/rand.h"

static _Atomic uint64_t seed; /* 0: not drawn yet */

/* Of threads that come first together one draws it for all. */
static uint64_t draw_seed(void)
{
    uint64_t none = 0;
    uint64_t drawn = 0;

    while (!drawn)
        rand_bytes(&drawn, sizeof drawn);
    return atomic_compare_exchange_strong(&seed, &none, drawn) ? drawn : none;
}

static uint64_t the_seed(void)
{
    uint64_t drawn = atomic_load_explicit(&seed, memory_order_relaxed);

    return drawn ? drawn : draw_seed();
}

uint64_t hash_table(Str s)
{
    return XXH3_64bits_withSeed(s.ptr, s.len, the_seed());
}

uint64_t hash_number(uint64_t n)
{
    return XXH3_64bits_withSeed(&n, sizeof n, the_seed());
}

Digest hash_content(Str s)
{
    XXH128_hash_t hash = XXH3_128bits(s.ptr, s.len);

    return (Digest){hash.high64, hash.low64};
}

uint64_t hash_mix(uint64_t sum, uint64_t part)
{
    return ((sum << 7 | sum >> 57) ^ part) * UINT64_C(0x9E3779B97F4A7C15);
}
