/* text/pattern.h -- the message patterns that a catalog may hold.
 *
 * They are ICU's MessageFormat, kept small on purpose: one argument, {0}.
 *
 *   plain    no argument at all: "Latest"
 *   text     "Source: {0}"
 *   number   "{0, plural, =0 {none} one {# story} other {# stories}}",
 *            "{0, number}"; a text {0} may not stand beside them
 *
 * Two apostrophes are one; an apostrophe before a brace (or before # in a
 * plural) quotes up to the next apostrophe.
 *
 * Threads: any.
 */
#ifndef TEXT_PATTERN_H
#define TEXT_PATTERN_H

#include "base/err.h"
#include "base/str.h"

typedef enum PatternKind {
    PATTERN_PLAIN,
    PATTERN_TEXT,
    PATTERN_NUMBER
} PatternKind;

#define PATTERN_DEPTH_MAX 8

/* The mark that stands for {0} in what pattern_text gives: U+FFFC. */
#define PATTERN_MARK S("\xEF\xBF\xBC")

/* Reads the pattern as one in that language (BCP 47): tells its kind.
 *   ERR_INVALID  not such a pattern, or a plural without a form that CLDR
 *                names for the language; the fault has a sentence and, as
 *                byte, the place in the pattern */
MUST_USE Err pattern_check(Str pattern, Str language, PatternKind *kind,
                           Fault *fault);

/* A checked text pattern with quotes resolved and PATTERN_MARK for {0}. */
Str pattern_text(Arena *arena, Str pattern);

/* ICU's name of a language for wording: its locale with Latin digits and the
 * Gregorian calendar; English is British (its days stand before months). The
 * name is in arena and ended by NUL. */
char *pattern_locale(Arena *arena, Str language);

#endif
