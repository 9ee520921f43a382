/* ingest/detect.h -- which format a file is in, by its beginning and its name.
 *
 * Threads: pure.
 */
#ifndef INGEST_DETECT_H
#define INGEST_DETECT_H

#include "base/err.h"
#include "base/str.h"

/* name, word, meaning */
#define FORMATS(X)                                                             \
    X(AUTO, "auto", "by content and name")                                     \
    X(CAPTURE, "capture", "the text of a news page")                           \
    X(NINJS, "ninjs", "IPTC ninjs, one object or many")                        \
    X(RSS, "rss", "RSS 0.9x, 1.0, 2.0")                                        \
    X(ATOM, "atom", "Atom 0.3, 1.0")                                           \
    X(HTML, "html", "a saved article page")                                    \
    X(MARKDOWN, "markdown", "a story with front matter")                       \
    X(NAMES, "names", "names of sections or tags (sections.yaml, tags.yaml)")

typedef enum Format {
#define X(name, word, meaning) FORMAT_##name,
    FORMATS(X)
#undef X
        FORMAT_COUNT
} Format;

/* Bytes of the beginning to look at. */
#define DETECT_HEAD ((size_t)64 * 1024)

const char *format_word(Format format);
bool format_from_word(Str word, Format *out);

/* FORMAT_AUTO when nothing fits. path: the whole name, packed or not. */
Format format_detect(Str path, Str head);

/* What is told of it when nothing fits. */
bool detect_is_json_feed(Str head);

#endif
