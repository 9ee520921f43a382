/* Any bytes are a page, and a body: read, found in, sanitised. */
#include "body_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Str source = {(const char *)data, size};
    SanitizeRules rules = {.base = S("https://example.org/a/b?c"),
                           .no_links = size % 5 == 0};
    HtmlNode *root;
    Html body;
    Str utf8;

    if (!html_read(&arena, source, &root, NULL)) {
        html_text(&arena, root);
        for (const HtmlNode *n = root; n; n = html_find(root, n, "a"))
            html_has_class(n, "b");
    }
    if (!sanitize(&arena, source, size % 2 ? &rules : NULL, SANITIZE_MAX, &body,
                  NULL))
        body_rules_hold(&arena, body);
    if (!html_decode(&arena, source, S(""), &utf8, NULL))
        body_rules_hold(&arena, html_from_text(&arena, utf8));
    arena_close(&arena);
    return 0;
}
