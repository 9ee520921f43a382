/* web/assets.h -- the theme's script and icons, read and compressed once at
 * start. */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include "web/site.h"

/* Fills shared->assets from the theme; what lives, lives in arena.
 * ERR_NOT_FOUND: the theme lacks one; the fault names it. */
MUST_USE Err assets_load(Arena *arena, SiteShared *shared, Fault *fault);

#endif
