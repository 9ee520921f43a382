/* audience/beacon.h -- what an open page says when its story is being read.
 *
 *     story=737184&screen=phone&from=www.example.org
 *
 *   story   its number
 *   screen  phone, tablet or desktop
 *   from    the host that the reader came from; may be missing
 *
 * as a query's name=value pairs, at most BEACON_MAX bytes; other names are
 * passed over.
 *
 * Threads: pure.
 */
#ifndef AUDIENCE_BEACON_H
#define AUDIENCE_BEACON_H

#include "base/err.h"
#include "store/reads.h"

#define BEACON_MAX   1024
#define REFERRER_MAX 100

typedef struct Beacon {
    StoryId story;
    Screen screen;
    Str from; /* a host in lower case, or empty */
} Beacon;

/* In arena. ERR_INVALID with what was expected. */
MUST_USE Err beacon_read(Arena *arena, Str body, Beacon *out, Fault *fault);

/* Whether it is as `from` is kept. */
bool referrer_fits(Str from);

/* "phone" */
const char *screen_word(Screen screen);

/* Whether a browser calls itself a program that reads for nobody: a crawler, a
 * library, a monitor; or nothing at all. */
bool browser_is_bot(Str user_agent);

#endif
