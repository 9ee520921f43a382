#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Str str_from(const char *z)
{
    return z ? (Str){z, strlen(z)} : (Str){0};
}

Str str_range(const char *from, const char *to)
{
    return (Str){from, (size_t)(to - from)};
}

char *str_z(Arena *arena, Str s)
{
    return arena_copy(arena, s.ptr, s.len);
}

Str str_copy(Arena *arena, Str s)
{
    return (Str){arena_copy(arena, s.ptr, s.len), s.len};
}

Str str_format(Arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    char small[256];
    int len;
    char *bytes;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0) len = 0;
    bytes = arena_alloc(arena, (size_t)len + 1);
    if ((size_t)len < sizeof small)
        memcpy(bytes, small, (size_t)len);
    else
        vsnprintf(bytes, (size_t)len + 1, format, again);
    va_end(again);
    return (Str){bytes, (size_t)len};
}

bool str_eq(Str a, Str b)
{
    return a.len == b.len && (!a.len || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_starts_nocase(Str s, Str prefix)
{
    if (s.len < prefix.len) return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (lower(s.ptr[i]) != lower(prefix.ptr[i])) return false;
    return true;
}

bool str_eq_nocase(Str a, Str b)
{
    return a.len == b.len && str_starts_nocase(a, b);
}

int str_cmp(Str a, Str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int diff = len ? memcmp(a.ptr, b.ptr, len) : 0;

    if (diff) return diff;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(Str s, Str prefix)
{
    return s.len >= prefix.len &&
           (!prefix.len || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_ends(Str s, Str suffix)
{
    return s.len >= suffix.len &&
           str_eq(str_skip(s, s.len - suffix.len), suffix);
}

ptrdiff_t str_find(Str s, Str needle, size_t from)
{
    const char *hit;

    if (from > s.len) return -1;
    if (!needle.len) return (ptrdiff_t)from;
    if (!s.ptr) return -1;
    hit = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return hit ? hit - s.ptr : -1;
}

ptrdiff_t str_find_char(Str s, char c, size_t from)
{
    const char *hit;

    if (from >= s.len) return -1;
    hit = memchr(s.ptr + from, c, s.len - from);
    return hit ? hit - s.ptr : -1;
}

Str str_slice(Str s, size_t from, size_t to)
{
    if (to > s.len) to = s.len;
    if (from > to) from = to;
    return s.ptr ? (Str){s.ptr + from, to - from} : s;
}

Str str_skip(Str s, size_t bytes)
{
    return str_slice(s, bytes, s.len);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

Str str_cut(Str *s, char c)
{
    ptrdiff_t at = str_find_char(*s, c, 0);
    Str head = *s;

    if (at < 0) {
        *s = (Str){0};
        return head;
    }
    head.len = (size_t)at;
    *s = str_skip(*s, (size_t)at + 1);
    return head;
}

bool str_line(Str *s, Str *line)
{
    if (!s->len) return false;
    *line = str_cut(s, '\n');
    if (line->len && line->ptr[line->len - 1] == '\r') line->len--;
    return true;
}

Str str_lower(Arena *arena, Str s)
{
    char *bytes = arena_copy(arena, s.ptr, s.len);

    for (size_t i = 0; i < s.len; i++)
        bytes[i] = lower(bytes[i]);
    return (Str){bytes, s.len};
}

bool str_int(Str s, int64_t *out)
{
    bool negative = s.len && s.ptr[0] == '-';
    int64_t value = 0;

    if (negative) s = str_skip(s, 1);
    if (!s.len || s.len > 19) return false;
    for (size_t i = 0; i < s.len; i++) {
        int digit = s.ptr[i] - '0';

        if (digit < 0 || digit > 9) return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && value == INT64_MIN) return false;
    *out = negative ? value : -value;
    return true;
}

void strs_add(StrList *list, Arena *arena, Str s)
{
    size_t n = list->count;

    if ((n & (n - 1)) == 0)
        list->items = arena_grow(arena, list->items, n * sizeof(Str),
                                 (n ? n * 2 : 1) * sizeof(Str));
    list->items[n] = s;
    list->count = n + 1;
}

bool strs_has(StrList list, Str s)
{
    for (size_t i = 0; i < list.count; i++)
        if (str_eq(list.items[i], s)) return true;
    return false;
}
