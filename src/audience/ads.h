/* audience/ads.h -- which ad stands where, and how often it was seen and
 * clicked.
 *
 * Campaigns are read from the store when they change; which one is shown is
 * drawn in memory (audience/choose.h).  What was seen and clicked is counted in
 * memory and put into the store as sums every second, through the writer: that
 * much is lost when the process is killed, as is what is on loan then.  Of
 * several nodes each holds a lot of what a cap leaves (store/adcounts.h), and
 * what another one lent is passed on to it.
 *
 * Who sees what is known to nobody: a ticket names an ad and not a reader.  Of
 * addresses no more is kept than how many ads each asked for lately, under a
 * hash that means nothing outside of this process.
 *
 * Threads: start and stop by the one that owns it; the rest by any.
 */
#ifndef AUDIENCE_ADS_H
#define AUDIENCE_ADS_H

#include "audience/choose.h"
#include "audience/ticket.h"
#include "store/campaigns.h"
#include "store/watch.h"
#include "store/writer.h"

#define ADS_NOT_MAX 16                 /* campaigns on the page already */
#define ADS_CLICK   TIME_DAY           /* so long a click may count */
#define ADS_LOST    (15 * TIME_SECOND) /* silent so long: see choose_pause */

typedef struct AdsConfig {
    const char *where;  /* the store */
    const Watch *watch; /* NULL: it is a file */
    bool several;       /* nodes show ads of it */
    Writer *writer;
    Str zone;             /* of the agency's clock */
    unsigned per_address; /* ads with a cap that one address gets in the length
                             of a loan; 0: any number */
} AdsConfig;

typedef struct Ads Ads;

MUST_USE Err ads_start(const AdsConfig *config, Ads **out, Fault *fault);

/* Keeps what is counted so far; then nobody may ask any more. The writer must
 * still run. NULL is nobody. */
void ads_stop(Ads *ads);

/* After that, and after the last job of the writer, which may nudge it. NULL is
 * nobody. */
void ads_close(Ads *ads);

typedef struct AdsAsk {
    AdPlace place;
    const int64_t *not_these; /* campaigns */
    size_t not_count;
    Str address; /* of who asks */
    Time now, clock;
} AdsAsk;

/* What is shown there; texts are in the arena. */
typedef struct AdShown {
    int64_t campaign, creative;
    PublicPicture picture; /* no mark: it is HTML */
    Str alt, link;
    Str ticket; /* empty: it is not counted */
} AdShown;

/* False: there is none for that place now. */
bool ads_next(Ads *ads, Arena *arena, const AdsAsk *ask, AdShown *out);

/* One of the agency's own with a picture, for who runs no script; it is not
 * counted. False: there is none. */
bool ads_house(Ads *ads, Arena *arena, const AdPlace *place, Time now,
               AdShown *out);

/* It was seen. A ticket that is over, or comes again, counts nothing and is no
 * error. ERR_INVALID: it is no ticket. */
MUST_USE Err ads_seen(Ads *ads, Str ticket, Time clock);

/* It was clicked, and leads to *link, in arena; counts: by a reader.
 *   ERR_INVALID    it is no ticket
 *   ERR_NOT_FOUND  what it leads to is not shown any more */
MUST_USE Err ads_click(Ads *ads, Arena *arena, Str ticket, bool counts,
                       Time clock, Str *link);

/* The HTML of a ticket's creative, in arena, and its slot, which points into
 * the ticket. Errors as above. */
MUST_USE Err ads_html(Ads *ads, Arena *arena, Str ticket, Str *html, Str *slot);

/* Whether a picture with that mark stands in an ad now; its size. */
bool ads_has_picture(Ads *ads, Str mark, Time now, PictureSize *size,
                     Time *until);

/* Campaigns have changed: it looks at once. */
void ads_nudge(Ads *ads);

typedef struct AdsCounters {
    uint64_t campaigns; /* that are known and have something to show */
    uint64_t lent, seen, clicked;
    uint64_t left_out; /* seen or clicked, and not counted */
} AdsCounters;

AdsCounters ads_counters(Ads *ads);

#endif
