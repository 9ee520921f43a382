/* web/live.h -- /live: open pages hear of each change, in order.
 *
 * Each serving thread has a Live of its own over its own Press: the last
 * LIVE_KEPT changes as they are told (press/events.h), and its readers, each
 * with its place among them.  A change costs one making a thread, however many
 * readers there are, and each reader who wants it one call of the kernel; what
 * a reader has not taken waits in that row and nowhere else.
 *
 *   /live?lang=en                 all changes of a language
 *   &section=facts &tag=nato &story=12   of these only the ones that all name
 *   &hot=1a2b3c4d                 what is hot on the page that asks (data-hot)
 *   Last-Event-ID: 1201, or &last=1201   those after that change; without it,
 *                                 or when it is too long ago, an event "sync"
 *
 * Which stories are hot is told too, without a number, to who names no more
 * than a language.
 *
 * What was told and is taken back (killed, corrected, withdrawn) is told anew
 * as it is now to whoever asks later.
 *
 * Threads: the serving thread's.
 */
#ifndef WEB_LIVE_H
#define WEB_LIVE_H

#include "net/server.h"
#include "press/press.h"

#define LIVE_KEPT 256 /* changes */

typedef struct Live Live;

/* The press outlives it. head: header lines of every answer. */
Live *live_open(Press *press, const Site *site, Str head);

/* After its last reader has left. */
void live_close(Live *live);

/* Answers a GET or HEAD of /live. */
void live_answer(Live *live, const HttpRequest *request, Arena *arena,
                 HttpReply *reply);

/* Takes what the press has taken; whether readers have something to hear. */
bool live_follow(Live *live);

bool live_has_readers(const Live *live);

#endif
