/* fuzz: beacons and the names that browsers give themselves. */
#include "must.h"

#include "audience/beacon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str in = {(const char *)data, size};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Beacon beacon;

    (void)browser_is_bot(in);
    if (!beacon_read(&arena, in, &beacon, &fault)) {
        MUST(size <= BEACON_MAX);
        MUST(beacon.story.number > 0);
        MUST(beacon.screen < SCREEN_COUNT && screen_word(beacon.screen));
        MUST(beacon.from.len <= REFERRER_MAX);
        for (size_t i = 0; i < beacon.from.len; i++)
            MUST(beacon.from.ptr[i] > ' ' && beacon.from.ptr[i] < 0x7F);
    } else {
        MUST(fault.text[0]);
    }
    arena_close(&arena);
    return 0;
}
