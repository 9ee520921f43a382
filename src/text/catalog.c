/* The file is read by libgettextpo, which wants a path (a memory file has
 * one), keeps state in globals (so one thread at a time) and ends the process
 * at what it calls a fatal error, unless its handler does not come back: the
 * handler jumps out.  What the library held at that moment is lost; it happens
 * at the twentieth error of one file. */
#include "text/catalog.h"

#include <assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gettext-po.h>

#include "base/utf8.h"
#include "text/pattern.h"

typedef struct Word {
    Str name;
    Str text;
    Str mold; /* of a text pattern: PATTERN_MARK stands for the argument */
    WordKind kind;
} Word;

struct Catalog {
    Str language;
    Word *words; /* sorted by name */
    size_t count;
};

typedef struct Reader {
    Arena *arena;
    const char *file;
    Str bytes;
    Catalog *catalog;
    Fault *fault;
    bool failed;
    jmp_buf out;
} Reader;

static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;
static Reader *reader; /* while the lock is held: libgettextpo's handlers are
                          given nothing of ours */

/* A fault at the entry of that name; at no line when the name is empty. */
static Err wrong(const Reader *r, Str name, const char *what)
{
    char key[CATALOG_NAME_MAX + 16];
    ptrdiff_t place = -1;
    int64_t line = 0;

    snprintf(key, sizeof key, "msgctxt \"%.*s\"", STR_ARG(name));
    if (name.len) place = str_find(r->bytes, str_from(key), 0);
    if (place >= 0) line = 1;
    for (ptrdiff_t i = 0; i < place; i++)
        line += r->bytes.ptr[i] == '\n';
    fault_at(r->fault, line, line ? 1 : 0);
    fault_where(r->fault, "%s", r->file);
    return fault_set(r->fault, ERR_INVALID, "%.*s%s%s", STR_ARG(name),
                     name.len ? ": " : "", what);
}

static void complain(int severity, po_message_t message, const char *filename,
                     size_t line, size_t column, int lines, const char *text)
{
    (void)message, (void)filename, (void)lines;
    if (severity == PO_SEVERITY_WARNING) return;
    if (!reader->failed) {
        Str said = str_trim(str_from(text));

        reader->failed = true;
        fault_where(reader->fault, "%s", reader->file);
        fault_at(reader->fault, line == (size_t)-1 ? 0 : (int64_t)line,
                 column == (size_t)-1 ? 0 : (int64_t)column);
        fault_set(reader->fault, ERR_INVALID, "%.*s", STR_ARG(said));
    }
    if (severity == PO_SEVERITY_FATAL_ERROR) longjmp(reader->out, 1);
}

static void complain_twice(int severity, po_message_t message,
                           const char *filename, size_t line, size_t column,
                           int lines, const char *text, po_message_t message2,
                           const char *filename2, size_t line2, size_t column2,
                           int lines2, const char *text2)
{
    (void)message2, (void)filename2, (void)line2, (void)column2;
    (void)lines2, (void)text2;
    complain(severity, message, filename, line, column, lines, text);
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

static Err take_word(Reader *r, po_message_t message)
{
    const char *context = po_message_msgctxt(message);
    Str name = str_from(context);
    Str text = str_from(po_message_msgstr(message));

    if (po_message_is_obsolete(message)) return ERR_OK;
    if (!context && !*po_message_msgid(message)) return ERR_OK; /* header */
    if (!fits_name(name))
        return wrong(r, (Str){0},
                     "an entry's msgctxt is not a name of [a-z0-9_]");
    if (po_message_msgid_plural(message))
        return wrong(r, name, "plurals are written as a pattern in msgstr");
    if (po_message_is_fuzzy(message))
        return wrong(r, name, "it is marked fuzzy: look at it and unmark it");
    if (!str_trim(text).len) return wrong(r, name, "it has no words");
    if (utf8_bad(text) >= 0) return wrong(r, name, "it is not UTF-8");
    if (text.len > CATALOG_TEXT_MAX) return wrong(r, name, "it is too long");
    if (r->catalog->count == CATALOG_NAMES_MAX)
        return wrong(r, name, "there are too many names");
    r->catalog->words[r->catalog->count++] = (Word){
        .name = str_copy(r->arena, name),
        .text = str_copy(r->arena, text),
    };
    return ERR_OK;
}

static Err check_header(const Reader *r, po_file_t file)
{
    const char *header = po_file_domain_header(file, NULL);
    char *type = header ? po_header_field(header, "Content-Type") : NULL;
    char *language = header ? po_header_field(header, "Language") : NULL;
    Str wanted = r->catalog->language;
    Str named = str_from(language);
    Err err = ERR_OK;

    if (!type || !strcasestr(type, "charset=UTF-8"))
        err = wrong(r, (Str){0}, "the header must say charset=UTF-8");
    else if (named.len && !str_eq(str_cut(&wanted, '-'), str_cut(&named, '_')))
        err = wrong(r, (Str){0}, "the header names another language");
    free(type);
    free(language);
    return err;
}

static Err take_words(Reader *r, po_file_t file)
{
    po_message_iterator_t each = po_message_iterator(file, NULL);
    po_message_t message;
    Err err = check_header(r, file);

    while (!err && (message = po_next_message(each)))
        err = take_word(r, message);
    po_message_iterator_free(each);
    return err;
}

/* NULL when the library gave up; r->failed when it complained. */
static po_file_t parse(Reader *r, const char *path)
{
    static const struct po_xerror_handler handler = {complain, complain_twice};

    if (setjmp(r->out)) return NULL;
    return po_file_read(path, &handler);
}

static Err read_path(Reader *r, const char *path)
{
    po_file_t file;
    Err err = ERR_INVALID;

    pthread_mutex_lock(&reading);
    reader = r;
    file = parse(r, path);
    if (file && !r->failed)
        err = take_words(r, file);
    else if (!r->failed)
        err = wrong(r, (Str){0}, "it cannot be read");
    if (file) po_file_free(file);
    reader = NULL;
    pthread_mutex_unlock(&reading);
    return err;
}

static Err read_bytes(Reader *r)
{
    int fd = memfd_create("catalog", MFD_CLOEXEC);
    char path[64];
    Err err = ERR_IO;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (fd >= 0 &&
        write(fd, r->bytes.ptr, r->bytes.len) == (ssize_t)r->bytes.len) {
        err = read_path(r, path);
    } else {
        fault_where(r->fault, "%s", r->file);
        fault_set(r->fault, ERR_IO, "no memory file could be made: %m");
    }
    if (fd >= 0) close(fd);
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

    for (size_t i = 1; i < own->count; i++)
        if (str_eq(own->words[i - 1].name, own->words[i].name))
            return wrong(r, own->words[i].name, "the name is there twice");
    for (size_t i = 0; english && i < english->count; i++) {
        int order = i < own->count
                        ? str_cmp(english->words[i].name, own->words[i].name)
                        : -1;

        if (order < 0) return wrong(r, english->words[i].name, "is missing");
        if (order > 0)
            return wrong(r, own->words[i].name, "no such name in English");
    }
    if (english && own->count > english->count)
        return wrong(r, own->words[english->count].name,
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
        return wrong(r, word->name, fault.text);
    word->kind = kinds[kind];
    if (english && english->kind != word->kind)
        return wrong(r, word->name, "its {0} differs from the English one's");
    if (word->kind == WORD_TEXT)
        word->mold = pattern_text(r->arena, word->text);
    return ERR_OK;
}

static Err check_bytes(const Reader *r)
{
    if (r->bytes.len > CATALOG_BYTES_MAX) {
        wrong(r, (Str){0}, "the file is too long");
        if (r->fault) r->fault->err = ERR_TOO_BIG;
        return ERR_TOO_BIG;
    }
    if (utf8_bad(r->bytes) >= 0 || str_find_char(r->bytes, 0, 0) >= 0)
        return wrong(r, (Str){0}, "the file is not text in UTF-8");
    return ERR_OK;
}

Err catalog_load(Arena *arena, Str language, const char *file, Str bytes,
                 const Catalog *english, const Catalog **out, Fault *fault)
{
    Reader r = {.arena = arena, .file = file, .bytes = bytes, .fault = fault};
    Err err = check_bytes(&r);

    if (err) return err;
    r.catalog = ARENA_NEW(arena, Catalog);
    r.catalog->language = str_copy(arena, language);
    r.catalog->words = ARENA_ARRAY(arena, Word, CATALOG_NAMES_MAX);
    err = read_bytes(&r);
    if (err) return err;
    if (!r.catalog->count) return wrong(&r, (Str){0}, "it has no entries");
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
