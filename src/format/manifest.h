/* format/manifest.h -- the web app manifest (W3C): name, start and icons of
 * the site when a reader keeps it on the home screen.
 *
 * Threads: any.
 */
#ifndef FORMAT_MANIFEST_H
#define FORMAT_MANIFEST_H

#include "base/buf.h"

#define MANIFEST_TYPE "application/manifest+json"

typedef struct ManifestIcon {
    Str src;
    Str sizes; /* "192x192", "any" */
    Str type;  /* "image/png" */
    bool maskable;
} ManifestIcon;

/* Optional: short_name, description, the colours. */
typedef struct Manifest {
    Str name;
    Str short_name; /* where there is little room */
    Str description;
    Str language;
    bool rtl;
    Str start; /* "/" */
    Str background_color;
    Str theme_color;
    const ManifestIcon *icons;
    size_t icon_count;
} Manifest;

void manifest_write(Buf *buf, const Manifest *manifest);

#endif
