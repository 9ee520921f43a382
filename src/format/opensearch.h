/* format/opensearch.h -- an OpenSearch 1.1 description: how a browser searches
 * the site from its address bar.
 *
 * Threads: any.
 */
#ifndef FORMAT_OPENSEARCH_H
#define FORMAT_OPENSEARCH_H

#include "base/buf.h"

#define OPENSEARCH_TYPE "application/opensearchdescription+xml; charset=utf-8"

/* The format's limits in characters; longer texts are cut at a word. */
#define OPENSEARCH_NAME_MAX        16
#define OPENSEARCH_LONG_NAME_MAX   48
#define OPENSEARCH_DESCRIPTION_MAX 1024

typedef struct OpenSearch {
    Str name;        /* of the agency */
    Str description; /* "Search the news of ..." */
    Str language;    /* BCP 47 */
    Str search;      /* "https://example.org/en/search?q=": the words follow */
    Str suggest;     /* likewise, of an array of suggestions; optional */
    Str self;        /* of this description; optional */
    Str icon;        /* PNG, 32 by 32; optional */
} OpenSearch;

void opensearch_write(Buf *buf, const OpenSearch *search);

#endif
