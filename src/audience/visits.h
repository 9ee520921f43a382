/* audience/visits.h -- who has read which story in this visit, and forgets it.
 *
 * A reader is known by a hash of address and browser with a salt that is made
 * anew each day; neither is kept, and nothing of this leaves memory.  What was
 * read is a second hash, of that reader and the story: a story counts once a
 * visit, which ends one to two VISITs after it was read last.
 *
 * What a browser calls itself is free text, so whoever changes it looks like
 * many.  One address counts at most VISIT_RATE reads a minute, and in that
 * length of a visit at most VISIT_READERS of one story, whatever it sends.  It
 * is not one reader: an office, a school, or whoever a mobile carrier has
 * behind one address of IPv4 share it, and of these some tens may well have the
 * same story open in the same half hour.  Where there are more they are left
 * out; and what one address can do for a story of its choice is what some tens
 * of readers do.
 *
 * Memory: at most 2 x VISITS_MAX hashes of 8 bytes, two for a read at the most,
 * with as much room between them (32 MiB in all); when more come the older half
 * is forgotten early.
 *
 * Threads: belongs to one.
 */
#ifndef AUDIENCE_VISITS_H
#define AUDIENCE_VISITS_H

#include "base/str.h"
#include "base/time.h"
#include "story/story.h"

#define VISIT         (30 * TIME_MINUTE)
#define VISIT_RATE    120
#define VISIT_READERS 40
#define VISITS_MAX    ((size_t)1 << 20)

typedef struct Visits Visits;

Visits *visits_open(void);
void visits_close(Visits *visits);

/* Whether this read counts, at now (monotonic; not before an earlier one). day:
 * any number that changes when the salt shall. */
bool visits_count(Visits *visits, Str address, Str browser, StoryId story,
                  Time now, int64_t day);

#endif
