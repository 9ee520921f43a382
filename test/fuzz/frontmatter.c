/* A file with or without a head: fields and body lie inside of it. */
#include "text/frontmatter.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    FrontMatter front = {0};
    Fault fault = fault_none();

    if (frontmatter_read(&arena, (Str){(const char *)data, size}, &front,
                         &fault)) {
        MUST(fault.text[0] && !front.fields);
    } else {
        MUST(front.body.len <= size && front.count <= FRONT_FIELDS);
        for (size_t i = 0; i < front.count; i++) {
            MUST(front.fields[i].line >= 2);
            front_list(&arena, &front, str_z(&arena, front.fields[i].key));
        }
    }
    arena_close(&arena);
    return 0;
}
