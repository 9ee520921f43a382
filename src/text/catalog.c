#include "text/catalog.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/pattern.h"
#include "text/po.h"

typedef struct Word {
    Str name;
    Str text;
    Str mold; /* of a text pattern: PATTERN_MARK stands for the argument */
    WordKind kind;
    int64_t line; /* of the file */
} Word;

struct Catalog {
    Str language;
    Word *words; /* sorted by name */
    size_t count;
};

typedef struct Reader {
    Arena *arena;
    const char *file;
    Catalog *catalog;
    Fault *fault;
} Reader;

/* line 0: of the whole file; no name: of no entry */
static Err wrong(const Reader *r, Err err, int64_t line, Str name,
                 const char *what)
{
    fault_at(r->fault, line, line ? 1 : 0);
    fault_where(r->fault, "%s", r->file);
    return fault_set(r->fault, err, "%.*s%s%s", STR_ARG(name),
                     name.len ? ": " : "", what);
}

static Err wrong_file(const Reader *r, Err err, const char *what)
{
    return wrong(r, err, 0, S(""), what);
}

static Err wrong_word(const Reader *r, const Word *word, const char *what)
{
    return wrong(r, ERR_INVALID, word->line, word->name, what);
}

static bool fits_name(Str name)
{
    if (!name.len || name.len > CATALOG_NAME_MAX) return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_')
            return false;
    }
    return true;
}

static bool is_header(const PoEntry *entry)
{
    return !entry->context.ptr && !entry->id.len;
}

static Err take_word(Reader *r, const PoEntry *entry)
{
    Word word = {
        .name = entry->context, .text = entry->text, .line = entry->line};

    if (!fits_name(word.name))
        return wrong(r, ERR_INVALID, word.line, S(""),
                     "an entry's msgctxt is not a name of [a-z0-9_]");
    if (entry->plural)
        return wrong_word(r, &word,
                          "plurals are written as a pattern in msgstr");
    if (entry->fuzzy)
        return wrong_word(r, &word,
                          "it is marked fuzzy: look at it and unmark it");
    if (!str_trim(word.text).len)
        return wrong_word(r, &word, "it has no words");
    if (utf8_bad(word.text) >= 0 || str_find_char(word.text, 0, 0) >= 0)
        return wrong_word(r, &word, "it is not text in UTF-8");
    if (word.text.len > CATALOG_TEXT_MAX)
        return wrong(r, ERR_TOO_BIG, word.line, word.name, "it is too long");
    r->catalog->words[r->catalog->count++] = word;
    return ERR_OK;
}

static Err check_header(const Reader *r, Str header)
{
    Str type = po_field(header, S("Content-Type"));
    Str named = po_field(header, S("Language"));
    Str wanted = r->catalog->language;

    if (!str_ends(str_lower(r->arena, type), S("charset=utf-8")))
        return wrong_file(r, ERR_INVALID, "the header must say charset=UTF-8");
    if (named.len && !str_eq(str_cut(&wanted, '-'), str_cut(&named, '_')))
        return wrong_file(r, ERR_INVALID, "the header names another language");
    return ERR_OK;
}

static Err take_words(Reader *r, const PoList *entries)
{
    Str header = {0};
    Err err = ERR_OK;

    for (size_t i = 0; i < entries->count && !header.ptr; i++)
        if (is_header(&entries->items[i])) header = entries->items[i].text;
    err = check_header(r, header);
    r->catalog->words = ARENA_ARRAY(r->arena, Word, entries->count);
    for (size_t i = 0; !err && i < entries->count; i++)
        if (!is_header(&entries->items[i]))
            err = take_word(r, &entries->items[i]);
    return err;
}

static Err read_bytes(Reader *r, Str bytes)
{
    PoList entries = {0};
    Err err;

    if (bytes.len > CATALOG_BYTES_MAX)
        return wrong_file(r, ERR_TOO_BIG, "the file is too long");
    if (utf8_bad(bytes) >= 0 || str_find_char(bytes, 0, 0) >= 0)
        return wrong_file(r, ERR_INVALID, "the file is not text in UTF-8");
    err = po_read(r->arena, bytes, CATALOG_NAMES_MAX + 1, &entries, r->fault);
    if (!err) return take_words(r, &entries);
    fault_where(r->fault, "%s", r->file);
    return err;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const Word *)a)->name, ((const Word *)b)->name);
}

/* Both sorted: the first name that only one of them has, or that is twice. */
static Err check_names(const Reader *r, const Catalog *english)
{
    const Catalog *own = r->catalog;

    for (size_t i = 1; i < own->count; i++) {
        const Word *a = &own->words[i - 1];
        const Word *b = &own->words[i];

        if (str_eq(a->name, b->name))
            return wrong_word(r, a->line > b->line ? a : b,
                              "the name is there twice");
    }
    for (size_t i = 0; english && i < english->count; i++) {
        int order = i < own->count
                        ? str_cmp(english->words[i].name, own->words[i].name)
                        : -1;

        if (order < 0)
            return wrong(r, ERR_INVALID, 0, english->words[i].name,
                         "is missing");
        if (order > 0)
            return wrong_word(r, &own->words[i], "no such name in English");
    }
    if (english && own->count > english->count)
        return wrong_word(r, &own->words[english->count],
                          "no such name in English");
    return ERR_OK;
}

static Err check_word(const Reader *r, Word *word, const Word *english)
{
    static const WordKind kinds[] = {
        [PATTERN_PLAIN] = WORD_PLAIN,
        [PATTERN_TEXT] = WORD_TEXT,
        [PATTERN_NUMBER] = WORD_NUMBER,
    };
    Fault fault = fault_none();
    PatternKind kind;

    if (pattern_check(word->text, r->catalog->language, &kind, &fault))
        return wrong_word(r, word, fault.text);
    word->kind = kinds[kind];
    if (english && english->kind != word->kind)
        return wrong_word(r, word, "its {0} differs from the English one's");
    if (word->kind == WORD_TEXT)
        word->mold = pattern_text(r->arena, word->text);
    return ERR_OK;
}

Err catalog_load(Arena *arena, Str language, const char *file, Str bytes,
                 const Catalog *english, const Catalog **out, Fault *fault)
{
    Reader r = {.arena = arena, .file = file, .fault = fault};
    Err err;

    r.catalog = ARENA_NEW(arena, Catalog);
    r.catalog->language = str_copy(arena, language);
    err = read_bytes(&r, bytes);
    if (err) return err;
    if (!r.catalog->count)
        return wrong_file(&r, ERR_INVALID, "it has no entries");
    qsort(r.catalog->words, r.catalog->count, sizeof(Word), by_name);
    err = check_names(&r, english);
    for (size_t i = 0; !err && i < r.catalog->count; i++)
        err = check_word(&r, &r.catalog->words[i],
                         english ? &english->words[i] : NULL);
    if (!err) *out = r.catalog;
    return err;
}

Str catalog_language(const Catalog *catalog)
{
    return catalog->language;
}

size_t catalog_count(const Catalog *catalog)
{
    return catalog->count;
}

bool catalog_find(const Catalog *catalog, Str name, size_t *index)
{
    Word key = {.name = name};
    const Word *word =
        bsearch(&key, catalog->words, catalog->count, sizeof key, by_name);

    if (word) *index = (size_t)(word - catalog->words);
    return word != NULL;
}

Str catalog_name(const Catalog *catalog, size_t index)
{
    assert(index < catalog->count);
    return catalog->words[index].name;
}

Str catalog_word(const Catalog *catalog, size_t index)
{
    assert(index < catalog->count);
    return catalog->words[index].text;
}

WordKind catalog_kind(const Catalog *catalog, size_t index)
{
    assert(index < catalog->count);
    return catalog->words[index].kind;
}

Str catalog_get(const Catalog *catalog, Str name)
{
    size_t index = catalog->count;

    catalog_find(catalog, name, &index);
    return catalog_word(catalog, index);
}

Str catalog_fill(const Catalog *catalog, Arena *arena, size_t index,
                 Str argument)
{
    Str mold;
    size_t marks = 0;
    Buf out;

    assert(index < catalog->count);
    assert(catalog->words[index].kind == WORD_TEXT);
    mold = catalog->words[index].mold;
    for (ptrdiff_t at = 0; (at = str_find(mold, PATTERN_MARK, (size_t)at)) >= 0;
         at++)
        marks++;
    out = buf_open(arena, mold.len + marks * argument.len + 1);
    for (size_t from = 0; from <= mold.len;) {
        ptrdiff_t at = str_find(mold, PATTERN_MARK, from);

        buf_puts(&out, str_slice(mold, from, at < 0 ? mold.len : (size_t)at));
        if (at < 0) break;
        buf_puts(&out, argument);
        from = (size_t)at + PATTERN_MARK.len;
    }
    return buf_str(&out);
}
