/* format/feed.h -- RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, as they are found.
 *
 * Identity: the guid or id; without one the link; without that, a digest.  A
 * guid that is no URI counts within its feed only.  The version is the time of
 * the last change, in seconds, where the entry states one; else the text itself
 * tells the store whether it has changed.
 *
 *   headline  title; without one, the beginning of the text
 *   body      content:encoded, xhtml:body, content; else description, summary
 *   deck      description or summary, when there is a fuller text beside it
 *   at        pubDate, published, issued, dc:date ...; none: unknown
 *   tags      category, dc:subject
 *   picture   media:content, enclosure ...: format/feed_picture.h
 *   byline    author, dc:creator;   source: the feed's title
 *
 * Relative links are resolved by xml:base, else by the address the feed came
 * from, else by the feed's own link.  An ill-formed feed is read as far as it
 * goes; the place where it broke is among the rejects, and so is the entry that
 * was open there.
 *
 * Threads: any.
 */
#ifndef FORMAT_FEED_H
#define FORMAT_FEED_H

#include "format/read.h"

/* ERR_INVALID: neither RSS nor Atom; errors as xml_read. */
MUST_USE Err feed_read(Arena *arena, Str bytes, const ReadContext *ctx,
                       ReadOut *out, Fault *fault);

#endif
