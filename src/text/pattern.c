/* A strict reader stands before ICU's: umsg_format takes its arguments as
 * varargs, so a pattern that asks for one more than it is given would read
 * what is not there.  ICU then judges the whole once more. */
#include "text/pattern.h"

#include <assert.h>
#include <stdio.h>

#include <unicode/uenum.h>
#include <unicode/uloc.h>
#include <unicode/umsg.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#define FORMS_MAX 16

typedef struct Reader {
    Str text;
    size_t at;
    int depth;
    bool has_text;
    bool has_number;
    const char *locale;
    Fault *fault;
} Reader;

static Err wrong(Reader *r, const char *what)
{
    fault_set(r->fault, ERR_INVALID, "%s", what);
    if (r->fault) r->fault->byte = (int64_t)r->at;
    return ERR_INVALID;
}

static char peek(const Reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : 0;
}

static void skip_space(Reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n')
        r->at++;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '=' ||
           (c >= 'A' && c <= 'Z') || c == '_';
}

static Str take_word(Reader *r)
{
    size_t from = r->at;

    while (is_word(peek(r)))
        r->at++;
    return str_slice(r->text, from, r->at);
}

static bool take(Reader *r, char c)
{
    skip_space(r);
    if (peek(r) != c) return false;
    r->at++;
    return true;
}

/* At the apostrophe that ends a quote, which it goes over; of two it goes over
 * the first, for they stand for one. */
static bool ends_quote(Reader *r)
{
    if (peek(r) != '\'') return false;
    r->at++;
    return peek(r) != '\'';
}

/* Goes over quoted text; at an apostrophe that quotes nothing, over that. */
static void skip_quote(Reader *r, bool in_plural)
{
    char c;

    r->at++;
    c = peek(r);
    if (c == '\'') {
        r->at++;
    } else if (c == '{' || c == '}' || (in_plural && c == '#')) {
        while (r->at < r->text.len && !ends_quote(r))
            r->at++;
    }
}

static Err read_message(Reader *r, bool in_plural);

static bool known_form(Str form)
{
    static const Str forms[] = {S_INIT("zero"), S_INIT("one"),
                                S_INIT("two"),  S_INIT("few"),
                                S_INIT("many"), S_INIT("other")};
    int64_t exact;

    if (str_starts(form, S("="))) return str_int(str_skip(form, 1), &exact);
    return strs_has((StrList){(Str *)forms, COUNT(forms)}, form);
}

/* Every form that CLDR has for the language must be there. */
static Err check_forms(Reader *r, const StrList *forms)
{
    UErrorCode code = U_ZERO_ERROR;
    UPluralRules *rules = uplrules_open(r->locale, &code);
    UEnumeration *names = uplrules_getKeywords(rules, &code);
    const char *name;
    Err err = ERR_OK;

    if (U_FAILURE(code)) err = wrong(r, "ICU has no plural rules for this");
    while (!err && (name = uenum_next(names, NULL, &code))) {
        char text[120];

        if (strs_has(*forms, str_from(name))) continue;
        snprintf(text, sizeof text, "the plural lacks the form \"%s\"", name);
        err = wrong(r, text);
    }
    uenum_close(names);
    uplrules_close(rules);
    return err;
}

static Err read_forms(Reader *r)
{
    Str seen[FORMS_MAX];
    StrList forms = {seen, 0};
    Err err;

    for (;;) {
        Str form;

        skip_space(r);
        if (peek(r) == '}') break;
        form = take_word(r);
        if (!known_form(form) || forms.count == FORMS_MAX)
            return wrong(r, "a plural's form was expected: one {...}");
        if (strs_has(forms, form)) return wrong(r, "the form is there twice");
        seen[forms.count++] = form;
        if (!take(r, '{')) return wrong(r, "\"{\" was expected after a form");
        err = read_message(r, true);
        if (err) return err;
        if (!take(r, '}')) return wrong(r, "the form's \"}\" is missing");
    }
    return check_forms(r, &forms);
}

/* Behind "{": the argument up to its "}". */
static Err read_argument(Reader *r)
{
    Err err = ERR_OK;
    Str type;

    skip_space(r);
    if (!str_eq(take_word(r), S("0")))
        return wrong(r, "the only argument is {0}");
    if (take(r, '}')) {
        r->has_text = true;
        return ERR_OK;
    }
    if (!take(r, ',')) return wrong(r, "\",\" or \"}\" was expected");
    skip_space(r);
    type = take_word(r);
    r->has_number = true;
    if (str_eq(type, S("plural"))) {
        if (!take(r, ',')) return wrong(r, "\",\" was expected after plural");
        err = read_forms(r);
    } else if (!str_eq(type, S("number"))) {
        return wrong(r, "{0} is a text, a number or a plural");
    }
    if (err) return err;
    return take(r, '}') ? ERR_OK : wrong(r, "the argument's \"}\" is missing");
}

static Err read_message(Reader *r, bool in_plural)
{
    Err err = ERR_OK;

    if (++r->depth > PATTERN_DEPTH_MAX) return wrong(r, "too deep");
    while (!err && r->at < r->text.len && peek(r) != '}') {
        char c = peek(r);

        if (c == '\'') {
            skip_quote(r, in_plural);
        } else {
            r->at++;
            if (c == '{') err = read_argument(r);
        }
    }
    r->depth--;
    return err;
}

/* NULL when ICU refuses it. */
static UMessageFormat *compile(Str pattern, const char *locale,
                               UErrorCode *code)
{
    Arena arena = arena_open();
    size_t room = pattern.len + 1;
    UChar *wide = arena_array(&arena, room, sizeof *wide);
    UMessageFormat *format;
    UParseError place;
    int32_t len = 0;

    u_strFromUTF8(wide, (int32_t)room, &len, pattern.ptr, (int32_t)pattern.len,
                  code);
    format = umsg_open(wide, len, locale, &place, code);
    arena_close(&arena);
    return format;
}

static Err check_with_icu(Reader *r)
{
    UErrorCode code = U_ZERO_ERROR;

    umsg_close(compile(r->text, r->locale, &code));
    return U_FAILURE(code) ? wrong(r, u_errorName(code)) : ERR_OK;
}

Err pattern_check(Str pattern, Str language, PatternKind *kind, Fault *fault)
{
    Arena arena = arena_open();
    Reader r = {.text = pattern, .fault = fault};
    Err err;

    r.locale = pattern_locale(&arena, language);
    err = read_message(&r, false);
    if (!err && r.at < pattern.len)
        err = wrong(&r, "a \"}\" without its \"{\"");
    if (!err && r.has_text && r.has_number)
        err = wrong(&r, "{0} is once a text and once a number");
    if (!err && str_find(pattern, PATTERN_MARK, 0) >= 0)
        err = wrong(&r, "the character U+FFFC has no place here");
    if (!err && (r.has_text || r.has_number)) err = check_with_icu(&r);
    if (!err)
        *kind = r.has_number ? PATTERN_NUMBER
                : r.has_text ? PATTERN_TEXT
                             : PATTERN_PLAIN;
    arena_close(&arena);
    return err;
}

Str pattern_text(Arena *arena, Str pattern)
{
    UErrorCode code = U_ZERO_ERROR;
    UMessageFormat *format = compile(pattern, "", &code);
    size_t room = pattern.len + 1;
    UChar *wide = arena_array(arena, room, sizeof *wide);
    char *text = arena_alloc(arena, room * 3);
    int32_t len = umsg_format(format, wide, (int32_t)room, &code, u"\uFFFC");
    int32_t bytes = 0;

    u_strToUTF8(text, (int32_t)room * 3, &bytes, wide, len, &code);
    umsg_close(format);
    assert(U_SUCCESS(code)); /* it was checked */
    return (Str){text, (size_t)bytes};
}

char *pattern_locale(Arena *arena, Str language)
{
    UErrorCode code = U_ZERO_ERROR;
    char locale[ULOC_FULLNAME_CAPACITY] = "";

    uloc_forLanguageTag(str_z(arena, language), locale, sizeof locale, NULL,
                        &code);
    if (U_FAILURE(code)) locale[0] = 0;
    if (str_eq(str_from(locale), S("en")))
        snprintf(locale, sizeof locale, "en_GB");
    code = U_ZERO_ERROR;
    uloc_setKeywordValue("numbers", "latn", locale, sizeof locale, &code);
    uloc_setKeywordValue("calendar", "gregorian", locale, sizeof locale, &code);
    return str_z(arena, str_from(locale));
}
