/* format/jsonfeed.h -- a feed as JSON Feed 1.1, with the full text.
 *
 *   top    version title home_page_url feed_url description icon authors
 *          language hubs
 *   item   id url external_url (the source) title content_html summary (the
 *          deck) date_published date_modified authors tags language
 *
 * tags are names: the section's, then the tags', each once.  An item without a
 * body and without corrections has content_text instead: the deck, else the
 * headline, since one of the two must be there.  date_published is left out
 * when the time of publication is unknown.
 */
#ifndef FORMAT_JSONFEED_H
#define FORMAT_JSONFEED_H

#include "format/feed_out.h"

#define JSONFEED_TYPE "application/feed+json"

void jsonfeed_write(Buf *buf, const FeedOut *feed);

#endif
