/* search/lexicon.h -- stems by a dictionary, for languages whose words no table
 * of endings can bring together.  Private to the room.
 *
 * One Lexicon serves the process.  A dictionary of Hunspell is read when its
 * first word is asked for (Ukrainian: a quarter of a second, 43 MB) and then
 * stays; it answers one thread at a time, some 13 microseconds a word, so
 * whoever asks keeps what was answered.
 *
 * Threads: any.
 */
#ifndef SEARCH_LEXICON_H
#define SEARCH_LEXICON_H

#include "base/str.h"

#define LEXICON_STEMS 4

/* Whether words of the language (primary subtag) have a dictionary here. */
bool lexicon_has(Str language);

/* The stems of a word in lower case, in arena; as many as *count says, at most
 * LEXICON_STEMS, 0 for a word that the dictionary does not know. */
void lexicon_stems(Arena *arena, Str language, Str word, Str *stems,
                   size_t *count);

/* What tells two dictionaries of a language apart: a digest of its files; empty
 * without one. */
Str lexicon_identity(Arena *arena, Str language);

#endif
