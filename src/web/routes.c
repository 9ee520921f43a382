#include "web/routes.h"

#include "press/press.h"

#define PAGE(pattern, kind)                                                    \
    {                                                                          \
        S_INIT(pattern), METHOD_GET, ROLE_NOBODY, true, SURFACE_PAGE,          \
            HOST_SITE, ROUTE_PAGE, PAGE_##kind                                 \
    }
#define FEED(pattern, kind)                                                    \
    {                                                                          \
        S_INIT(pattern), METHOD_GET, ROLE_NOBODY, true, SURFACE_FEED,          \
            HOST_SITE, ROUTE_PAGE, PAGE_##kind                                 \
    }
#define SEARCH(pattern, kind)                                                  \
    {                                                                          \
        S_INIT(pattern), METHOD_GET, ROLE_NOBODY, false, SURFACE_SEARCH,       \
            HOST_SITE, ROUTE_SEARCH, PAGE_##kind                               \
    }
#define FILE_AT(pattern, kind)                                                 \
    {                                                                          \
        S_INIT(pattern), METHOD_GET, ROLE_NOBODY, true, SURFACE_FILE,          \
            HOST_SITE, ROUTE_PAGE, PAGE_##kind                                 \
    }
#define SITEMAP(pattern, target)                                               \
    {                                                                          \
        S_INIT(pattern), METHOD_GET, ROLE_NOBODY, true, SURFACE_SITEMAP,       \
            HOST_SITE, target, 0                                               \
    }
#define ASSET(pattern)                                                         \
    {                                                                          \
        S_INIT(pattern), METHOD_GET, ROLE_NOBODY, true, SURFACE_ASSET,         \
            HOST_SITE, ROUTE_ASSET, 0                                          \
    }
#define AD(pattern, methods, target)                                           \
    {                                                                          \
        S_INIT(pattern), methods, ROLE_NOBODY, false, SURFACE_AD, HOST_SITE,   \
            target, 0                                                          \
    }
#define OPERATOR(pattern, methods, surface, target)                            \
    {                                                                          \
        S_INIT(pattern), methods, ROLE_OPERATOR, false, surface,               \
            HOST_OPERATOR, target, 0                                           \
    }

const Route routes[] = {
    {S_INIT("/"), METHOD_GET, ROLE_NOBODY, true, SURFACE_MOVE, HOST_SITE,
     ROUTE_ROOT, 0},
    {S_INIT("/live"), METHOD_GET, ROLE_NOBODY, false, SURFACE_LIVE, HOST_SITE,
     ROUTE_LIVE, 0},
    {S_INIT("/read"), METHOD_POST, ROLE_NOBODY, false, SURFACE_BEACON,
     HOST_SITE, ROUTE_READ, 0},
    {S_INIT("/push/key"), METHOD_GET, ROLE_NOBODY, false, SURFACE_PUSH,
     HOST_SITE, ROUTE_PUSH_KEY, 0},
    {S_INIT("/push/subscribe"), METHOD_POST, ROLE_NOBODY, false, SURFACE_PUSH,
     HOST_SITE, ROUTE_SUBSCRIBE, 0},
    {S_INIT("/push/unsubscribe"), METHOD_POST, ROLE_NOBODY, false, SURFACE_PUSH,
     HOST_SITE, ROUTE_UNSUBSCRIBE, 0},
    FILE_AT("/robots.txt", ROBOTS),
    FILE_AT("/ads.txt", ADS),
    FILE_AT("/opensearch.xml", OPENSEARCH),
    FILE_AT("/manifest.webmanifest", MANIFEST),
    SITEMAP("/sitemap.xml", ROUTE_SITEMAP_INDEX),
    SITEMAP("/sitemap-news.xml", ROUTE_SITEMAP_NEWS),
    SITEMAP("/sitemap-{file}.xml", ROUTE_SITEMAP_PAGES),
    ASSET("/site.js"),
    ASSET("/push.js"),
    ASSET("/favicon.ico"),
    ASSET("/icon.svg"),
    ASSET("/icon-maskable.svg"),
    ASSET("/icon-192.png"),
    ASSET("/icon-512.png"),
    ASSET("/apple-touch-icon.png"),
    {S_INIT("/media/{file}"), METHOD_GET, ROLE_NOBODY, true, SURFACE_MEDIA,
     HOST_SITE, ROUTE_MEDIA, 0},
    {S_INIT("/media/card/{file}"), METHOD_GET, ROLE_NOBODY, true, SURFACE_MEDIA,
     HOST_SITE, ROUTE_CARD, 0},
    AD("/ad", METHOD_GET, ROUTE_AD),
    AD("/ad/frame", METHOD_GET, ROUTE_AD_FRAME),
    AD("/ad/house", METHOD_GET, ROUTE_AD_HOUSE),
    AD("/ad/click", METHOD_GET, ROUTE_AD_CLICK),
    AD("/ad/seen", METHOD_POST, ROUTE_AD_SEEN),
    PAGE("/{language}/", FRONT),
    FEED("/{language}/rss.xml", RSS),
    FEED("/{language}/atom.xml", ATOM),
    FEED("/{language}/feed.json", JSONFEED),
    PAGE("/{language}/latest/", LATEST),
    SEARCH("/{language}/search", SEARCH),
    SEARCH("/{language}/search/suggest", SUGGEST),
    SEARCH("/{language}/search/rss.xml", RSS),
    SEARCH("/{language}/search/atom.xml", ATOM),
    SEARCH("/{language}/search/feed.json", JSONFEED),
    PAGE("/{language}/tag/{tag}/", TAG),
    FEED("/{language}/tag/{tag}/rss.xml", RSS),
    FEED("/{language}/tag/{tag}/atom.xml", ATOM),
    FEED("/{language}/tag/{tag}/feed.json", JSONFEED),
    PAGE("/{language}/{year}/{month}/{day}/", DAY),
    PAGE("/{language}/{section}/", SECTION),
    FEED("/{language}/{section}/rss.xml", RSS),
    FEED("/{language}/{section}/atom.xml", ATOM),
    FEED("/{language}/{section}/feed.json", JSONFEED),
    PAGE("/{language}/{section}/{story}", STORY),
    FEED("/{language}/{section}/{story}/rss.xml", RSS),
    FEED("/{language}/{section}/{story}/atom.xml", ATOM),
    FEED("/{language}/{section}/{story}/feed.json", JSONFEED),
    OPERATOR("/healthz", METHOD_GET, SURFACE_STATUS, ROUTE_HEALTH),
    OPERATOR("/metrics", METHOD_GET, SURFACE_STATUS, ROUTE_METRICS),
    OPERATOR("/reads", METHOD_GET, SURFACE_STATUS, ROUTE_READS),
    OPERATOR("/control/put", METHOD_POST, SURFACE_CONTROL, ROUTE_PUT),
    OPERATOR("/control/act", METHOD_POST, SURFACE_CONTROL, ROUTE_ACT),
    OPERATOR("/control/pin", METHOD_POST, SURFACE_CONTROL, ROUTE_PIN),
    OPERATOR("/control/entry", METHOD_POST, SURFACE_CONTROL, ROUTE_ENTRY),
    OPERATOR("/control/picture", METHOD_POST, SURFACE_CONTROL, ROUTE_PICTURE),
    OPERATOR("/control/campaign", METHOD_POST, SURFACE_CONTROL, ROUTE_CAMPAIGN),
};
const size_t route_count = COUNT(routes);

static const char *const surface_words[] = {
#define X(name, word, meaning) word,
    SURFACES(X)
#undef X
};

const char *surface_word(Surface surface)
{
    return surface_words[surface];
}

/* What a {name} takes: up to the next literal character, at least one. */
static size_t span(Str path, Str rest_of_pattern)
{
    char stop = rest_of_pattern.len ? rest_of_pattern.ptr[0] : '/';
    size_t len = 0;

    while (len < path.len && path.ptr[len] != '/' && path.ptr[len] != stop)
        len++;
    return len;
}

static bool match(Str pattern, Str path, RouteMatch *out)
{
    out->param_count = 0;
    while (pattern.len) {
        ptrdiff_t close;
        Str name;
        size_t len;

        if (pattern.ptr[0] != '{') {
            if (!path.len || path.ptr[0] != pattern.ptr[0]) return false;
            pattern = str_skip(pattern, 1);
            path = str_skip(path, 1);
            continue;
        }
        close = str_find_char(pattern, '}', 0);
        name = str_slice(pattern, 1, (size_t)close);
        pattern = str_skip(pattern, (size_t)close + 1);
        len = span(path, pattern);
        if (!len) return false;
        out->params[out->param_count].name = name;
        out->params[out->param_count].value = str_slice(path, 0, len);
        out->param_count++;
        path = str_skip(path, len);
    }
    return !path.len;
}

bool route_match(Str path, RouteHost host, RouteMatch *out)
{
    for (size_t i = 0; i < route_count; i++) {
        if (routes[i].host != host || !match(routes[i].pattern, path, out))
            continue;
        out->route = &routes[i];
        return true;
    }
    return false;
}

Str route_param(const RouteMatch *found, Str name)
{
    for (size_t i = 0; i < found->param_count; i++)
        if (str_eq(found->params[i].name, name)) return found->params[i].value;
    return (Str){0};
}
