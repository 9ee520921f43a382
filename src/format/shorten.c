#include "format/shorten.h"

#include "base/utf8.h"

Str shorten(Arena *arena, Str text, size_t max)
{
    Str first = utf8_first(text, max);
    size_t end;

    if (first.len == text.len) return text;
    first = utf8_first(text, max - 1);
    end = first.len;
    if (text.ptr[end] != ' ') {
        while (end > 0 && first.ptr[end - 1] != ' ')
            end--;
    }
    if (end > first.len / 2) first.len = end;
    return str_format(arena, "%.*s\xE2\x80\xA6", STR_ARG(str_trim(first)));
}
