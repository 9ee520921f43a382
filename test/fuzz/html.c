/* Any bytes are a page, and a body: read, found in, sanitised. */
#include "body_rules.h"
#include "text/paragraphs.h"

/* What is read without the parser is what it would have read. */
static void short_way_is_the_long_way(Arena *arena, Str source)
{
    HtmlNode body = {.name = S("body")};
    Buf kept = buf_open(arena, source.len * 8 + 64);
    Buf parsed = buf_open(arena, source.len * 8 + 64);
    Str page = str_format(arena, "<!doctype html><body>%.*s", STR_ARG(source));
    HtmlNode *root;

    if (!paragraphs_read(arena, source, &body)) return;
    if (html_read(arena, page, &root, NULL)) return;
    put_tree(&kept, &body);
    put_tree(&parsed, html_find(root, NULL, "body"));
    MUST(str_eq(buf_str(&kept), buf_str(&parsed)));
}

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
            html_attr(n, "href");
    }
    if (!sanitize(&arena, source, size % 2 ? &rules : NULL, SANITIZE_MAX, &body,
                  NULL))
        body_rules_hold(&arena, body);
    short_way_is_the_long_way(&arena, source);
    if (!html_decode(&arena, source, S(""), &utf8, NULL))
        body_rules_hold(&arena, html_from_text(&arena, utf8));
    arena_close(&arena);
    return 0;
}
