/* format/page_time.h -- clock and date as pages show them to readers.
 *
 *     16:15 14.04.2021            14 квітня 2021 р., 16:15
 *     14.04.21 - 16:15            14 апреля 2021 г. в 16:15
 *     2021-04-14 16:15            April 14, 2021, 4:15 pm
 *
 * Months are known by name, whole or cut to three letters and more, in English,
 * Ukrainian, Russian, German, Polish, French and Arabic.  Of two numbers the
 * day is the first.  Space is any space, also one that does not break.
 *
 * Threads: pure, but for the zone of the context.
 */
#ifndef FORMAT_PAGE_TIME_H
#define FORMAT_PAGE_TIME_H

#include "format/read.h"

/* A clock and a date and nothing else; without a zone, in the context's.
 * *out is untouched on
 *   ERR_INVALID    anything else
 *   ERR_NOT_FOUND  without a zone, of year 1: it stands for none */
MUST_USE Err page_time_read(const ReadContext *ctx, Str text, Time *out);

/* The same, and a date alone, which is noon of that day. */
MUST_USE Err page_date_read(const ReadContext *ctx, Str text, Time *out);

/* Whether a word is a month's name or one of those that stand beside a date. */
bool page_time_word(Str word);

#endif
