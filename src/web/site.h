/* web/site.h -- the public site: a request in, a page of the press out.
 *
 * Threads: a SiteThread belongs to its serving thread; SiteShared is made at
 * start and constant.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "audience/ads.h"
#include "audience/audience.h"
#include "media/shelf.h"
#include "net/server.h"
#include "press/press.h"
#include "web/live.h"
#include "web/searcher.h"
#include "web/subscribe.h"

/* A file of the theme that is served as it is. */
typedef struct Asset {
    Str path; /* "/icon.svg" */
    Str type;
    Str plain, brotli; /* brotli empty where it would not be smaller */
    Str etag, etag_brotli;
} Asset;

#define ASSETS_MAX 16

typedef struct SiteShared {
    const Site *site;
    const Theme *theme;
    Asset assets[ASSETS_MAX];
    size_t asset_count;
    Str head;       /* header lines of every answer: policy and so on */
    Str media_head; /* those of a picture's */
    Shelf shelf;    /* its files; folder NULL: there are none */
    struct Courier *courier; /* of what its folder lacks; NULL: of nothing */
    struct Cards *cards;     /* of stories without one; NULL: none are drawn */
    int shared_s;            /* s-maxage for a cache in front, seconds */
    bool purges;             /* it is told what changed */
    StrList proxies;         /* addresses of our own, see web/client.h */
    Audience *audience;      /* NULL: nothing is counted */
    Ads *ads;                /* NULL: there are none */
    Html ad_style;           /* of the agency's own where no script runs */
    Str ad_house_head, ad_html_head, ad_open_head; /* headers of frames */
    Subscribe subscribe;
} SiteShared;

typedef struct SiteThread {
    const SiteShared *shared;
    Press *press;
    Searcher *searcher;
    Live *live;
    /* The last Accept-Encoding and what was chosen by it: browsers of a kind
     * say the same. */
    char accepts[64];
    size_t accepts_len;
    Coding coding;
} SiteThread;

/* Reads the icons and composes the header lines. arena: as long as *out. */
MUST_USE Err site_prepare(Arena *arena, const Site *site, const Theme *theme,
                          int shared_s, SiteShared *out, Fault *fault);

/* An HttpBodyMax; state is a SiteThread. */
size_t site_body_max(void *state, const HttpRequest *request);

/* An HttpHandler; state is a SiteThread. */
void site_handle(void *state, const HttpRequest *request, Arena *arena,
                 HttpReply *reply);

#endif
