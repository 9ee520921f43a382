/* format/capture_words.h -- which lines of a captured page are not text.
 *
 * Private to format/capture.c.  Threads: pure.
 */
#ifndef FORMAT_CAPTURE_WORDS_H
#define FORMAT_CAPTURE_WORDS_H

#include "base/str.h"

typedef enum LineKind {
    LINE_TEXT,
    LINE_BLANK,
    LINE_MORE,    /* heading of stories about the same */
    LINE_HOT,     /* heading of what is read most */
    LINE_LATEST,  /* heading of the newest */
    LINE_TAGS,    /* "Tags: #usa #nato", or the word alone */
    LINE_TIME,    /* a clock and a date: told by format/capture_lines.c */
    LINE_UPDATED, /* "Updated 17:20 14.04.2021" */
    LINE_INSET,   /* "Read also: ..." in one line */
    LINE_FOOT,    /* the first lines of a page's foot */
    LINE_READING, /* "1 min read" */
    LINE_LOADING, /* a list that a script would fill */
    LINE_AD,
    LINE_BUTTON, /* "Share", "Print" */
} LineKind;

/* What the line is, and in which language it says so (empty when it is text,
 * or a word that pages also carry in another language than their own).  Of
 * LINE_TAGS and LINE_UPDATED *rest is what follows the word. */
LineKind capture_line(Str line, Str *language, Str *rest);

/* The line without "Published:" before the time, *labelled when it was there;
 * and without "updated ..." behind it. */
Str capture_published(Str line, bool *labelled);

/* Text as it is compared: lower case, straight quotes. */
Str capture_fold(Arena *arena, Str text);

#endif
