/* What readers type into a search, and the words of any text: every part and
 * note lies in what was typed, dates are days, terms are short and without
 * white space, and a text marked where they stand holds what it held. */
#include "search/query.h"
#include "base/utf8.h"
#include "must.h"
#include "search/analysis.h"
#include "text/marked.h"

static bool lies_in(Str part, Str whole)
{
    return !part.len || (part.ptr >= whole.ptr &&
                         part.ptr + part.len <= whole.ptr + whole.len);
}

static void check_query(Str text)
{
    SearchQuery query;

    query_read(text, &query);
    MUST(query.part_count <= QUERY_PARTS && query.note_count <= QUERY_PARTS);
    for (size_t i = 0; i < query.part_count; i++) {
        MUST(query.parts[i].text.len && lies_in(query.parts[i].text, text));
        MUST(utf8_bad(query.parts[i].text) < 0);
        MUST(query.parts[i].kind <= PART_AUTHOR);
    }
    for (size_t i = 0; i < query.note_count; i++)
        MUST(lies_in(query.notes[i].about, text));
    MUST(!query.has_from || civil_valid(query.from));
    MUST(!query.has_to || civil_valid(query.to));
}

static void check_words(Analyst *analyst, Str language, Str text)
{
    Arena arena = arena_open();
    TextRange *ranges = ARENA_ARRAY(&arena, TextRange, text.len + 1);
    size_t count = 0;
    size_t behind = 0;
    Word word;
    Marked marked;

    analyst_begin(analyst, language, text);
    while (analyst_next(analyst, &word)) {
        MUST(word.len && word.at >= behind && word.at + word.len <= text.len);
        MUST(word.term_count && word.term_count <= WORD_TERMS);
        for (size_t i = 0; i < word.term_count; i++) {
            MUST(word.terms[i].len <= TERM_BYTES + 8);
            for (size_t k = 0; k < word.terms[i].len; k++)
                MUST((uint8_t)word.terms[i].ptr[k] > ' ');
        }
        behind = word.at + word.len;
        ranges[count++] = (TextRange){word.at, word.len};
    }
    marked = (Marked){text, ranges, count, false, false};
    MUST(html_marked(&arena, &marked).markup.len >= count * 13);
    arena_close(&arena);
}

static const Str languages[] = {S_INIT("en"), S_INIT("uk"), S_INIT("ja"),
                                S_INIT("tr"), S_INIT("fr")};
static Analyst *analyst;

/* A dictionary takes seconds. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    analyst = analyst_open(ANALYST_FEW);
    for (size_t i = 0; i < COUNT(languages); i++)
        check_words(analyst, languages[i], S("a"));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};

    if (!analyst) analyst = analyst_open(ANALYST_FEW);
    if (utf8_bad(text) >= 0) return 0;
    check_query(text);
    check_words(analyst, languages[size % COUNT(languages)], text);
    return 0;
}
