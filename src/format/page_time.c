/* A line is taken apart from its front: a clock, a date in one of its forms,
 * or a word that says neither. What is left over makes it no time. */
#include "format/page_time.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/utf8.h"

#define LINE_LEN 100 /* bytes; longer, it is a sentence */

static const Str months[][12] = {
    {S_INIT("january"), S_INIT("february"), S_INIT("march"), S_INIT("april"),
     S_INIT("may"), S_INIT("june"), S_INIT("july"), S_INIT("august"),
     S_INIT("september"), S_INIT("october"), S_INIT("november"),
     S_INIT("december")},
    {S_INIT("січня"), S_INIT("лютого"), S_INIT("березня"), S_INIT("квітня"),
     S_INIT("травня"), S_INIT("червня"), S_INIT("липня"), S_INIT("серпня"),
     S_INIT("вересня"), S_INIT("жовтня"), S_INIT("листопада"),
     S_INIT("грудня")},
    {S_INIT("января"), S_INIT("февраля"), S_INIT("марта"), S_INIT("апреля"),
     S_INIT("мая"), S_INIT("июня"), S_INIT("июля"), S_INIT("августа"),
     S_INIT("сентября"), S_INIT("октября"), S_INIT("ноября"),
     S_INIT("декабря")},
    {S_INIT("januar"), S_INIT("februar"), S_INIT("märz"), S_INIT("april"),
     S_INIT("mai"), S_INIT("juni"), S_INIT("juli"), S_INIT("august"),
     S_INIT("september"), S_INIT("oktober"), S_INIT("november"),
     S_INIT("dezember")},
    {S_INIT("stycznia"), S_INIT("lutego"), S_INIT("marca"), S_INIT("kwietnia"),
     S_INIT("maja"), S_INIT("czerwca"), S_INIT("lipca"), S_INIT("sierpnia"),
     S_INIT("września"), S_INIT("października"), S_INIT("listopada"),
     S_INIT("grudnia")},
    {S_INIT("janvier"), S_INIT("février"), S_INIT("mars"), S_INIT("avril"),
     S_INIT("mai"), S_INIT("juin"), S_INIT("juillet"), S_INIT("août"),
     S_INIT("septembre"), S_INIT("octobre"), S_INIT("novembre"),
     S_INIT("décembre")},
    {S_INIT("يناير"), S_INIT("فبراير"), S_INIT("مارس"), S_INIT("أبريل"),
     S_INIT("مايو"), S_INIT("يونيو"), S_INIT("يوليو"), S_INIT("أغسطس"),
     S_INIT("سبتمبر"), S_INIT("أكتوبر"), S_INIT("نوفمبر"), S_INIT("ديسمبر")},
};

/* Words beside a clock and a date: days of the week, "at", "of the year". */
static const Str fillers[] = {
    S_INIT("monday"),   S_INIT("tuesday"),   S_INIT("wednesday"),
    S_INIT("thursday"), S_INIT("friday"),    S_INIT("saturday"),
    S_INIT("sunday"),   S_INIT("понеділок"), S_INIT("вівторок"),
    S_INIT("середа"),   S_INIT("четвер"),    S_INIT("п'ятниця"),
    S_INIT("субота"),   S_INIT("неділя"),    S_INIT("понедельник"),
    S_INIT("вторник"),  S_INIT("среда"),     S_INIT("четверг"),
    S_INIT("пятница"),  S_INIT("суббота"),   S_INIT("воскресенье"),
    S_INIT("at"),       S_INIT("on"),        S_INIT("o"),
    S_INIT("о"),        S_INIT("об"),        S_INIT("в"),
    S_INIT("um"),       S_INIT("uhr"),       S_INIT("à"),
    S_INIT("le"),       S_INIT("godz"),      S_INIT("р"),
    S_INIT("року"),     S_INIT("г"),         S_INIT("года"),
    S_INIT("r"),        S_INIT("roku"),
};

typedef struct Reading {
    Str at;
    Civil civil;
    bool clock;
    bool date;
} Reading;

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == 0xA0 || c == 0x2009 || c == 0x202F;
}

/* What may stand between the parts. */
static bool is_between(uint32_t c)
{
    return is_space(c) || c == ',' || c == '|' || c == '-' || c == '/' ||
           c == '.' || c == 0x2013 || c == 0x2014 || c == 0x2022 || c == 0xB7 ||
           c == 0x060C;
}

static Str skip_while(Str s, bool (*is)(uint32_t))
{
    while (s.len) {
        Str rest = s;

        if (!is(utf8_take(&rest))) break;
        s = rest;
    }
    return s;
}

/* From least to most digits, and none after them. */
static bool take_number(Str *s, size_t least, size_t most, int *out)
{
    size_t n = 0;
    int value = 0;

    while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
        if (n == most) return false;
        value = value * 10 + (s->ptr[n++] - '0');
    }
    if (n < least) return false;
    *s = str_skip(*s, n);
    *out = value;
    return true;
}

static bool take_any(Str *s, const char *any, char *out)
{
    if (!s->len || !s->ptr[0] || !strchr(any, s->ptr[0])) return false;
    *out = s->ptr[0];
    *s = str_skip(*s, 1);
    return true;
}

static bool is_letter(uint32_t c)
{
    return u_isalpha((UChar32)c) || c == '\'' || c == 0x2019;
}

static Str take_word(Str *s)
{
    Str rest = skip_while(*s, is_letter);
    Str word = str_slice(*s, 0, s->len - rest.len);

    *s = rest;
    return word;
}

/* Whether known begins with word, or is it, letters' case apart. */
static bool begins(Str known, Str word, bool whole)
{
    while (word.len && known.len) {
        uint32_t c = utf8_take(&word);

        if (c == 0x2019) c = '\'';
        if ((uint32_t)u_tolower((UChar32)c) != utf8_take(&known)) return false;
    }
    return !word.len && (!whole || !known.len);
}

static bool take_month(Str *s, int *month)
{
    Str at = *s;
    Str word = take_word(&at);

    for (size_t i = 0; i < COUNT(months) && utf8_count(word) >= 3; i++)
        for (int m = 0; m < 12; m++) {
            if (!begins(months[i][m], word, false)) continue;
            *month = m + 1;
            *s = at;
            return true;
        }
    return false;
}

static bool take_clock(Reading *in)
{
    Str at = in->at;
    Civil *c = &in->civil;
    Str after;
    Str word;
    char mark;

    if (in->clock || !take_number(&at, 1, 2, &c->hour) ||
        !take_any(&at, ":", &mark) || !take_number(&at, 2, 2, &c->minute))
        return false;
    if (take_any(&at, ":", &mark) && !take_number(&at, 2, 2, &c->second))
        return false;
    after = skip_while(at, is_space);
    word = take_word(&after);
    if (str_eq_nocase(word, S("am")) || str_eq_nocase(word, S("pm"))) {
        if (c->hour < 1 || c->hour > 12) return false;
        c->hour = c->hour % 12 + ((word.ptr[0] | 0x20) == 'p' ? 12 : 0);
        at = after;
    }
    in->at = at;
    return in->clock = true;
}

/* 2021-04-14, 2021.04.14; a T may join the clock */
static bool take_year_first(Str *s, Civil *c)
{
    Str at = *s;
    char first;
    char second;
    char joint;
    int digit;

    if (!take_number(&at, 4, 4, &c->year) || !take_any(&at, "-./", &first) ||
        !take_number(&at, 1, 2, &c->month) || !take_any(&at, "-./", &second) ||
        !take_number(&at, 1, 2, &c->day) || first != second)
        return false;
    *s = at;
    if (take_any(&at, "T", &joint) && take_number(&at, 2, 2, &digit))
        *s = str_skip(*s, 1);
    return true;
}

/* 14.04.2021, 14/04/2021, 14.04.21 */
static bool take_day_first(Str *s, Civil *c)
{
    Str at = *s;
    Str year;
    char first;
    char second;

    if (!take_number(&at, 1, 2, &c->day) || !take_any(&at, "-./", &first) ||
        !take_number(&at, 1, 2, &c->month) || !take_any(&at, "-./", &second) ||
        first != second)
        return false;
    year = at;
    if (!take_number(&at, 4, 4, &c->year)) {
        at = year;
        if (!take_number(&at, 2, 2, &c->year)) return false;
        c->year += c->year < 70 ? 2000 : 1900;
    }
    *s = at;
    return true;
}

/* What English puts behind a day: 1st, 2nd, 3rd, 14th. */
static Str without_ordinal(Str s)
{
    static const Str ends[] = {S_INIT("st"), S_INIT("nd"), S_INIT("rd"),
                               S_INIT("th")};

    for (size_t i = 0; i < COUNT(ends); i++)
        if (str_starts_nocase(s, ends[i])) return str_skip(s, 2);
    return s;
}

static Str between(Str s)
{
    return skip_while(s, is_between);
}

/* 14 April 2021, 14. April 2021, April 14, 2021 */
static bool take_named(Str *s, Civil *c)
{
    Str at = *s;
    bool month_first = take_month(&at, &c->month);

    at = month_first ? between(at) : at;
    if (!take_number(&at, 1, 2, &c->day)) return false;
    at = between(without_ordinal(at));
    if (!month_first) {
        if (!take_month(&at, &c->month)) return false;
        at = between(at);
    }
    if (!take_number(&at, 4, 4, &c->year)) return false;
    *s = at;
    return true;
}

static bool take_date(Reading *in)
{
    if (in->date) return false;
    return in->date = take_year_first(&in->at, &in->civil) ||
                      take_day_first(&in->at, &in->civil) ||
                      take_named(&in->at, &in->civil);
}

static bool is_filler(Str word)
{
    for (size_t i = 0; i < COUNT(fillers); i++)
        if (begins(fillers[i], word, true)) return true;
    return false;
}

static bool take_filler(Reading *in)
{
    Str at = in->at;
    Str word = take_word(&at);

    if (!word.len || !is_filler(word)) return false;
    in->at = at;
    return true;
}

bool page_time_word(Str word)
{
    int month;

    return is_filler(word) || (take_month(&word, &month) && !word.len);
}

static Err read_parts(const ReadContext *ctx, Str text, bool date_alone,
                      Time *out)
{
    Reading in = {.at = text};

    if (text.len > LINE_LEN) return ERR_INVALID;
    for (in.at = between(in.at); in.at.len; in.at = between(in.at))
        if (!take_clock(&in) && !take_date(&in) && !take_filler(&in))
            return ERR_INVALID;
    if (!in.clock && date_alone) in.civil.hour = 12;
    if (!in.date || (!in.clock && !date_alone) || !civil_valid(in.civil))
        return ERR_INVALID;
    return read_wall(ctx, in.civil, out);
}

Err page_time_read(const ReadContext *ctx, Str text, Time *out)
{
    bool zoned = false;
    Time t;

    if (!time_read_iso(text, &t, &zoned) && zoned) {
        *out = t;
        return ERR_OK;
    }
    return read_parts(ctx, text, false, out);
}

Err page_date_read(const ReadContext *ctx, Str text, Time *out)
{
    if (!page_time_read(ctx, text, out)) return ERR_OK;
    return read_parts(ctx, text, true, out);
}
