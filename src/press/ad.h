/* press/ad.h -- an ad as readers get it: what a script puts into its place, and
 * the page that stands there where no script runs.
 *
 * Threads: any.
 */
#ifndef PRESS_AD_H
#define PRESS_AD_H

#include "press/theme.h"
#include "story/public.h"

typedef struct PressAd {
    int64_t campaign;
    Str ticket;
    Str href;              /* where a click leads */
    PublicPicture picture; /* no mark: it is HTML */
    Str alt;
    Str frame; /* where the HTML is */
} PressAd;

/* Markup, in arena. language: an index in the site. */
MUST_USE Err press_ad(const Theme *theme, size_t language, Arena *arena,
                      const PressAd *ad, Str *out);

/* A page. tag: of the language. ad NULL: one that is empty. */
MUST_USE Err press_ad_house(const Theme *theme, size_t language, Str tag,
                            Html style, Arena *arena, const PressAd *ad,
                            Str *out);

#endif
