/* An address in its one form stays as it is, and is safe to link to. */
#include "text/url.h"
#include "must.h"

static void check_normal(Arena *arena, Str url)
{
    Str again;
    Str beside;

    MUST(!url_normal(arena, url, &again));
    MUST(str_eq(url, again));
    MUST(!url_resolve(arena, url, S(""), &beside));
    MUST(str_find_char(url, ' ', 0) < 0 && str_find_char(url, '"', 0) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Str text = {(const char *)data, size};
    Str base = S("http://example.org/a/b/c?d#e");
    Str clean = url_clean(&arena, text);
    Str out;

    MUST(str_eq(url_clean(&arena, clean), clean));
    if (!url_normal(&arena, text, &out)) check_normal(&arena, out);
    if (!url_resolve(&arena, base, text, &out)) {
        check_normal(&arena, out);
        MUST(str_starts(out, S("http")));
    }
    if (url_is_safe_link(text)) {
        MUST(!str_starts_nocase(text, S("javascript")) ||
             str_find_char(text, ':', 0) != 10);
        MUST(str_find_char(text, '\n', 0) < 0);
    }
    url_query(&arena, text, "a", &out);
    arena_close(&arena);
    return 0;
}
