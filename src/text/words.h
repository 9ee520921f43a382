/* text/words.h -- numbers, times and lists worded in a language, through ICU.
 *
 * Digits are Latin in every language, Arabic included: times and numbers are
 * compared across the site's languages, agencies in Arabic print them so, and
 * one shape keeps columns of times aligned.  The short stamp is the same for
 * all: 16:15 14.04.2021.
 *
 * ICU's parts are opened when first needed, not by words_open.  Numbers up to
 * WORDS_SMALL are worded once and kept.
 *
 * Threads: a Words belongs to one thread; each thread opens its own over the
 * shared Catalog.
 */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include "base/time.h"
#include "text/catalog.h"

#define WORDS_SMALL 60

typedef struct Words Words;

/* The catalog must outlive it. Costs nothing: no ICU yet. */
Words *words_open(const Catalog *catalog);
void words_close(Words *words);

/* The number pattern of that name for n: ("min_read", 5) is "5 хвилин
 * читання".  The name must be one of the catalog's number patterns (assert).
 * *out lives as long as both arena and words.
 *   ERR_UNSUPPORTED  ICU lacks the data for this language */
MUST_USE Err words_number(Words *words, Arena *arena, Str name, int64_t n,
                          Str *out);

/* The text pattern of that name around argument: ("source", "Reuters") is
 * "Source: Reuters".  Pure; the name must be a text pattern (assert). */
Str words_text(const Catalog *catalog, Arena *arena, Str name, Str argument);

/* "16:15 14.04.2021", "16:15" of what a wall clock shows. Pure.
 */
Str words_stamp(Arena *arena, Civil c);
Str words_clock(Arena *arena, Civil c);

/* The day in words: "14 April 2021", "14 квітня 2021 р.". Hours do not
 * matter. ERR_INVALID: no such day; ERR_UNSUPPORTED: as above. */
MUST_USE Err words_day(Words *words, Arena *arena, Civil c, Str *out);

/* The city whose clock a zone of the IANA database is named after: "Київ" of
 * "Europe/Kyiv". A zone without one is called by its own name: "UTC". */
Str words_city(const Words *words, Arena *arena, Str zone);

#endif
