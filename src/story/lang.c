#include "story/lang.h"

#include <unicode/uloc.h>

#include "base/buf.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all(Str s, bool (*is)(char))
{
    for (size_t i = 0; i < s.len; i++)
        if (!is(s.ptr[i])) return false;
    return s.len > 0;
}

static bool is_alnum(char c)
{
    return is_letter(c) || is_digit(c);
}

static bool is_script(Str s)
{
    return s.len == 4 && all(s, is_letter);
}

static bool is_region(Str s)
{
    return (s.len == 2 && all(s, is_letter)) ||
           (s.len == 3 && all(s, is_digit));
}

static bool is_variant(Str s)
{
    return s.len >= 5 || (s.len == 4 && is_digit(s.ptr[0]));
}

/* The parts come in this order, each at most once but for variants; a
 * singleton begins extensions, "x" what is private. */
typedef enum Part {
    PART_LANGUAGE,
    PART_EXTLANG,
    PART_SCRIPT,
    PART_REGION,
    PART_VARIANT,
    PART_EXTENSION,
    PART_PRIVATE
} Part;

static bool part_of(Str s, Part before, Part *part)
{
    if (!s.len || s.len > 8 || !all(s, is_alnum)) return false;
    if (before >= PART_EXTENSION) {
        *part = before;
        if (s.len > 1 || before == PART_PRIVATE) return true;
        *part = str_eq_nocase(s, S("x")) ? PART_PRIVATE : PART_EXTENSION;
    } else if (s.len == 1) {
        *part = str_eq_nocase(s, S("x")) ? PART_PRIVATE : PART_EXTENSION;
    } else if (before < PART_EXTLANG && s.len == 3 && all(s, is_letter)) {
        *part = PART_EXTLANG;
    } else if (before < PART_SCRIPT && is_script(s)) {
        *part = PART_SCRIPT;
    } else if (before < PART_REGION && is_region(s)) {
        *part = PART_REGION;
    } else if (is_variant(s)) {
        *part = PART_VARIANT;
    } else {
        return false;
    }
    return true;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static void put(Buf *out, Str s, Part part)
{
    char text[8];

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (part == PART_REGION || (part == PART_SCRIPT && !i))
            text[i] = upper(c);
        else
            text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (part != PART_LANGUAGE) buf_putc(out, '-');
    buf_puts(out, (Str){text, s.len});
}

static Str next_part(Str *rest)
{
    size_t len = 0;
    Str part;

    while (len < rest->len && rest->ptr[len] != '-' && rest->ptr[len] != '_')
        len++;
    part = str_slice(*rest, 0, len);
    *rest = len < rest->len ? str_skip(*rest, len + 1) : (Str){0};
    return part;
}

Err lang_read(Arena *arena, Str tag, Str *out)
{
    Buf buf = buf_open(arena, LANG_MAX);
    Str rest = tag;
    Str s = next_part(&rest);
    Part part = PART_LANGUAGE;

    if (tag.len > LANG_MAX || s.len < 2 || s.len > 3 || !all(s, is_letter))
        return ERR_INVALID;
    put(&buf, s, part);
    while (rest.ptr) {
        Part before = part;

        s = next_part(&rest);
        if (!part_of(s, before, &part)) return ERR_INVALID;
        put(&buf, s, part);
    }
    if (s.len == 1 && part >= PART_EXTENSION) return ERR_INVALID;
    return buf_end(&buf, out);
}

Str lang_primary(Str tag)
{
    return str_cut(&tag, '-');
}

/* The script subtag, or {0}. */
static Str script_of(Str tag)
{
    str_cut(&tag, '-');
    while (tag.ptr) {
        Str part = str_cut(&tag, '-');

        if (part.len == 1) break;
        if (is_script(part)) return part;
    }
    return (Str){0};
}

bool lang_is_rtl(Str tag)
{
    static const Str scripts[] = {
        S_INIT("Adlm"), S_INIT("Arab"), S_INIT("Aran"), S_INIT("Hebr"),
        S_INIT("Mand"), S_INIT("Mend"), S_INIT("Nkoo"), S_INIT("Rohg"),
        S_INIT("Samr"), S_INIT("Syrc"), S_INIT("Thaa"), S_INIT("Yezi")};
    static const Str languages[] = {
        S_INIT("ar"),  S_INIT("arc"), S_INIT("arz"), S_INIT("azb"),
        S_INIT("bal"), S_INIT("ckb"), S_INIT("dv"),  S_INIT("fa"),
        S_INIT("glk"), S_INIT("he"),  S_INIT("iw"),  S_INIT("ks"),
        S_INIT("lrc"), S_INIT("mzn"), S_INIT("nqo"), S_INIT("pnb"),
        S_INIT("prs"), S_INIT("ps"),  S_INIT("sd"),  S_INIT("sdh"),
        S_INIT("skr"), S_INIT("syr"), S_INIT("ug"),  S_INIT("ur"),
        S_INIT("yi")};
    Str script = script_of(tag);

    if (script.len)
        return strs_has((StrList){(Str *)scripts, COUNT(scripts)}, script);
    return strs_has((StrList){(Str *)languages, COUNT(languages)},
                    lang_primary(tag));
}

Str lang_open_graph(Arena *arena, Str tag)
{
    UErrorCode code = U_ZERO_ERROR;
    char locale[ULOC_FULLNAME_CAPACITY];
    char likely[ULOC_FULLNAME_CAPACITY];
    char region[ULOC_COUNTRY_CAPACITY] = "";
    Str language = lang_primary(tag);

    /* CLDR would say US and EG; the protocol's own list has ar_AR. */
    if (str_eq(tag, S("en"))) return S("en_GB");
    if (str_eq(tag, S("ar"))) return S("ar_AR");
    uloc_forLanguageTag(str_z(arena, tag), locale, sizeof locale, NULL, &code);
    uloc_addLikelySubtags(locale, likely, sizeof likely, &code);
    uloc_getCountry(likely, region, sizeof region, &code);
    if (U_FAILURE(code) || !region[0]) return language;
    return str_format(arena, "%.*s_%s", STR_ARG(language), region);
}
