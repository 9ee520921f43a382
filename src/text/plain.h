/* text/plain.h -- markup laid out as plain text: blocks as lines, an empty
 * line between paragraphs, white space as one space.  Private to text/.
 *
 * Threads: as its Buf.
 */
#ifndef TEXT_PLAIN_H
#define TEXT_PLAIN_H

#include "base/buf.h"

typedef struct PlainOut {
    Buf *buf;
    size_t from; /* where in buf its text begins */
    int lines;   /* line breaks due before the next text, 0 to 2 */
    bool space;  /* a space is due before the next text */
    bool item;   /* the next text begins a list item */
    bool cell;   /* the next text begins a cell after another */
    int pre;     /* elements open in which space counts */
} PlainOut;

PlainOut plain_out(Buf *buf);

/* Names of elements in lower case. Those without an end are opened only. */
void plain_open(PlainOut *out, Str name);
void plain_close(PlainOut *out, Str name);
void plain_text(PlainOut *out, Str text);

/* An element whose content no reader sees. */
bool plain_is_hidden(Str name);
/* An element that does not break the line or the word. */
bool plain_is_inline(Str name);

#endif
