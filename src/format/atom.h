/* format/atom.h -- a feed as Atom (RFC 4287), with the full text.
 *
 *   feed   id (the feed's own address) title subtitle updated author generator
 *          icon, link rel self, alternate and hub; xml:lang
 *   entry  id title updated published author category summary (the deck)
 *          content type=html, link rel alternate and via (the source)
 *
 * updated is the time of the last change; published is left out when the time
 * of publication is unknown.
 */
#ifndef FORMAT_ATOM_H
#define FORMAT_ATOM_H

#include "format/feed_out.h"

#define ATOM_TYPE "application/atom+xml; charset=utf-8"

void atom_write(Buf *buf, const FeedOut *feed);

#endif
