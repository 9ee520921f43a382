/* web/media.h -- the renditions of pictures that public stories show.
 *
 * GET /media/Mark-640.avif: immutable, in ranges (RFC 9110, section 14), and
 * nothing in it runs, whatever a browser takes it for.  Bytes are mapped, not
 * read: a slow client holds pages of the kernel's cache and nothing else.
 *
 * Private to the room.
 *
 * Threads: its serving thread's.
 */
#ifndef WEB_MEDIA_H
#define WEB_MEDIA_H

#include "web/visit.h"

/* A file that the folder lacks is fetched from the bucket, if there is one, and
 * the visit answered then.
 * ERR_BUSY: too many wait for such; nothing was answered.
 * ERR_NOT_FOUND: there is none of that name, or nobody may see it; nothing was
 * answered.  Other errors: it cannot be told now. */
MUST_USE Err media_answer(Visit *visit, Str file);

#endif
