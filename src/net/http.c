/* One pass over the bytes, line by line, no state kept between calls: a head
 * that came in pieces is read again from its beginning.  That costs less than
 * the system calls that brought the pieces, and a parser without state has no
 * state to get wrong.
 *
 * What browsers send is letters, digits and text without controls: runs of them
 * are passed sixteen bytes at a time, and only what ends a run is looked at by
 * itself. */
#include "net/http.h"

#include <stddef.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"
#include "base/utf8.h"

#define METHOD_MAX      32 /* longer than any in use */
#define EMPTY_LINES_MAX 4

enum { TOKEN = 1, HOST = 2, HEX = 4, SPACE = 8 };

static const uint8_t class_of[256] = {
    ['\t'] = SPACE,
    [' '] = SPACE,
    ['!'] = TOKEN,
    ['#'] = TOKEN,
    ['$'] = TOKEN,
    ['%'] = TOKEN | HOST,
    ['&' ... '\''] = TOKEN,
    ['*' ... '+'] = TOKEN,
    ['-' ... '.'] = TOKEN | HOST,
    ['0' ... '9'] = TOKEN | HOST | HEX,
    ['A' ... 'F'] = TOKEN | HOST | HEX,
    ['G' ... 'Z'] = TOKEN | HOST,
    ['^'] = TOKEN,
    ['_'] = TOKEN | HOST,
    ['`'] = TOKEN,
    ['a' ... 'f'] = TOKEN | HOST | HEX,
    ['g' ... 'z'] = TOKEN | HOST,
    ['|'] = TOKEN,
    ['~'] = TOKEN | HOST,
};

static bool is(char c, uint8_t class)
{
    return class_of[(unsigned char)c] & class;
}

typedef uint8_t Bytes __attribute__((vector_size(16)));

static Bytes load(const char *at)
{
    Bytes bytes;

    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* The place of the first byte that is set (0xFF), 16 when none is. */
static size_t first_set(Bytes set)
{
#ifdef __SSE2__
    unsigned bits = (unsigned)_mm_movemask_epi8((__m128i)set);

    return bits ? (size_t)__builtin_ctz(bits) : sizeof set;
#else
    size_t at = 0;

    while (at < sizeof set && !set[at])
        at++;
    return at;
#endif
}

/* Letters, digits and '-' are tokens: how many of 16 bytes begin so. */
static size_t plain_run(Bytes bytes)
{
    Bytes letter = (Bytes)((bytes | 0x20) - 'a' < 26);
    Bytes digit = (Bytes)(bytes - '0' < 10);
    Bytes dash = (Bytes)(bytes == '-');

    return first_set(~(letter | digit | dash));
}

/* The first byte from at on that is in no token, or end. */
static const char *pass_token(const char *at, const char *end)
{
    while (end - at >= (ptrdiff_t)sizeof(Bytes)) {
        size_t run = plain_run(load(at));

        if (run == sizeof(Bytes)) { /* the next load need not wait for run */
            at += sizeof(Bytes);
            continue;
        }
        at += run;
        if (!is(*at, TOKEN)) return at;
        at++;
    }
    while (at < end && is(*at, TOKEN))
        at++;
    return at;
}

/* The first byte from at on that ends what is read, or end. */
static inline __attribute__((always_inline)) const char *pass_until(
    const char *at, const char *end, Bytes (*ends)(Bytes), bool (*is_end)(char))
{
    while (end - at >= (ptrdiff_t)sizeof(Bytes)) {
        size_t run = first_set(ends(load(at)));

        if (run < sizeof(Bytes)) return at + run;
        at += sizeof(Bytes);
    }
    while (at < end && !is_end(*at))
        at++;
    return at;
}

/* A target is of visible ASCII; '#' is never sent. */
static bool ends_target(char c)
{
    return c <= ' ' || c > '~' || c == '#';
}

static Bytes target_ends(Bytes bytes)
{
    return (Bytes)(bytes <= ' ') | (Bytes)(bytes > '~') | (Bytes)(bytes == '#');
}

/* A value goes on to a control character other than TAB. */
static bool ends_value(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static Bytes value_ends(Bytes bytes)
{
    Bytes low = (Bytes)(bytes < 0x20) & ~(Bytes)(bytes == '\t');

    return low | (Bytes)(bytes == 0x7f);
}

typedef struct Reader {
    const char *start, *end;
    HttpRefusal *refusal;
    Err err;                               /* why there is no next place */
    bool has_host, has_length, has_coding; /* seen once already */
    bool says_close, says_keep_alive;
} Reader;

/* The readers below take the place where their part begins and return that of
 * the next part, or NULL: either the head ends before the part does, */
static const char *cut_off(Reader *in)
{
    in->err = ERR_AGAIN;
    return NULL;
}

/* or at this place is what may not stand there. */
static const char *refuse(Reader *in, const char *at, int status,
                          const char *text)
{
    in->err = ERR_INVALID;
    if (in->refusal)
        *in->refusal = (HttpRefusal){
            .status = status,
            .byte = (size_t)(at - in->start),
            .text = text,
        };
    return NULL;
}

static const char *no_line_end(Reader *in, const char *at)
{
    if (at == in->end) return cut_off(in);
    if (*at != '\r') return refuse(in, at, 400, "a line does not end in CR LF");
    if (at + 1 == in->end) return cut_off(in);
    return refuse(in, at, 400, "a CR without its LF in the head");
}

static inline const char *line_end(Reader *in, const char *at)
{
    if (in->end - at >= 2 && !memcmp(at, "\r\n", 2)) return at + 2;
    return no_line_end(in, at);
}

/* ---- the request line ---- */

static const char *empty_lines(Reader *in, const char *at)
{
    for (int i = 0; at && i < EMPTY_LINES_MAX; i++) {
        if (at == in->end) return cut_off(in);
        if (*at != '\r') break;
        at = line_end(in, at);
    }
    return at;
}

static HttpMethod method_of(Str text)
{
    static const Str names[] = {
        [HTTP_GET] = S_INIT("GET"),         [HTTP_HEAD] = S_INIT("HEAD"),
        [HTTP_POST] = S_INIT("POST"),       [HTTP_PUT] = S_INIT("PUT"),
        [HTTP_PATCH] = S_INIT("PATCH"),     [HTTP_DELETE] = S_INIT("DELETE"),
        [HTTP_OPTIONS] = S_INIT("OPTIONS"),
    };
    size_t i = 0;

    while (i < COUNT(names) && !str_eq(names[i], text))
        i++;
    return (HttpMethod)i; /* HTTP_OTHER comes after the named ones */
}

static const char *read_method(Reader *in, const char *from, HttpRequest *out)
{
    const char *to = pass_token(from, in->end);

    if (to - from > METHOD_MAX)
        return refuse(in, from, 501, "no method has so long a name");
    if (to == in->end) return cut_off(in);
    if (to == from || *to != ' ')
        return refuse(in, to, 400, "a method and one space were expected");
    out->method_text = str_range(from, to);
    out->method = method_of(out->method_text);
    return to + 1;
}

static const char *read_target(Reader *in, const char *from, HttpRequest *out)
{
    const char *to = pass_until(from, in->end, target_ends, ends_target);

    if ((size_t)(to - from) > HTTP_TARGET_MAX)
        return refuse(in, from, 414, "the request target is too long");
    if (to == in->end) return cut_off(in);
    if (to == from || *to != ' ')
        return refuse(in, to, 400,
                      "a target of visible ASCII and one space were expected");
    out->target = str_range(from, to);
    return to + 1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *read_version(Reader *in, const char *at, HttpRequest *out)
{
    static const char form[] = "HTTP/0.0";
    static const char usual[] = "HTTP/1.1\r\n";

    if (in->end - at >= (ptrdiff_t)sizeof usual - 1 &&
        !memcmp(at, usual, sizeof usual - 1)) {
        out->minor = 1;
        return at + sizeof usual - 1;
    }
    for (size_t i = 0; i < sizeof form - 1; i++) {
        if (at + i == in->end) return cut_off(in);
        if (form[i] == '0' ? !is_digit(at[i]) : at[i] != form[i])
            return refuse(in, at + i, 400,
                          "HTTP/1.1 was expected after the target");
    }
    if (at[5] != '1')
        return refuse(in, at, 505,
                      "only HTTP/1.1 and HTTP/1.0 are spoken here");
    out->minor = at[7] != '0';
    return line_end(in, at + sizeof form - 1);
}

/* ---- header lines ---- */

typedef enum Kind { ONE, MANY, LENGTH, CODING, CONNECTION, EXPECT, BAD } Kind;

typedef struct Known {
    Str name;
    Kind kind;
    size_t offset; /* of its Str in HttpRequest, for ONE and MANY */
} Known;

/* What says where a request ends.  Some gateways read "_" as "-": to them the
 * last two would be framing. */
#define FRAMING(X)                                                             \
    X(LENGTH, "content-length")                                                \
    X(CODING, "transfer-encoding")                                             \
    X(CONNECTION, "connection")                                                \
    X(EXPECT, "expect")                                                        \
    X(BAD, "content_length")                                                   \
    X(BAD, "transfer_encoding")

#define X(kind, name) {S_INIT(name), kind, 0},
#define Y(field, name, lines)                                                  \
    {S_INIT(name), lines, offsetof(HttpRequest, field)},
static const Known knowns[] = {FRAMING(X) HTTP_PICKED(Y)};
#undef X
#undef Y

/* Their lengths and first letters: most headers have another of one. */
#define KNOWN_ROOM            32
#define X(kind, name)         sizeof(name) - 1,
#define Y(field, name, lines) sizeof(name) - 1,
static const uint8_t lengths[KNOWN_ROOM] = {FRAMING(X) HTTP_PICKED(Y)};
#undef X
#undef Y
#define X(kind, name)         name[0],
#define Y(field, name, lines) name[0],
static const uint8_t letters[KNOWN_ROOM] = {FRAMING(X) HTTP_PICKED(Y)};
#undef X
#undef Y
_Static_assert(COUNT(knowns) <= KNOWN_ROOM, "each has its place");

/* A bit for each, by length and first letter: most others have another one. */
#define MARK(len, letter)     ((uint64_t)1 << ((len)*5 + (size_t)(letter)) % 64)
#define X(kind, name)         | MARK(sizeof(name) - 1, name[0])
#define Y(field, name, lines) | MARK(sizeof(name) - 1, name[0])
static const uint64_t marks = 0 FRAMING(X) HTTP_PICKED(Y);
#undef X
#undef Y

/* Both are tokens, so 0x20 tells capitals from small letters and nothing
 * else apart. */
static bool same_name(const char *a, const char *b, size_t len)
{
    const uint64_t small = 0x2020202020202020;
    uint64_t x;
    uint64_t y;

    if (len < 8) {
        while (len && (a[len - 1] | 0x20) == (b[len - 1] | 0x20))
            len--;
        return !len;
    }
    for (size_t i = 0; i + 8 < len; i += 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if ((x ^ y) & ~small) return false;
    }
    memcpy(&x, a + len - 8, 8);
    memcpy(&y, b + len - 8, 8);
    return !((x ^ y) & ~small);
}

static const Known *find_known(Str name)
{
    uint8_t letter = (uint8_t)(name.ptr[0] | 0x20);

    if (!(marks & MARK(name.len, letter)) || name.len > UINT8_MAX) return NULL;
    for (size_t from = 0; from < KNOWN_ROOM; from += sizeof(Bytes)) {
        Bytes same =
            (Bytes)(load((const char *)lengths + from) == (uint8_t)name.len) &
            (Bytes)(load((const char *)letters + from) == letter);
        size_t at;

        for (; (at = first_set(same)) < sizeof same; same[at] = 0)
            if (same_name(knowns[from + at].name.ptr, name.ptr, name.len))
                return &knowns[from + at];
    }
    return NULL;
}

/* As refuse, at the place of that text. */
static bool wrong(Reader *in, Str text, int status, const char *why)
{
    refuse(in, text.ptr, status, why);
    return false;
}

static bool read_length(Reader *in, HttpRequest *out, Str value)
{
    uint64_t length = 0;

    if (in->has_length)
        return wrong(in, value, 400, "more than one Content-Length");
    in->has_length = true;
    if (!value.len || (value.len > 1 && value.ptr[0] == '0'))
        return wrong(in, value, 400, "Content-Length is not a plain number");
    for (size_t i = 0; i < value.len; i++) {
        if (!is_digit(value.ptr[i]))
            return wrong(in, value, 400,
                         "Content-Length is not a plain number");
        length = length * 10 + (uint64_t)(value.ptr[i] - '0');
        if (length > HTTP_LENGTH_MAX)
            return wrong(in, value, 400, "Content-Length is out of all bounds");
    }
    out->content_length = length;
    return true;
}

static bool read_coding(Reader *in, HttpRequest *out, Str value)
{
    if (in->has_coding)
        return wrong(in, value, 400, "more than one Transfer-Encoding");
    in->has_coding = true;
    if (str_eq_nocase(value, S("chunked"))) {
        out->chunked = true;
        return true;
    }
    if (value.len > 9 &&
        str_eq_nocase(str_skip(value, value.len - 9), S(", chunked")))
        return wrong(in, value, 501,
                     "no transfer coding but chunked is known here");
    return wrong(in, value, 400, "Transfer-Encoding is not chunked");
}

static void read_connection(Reader *in, Str value)
{
    while (value.len) {
        Str token = str_trim(str_cut(&value, ','));

        if (str_eq_nocase(token, S("close"))) in->says_close = true;
        if (str_eq_nocase(token, S("keep-alive"))) in->says_keep_alive = true;
    }
}

static bool pick(Reader *in, HttpRequest *out, const Known *known, Str value)
{
    Str *field;

    switch (known->kind) {
    case LENGTH: return read_length(in, out, value);
    case CODING: return read_coding(in, out, value);
    case CONNECTION: read_connection(in, value); return true;
    case EXPECT:
        if (!out->minor) return true;
        if (!str_eq_nocase(value, S("100-continue")))
            return wrong(in, value, 417,
                         "no expectation but 100-continue is met");
        out->expects_continue = true;
        return true;
    case BAD: return wrong(in, value, 400, "a header that passes for framing");
    case ONE:
    case MANY: break;
    }
    field = (Str *)(void *)((char *)out + known->offset);
    if (!field->ptr)
        *field = value;
    else if (known->kind == ONE)
        return wrong(in, value, 400, "a header that may be given only once");
    else
        out->repeats = true;
    return true;
}

static const char *read_name(Reader *in, const char *from, Str *name)
{
    const char *to = from;

    if (is(*from, SPACE))
        return refuse(in, from, 400, "a header line begins with a space");
    /* Most names are plain, short, and end by their colon. */
    if (in->end - to >= (ptrdiff_t)sizeof(Bytes)) to += plain_run(load(to));
    if (to == in->end || *to != ':') to = pass_token(to, in->end);
    if (to == in->end) return cut_off(in);
    if (to == from || *to != ':')
        return refuse(in, to, 400, "a header name and a colon were expected");
    *name = str_range(from, to);
    return to + 1;
}

static const char *read_value(Reader *in, const char *from, Str *value)
{
    const char *to, *end;

    while (from < in->end && is(*from, SPACE))
        from++;
    end = pass_until(from, in->end, value_ends, ends_value);
    if (end < in->end && *end != '\r')
        return refuse(in, end, 400, "a control character in a header's value");
    if ((size_t)(end - from) > HTTP_VALUE_MAX)
        return refuse(in, from, 431, "a header's value is too long");
    to = end;
    while (to > from && is(to[-1], SPACE))
        to--;
    *value = str_range(from, to);
    return line_end(in, end);
}

static const char *read_headers(Reader *in, const char *at, HttpRequest *out)
{
    while (at) {
        Str name, value;
        const Known *known;

        if (at == in->end) return cut_off(in);
        if (*at == '\r') return line_end(in, at);
        at = read_name(in, at, &name);
        if (at) at = read_value(in, at, &value);
        if (!at) break;
        if (out->header_count == HTTP_HEADERS_MAX)
            return refuse(in, name.ptr, 431, "too many header lines");
        out->headers[out->header_count++] = (HttpHeader){name, value};
        known = find_known(name);
        if (known && !pick(in, out, known, value)) break;
    }
    return NULL;
}

/* ---- what the head means as a whole ---- */

/* A name or an IPv4 address, or an IPv6 address in brackets; then perhaps a
 * port. */
static bool is_authority(Str text)
{
    size_t i = 0;

    if (text.len && text.ptr[0] == '[') {
        for (i = 1; i < text.len && text.ptr[i] != ']'; i++)
            if (!is(text.ptr[i], HEX) && text.ptr[i] != ':' &&
                text.ptr[i] != '.')
                return false;
        if (i < 3 || i == text.len) return false;
        i++;
    } else {
        while (i < text.len && is(text.ptr[i], HOST))
            i++;
        if (!i) return false;
    }
    if (i == text.len) return true;
    if (text.ptr[i++] != ':' || text.len - i > 5) return false;
    while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9')
        i++;
    return i == text.len;
}

/* The target without its scheme and authority, which become the host. */
static bool absolute_form(Reader *in, HttpRequest *out, Str *rest)
{
    Str target = out->target;
    size_t scheme = str_starts_nocase(target, S("http://"))    ? 7
                    : str_starts_nocase(target, S("https://")) ? 8
                                                               : 0;
    size_t to = scheme;

    if (!scheme)
        return wrong(in, out->target, 400,
                     "a path or an http address was expected");
    while (to < target.len && target.ptr[to] != '/' && target.ptr[to] != '?')
        to++;
    out->host = str_slice(target, scheme, to);
    if (!is_authority(out->host))
        return wrong(in, out->target, 400, "the address has no valid host");
    *rest = str_skip(target, to);
    return true;
}

static bool split_target(Reader *in, HttpRequest *out)
{
    Str rest = out->target;
    ptrdiff_t mark;

    if (str_eq(out->method_text, S("CONNECT")))
        return wrong(in, out->target, 501, "this is no proxy");
    if (str_eq(rest, S("*"))) {
        out->path = rest;
        if (out->method == HTTP_OPTIONS) return true;
        return wrong(in, out->target, 400,
                     "the target * goes with OPTIONS only");
    }
    if (rest.ptr[0] != '/' && !absolute_form(in, out, &rest)) return false;
    mark = str_find_char(rest, '?', 0);
    out->path = mark < 0 ? rest : str_slice(rest, 0, (size_t)mark);
    if (mark >= 0) out->query = str_skip(rest, (size_t)mark + 1);
    if (!out->path.len) out->path = S("/"); /* http://host?query */
    return true;
}

/* at is where the head ended. */
static const char *judge(Reader *in, const char *at, HttpRequest *out)
{
    if (out->minor && !out->host.ptr)
        return refuse(in, at, 400, "HTTP/1.1 needs a Host header");
    if (out->host.ptr && !is_authority(out->host))
        return refuse(in, at, 400, "Host is not a name or an address");
    if (in->has_coding && in->has_length)
        return refuse(in, at, 400,
                      "both Content-Length and Transfer-Encoding are given");
    if (in->has_coding && !out->minor)
        return refuse(in, at, 400, "HTTP/1.0 has no Transfer-Encoding");
    out->keep_alive =
        !in->says_close && (out->minor == 1 || in->says_keep_alive);
    return split_target(in, out) ? at : NULL;
}

static const char *read_head(Reader *in, HttpRequest *out)
{
    const char *at = empty_lines(in, in->start);

    if (at) at = read_method(in, at, out);
    if (at) at = read_target(in, at, out);
    if (at) at = read_version(in, at, out);
    if (at) at = read_headers(in, at, out);
    if (at) at = judge(in, at, out);
    return at;
}

Err http_parse(Str in, HttpRequest *out, size_t *used, HttpRefusal *refusal)
{
    Reader reader = {
        .start = in.ptr,
        .end = in.ptr + (in.len < HTTP_HEAD_MAX ? in.len : HTTP_HEAD_MAX),
        .refusal = refusal,
    };
    const char *at;

    memset(out, 0, offsetof(HttpRequest, headers));
    at = read_head(&reader, out);
    if (at) {
        *used = (size_t)(at - in.ptr);
        return ERR_OK;
    }
    if (reader.err == ERR_AGAIN && in.len >= HTTP_HEAD_MAX)
        refuse(&reader, reader.end, 431, "the head of the request is too long");
    return reader.err;
}

/* ---- asking ---- */

bool http_is_token(char c)
{
    return is(c, TOKEN);
}

Str http_header(const HttpRequest *request, Str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    return (Str){0};
}

Str http_join(const HttpRequest *request, Arena *arena, Str name)
{
    Buf buf = buf_open(arena, HTTP_HEAD_MAX * 2); /* ", " for a line's end */

    for (size_t i = 0; i < request->header_count; i++) {
        if (!str_eq_nocase(request->headers[i].name, name)) continue;
        if (buf_str(&buf).len) buf_puts(&buf, S(", "));
        buf_puts(&buf, request->headers[i].value);
    }
    return buf_str(&buf);
}

Str http_reason(int status)
{
    switch (status) {
#define X(status, reason)                                                      \
    case status: return S(reason);
        HTTP_REASONS(X)
#undef X
    default: return S("Status");
    }
}

static int hex_of(char c)
{
    if (!is(c, HEX)) return -1;
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

Err http_path_decode(Arena *arena, Str path, Str *out)
{
    Buf buf = buf_open(arena, path.len + 1);

    for (size_t i = 0; i < path.len; i++) {
        int value = (unsigned char)path.ptr[i];

        if (value == '%') {
            int high = i + 2 < path.len ? hex_of(path.ptr[i + 1]) : -1;
            int low = i + 2 < path.len ? hex_of(path.ptr[i + 2]) : -1;

            if (high < 0 || low < 0) return ERR_INVALID;
            value = high * 16 + low;
            if (value == '/') return ERR_INVALID;
            i += 2;
        }
        if (value < 0x20 || value == 0x7f) return ERR_INVALID;
        buf_putc(&buf, (char)value);
    }
    if (utf8_bad(buf_str(&buf)) >= 0) return ERR_INVALID;
    return buf_end(&buf, out);
}
