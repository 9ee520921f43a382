/* press/press.h -- from the log of changes to the bytes of a page.
 *
 * A Press follows the change log.  It keeps fragments of pages (what a
 * template made of a few rows), and for each what it was made from.  Before
 * anything is answered it looks whether the log has grown, by this process's
 * writer (one atomic read) or by another process (at most every
 * PRESS_LOOK_EVERY), and drops the fragments that a change touches.  So no
 * answer is older than the last acknowledged write of this process, and none
 * is more than that interval behind another's; nothing is dropped by age.
 *
 * An Answer is a page put together from fragments: a head and parts to be sent
 * by one writev.  It is counted by reference; whoever sends it keeps it alive.
 *
 * Memory: pages are kept in order of use up to cache_bytes; fragments live as
 * long as a page holds them.
 *
 * Threads: a Press belongs to one thread; each serving thread opens its own.
 * The Theme and Site are shared and constant.
 */
#ifndef PRESS_PRESS_H
#define PRESS_PRESS_H

#include "press/fragment.h"
#include "press/theme.h"
#include "store/watch.h"
#include "story/card.h"
#include "story/picture.h"
#include "story/public.h"

#define PRESS_LOOK_EVERY (5 * TIME_MS)

typedef struct Press Press;

typedef struct PressConfig {
    const Site *site;
    const Theme *theme;
    const char *where; /* of the store */
    size_t cache_bytes;
    Str head;     /* header lines of every answer, each with CR LF */
    size_t room;  /* bytes, for the lines of whoever sends an answer */
    int shared_s; /* s-maxage for a cache in front, seconds */
    /* When this program began with these settings and this theme: no page is
     * said to be older, as no log tells when those changed. 0: long ago. */
    Time begun_at;
    const Watch *watch;  /* of a store on a server; else NULL */
    const char *replica; /* where to read from, when it knows enough; or NULL */
    const Watch *replica_watch;
    /* Number of the last change committed by this process. NULL: none. */
    int64_t (*committed)(void *ctx);
    /* The same of the last one that took something away. NULL: none. */
    int64_t (*gone)(void *ctx);
    void *ctx;
    /* Earlier stories that have to do with one, at most max, by the full-text
     * index: asked while none are kept of it (store/related.h), on the thread
     * of the press. NULL: none are shown. */
    Err (*related)(void *related_ctx, Store *store, Arena *arena,
                   const PublicStory *story, size_t max, PublicList *out);
    void *related_ctx;
} PressConfig;

MUST_USE Err press_open(const PressConfig *config, Press **out, Fault *fault);
void press_close(Press *press);

/* Kinds of pages: name, media type, is it a page for people */
#define PAGE_KINDS(X)                                                          \
    X(FRONT, "text/html; charset=utf-8", true)                                 \
    X(LATEST, "text/html; charset=utf-8", true)                                \
    X(DAY, "text/html; charset=utf-8", true)                                   \
    X(SECTION, "text/html; charset=utf-8", true)                               \
    X(TAG, "text/html; charset=utf-8", true)                                   \
    X(STORY, "text/html; charset=utf-8", true)                                 \
    X(GONE, "text/html; charset=utf-8", true)                                  \
    X(SEARCH, "text/html; charset=utf-8", true)                                \
    X(NOT_FOUND, "text/html; charset=utf-8", true)                             \
    X(BAD_REQUEST, "text/html; charset=utf-8", true)                           \
    X(NO_METHOD, "text/html; charset=utf-8", true)                             \
    X(FAILED, "text/html; charset=utf-8", true)                                \
    X(RSS, "application/rss+xml; charset=utf-8", false)                        \
    X(ATOM, "application/atom+xml; charset=utf-8", false)                      \
    X(JSONFEED, "application/feed+json", false)                                \
    X(SUGGEST, "application/x-suggestions+json; charset=utf-8", false)         \
    X(ROBOTS, "text/plain; charset=utf-8", false)                              \
    X(ADS, "text/plain; charset=utf-8", false)                                 \
    X(OPENSEARCH, "application/opensearchdescription+xml; charset=utf-8",      \
      false)                                                                   \
    X(MANIFEST, "application/manifest+json", false)

typedef enum PageKind {
#define X(name, type, people) PAGE_##name,
    PAGE_KINDS(X)
#undef X
        PAGE_KIND_COUNT
} PageKind;

/* Which page. A feed stands for the list that section or tag name, for the
 * whole language, or for the live coverage of a story. */
typedef struct PageKey {
    PageKind kind;
    size_t language; /* index in the site */
    Str section;     /* slug or empty */
    Str tag;         /* slug or empty */
    StoryId story;
    Str slug; /* of a story, as asked for */
    Civil day;
    Cursor before; /* a list's older page; number 0 and at 0: none */
    Cursor after;
} PageKey;

typedef struct Answer {
    size_t refs;
    int status;
    Str head;        /* header lines, each ended by CR LF */
    Str head_304;    /* those of an answer without a body */
    Str etag;        /* with its quotes */
    Time modified;   /* TIME_NONE: not to be told yet */
    Time tell_after; /* when it may be told; 0: it is */
    size_t size;
    size_t asked; /* how often, since it was put together */
    size_t part_count;
    Str *parts;
    /* config.room bytes to be written to, then what is sent in one run: head,
     * CR LF, the parts. NULL until it is asked for often. */
    char *whole;
    char *whole_304; /* the same of an answer without a body; always there */
    size_t fragment_count;
    Fragment **fragments;
} Answer;

void answer_ref(Answer *answer);
void answer_unref(Answer *answer);

/* Takes what was committed, without being asked for a page, and makes anew what
 * pages that are asked for lack: so that what a server that goes away next had
 * said is shown here. now: monotonic. */
void press_catch_up(Press *press, Time now);

/* Takes what was committed, as for a page that is asked for, and looks at once
 * when that change is not among what was taken: somebody has heard of it. */
void press_reach(Press *press, int64_t number, Time now);

/* A page that is known by this address (path, and "?before=..." of a list), in
 * a coding; NULL when it is not kept. Looks for news first; now, monotonic,
 * tells whether it is time to ask the store. The answer is borrowed until the
 * next call on this press: take a reference to keep it. */
Answer *press_find(Press *press, Str address, Coding coding, Time now);

/* Makes the page; now as above. Outcomes:
 *   ERR_OK         *out, borrowed as above
 *   ERR_NOT_FOUND  no such page; ask for PAGE_NOT_FOUND
 *   ERR_GONE       a story that was public; ask for PAGE_GONE
 *   ERR_CONFLICT   PAGE_GONE of a story that is public
 *   ERR_AGAIN      it stands elsewhere: *moved, in arena, is the address;
 *                  *lasting says whether for good (301) or for now (302)
 *   ERR_STORE ...  the store failed */
MUST_USE Err press_make(Press *press, Arena *arena, const PageKey *key,
                        Coding coding, Time now, Answer **out, Str *moved,
                        bool *lasting);

/* ---- pictures ---- */

/* Whether a picture may be shown now, and of which stories it is: the words of
 * Surrogate-Key, borrowed as an answer is. now: monotonic.
 *   ERR_NOT_FOUND  no public story shows it, or its date has come
 *   ERR_STORE ...  it is not known now; what was known last stays known while
 *                  the store is out of reach */
typedef struct PressPicture {
    PictureSize size;
    Time until; /* TIME_NONE: no such date */
    Str keys;
} PressPicture;
MUST_USE Err press_picture(Press *press, Str mark, Time now, PressPicture *out);

/* The card of a public story without a picture, in arena; keys as above.
 *   ERR_NOT_FOUND  it is not public, or shows a picture */
typedef struct PressCard {
    Card card;
    Str mark; /* of it as it is now */
    Str keys;
} PressCard;
MUST_USE Err press_card(Press *press, Arena *arena, StoryId story, Time now,
                        PressCard *out);

/* ---- a search: made for whoever asks, nothing is kept ---- */

typedef struct SearchLine {
    PublicItem item;
    Html headline, snippet; /* marked; the snippet may be empty */
} SearchLine;

/* Something to tell about the query: a text pattern of the catalogs and what
 * stands in it. */
typedef struct SearchNote {
    const char *word;
    Str about;
} SearchNote;

/* A section or tag that is suggested to who types. */
typedef struct SearchName {
    bool is_tag;
    Str slug, name;
} SearchName;

/* What was asked, and what was found. */
typedef struct SearchResult {
    Str query;   /* as it was typed */
    Str section; /* slug: only there; or empty */
    Str period;  /* day, week, month, year; or empty */
    bool by_relevance;
    bool asked;   /* there was something to look for */
    bool relaxed; /* not every word is in each line */
    const SearchLine *lines;
    size_t count;
    const SearchName *names; /* of suggestions; their headlines are lines */
    size_t name_count;
    const SearchNote *notes;
    size_t note_count;
    Str address; /* query part of this search's address, without its page */
    Str older;   /* of its next page; empty: there is none */
} SearchResult;

/* Its page (PAGE_SEARCH), feed (PAGE_RSS, _ATOM, _JSONFEED) or suggestions
 * (PAGE_SUGGEST: an OpenSearch array) in key's language; the caller's to let go
 * of. Errors as press_make. */
MUST_USE Err press_search(Press *press, const PageKey *key,
                          const SearchResult *result, Coding coding, Time now,
                          Answer **out);

/* ---- sitemaps: made as they are sent, nothing is kept ---- */

typedef enum SitemapFile {
    SITEMAP_FILE_INDEX,
    SITEMAP_FILE_PAGES, /* number 1.. */
    SITEMAP_FILE_NEWS,
} SitemapFile;

typedef struct SitemapStream SitemapStream;

/* ERR_NOT_FOUND: no file of that number. now: of the 48 hours of news. */
MUST_USE Err sitemap_open(Press *press, SitemapFile file, int64_t number,
                          Time now, SitemapStream **out);
/* The next piece, in arena; *last when it ends with it. */
MUST_USE Err sitemap_next(SitemapStream *stream, Arena *arena, Str *piece,
                          bool *last);
void sitemap_close(SitemapStream *stream);

/* ---- what the operator sees ---- */

/* name, type, meaning */
#define PRESS_COUNTERS(X)                                                      \
    X(found, "counter", "answers given from what was kept")                    \
    X(made, "counter", "pages put together anew")                              \
    X(fragments, "counter", "fragments made")                                  \
    X(dropped, "counter", "fragments dropped, touched by a change or unused")  \
    X(cleared, "counter", "times that everything was dropped")                 \
    X(pages, "gauge", "pages kept")                                            \
    X(bytes, "gauge", "bytes of all that is kept")

typedef struct PressCounters {
#define X(name, type, meaning) uint64_t name;
    PRESS_COUNTERS(X)
#undef X
    int64_t change; /* the last one taken */
} PressCounters;

/* On the press's own thread. */
PressCounters press_counters(const Press *press);

#endif
