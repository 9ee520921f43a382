/* test/fuzz/catalog.c -- catalogs of any bytes are refused or, put to use, give
 * text.  Behind a "p" comes the words of one entry, else a whole file. */
#include <stdlib.h>

#include "base/buf.h"
#include "text/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The pattern as a catalog of one entry. */
static Str as_file(Arena *arena, Str pattern)
{
    Buf out = buf_open(arena, pattern.len * 4 + 200);

    buf_puts(&out, S("msgid \"\"\nmsgstr \"Content-Type: text/plain; "
                     "charset=UTF-8\\n\"\n\nmsgctxt \"a\"\nmsgid \"x\"\n"
                     "msgstr \""));
    for (size_t i = 0; i < pattern.len; i++) {
        unsigned char c = (unsigned char)pattern.ptr[i];

        if (c < ' ' || c == '"' || c == '\\')
            buf_printf(&out, "\\%03o", c);
        else
            buf_putc(&out, (char)c);
    }
    buf_puts(&out, S("\"\n"));
    return buf_str(&out);
}

static void use(Arena *arena, const Catalog *catalog)
{
    Words *words = words_open(catalog);
    Str out;

    for (size_t i = 0; i < catalog_count(catalog); i++) {
        Str name = catalog_name(catalog, i);

        if (catalog_kind(catalog, i) == WORD_TEXT)
            words_text(catalog, arena, name, S("argument"));
        if (catalog_kind(catalog, i) == WORD_NUMBER &&
            words_number(words, arena, name, 100, &out))
            abort();
    }
    words_close(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Str bytes = {(const char *)data, size};
    const Catalog *catalog;
    Fault fault = fault_none();

    if (str_starts(bytes, S("p"))) bytes = as_file(&arena, str_skip(bytes, 1));
    if (!catalog_load(&arena, S("uk"), "a.po", bytes, NULL, &catalog, &fault))
        use(&arena, catalog);
    else if (!fault.text[0])
        abort();
    arena_close(&arena);
    return 0;
}
