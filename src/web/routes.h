/* web/routes.h -- every address that this program answers, as data.
 *
 * The table is the only place that says what exists: the handler matches by
 * it, `dateline routes --json` prints it, and the tests that walk all public
 * surfaces (leaks, methods, headers) take them from there.
 *
 * A pattern is a path; {name} stands for one or more characters up to the
 * character that follows it in the pattern, never a slash.  The first match in
 * table order counts.
 *
 * Threads: constant.
 */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "story/state.h"

/* What kind of surface an answer is: word, meaning. */
#define SURFACES(X)                                                            \
    X(PAGE, "page", "HTML for readers")                                        \
    X(FEED, "feed", "RSS, Atom, JSON Feed")                                    \
    X(SEARCH, "search", "HTML, feeds and suggestions, made for who asks")      \
    X(LIVE, "live", "server-sent events, without an end")                      \
    X(BEACON, "beacon", "an open page says that it is read")                   \
    X(PUSH, "push", "a browser subscribes to flashes")                         \
    X(SITEMAP, "sitemap", "addresses for crawlers, streamed")                  \
    X(FILE, "file", "small files at the root")                                 \
    X(ASSET, "asset", "script and icons of the theme")                         \
    X(MEDIA, "media", "pictures of public stories, and their cards")           \
    X(AD, "ad", "ads, their frames, and what was seen and clicked of them")    \
    X(MOVE, "move", "leads elsewhere")                                         \
    X(STATUS, "status", "for the operator")                                    \
    X(CONTROL, "control", "acts on stories")

typedef enum Surface {
#define X(name, word, meaning) SURFACE_##name,
    SURFACES(X)
#undef X
        SURFACE_COUNT
} Surface;

/* On which listener an address is answered. */
typedef enum RouteHost {
    HOST_SITE,     /* the public site */
    HOST_OPERATOR, /* the operator's own address and the control socket */
} RouteHost;

/* What answers: dispatched in web/site.c and web/control.c. */
typedef enum RouteTarget {
    ROUTE_ROOT,
    ROUTE_PAGE,   /* of the page kind named */
    ROUTE_SEARCH, /* of the page kind named */
    ROUTE_LIVE,
    ROUTE_READ,
    ROUTE_PUSH_KEY,
    ROUTE_SUBSCRIBE,
    ROUTE_UNSUBSCRIBE,
    ROUTE_SITEMAP_INDEX,
    ROUTE_SITEMAP_PAGES,
    ROUTE_SITEMAP_NEWS,
    ROUTE_ASSET,
    ROUTE_MEDIA,
    ROUTE_CARD,
    ROUTE_AD,
    ROUTE_AD_FRAME,
    ROUTE_AD_HOUSE,
    ROUTE_AD_CLICK,
    ROUTE_AD_SEEN,
    ROUTE_HEALTH,
    ROUTE_METRICS,
    ROUTE_READS,
    ROUTE_PUT,
    ROUTE_ACT,
    ROUTE_PIN,
    ROUTE_ENTRY,
    ROUTE_PICTURE,
    ROUTE_CAMPAIGN,
} RouteTarget;

enum { METHOD_GET = 1, METHOD_POST = 2 }; /* HEAD goes with GET */

typedef struct Route {
    Str pattern;
    unsigned methods;
    Role role;      /* least one */
    bool cacheable; /* by caches shared among readers */
    Surface surface;
    RouteHost host;
    RouteTarget target;
    int page; /* enum PageKind of ROUTE_PAGE */
} Route;

extern const Route routes[];
extern const size_t route_count;

#define ROUTE_PARAMS_MAX 4

typedef struct RouteMatch {
    const Route *route;
    struct {
        Str name, value;
    } params[ROUTE_PARAMS_MAX];
    size_t param_count;
} RouteMatch;

/* The route of that path on that host; false when there is none. */
bool route_match(Str path, RouteHost host, RouteMatch *out);

/* The value of a parameter; empty when the pattern has none of that name. */
Str route_param(const RouteMatch *match, Str name);

const char *surface_word(Surface surface);

#endif
