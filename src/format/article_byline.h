/* format/article_byline.h -- a name out of the line that it stands in.
 *
 * Private to format/article.c.  Threads: pure.
 */
#ifndef FORMAT_ARTICLE_BYLINE_H
#define FORMAT_ARTICLE_BYLINE_H

#include "base/str.h"

/* "By A. B.", "Автор: A. B.": the name; "von der Leyen" is one. */
Str byline_without_label(Str name);

/* "A. B., November 15, 2019": the name. */
Str byline_without_date(Str text);

/* The same, and without what is behind a dash, a bar or a dot. */
Str byline_name(Str text);

/* "Last updated: January 7" is nobody's name. */
bool byline_is_date(Str text);

#endif
