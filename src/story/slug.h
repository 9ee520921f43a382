/* story/slug.h -- the part of an address that tells a person what is there.
 *
 * Ukrainian is written in Latin letters by the table of the Cabinet's
 * resolution 55 of 27 January 2010; Russian, and Cyrillic in any other
 * language, by ICAO Doc 9303, part 3, section 6 (the one in passports, which
 * readers know from names); Latin letters lose their marks; other scripts go
 * through ICU ("Any-Latin; Latin-ASCII").
 *
 * Threads: any; ICU's transliterator is kept per thread.
 */
#ifndef STORY_SLUG_H
#define STORY_SLUG_H

#include "base/str.h"

#define SLUG_MAX 80

/* Words of [a-z0-9] joined by '-', at most SLUG_MAX bytes, cut between words
 * (inside only when the first word alone is longer); "story" when nothing
 * remains.  The same headline and language give the same slug, always. */
Str slug_make(Arena *arena, Str headline, Str language);

/* Can it be one? 1 to SLUG_MAX of [a-z0-9-]. */
bool slug_fits(Str text);

/* The text with its Cyrillic letters in Latin, capitals kept ("Згурський":
 * "Zghurskyi"; "ЩО": "SHCHO"), everything else as it is. */
Str translit_uk(Arena *arena, Str text);
Str translit_ru(Arena *arena, Str text);

#endif
