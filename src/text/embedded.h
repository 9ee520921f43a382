/* text/embedded.h -- the files of site/ as they were when this was built.
 *
 * Templates, style, words and icons are part of the program, so that a site
 * needs no folder beside its binary.  tools/embed.c writes the table at build.
 *
 *   name   path below site/: "templates/story.html", "style.css", "words/uk.po"
 *
 * Sorted by name, bytewise.  Threads: constant.
 */
#ifndef TEXT_EMBEDDED_H
#define TEXT_EMBEDDED_H

#include "base/str.h"

typedef struct Embedded {
    Str name;
    Str bytes;
} Embedded;

extern const Embedded embedded_files[];
extern const size_t embedded_count;

/* The bytes of the file of that name; false and *bytes untouched when there
 * is none. */
bool embedded_get(Str name, Str *bytes);

#endif
