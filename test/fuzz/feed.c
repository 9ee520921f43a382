/* Feeds: any bytes give good items, bad records or a fault. */
#include "format/feed.h"
#include "item_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Fault fault = fault_none();
    ReadOut out = {0};

    if (feed_read(&arena, (Str){(const char *)data, size}, item_context(), &out,
                  &fault))
        MUST(!out.count && fault.text[0]);
    else
        check_records(&arena, &out);
    arena_close(&arena);
    return 0;
}
