/* base/hash.h -- short hashes: for tables (seeded, so that nobody outside can
 * make keys collide) and for naming bytes by their content (unseeded, 128
 * bits, the same on every machine).  Both are XXH3 of libxxhash.
 *
 * Threads: any; hash_seed is set once, at the first call.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

typedef struct Digest {
    uint64_t high, low;
} Digest;

uint64_t hash_table(Str s);       /* differs from one process to the next */
uint64_t hash_number(uint64_t n); /* as above, of a number */
Digest hash_content(Str s);

/* A sum of parts in their order; it begins with any number. */
uint64_t hash_mix(uint64_t sum, uint64_t part);

#endif
