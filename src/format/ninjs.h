/* format/ninjs.h -- IPTC ninjs 2.x and 3.x, and 1.x by its older names.
 *
 * What is taken of an object:
 *   uri               identity; without one, a digest of the text
 *   type              text, composite or absent; pictures, events ... are
 *                     rejected
 *   version           a whole number; without one, versionCreated in seconds
 *   pubStatus         usable, withheld, canceled
 *   embargoedUntil    not before
 *   firstCreated, versionCreated, contentCreated: publication, the first said
 *   headlines, title  role main first
 *   bodies            HTML before Markdown before plain text
 *   descriptions      deck: role summary first; role correction: the note to
 *                     readers
 *   subjects          rel "section": the section; all others: tags; the literal
 *                     of a section or a "tag" is its slug if it looks like one
 *   altIds            role "translationGroup": the group
 *   associations      a text with rel "follows": what this one updates; a
 *                     picture: format/ninjs_picture.h
 *   by, located, infoSources, language, urgency
 *
 * A canceled object needs a uri only.
 *
 * Threads: any.
 */
#ifndef FORMAT_NINJS_H
#define FORMAT_NINJS_H

#include "format/records.h"

/* One record of a stream, whatever comes of it, into out. */
void ninjs_read_record(Arena *arena, const Record *record,
                       const ReadContext *ctx, ReadOut *out);

/* One object that stands alone in bytes: at most RECORD_MAX.  line and byte
 * are where it begins in the input.  The item or the fault, placed. */
MUST_USE Err ninjs_read_one(Arena *arena, Str bytes, int64_t line, int64_t byte,
                            const ReadContext *ctx, Item *out, Fault *fault);

#endif
