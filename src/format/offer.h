/* format/offer.h -- the picture that a source names for its story.
 *
 * A source often offers one in several sizes.  The smallest is taken that is
 * wide enough for all renditions, else the widest; passed over is what the
 * source itself calls no picture that is taken, or a larger one than is taken.
 * What it is in truth its content tells, when it is brought in.
 *
 * Threads: pure.
 */
#ifndef FORMAT_OFFER_H
#define FORMAT_OFFER_H

#include "format/read.h"

/* Private to the room. */

#define OFFER_WIDE 1920 /* px: the widest rendition */

typedef struct Offer {
    Str href;                     /* as the source writes it */
    Str type;                     /* media type; empty: not said */
    int64_t width, height, bytes; /* 0: not said */
} Offer;

/* Whether it is to be taken rather than the other, which may have no href. */
bool offer_is_better(const Offer *offer, const Offer *than);

/* Makes it the item's: an http or https address, or a relative reference as a
 * file beside the source and, seen from base (empty: unknown), an address.
 * Another scheme stays in href, for whoever brings it in to refuse, but for
 * "data:", which is passed over as what is over URI_MAX is. */
void offer_take(ItemPicture *picture, Arena *arena, Str base, Str href);

/* What is said of it: one line, cut at a word where it is over its limit; the
 * credit is the person and for whom, as "Ann Smith / Agency". */
Str offer_text(Arena *arena, Str text);
Str offer_credit(Arena *arena, Str person, Str agency);
Str offer_rights(Arena *arena, Str notice, Str terms);

#endif
