/* format/capture.h -- the text of a news page as a reader's clipboard has it.
 *
 *     Facts                              section
 *     16:15 14.04.2021                   time, day first, in the site's zone
 *     Blinken, NATO Secretary General discuss ...
 *     1 min read
 *     Blinken, NATO Secretary ...        the headline again: the picture's text
 *     At the talks in Brussels ...       body, an empty line between paragraphs
 *     Tags: #usa #nato
 *     MORE ABOUT                         time and headline, headline again
 *     HOT NEWS                           headlines
 *     LATEST                             headlines
 *
 * The headings are known in English, Ukrainian, Russian and a few more
 * languages, and count as headings where no sentence of the story follows; the
 * headline may also stand above the time; times as format/page_time.h has
 * them.  The page is taken to be in the language of its own interface.
 * Lines of the interface ("Loading...", "AD", "Share") and what stands with an
 * AD are no text.
 *
 * Each story of the page becomes an Item: the story itself, those of MORE
 * ABOUT with their times and the story's tags, by which the source chose them,
 * those of LATEST and then of HOT NEWS with timed = false and `at` 1, 2, 3 ...
 * microseconds before the newest time on the page, so that they sort after it.
 * A headline that stands in two lists is one story.
 *
 * Identity is language and headline: uri "capture:" and a digest of them.  The
 * version says how much is known, so that a later capture that knows more is a
 * newer version and one that knows less changes nothing:
 *   1 headline only   2 with its time   3 a page of its own   4 with a body
 *
 * Threads: any.
 */
#ifndef FORMAT_CAPTURE_H
#define FORMAT_CAPTURE_H

#include "format/read.h"

#define CAPTURE_MAX         ((size_t)4 * 1024 * 1024)
#define CAPTURE_URI         "capture:"
#define CAPTURE_STORY       3 /* version of a story's own page, without body */
#define CAPTURE_STORIES_MAX 2000

/* A story whose time was not understood, or whose text is over BODY_MAX, is a
 * bad record beside those of the lists.
 *   ERR_INVALID  neither a story with its time nor one of the headings
 *   ERR_UNSUPPORTED  in no encoding that can be told
 *   ERR_TOO_BIG  over CAPTURE_MAX bytes, CAPTURE_STORIES_MAX stories, 100,000
 *                lines */
MUST_USE Err capture_read(Arena *arena, Str bytes, const ReadContext *ctx,
                          ReadOut *out, Fault *fault);

/* Whether bytes look like such a page: they have two signs of one, as a time
 * and tags, or two headings. */
bool capture_is(Str bytes);

#endif
