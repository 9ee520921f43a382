/* web/cards.h -- the cards of public stories without a picture, drawn when they
 * are first asked for.
 *
 * GET /media/card/17-9f3a6b0c4d2e1f80.jpg: immutable; a name of words that the
 * story no longer has leads to its present one.  A thread has them drawn, one
 * after the other; of what was drawn, CARDS_KEPT at most stay in a folder, from
 * which everything may be deleted at any time.
 *
 * Private to the room.
 *
 * Threads: cards_answer is for any serving thread; start and stop are the
 * owner's.
 */
#ifndef WEB_CARDS_H
#define WEB_CARDS_H

#include "web/visit.h"

#define CARDS_KEPT 20000
#define CARDS_WAIT 64

typedef struct Cards Cards;

/* folder: made when it is missing; copied. */
MUST_USE Err cards_start(const char *folder, Cards **out, Fault *fault);

/* Answers those that wait as failed. NULL is nobody. */
void cards_stop(Cards *cards);

/* Nothing was answered, with an error:
 *   ERR_NOT_FOUND  it is no card of a public story without a picture
 *   ERR_BUSY       CARDS_WAIT of them wait to be drawn
 *   others         it cannot be told now */
MUST_USE Err cards_answer(Visit *visit, Str file);

#endif
