#include "format/sitemap.h"

#include <assert.h>

#include "format/xml_out.h"

#define SITEMAP_NS "http://www.sitemaps.org/schemas/sitemap/0.9"
#define NEWS_NS    "http://www.google.com/schemas/sitemap-news/0.9"

static const char *root_of(SitemapKind kind)
{
    return kind == SITEMAP_INDEX ? "sitemapindex" : "urlset";
}

static const char *entry_of(SitemapKind kind)
{
    return kind == SITEMAP_INDEX ? "sitemap" : "url";
}

static size_t count_max(SitemapKind kind)
{
    return kind == SITEMAP_NEWS ? SITEMAP_NEWS_MAX : SITEMAP_PAGES_MAX;
}

Sitemap sitemap_begin(Buf *buf, SitemapKind kind)
{
    Sitemap map = {.kind = kind};
    size_t before = buf->len;

    xml_put_head(buf);
    xml_put_start(buf, root_of(kind));
    xml_put_attr(buf, "xmlns", S(SITEMAP_NS));
    if (kind == SITEMAP_NEWS) xml_put_attr(buf, "xmlns:news", S(NEWS_NS));
    xml_put_into(buf);
    buf_putc(buf, '\n');
    map.bytes = buf->len - before;
    return map;
}

/* Keeps the entry that begins at before, or takes it back when it would make
 * the file longer than sitemaps may be. */
static bool keep(Sitemap *map, Buf *buf, size_t before)
{
    size_t size = buf->len - before;

    if (size > SITEMAP_BYTES_MAX - map->bytes) {
        buf_cut(buf, before);
        return false;
    }
    map->bytes += size;
    map->count++;
    return true;
}

bool sitemap_page(Sitemap *map, Buf *buf, const SitemapPage *page)
{
    size_t before = buf->len;

    assert(map->kind != SITEMAP_NEWS);
    if (map->count >= count_max(map->kind)) return false;
    xml_put_open(buf, entry_of(map->kind));
    xml_put_text(buf, "loc", page->loc);
    xml_put_time(buf, "lastmod", page->changed_at);
    xml_put_close(buf, entry_of(map->kind));
    return keep(map, buf, before);
}

/* "zh-cn" or "zh-tw" for Chinese, the primary subtag for all others; into room
 * of at least 9 bytes. */
static Str news_language(Str tag, char *room)
{
    size_t len = 0;

    if (str_eq_nocase(tag, S("zh-TW")) || str_eq_nocase(tag, S("zh-HK")) ||
        str_starts_nocase(tag, S("zh-Hant")))
        return S("zh-tw");
    if (str_eq_nocase(tag, S("zh")) || str_starts_nocase(tag, S("zh-")))
        return S("zh-cn");
    for (; len < tag.len && len < 8; len++) {
        char c = (char)(tag.ptr[len] | 0x20); /* letters in lower case */

        if (c < 'a' || c > 'z') break;
        room[len] = c;
    }
    return (Str){room, len};
}

bool sitemap_news(Sitemap *map, Buf *buf, const SitemapNews *news)
{
    size_t before = buf->len;
    char room[9];

    assert(map->kind == SITEMAP_NEWS);
    assert(news->at >= TIME_MIN && news->at <= TIME_MAX);
    if (map->count >= count_max(map->kind)) return false;
    xml_put_open(buf, "url");
    xml_put_text(buf, "loc", news->loc);
    xml_put_open(buf, "news:news");
    xml_put_open(buf, "news:publication");
    xml_put_text(buf, "news:name", news->agency);
    xml_put_text(buf, "news:language", news_language(news->language, room));
    xml_put_close(buf, "news:publication");
    xml_put_time(buf, "news:publication_date", news->at);
    xml_put_text(buf, "news:title", news->headline);
    xml_put_close(buf, "news:news");
    xml_put_close(buf, "url");
    return keep(map, buf, before);
}

void sitemap_end(const Sitemap *map, Buf *buf, Str if_none)
{
    if (!map->count) {
        xml_put_open(buf, entry_of(map->kind));
        xml_put_text(buf, "loc", if_none);
        xml_put_close(buf, entry_of(map->kind));
    }
    xml_put_close(buf, root_of(map->kind));
}
