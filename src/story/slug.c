/* An import makes some ten thousand slugs a second, nearly all of Cyrillic
 * and Latin letters, so those have tables here (1 to 5 us a headline).  ICU's
 * transliterator takes thrice that, after 10 ms to open it and up to 80 more
 * for the first run of a script: it sees only other scripts. */
#include "story/slug.h"

#include <pthread.h>
#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/buf.h"
#include "base/utf8.h"

/* A headline is at most 300 characters; of longer text the rest cannot reach
 * a slug of 80. */
#define TEXT_MAX 2000

typedef struct Letter {
    const char *inside;
    const char *first; /* at a word's beginning; NULL: the same */
} Letter;

/* U+0430 to U+045F, then U+0490 and U+0491 by hand. Resolution 55. */
static const Letter ukrainian[0x30] = {
    {"a", 0},     {"b", 0},     {"v", 0}, {"h", 0},     {"d", 0},  {"e", 0},
    {"zh", 0},    {"z", 0},     {"y", 0}, {"i", "y"},   {"k", 0},  {"l", 0},
    {"m", 0},     {"n", 0},     {"o", 0}, {"p", 0},     {"r", 0},  {"s", 0},
    {"t", 0},     {"u", 0},     {"f", 0}, {"kh", 0},    {"ts", 0}, {"ch", 0},
    {"sh", 0},    {"shch", 0},  {"", 0},  {"y", 0},     {"", 0},   {"e", 0},
    {"iu", "yu"}, {"ia", "ya"}, {"e", 0}, {"io", "yo"}, {"dj", 0}, {"g", 0},
    {"ie", "ye"}, {"dz", 0},    {"i", 0}, {"i", "yi"},  {"j", 0},  {"lj", 0},
    {"nj", 0},    {"c", 0},     {"k", 0}, {"i", 0},     {"u", 0},  {"dz", 0},
};

/* The same letters by ICAO Doc 9303. */
static const Letter icao[0x30] = {
    {"a", 0},  {"b", 0},    {"v", 0},  {"g", 0},  {"d", 0},  {"e", 0},
    {"zh", 0}, {"z", 0},    {"i", 0},  {"i", 0},  {"k", 0},  {"l", 0},
    {"m", 0},  {"n", 0},    {"o", 0},  {"p", 0},  {"r", 0},  {"s", 0},
    {"t", 0},  {"u", 0},    {"f", 0},  {"kh", 0}, {"ts", 0}, {"ch", 0},
    {"sh", 0}, {"shch", 0}, {"ie", 0}, {"y", 0},  {"", 0},   {"e", 0},
    {"iu", 0}, {"ia", 0},   {"e", 0},  {"e", 0},  {"d", 0},  {"g", 0},
    {"ie", 0}, {"dz", 0},   {"i", 0},  {"i", 0},  {"j", 0},  {"lj", 0},
    {"nj", 0}, {"c", 0},    {"k", 0},  {"i", 0},  {"u", 0},  {"dz", 0},
};

/* U+00C0 to U+017F without their marks, as Latin-ASCII has them. */
static const char *const latin[0xC0] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c",  "e", "e", "e",  "e", "i", "i",
    "i", "i", "d",  "n",  "o", "o", "o",  "o",  "o", "",  "o",  "u", "u", "u",
    "u", "y", "th", "ss", "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e",
    "e", "e", "i",  "i",  "i", "i", "d",  "n",  "o", "o", "o",  "o", "o", "",
    "o", "u", "u",  "u",  "u", "y", "th", "y",  "a", "a", "a",  "a", "a", "a",
    "c", "c", "c",  "c",  "c", "c", "c",  "c",  "d", "d", "d",  "d", "e", "e",
    "e", "e", "e",  "e",  "e", "e", "e",  "e",  "g", "g", "g",  "g", "g", "g",
    "g", "g", "h",  "h",  "h", "h", "i",  "i",  "i", "i", "i",  "i", "i", "i",
    "i", "i", "ij", "ij", "j", "j", "k",  "k",  "q", "l", "l",  "l", "l", "l",
    "l", "l", "l",  "l",  "l", "n", "n",  "n",  "n", "n", "n",  "n", "n", "n",
    "o", "o", "o",  "o",  "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r",
    "s", "s", "s",  "s",  "s", "s", "s",  "s",  "t", "t", "t",  "t", "t", "t",
    "u", "u", "u",  "u",  "u", "u", "u",  "u",  "u", "u", "u",  "u", "w", "w",
    "y", "y", "y",  "z",  "z", "z", "z",  "z",  "z", "s",
};

/* -- letters -- */

/* Ґ and ґ stand apart from the block's basic letters. */
static bool is_cyrillic(uint32_t c)
{
    return (c >= 0x400 && c < 0x460) || c == 0x490 || c == 0x491;
}

static bool is_upper(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 0x400 && c < 0x430) || c == 0x490;
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == '`' || c == 0x2019 || c == 0x2BC || c == 0x2018 ||
           c == 0x2BB || c == 0xB4;
}

/* The small letter's index from U+0430. */
static size_t letter_index(uint32_t c)
{
    if (c < 0x410) return c + 0x50 - 0x430;
    return c < 0x430 ? c - 0x410 : c - 0x430;
}

static const char *letter(const Letter *table, uint32_t c, uint32_t before)
{
    const Letter *l;

    if (c == 0x490 || c == 0x491) return "g";
    l = &table[letter_index(c)];
    if (table == ukrainian && (c == 0x433 || c == 0x413) &&
        (before == 0x437 || before == 0x417))
        return "gh"; /* зг, so that it is not taken for ж */
    if (!l->first || is_cyrillic(before) || is_apostrophe(before))
        return l->inside;
    return l->first;
}

static uint32_t peek(Str rest)
{
    return rest.len ? utf8_take(&rest) : 0;
}

/* All of a capital's letters are capitals where its neighbour is one too. */
static void put_letter(Buf *out, const char *latin_letter, bool upper,
                       bool all_upper)
{
    for (size_t i = 0; latin_letter[i]; i++) {
        char c = latin_letter[i];

        buf_putc(out, upper && (!i || all_upper) ? (char)(c - 'a' + 'A') : c);
    }
}

static Str translit(Arena *arena, Str text, const Letter *table)
{
    Buf out = buf_open(arena, text.len * 3 + 1);
    uint32_t before = 0;

    while (text.len) {
        Str rest = text;
        uint32_t c = utf8_take(&rest);
        uint32_t after = peek(rest);
        bool joins = is_cyrillic(before) || is_cyrillic(after);

        if (is_cyrillic(c))
            put_letter(&out, letter(table, c, before), is_upper(c),
                       is_upper(after) ||
                           (is_upper(before) && !is_cyrillic(after)));
        else if (!is_apostrophe(c) || !joins)
            buf_puts(&out, str_slice(text, 0, text.len - rest.len));
        before = c;
        text = rest;
    }
    return buf_str(&out);
}

Str translit_uk(Arena *arena, Str text)
{
    return translit(arena, text, ukrainian);
}

Str translit_ru(Arena *arena, Str text)
{
    return translit(arena, text, icao);
}

/* -- other scripts, by ICU -- */

static pthread_key_t transliterator_key;
static pthread_once_t transliterator_once = PTHREAD_ONCE_INIT;

static void close_own(void *own)
{
    utrans_close(own);
}

static void make_key(void)
{
    if (pthread_key_create(&transliterator_key, close_own)) abort();
}

/* This thread's own; NULL when ICU has none. */
static UTransliterator *transliterator(void)
{
    UErrorCode code = U_ZERO_ERROR;
    UTransliterator *own;

    pthread_once(&transliterator_once, make_key);
    own = pthread_getspecific(transliterator_key);
    if (own) return own;
    own = utrans_openU(u"Any-Latin; Latin-ASCII; Lower", -1, UTRANS_FORWARD,
                       NULL, 0, NULL, &code);
    if (U_FAILURE(code)) return NULL;
    pthread_setspecific(transliterator_key, own);
    return own;
}

static Str other_script(Arena *arena, Str run)
{
    UErrorCode code = U_ZERO_ERROR;
    UTransliterator *own = transliterator();
    int32_t room = (int32_t)run.len * 8 + 64;
    UChar *wide = arena_array(arena, (size_t)room, sizeof *wide);
    char *text = arena_alloc(arena, (size_t)room * 3);
    int32_t len = 0;
    int32_t limit;
    int32_t bytes = 0;

    if (!own) return (Str){0};
    u_strFromUTF8(wide, room, &len, run.ptr, (int32_t)run.len, &code);
    limit = len;
    utrans_transUChars(own, wide, &len, room, 0, &limit, &code);
    u_strToUTF8(text, room * 3, &bytes, wide, len, &code);
    return U_FAILURE(code) ? (Str){0} : (Str){text, (size_t)bytes};
}

/* й, ї, ё and the like may come as a letter and a mark. */
static Str composed(Arena *arena, Str text)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&code);
    int32_t room = (int32_t)text.len + 1;
    UChar *from = arena_array(arena, (size_t)room, sizeof *from);
    UChar *to = arena_array(arena, (size_t)room, sizeof *to);
    char *bytes = arena_alloc(arena, (size_t)room * 3);
    int32_t len = 0;

    u_strFromUTF8(from, room, &len, text.ptr, (int32_t)text.len, &code);
    len = unorm2_normalize(nfc, from, len, to, room, &code);
    u_strToUTF8(bytes, room * 3, &len, to, len, &code);
    return U_FAILURE(code) ? text : (Str){bytes, (size_t)len};
}

static bool has_marks(Str text)
{
    while (text.len) {
        uint32_t c = utf8_take(&text);

        if (c >= 0x300 && c < 0x370) return true;
    }
    return false;
}

/* -- slugs -- */

typedef struct Slug {
    Arena *arena;
    const Letter *table;
    Buf out;
    bool gap; /* a '-' stands before what comes next */
} Slug;

static void put(Slug *slug, const char *letters)
{
    if (*letters && slug->gap && slug->out.len) buf_putc(&slug->out, '-');
    if (*letters) slug->gap = false;
    buf_puts(&slug->out, str_from(letters));
}

static void put_ascii(Slug *slug, char c)
{
    char letters[2] = {c, 0};

    if (c >= 'A' && c <= 'Z') letters[0] = (char)(c - 'A' + 'a');
    if ((letters[0] >= 'a' && letters[0] <= 'z') || (c >= '0' && c <= '9'))
        put(slug, letters);
    else if (!is_apostrophe((uint32_t)c))
        slug->gap = true;
}

static bool is_other_letter(uint32_t c)
{
    return c >= 0x180 && !is_cyrillic(c) && !is_apostrophe(c) &&
           (u_isalnum((UChar32)c) || (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK));
}

/* Takes the letters of other scripts off the front of *text. */
static void put_others(Slug *slug, Str *text)
{
    Str rest = *text;
    Str run;

    while (is_other_letter(peek(rest)))
        utf8_take(&rest);
    run = other_script(slug->arena, str_slice(*text, 0, text->len - rest.len));
    *text = rest;
    for (size_t i = 0; i < run.len; i++)
        if ((unsigned char)run.ptr[i] < 0x80) put_ascii(slug, run.ptr[i]);
}

static void put_text(Slug *slug, Str text)
{
    uint32_t before = 0;

    while (text.len) {
        uint32_t c = peek(text);

        if (is_other_letter(c)) {
            put_others(slug, &text);
            before = 'a';
            continue;
        }
        utf8_take(&text);
        if (c < 0x80)
            put_ascii(slug, (char)c);
        else if (is_cyrillic(c))
            put(slug, letter(slug->table, c, before));
        else if (c >= 0xC0 && c < 0x180 && *latin[c - 0xC0])
            put(slug, latin[c - 0xC0]);
        else if (!is_apostrophe(c) && c != 0xAD)
            slug->gap = true;
        before = c;
    }
}

/* At most SLUG_MAX bytes, between words if there are two. */
static Str cut(Str slug)
{
    size_t len = SLUG_MAX;

    if (slug.len <= SLUG_MAX) return slug;
    while (len && slug.ptr[len] != '-')
        len--;
    return str_slice(slug, 0, len ? len : SLUG_MAX);
}

bool slug_fits(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-')
            return false;
    }
    return text.len > 0 && text.len <= SLUG_MAX;
}

Str slug_make(Arena *arena, Str headline, Str language)
{
    Slug slug = {.arena = arena, .out = buf_open(arena, TEXT_MAX * 16)};
    bool is_uk = str_eq(language, S("uk")) || str_starts(language, S("uk-"));
    Str text = utf8_first(headline, TEXT_MAX);

    slug.table = is_uk ? ukrainian : icao;
    if (has_marks(text)) text = composed(arena, text);
    put_text(&slug, text);
    if (!slug.out.len) return S("story");
    return cut(buf_str(&slug.out));
}
