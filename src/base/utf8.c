#include "base/utf8.h"

#include <string.h>

/* Length of the sequence that starts s, or 0 when it is not valid. */
static size_t sequence(Str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t n;

    if (p[0] < 0x80) return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
    n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (s.len < n) return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
    if (p[0] == 0xED && p[1] > 0x9F) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
    return n;
}

/* Most text of most languages has runs of ASCII: eight bytes at a step. */
static size_t skip_ascii(Str s, size_t at)
{
    uint64_t eight;

    for (; at + sizeof eight <= s.len; at += sizeof eight) {
        memcpy(&eight, s.ptr + at, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080)) break;
    }
    return at;
}

/* Cyrillic, Greek, Arabic, Hebrew: words of two-byte letters, and the space
 * after each. */
static size_t skip_pairs(Str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr;

    while (at + 1 < s.len) {
        if (p[at] >= 0xC2 && p[at] < 0xE0 && (p[at + 1] & 0xC0) == 0x80)
            at += 2;
        else if (p[at] < 0x80 && p[at + 1] >= 0x80)
            at++;
        else
            break;
    }
    return at;
}

ptrdiff_t utf8_bad(Str s)
{
    size_t at = 0;

    while ((at = skip_pairs(s, skip_ascii(s, at))) < s.len) {
        size_t n = sequence(str_skip(s, at));

        if (!n) return (ptrdiff_t)at;
        at += n;
    }
    return -1;
}

uint32_t utf8_take(Str *s)
{
    const unsigned char *p = (const unsigned char *)s->ptr;
    size_t n = sequence(*s);
    uint32_t c;

    if (n <= 1) {
        c = n ? p[0] : 0xFFFD;
        *s = str_skip(*s, 1);
        return c;
    }
    c = p[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3Fu);
    *s = str_skip(*s, n);
    return c;
}

size_t utf8_count(Str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return count;
}

Str utf8_first(Str s, size_t max)
{
    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char)s.ptr[i] & 0xC0) != 0x80 && max-- == 0)
            return str_slice(s, 0, i);
    return s;
}

void utf8_mend(Buf *buf, Str s)
{
    for (;;) {
        ptrdiff_t bad = utf8_bad(s);

        if (bad < 0) {
            buf_puts(buf, s);
            return;
        }
        buf_puts(buf, str_slice(s, 0, (size_t)bad));
        buf_utf8(buf, 0xFFFD);
        s = str_skip(s, (size_t)bad + 1);
    }
}
