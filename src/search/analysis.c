/* analysis.c -- a word goes through four steps: boundaries, folding of case,
 * stem, folding of accents.  The last three of a word are remembered, since an
 * archive says most of its words again and again. */
#include "search/analysis.h"

#include <ctype.h>
#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/uvernum.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "search/endings.h"
#include "search/lexicon.h"
#include "story/lang.h"

#define VERSION       3 /* of what this file does */
#define LANGUAGES_MAX 16
#define WORD_UNITS    512
#define APOSTROPHE    0x2019

/* A letter, or a mark, and what stands for it; 0: nothing does. */
typedef struct Fold {
    uint32_t from, to;
} Fold;

typedef struct Tongue {
    char tag[36]; /* as in terms, in lower case */
    Str primary;  /* of tag */
    struct sb_stemmer *stemmer;
    bool dictionary;
    UBreakIterator *breaks;
    Fold *folds; /* by from */
    size_t fold_count;
} Tongue;

/* The terms of a word as it was written. */
typedef struct Kept {
    Str word;
    Str terms[WORD_TERMS];
    size_t count; /* 0: it has none */
} Kept;

struct Analyst {
    Tongue *tongues[LANGUAGES_MAX];
    size_t tongue_count;
    const UNormalizer2 *casefold;
    size_t keep;
    Map known; /* of Kept */
    Arena arena;

    /* the text under way */
    Tongue *tongue;
    Str text;
    UText utext;
    UBreakIterator *breaks;
    int32_t at;
    Str run; /* what is left of a run that holds several words */
    size_t run_at;
};

/* ---- languages ---- */

static int by_from(const void *a, const void *b)
{
    const Fold *x = a;
    const Fold *y = b;

    return (x->from > y->from) - (x->from < y->from);
}

static void add_fold(Tongue *tongue, uint32_t from, uint32_t to)
{
    size_t n = tongue->fold_count;

    if ((n & (n - 1)) == 0)
        tongue->folds =
            mem_resize(tongue->folds, (n ? n * 2 : 1) * sizeof(Fold));
    tongue->folds[n] = (Fold){from, to};
    tongue->fold_count = n + 1;
}

static bool same(const UCollator *collator, const UChar *a, int32_t a_len,
                 const UChar *b, int32_t b_len)
{
    return ucol_strcoll(collator, a, a_len, b, b_len) == UCOL_EQUAL;
}

/* The letter below the accents of c, or 0. */
static uint32_t base_of(uint32_t c)
{
    static const uint32_t struck[][2] = {
        {0xF8, 'o'},  {0x111, 'd'}, {0x127, 'h'},
        {0x131, 'i'}, {0x142, 'l'}, {0x167, 't'},
    };
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    UChar parts[8];
    int32_t len;
    uint32_t base;

    for (size_t i = 0; i < COUNT(struck); i++)
        if (struck[i][0] == c) return struck[i][1];
    if (U_FAILURE(status)) return 0;
    len = unorm2_getDecomposition(nfd, (UChar32)c, parts, 8, &status);
    if (U_FAILURE(status) || len < 2) return 0;
    base = parts[0];
    return U16_IS_SURROGATE(base) ? 0 : base;
}

static void fold_letter(Tongue *tongue, const UCollator *collator, uint32_t c)
{
    uint32_t base = base_of(c);
    UChar one[2] = {(UChar)c};
    UChar other[2] = {(UChar)base};

    if (base && same(collator, one, 1, other, 1)) add_fold(tongue, c, base);
}

static void fold_mark(Tongue *tongue, const UCollator *collator, uint32_t c)
{
    UChar one[2] = {(UChar)c};

    if (same(collator, one, 1, one, 0)) add_fold(tongue, c, 0);
}

/* What the language's collation does not tell apart. */
static void learn_folds(Tongue *tongue)
{
    static const uint32_t ranges[][2] = {
        {0xDF, 0x24F},  {0x300, 0x36F}, {0x370, 0x52F},
        {0x591, 0x5C7}, {0x610, 0x670}, {0x1E00, 0x1FFF},
    };
    UErrorCode status = U_ZERO_ERROR;
    UCollator *collator = ucol_open(tongue->tag, &status);

    if (U_FAILURE(status)) return;
    ucol_setStrength(collator, UCOL_PRIMARY);
    for (size_t i = 0; i < COUNT(ranges); i++)
        for (uint32_t c = ranges[i][0]; c <= ranges[i][1]; c++) {
            int8_t type = u_charType((UChar32)c);

            if (type == U_NON_SPACING_MARK || type == U_MODIFIER_LETTER)
                fold_mark(tongue, collator, c);
            else if (u_isalpha((UChar32)c))
                fold_letter(tongue, collator, c);
        }
    ucol_close(collator);
    if (tongue->fold_count)
        qsort(tongue->folds, tongue->fold_count, sizeof(Fold), by_from);
}

static Tongue *tongue_open(Str language)
{
    Tongue *tongue = mem_zero(sizeof *tongue);
    UErrorCode status = U_ZERO_ERROR;
    char primary[16] = "";
    Arena arena = arena_open();
    Str tag = str_lower(&arena, language);

    memcpy(tongue->tag, tag.ptr,
           tag.len < sizeof tongue->tag ? tag.len : sizeof tongue->tag - 1);
    tongue->primary = lang_primary(str_from(tongue->tag));
    if (tongue->primary.len && tongue->primary.len < sizeof primary)
        memcpy(primary, tongue->primary.ptr, tongue->primary.len);
    tongue->stemmer = sb_stemmer_new(primary, "UTF_8");
    tongue->dictionary = lexicon_has(tongue->primary);
    tongue->breaks = ubrk_open(UBRK_WORD, tongue->tag, NULL, 0, &status);
    if (U_FAILURE(status)) mem_exhausted();
    learn_folds(tongue);
    arena_close(&arena);
    return tongue;
}

static void tongue_close(Tongue *tongue)
{
    if (tongue->stemmer) sb_stemmer_delete(tongue->stemmer);
    ubrk_close(tongue->breaks);
    mem_free(tongue->folds);
    mem_free(tongue);
}

/* The one used longest ago makes room: they are in the order of their opening,
 * and a site has few. */
static Tongue *tongue_of(Analyst *analyst, Str language)
{
    for (size_t i = 0; i < analyst->tongue_count; i++)
        if (str_eq_nocase(str_from(analyst->tongues[i]->tag), language))
            return analyst->tongues[i];
    if (analyst->tongue_count == LANGUAGES_MAX) {
        tongue_close(analyst->tongues[0]);
        memmove(analyst->tongues, analyst->tongues + 1,
                (LANGUAGES_MAX - 1) * sizeof(Tongue *));
        analyst->tongue_count--;
    }
    analyst->tongues[analyst->tongue_count] = tongue_open(language);
    return analyst->tongues[analyst->tongue_count++];
}

/* ---- folding ---- */

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == '`' || c == 0x2BC || c == 0x2019 || c == 0x2018 ||
           c == 0x2BB || c == 0xFF07 || c == 0x2032;
}

static bool is_turkish(const Tongue *tongue)
{
    return str_eq(tongue->primary, S("tr")) || str_eq(tongue->primary, S("az"));
}

/* Lower case, compatibility forms as their plain ones, every apostrophe the
 * same; empty when it is too long to be a word. */
static Str fold_case(const Analyst *analyst, Str word, char *out, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[WORD_UNITS];
    UChar folded[WORD_UNITS];
    int32_t len;

    u_strFromUTF8(wide, WORD_UNITS, &len, word.ptr, (int32_t)word.len, &status);
    if (U_FAILURE(status)) return (Str){0};
    for (int32_t i = 0; i < len; i++) {
        if (is_apostrophe(wide[i])) wide[i] = APOSTROPHE;
        if (is_turkish(analyst->tongue) && wide[i] == 'I') wide[i] = 0x131;
        if (is_turkish(analyst->tongue) && wide[i] == 0x130) wide[i] = 'i';
    }
    len = unorm2_normalize(analyst->casefold, wide, len, folded, WORD_UNITS,
                           &status);
    u_strToUTF8(out, (int32_t)size, &len, folded, len, &status);
    if (U_FAILURE(status)) return (Str){0};
    return (Str){out, (size_t)len};
}

static const Fold *find_fold(const Tongue *tongue, uint32_t c)
{
    Fold key = {c, 0};

    if (!tongue->fold_count) return NULL;
    return bsearch(&key, tongue->folds, tongue->fold_count, sizeof(Fold),
                   by_from);
}

/* Of ASCII a term has letters, digits and these: what a database would part at
 * makes two of it, which is no term any more. */
static bool belongs(uint32_t c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '.' || c == ',' || c == ':' ||
           c == '\'';
}

/* Some characters are whole phrases in their plain form: without the spaces. */
static void fold_accents(const Tongue *tongue, Buf *buf, Str word)
{
    while (word.len) {
        uint32_t c = utf8_take(&word);
        const Fold *fold = c < 0x80 ? NULL : find_fold(tongue, c);

        if (!belongs(c)) continue;
        if (!fold)
            buf_utf8(buf, c);
        else if (fold->to)
            buf_utf8(buf, fold->to);
    }
}

/* ---- stems ---- */

#define MARK "\xE2\x80\x99" /* APOSTROPHE */

/* "Ireland’s" is Ireland, "l’homme" homme: the part of a word that is a word.
 * Elsewhere the apostrophe is a letter (м’яч). */
static Str without_particle(const Tongue *tongue, Str word)
{
    static const char *const elided[] = {"fr", "it", "ca"};
    ptrdiff_t at = str_find(word, S(MARK), 0);

    if (at < 0) return word;
    if (str_eq(tongue->primary, S("en"))) return str_slice(word, 0, (size_t)at);
    for (size_t i = 0; i < COUNT(elided); i++)
        if (str_eq(tongue->primary, str_from(elided[i])) &&
            (size_t)at + strlen(MARK) < word.len)
            return str_skip(word, (size_t)at + strlen(MARK));
    return word;
}

/* The dictionary writes it as ASCII does. */
static Str plain_apostrophes(Arena *arena, Str word)
{
    Buf buf = buf_open(arena, word.len + 1);

    if (str_find(word, S(MARK), 0) < 0) return word;
    while (word.len) {
        uint32_t c = utf8_take(&word);

        buf_utf8(&buf, c == APOSTROPHE ? '\'' : c);
    }
    return buf_str(&buf);
}

/* A dictionary has names with their capitals. */
static Str fold_stem(const Analyst *analyst, Arena *arena, Str stem)
{
    char folded[WORD_UNITS];

    return str_copy(arena, fold_case(analyst, stem, folded, sizeof folded));
}

static size_t stems_of(Analyst *analyst, Arena *arena, Str word, Str *stems)
{
    Tongue *tongue = analyst->tongue;
    size_t count = 0;

    if (tongue->dictionary) {
        lexicon_stems(arena, tongue->primary, plain_apostrophes(arena, word),
                      stems, &count);
        if (count > WORD_TERMS) count = WORD_TERMS;
    }
    if (!count && tongue->stemmer) {
        const sb_symbol *stem = sb_stemmer_stem(
            tongue->stemmer, (const sb_symbol *)word.ptr, (int)word.len);
        int len = sb_stemmer_length(tongue->stemmer);

        if (stem && len > 0)
            stems[count++] =
                str_copy(arena, (Str){(const char *)stem, (size_t)len});
    }
    if (!count) stems[count++] = word;
    for (size_t i = 0; i < count; i++)
        stems[i] =
            endings_off(tongue->primary, fold_stem(analyst, arena, stems[i]));
    return count;
}

static Str make_term(Analyst *analyst, Str stem)
{
    Buf buf = buf_open(&analyst->arena, TERM_BYTES + 8);

    buf_puts(&buf, str_from(analyst->tongue->tag));
    buf_putc(&buf, ':');
    fold_accents(analyst->tongue, &buf, stem);
    return buf_str(&buf);
}

static void add_term(Kept *kept, Str term)
{
    bool known = str_ends(term, S(":")) || kept->count == WORD_TERMS;

    for (size_t i = 0; i < kept->count; i++)
        known = known || str_eq(kept->terms[i], term);
    if (!known) kept->terms[kept->count++] = term;
}

static void add_terms(Analyst *analyst, Arena *scratch, Kept *kept, Str word)
{
    Str stems[LEXICON_STEMS];
    size_t count = stems_of(analyst, scratch, word, stems);

    for (size_t i = 0; i < count; i++)
        add_term(kept, make_term(analyst, stems[i]));
}

/* A stemmer may go by an accent that others do not type: a word that has some
 * is learnt with and without. */
static void learn(Analyst *analyst, Kept *kept, Str word)
{
    Arena scratch = arena_open();
    Buf bare = buf_open(&scratch, WORD_UNITS * 4);
    char folded[WORD_UNITS];
    Str plain = fold_case(analyst, utf8_first(word, TERM_BYTES / 4), folded,
                          sizeof folded);

    plain = without_particle(analyst->tongue, plain);
    if (plain.len) {
        add_terms(analyst, &scratch, kept, plain);
        fold_accents(analyst->tongue, &bare, plain);
        if (bare.len && !str_eq(buf_str(&bare), plain))
            add_terms(analyst, &scratch, kept, buf_str(&bare));
    }
    arena_close(&scratch);
}

/* ---- what is remembered ---- */

static uint64_t key_of(const Analyst *analyst, Str word)
{
    return hash_mix(hash_table(str_from(analyst->tongue->tag)),
                    hash_table(word));
}

static const Kept *terms_of_word(Analyst *analyst, Str word)
{
    uint64_t key = key_of(analyst, word);
    Kept *kept = map_get(&analyst->known, key);

    if (kept && str_eq(kept->word, word)) return kept;
    kept = ARENA_NEW(&analyst->arena, Kept);
    kept->word = str_copy(&analyst->arena, word);
    learn(analyst, kept, word);
    map_put(&analyst->known, key, kept);
    return kept;
}

static void forget(Analyst *analyst)
{
    map_close(&analyst->known);
    map_init(&analyst->known);
    arena_reset(&analyst->arena);
}

/* ---- a text ---- */

Analyst *analyst_open(size_t keep)
{
    Analyst *analyst = mem_zero(sizeof *analyst);
    UErrorCode status = U_ZERO_ERROR;

    analyst->keep = keep;
    analyst->arena = arena_open();
    analyst->utext = (UText)UTEXT_INITIALIZER;
    analyst->casefold = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status)) mem_exhausted();
    map_init(&analyst->known);
    return analyst;
}

void analyst_close(Analyst *analyst)
{
    if (!analyst) return;
    for (size_t i = 0; i < analyst->tongue_count; i++)
        tongue_close(analyst->tongues[i]);
    utext_close(&analyst->utext);
    map_close(&analyst->known);
    arena_close(&analyst->arena);
    mem_free(analyst);
}

void analyst_begin(Analyst *analyst, Str language, Str text)
{
    UErrorCode status = U_ZERO_ERROR;

    if (analyst->known.count > analyst->keep) forget(analyst);
    analyst->tongue = tongue_of(analyst, language);
    analyst->text = text;
    analyst->run = (Str){0};
    utext_openUTF8(&analyst->utext, text.len ? text.ptr : "", (int64_t)text.len,
                   &status);
    analyst->breaks = analyst->tongue->breaks;
    ubrk_setUText(analyst->breaks, &analyst->utext, &status);
    if (U_FAILURE(status)) mem_exhausted();
    analyst->at = ubrk_first(analyst->breaks);
}

/* The next run of letters or digits; false at the end of the text. */
static bool next_run(Analyst *analyst)
{
    for (;;) {
        int32_t from = analyst->at;
        int32_t to = ubrk_next(analyst->breaks);

        if (to == UBRK_DONE) return false;
        analyst->at = to;
        if (ubrk_getRuleStatus(analyst->breaks) < UBRK_WORD_NUMBER) continue;
        analyst->run = str_slice(analyst->text, (size_t)from, (size_t)to);
        analyst->run_at = (size_t)from;
        return true;
    }
}

/* Is the point in it one of an abbreviation (U.S) or of a number (3.5)? */
static bool joins(Str before, Str after)
{
    Str next = after;
    bool number = after.len && after.ptr[0] >= '0' && after.ptr[0] <= '9';

    return number ||
           (utf8_count(before) == 1 && utf8_count(str_cut(&next, '.')) == 1);
}

/* Cuts the next word off the run: a line or a semicolon always parts words
 * ("a_b", "1;2"), a point does between letters ("example.com"). */
static Str cut_word(Analyst *analyst, size_t *at)
{
    Str run = analyst->run;
    size_t end = 0;
    ptrdiff_t point;

    while (end < run.len && run.ptr[end] != '_' && run.ptr[end] != ';')
        end++;
    point = str_find_char(str_slice(run, 0, end), '.', 0);
    if (point >= 0 && !joins(str_slice(run, 0, (size_t)point),
                             str_slice(run, (size_t)point + 1, end)))
        end = (size_t)point;
    *at = analyst->run_at;
    analyst->run = str_skip(run, end + 1);
    analyst->run_at += end + 1;
    return str_slice(run, 0, end);
}

/* "U.S" is "US". */
static Str without_points(Str word, char *out, size_t size)
{
    size_t len = 0;

    if (str_find_char(word, '.', 0) < 0 || word.len > size ||
        (word.ptr[0] >= '0' && word.ptr[0] <= '9'))
        return word;
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] != '.') out[len++] = word.ptr[i];
    return (Str){out, len};
}

/* ICU takes an @ that stands alone for a word. */
static bool has_letters(Str word)
{
    for (size_t i = 0; i < word.len; i++)
        if ((uint8_t)word.ptr[i] >= 0x80 || isalnum((uint8_t)word.ptr[i]))
            return true;
    return false;
}

bool analyst_next_bounds(Analyst *analyst, Word *out)
{
    for (;;) {
        Str word;
        size_t at;

        if (!analyst->run.len && !next_run(analyst)) return false;
        word = cut_word(analyst, &at);
        if (!has_letters(word)) continue;
        *out = (Word){.at = at, .len = word.len};
        return true;
    }
}

void analyst_terms(Analyst *analyst, Word *word)
{
    char plain[64];
    Str text = str_slice(analyst->text, word->at, word->at + word->len);
    const Kept *kept =
        terms_of_word(analyst, without_points(text, plain, sizeof plain));

    word->term_count = kept->count;
    memcpy(word->terms, kept->terms, sizeof word->terms);
}

bool analyst_next(Analyst *analyst, Word *out)
{
    while (analyst_next_bounds(analyst, out)) {
        analyst_terms(analyst, out);
        if (out->term_count) return true;
    }
    return false;
}

Str analyst_beginning(Analyst *analyst, Arena *arena, Str language, Str word)
{
    char folded[WORD_UNITS];
    Buf buf = buf_open(arena, TERM_BYTES + 8);
    Str plain;

    analyst->tongue = tongue_of(analyst, language);
    plain = without_particle(
        analyst->tongue, fold_case(analyst, utf8_first(word, TERM_BYTES / 4),
                                   folded, sizeof folded));
    if (!plain.len) return (Str){0};
    /* Snowball takes the Arabic article off. */
    if (str_eq(analyst->tongue->primary, S("ar")) && str_starts(plain, S("ال")))
        plain = str_skip(plain, strlen("ال"));
    buf_printf(&buf, "%s:", analyst->tongue->tag);
    fold_accents(analyst->tongue, &buf, plain);
    return buf_str(&buf);
}

Str analysis_mark(Arena *arena, Str language, char kind, Str what)
{
    return str_lower(arena, str_format(arena, "%.*s:%c%.*s", STR_ARG(language),
                                       kind, STR_ARG(what)));
}

Str analysis_identity(Arena *arena, const Str *languages, size_t count)
{
    Buf buf = buf_open(arena, 4096);

    buf_printf(&buf, "%d icu%s", VERSION, U_ICU_VERSION);
    for (size_t i = 0; i < count; i++) {
        Str primary = lang_primary(languages[i]);

        if (lexicon_has(primary))
            buf_printf(&buf, " %.*s=%.*s", STR_ARG(primary),
                       STR_ARG(lexicon_identity(arena, primary)));
    }
    return buf_str(&buf);
}
