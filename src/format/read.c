#include "format/read.h"

#include <sodium.h>

#include "base/utf8.h"
#include "format/page_time.h"
#include "story/lang.h"
#include "story/slug.h"
#include "text/charset.h"
#include "text/html.h"
#include "text/sanitize.h"
#include "text/url.h"

#define YEAR_TWO (TIME_MIN + 366 * TIME_DAY) /* or a day after it began */

static ReadRecord *add_record(ReadOut *out, Arena *arena)
{
    size_t n = out->count;

    if ((n & (n - 1)) == 0)
        out->records = arena_grow(arena, out->records, n * sizeof(ReadRecord),
                                  (n ? n * 2 : 1) * sizeof(ReadRecord));
    out->count = n + 1;
    return &out->records[n];
}

void read_reject(ReadOut *out, Arena *arena, const Fault *fault, Str raw)
{
    Fault *copy = ARENA_NEW(arena, Fault);

    *copy = *fault;
    *add_record(out, arena) =
        (ReadRecord){.item = item_none(), .fault = copy, .raw = raw};
    out->bad++;
}

void read_add(ReadOut *out, Arena *arena, const Item *item, Str raw)
{
    Fault fault = fault_none();

    if (!item_check(item, &fault)) {
        *add_record(out, arena) = (ReadRecord){.item = *item, .raw = raw};
        return;
    }
    fault.line = item->line;
    fault.byte = item->byte;
    read_reject(out, arena, &fault, raw);
}

static Time wall(const ReadContext *ctx, Civil c)
{
    return ctx->zone ? zone_time(ctx->zone, c) : time_from_civil(c);
}

Err read_wall(const ReadContext *ctx, Civil c, Time *out)
{
    Time t = wall(ctx, c);

    if (t < YEAR_TWO) return ERR_NOT_FOUND;
    if (t > TIME_MAX) return ERR_INVALID;
    *out = t;
    return ERR_OK;
}

static bool is_digits(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
    return text.len > 0;
}

/* "2004-01" and "2004": dates that ISO 8601 allows. */
static bool read_short_date(Str text, Time *wall)
{
    int64_t number;
    Civil c = {.month = 1, .day = 1, .hour = 12};

    if (is_digits(text) && text.len == 4 && str_int(text, &number)) {
        c.year = (int)number;
    } else if (text.len == 7 && text.ptr[4] == '-' &&
               str_int(str_slice(text, 0, 4), &number)) {
        c.year = (int)number;
        if (!str_int(str_skip(text, 5), &number)) return false;
        c.month = (int)number;
    } else {
        return false;
    }
    if (!civil_valid(c)) return false;
    *wall = time_from_civil(c);
    return true;
}

/* Seconds or milliseconds since 1970, of this century: fewer digits may be
 * anything. */
static bool read_unix(Str text, Time *out)
{
    int64_t number;

    if (!is_digits(text) || !str_int(text, &number)) return false;
    if (text.len != 10 && text.len != 13) return false;
    *out = number * (text.len == 10 ? TIME_SECOND : TIME_MS);
    return true;
}

static Err read_any_time(const ReadContext *ctx, Str text, Time *out)
{
    bool zoned = true;
    Time t;

    if (!time_read_iso(text, &t, &zoned)) {
        if (text.len <= 10) t += 12 * TIME_HOUR;
    } else if (read_short_date(text, &t)) {
        zoned = false;
    } else if (read_unix(text, &t)) {
        zoned = true;
    } else if (!time_read_http(text, &t)) {
        zoned = str_ends(text, S("GMT"));
    } else if (time_read_rfc822(text, &t, &zoned)) {
        return page_date_read(ctx, text, out);
    }
    if (!zoned) return read_wall(ctx, time_civil(t), out);
    *out = t;
    return ERR_OK;
}

/* What programs write who have no date: the first second of their calendar,
 * or nothing but zeros. */
static bool stands_for_none(const ReadContext *ctx, Str text, Time t)
{
    return t < YEAR_TWO || t == 0 ||
           (t == wall(ctx, time_civil(0)) && str_find(text, S("1970"), 0) >= 0);
}

Err read_time(const ReadContext *ctx, Str text, Time *out)
{
    Err err;
    Time t;

    text = str_trim(text);
    if (str_starts(text, S("0000-00-00")) || str_eq(text, S("0")))
        return ERR_NOT_FOUND;
    err = read_any_time(ctx, text, &t);
    if (err) return err;
    if (stands_for_none(ctx, text, t)) return ERR_NOT_FOUND;
    *out = t;
    return ERR_OK;
}

Str read_identity(Arena *arena, const char *prefix, const Str *texts,
                  size_t count)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1];
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < count; i++) {
        uint64_t len = texts[i].len;

        crypto_hash_sha256_update(&state, (const unsigned char *)&len,
                                  sizeof len);
        crypto_hash_sha256_update(
            &state, (const unsigned char *)(len ? texts[i].ptr : ""), len);
    }
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    return str_format(arena, "%s%s", prefix, hex);
}

Str read_line_of_html(Arena *arena, Str html)
{
    HtmlNode *root;

    if (str_find_char(html, '<', 0) < 0 && str_find_char(html, '&', 0) < 0)
        return item_line(arena, html);
    if (html_read_fragment(arena, html, &root, NULL))
        return item_line(arena, html);
    return item_line(arena, html_text(arena, root));
}

Str read_line_cut(Arena *arena, Str text, size_t max)
{
    Str line = item_line(arena, text);
    Str cut;

    if (line.len <= max || utf8_count(line) <= max) return line;
    cut = utf8_first(line, max - 1);
    for (size_t n = cut.len; n > cut.len / 2; n--)
        if (cut.ptr[n - 1] == ' ') {
            cut.len = n - 1;
            break;
        }
    return str_format(arena, "%.*s…", STR_ARG(cut));
}

bool read_has_empty_line(Str text)
{
    Str line;

    text = str_trim(text);
    while (str_line(&text, &line))
        if (!str_trim(line).len) return true;
    return false;
}

Html read_plain(Arena *arena, Str text)
{
    Buf buf;
    Str line;

    if (read_has_empty_line(text)) return html_from_text(arena, text);
    buf = buf_open(arena, text.len * 3 + 3);
    while (str_line(&text, &line)) {
        buf_puts(&buf, line);
        buf_puts(&buf, S("\n\n"));
    }
    return html_from_text(arena, buf_str(&buf));
}

static bool is_slug(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
            !(c == '-' && i && i + 1 < text.len))
            return false;
    }
    return text.len > 0 && text.len <= SLUG_MAX;
}

/* "C#" and "C++" are two, and neither is "C". */
static Str spelled(Arena *arena, Str name)
{
    Buf buf = buf_open(arena, name.len * 6 + 1);

    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool after = i && name.ptr[i - 1] != ' ';

        if (after && c == '#')
            buf_puts(&buf, S(" sharp"));
        else if (after && c == '+')
            buf_puts(&buf, S(" plus"));
        else
            buf_putc(&buf, c);
    }
    return buf_str(&buf);
}

void read_tag(Item *item, Arena *arena, Str slug, Str name)
{
    name = item_line(arena, name);
    while (str_starts(name, S("#")))
        name = str_trim(str_skip(name, 1));
    if (!is_slug(slug)) {
        if (!name.len) return;
        slug = slug_make(arena, spelled(arena, name), item->language);
        if (str_eq(slug, S("story")) && !str_eq_nocase(name, slug)) return;
    }
    item_tag(item, arena, slug, name);
}

void read_section(Item *item, Arena *arena, Str slug, Str name)
{
    name = item_line(arena, name);
    if (!is_slug(slug)) {
        if (!name.len) return;
        slug = slug_make(arena, name, item->language);
        if (item_section_reserved(slug))
            slug = str_format(arena, "%.*s-news",
                              STR_ARG(str_slice(slug, 0, SLUG_MAX - 5)));
    }
    item->section = slug;
    item->section_name = name;
}

Str read_address(Arena *arena, Str text)
{
    Str url;

    text = str_trim(text);
    if (!str_starts_nocase(text, S("http"))) return (Str){0};
    if (url_normal(arena, text, &url) || url.len > URI_MAX) return (Str){0};
    return url;
}

/* "ua" is the country's code; no language has it. */
static Str without_mistake(Arena *arena, Str tag)
{
    if (!str_eq_nocase(str_slice(tag, 0, 2), S("ua"))) return tag;
    if (tag.len > 2 && tag.ptr[2] != '-' && tag.ptr[2] != '_') return tag;
    return str_format(arena, "uk%.*s", STR_ARG(str_skip(tag, 2)));
}

bool read_language_said(Arena *arena, Str tag, Str *out)
{
    return !lang_read(arena, without_mistake(arena, str_trim(tag)), out);
}

Str read_language(Arena *arena, const ReadContext *ctx, Str tag)
{
    Str language;

    return tag.len && read_language_said(arena, tag, &language) ? language
                                                                : ctx->language;
}

Err read_decoded(Arena *arena, Str bytes, Str *out, Fault *fault)
{
    Str charset = charset_mark(bytes);

    if (!charset.len) charset = charset_guess(bytes);
    if (!charset.len)
        return fault_set(fault, ERR_UNSUPPORTED,
                         "the text is not UTF-8, and in no other encoding "
                         "that can be told; save it as UTF-8");
    return charset_decode(arena, bytes, charset, out, fault);
}
