/* format/sitemap.h -- sitemaps (sitemaps.org 0.9) as they are streamed.
 *
 *     Sitemap map = sitemap_begin(&buf, SITEMAP_PAGES);
 *     while (more && sitemap_page(&map, &buf, &page)) {
 *         ... send buf_str(&buf) when it is long enough; buf_cut(&buf, 0);
 *     }
 *     sitemap_end(&map, &buf, front);
 *
 * A file of 50,000 addresses never stands whole in memory: nothing but the Buf
 * is used, and nothing is kept between two calls but the counts in Sitemap.
 *
 *   SITEMAP_PAGES  urlset: loc, lastmod
 *   SITEMAP_NEWS   urlset with news:news for Google News: the agency's name,
 *                  language, time of publication, headline
 *   SITEMAP_INDEX  sitemapindex: loc and lastmod of other sitemaps
 *
 * Threads: plain values.
 */
#ifndef FORMAT_SITEMAP_H
#define FORMAT_SITEMAP_H

#include "base/buf.h"
#include "base/time.h"

#define SITEMAP_TYPE      "application/xml; charset=utf-8"
#define SITEMAP_PAGES_MAX 50000
#define SITEMAP_NEWS_MAX  1000
#define SITEMAP_BYTES_MAX ((size_t)50 * 1000 * 1000)
#define SITEMAP_NEWS_AGE  (48 * TIME_HOUR) /* older ones do not belong there */

typedef enum SitemapKind {
    SITEMAP_PAGES,
    SITEMAP_NEWS,
    SITEMAP_INDEX,
} SitemapKind;

typedef struct Sitemap {
    SitemapKind kind;
    size_t count; /* entries written */
    size_t bytes; /* written so far, the end not counted */
} Sitemap;

typedef struct SitemapPage {
    Str loc;
    Time changed_at; /* TIME_NONE: not said */
} SitemapPage;

typedef struct SitemapNews {
    Str loc;
    Str agency;
    Str language; /* BCP 47; written as Google wants it: "en", "zh-tw" */
    Time at;
    Str headline;
} SitemapNews;

Sitemap sitemap_begin(Buf *buf, SitemapKind kind);

/* Each writes one entry, or nothing and returns false when the file is full:
 * the entry belongs into another.  kind must be PAGES or INDEX for _page,
 * NEWS for _news. */
bool sitemap_page(Sitemap *map, Buf *buf, const SitemapPage *page);
bool sitemap_news(Sitemap *map, Buf *buf, const SitemapNews *news);

/* The format wants at least one entry: if_none, the address of the front (of
 * a sitemap in an index), is written when there was none. */
void sitemap_end(const Sitemap *map, Buf *buf, Str if_none);

#endif
