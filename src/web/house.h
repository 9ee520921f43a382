/* web/house.h -- the server's parts, and those that follow the store: who
 * index, count, show ads, tell of flashes, draw cards and fetch pictures.
 *
 * Private to the room.
 *
 * Threads: the main thread's; each part has its own.
 */
#ifndef WEB_HOUSE_H
#define WEB_HOUSE_H

#include "audience/ads.h"
#include "audience/audience.h"
#include "desk/acts.h"
#include "search/follow.h"
#include "web/bell.h"
#include "web/cards.h"
#include "web/control.h"
#include "web/courier.h"
#include "web/metrics.h"
#include "web/purge.h"
#include "web/push.h"
#include "web/serve.h"
#include "web/site.h"

#define LISTENERS 3

typedef struct House {
    const ServeConfig *config;
    Site site;
    Arena arena;
    Theme *theme;
    SiteShared shared;
    Watch *watch; /* NULL: the store is a file */
    Writer *writer;
    Searcher *searcher;
    Cards *cards;
    Courier *courier; /* NULL: there is no bucket */
    Audience *audience;
    Ads *ads;
    ReadsPage *reads;
    Push *push;
    Server *server;
    Watch *replica_watch;
    Purge *purge;
    Follow *follow;
    Bell bell; /* those that run of the above */
    Str languages[SITE_LANGUAGES_MAX];
    Control control, operator_control; /* of the socket, of the TCP address */
    PressNote *notes;                  /* one for each serving thread */
    Released released; /* in the writer's transaction under way */
    Time told_at;      /* of a story that could not be released */
    int fds[LISTENERS];
    size_t fd_count;
    Time begun_at; /* of the calendar */
    int lock;
    int log;
} House;

/* How a press of this house reads and keeps. */
PressConfig house_press(House *house, size_t cache_bytes);

/* Who tells the cache in front: before the writer, which tells it. */
MUST_USE Err house_start_purge(House *house, Fault *fault);

/* All others, when the writer runs; house_stop ends those that were started. */
MUST_USE Err house_start(House *house, Fault *fault);
void house_stop(House *house);

/* A follower has caught up; ctx is the House. */
void house_on_behind(void *ctx);

#endif
