/* format/ninjs_picture.h -- the picture that leads a story in ninjs.
 *
 * Of the associations the first of type picture, one before it that is called
 * the lead; of its renditions that of format/offer.h.  In 2.x and 3.x they are
 * lists, in 1.x members of an object.  Without one, a rendition of the story
 * itself that says it is a picture.
 *
 * Threads: pure.
 */
#ifndef FORMAT_NINJS_PICTURE_H
#define FORMAT_NINJS_PICTURE_H

#include "format/read.h"
#include "text/json.h"

/* Private to the room. */

void ninjs_read_picture(Arena *arena, const ReadContext *ctx,
                        const JsonNode *root, ItemPicture *out);

#endif
