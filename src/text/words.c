#include "text/words.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/umsg.h>
#include <unicode/ustring.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/pattern.h"

#define WORDED_MAX (CATALOG_TEXT_MAX * 2) /* UTF-16 units of one message */

typedef struct Numbers {
    UMessageFormat *format;
    Str small[WORDS_SMALL + 1];
} Numbers;

struct Words {
    Arena arena;
    const Catalog *catalog;
    char *locale;
    Numbers **numbers; /* by the catalog's index; NULL until asked for */
    UDateFormat *day;
};

Words *words_open(const Catalog *catalog)
{
    Words *words = mem_zero(sizeof *words);

    words->arena = arena_open();
    words->catalog = catalog;
    words->locale = pattern_locale(&words->arena, catalog_language(catalog));
    words->numbers =
        ARENA_ARRAY(&words->arena, Numbers *, catalog_count(catalog));
    return words;
}

void words_close(Words *words)
{
    if (!words) return;
    for (size_t i = 0; i < catalog_count(words->catalog); i++)
        if (words->numbers[i]) umsg_close(words->numbers[i]->format);
    udat_close(words->day);
    arena_close(&words->arena);
    mem_free(words);
}

static UChar *wide_from(Arena *arena, Str s, int32_t *len)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar *wide = arena_array(arena, s.len + 1, sizeof *wide);

    u_strFromUTF8(wide, (int32_t)s.len + 1, len, s.ptr, (int32_t)s.len, &code);
    return wide;
}

static Str from_wide(Arena *arena, const UChar *wide, int32_t len)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t room = len * 3 + 1;
    char *text = arena_alloc(arena, (size_t)room);
    int32_t bytes = 0;

    u_strToUTF8(text, room, &bytes, wide, len, &code);
    return (Str){text, (size_t)bytes};
}

/* -- numbers -- */

static Err numbers_of(Words *words, size_t index, Numbers **out)
{
    UErrorCode code = U_ZERO_ERROR;
    Arena scratch = arena_open();
    UMessageFormat *format;
    UChar *pattern;
    int32_t len = 0;

    if (words->numbers[index]) {
        *out = words->numbers[index];
        return ERR_OK;
    }
    pattern = wide_from(&scratch, catalog_word(words->catalog, index), &len);
    format = umsg_open(pattern, len, words->locale, NULL, &code);
    arena_close(&scratch);
    if (U_FAILURE(code)) return ERR_UNSUPPORTED;
    *out = ARENA_NEW(&words->arena, Numbers);
    (*out)->format = format;
    words->numbers[index] = *out;
    return ERR_OK;
}

static Err word_number(const Numbers *numbers, Arena *arena, int64_t n,
                       Str *out)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar wide[WORDED_MAX];
    int32_t len =
        umsg_format(numbers->format, wide, WORDED_MAX, &code, (double)n);

    if (U_FAILURE(code)) return ERR_UNSUPPORTED;
    *out = from_wide(arena, wide, len);
    return ERR_OK;
}

Err words_number(Words *words, Arena *arena, Str name, int64_t n, Str *out)
{
    Numbers *numbers;
    size_t index = 0;
    Str *small;
    bool known = catalog_find(words->catalog, name, &index);
    Err err;

    assert(known);
    (void)known;
    assert(catalog_kind(words->catalog, index) == WORD_NUMBER);
    err = numbers_of(words, index, &numbers);
    if (err) return err;
    if (n < 0 || n > WORDS_SMALL) return word_number(numbers, arena, n, out);
    small = &numbers->small[n];
    if (!small->len) err = word_number(numbers, &words->arena, n, small);
    if (!err) *out = *small;
    return err;
}

Str words_text(const Catalog *catalog, Arena *arena, Str name, Str argument)
{
    size_t index = catalog_count(catalog);

    catalog_find(catalog, name, &index);
    return catalog_fill(catalog, arena, index, argument);
}

/* -- times -- */

Str words_stamp(Arena *arena, Civil c)
{
    return str_format(arena, "%02d:%02d %02d.%02d.%04d", c.hour, c.minute,
                      c.day, c.month, c.year);
}

Str words_clock(Arena *arena, Civil c)
{
    return str_format(arena, "%02d:%02d", c.hour, c.minute);
}

/* A day is no moment: it is worded as if all clocks showed UTC. */
Err words_day(Words *words, Arena *arena, Civil c, Str *out)
{
    Civil noon = {.year = c.year, .month = c.month, .day = c.day, .hour = 12};
    UErrorCode code = U_ZERO_ERROR;
    UChar wide[200];
    int32_t len;

    if (!civil_valid(noon)) return ERR_INVALID;
    if (!words->day)
        words->day = udat_open(UDAT_NONE, UDAT_LONG, words->locale, u"Etc/UTC",
                               -1, NULL, 0, &code);
    if (U_FAILURE(code)) return ERR_UNSUPPORTED;
    len = udat_format(words->day, (double)(time_from_civil(noon) / TIME_MS),
                      wide, 200, NULL, &code);
    if (U_FAILURE(code)) return ERR_UNSUPPORTED;
    *out = from_wide(arena, wide, len);
    return ERR_OK;
}

Str words_city(const Words *words, Arena *arena, Str zone)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar wide[200];
    int32_t id_len = 0;
    int32_t len = 0;
    UChar *id = wide_from(arena, zone, &id_len);
    UDateFormat *format;
    ptrdiff_t slash = str_find_char(zone, '/', 0);

    if (slash < 0) return zone;
    if (str_starts(zone, S("Etc/"))) return str_skip(zone, (size_t)slash + 1);
    format = udat_open(UDAT_PATTERN, UDAT_PATTERN, words->locale, id, id_len,
                       u"VVV", -1, &code);
    if (!U_FAILURE(code)) len = udat_format(format, 0, wide, 200, NULL, &code);
    udat_close(format);
    return U_FAILURE(code) ? zone : from_wide(arena, wide, len);
}
