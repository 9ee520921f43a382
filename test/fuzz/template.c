/* test/fuzz/template.c -- a template of any bytes compiles or is refused; what
 * compiles renders, and no value comes out unescaped.  A byte 1 parts the
 * template from its partials a, b, c ... */
#include <stdlib.h>

#include "text/embedded.h"
#include "text/template.h"

#define LINE_VIEW(X, V) X(V, a, STR) X(V, e, BOOL)
#define PAGE_VIEW(X, V)                                                        \
    X(V, a, STR)                                                               \
    X(V, b, HTML)                                                              \
    X(V, c, LIST, LineView)                                                    \
    X(V, d, STRUCT, LineView)                                                  \
    X(V, e, BOOL)
VIEW(LineView, LINE_VIEW)
VIEW(PageView, PAGE_VIEW)
VIEW_TABLE(LineView, LINE_VIEW)
VIEW_TABLE(PageView, PAGE_VIEW)

/* U+100000 between signs that must not come out as they are. */
#define VALUE S("<\"'\xF4\x80\x80\x80>")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Err get_part(void *context, Arena *arena, Str name, Str *source,
                    Fault *fault)
{
    Str rest = *(Str *)context;
    Str part = str_cut(&rest, 1);

    (void)arena, (void)fault;
    for (char c = 'a'; c <= name.ptr[0] && name.len == 1; c++) {
        if (!rest.ptr) return ERR_NOT_FOUND;
        part = str_cut(&rest, 1);
    }
    *source = part;
    return ERR_OK;
}

static const Catalog *words(void)
{
    static const Catalog *catalog;
    static Arena arena;
    Str bytes;

    if (catalog) return catalog;
    arena = arena_open();
    if (!embedded_get(S("words/en.po"), &bytes)) abort();
    if (catalog_load(&arena, S("en"), "en", bytes, NULL, &catalog, NULL))
        abort();
    return catalog;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const PageView empty;
    static LineView lines[2];
    PageView page = {.a = VALUE, .e = true, .c = {lines, 2}, .d = lines};
    Arena arena = arena_open();
    Buf out = buf_open(&arena, 1024 * 1024);
    Str input = {(const char *)data, size};
    TemplateFiles files = {get_part, &input};
    const Template *tmpl;
    Fault fault = fault_none();

    lines[0].a = lines[1].a = VALUE;
    if (template_compile(&arena, &files, S("main"), &PageView_type, words(),
                         &tmpl, &fault)) {
        if (!fault.text[0]) abort();
    } else {
        template_render(tmpl, words(), &empty, &out);
        template_render(tmpl, words(), &page, &out);
        /* A source with such a byte may write the value itself. */
        if (str_find_char(input, '\xF4', 0) < 0 &&
            str_find(buf_str(&out), VALUE, 0) >= 0)
            abort();
    }
    arena_close(&arena);
    return 0;
}
