/* search/suggest.h -- what a reader who has typed so far may be looking for:
 * sections, tags and headlines.
 *
 * Sections and tags whose names begin as what was typed does; the newest
 * headlines that have its words, of which the last need not be whole.  Of a
 * query with fields, quotes or words that are not wanted nothing is suggested.
 *
 * The store is asked on its public side.  Cost: bounded, whatever is typed.
 *
 * Threads: as the Finder.
 */
#ifndef SEARCH_SUGGEST_H
#define SEARCH_SUGGEST_H

#include "search/find.h"
#include "store/index.h"

#define SUGGEST_SECTIONS  2
#define SUGGEST_TAGS      4
#define SUGGEST_HEADLINES 5
#define SUGGEST_LETTERS   2 /* at least, for a headline */

typedef struct Suggestions {
    SectionInfo sections[SUGGEST_SECTIONS];
    size_t section_count;
    TagList tags;
    IndexItem *headlines;
    size_t headline_count;
} Suggestions;

/* typed: UTF-8. */
MUST_USE Err suggest(Finder *finder, Store *store, Arena *arena, Str language,
                     Str typed, Suggestions *out);

#endif
