#include "net/negotiate.h"

#include "base/err.h"

/* ---- lists with weights: "gzip;q=0.8, br" ---- */

typedef struct Wish {
    Str name;
    int q; /* 0..1000 */
} Wish;

/* "1", "0.8", "0.333", "1.000"; -1 when it is none of that. */
static int weight(Str text)
{
    int q;
    int unit = 100;

    if (!text.len || (text.ptr[0] != '0' && text.ptr[0] != '1')) return -1;
    q = (text.ptr[0] - '0') * 1000;
    if (text.len == 1) return q;
    if (text.ptr[1] != '.' || text.len > 5) return -1;
    for (size_t i = 2; i < text.len; i++, unit /= 10) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return -1;
        q += (text.ptr[i] - '0') * unit;
    }
    return q <= 1000 ? q : -1;
}

/* The next element that can be read; false at the end of the list. */
static bool next_wish(Str *list, Wish *out)
{
    while (list->len) {
        Str params = str_cut(list, ',');
        Wish wish = {str_trim(str_cut(&params, ';')), 1000};

        while (params.len) {
            Str value = str_trim(str_cut(&params, ';'));
            Str key = str_trim(str_cut(&value, '='));

            if (str_eq_nocase(key, S("q"))) wish.q = weight(str_trim(value));
        }
        if (!wish.name.len || wish.q < 0) continue;
        *out = wish;
        return true;
    }
    return false;
}

/* ---- codings ---- */

static const struct {
    Str name;
    HttpCoding coding;
} codings[] = {
    {S_INIT("identity"), HTTP_IDENTITY},
    {S_INIT("gzip"), HTTP_GZIP},
    {S_INIT("x-gzip"), HTTP_GZIP},
    {S_INIT("zstd"), HTTP_ZSTD},
    {S_INIT("br"), HTTP_BR},
};

enum { CODING_COUNT = 4 };

static size_t slot_of(HttpCoding coding)
{
    return (size_t)__builtin_ctz((unsigned)coding);
}

/* The q of each coding, by slot. */
static void read_codings(Str header, int q[CODING_COUNT])
{
    int named[CODING_COUNT] = {-1, -1, -1, -1};
    int others = -1;
    Wish wish;

    while (next_wish(&header, &wish)) {
        if (str_eq(wish.name, S("*"))) others = wish.q;
        for (size_t i = 0; i < COUNT(codings); i++)
            if (str_eq_nocase(wish.name, codings[i].name))
                named[slot_of(codings[i].coding)] = wish.q;
    }
    for (size_t i = 0; i < CODING_COUNT; i++)
        q[i] = named[i] >= 0 ? named[i] : others >= 0 ? others : 0;
    /* Identity is always welcome unless it is ruled out; nobody who does not
     * name it prefers it, so its weight is the least there is. */
    if (named[0] < 0 && others != 0) q[0] = 1;
}

unsigned http_codings(Str accept_encoding)
{
    unsigned set = 0;
    int q[CODING_COUNT];

    read_codings(accept_encoding, q);
    for (size_t i = 0; i < CODING_COUNT; i++)
        if (q[i] > 0) set |= 1u << i;
    return set;
}

HttpCoding http_coding(Str accept_encoding, const HttpCoding *preferred,
                       size_t count)
{
    HttpCoding best = HTTP_IDENTITY;
    int best_q = 0;
    int q[CODING_COUNT];

    read_codings(accept_encoding, q);
    for (size_t i = 0; i < count; i++) {
        if (q[slot_of(preferred[i])] <= best_q) continue;
        best = preferred[i];
        best_q = q[slot_of(best)];
    }
    return best;
}

Str http_coding_name(HttpCoding coding)
{
    for (size_t i = 0; i < COUNT(codings); i++)
        if (codings[i].coding == coding) return codings[i].name;
    return S("identity");
}

/* ---- entity tags ---- */

static bool is_weak(Str etag)
{
    return str_starts(etag, S("W/"));
}

/* Tags may hold commas, so the list is cut at quotes. */
static bool names(Str list, Str etag, bool strong)
{
    Str rest = str_trim(list);

    if (!etag.len) return false;
    if (str_eq(rest, S("*"))) return true;
    if (strong && is_weak(etag)) return false;
    if (str_eq(rest, etag)) return true; /* as nearly all send it: alone */
    if (is_weak(etag)) etag = str_skip(etag, 2);
    for (;;) {
        ptrdiff_t from = str_find_char(rest, '"', 0);
        ptrdiff_t to;
        bool weak;

        if (from < 0) return false;
        to = str_find_char(rest, '"', (size_t)from + 1);
        if (to < 0) return false;
        weak = str_ends(str_slice(rest, 0, (size_t)from), S("W/"));
        if (!(strong && weak) &&
            str_eq(str_slice(rest, (size_t)from, (size_t)to + 1), etag))
            return true;
        rest = str_skip(rest, (size_t)to + 1);
    }
}

bool http_etag_matches(Str if_none_match, Str etag)
{
    return names(if_none_match, etag, false);
}

bool http_etag_is(Str if_match, Str etag)
{
    return names(if_match, etag, true);
}

/* ---- languages ---- */

/* "en-GB" begins with the whole subtag "en". */
static bool within(Str longer, Str shorter)
{
    return str_starts_nocase(longer, shorter) &&
           (longer.len == shorter.len || longer.ptr[shorter.len] == '-');
}

/* How well offered answers to range: 0 not at all, 3 to the letter. */
static int likeness(Str range, Str offered)
{
    if (str_eq_nocase(range, offered)) return 3;
    if (within(range, offered)) return 2;
    return within(offered, range) ? 1 : 0;
}

static bool excluded(Str header, Str offered)
{
    Wish wish;

    while (next_wish(&header, &wish))
        if (!wish.q && within(offered, wish.name)) return true;
    return false;
}

size_t http_language(Str accept_language, const Str *offered, size_t count)
{
    Str rest = accept_language;
    size_t best = count;
    int best_q = 0;
    Wish wish;

    while (next_wish(&rest, &wish)) {
        bool any = str_eq(wish.name, S("*"));
        int best_like = 0;
        size_t found = count;

        if (wish.q <= best_q) continue;
        for (size_t i = 0; i < count; i++) {
            int like = any ? 1 : likeness(wish.name, offered[i]);

            if (like <= best_like || excluded(accept_language, offered[i]))
                continue;
            best_like = like;
            found = i;
        }
        if (found == count) continue;
        best = found;
        best_q = wish.q;
    }
    return best;
}
