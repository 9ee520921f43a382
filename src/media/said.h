/* media/said.h -- what a picture's file says of it: XMP, IPTC, EXIF.
 *
 * Of each field the first of these that has it is taken, in that order.  The
 * credit is the person and, where both are said, for whom: "Ann Smith /
 * Agency". What cameras write by themselves says nothing and is left out; place
 * and device are never looked at.
 *
 * Sources: IPTC Photo Metadata Standard 2023.1 (which properties), ISO 16684-1
 * (XMP in RDF), IPTC-NAA IIM 4.2 (records), Adobe's Photoshop File Formats (the
 * blocks around them), CIPA DC-008 (EXIF).
 *
 * Threads: pure, in the arena given.
 */
#ifndef MEDIA_SAID_H
#define MEDIA_SAID_H

#include "media/frames.h"

/* Private to the room. */

/* Never fails: what cannot be read says nothing. Texts are UTF-8, each in one
 * line, cut at their limits. */
PictureSaid picture_said(Arena *arena, const Str told[TOLD_COUNT]);

#endif
