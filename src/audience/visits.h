/* audience/visits.h -- who has read which story in this visit, and forgets it.
 *
 * A reader is known by a hash of address and browser with a salt that is made
 * anew each day; neither is kept, and nothing of this leaves memory.  What was
 * read is a second hash, of that reader and the story: a story counts once a
 * visit, which ends one to two VISITs after it was read last.  One address
 * counts at most VISIT_RATE reads a minute, whatever it sends.
 *
 * Memory: at most 2 x VISITS_MAX hashes of 8 bytes; when more come the older
 * half is forgotten early.
 *
 * Threads: belongs to one.
 */
#ifndef AUDIENCE_VISITS_H
#define AUDIENCE_VISITS_H

#include "base/str.h"
#include "base/time.h"
#include "story/story.h"

#define VISIT      (30 * TIME_MINUTE)
#define VISIT_RATE 120
#define VISITS_MAX ((size_t)1 << 19)

typedef struct Visits Visits;

Visits *visits_open(void);
void visits_close(Visits *visits);

/* Whether this read counts, at now (monotonic; not before an earlier one). day:
 * any number that changes when the salt shall. */
bool visits_count(Visits *visits, Str address, Str browser, StoryId story,
                  Time now, int64_t day);

#endif
