/* XML's outermost grammar is small: text, and after a '<' a comment, CDATA, an
 * instruction, a declaration or a tag.  Both passes step from piece to piece.
 */
#include "text/xmlmend.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "base/utf8.h"

typedef enum Piece {
    PIECE_TEXT,
    PIECE_TAG,
    PIECE_DOCTYPE,
    PIECE_OTHER, /* comment, CDATA, instruction: left as it is */
} Piece;

/* Up to and with the first end at or after from; all of s if it has none. */
static size_t through(Str s, Str end, size_t from)
{
    ptrdiff_t at = str_find(s, end, from);

    return at < 0 ? s.len : (size_t)at + end.len;
}

/* Up to and with the '>' that is in no quotes; attrs counts the '='. */
static size_t tag_len(Str s, size_t *attrs)
{
    char quote = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '=') {
            ++*attrs;
        } else if (c == '>') {
            return i + 1;
        }
    }
    return s.len;
}

/* Up to and with the '>' after the internal subset, if there is one. */
static size_t doctype_len(Str s)
{
    int brackets = 0;
    char quote = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (quote) {
            if (c == quote) quote = 0;
        } else if (str_starts(str_skip(s, i), S("<!--"))) {
            i = through(s, S("-->"), i) - 1;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '[') {
            brackets++;
        } else if (c == ']') {
            brackets--;
        } else if (c == '>' && brackets <= 0) {
            return i + 1;
        }
    }
    return s.len;
}

/* The piece that s, not empty, begins with. */
static Piece first_piece(Str s, size_t *len, size_t *attrs)
{
    ptrdiff_t at;

    *attrs = 0;
    if (s.ptr[0] != '<') {
        at = str_find_char(s, '<', 0);
        *len = at < 0 ? s.len : (size_t)at;
        return PIECE_TEXT;
    }
    if (str_starts(s, S("<!--"))) {
        *len = through(s, S("-->"), 4);
    } else if (str_starts(s, S("<![CDATA["))) {
        *len = through(s, S("]]>"), 9);
    } else if (str_starts(s, S("<?"))) {
        *len = through(s, S("?>"), 2);
    } else if (str_starts_nocase(s, S("<!DOCTYPE"))) {
        *len = doctype_len(s);
        return PIECE_DOCTYPE;
    } else {
        *len = tag_len(s, attrs);
        return PIECE_TAG;
    }
    return PIECE_OTHER;
}

static void say_place(Fault *fault, Str before)
{
    int64_t line = 1;
    size_t start = 0;

    for (size_t i = 0; i < before.len; i++) {
        if (before.ptr[i] != '\n') continue;
        line++;
        start = i + 1;
    }
    fault_at(fault, line, (int64_t)(before.len - start) + 1);
}

Err xml_check_tags(Str source, Fault *fault)
{
    size_t len;
    size_t attrs;

    for (Str rest = source; rest.len; rest = str_skip(rest, len)) {
        if (first_piece(rest, &len, &attrs) != PIECE_TAG) continue;
        if (attrs <= XML_TAG_ATTRS) continue;
        say_place(fault, str_slice(source, 0, source.len - rest.len));
        return fault_set(fault, ERR_TOO_BIG,
                         "this tag has more than %d attributes", XML_TAG_ATTRS);
    }
    return ERR_OK;
}

/* Mending. */

static bool is_allowed(uint32_t c)
{
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return !(c >= 0xD800 && c < 0xE000) && c != 0xFFFE && c != 0xFFFF &&
           c <= 0x10FFFF;
}

/* The number of "&#123;" or "&#x7b;"; false when it is not one. */
static bool reference_value(Str digits, uint32_t *out)
{
    bool hex = digits.len && (digits.ptr[0] == 'x' || digits.ptr[0] == 'X');
    uint64_t value = 0;

    if (hex) digits = str_skip(digits, 1);
    if (!digits.len || digits.len > 8) return false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        const char *all = "0123456789abcdef";
        const char *found =
            c ? strchr(all, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

        if (!found || found - all >= (hex ? 16 : 10)) return false;
        value = value * (hex ? 16 : 10) + (uint64_t)(found - all);
    }
    if (value > 0x10FFFF) value = 0;
    *out = (uint32_t)value;
    return true;
}

static bool is_predefined(Str name)
{
    return str_eq(name, S("amp")) || str_eq(name, S("lt")) ||
           str_eq(name, S("gt")) || str_eq(name, S("quot")) ||
           str_eq(name, S("apos"));
}

/* The length of the reference that s begins with, "&name;", or 0. */
static size_t reference_len(Str s)
{
    ptrdiff_t end = str_find_char(str_slice(s, 0, 34), ';', 0);

    return end > 1 ? (size_t)end + 1 : 0;
}

/* Writes what s, which begins with '&', means, and gives its length. */
static size_t put_reference(Buf *buf, Str s)
{
    size_t len = reference_len(s);
    Str name = len ? str_slice(s, 1, len - 1) : (Str){0};
    const htmlEntityDesc *known;
    char name_z[40];
    uint32_t c;

    if (len && name.ptr[0] == '#' && reference_value(str_skip(name, 1), &c)) {
        if (is_allowed(c)) buf_printf(buf, "&#%u;", (unsigned)c);
        return len;
    }
    if (len && is_predefined(name)) {
        buf_puts(buf, str_slice(s, 0, len));
        return len;
    }
    if (len) {
        memcpy(name_z, name.ptr, name.len);
        name_z[name.len] = '\0';
        known = htmlEntityLookup((const xmlChar *)name_z);
        if (known) {
            buf_utf8(buf, known->value);
            return len;
        }
    }
    buf_puts(buf, S("&amp;"));
    return 1;
}

static bool may_need_mending(unsigned char c)
{
    return c == '&' || c == 0xEF || (c < 0x20 && c != '\n' && c != '\t');
}

static void put_mended(Buf *buf, Str s, bool references)
{
    while (s.len) {
        size_t n = 0;
        Str rest;

        while (n < s.len && !may_need_mending((unsigned char)s.ptr[n]))
            n++;
        buf_puts(buf, str_slice(s, 0, n));
        s = str_skip(s, n);
        if (!s.len) return;
        rest = s;
        if (s.ptr[0] == '&' && references) {
            s = str_skip(s, put_reference(buf, s));
        } else if (is_allowed(utf8_take(&rest))) {
            buf_puts(buf, str_slice(s, 0, s.len - rest.len));
            s = rest;
        } else {
            s = rest;
        }
    }
}

Str xml_mend(Arena *arena, Str source)
{
    Buf buf = buf_open(arena, source.len * 5 + 16); /* each & as &amp; */
    size_t len;
    size_t attrs;

    for (Str rest = str_trim(source); rest.len; rest = str_skip(rest, len)) {
        Piece piece = first_piece(rest, &len, &attrs);
        Str s = str_slice(rest, 0, len);

        if (piece == PIECE_DOCTYPE)
            buf_puts(&buf, s);
        else
            put_mended(&buf, s, piece != PIECE_OTHER);
    }
    return buf_str(&buf);
}
