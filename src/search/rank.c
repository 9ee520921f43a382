#include "search/rank.h"

#include <math.h>

#include "search/docs.h"

#define FIELDS 4
#define K1     1.2
#define B      0.6
#define PAIR   0.3 /* of a word's weight, when it follows the one before it */
#define FRESH  0.8 /* how much more a story of now weighs */
#define FADES  (60 * TIME_DAY)

static const double field_weights[FIELDS] = {3.0, 1.5, 1.0, 1.0};

/* Walks over places: one word of the story at a time. */
typedef struct Walk {
    const uint8_t *at, *end;
    int field;
} Walk;

static uint32_t entry(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
}

static Walk walk_begin(Str places)
{
    const uint8_t *at = (const uint8_t *)places.ptr;

    return (Walk){at, at + places.len / 3 * 3, 0};
}

/* The entries of the next word; *count 0 when a field ended; false at the end.
 */
static bool walk_word(Walk *walk, uint32_t *entries, size_t *count)
{
    *count = 0;
    if (walk->at == walk->end) return false;
    if (entry(walk->at) == INDEX_END) {
        walk->at += 3;
        walk->field++;
        return true;
    }
    do {
        if (*count < WORD_TERMS)
            entries[(*count)++] = entry(walk->at) & (INDEX_SAME - 1);
        walk->at += 3;
    } while (walk->at < walk->end && entry(walk->at) & INDEX_SAME);
    return true;
}

static bool is_word(const RankWord *word, const uint32_t *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < word->count; k++)
            if (word->places[k] == entries[i]) return true;
    return false;
}

/* Bits of the query's words that this word of the story is. */
static uint32_t words_met(const RankQuery *query, const uint32_t *entries,
                          size_t count)
{
    uint32_t met = 0;

    for (size_t i = 0; i < query->count; i++)
        if (is_word(&query->words[i], entries, count)) met |= 1u << i;
    return met;
}

double rank_weight(int64_t stories, int64_t all)
{
    double n = all > stories ? (double)all : (double)stories;

    return log(1 + (n - (double)stories + 0.5) / ((double)stories + 0.5));
}

static double saturated(double times, double length)
{
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length));
}

double rank_doc(const RankQuery *query, const IndexDoc *doc, double average,
                Time age)
{
    double times[RANK_WORDS] = {0};
    double pairs[RANK_WORDS] = {0};
    double score = 0;
    double length = average > 0 ? doc->words / average : 1;
    uint32_t before = 0;
    uint32_t entries[WORD_TERMS];
    size_t count;
    Walk walk = walk_begin(doc->places);

    while (walk_word(&walk, entries, &count)) {
        int field = walk.field < FIELDS ? walk.field : FIELDS - 1;
        uint32_t met = count ? words_met(query, entries, count) : 0;

        for (size_t i = 0; met >> i && i < query->count; i++) {
            if (!(met >> i & 1)) continue;
            times[i] += field_weights[field];
            if (i && query->follows[i] && before >> (i - 1) & 1)
                pairs[i] += field_weights[field];
        }
        before = met;
    }
    for (size_t i = 0; i < query->count; i++)
        score += query->words[i].weight * (saturated(times[i], length) +
                                           PAIR * saturated(pairs[i], length));
    if (age < 0) age = 0;
    return score * (1 + FRESH / (1 + (double)age / (double)FADES));
}

bool rank_has_phrase(const RankQuery *query, size_t from, size_t count,
                     Str places)
{
    uint64_t open = 0; /* bit k: the last k + 1 words are its first k + 1 */
    uint32_t entries[WORD_TERMS];
    size_t entry_count;
    Walk walk = walk_begin(places);

    while (walk_word(&walk, entries, &entry_count)) {
        uint64_t next = 0;

        for (size_t k = 0; entry_count && k < count; k++)
            if ((k == 0 || open >> (k - 1) & 1) &&
                is_word(&query->words[from + k], entries, entry_count))
                next |= (uint64_t)1 << k;
        open = next;
        if (open >> (count - 1) & 1) return true;
    }
    return false;
}

size_t rank_field(const RankQuery *query, Str places, int field, uint32_t *met,
                  size_t max)
{
    uint32_t entries[WORD_TERMS];
    size_t words = 0;
    size_t count;
    Walk walk = walk_begin(places);

    while (walk_word(&walk, entries, &count)) {
        if (walk.field > field) break;
        if (!count || walk.field < field) continue;
        if (words < max) met[words] = words_met(query, entries, count);
        words++;
    }
    return words;
}
