/* format/markdown_item.h -- a story as a Markdown file with front matter.
 *
 *     title        headline (needed)
 *     date         publication; without a zone it is the site's
 *     section      slug or name;     section_name: its name, with a slug
 *     tags         list, or texts parted by commas
 *     language     the site's first if unsaid
 *     uri          identity; without one, a digest of language, title and date
 *     group        key shared by translations
 *     follows      uri of the earlier story that this one updates
 *     deck, byline (or author), place, source, source_url
 *     priority     1 flash, 2 urgent, 4 normal (or urgency)
 *     version      whole number
 *     correction   note to readers
 *     embargo      not before
 *     updated      when this version was written; must be a time, is not kept
 *     status       usable, withheld, canceled
 *
 * A field that is not known is refused, so that a slip of the pen shows.
 *
 * Threads: any.
 */
#ifndef FORMAT_MARKDOWN_ITEM_H
#define FORMAT_MARKDOWN_ITEM_H

#include "format/read.h"

#define MARKDOWN_MAX (BODY_MAX + (size_t)128 * 1024)

/* ERR_INVALID, ERR_TOO_BIG, ERR_UNSUPPORTED (other front matter than YAML);
 * the fault has line, column and field. */
MUST_USE Err markdown_item_read(Arena *arena, Str bytes, const ReadContext *ctx,
                                Item *out, Fault *fault);

#endif
