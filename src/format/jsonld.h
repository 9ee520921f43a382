/* format/jsonld.h -- what a story page tells search engines, in schema.org's
 * words: a NewsArticle and the BreadcrumbList above it.
 *
 * The result stands inside <script type="application/ld+json">: JsonOut writes
 * < > & U+2028 and U+2029 as escapes, so that no text can end the element.
 * That is why it is Html.
 *
 *   headline       whole up to JSONLD_HEADLINE_MAX characters; a longer one is
 *                  cut at a word and "..." set behind, and stands whole in
 *                  alternativeHeadline
 *   datePublished  left out when the time of publication is unknown
 *   image          the picture that leads the story, an ImageObject with what
 *                  is said of it; else an address
 *   correction     a CorrectionComment each, oldest first, the last
 *                  JSONLD_CORRECTIONS_MAX of them
 *   liveBlogUpdate an entry of live coverage each, its text cut at a word as
 *                  the headline is, as long as there is room: the article is
 *                  a LiveBlogPosting then; its address is the page's with
 *                  #entry-3
 *   workTranslation, translationOfWork
 *                  the first of a group of translations names the others; the
 *                  others name the first, if it is public
 *
 * Threads: any.  The result lives in the arena given.
 */
#ifndef FORMAT_JSONLD_H
#define FORMAT_JSONLD_H

#include "base/buf.h"
#include "story/entry.h"
#include "story/public.h"

#define JSONLD_MAX             ((size_t)1024 * 1024)
#define JSONLD_HEADLINE_MAX    110 /* code points; what Google shows */
#define JSONLD_CORRECTIONS_MAX 16
#define JSONLD_ENTRY_MAX       1000 /* code points of an entry's text */

typedef struct JsonLdPeer {
    StoryId id;
    Str language;
    Str url;
    Str headline;
} JsonLdPeer;

typedef struct JsonLdCrumb {
    Str name;
    Str url;
} JsonLdCrumb;

typedef struct JsonLdPicture {
    Str url;               /* empty: the story shows none */
    int32_t width, height; /* px, of what is at that address */
    Str caption, credit, rights;
} JsonLdPicture;

/* Addresses are absolute; an empty field is left out. */
typedef struct JsonLd {
    const PublicStory *story;
    Str url;
    Str description;
    JsonLdPicture picture;
    Str image; /* of the agency, where the story shows no picture */
    Str agency;
    Str agency_url; /* the site's front, for the publisher and isPartOf */
    Str logo;
    Str follows_url;         /* the earlier story that this one updates */
    const JsonLdPeer *peers; /* the other public translations */
    size_t peer_count;
    const JsonLdCrumb *crumbs; /* from the front to the story's section */
    size_t crumb_count;
    const Entries *coverage; /* NULL: the story is no live coverage */
    Time ended_at;           /* of that; TIME_NONE: it goes on */
} JsonLd;

/* ERR_TOO_BIG  over JSONLD_MAX, which a story within the limits of
 *              story/story.h with less than 200 peers never is */
MUST_USE Err jsonld_article(Arena *arena, const JsonLd *page, Html *out);

#endif
