/* story/picture.h -- a picture: what it shows, whose it is, what is made of it.
 *
 * A picture is known by its content: its mark is a hash of the bytes that came
 * in.  These are kept as they are; readers get renditions, which are named by
 * the mark, a width and a format, and never change.
 *
 *   mark      PICTURE_MARK letters of base64url, of BLAKE2b-144 of the original
 *   width     of the upright picture, as height; 1..65535, PICTURE_PIXELS at
 *             most together
 *   color     0xRRGGBB, the mean of all its pixels, in sRGB
 *   focus     what must stay in view when it is cut: thousandths of width and
 *             height, from the left and the top; the middle when unsaid
 *
 * Threads: plain values.
 */
#ifndef STORY_PICTURE_H
#define STORY_PICTURE_H

#include "base/time.h"
#include "story/story.h"

#define PICTURE_MARK    24
#define PICTURE_BYTES   ((size_t)64 * 1024 * 1024) /* of an original */
#define PICTURE_PIXELS  ((int64_t)50 * 1000 * 1000)
#define PICTURE_TEXT    2000 /* code points: caption, alternative text, rights */
#define PICTURE_TALLEST 4096 /* px of a rendition's height */
#define PICTURE_WIDTHS  6    /* renditions of one format, at most */

/* name, word, file name extension, media type */
#define PICTURE_TYPES(X)                                                       \
    X(JPEG, "JPEG", "jpg", "image/jpeg")                                       \
    X(PNG, "PNG", "png", "image/png")                                          \
    X(WEBP, "WebP", "webp", "image/webp")                                      \
    X(AVIF, "AVIF", "avif", "image/avif")                                      \
    X(GIF, "GIF", "gif", "image/gif")                                          \
    X(TIFF, "TIFF", "tif", "image/tiff")

typedef enum PictureType {
#define X(name, word, extension, media) PICTURE_##name,
    PICTURE_TYPES(X)
#undef X
        PICTURE_TYPE_COUNT
} PictureType;

const char *picture_word(PictureType type);
const char *picture_extension(PictureType type);
const char *picture_media_type(PictureType type);

/* What is said of it: by the file itself, or by a person. */
typedef struct PictureSaid {
    Str alt;     /* for who does not see it */
    Str caption; /* for everybody */
    Str credit;  /* who took it, for whom: FIELD_MAX */
    Str rights;  /* copyright and terms */
    Time until;  /* it may not be shown from then on; TIME_NONE: no such date */
} PictureSaid;

typedef struct Picture {
    int64_t number; /* 0: not in the store */
    Str mark;
    PictureType type; /* of the original */
    int64_t bytes;    /* of the original */
    int32_t width, height;
    int32_t color;
    int32_t focus_x, focus_y; /* 0..1000 */
    PictureSaid said;
    Time added_at;
} Picture;

typedef struct PictureSize {
    int32_t width, height;
} PictureSize;

/* The sizes of its renditions, smallest first, at least one: 320, 640, 960,
 * 1280 and 1920 px of width, none wider than it is or near the widest, which is
 * its own width where that is less than 1920, or where its height would be over
 * PICTURE_TALLEST. Returns how many. */
size_t picture_sizes(int32_t width, int32_t height,
                     PictureSize out[PICTURE_WIDTHS]);

/* The formats that renditions are made in, best first. */
extern const PictureType picture_formats[3];

/* "Mark-640.avif" in arena, below /media/ and in the folder. */
Str picture_name(Arena *arena, Str mark, int32_t width, PictureType type);

/* What a name says. False: it is none. */
typedef struct PictureName {
    Str mark;
    int32_t width;
    PictureType type;
} PictureName;
bool picture_named(Str name, PictureName *out);

/* A mark has PICTURE_MARK letters of base64url, and nothing else. */
bool picture_is_mark(Str text);

#endif
