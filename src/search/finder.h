/* search/finder.h -- private to search/: who finds. */
#ifndef SEARCH_FINDER_H
#define SEARCH_FINDER_H

#include "search/analysis.h"
#include "search/find.h"

struct Finder {
    Analyst *analyst;
    Zone *zone;
};

#endif
