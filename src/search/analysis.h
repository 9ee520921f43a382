/* search/analysis.h -- from a text to the words by which it is found.
 *
 * A word of the text becomes one term, or a few where its stem is not certain.
 * A term is "language:stem" in lower case; what is put into the index and what
 * is looked for go the same way, so that any form of a word finds the others.
 *
 *   words    UAX 29 word boundaries, by ICU: Chinese, Japanese, Thai, Khmer,
 *            Lao and Burmese by its dictionaries; "example.com" and "France-
 *            Presse" are two words, "U.S." is "us"
 *   case     NFKC_Casefold (Unicode 15); Turkish and Azeri with their i
 *   stems    Snowball (libstemmer) by language; Ukrainian by its dictionary,
 *            and words that this does not know by a short table of endings
 *   accents  folded where the language's collation (CLDR) calls the letters the
 *            same at its first level: é is e and Russian ё is е; Swedish å,
 *            Ukrainian ґ, ї and й are letters of their own
 *   ’ ʼ '    one character; what follows it in English, and what goes before it
 *            in French, Italian and Catalan, is no part of the word
 *
 * A term has at most TERM_BYTES bytes; a longer word is cut.  Of ASCII it has
 * letters, digits, . , : ' and, as a mark, what analysis_mark is given.
 *
 * Threads: an Analyst belongs to one thread.
 */
#ifndef SEARCH_ANALYSIS_H
#define SEARCH_ANALYSIS_H

#include "base/str.h"

#define TERM_BYTES  120
#define WORD_TERMS  4
#define ANALYST_ALL ((size_t)200000) /* words kept by who reads archives */
#define ANALYST_FEW ((size_t)5000)   /* ... and by who reads queries */

typedef struct Analyst Analyst;

/* One word of a text. */
typedef struct Word {
    size_t at, len; /* bytes of the text */
    Str terms[WORD_TERMS];
    size_t term_count; /* 1..WORD_TERMS; in two steps 0, too */
} Word;

/* keep: how many words' terms it remembers. */
Analyst *analyst_open(size_t keep);
void analyst_close(Analyst *analyst);

/* Begins a text (UTF-8, to stay until its last word) in a language (BCP 47). */
void analyst_begin(Analyst *analyst, Str language, Str text);

/* The next word; false at the end. Its terms stay until the next begin. */
bool analyst_next(Analyst *analyst, Word *out);

/* The same in two steps, for who needs the terms of few words: where the next
 * one stands, without terms, and then these.  There are none when nothing is
 * left of the word once it is folded: analyst_next passes over it. */
bool analyst_next_bounds(Analyst *analyst, Word *out);
void analyst_terms(Analyst *analyst, Word *word);

/* A word that may not be whole yet, as the beginning of terms: folded, and not
 * stemmed.  Empty when there is none. In arena. */
Str analyst_beginning(Analyst *analyst, Arena *arena, Str language, Str word);

/* A term for something that is no word: a tag, a section; kind is a character
 * that no word begins with. In arena. */
Str analysis_mark(Arena *arena, Str language, char kind, Str what);

/* Names everything that the terms depend on: an index made by another analysis
 * is not to be asked. In arena. */
Str analysis_identity(Arena *arena, const Str *languages, size_t count);

#endif
