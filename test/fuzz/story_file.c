/* Markdown stories and files of names: a good item, names or a fault. */
#include "base/utf8.h"
#include "format/markdown_item.h"
#include "format/names.h"
#include "ingest/detect.h"
#include "item_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Fault fault = fault_none();
    Str bytes = {(const char *)data, size};
    NameList names;
    Item item;

    if (markdown_item_read(&arena, bytes, item_context(), &item, &fault))
        MUST(fault.text[0]);
    else
        check_item(&arena, &item);
    fault = fault_none();
    if (names_read(&arena, bytes, &names, &fault))
        MUST(fault.text[0]);
    else
        for (size_t i = 0; i < names.count; i++)
            MUST(names.items[i].slug.len && names.items[i].language.len &&
                 names.items[i].name.len && utf8_bad(names.items[i].name) < 0);
    MUST(format_detect(S("a"), bytes) < FORMAT_COUNT);
    arena_close(&arena);
    return 0;
}
