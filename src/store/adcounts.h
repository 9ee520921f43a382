/* store/adcounts.h -- how often ads were seen and clicked, as sums, and how
 * several nodes keep one cap.
 *
 * Each node holds a lot of a campaign that has a cap: so often it may still
 * show it without asking.  What was seen and all lots together are never over
 * the cap.  A node that has not been heard of for ADS_NODE_LOST loses its lots.
 *
 * Threads: as the Store.
 */
#ifndef STORE_ADCOUNTS_H
#define STORE_ADCOUNTS_H

#include "store/store.h"

#define ADS_NODE_LOST (30 * TIME_SECOND)
#define ADS_NODES_MAX 1000
#define ADS_PASSED    1000 /* tickets taken at once */

typedef struct AdCount {
    int64_t campaign, creative;
    Str slot, language;
    int64_t seen, clicks;
} AdCount;

/* ---- the writing side, in a transaction ---- */

/* day: of 1970, hour: 0..23, both by the agency's clock. What comes for a day
 * when the next one has begun is of that for the campaign's cap a day. */
MUST_USE Err ad_count_add(Store *store, int64_t day, int64_t hour,
                          const AdCount *count);
MUST_USE Err ad_seen_add(Store *store, int64_t campaign, int64_t day,
                         int64_t seen);

/* This node is there; those that are lost lose their lots. */
MUST_USE Err ad_node_put(Store *store, int64_t node, Time now);

/* When it said so last. ERR_NOT_FOUND: it did not, or is lost. */
MUST_USE Err ad_node_at(Store *store, int64_t node, Time *out);

/* It is not, any more. */
MUST_USE Err ad_node_drop(Store *store, int64_t node);

/* What each of the other nodes holds, in the order of campaigns. */
typedef struct AdLot {
    int64_t campaign, held;
} AdLot;
typedef struct AdLots {
    AdLot *items;
    size_t count;
} AdLots;
MUST_USE Err ad_lots_of_others(Store *store, Arena *arena, int64_t node,
                               AdLots *out);
MUST_USE Err ad_lot_put(Store *store, int64_t campaign, int64_t node,
                        int64_t held);

/* What was seen or clicked here and lent there. */
MUST_USE Err ad_pass(Store *store, int64_t node, Str ticket, bool click);

/* ---- either side ---- */

typedef struct AdNodes {
    int64_t *items;
    size_t count;
} AdNodes;
MUST_USE Err ad_nodes(Store *store, Arena *arena, AdNodes *out);

/* What others passed to this node, or to one that is lost; each is taken once.
 */
typedef struct AdPassed {
    Str ticket;
    bool click;
} AdPassed;
typedef struct AdPassedList {
    AdPassed *items;
    size_t count;
} AdPassedList;
MUST_USE Err ad_take_passed(Store *store, Arena *arena, int64_t node,
                            AdPassedList *out);

/* Of a campaign, in the order of day, hour, creative, slot and language: row is
 * called for each, with its day and hour. */
MUST_USE Err ad_report(Store *store, Arena *arena, int64_t campaign,
                       void (*row)(void *ctx, int64_t day, int64_t hour,
                                   const AdCount *count),
                       void *ctx);

#endif
