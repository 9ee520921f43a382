/* format/campaign_file.h -- a campaign as a file: front matter, and below it an
 * ad's HTML, if it is one.
 *
 *     name         (needed)
 *     picture      files beside it, or marks of pictures; a text or a list, of
 *                  CREATIVES_MAX at most with the HTML below
 *     picture_alt  what they show (needed with a picture)
 *     link         where a click leads: http or https (needed with a picture)
 *     from, to     moments; without a zone they are the site's
 *     weight       1..1000, 1 if unsaid
 *     cap, cap_a_day   how often it is seen; none if unsaid
 *     languages, sections, tags, slots   lists; any if unsaid
 *     house        yes: the agency's own, where no other is
 *
 * A field that is not known is refused.  What stands below is an ad of its own
 * beside the pictures, taken as it is: it is shown in a frame of its own, never
 * in a page.
 *
 * Threads: any.
 */
#ifndef FORMAT_CAMPAIGN_FILE_H
#define FORMAT_CAMPAIGN_FILE_H

#include "format/read.h"
#include "story/campaign.h"

/* What is in *out lives in arena or points into bytes; its number is 0.
 *   ERR_INVALID, ERR_TOO_BIG, ERR_UNSUPPORTED; the fault has line and column */
MUST_USE Err campaign_file_read(Arena *arena, Str bytes, const ReadContext *ctx,
                                Campaign *out, CreativeList *creatives,
                                Fault *fault);

#endif
