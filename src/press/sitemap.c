/* press/sitemap.c -- sitemaps, read from the store as they are sent.
 *
 * A file of addresses covers a fixed stretch of story numbers, so that a story
 * never moves from one file to another, the index needs no counting, and each
 * piece is one read of a range.  Nothing is kept between requests. */
#include "format/sitemap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "press/room.h"
#include "story/address.h"

#define FILE_STORIES  49000 /* leaves room for the fronts in the first */
#define PIECE_STORIES 100   /* under a millisecond: other readers wait for it */
#define PIECE_MAX     ((size_t)4 * 1024 * 1024)

struct SitemapStream {
    Press *press;
    SitemapFile file;
    Sitemap map;
    bool begun;
    int64_t at;  /* index: file number; pages: story number */
    int64_t end; /* after the last */
    Time now;
};

Err sitemap_open(Press *press, SitemapFile file, int64_t number, Time now,
                 SitemapStream **out)
{
    SitemapStream *stream;
    int64_t highest;
    int64_t files;
    Err err = public_highest(press->store, &highest);

    if (err) return err;
    files = highest > 0 ? (highest + FILE_STORIES - 1) / FILE_STORIES : 1;
    if (file == SITEMAP_FILE_PAGES && (number < 1 || number > files))
        return ERR_NOT_FOUND;
    stream = mem_zero(sizeof *stream);
    *stream = (SitemapStream){
        .press = press, .file = file, .at = 1, .end = files + 1, .now = now};
    if (file == SITEMAP_FILE_PAGES) {
        stream->at = (number - 1) * FILE_STORIES + 1;
        stream->end = stream->at + FILE_STORIES;
    }
    *out = stream;
    return ERR_OK;
}

void sitemap_close(SitemapStream *stream)
{
    mem_free(stream);
}

static Str absolute(const Press *press, Arena *arena, Str path)
{
    return str_format(arena, "%.*s%.*s", STR_ARG(press->config.site->url),
                      STR_ARG(path));
}

static void put_index(SitemapStream *stream, Arena *arena, Buf *buf)
{
    for (int64_t file = stream->at; file < stream->end; file++) {
        Str path = str_format(arena, "/sitemap-%lld.xml", (long long)file);
        SitemapPage page = {.loc = absolute(stream->press, arena, path),
                            .changed_at = TIME_NONE};

        if (!sitemap_page(&stream->map, buf, &page)) break;
    }
    stream->at = stream->end;
}

/* The fronts stand in the first file. */
static void put_fronts(SitemapStream *stream, Arena *arena, Buf *buf)
{
    const Site *site = stream->press->config.site;

    for (size_t i = 0; i < site->language_count; i++) {
        Str path = address_front(arena, site->languages[i].tag);
        SitemapPage page = {.loc = absolute(stream->press, arena, path),
                            .changed_at = TIME_NONE};

        sitemap_page(&stream->map, buf, &page);
    }
}

static Err put_pages(SitemapStream *stream, Arena *arena, Buf *buf)
{
    Press *press = stream->press;
    PublicList list;
    Err err = public_range(press->store, arena, stream->at, stream->end,
                           PIECE_STORIES, &list);

    if (err) return err;
    for (size_t i = 0; i < list.count; i++) {
        const PublicItem *item = &list.items[i];
        SitemapPage page = {
            .loc = absolute(press, arena, address_item(arena, item)),
            .changed_at = item->changed_at,
        };

        if (site_language(press->config.site, item->language) < 0) continue;
        sitemap_page(&stream->map, buf, &page);
    }
    stream->at =
        list.more ? list.items[list.count - 1].id.number + 1 : stream->end;
    return ERR_OK;
}

static int newer_first(const void *a, const void *b)
{
    const PublicItem *x = a;
    const PublicItem *y = b;

    return (x->at < y->at) - (x->at > y->at);
}

/* At most 1,000 of all languages together, the newest first. */
static Err put_news(SitemapStream *stream, Arena *arena, Buf *buf)
{
    Press *press = stream->press;
    const Site *site = press->config.site;
    PublicItem *all = ARENA_ARRAY(
        arena, PublicItem, site->language_count * (size_t)SITEMAP_NEWS_MAX);
    size_t count = 0;

    for (size_t i = 0; i < site->language_count; i++) {
        ListKey key = {.language = site->languages[i].tag};
        PublicList list;
        Err err = public_list(press->store, arena, key, NULL,
                              stream->now - SITEMAP_NEWS_AGE, SITEMAP_NEWS_MAX,
                              &list);

        if (err) return err;
        for (size_t k = 0; k < list.count; k++)
            if (list.items[k].timed) all[count++] = list.items[k];
    }
    qsort(all, count, sizeof *all, newer_first);
    for (size_t i = 0; i < count && i < SITEMAP_NEWS_MAX; i++) {
        int language = site_language(site, all[i].language);

        sitemap_news(
            &stream->map, buf,
            &(SitemapNews){
                .loc = absolute(press, arena, address_item(arena, &all[i])),
                .agency = site->languages[language].name,
                .language = all[i].language,
                .at = all[i].at,
                .headline = all[i].headline,
            });
    }
    stream->at = stream->end;
    return ERR_OK;
}

static Err put_some(SitemapStream *stream, Arena *arena, Buf *buf)
{
    switch (stream->file) {
    case SITEMAP_FILE_PAGES:
        if (stream->at == 1) put_fronts(stream, arena, buf);
        return put_pages(stream, arena, buf);
    case SITEMAP_FILE_NEWS: return put_news(stream, arena, buf);
    default: put_index(stream, arena, buf); return ERR_OK;
    }
}

/* What stands in a file that would else be empty. */
static Str if_none(const SitemapStream *stream, Arena *arena)
{
    if (stream->file == SITEMAP_FILE_INDEX) return S("/sitemap-1.xml");
    return address_front(arena, stream->press->config.site->languages[0].tag);
}

Err sitemap_next(SitemapStream *stream, Arena *arena, Str *piece, bool *last)
{
    static const SitemapKind kinds[] = {
        [SITEMAP_FILE_INDEX] = SITEMAP_INDEX,
        [SITEMAP_FILE_PAGES] = SITEMAP_PAGES,
        [SITEMAP_FILE_NEWS] = SITEMAP_NEWS,
    };
    Buf buf = buf_open(arena, PIECE_MAX);
    Err err;

    if (!stream->begun) stream->map = sitemap_begin(&buf, kinds[stream->file]);
    stream->begun = true;
    err = put_some(stream, arena, &buf);
    if (err) return err;
    *last = stream->at >= stream->end;
    if (*last)
        sitemap_end(&stream->map, &buf,
                    absolute(stream->press, arena, if_none(stream, arena)));
    return buf_end(&buf, piece);
}
