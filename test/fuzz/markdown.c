/* Any bytes are Markdown, and what they make is a body. */
#include "text/markdown.h"
#include "body_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Html body;

    if (!markdown_read(&arena, (Str){(const char *)data, size}, NULL,
                       SANITIZE_MAX, &body, NULL))
        body_rules_hold(&arena, body);
    arena_close(&arena);
    return 0;
}
