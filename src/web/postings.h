/* web/postings.h -- what the site's pages post: that one is read, and that its
 * reader wants to be told of flashes, or no more.
 *
 * Threads: a serving thread's.
 */
#ifndef WEB_POSTINGS_H
#define WEB_POSTINGS_H

#include "web/visit.h"

typedef struct Posting Posting;

/* NULL: the request posts nothing, or where nothing is taken. Constant. */
const Posting *posting_of(const HttpRequest *request);

size_t posting_max(const Posting *posting); /* bytes of the body */

/* Does what is asked, and answers. */
void posting_take(Visit *visit, const Posting *posting);

/* GET: the key that browsers subscribe with. */
void posting_key(Visit *visit);

#endif
