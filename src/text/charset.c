#include "text/charset.h"

#include <assert.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/utf8.h"

#define BYTES_MAX ((size_t)512 * 1024 * 1024)
#define NAME_MAX_ 40                   /* bytes of an encoding's name */
#define GUESS_LEN ((size_t)256 * 1024) /* bytes that a guess is made from */
#define SURE      35                   /* percent, of ICU's own confidence */

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

/* How the bytes above ASCII are spread. */
typedef struct Spread {
    size_t high;
    size_t valid;  /* of them parts of UTF-8 */
    size_t joined; /* of them next to another one */
    size_t by[8];  /* of each sixteen, from 0x80 */
} Spread;

static Spread spread_of(Str bytes)
{
    Spread spread = {0};
    bool before = false;

    for (Str rest = bytes; rest.len;) {
        Str from = rest;
        uint32_t c = utf8_take(&rest);
        size_t len = from.len - rest.len;

        for (size_t i = 0; i < len; i++) {
            unsigned char byte = (unsigned char)from.ptr[i];
            bool high = byte >= 0x80;

            spread.high += high;
            spread.valid += high && (c != 0xFFFD || len > 1);
            spread.joined += high && before;
            if (high) spread.by[(byte - 0x80) / 16]++;
            before = high;
        }
    }
    return spread;
}

/* Cyrillic stands in runs, and most of its letters are small: where those are
 * tells its encodings apart. ICU's own guess for short texts of it is Arabic
 * or Hebrew as often as not. */
static Str cyrillic(const Spread *spread)
{
    const size_t *by = spread->by;
    size_t c = by[4];
    size_t d = by[5];
    size_t ef = by[6] + by[7];

    if ((by[0] + by[1] + by[2]) * 2 > spread->high) return S("ibm866");
    if (ef > c + d) return S("windows-1251");
    return c * 6 > d ? S("koi8-u") : S("iso-8859-5");
}

static Str icu_guess(Str bytes, int32_t least)
{
    UErrorCode code = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&code);
    const UCharsetMatch *match;
    Str name = {0};

    ucsdet_setText(detector, bytes.ptr, (int32_t)bytes.len, &code);
    match = ucsdet_detect(detector, &code);
    if (U_SUCCESS(code) && match && ucsdet_getConfidence(match, &code) >= least)
        name = str_from(ucsdet_getName(match, &code));
    ucsdet_close(detector);
    /* The names are ICU's own and stay. */
    return U_SUCCESS(code) ? name : (Str){0};
}

/* What a guess is made from: around the first byte that is not ASCII, since
 * script may come before all text. */
static Str telling(Str bytes)
{
    size_t n = 0;

    while (n < bytes.len && (unsigned char)bytes.ptr[n] < 0x80)
        n++;
    n = n > GUESS_LEN / 2 ? n - GUESS_LEN / 2 : 0;
    return str_slice(bytes, n, n + GUESS_LEN);
}

Str charset_guess(Str bytes)
{
    Spread spread;
    Str arabic;
    Str name;

    bytes = telling(bytes);
    spread = spread_of(bytes);
    if (spread.valid * 2 >= spread.high) return S("utf-8");
    if (spread.joined * 2 >= spread.high) {
        arabic = icu_guess(bytes, 60);
        return str_eq(arabic, S("windows-1256")) ||
                       str_eq(arabic, S("ISO-8859-7"))
                   ? arabic
                   : cyrillic(&spread);
    }
    name = icu_guess(bytes, SURE);
    if (str_eq(name, S("ISO-8859-1"))) return S("windows-1252");
    return str_starts(name, S("ISO-8859-")) ||
                   str_starts(name, S("windows-125"))
               ? name
               : (Str){0};
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
