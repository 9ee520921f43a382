#include "web/assets.h"

#include <brotli/encode.h>

#include "base/hash.h"
#include "web/ads.h"
#include "web/routes.h"

static Str type_of(Str path)
{
    static const struct {
        Str end, type;
    } types[] = {
        {S_INIT(".js"), S_INIT("text/javascript; charset=utf-8")},
        {S_INIT(".svg"), S_INIT("image/svg+xml")},
        {S_INIT(".png"), S_INIT("image/png")},
        {S_INIT(".ico"), S_INIT("image/x-icon")},
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (str_ends(path, types[i].end)) return types[i].type;
    return S("application/octet-stream");
}

/* Empty where it would not be smaller. */
static Str brotli(Arena *arena, Str plain)
{
    size_t room = plain.len;
    uint8_t *out = arena_alloc(arena, room + 1);

    if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW,
                               BROTLI_MODE_GENERIC, plain.len,
                               (const uint8_t *)plain.ptr, &room, out))
        return (Str){0};
    return (Str){(const char *)out, room};
}

static Err load(Arena *arena, const Theme *theme, Str path, Asset *out,
                Fault *fault)
{
    bool script = str_ends(path, S(".js"));
    Str name = str_format(arena, "%s%.*s", script ? "" : "icons",
                          STR_ARG(script ? str_skip(path, 1) : path));
    Digest digest;
    Err err = theme_file(theme, arena, name, &out->plain);

    if (err)
        return fault_set(fault, err, "theme: there is no %.*s", STR_ARG(name));
    digest = hash_content(out->plain);
    out->path = path;
    out->type = type_of(path);
    if (script || str_ends(path, S(".svg")) || str_ends(path, S(".ico")))
        out->brotli = brotli(arena, out->plain);
    out->etag =
        str_format(arena, "\"%016llx\"", (unsigned long long)digest.low);
    out->etag_brotli =
        str_format(arena, "\"%016llx-br\"", (unsigned long long)digest.low);
    return ERR_OK;
}

Err assets_load(Arena *arena, SiteShared *shared, Fault *fault)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < route_count; i++) {
        if (routes[i].target != ROUTE_ASSET) continue;
        if (shared->asset_count == ASSETS_MAX) return ERR_TOO_BIG;
        err = load(arena, shared->theme, routes[i].pattern,
                   &shared->assets[shared->asset_count++], fault);
    }
    return err;
}

/* What every answer says, errors too: OWASP ASVS 3.4.  Style is allowed by its
 * hash alone, script only as a file of the site: of all its answers one is of a
 * type that runs.  It may ask the site and nobody else; strict-transport only
 * where the site's own address is https. */
Err site_prepare(Arena *arena, const Site *site, const Theme *theme,
                 int shared_s, SiteShared *out, Fault *fault)
{
    bool tls = str_starts(site->url, S("https://"));
    Err err;

    *out = (SiteShared){.site = site, .theme = theme, .shared_s = shared_s};
    out->head = str_format(
        arena,
        "Content-Security-Policy: default-src 'none'; style-src %.*s; "
        "script-src 'self'; connect-src 'self'; img-src 'self'; manifest-src "
        "'self'; %sbase-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "X-Frame-Options: DENY\r\n"
        "Referrer-Policy: strict-origin-when-cross-origin\r\n"
        "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n"
        "Cross-Origin-Opener-Policy: same-origin\r\n"
        "Cross-Origin-Resource-Policy: same-origin\r\n%s",
        STR_ARG(theme_style_source(theme)),
        site->ads ? "frame-src 'self'; " : "",
        tls ? "Strict-Transport-Security: max-age=31536000\r\n" : "");
    /* Pictures stand in other sites' pages and readers, and in none do they
     * run. */
    out->media_head = str_format(
        arena,
        "Content-Security-Policy: default-src 'none'; sandbox\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Cross-Origin-Resource-Policy: cross-origin\r\n%s",
        tls ? "Strict-Transport-Security: max-age=31536000\r\n" : "");
    err = ad_prepare(arena, site, theme, out, fault);
    if (err) return err;
    out->subscribe = (Subscribe){.site = site, .head = out->head};
    return assets_load(arena, out, fault);
}
