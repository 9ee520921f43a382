/* Saved pages: any bytes give a good item or a fault. */
#include "format/article.h"
#include "item_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Fault fault = fault_none();
    Item item;

    if (article_read(&arena, (Str){(const char *)data, size}, item_context(),
                     &item, &fault))
        MUST(fault.text[0]);
    else
        check_item(&arena, &item);
    arena_close(&arena);
    return 0;
}
