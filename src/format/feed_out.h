/* format/feed_out.h -- a list of stories to be written as a feed, whichever:
 * RSS 2.0 (format/rss.h), Atom (format/atom.h), JSON Feed (format/jsonfeed.h).
 *
 * All addresses are absolute and percent-encoded; all words (headings of
 * corrections, names of sections) arrive in the feed's own language.  A field
 * that is said to be optional is left out when it is empty.
 *
 * What is in no feed: a time of publication that nobody knows (the entry then
 * has the time of its last change only), and anything of a story that is not
 * in its PublicStory.
 *
 * Limits: at most FEED_ENTRIES_MAX entries.  Once the entries written come to
 * more than FEED_FULL_MAX bytes, those that follow carry their deck instead of
 * their text.  A Buf of FEED_MAX holds any such feed.
 *
 * Threads: plain values; the writers use the arena of the Buf they are given.
 */
#ifndef FORMAT_FEED_OUT_H
#define FORMAT_FEED_OUT_H

#include "base/buf.h"
#include "story/public.h"

#define FEED_ENTRIES_MAX 100
#define FEED_FULL_MAX    ((size_t)2 * 1024 * 1024)
#define FEED_MAX         ((size_t)64 * 1024 * 1024)

/* The picture that leads a story; texts may be empty. */
typedef struct FeedPicture {
    Str url; /* of a JPEG; empty: there is none */
    int32_t width, height;
    Str alt, caption, credit;
} FeedPicture;

typedef struct FeedEntry {
    const PublicStory *story;
    Str url; /* of its page */
    FeedPicture picture;
    /* What stands before each of the story's corrections, "Correction, 16:15
     * 14.04.2021:", in the order of story->corrections; NULL: nothing. */
    const Str *correction_labels;
} FeedEntry;

typedef struct FeedOut {
    Str title;
    Str subtitle;  /* optional */
    Str language;  /* BCP 47 */
    Str home;      /* the page whose feed it is */
    Str self;      /* the feed's own address, and its identity */
    Str hub;       /* WebSub; optional */
    Str author;    /* the agency: author of what has no byline */
    Str icon;      /* a square PNG; optional */
    Str sections;  /* a section's page is this and its slug and '/'; optional */
    Str tags;      /* likewise a tag's */
    Str authority; /* "example.org,2026": host and a date at which it was the
                      agency's (RFC 4151), for stories without a URI */
    Time updated;  /* the newest change of any entry; never TIME_NONE */
    const FeedEntry *entries;
    size_t count;
} FeedOut;

/* The identity of a story in every feed, the same for ever: its uri when that
 * is an absolute URI or IRI, else "tag:AUTHORITY:story/NUMBER". */
Str feed_id(Arena *arena, const PublicStory *story, Str authority);

/* The full text of an entry: its corrections, the newest first, each a
 * paragraph of label and note, then the body with absolute links.  Empty for a
 * story that has neither. */
Html feed_content(Arena *arena, const FeedEntry *entry);

/* As feed_content, but empty when what was written already (out) has passed
 * FEED_FULL_MAX. */
Html feed_content_if_room(const Buf *out, const FeedEntry *entry);

Str feed_author(const FeedOut *feed, const PublicStory *story);

/* When it was last changed: never TIME_NONE for a story of the store. */
Time feed_changed(const PublicStory *story);

/* Media RSS 1.5.1, which RSS and Atom take: the namespace on the feed's first
 * element, and <media:content> in an entry; nothing where there are none. */
void feed_put_media_ns(Buf *buf, const FeedOut *feed);
void feed_put_media(Buf *buf, const FeedPicture *picture);

/* base and slug and '/', or empty when base is. */
Str feed_page(Arena *arena, Str base, Str slug);

#endif
