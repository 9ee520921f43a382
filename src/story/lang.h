/* story/lang.h -- language tags as BCP 47 (RFC 5646) has them.
 *
 * A language is a Str that lang_read has let through: well formed and in the
 * canonical case ("uk", "zh-Hant-TW").  Whether such a language exists is not
 * asked; a site serves those of its settings.
 *
 * Threads: pure.
 */
#ifndef STORY_LANG_H
#define STORY_LANG_H

#include "base/err.h"
#include "base/str.h"

#define LANG_MAX 35 /* bytes, as RFC 5646 4.4.1 advises */

/* Reads language[-extlang][-script][-region][-variant...][-extension...]
 * [-x-private]; '_' is taken for '-'.  *out is in arena.
 *   ERR_INVALID  not well formed, or longer than LANG_MAX */
MUST_USE Err lang_read(Arena *arena, Str tag, Str *out);

/* The primary subtag: "zh" of "zh-Hant-TW". */
Str lang_primary(Str tag);

/* Whether it is written from right to left: by its script subtag, else by the
 * script in which the language is mostly written. */
bool lang_is_rtl(Str tag);

/* language_REGION, as Open Graph wants it: "en_GB", "uk_UA", "ar_AR".  The
 * region is the tag's own or the one where most speakers are; English without
 * one is British, as are the site's dates. */
Str lang_open_graph(Arena *arena, Str tag);

#endif
