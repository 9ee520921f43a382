#include "web/site.h"

#include <string.h>

#include "base/buf.h"
#include "press/touch.h"
#include "story/address.h"
#include "text/url.h"
#include "web/ads.h"
#include "web/assets.h"
#include "web/cards.h"
#include "web/client.h"
#include "web/media.h"
#include "web/postings.h"
#include "web/routes.h"
#include "web/visit.h"

/* ---- answers ---- */

static void move(Visit *visit, int status, Str to, const char *more)
{
    visit->reply->status = status;
    visit->reply->head =
        str_format(visit->arena,
                   "Location: %.*s\r\n%s"
                   "Cache-Control: public, max-age=0, s-maxage=%d\r\n%.*s",
                   STR_ARG(to), more, visit->thread->shared->shared_s,
                   STR_ARG(visit->thread->shared->head));
}

bool visit_has_tag(const Visit *visit, Str etag)
{
    Str tags = http_list(visit->request, visit->arena, S("if-none-match"),
                         visit->request->if_none_match);

    return http_etag_matches(tags, etag);
}

/* By time only the very version that was sent: an earlier time may be that of
 * a later change, when the clock was set back between them. */
static bool unchanged(const Visit *visit, const Answer *answer)
{
    const HttpRequest *request = visit->request;
    Time since;

    if (answer->status != 200) return false;
    if (request->if_none_match.ptr) return visit_has_tag(visit, answer->etag);
    if (!request->if_modified_since.len || answer->modified == TIME_NONE)
        return false;
    if (time_read_http(request->if_modified_since, &since)) return false;
    return answer->modified == since;
}

/* What stands there is not what the request was meant for (RFC 9110, 13.1.1
 * and 13.1.4); modified is TIME_NONE where no time is told. */
static bool is_other(const Visit *visit, Str etag, Time modified)
{
    const HttpRequest *request = visit->request;
    Time since;

    if (request->if_match.ptr)
        return !http_etag_is(
            http_list(request, visit->arena, S("if-match"), request->if_match),
            etag);
    return request->if_unmodified_since.len && modified != TIME_NONE &&
           !time_read_http(request->if_unmodified_since, &since) &&
           modified > since;
}

static void release_answer(void *hold)
{
    answer_unref(hold);
}

static void send_answer(Visit *visit, Answer *answer)
{
    HttpReply *reply = visit->reply;

    if (answer->status == 200 &&
        is_other(visit, answer->etag, answer->modified)) {
        visit_plain(visit, 412, "The page is another one now.\n");
        return;
    }
    answer_ref(answer);
    reply->hold = answer;
    reply->release = release_answer;
    reply->status = answer->status;
    reply->head = answer->head;
    reply->whole = answer->whole;
    if (unchanged(visit, answer)) {
        reply->status = 304;
        reply->head = answer->head_304;
        reply->whole = answer->whole_304;
        return;
    }
    for (size_t i = 0; i < answer->part_count; i++)
        http_part(reply, answer->parts[i]);
}

/* ---- pages ---- */

static Err try_notice(Visit *visit, PageKind kind, StoryId story)
{
    PageKey key = {.kind = kind, .language = visit->language, .story = story};
    Answer *answer;
    Str moved;
    bool lasting;
    Err err =
        press_make(visit->thread->press, visit->arena, &key, visit->coding,
                   visit->request->now, &answer, &moved, &lasting);

    if (!err) send_answer(visit, answer);
    return err;
}

static void notice(Visit *visit, PageKind kind)
{
    if (try_notice(visit, kind, (StoryId){0}))
        visit_plain(visit, kind == PAGE_FAILED ? 503 : 500,
                    "The page could not be shown.\n");
}

static void show(Visit *visit, const PageKey *key, bool again);

/* A story may have been restored since it was found to be gone: then it is
 * shown after all. */
static void show_gone(Visit *visit, const PageKey *key, bool again)
{
    Err err = try_notice(visit, PAGE_GONE, key->story);

    if (!err) return;
    if (err == ERR_CONFLICT && !again)
        show(visit, key, true);
    else
        notice(visit, PAGE_FAILED);
}

static void show(Visit *visit, const PageKey *key, bool again)
{
    Answer *answer;
    Str moved;
    bool lasting;
    Err err = press_make(visit->thread->press, visit->arena, key, visit->coding,
                         visit->request->now, &answer, &moved, &lasting);

    switch (err) {
    case ERR_OK: send_answer(visit, answer); break;
    case ERR_AGAIN: move(visit, lasting ? 301 : 302, moved, ""); break;
    case ERR_GONE: show_gone(visit, key, again); break;
    case ERR_NOT_FOUND: notice(visit, PAGE_NOT_FOUND); break;
    default: notice(visit, PAGE_FAILED); break;
    }
}

static bool read_day(const RouteMatch *match, Civil *out)
{
    Str year = route_param(match, S("year"));
    Str month = route_param(match, S("month"));
    Str day = route_param(match, S("day"));
    int64_t y, m, d;

    if (year.len != 4 || month.len != 2 || day.len != 2) return false;
    if (!str_int(year, &y) || !str_int(month, &m) || !str_int(day, &d))
        return false;
    *out = (Civil){(int)y, (int)m, (int)d, 0, 0, 0};
    /* the days around it must be written in four digits too */
    return civil_valid(*out) && y > 1 && y < 9999;
}

/* "737184-blinken-nato"; the slug may be missing. */
static bool read_story(Str text, PageKey *key)
{
    Str rest = text;
    Str number = str_cut(&rest, '-');
    int64_t value;

    if (number.len > 18 || !str_int(number, &value) || value < 1 ||
        number.ptr[0] == '0')
        return false;
    key->story = (StoryId){value};
    key->slug = rest;
    return true;
}

static void page(Visit *visit, const RouteMatch *match)
{
    PageKey key = {
        .kind = (PageKind)match->route->page,
        .language = visit->language,
        .section = route_param(match, S("section")),
        .tag = route_param(match, S("tag")),
        .before = visit->before,
        .after = visit->after,
    };
    bool fits = true;

    if (key.kind == PAGE_DAY) fits = read_day(match, &key.day);
    if (route_param(match, S("story")).len)
        fits = read_story(route_param(match, S("story")), &key);
    if (!fits) {
        notice(visit, PAGE_NOT_FOUND);
        return;
    }
    if (visit->lost) {
        notice(visit, PAGE_BAD_REQUEST);
        return;
    }
    show(visit, &key, false);
}

/* ---- other surfaces ---- */

static void root(Visit *visit)
{
    const Site *site = visit->thread->shared->site;
    Str offered[SITE_LANGUAGES_MAX];
    size_t best;

    for (size_t i = 0; i < site->language_count; i++)
        offered[i] = site->languages[i].tag;
    best = http_language(http_list(visit->request, visit->arena,
                                   S("accept-language"),
                                   visit->request->accept_language),
                         offered, site->language_count);
    if (best == site->language_count) best = 0;
    move(visit, 302, address_front(visit->arena, offered[best]),
         "Vary: Accept-Language\r\n");
}

static Err next_piece(void *hold, Arena *arena, Str *chunk, bool *last)
{
    return sitemap_next(hold, arena, chunk, last);
}

static void close_sitemap(void *hold)
{
    sitemap_close(hold);
}

static void sitemap(Visit *visit, SitemapFile file, Str number)
{
    SitemapStream *stream;
    int64_t value = 0;
    Err err = ERR_OK;

    if (file == SITEMAP_FILE_PAGES &&
        (!str_int(number, &value) || number.ptr[0] == '0'))
        err = ERR_NOT_FOUND;
    if (!err)
        err = sitemap_open(visit->thread->press, file, value, time_now(),
                           &stream);
    if (err) {
        notice(visit, err == ERR_NOT_FOUND ? PAGE_NOT_FOUND : PAGE_FAILED);
        return;
    }
    visit->reply->hold = stream;
    visit->reply->release = close_sitemap;
    visit->reply->next = next_piece;
    visit->reply->head = str_format(
        visit->arena,
        "Content-Type: application/xml; charset=utf-8\r\n"
        "Cache-Control: public, max-age=0, s-maxage=%d\r\n"
        "Surrogate-Key: " KEY_OF_ALL " " KEY_OF_SITEMAPS "\r\n%.*s",
        visit->thread->shared->shared_s, STR_ARG(visit->thread->shared->head));
}

static void asset(Visit *visit)
{
    const SiteShared *shared = visit->thread->shared;
    const Asset *found = NULL;
    HttpCoding wants[] = {HTTP_BR};
    bool brotli;
    Str etag;

    for (size_t i = 0; i < shared->asset_count; i++)
        if (str_eq(shared->assets[i].path, visit->request->path))
            found = &shared->assets[i];
    if (!found) {
        notice(visit, PAGE_NOT_FOUND);
        return;
    }
    brotli =
        found->brotli.len && http_coding(visit->accepts, wants, 1) == HTTP_BR;
    etag = brotli ? found->etag_brotli : found->etag;
    if (is_other(visit, etag, TIME_NONE)) {
        visit_plain(visit, 412, "The file is another one now.\n");
        return;
    }
    visit->reply->head = str_format(
        visit->arena,
        "Content-Type: %.*s\r\n%s%s"
        "Cache-Control: public, max-age=86400\r\nETag: %.*s\r\n%.*s",
        STR_ARG(found->type), brotli ? "Content-Encoding: br\r\n" : "",
        found->brotli.len ? "Vary: Accept-Encoding\r\n" : "", STR_ARG(etag),
        STR_ARG(shared->head));
    if (visit_has_tag(visit, etag))
        visit->reply->status = 304;
    else
        http_part(visit->reply, brotli ? found->brotli : found->plain);
}

static void media(Visit *visit, Str file)
{
    Err err = media_answer(visit, file);

    if (err == ERR_BUSY)
        visit_plain_again(visit, 503,
                          "Too many pictures at once; please try again.\n", 5);
    else if (err)
        notice(visit, err == ERR_NOT_FOUND ? PAGE_NOT_FOUND : PAGE_FAILED);
}

static void card(Visit *visit, Str file)
{
    Err err = cards_answer(visit, file);

    if (err == ERR_BUSY) {
        visit_plain_again(visit, 503,
                          "Too many cards at once; please try again.\n", 5);
    } else if (err) {
        notice(visit, err == ERR_NOT_FOUND ? PAGE_NOT_FOUND : PAGE_FAILED);
    }
}

static void refuse_search(Visit *visit, Err err)
{
    if (err == ERR_FORBIDDEN)
        visit_plain_again(visit, 429,
                          "Too many searches; please wait a minute.\n", 60);
    else
        visit_plain_again(visit, 503,
                          "Too many search at once; please try again.\n", 5);
}

static void search(Visit *visit, const RouteMatch *match)
{
    const HttpRequest *request = visit->request;
    SearchJob job = {
        .kind = (PageKind)match->route->page,
        .language = visit->language,
        .query = request->query,
        .if_none_match = http_list(request, visit->arena, S("if-none-match"),
                                   request->if_none_match),
        .peer = client_address(request, visit->arena,
                               visit->thread->shared->proxies),
        .coding = visit->coding,
    };
    Err err = searcher_take(visit->thread->searcher, &job, visit->reply);

    if (err) refuse_search(visit, err);
}

/* ---- methods ---- */

static const char *allowed(const HttpRequest *request)
{
    RouteMatch match;

    if (route_match(request->path, HOST_SITE, &match) &&
        match.route->methods == METHOD_POST)
        return "POST, OPTIONS";
    return "GET, HEAD, OPTIONS";
}

static void put_allowed(Visit *visit)
{
    visit->reply->head =
        str_format(visit->arena, "Allow: %s\r\n%.*s", allowed(visit->request),
                   STR_ARG(visit->reply->head));
}

/* "OPTIONS *" asks about the server: what most addresses take. */
static void options(Visit *visit)
{
    visit->reply->status = 204;
    visit->reply->head =
        str_format(visit->arena, "Cache-Control: no-store\r\n%.*s",
                   STR_ARG(visit->thread->shared->head));
    put_allowed(visit);
}

static void wrong_method(Visit *visit)
{
    notice(visit, PAGE_NO_METHOD);
    visit->reply->whole = NULL; /* another head than the page's */
    put_allowed(visit);
}

static void only_post(Visit *visit)
{
    visit_plain(visit, 405, "Pages of this site post here.\n");
    put_allowed(visit);
}

static void dispatch(Visit *visit, const RouteMatch *match)
{
    switch (match->route->target) {
    case ROUTE_ROOT: root(visit); break;
    case ROUTE_PAGE: page(visit, match); break;
    case ROUTE_SEARCH: search(visit, match); break;
    case ROUTE_LIVE:
        live_answer(visit->thread->live, visit->request, visit->arena,
                    visit->reply);
        break;
    case ROUTE_SITEMAP_INDEX:
        sitemap(visit, SITEMAP_FILE_INDEX, (Str){0});
        break;
    case ROUTE_SITEMAP_NEWS: sitemap(visit, SITEMAP_FILE_NEWS, (Str){0}); break;
    case ROUTE_SITEMAP_PAGES:
        sitemap(visit, SITEMAP_FILE_PAGES, route_param(match, S("file")));
        break;
    case ROUTE_ASSET: asset(visit); break;
    case ROUTE_MEDIA: media(visit, route_param(match, S("file"))); break;
    case ROUTE_CARD: card(visit, route_param(match, S("file"))); break;
    case ROUTE_AD: ad_ask(visit); break;
    case ROUTE_AD_FRAME: ad_frame(visit); break;
    case ROUTE_AD_HOUSE: ad_house(visit); break;
    case ROUTE_AD_CLICK: ad_click(visit); break;
    case ROUTE_PUSH_KEY: posting_key(visit); break;
    case ROUTE_AD_SEEN:
    case ROUTE_READ:
    case ROUTE_SUBSCRIBE:
    case ROUTE_UNSUBSCRIBE: only_post(visit); break;
    default: notice(visit, PAGE_NOT_FOUND); break;
    }
}

/* ---- finding out what is wanted ---- */

static Coding judge_coding(Str accept)
{
    static const HttpCoding wants[] = {HTTP_ZSTD, HTTP_GZIP};

    if (!accept.len) return CODING_IDENTITY;
    switch (http_coding(accept, wants, COUNT(wants))) {
    case HTTP_ZSTD: return CODING_ZSTD;
    case HTTP_GZIP: return CODING_GZIP;
    default: return CODING_IDENTITY;
    }
}

static Coding choose_coding(SiteThread *thread, Str accept)
{
    Coding coding;

    if (accept.len &&
        str_eq(accept, (Str){thread->accepts, thread->accepts_len}))
        return thread->coding;
    coding = judge_coding(accept);
    if (!accept.len || accept.len > sizeof thread->accepts) return coding;
    memcpy(thread->accepts, accept.ptr, accept.len);
    thread->accepts_len = accept.len;
    thread->coding = coding;
    return coding;
}

/* The language that the first segment of the path names, if any. */
static bool path_language(const Site *site, Str path, size_t *out)
{
    Str rest = str_skip(path, 1);
    int at = site_language(site, str_cut(&rest, '/'));

    if (at < 0) return false;
    *out = (size_t)at;
    return true;
}

static bool is_plain(Str path)
{
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '/' || c == '-' || c == '.' ||
              c == '_'))
            return false;
    }
    return !str_starts(path, S("//")); /* that would be another host */
}

/* No name of ours holds a dot, and ".." would lead elsewhere. */
static bool is_page(Visit *visit, Str path)
{
    RouteMatch match;

    if (!route_match(path, HOST_SITE, &match) ||
        match.route->target != ROUTE_PAGE)
        return false;
    for (size_t i = 0; i < match.param_count; i++)
        if (str_find_char(match.params[i].value, '.', 0) >= 0) return false;
    return site_language(visit->thread->shared->site,
                         route_param(&match, S("language"))) >= 0;
}

static Str with_query(const Visit *visit, Str path)
{
    Str query = visit->request->query;

    if (!query.len) return path;
    return str_format(visit->arena, "%.*s?%.*s", STR_ARG(path), STR_ARG(query));
}

/* Addresses are written in one way only: another spelling of the same letters
 * (percent-encoded, or a folder without its slash) leads to that one, with the
 * query that was asked. */
static void respell(Visit *visit)
{
    Str path = visit->request->path;
    Str plain;

    if (http_path_decode(visit->arena, path, &plain)) {
        notice(visit, PAGE_BAD_REQUEST);
        return;
    }
    if (str_eq(plain, path))
        plain = str_format(visit->arena, "%.*s/", STR_ARG(path));
    if (is_plain(plain) && is_page(visit, plain))
        move(visit, 301, with_query(visit, plain), "");
    else
        notice(visit, PAGE_NOT_FOUND);
}

/* A path whose language is none of the site's is nothing here, and one with
 * escapes is at best another spelling. */
static bool is_address(const Visit *visit, const RouteMatch *match)
{
    Str language = route_param(match, S("language"));

    if (str_find_char(visit->request->path, '%', 0) >= 0) return false;
    return !language.len ||
           site_language(visit->thread->shared->site, language) >= 0;
}

static bool takes_cursor(PageKind kind)
{
    return kind == PAGE_LATEST || kind == PAGE_SECTION || kind == PAGE_TAG ||
           kind == PAGE_DAY;
}

/* The page of a list that the query asks for, read once for all.  Other names
 * in a query change nothing. */
static void read_cursor(Visit *visit)
{
    const HttpRequest *request = visit->request;
    RouteMatch match;
    Str text;

    if (!request->query.len || !route_match(request->path, HOST_SITE, &match) ||
        match.route->target != ROUTE_PAGE ||
        !takes_cursor((PageKind)match.route->page))
        return;
    if (url_query(visit->arena, request->query, "before", &text))
        visit->lost = !address_read_cursor(text, &visit->before);
    else if (url_query(visit->arena, request->query, "after", &text))
        visit->lost = !address_read_cursor(text, &visit->after);
}

static bool is_set(Cursor cursor)
{
    return cursor.at != 0 || cursor.number != 0;
}

/* The address under which the press keeps what is asked for: however a query
 * is written, its page has one. */
static Str own_address(const Visit *visit)
{
    Str path = visit->request->path;
    bool older = is_set(visit->before);
    Str cursor;

    if (!older && !is_set(visit->after)) return path;
    cursor = older ? address_cursor(visit->arena, "before", visit->before)
                   : address_cursor(visit->arena, "after", visit->after);
    return str_format(visit->arena, "%.*s?%.*s", STR_ARG(path),
                      STR_ARG(cursor));
}

static bool find_known(Visit *visit)
{
    Answer *answer = press_find(visit->thread->press, own_address(visit),
                                visit->coding, visit->request->now);

    if (!answer) return false;
    send_answer(visit, answer);
    return true;
}

/* An open page that has heard of a change asks for itself as it is since then,
 * under an address of its own: caches in front that keep the page from before
 * do not know it, and all who heard ask for the same one. */
static void reach(Visit *visit)
{
    Str text;
    int64_t seen;

    if (visit->request->query.len &&
        url_query(visit->arena, visit->request->query, "seen", &text) &&
        text.len <= 18 && str_int(text, &seen))
        press_reach(visit->thread->press, seen, visit->request->now);
}

size_t site_body_max(void *state, const HttpRequest *request)
{
    const Posting *posting = posting_of(request);

    (void)state;
    return posting ? posting_max(posting) : 0;
}

void site_handle(void *state, const HttpRequest *request, Arena *arena,
                 HttpReply *reply)
{
    Visit visit = {
        .thread = state,
        .request = request,
        .arena = arena,
        .reply = reply,
        .accepts = http_list(request, arena, S("accept-encoding"),
                             request->accept_encoding),
    };
    bool reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    const Posting *posting = reads ? NULL : posting_of(request);
    RouteMatch match;

    visit.coding = choose_coding(visit.thread, visit.accepts);
    if (reads) reach(&visit);
    if (reads) read_cursor(&visit);
    if (reads && !visit.lost && find_known(&visit)) return;
    path_language(visit.thread->shared->site, request->path, &visit.language);
    if (posting)
        posting_take(&visit, posting);
    else if (request->method == HTTP_OPTIONS)
        options(&visit);
    else if (!reads)
        wrong_method(&visit);
    else if (!route_match(request->path, HOST_SITE, &match) ||
             !is_address(&visit, &match))
        respell(&visit);
    else
        dispatch(&visit, &match);
}
