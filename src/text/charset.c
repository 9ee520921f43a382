#include "text/charset.h"

#include <assert.h>
#include <string.h>
#include <unicode/ucnv.h>

#include "base/utf8.h"

#define BYTES_MAX ((size_t)512 * 1024 * 1024)
#define NAME_MAX_ 40 /* bytes of an encoding's name */

Str charset_mark(Str bytes)
{
    if (str_starts(bytes, S("\xEF\xBB\xBF"))) return S("utf-8");
    if (str_starts(bytes, S("\xFE\xFF"))) return S("utf-16be");
    if (str_starts(bytes, S("\xFF\xFE"))) return S("utf-16le");
    return (Str){0};
}

static Str word(Str s)
{
    size_t n = 0;

    s = str_trim(s);
    if (s.len && (s.ptr[0] == '"' || s.ptr[0] == '\'')) s = str_skip(s, 1);
    while (n < s.len && n < NAME_MAX_ && s.ptr[n] > ' ' &&
           !strchr("\"';/>?", s.ptr[n]))
        n++;
    return str_slice(s, 0, n);
}

Str charset_named(Str s, Str key)
{
    for (size_t i = 0; i < s.len; i++) {
        Str rest = str_skip(s, i);

        if (!str_starts_nocase(rest, key)) continue;
        rest = str_trim(str_skip(rest, key.len));
        if (str_starts(rest, S("="))) return word(str_skip(rest, 1));
    }
    return (Str){0};
}

static Str decode_utf8(Arena *arena, Str bytes)
{
    Buf buf;

    if (str_starts(bytes, S("\xEF\xBB\xBF"))) bytes = str_skip(bytes, 3);
    if (utf8_bad(bytes) < 0) return bytes;
    buf = buf_open(arena, bytes.len * 3 + 1);
    utf8_mend(&buf, bytes);
    return buf_str(&buf);
}

Err charset_decode(Arena *arena, Str bytes, Str charset, Str *utf8,
                   Fault *fault)
{
    UErrorCode code = U_ZERO_ERROR;
    UConverter *from;
    Str out;
    int32_t room;
    int32_t len;
    char *place;

    assert(bytes.len <= BYTES_MAX);
    if (str_eq_nocase(charset, S("utf-8")) ||
        str_eq_nocase(charset, S("utf8"))) {
        *utf8 = decode_utf8(arena, bytes);
        return ERR_OK;
    }
    charset = str_slice(charset, 0, NAME_MAX_);
    from = ucnv_open(str_z(arena, charset), &code);
    if (U_FAILURE(code))
        return fault_set(fault, ERR_UNSUPPORTED,
                         "the encoding \"%.*s\" is not known",
                         STR_ARG(charset));
    /* No encoding takes more than three bytes of UTF-8 for one of its own. */
    room = (int32_t)bytes.len * 3 + 16;
    place = arena_alloc(arena, (size_t)room);
    len = ucnv_toAlgorithmic(UCNV_UTF8, from, place, room,
                             bytes.len ? bytes.ptr : "", (int32_t)bytes.len,
                             &code);
    ucnv_close(from);
    if (U_FAILURE(code))
        return fault_set(fault, ERR_UNSUPPORTED,
                         "the text cannot be read as %.*s: %s",
                         STR_ARG(charset), u_errorName(code));
    out = (Str){place, (size_t)len};
    if (str_starts(out, S("\xEF\xBB\xBF"))) out = str_skip(out, 3);
    *utf8 = out;
    return ERR_OK;
}
