/* story/address.h -- where on the site a thing stands.
 *
 * All addresses begin with the root's slash and hold only characters that need
 * no escaping: languages, slugs and numbers.
 *
 * Threads: pure.
 */
#ifndef STORY_ADDRESS_H
#define STORY_ADDRESS_H

#include "story/public.h"

Str address_front(Arena *arena, Str language);                /* /en/ */
Str address_latest(Arena *arena, Str language);               /* /en/latest/ */
Str address_section(Arena *arena, Str language, Str section); /* /en/facts/ */
Str address_tag(Arena *arena, Str language, Str tag);   /* /en/tag/nato/ */
Str address_day(Arena *arena, Str language, Civil day); /* /en/2021/04/14/ */

Str address_search(Arena *arena, Str language); /* /en/search */

/* /en/facts/737184-blinken-nato */
Str address_story(Arena *arena, Str language, Str section, StoryId id,
                  Str slug);
Str address_item(Arena *arena, const PublicItem *item);

/* The query part that asks for the page of a list before or after a place:
 * "before=1618406100000000-737184". */
Str address_cursor(Arena *arena, const char *side, Cursor cursor);
bool address_read_cursor(Str text, Cursor *out);

#endif
