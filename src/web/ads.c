#include "web/ads.h"

#include "audience/beacon.h"
#include "press/ad.h"
#include "story/slug.h"
#include "text/url.h"
#include "web/client.h"

#define QUERY_TAGS  64 /* of a page; more are not looked at */
#define HOUSE_S     60 /* seconds that one of the agency's own may be kept */
#define CLICK_WORD  S("{click}")
#define FRAME_ROOM  ((size_t)4096) /* beside the HTML itself */
#define FRAME_HEADS "Referrer-Policy: no-referrer\r\nX-Robots-Tag: noindex\r\n"

/* ---- header lines ---- */

/* A frame is of an origin of its own also where it is opened by itself. */
#define SANDBOX                                                                \
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"

static Str frame_head(Arena *arena, bool tls, const char *policy)
{
    return str_format(
        arena,
        "Content-Security-Policy: %s; base-uri 'none'; frame-ancestors "
        "'self'\r\n"
        "X-Content-Type-Options: nosniff\r\n" FRAME_HEADS
        "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n%s",
        policy, tls ? "Strict-Transport-Security: max-age=31536000\r\n" : "");
}

Err ad_prepare(Arena *arena, const Site *site, const Theme *theme,
               SiteShared *out, Fault *fault)
{
    bool tls = str_starts(site->url, S("https://"));
    Str style;
    Err err = theme_file(theme, arena, S("ad.css"), &style);

    if (err) return fault_set(fault, err, "theme: there is no ad.css");
    out->ad_style = (Html){style};
    out->ad_house_head = frame_head(
        arena, tls,
        str_z(arena,
              str_format(arena,
                         "default-src 'none'; img-src 'self' %.*s; style-src "
                         "%.*s; form-action 'none'; sandbox "
                         "allow-top-navigation-by-user-activation",
                         STR_ARG(site->url),
                         STR_ARG(theme_source_of(arena, style)))));
    out->ad_html_head = frame_head(
        arena, tls,
        "default-src 'none'; script-src 'unsafe-inline'; style-src "
        "'unsafe-inline'; img-src data:; font-src data:; media-src data:; "
        "form-action 'none'; " SANDBOX);
    out->ad_open_head = frame_head(
        arena, tls,
        "default-src https: data: blob: 'unsafe-inline' 'unsafe-eval'; "
        "form-action https:; " SANDBOX);
    return ERR_OK;
}

/* ---- what is asked for ---- */

static StrList tags_of(Arena *arena, Str text)
{
    StrList list = {0};

    while (text.len && list.count < QUERY_TAGS) {
        Str tag = str_cut(&text, ',');

        if (slug_fits(tag)) strs_add(&list, arena, tag);
    }
    return list;
}

/* A place of this site; *language: its index. */
static bool read_place(Visit *visit, AdPlace *out, size_t *language)
{
    const Site *site = visit->thread->shared->site;
    Str query = visit->request->query;
    Arena *arena = visit->arena;
    Str tags;
    int at;

    *out = (AdPlace){0};
    if (!url_query(arena, query, "slot", &out->slot) ||
        !url_query(arena, query, "lang", &out->language))
        return false;
    at = site_language(site, out->language);
    if (at < 0 || !ad_slot_known(out->slot)) return false;
    *language = (size_t)at;
    if (url_query(arena, query, "section", &out->section) &&
        !slug_fits(out->section))
        return false;
    if (url_query(arena, query, "tags", &tags))
        out->tags = tags_of(arena, tags);
    return true;
}

static size_t read_not(Visit *visit, int64_t out[ADS_NOT_MAX])
{
    size_t count = 0;
    Str text;

    if (!url_query(visit->arena, visit->request->query, "not", &text)) return 0;
    while (text.len && count < ADS_NOT_MAX)
        if (str_int(str_cut(&text, ','), &out[count])) count++;
    return count;
}

/* ---- answers ---- */

static void put_head(Visit *visit, int status, const char *more, Str head)
{
    visit->reply->status = status;
    visit->reply->head =
        str_format(visit->arena, "%s%.*s", more, STR_ARG(head));
}

static void nothing(Visit *visit)
{
    put_head(visit, 204, "Cache-Control: no-store\r\n",
             visit->thread->shared->head);
}

static void no_such(Visit *visit)
{
    visit_plain(visit, 404, "There is no such ad.\n");
}

/* Programs that read for nobody are shown nothing, and count nowhere. */
static bool is_reader(const Visit *visit)
{
    return client_is_page(visit->request, visit->thread->shared->site->url) &&
           !browser_is_bot(visit->request->user_agent);
}

static PressAd press_ad_of(Arena *arena, const AdShown *shown)
{
    PressAd ad = {
        .campaign = shown->campaign,
        .ticket = shown->ticket,
        .picture = shown->picture,
        .alt = shown->alt,
    };

    if (shown->picture.mark.len)
        ad.href = str_format(arena, "/ad/click?t=%.*s", STR_ARG(shown->ticket));
    else
        ad.frame =
            str_format(arena, "/ad/frame?t=%.*s", STR_ARG(shown->ticket));
    return ad;
}

void ad_ask(Visit *visit)
{
    const SiteShared *shared = visit->thread->shared;
    int64_t not_these[ADS_NOT_MAX];
    AdsAsk ask = {.not_these = not_these,
                  .not_count = read_not(visit, not_these),
                  .address = client_address(visit->request, visit->arena,
                                            shared->proxies),
                  .now = time_now(),
                  .clock = visit->request->now};
    AdShown shown;
    size_t language;
    PressAd ad;
    Str markup;

    if (!shared->ads || !read_place(visit, &ask.place, &language)) {
        no_such(visit);
        return;
    }
    if (!is_reader(visit) || visit->request->method != HTTP_GET ||
        !ads_next(shared->ads, visit->arena, &ask, &shown)) {
        nothing(visit);
        return;
    }
    ad = press_ad_of(visit->arena, &shown);
    if (press_ad(shared->theme, language, visit->arena, &ad, &markup)) {
        visit_plain(visit, 500, "The ad could not be shown.\n");
        return;
    }
    put_head(visit, 200,
             "Content-Type: text/html; charset=utf-8\r\n"
             "Cache-Control: no-store\r\nX-Robots-Tag: noindex\r\n",
             shared->head);
    http_part(visit->reply, markup);
}

void ad_house(Visit *visit)
{
    const SiteShared *shared = visit->thread->shared;
    AdPlace place;
    size_t language;
    AdShown shown;
    PressAd ad;
    bool found;
    Str page;

    if (!shared->ads || !read_place(visit, &place, &language)) {
        no_such(visit);
        return;
    }
    found = ads_house(shared->ads, visit->arena, &place, time_now(), &shown);
    if (found)
        ad = (PressAd){
            .href = shown.link, .picture = shown.picture, .alt = shown.alt};
    if (press_ad_house(shared->theme, language, place.language,
                       shared->ad_style, visit->arena, found ? &ad : NULL,
                       &page)) {
        visit_plain(visit, 500, "The ad could not be shown.\n");
        return;
    }
    put_head(visit, 200,
             str_z(visit->arena,
                   str_format(visit->arena,
                              "Content-Type: text/html; charset=utf-8\r\n"
                              "Cache-Control: public, max-age=%d\r\n",
                              HOUSE_S)),
             shared->ad_house_head);
    http_part(visit->reply, page);
}

/* The HTML, with where a click leads wherever it says {click}. */
static Err put_html(Visit *visit, Str html, Str ticket)
{
    const Site *site = visit->thread->shared->site;
    Buf buf = buf_open(visit->arena, html.len * 16 + FRAME_ROOM);
    Str text;
    Err err;

    while (html.len) {
        ptrdiff_t at = str_find(html, CLICK_WORD, 0);

        buf_puts(&buf, str_slice(html, 0, at < 0 ? html.len : (size_t)at));
        html = at < 0 ? (Str){0} : str_skip(html, (size_t)at + CLICK_WORD.len);
        if (at >= 0)
            buf_printf(&buf, "%.*s/ad/click?t=%.*s", STR_ARG(site->url),
                       STR_ARG(ticket));
    }
    err = buf_end(&buf, &text);
    if (!err) http_part(visit->reply, text);
    return err;
}

static bool is_open(const Site *site, Str slot)
{
    for (size_t i = 0; i < site->open_ad_slots.count; i++)
        if (str_eq(site->open_ad_slots.items[i], slot)) return true;
    return false;
}

static bool read_ticket(Visit *visit, Str *out)
{
    return visit->thread->shared->ads &&
           url_query(visit->arena, visit->request->query, "t", out);
}

void ad_frame(Visit *visit)
{
    const SiteShared *shared = visit->thread->shared;
    Str ticket, html, slot;

    if (!read_ticket(visit, &ticket) ||
        ads_html(shared->ads, visit->arena, ticket, &html, &slot)) {
        no_such(visit);
        return;
    }
    if (put_html(visit, html, ticket)) {
        visit_plain(visit, 500, "The ad could not be shown.\n");
        return;
    }
    put_head(visit, 200,
             "Content-Type: text/html; charset=utf-8\r\n"
             "Cache-Control: no-store\r\n",
             is_open(shared->site, slot) ? shared->ad_open_head
                                         : shared->ad_html_head);
}

/* Where it leads the store says, and not the address that was asked. */
void ad_click(Visit *visit)
{
    const SiteShared *shared = visit->thread->shared;
    bool counts = visit->request->method == HTTP_GET &&
                  !browser_is_bot(visit->request->user_agent);
    Str ticket, link;
    Err err = ERR_INVALID;

    if (read_ticket(visit, &ticket))
        err = ads_click(shared->ads, visit->arena, ticket, counts,
                        visit->request->now, &link);
    if (err == ERR_NOT_FOUND) {
        link = S("/");
    } else if (err) {
        no_such(visit);
        return;
    }
    visit->reply->status = 302;
    visit->reply->head =
        str_format(visit->arena,
                   "Location: %.*s\r\nCache-Control: no-store\r\n"
                   "X-Robots-Tag: noindex\r\n%.*s",
                   STR_ARG(link), STR_ARG(shared->head));
}

void ad_seen(Visit *visit)
{
    const SiteShared *shared = visit->thread->shared;

    if (!shared->ads) {
        no_such(visit);
    } else if (!client_is_page(visit->request, shared->site->url)) {
        visit_plain(visit, 403, "Only pages of this site are counted.\n");
    } else if (ads_seen(shared->ads, str_trim(visit->request->body),
                        visit->request->now)) {
        visit_plain(visit, 400, "Expected the ticket that came with an ad.\n");
    } else {
        nothing(visit);
    }
}
