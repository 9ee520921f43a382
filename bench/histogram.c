#include "histogram.h"

#include <time.h>

/* Below 64 each value has its own count; above, the six bits after the first
 * one say which of the 64 steps of its doubling it is. */
static size_t place_of(uint64_t ns)
{
    int shift;
    size_t place;

    if (ns < HISTOGRAM_STEPS) return (size_t)ns;
    shift = 57 - __builtin_clzll(ns);
    place = (size_t)shift * HISTOGRAM_STEPS + (size_t)(ns >> shift);
    return place < HISTOGRAM_SIZE ? place : HISTOGRAM_SIZE - 1;
}

/* The highest value that is counted there. */
static int64_t value_at(size_t place)
{
    size_t shift = place / HISTOGRAM_STEPS;

    if (!shift) return (int64_t)place;
    shift--;
    place -= shift * HISTOGRAM_STEPS;
    return (int64_t)(((uint64_t)place + 1) << shift) - 1;
}

void histogram_add(Histogram *histogram, int64_t ns)
{
    if (ns < 0) ns = 0;
    histogram->counts[place_of((uint64_t)ns)]++;
    histogram->count++;
    if (ns > histogram->most) histogram->most = ns;
}

int64_t histogram_at(const Histogram *histogram, double share)
{
    double wanted = share * (double)histogram->count;
    uint64_t seen = 0;

    for (size_t i = 0; i < HISTOGRAM_SIZE; i++) {
        seen += histogram->counts[i];
        if (!histogram->counts[i] || (double)seen < wanted) continue;
        return value_at(i) < histogram->most ? value_at(i) : histogram->most;
    }
    return histogram->most;
}

static void tell(JsonOut *out, const char *name, int64_t ns)
{
    json_put_key(out, name);
    json_put_double(out, (double)ns / 1e6);
}

void histogram_tell(const Histogram *histogram, JsonOut *out)
{
    json_put_object(out);
    json_pair_int(out, "count", (int64_t)histogram->count);
    tell(out, "p50", histogram_at(histogram, 0.5));
    tell(out, "p90", histogram_at(histogram, 0.9));
    tell(out, "p99", histogram_at(histogram, 0.99));
    tell(out, "p999", histogram_at(histogram, 0.999));
    tell(out, "max", histogram->most);
    json_put_end(out);
}

int64_t clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
