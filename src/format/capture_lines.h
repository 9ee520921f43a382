/* format/capture_lines.h -- a captured page as lines that know what they are.
 *
 * Private to format/capture.c.  Lines that are never text (blank ones, the
 * reading time, "Loading...", buttons, what stands with an AD) are left out;
 * what stands around them tells what a heading or a time means: the same
 * words are a menu above the story, an inset in its text and a list below.
 *
 * Lifetime: the arena, and the text given.  Threads: pure, but for the zone.
 */
#ifndef FORMAT_CAPTURE_LINES_H
#define FORMAT_CAPTURE_LINES_H

#include "format/capture_words.h"
#include "format/read.h"

#define CAPTURE_LINES_MAX 100000 /* those that are not left out */
#define LINES_NONE        SIZE_MAX
#define LANGUAGES_MAX     8

typedef struct CaptureLine {
    LineKind kind;
    Str text;       /* trimmed */
    Str rest;       /* of LINE_TAGS and LINE_UPDATED: after the word */
    Time at;        /* of LINE_TIME */
    int64_t number; /* in the page, from 1 */
    bool gap;       /* an empty line before it, or one left out */
    bool prose;     /* a sentence, as no headline is */
    bool colon;     /* ends in one */
    bool inside;    /* a heading, time or footer inside the story's text */
} CaptureLine;

typedef struct CaptureLines {
    CaptureLine *items;
    size_t count;
    bool reading; /* a line of the reading time was left out */
    size_t own;   /* the time of the page's own story, or LINES_NONE */
    size_t tags;  /* the line of its tags, or LINES_NONE */
    struct {
        Str language;
        int votes;
    } votes[LANGUAGES_MAX];
} CaptureLines;

/* ERR_TOO_BIG over CAPTURE_LINES_MAX. */
MUST_USE Err lines_read(Arena *arena, Str text, const ReadContext *ctx,
                        CaptureLines *out, Fault *fault);

/* The language of most words of the interface; else the context's. */
Str lines_language(const CaptureLines *lines, const ReadContext *ctx);

/* Whether there are two signs of a captured page: a time, each kind of
 * heading, tags, the reading time, sentences below a time. */
bool lines_are_page(const CaptureLines *lines);

bool line_is_heading(const CaptureLine *line);

/* The nearest line of text before or after a place, times and (before) a foot
 * passed over; NULL when something else stands between. */
const CaptureLine *lines_before(const CaptureLines *lines, size_t place);
const CaptureLine *lines_after(const CaptureLines *lines, size_t place);

#endif
