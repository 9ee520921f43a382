#include "format/article_byline.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/utf8.h"
#include "format/page_time.h"

/* "von der Leyen" is a name, "von Max Muster" a man's byline. */
static bool is_name(Str rest)
{
    ptrdiff_t space = str_find_char(rest, ' ', 0);
    Str peek = rest;

    return !rest.len || space < 0 || !u_isupper((UChar32)utf8_take(&peek));
}

Str byline_without_label(Str name)
{
    static const Str marks[] = {S_INIT("by "),        S_INIT("written by "),
                                S_INIT("posted by "), S_INIT("author:"),
                                S_INIT("authors:"),   S_INIT("par ")};
    static const Str letters[] = {S_INIT("Автор:"),  S_INIT("автор:"),
                                  S_INIT("Автори:"), S_INIT("Авторы:"),
                                  S_INIT("Текст:"),  S_INIT("Автор ")};
    static const Str von = S_INIT("von ");

    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_starts_nocase(name, marks[i]))
            return str_trim(str_skip(name, marks[i].len));
    for (size_t i = 0; i < COUNT(letters); i++)
        if (str_starts(name, letters[i]))
            return str_trim(str_skip(name, letters[i].len));
    if (str_starts_nocase(name, von) && !is_name(str_skip(name, von.len)))
        return str_skip(name, von.len);
    return name;
}

static Str without_marks(Str text)
{
    while (text.len && strchr(",|-@", text.ptr[0]))
        text = str_trim(str_skip(text, 1));
    while (text.len && strchr(",|-@", text.ptr[text.len - 1]))
        text = str_trim(str_slice(text, 0, text.len - 1));
    return text;
}

/* "November", "on", "Published": what leads to a date. */
static bool leads_to_date(Str word)
{
    static const Str words[] = {S_INIT("published"), S_INIT("posted"),
                                S_INIT("updated")};

    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq_nocase(word, words[i])) return true;
    return page_time_word(word);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "France 24", "Channel 4 News": a short number, and behind it nothing, or a
 * word with a large letter that is no month. */
static bool is_of_name(Str number_on)
{
    Str word = str_cut(&number_on, ' ');
    Str next = str_cut(&number_on, ' ');
    Str peek = next;

    for (size_t i = 0; i < word.len; i++)
        if (!is_digit(word.ptr[i])) return false;
    if (!next.len) return word.len < 4;
    return word.len < 4 && u_isupper((UChar32)utf8_take(&peek)) &&
           !page_time_word(next);
}

static Str last_word(Str text)
{
    size_t n = text.len;

    while (n && text.ptr[n - 1] != ' ')
        n--;
    return str_skip(text, n);
}

/* Where the date or clock begins: the first word with a digit in front that
 * something leads to, or that is of no name. */
static size_t date_in(Str text)
{
    for (size_t i = 1; i < text.len; i++) {
        Str before = str_trim(str_slice(text, 0, i));

        if (text.ptr[i - 1] != ' ' || !is_digit(text.ptr[i])) continue;
        if (!str_eq(without_marks(before), before) ||
            leads_to_date(last_word(before)) || !is_of_name(str_skip(text, i)))
            return i;
    }
    return text.len;
}

/* Without the date or clock at its end, and the words that led to it. */
Str byline_without_date(Str text)
{
    size_t i = date_in(text);

    if (i == text.len) return without_marks(text);
    text = without_marks(str_trim(str_slice(text, 0, i)));
    for (;;) {
        Str word = last_word(text);

        if (word.len == text.len || !leads_to_date(word)) return text;
        text = without_marks(str_trim(str_slice(text, 0, text.len - word.len)));
    }
}

bool byline_is_date(Str text)
{
    return str_starts_nocase(text, S("last updated")) ||
           str_starts_nocase(text, S("updated")) ||
           str_starts_nocase(text, S("published"));
}

/* What is shown with a name is often a date, parted by a dash or a dot. */
Str byline_name(Str text)
{
    static const Str marks[] = {S_INIT(" - "), S_INIT(" – "), S_INIT(" — "),
                                S_INIT(" —"),  S_INIT(" | "), S_INIT(" • "),
                                S_INIT(" · ")};

    for (size_t i = 0; i < COUNT(marks); i++) {
        ptrdiff_t at = str_find(text, marks[i], 1);

        if (at > 0) text = str_slice(text, 0, (size_t)at);
    }
    return byline_without_date(text);
}
