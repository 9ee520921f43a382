/* text/xmlmend.h -- a look over XML before libxml2 reads it: refuses what
 * costs too much, and mends what feeds get wrong.  Private to text/.
 *
 * Threads: any.
 */
#ifndef TEXT_XMLMEND_H
#define TEXT_XMLMEND_H

#include "base/err.h"
#include "base/str.h"

#define XML_TAG_ATTRS 256 /* in one tag: libxml2 compares each with each */

/* No tag of source (UTF-8) has more than XML_TAG_ATTRS attributes.
 *   ERR_TOO_BIG  one has; line and column are in the fault */
MUST_USE Err xml_check_tags(Str source, Fault *fault);

/* source as XML_MEND of xml.h says, in arena: without space before it, HTML's
 * named entities as characters, a bare & escaped, characters that XML forbids
 * left out. */
Str xml_mend(Arena *arena, Str source);

#endif
