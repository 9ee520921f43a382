/* web/reads_page.h -- the operator's page of what is read: by minute, story,
 * section, language, referring site and class of screen, as pictures.
 *
 * Threads: made at start and constant; reads_page_make on any thread with a
 * Store of its own.
 */
#ifndef WEB_READS_PAGE_H
#define WEB_READS_PAGE_H

#include "base/zone.h"
#include "store/store.h"
#include "story/site.h"

typedef struct ReadsPage ReadsPage;

MUST_USE Err reads_page_open(const Site *site, ReadsPage **out, Fault *fault);
void reads_page_close(ReadsPage *page);

/* The style's source for a Content-Security-Policy. */
Str reads_page_style_source(const ReadsPage *page);

/* The page of the 24 hours before now, in arena. */
MUST_USE Err reads_page_make(ReadsPage *page, Store *store, Arena *arena,
                             Time now, Str *out);

#endif
