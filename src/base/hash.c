#include "base/hash.h"

#include <pthread.h>
#include <xxhash.h>

#include "base/rand.h"

static pthread_once_t seeded = PTHREAD_ONCE_INIT;
static uint64_t seed;

static void make_seed(void)
{
    rand_bytes(&seed, sizeof seed);
}

uint64_t hash_table(Str s)
{
    pthread_once(&seeded, make_seed);
    return XXH3_64bits_withSeed(s.ptr, s.len, seed);
}

uint64_t hash_number(uint64_t n)
{
    pthread_once(&seeded, make_seed);
    return XXH3_64bits_withSeed(&n, sizeof n, seed);
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
