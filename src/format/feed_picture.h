/* format/feed_picture.h -- the picture that leads an entry of a feed.
 *
 * Media RSS first (media:content of its own or in a media:group, the default
 * one of them before others), then an enclosure (RSS) or a link that is one
 * (Atom) of type image, then media:thumbnail; of several sizes that of
 * format/offer.h.  media:title is its alternative text, media:description its
 * caption, beside media:credit and media:copyright: said of the one, of its
 * group or of the entry.
 *
 * Sources: Media RSS 1.5.1, RSS 2.0, RFC 4287.
 *
 * Threads: pure.
 */
#ifndef FORMAT_FEED_PICTURE_H
#define FORMAT_FEED_PICTURE_H

#include "format/read.h"
#include "text/xml.h"

/* Private to the room. */

/* base: against which the entry's references are meant, or empty. */
void feed_read_picture(Arena *arena, const XmlNode *entry, Str base,
                       ItemPicture *out);

#endif
