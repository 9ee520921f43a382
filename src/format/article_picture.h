/* format/article_picture.h -- the picture that leads a saved page's article.
 *
 * A browser that saves a page writes its pictures beside it and names them
 * relatively: a lead picture that is named so is taken first.  Else what the
 * page says of itself, JSON-LD before Open Graph; else the lead picture as the
 * page shows it: the first of the article that is large enough for one.
 * Its words are those of the same source; a figure's also go with a picture of
 * the same name.
 *
 * Threads: pure.
 */
#ifndef FORMAT_ARTICLE_PICTURE_H
#define FORMAT_ARTICLE_PICTURE_H

#include "format/article_said.h"

/* Private to the room. */

#define ARTICLE_PICTURE                                                        \
    200 /* px of width: what says it has fewer leads none                      \
         */

/* base: the page's address, or empty.  The page is as it was read. */
void article_read_picture(const Said *said, Str base, ItemPicture *out);

#endif
