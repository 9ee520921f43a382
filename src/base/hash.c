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
