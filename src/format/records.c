#include "format/records.h"

#include <string.h>

#define CUT_KEPT ((size_t)64 * 1024) /* of a record that was too big */

Records records_open(void)
{
    return (Records){.line = 1};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Passes over the first n bytes of the window. */
static void take(Records *records, Str *window, size_t n)
{
    const char *at = window->ptr;
    const char *end = window->ptr + n;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        records->line++;
        at++;
    }
    *window = str_skip(*window, n);
    records->taken += (int64_t)n;
    records->seen = 0;
    records->depth = 0;
    records->quoted = records->escaped = false;
}

static void take_space(Records *records, Str *window)
{
    size_t n = 0;

    while (n < window->len && is_space(window->ptr[n]))
        n++;
    if (n) take(records, window, n);
}

static void give(Records *records, Str *window, size_t n, bool cut, Record *out)
{
    Str bytes = str_slice(*window, 0, cut && n > CUT_KEPT ? CUT_KEPT : n);

    *out = (Record){.bytes = str_trim(bytes),
                    .line = records->line,
                    .byte = records->taken,
                    .cut = cut};
    take(records, window, n);
    records->skipping = cut;
}

/* One step of a value's scan; true when the byte before `seen` ended it. */
static bool step(Records *records, char c)
{
    records->seen++;
    if (records->quoted) {
        if (records->escaped)
            records->escaped = false;
        else if (c == '\\')
            records->escaped = true;
        else if (c == '"')
            records->quoted = false;
        return false;
    }
    if (c == '"') {
        records->quoted = true;
    } else if (c == '{' || c == '[') {
        records->depth++;
    } else if (c == '}' || c == ']') {
        if (records->depth) records->depth--;
        return records->depth == 0;
    }
    return false;
}

/* Whether one value stands behind another on the line. */
static bool has_two(Str line)
{
    Records scan = records_open();

    for (size_t i = 0; i + 1 < line.len; i++) {
        Str rest;

        if (!step(&scan, line.ptr[i])) continue;
        rest = str_trim(str_skip(line, i + 1));
        return str_starts(rest, S("{"));
    }
    return false;
}

/* Whether the first line holds one whole value, so that each line does. */
static Err tell_form(Records *records, Str window, bool eof)
{
    ptrdiff_t end = str_find_char(window, '\n', 0);
    Records scan = records_open();
    Str rest;

    if (window.ptr[0] == '[') {
        records->form = RECORDS_ARRAY;
        return ERR_OK;
    }
    records->form = RECORDS_LINES;
    if (window.ptr[0] != '{') return ERR_OK;
    if (end < 0 && !eof && window.len <= RECORD_MAX) {
        records->form = RECORDS_UNKNOWN;
        return ERR_AGAIN;
    }
    if (has_two(end < 0 ? window : str_slice(window, 0, (size_t)end))) {
        records->form = RECORDS_VALUES;
        return ERR_OK;
    }
    if (end < 0) return ERR_OK;
    for (ptrdiff_t i = 0; i < end; i++)
        step(&scan, window.ptr[i]);
    if (!scan.depth && !scan.quoted) return ERR_OK;
    rest = str_skip(window, (size_t)end);
    while (rest.len && is_space(rest.ptr[0]) &&
           !(rest.ptr[0] == '\n' && rest.len > 1 && rest.ptr[1] == '{'))
        rest = str_skip(rest, 1);
    if (!rest.len && !eof) {
        records->form = RECORDS_UNKNOWN;
        return ERR_AGAIN;
    }
    if (rest.len && rest.ptr[0] != '\n') records->form = RECORDS_VALUES;
    return ERR_OK;
}

static Err next_line(Records *records, Str *window, bool eof, Record *out)
{
    ptrdiff_t end = str_find_char(*window, '\n', records->seen);

    if (end < 0 && !eof) {
        records->seen = window->len;
        if (window->len <= RECORD_MAX) return ERR_AGAIN;
        give(records, window, window->len, true, out);
        return ERR_OK;
    }
    if (end < 0) end = (ptrdiff_t)window->len;
    give(records, window, (size_t)end, (size_t)end > RECORD_MAX, out);
    records->skipping = false;
    return ERR_OK;
}

/* Whether the value at the front ends, at `seen`: behind its last bracket, or,
 * when it has none, before the comma, the bracket of the array or the end of
 * the line. */
static bool value_end(Records *records, Str window)
{
    while (records->seen < window.len) {
        char c = window.ptr[records->seen];
        bool bare = !records->depth && !records->quoted && records->seen;

        if (bare && (c == ',' || c == '\n' || c == ']')) return true;
        if (step(records, c)) return true;
    }
    return false;
}

static Err next_value(Records *records, Str *window, bool eof, Record *out)
{
    bool whole = value_end(records, *window);
    size_t end = records->seen;

    if (!whole && !eof) {
        if (window->len <= RECORD_MAX) return ERR_AGAIN;
        give(records, window, window->len, true, out);
        /* Where a value of unknown length ends is found by its brackets
         * alone; having lost count of them, only lines are left. */
        records->form = RECORDS_LINES;
        return ERR_OK;
    }
    give(records, window, end, end > RECORD_MAX, out);
    records->skipping = false;
    return ERR_OK;
}

/* The marks between an array's values. */
static void take_marks(Records *records, Str *window)
{
    while (window->len && !records->ended) {
        char c = window->ptr[0];

        if (c == ']')
            records->ended = true;
        else if (c != ',' && !is_space(c))
            return;
        take(records, window, 1);
    }
}

/* The rest of a line whose beginning was given out as too big. */
static void skip_rest(Records *records, Str *window)
{
    ptrdiff_t end = str_find_char(*window, '\n', 0);

    take(records, window, end < 0 ? window->len : (size_t)end);
    if (end >= 0) records->skipping = false;
}

Err records_next(Records *records, Str window, bool eof, Record *out)
{
    if (records->skipping) skip_rest(records, &window);
    if (!records->seen) take_space(records, &window);
    if (records->form == RECORDS_UNKNOWN && window.len) {
        Err err = tell_form(records, window, eof);

        if (err) return err;
        if (records->form == RECORDS_ARRAY) take(records, &window, 1);
    }
    if (records->form == RECORDS_ARRAY && !records->seen) {
        take_marks(records, &window);
        if (records->ended) {
            take_space(records, &window);
            records->form = RECORDS_LINES;
        }
    }
    if (!window.len) return eof ? ERR_NOT_FOUND : ERR_AGAIN;
    return records->form == RECORDS_LINES
               ? next_line(records, &window, eof, out)
               : next_value(records, &window, eof, out);
}
