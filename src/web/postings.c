#include "web/postings.h"

#include "web/ads.h"
#include "web/client.h"
#include "web/routes.h"

/* What is posted to the site: where, and the most bytes. */
struct Posting {
    RouteTarget target;
    size_t max;
};

/* What is left out is not told from what is counted. */
static void read_beacon(Visit *visit)
{
    const SiteShared *shared = visit->thread->shared;
    const HttpRequest *request = visit->request;
    Fault fault = fault_none();
    Beacon beacon;

    if (!client_is_page(request, shared->site->url)) {
        visit_plain(visit, 403, "Only pages of this site are counted.\n");
        return;
    }
    if (beacon_read(visit->arena, request->body, &beacon, &fault)) {
        visit_plain(visit, 400, "");
        http_part(visit->reply, str_format(visit->arena, "%s\n", fault.text));
        return;
    }
    if (shared->audience)
        audience_read(shared->audience, &beacon,
                      client_address(request, visit->arena, shared->proxies),
                      request->user_agent, request->now);
    visit->reply->status = 204;
    visit->reply->head = str_format(
        visit->arena, "Cache-Control: no-store\r\n%.*s", STR_ARG(shared->head));
}

static void subscribe(Visit *visit, SubscribeWish wish)
{
    const SiteShared *shared = visit->thread->shared;

    if (wish != WISH_KEY &&
        !client_is_page(visit->request, shared->site->url)) {
        visit_plain(visit, 403, "Only pages of this site subscribe.\n");
        return;
    }
    subscribe_answer(
        &shared->subscribe, wish, visit->request,
        client_address(visit->request, visit->arena, shared->proxies),
        visit->arena, visit->reply);
}

static const Posting postings[] = {
    {ROUTE_READ, BEACON_MAX},
    {ROUTE_AD_SEEN, AD_TICKET_MAX},
    {ROUTE_SUBSCRIBE, SUBSCRIBE_BODY_MAX},
    {ROUTE_UNSUBSCRIBE, SUBSCRIBE_BODY_MAX},
};

const Posting *posting_of(const HttpRequest *request)
{
    RouteMatch match;

    if (request->method != HTTP_POST ||
        !route_match(request->path, HOST_SITE, &match))
        return NULL;
    for (size_t i = 0; i < COUNT(postings); i++)
        if (postings[i].target == match.route->target) return &postings[i];
    return NULL;
}

size_t posting_max(const Posting *posting)
{
    return posting->max;
}

void posting_take(Visit *visit, const Posting *posting)
{
    switch (posting->target) {
    case ROUTE_SUBSCRIBE: subscribe(visit, WISH_ON); break;
    case ROUTE_UNSUBSCRIBE: subscribe(visit, WISH_OFF); break;
    case ROUTE_AD_SEEN: ad_seen(visit); break;
    default: read_beacon(visit); break;
    }
}

void posting_key(Visit *visit)
{
    subscribe(visit, WISH_KEY);
}
