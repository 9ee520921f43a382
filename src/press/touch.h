/* press/touch.h -- what a change of a story touches, as keys of press/deps.h:
 * for a press, which drops what it made of them, and for caches in front.
 *
 * Threads: as the Store.
 */
#ifndef PRESS_TOUCH_H
#define PRESS_TOUCH_H

#include "press/deps.h"
#include "store/changes.h"

/* Words of Surrogate-Key that are no key of a dependency: of every page, and of
 * the sitemaps. */
#define KEY_OF_ALL      "d"
#define KEY_OF_SITEMAPS "sitemap"

/* at: the time in the list; else 0. */
typedef void (*TouchFn)(void *ctx, uint64_t key, Time at);

/* Calls touch for each key. Names of sections and tags (of no story) touch
 * everything, and nothing here. */
MUST_USE Err change_touches(Store *store, Arena *arena, const Change *change,
                            TouchFn touch, void *ctx);

#endif
