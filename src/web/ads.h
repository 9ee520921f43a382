/* web/ads.h -- ads to readers, and what they do with them (doc/ads.md).
 *
 *   GET /ad?slot=&lang=&section=&tags=a,b&not=3,7   one to put into a place
 *   GET /ad/frame?t=TICKET    its HTML, of an origin of its own
 *   GET /ad/house?slot=...    a page with one of the agency's own
 *   GET /ad/click?t=TICKET    is counted, and leads on
 *   POST /ad/seen             a ticket: it was seen
 *
 * Private to the room.
 *
 * Threads: its serving thread's.
 */
#ifndef WEB_ADS_H
#define WEB_ADS_H

#include "web/visit.h"

/* The header lines of frames. */
MUST_USE Err ad_prepare(Arena *arena, const Site *site, const Theme *theme,
                        SiteShared *out, Fault *fault);

void ad_ask(Visit *visit);
void ad_frame(Visit *visit);
void ad_house(Visit *visit);
void ad_click(Visit *visit);
void ad_seen(Visit *visit);

#endif
