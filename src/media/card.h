/* media/card.h -- draws a story's card: story/card.h.
 *
 * A process draws it that can read fonts and do nothing else (media/jail.h).
 * It is this program itself, which is therefore to call card_main when its
 * first word is CARD_COMMAND.
 *
 * Threads: any; a call blocks until the process has ended.
 */
#ifndef MEDIA_CARD_H
#define MEDIA_CARD_H

#include "base/err.h"
#include "story/card.h"

#define CARD_COMMAND "_card"

/* A JPEG of CARD_WIDTH x CARD_HEIGHT in arena.
 *   ERR_TOO_BIG: more time or memory than is given; ERR_INVALID: nothing of
 *   the headline can be drawn; ERR_IO: there is no libvips, and others */
MUST_USE Err card_draw(Arena *arena, const Card *card, Str *jpeg, Fault *fault);

_Noreturn void card_main(void);

#endif
