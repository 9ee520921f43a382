#include "search/query.h"

#include "base/utf8.h"

static void note(SearchQuery *query, NoteKind kind, Str about)
{
    if (query->note_count < QUERY_PARTS)
        query->notes[query->note_count++] = (QueryNote){kind, about};
}

/* ---- characters ---- */

static bool is_space(uint32_t c)
{
    return c <= ' ' || c == 0x7F || c == 0xA0 || c == 0x3000 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0xFEFF;
}

/* As keyboards and phones of many languages write them. */
static bool is_quote(uint32_t c)
{
    return c == '"' || (c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB ||
           c == 0x300C || c == 0x300D || c == 0xFF02;
}

static bool is_minus(uint32_t c)
{
    return c == '-' || c == 0x2212 || c == 0x2010 || c == 0x2011 ||
           c == 0x2013 || c == 0x2014;
}

static uint32_t peek(Str text)
{
    return text.len ? utf8_take(&text) : 0;
}

static void skip_space(Str *text)
{
    while (text->len && is_space(peek(*text)))
        utf8_take(text);
}

/* What stands in quotes, *text behind the first one; false: no last one. */
static bool take_quoted(Str *text, Str *out)
{
    const char *from = text->ptr;

    while (text->len) {
        const char *to = text->ptr;

        if (is_quote(utf8_take(text))) {
            *out = str_range(from, to);
            return true;
        }
    }
    *out = str_range(from, text->ptr);
    return false;
}

/* Up to white space or a quote. */
static Str take_chunk(Str *text)
{
    const char *from = text->ptr;

    while (text->len && !is_space(peek(*text)) && !is_quote(peek(*text)))
        utf8_take(text);
    return str_range(from, text->ptr);
}

/* ---- dates ---- */

/* Digits up to mark or the end. */
static bool take_number(Str *text, char mark, int *out)
{
    int64_t value;
    Str part = str_cut(text, mark);

    if (!part.len || part.len > 4 || part.ptr[0] == '-' ||
        !str_int(part, &value))
        return false;
    *out = (int)value;
    return true;
}

/* "2026", "2026-04", "2026-04-14", "14.04.2026"; *next is the first day after
 * it. */
static bool read_date(Str text, Civil *first, Civil *next)
{
    int day = 0;
    int month = 0;
    int year = 0;

    if (str_find_char(text, '.', 0) >= 0) {
        if (!take_number(&text, '.', &day) ||
            !take_number(&text, '.', &month) || !take_number(&text, 0, &year) ||
            text.len || !day || !month)
            return false;
    } else {
        if (!take_number(&text, '-', &year)) return false;
        if (text.ptr && (!take_number(&text, '-', &month) || !month))
            return false;
        if (text.ptr && (!take_number(&text, 0, &day) || !day)) return false;
    }
    *first =
        (Civil){.year = year, .month = month ? month : 1, .day = day ? day : 1};
    if (year < 2 || year > 9990 || !civil_valid(*first)) return false;
    *next = *first;
    if (day) {
        *next = time_civil(time_from_civil(*first) + TIME_DAY);
    } else if (month && month < 12) {
        next->month++;
    } else {
        next->year++;
        next->month = 1;
    }
    return true;
}

static void take_date(SearchQuery *query, PartKind kind, Str text)
{
    Civil first;
    Civil next;

    if (!read_date(text, &first, &next)) {
        note(query, NOTE_DATE, text);
    } else if (kind == PART_FROM) {
        query->has_from = true;
        query->from = first;
    } else {
        query->has_to = true;
        query->to = next;
    }
}

/* ---- parts ---- */

static bool take_field(Str *text, PartKind *kind, Str *name)
{
    static const struct {
        PartKind kind;
        Str word;
    } fields[] = {
#define X(field, text) {PART_##field, S_INIT(text ":")},
        QUERY_FIELDS(X)
#undef X
    };

    for (size_t i = 0; i < COUNT(fields); i++) {
        if (!str_starts_nocase(*text, fields[i].word)) continue;
        *kind = fields[i].kind;
        *name = str_slice(*text, 0, fields[i].word.len);
        *text = str_skip(*text, fields[i].word.len);
        return true;
    }
    return false;
}

static void add(SearchQuery *query, QueryPart part, Str whole)
{
    if (query->part_count == QUERY_PARTS)
        note(query, NOTE_LONG, whole);
    else
        query->parts[query->part_count++] = part;
}

static void take_part(SearchQuery *query, Str *text)
{
    QueryPart part = {.kind = PART_WORDS};
    const char *from = text->ptr;
    Str name = {0};

    if (is_minus(peek(*text))) {
        part.without = true;
        utf8_take(text);
    }
    take_field(text, &part.kind, &name);
    if (text->len && is_quote(peek(*text))) {
        utf8_take(text);
        part.phrase = true;
        if (!take_quoted(text, &part.text)) note(query, NOTE_QUOTE, part.text);
    } else {
        part.text = take_chunk(text);
    }
    part.text = str_trim(part.text);
    if (!part.text.len) {
        if (name.len) note(query, NOTE_EMPTY, name);
        return;
    }
    if (part.kind == PART_FROM || part.kind == PART_TO)
        take_date(query, part.kind, part.text);
    else
        add(query, part, str_range(from, text->ptr));
}

void query_read(Str text, SearchQuery *out)
{
    bool wanted = false;

    *out = (SearchQuery){0};
    if (text.len > QUERY_BYTES) {
        size_t cut = QUERY_BYTES;

        while (cut && ((uint8_t)text.ptr[cut] & 0xC0) == 0x80)
            cut--;
        note(out, NOTE_LONG, str_skip(text, cut));
        text = str_slice(text, 0, cut);
    }
    for (skip_space(&text); text.len; skip_space(&text))
        take_part(out, &text);
    for (size_t i = 0; i < out->part_count; i++)
        wanted = wanted || !out->parts[i].without;
    if (out->part_count && !wanted && !out->has_from && !out->has_to)
        note(out, NOTE_WITHOUT, out->parts[0].text);
}
