/* format/rss.h -- a feed as RSS 2.0, with the full text.
 *
 *   channel  title link description language lastBuildDate generator, image,
 *            atom:link rel self and hub
 *   item     title link guid(isPermaLink=false) pubDate dc:creator category
 *            description (the deck) content:encoded (the text) dc:source
 *            atom:updated (when it was changed after it was published)
 *
 * Titles are plain text; description and content:encoded are markup, as readers
 * take them.  pubDate is left out when the time of publication is unknown.  The
 * category of a section stands first, then one a tag; domain is the page's
 * address.
 */
#ifndef FORMAT_RSS_H
#define FORMAT_RSS_H

#include "format/feed_out.h"

#define RSS_TYPE "application/rss+xml; charset=utf-8"

void rss_write(Buf *buf, const FeedOut *feed);

#endif
