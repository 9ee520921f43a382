/* text/paragraphs.h -- the commonest body of all, read without an HTML parser.
 * Private to text/.
 *
 * Most bodies that arrive are paragraphs of plain text and nothing else.  For
 * those the tree is plain to see, in a fiftieth of the time that the parser
 * takes; everything else is left to the parser.
 *
 * Threads: any.
 */
#ifndef TEXT_PARAGRAPHS_H
#define TEXT_PARAGRAPHS_H

#include "text/html.h"

/* True when source is text without markup, references and controls, some of it
 * between <p> and </p>: then body, which is new, has the children that
 * html_read_fragment would give it. False: body is as it was. */
bool paragraphs_read(Arena *arena, Str source, HtmlNode *body);

#endif
