#include "text/url.h"

#include <arpa/inet.h>
#include <string.h>
#include <unicode/uidna.h>

#include "base/utf8.h"

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_unreserved(char c)
{
    return is_alpha(c) || is_digit(c) || (c && strchr("-._~", c));
}

static int hex_value(char c)
{
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The byte that "%XX" at i stands for, or -1. */
static int escape_at(Str s, size_t i)
{
    int high;
    int low;

    if (i + 2 >= s.len || s.ptr[i] != '%') return -1;
    high = hex_value(s.ptr[i + 1]);
    low = hex_value(s.ptr[i + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static void put_escape(Buf *buf, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";

    buf_putc(buf, '%');
    buf_putc(buf, digits[c >> 4]);
    buf_putc(buf, digits[c & 15]);
}

/* The length of "scheme" in "scheme:...", or 0. */
static size_t scheme_len(Str s)
{
    size_t n = 0;

    if (!s.len || !is_alpha(s.ptr[0])) return 0;
    while (n < s.len && (is_alpha(s.ptr[n]) || is_digit(s.ptr[n]) ||
                         (s.ptr[n] && strchr("+-.", s.ptr[n]))))
        n++;
    return n < s.len && s.ptr[n] == ':' ? n : 0;
}

static bool is_http(Str scheme)
{
    return str_eq_nocase(scheme, S("http")) ||
           str_eq_nocase(scheme, S("https"));
}

/* C0 controls and space, as WHATWG trims them. */
static Str trim_controls(Str s)
{
    while (s.len && (unsigned char)s.ptr[0] <= ' ')
        s = str_skip(s, 1);
    while (s.len && (unsigned char)s.ptr[s.len - 1] <= ' ')
        s.len--;
    return s;
}

Str url_clean(Arena *arena, Str text)
{
    Buf line = buf_open(arena, text.len + 1);
    Buf buf = buf_open(arena, text.len * 3 + 1);
    bool slashes;
    Str s;

    text = trim_controls(text);
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("\t\n\r", text.ptr[i]) || !text.ptr[i])
            buf_putc(&line, text.ptr[i]);
    s = buf_str(&line);
    slashes = !scheme_len(s) || is_http(str_slice(s, 0, scheme_len(s)));
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '?' || c == '#') slashes = false;
        if (c == '\\' && slashes)
            buf_putc(&buf, '/');
        else if ((unsigned char)c <= ' ' || c == 0x7F ||
                 strchr("\"<>\\^`{|}", c))
            put_escape(&buf, (unsigned char)c);
        else
            buf_putc(&buf, c);
    }
    return buf_str(&buf);
}

static bool is_port(Str s)
{
    int64_t value;

    if (!s.len) return true;
    return is_digit(s.ptr[0]) && str_int(s, &value) && value <= 65535;
}

/* "user@host:port" */
static Err parse_authority(Str s, Url *url)
{
    ptrdiff_t at = -1;
    ptrdiff_t colon;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '@') at = (ptrdiff_t)i;
    if (at >= 0) {
        url->user = str_slice(s, 0, (size_t)at);
        s = str_skip(s, (size_t)at + 1);
    }
    url->has_host = true;
    if (str_starts(s, S("["))) {
        ptrdiff_t close = str_find_char(s, ']', 0);

        if (close < 0) return ERR_INVALID;
        url->host = str_slice(s, 0, (size_t)close + 1);
        s = str_skip(s, (size_t)close + 1);
        if (s.len && s.ptr[0] != ':') return ERR_INVALID;
        url->port = str_skip(s, 1);
    } else {
        colon = str_find_char(s, ':', 0);
        url->host = colon < 0 ? s : str_slice(s, 0, (size_t)colon);
        url->port = colon < 0 ? (Str){0} : str_skip(s, (size_t)colon + 1);
    }
    return is_port(url->port) ? ERR_OK : ERR_INVALID;
}

static bool has_blanks(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7F) return true;
    return false;
}

Err url_parse(Str text, Url *out)
{
    Url url = {0};
    Str s = trim_controls(text);
    ptrdiff_t at;
    size_t n;

    if (s.len > URL_MAX || has_blanks(s)) return ERR_INVALID;
    at = str_find_char(s, '#', 0);
    if (at >= 0) {
        url.has_fragment = true;
        url.fragment = str_skip(s, (size_t)at + 1);
        s = str_slice(s, 0, (size_t)at);
    }
    at = str_find_char(s, '?', 0);
    if (at >= 0) {
        url.has_query = true;
        url.query = str_skip(s, (size_t)at + 1);
        s = str_slice(s, 0, (size_t)at);
    }
    n = scheme_len(s);
    if (n) {
        url.scheme = str_slice(s, 0, n);
        s = str_skip(s, n + 1);
    }
    if (str_starts(s, S("//"))) {
        s = str_skip(s, 2);
        at = str_find_char(s, '/', 0);
        n = at < 0 ? s.len : (size_t)at;
        if (parse_authority(str_slice(s, 0, n), &url)) return ERR_INVALID;
        s = str_skip(s, n);
    }
    url.path = s;
    *out = url;
    return ERR_OK;
}

/* Normal forms of the parts. */

static bool may_stand(char c, const char *also)
{
    return is_unreserved(c) || (c && strchr("!$&'()*+,;=", c)) ||
           (c && strchr(also, c));
}

/* Escapes in one way: those of unreserved characters undone, the others with
 * capital digits, and one for each byte that may not stand here. */
static void put_part(Buf *buf, Str s, const char *also)
{
    for (size_t i = 0; i < s.len; i++) {
        int byte = escape_at(s, i);

        if (byte >= 0) {
            if (is_unreserved((char)byte))
                buf_putc(buf, (char)byte);
            else
                put_escape(buf, (unsigned char)byte);
            i += 2;
        } else if (may_stand(s.ptr[i], also)) {
            buf_putc(buf, s.ptr[i]);
        } else {
            put_escape(buf, (unsigned char)s.ptr[i]);
        }
    }
}

/* RFC 3986 5.2.4, for a path that begins with a slash. */
static void put_without_dots(Buf *buf, Str path)
{
    size_t from = buf->len;

    for (path = str_skip(path, 1);;) {
        bool last = str_find_char(path, '/', 0) < 0;
        Str segment = str_cut(&path, '/');

        if (str_eq(segment, S("..")) || str_eq(segment, S("."))) {
            if (segment.len == 2)
                while (buf->len > from && buf->ptr[--buf->len] != '/')
                    ;
            if (last) buf_putc(buf, '/');
        } else {
            buf_putc(buf, '/');
            buf_puts(buf, segment);
        }
        if (last) return;
    }
}

static void put_path(Arena *arena, Buf *buf, Str path)
{
    Buf clean = buf_open(arena, path.len * 3 + 2);

    if (!str_starts(path, S("/"))) buf_putc(&clean, '/');
    put_part(&clean, path, "/:@");
    put_without_dots(buf, buf_str(&clean));
}

static Err put_ipv6(Buf *buf, Str host)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char bytes[16];

    if (host.len < 4 || host.len - 2 >= sizeof text) return ERR_INVALID;
    memcpy(text, host.ptr + 1, host.len - 2);
    text[host.len - 2] = '\0';
    if (inet_pton(AF_INET6, text, bytes) != 1 ||
        !inet_ntop(AF_INET6, bytes, text, sizeof text))
        return ERR_INVALID;
    buf_printf(buf, "[%s]", text);
    return ERR_OK;
}

static bool is_ascii(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80) return false;
    return true;
}

/* A name beyond ASCII, or one that says it encodes such a name, by UTS 46. */
static Err to_ascii(Arena *arena, Str name, Str *out)
{
    UErrorCode code = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char *place = arena_alloc(arena, 512);
    UIDNA *idna;
    int32_t len;

    if (utf8_bad(name) >= 0 || name.len > 1024) return ERR_INVALID;
    idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                               UIDNA_NONTRANSITIONAL_TO_ASCII,
                           &code);
    if (U_FAILURE(code)) return ERR_INVALID;
    len = uidna_nameToASCII_UTF8(idna, name.ptr, (int32_t)name.len, place, 512,
                                 &info, &code);
    uidna_close(idna);
    /* Names with empty labels or hyphens in odd places do exist. */
    info.errors &=
        ~(uint32_t)(UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LEADING_HYPHEN |
                    UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4);
    if (U_FAILURE(code) || info.errors || len > 512) return ERR_INVALID;
    *out = (Str){place, (size_t)len};
    return ERR_OK;
}

static Err put_host(Arena *arena, Buf *buf, Str host)
{
    Str name;

    if (str_starts(host, S("["))) return put_ipv6(buf, host);
    if (!url_decode(arena, host, false, &name)) return ERR_INVALID;
    name = str_lower(arena, name);
    if ((!is_ascii(name) || str_find(name, S("xn--"), 0) >= 0) &&
        to_ascii(arena, name, &name))
        return ERR_INVALID;
    if (!name.len || name.len > 255) return ERR_INVALID;
    for (size_t i = 0; i < name.len; i++)
        if (!is_unreserved(name.ptr[i]) && !strchr("!$&'()*+,;=", name.ptr[i]))
            return ERR_INVALID;
    buf_puts(buf, name);
    return ERR_OK;
}

static void put_port(Buf *buf, Str scheme, Str port)
{
    int64_t number;

    if (!str_int(port, &number)) return;
    if (number == (str_eq_nocase(scheme, S("http")) ? 80 : 443)) return;
    buf_putc(buf, ':');
    buf_int(buf, number);
}

/* The address of parts whose scheme is http or https. */
static Err put_url(Arena *arena, const Url *url, Str *out)
{
    Buf buf = buf_open(arena, URL_MAX);

    if (!url->has_host) return ERR_INVALID;
    buf_puts(&buf, str_lower(arena, url->scheme));
    buf_puts(&buf, S("://"));
    if (url->user.len) {
        put_part(&buf, url->user, ":");
        buf_putc(&buf, '@');
    }
    if (put_host(arena, &buf, url->host)) return ERR_INVALID;
    put_port(&buf, url->scheme, url->port);
    put_path(arena, &buf, url->path);
    if (url->has_query) {
        buf_putc(&buf, '?');
        put_part(&buf, url->query, "/:@?");
    }
    if (url->has_fragment) {
        buf_putc(&buf, '#');
        put_part(&buf, url->fragment, "/:@?");
    }
    return buf_end(&buf, out) ? ERR_INVALID : ERR_OK;
}

Err url_normal(Arena *arena, Str text, Str *out)
{
    Url url;

    if (url_parse(url_clean(arena, text), &url)) return ERR_INVALID;
    if (!url.scheme.len) return ERR_INVALID;
    if (!is_http(url.scheme)) return ERR_UNSUPPORTED;
    return put_url(arena, &url, out);
}

/* RFC 3986 5.2.3: ref's path beside base's. */
static Str merge_paths(Arena *arena, Str base, Str ref)
{
    size_t n = base.len;

    while (n && base.ptr[n - 1] != '/')
        n--;
    return str_format(arena, "%.*s%.*s", (int)n, base.ptr, STR_ARG(ref));
}

Err url_resolve(Arena *arena, Str base_text, Str ref_text, Str *out)
{
    Url base;
    Url ref;

    if (url_parse(url_clean(arena, base_text), &base)) return ERR_INVALID;
    if (url_parse(url_clean(arena, ref_text), &ref)) return ERR_INVALID;
    if (!base.scheme.len || !base.has_host) return ERR_INVALID;
    if (!is_http(base.scheme)) return ERR_UNSUPPORTED;
    if (ref.scheme.len) {
        if (!is_http(ref.scheme)) return ERR_UNSUPPORTED;
        return put_url(arena, &ref, out);
    }
    ref.scheme = base.scheme;
    if (!ref.has_host) {
        ref.has_host = true;
        ref.user = base.user;
        ref.host = base.host;
        ref.port = base.port;
        if (!ref.path.len) {
            ref.path = base.path;
            if (!ref.has_query) {
                ref.has_query = base.has_query;
                ref.query = base.query;
            }
        } else if (ref.path.ptr[0] != '/') {
            ref.path = merge_paths(arena, base.path, ref.path);
        }
    }
    return put_url(arena, &ref, out);
}

bool url_is_safe_link(Str text)
{
    Url url;

    if (!text.len || url_parse(text, &url)) return false;
    if (trim_controls(text).len != text.len) return false;
    if (str_find_char(text, '\\', 0) >= 0 || url.user.len) return false;
    if (str_eq_nocase(url.scheme, S("mailto")))
        return !url.has_host && url.path.len;
    if (is_http(url.scheme)) return url.has_host && url.host.len;
    if (url.scheme.len) return false;
    return !url.has_host || url.host.len;
}

void url_put_segment(Buf *buf, Str segment)
{
    for (size_t i = 0; i < segment.len; i++) {
        if (is_unreserved(segment.ptr[i]))
            buf_putc(buf, segment.ptr[i]);
        else
            put_escape(buf, (unsigned char)segment.ptr[i]);
    }
}

void url_put_query(Buf *buf, Str value)
{
    url_put_segment(buf, value);
}

bool url_decode(Arena *arena, Str text, bool plus, Str *out)
{
    Buf buf = buf_open(arena, text.len + 1);
    Str decoded;

    for (size_t i = 0; i < text.len; i++) {
        int byte = escape_at(text, i);

        if (text.ptr[i] == '%' && byte <= 0) return false;
        if (byte > 0) i += 2;
        if (byte < 0) byte = text.ptr[i] == '+' && plus ? ' ' : text.ptr[i];
        buf_putc(&buf, (char)byte);
    }
    decoded = buf_str(&buf);
    if (utf8_bad(decoded) >= 0 || str_find_char(decoded, '\0', 0) >= 0)
        return false;
    *out = decoded;
    return true;
}

bool url_query(Arena *arena, Str query, const char *name, Str *out)
{
    while (query.len) {
        Str value = str_cut(&query, '&');
        Str key = str_cut(&value, '=');

        if (url_decode(arena, key, true, &key) && str_eq(key, str_from(name)))
            return url_decode(arena, value, true, out);
    }
    return false;
}
