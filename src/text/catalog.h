/* text/catalog.h -- the words of the interface in one language.
 *
 * A catalog is a GNU gettext .po file whose msgctxt is the short name by which
 * templates ({{t.latest}}) and code ask.  The English catalog of the program
 * is the measure: each other one has exactly its names, in its order, so that
 * an index found once serves every language.
 *
 *   plain    text, shown as it is: "Latest"
 *   text     a pattern around one text: "Source: {0}"
 *   number   an ICU message pattern around one number:
 *            "{0, plural, one {# min read} other {# min read}}"
 *
 * Which of the three a name is, is decided by its English text and must hold
 * in the other languages.  A plural must have the forms that CLDR names for
 * the language.  text/words.h puts the arguments in.
 *
 * Limits: 1 MiB a file, 2,000 names, 64 characters [a-z0-9_] a name, 4,000
 * bytes a text.
 *
 * Lifetime: the arena it was loaded into.  Threads: constant once loaded;
 * any number may read it.
 */
#ifndef TEXT_CATALOG_H
#define TEXT_CATALOG_H

#include "base/err.h"
#include "base/str.h"

#define CATALOG_BYTES_MAX (1024 * 1024)
#define CATALOG_NAMES_MAX 2000
#define CATALOG_NAME_MAX  64
#define CATALOG_TEXT_MAX  4000

typedef enum WordKind { WORD_PLAIN, WORD_TEXT, WORD_NUMBER } WordKind;

typedef struct Catalog Catalog;

/* Reads the bytes of a .po file.  file names it in faults ("words/uk.po");
 * language is a BCP 47 tag; english is NULL for the English catalog itself.
 *   ERR_INVALID  not a .po file in UTF-8, a name missing, unknown, twice or
 *                without words, a pattern that ICU refuses or whose kind or
 *                plural forms differ; the fault names file, line and name
 *   ERR_TOO_BIG  over a limit */
MUST_USE Err catalog_load(Arena *arena, Str language, const char *file,
                          Str bytes, const Catalog *english,
                          const Catalog **out, Fault *fault);

Str catalog_language(const Catalog *catalog);
size_t catalog_count(const Catalog *catalog);

/* The index of a name; false and *index untouched when there is none. */
bool catalog_find(const Catalog *catalog, Str name, size_t *index);

/* Of an index below the count. The word of a pattern is the pattern. */
Str catalog_name(const Catalog *catalog, size_t index);
Str catalog_word(const Catalog *catalog, size_t index);
WordKind catalog_kind(const Catalog *catalog, size_t index);

/* The word of a name that the program itself uses; a name that the English
 * catalog lacks is a mistake in the program (assert). */
Str catalog_get(const Catalog *catalog, Str name);

/* The text pattern of that index with the argument put in: words_text is the
 * door for everyone else. */
Str catalog_fill(const Catalog *catalog, Arena *arena, size_t index,
                 Str argument);

#endif
