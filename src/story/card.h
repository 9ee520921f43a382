/* story/card.h -- what stands in for a picture where a story is shared and has
 * none: its headline, drawn.
 *
 * A card is known by its words, so that one that was given out never changes:
 * its name is "17-9f3a6b0c4d2e1f80.jpg", the story's number and a hash of them.
 *
 * Threads: plain values; pure.
 */
#ifndef STORY_CARD_H
#define STORY_CARD_H

#include "story/story.h"

#define CARD_WIDTH  1200 /* px */
#define CARD_HEIGHT 630
#define CARD_MARK   16 /* digits */

typedef struct Card {
    Str headline;
    Str section;  /* its name; may be empty */
    Str agency;   /* its name */
    Str language; /* BCP 47 */
} Card;

Str card_mark(Arena *arena, const Card *card);

/* "17-9f3a6b0c4d2e1f80.jpg" */
Str card_name(Arena *arena, StoryId story, Str mark);

/* Of which story and words a name is; false: it is no such name. *mark points
 * into it. */
bool card_named(Str name, StoryId *story, Str *mark);

#endif
