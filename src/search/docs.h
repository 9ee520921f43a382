/* search/docs.h -- from a story's version to what the index holds of it.
 *
 * Its fields in the order of their places: headline, deck, what stands beside
 * the text (byline, place, section and tags by name), body.  Besides the words
 * a doc has marks, terms of another kind:
 *
 *   ^word  a word of the headline      #slug  a tag
 *   @word  a word of the byline        /slug  the section
 *   *      every story of the language
 *
 * Private to the room.  Threads: as the Analyst.
 */
#ifndef SEARCH_DOCS_H
#define SEARCH_DOCS_H

#include "search/analysis.h"
#include "store/index.h"

#define FIELD_HEADLINE 0
#define FIELD_DECK     1
#define FIELD_BODY     3
#define DOC_TERMS_MAX  20000 /* different ones; what comes later is left out */
#define DOC_PLACES_MAX 60000

enum {
    MARK_HEADLINE = '^',
    MARK_AUTHOR = '@',
    MARK_TAG = '#',
    MARK_SECTION = '/',
    MARK_ALL = '*'
};

/* A term of a word as a mark: "en:nato" is "en:^nato". In arena. */
Str docs_mark(Arena *arena, Str term, char kind);

/* Everything that the index holds of a version. In arena. */
void docs_words(Analyst *analyst, Arena *arena, const Story *story,
                const Version *version, IndexWords *out);

#endif
