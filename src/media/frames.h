/* media/frames.h -- what the process that draws tells: frames in a pipe.
 *
 * A frame is a head and its bytes.  The reading side believes nothing of it:
 * the other one may have been taken over by a picture.
 *
 *   kind    a           b        c           bytes
 *   SIZE    width       height   0xRRGGBB    -
 *   SAID    PictureTold -        -           what the file says, as it is there
 *   MADE    width       height   PictureType of a rendition
 *   FAULT   Err         -        -           what is wrong
 *   DONE    -           -        -           -
 *
 * SIZE comes once, before what is made.
 *
 * Threads: pure; frame_write blocks.
 */
#ifndef MEDIA_FRAMES_H
#define MEDIA_FRAMES_H

#include "story/picture.h"

/* Private to the room. */

typedef enum FrameKind {
    FRAME_SIZE = 1,
    FRAME_SAID,
    FRAME_MADE,
    FRAME_FAULT,
    FRAME_DONE,
} FrameKind;

typedef struct FrameHead {
    uint32_t kind, a, b, c;
    uint64_t bytes;
} FrameHead;

/* Where a file says something of itself. */
typedef enum PictureTold {
    TOLD_XMP,
    TOLD_IPTC,
    TOLD_EXIF_DESCRIPTION,
    TOLD_EXIF_ARTIST,
    TOLD_EXIF_COPYRIGHT,
    TOLD_COUNT
} PictureTold;

#define TOLD_MAX      ((size_t)256 * 1024)       /* bytes of one of them */
#define RENDITION_MAX ((size_t)16 * 1024 * 1024) /* bytes */
#define FRAMES_MAX    ((size_t)64 * 1024 * 1024) /* bytes of all */

MUST_USE Err frame_write(int fd, FrameHead head, const void *bytes);

/* What it is to draw from: standard input, a file. */
MUST_USE Err frames_input(Str *out, Fault *fault);

/* Says how it went, and ends the process. */
_Noreturn void frames_end(Err err, const Fault *fault);

typedef struct Rendition {
    PictureSize size;
    PictureType type;
    Str bytes;
} Rendition;

typedef struct Drawn {
    PictureSize size; /* of the upright picture */
    int32_t color;
    Str told[TOLD_COUNT];
    Rendition made[PICTURE_WIDTHS * 3];
    size_t count;
} Drawn;

/* Takes the first frame off: its head, and its bytes in *frames. False: there
 * is no whole one. */
bool frame_next(Str *frames, FrameHead *head, Str *bytes);

/* What a frame FAULT says; ERR_INVALID too when it says what it may not. */
Err frame_fault(const FrameHead *head, Str bytes, Fault *fault);

/* All of them at once; what is in *out points into them.  ERR_INVALID: they are
 * not what is above, or not those of a picture of that size; else what a frame
 * FAULT says. */
MUST_USE Err frames_read(Str frames, Drawn *out, Fault *fault);

#endif
