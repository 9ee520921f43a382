/* format/ninjs_write.h -- a public story as ninjs 3.0 (IPTC's news in JSON).
 *
 *   uri version type pubStatus urgency language firstCreated versionCreated
 *   headlines      role main
 *   descriptions   role summary (the deck), correction (the note of this
 *                  version), earlierCorrection (of those before it)
 *   bodies         role main, text/html, links absolute, with wordCount
 *   subjects       rel section and tag: name, and the slug as literal
 *   altIds         role translationGroup (a key shared by translations),
 *                  number (in the address)
 *   associations   rel follows: the earlier story that this one updates; rel
 *                  lead: the picture, with its renditions as far as readers get
 *                  them
 *   by located slugline infoSources copyrightHolder, renditions: the page
 *
 * firstCreated is the time of publication.  When that is unknown both times are
 * left out: who misses the first takes the other for it.
 * format/ninjs.h reads the same back into an Item.
 *
 * Threads: any.
 */
#ifndef FORMAT_NINJS_WRITE_H
#define FORMAT_NINJS_WRITE_H

#include "base/buf.h"
#include "story/picture.h"
#include "story/public.h"

#define NINJS_TYPE "application/json"
#define NINJS_MAX  ((size_t)16 * 1024 * 1024) /* a Buf that holds any story */

/* An empty field is left out. */
typedef struct NinjsOut {
    const PublicStory *story;
    Str url;    /* of its page, absolute; without it links stay as they are */
    Str agency; /* copyrightHolder */
    Str authority; /* "example.org,2026", as in format/feed_out.h: makes the
                      group's key one of its kind */
    Str follows_uri;
    Str follows_headline;
    Str media;        /* below which pictures are served, absolute, with '/' at
                         its end; without it none is named */
    PictureSaid said; /* of the story's picture */
} NinjsOut;

/* One object, without a line end. */
void ninjs_write(Buf *buf, const NinjsOut *out);

#endif
