/* media/sniff.h -- what kind of picture some bytes are, by their content.
 *
 * A file's name and what a server calls it say nothing.  Besides its first
 * bytes the frame of the file is walked to its end (PNG's chunks, JPEG's
 * segments, GIF's blocks, RIFF and ISO boxes), so that one that is cut short is
 * told before it is decoded.  Refused is what only looks like a picture:
 * programs (SVG, HTML, PDF) and pictures that hold HTML, script, PDF or a ZIP
 * besides.
 *
 * Sources: ISO/IEC 10918-1 (JPEG), ISO/IEC 15948 (PNG), GIF89a, Google's WebP
 * Container Specification, ISO/IEC 14496-12 and 23008-12 (AVIF), TIFF 6.0.
 *
 * Threads: pure.
 */
#ifndef MEDIA_SNIFF_H
#define MEDIA_SNIFF_H

#include "story/picture.h"

/* Private to the room. */

/* ERR_UNSUPPORTED: something else, which the fault names; ERR_INVALID: cut
 * short, or more than a picture; ERR_TOO_BIG: over PICTURE_BYTES. */
MUST_USE Err sniff_picture(Str bytes, PictureType *out, Fault *fault);

/* The same of a rendition, which was made of pixels alone: what looks like more
 * is there by chance, and is not looked for. Who serves one says what it is,
 * and lets nothing in it run. */
MUST_USE Err sniff_drawn(Str bytes, PictureType *out, Fault *fault);

#endif
