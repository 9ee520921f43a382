#include "search/docs.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "text/sanitize.h"

typedef struct Doc {
    Analyst *analyst;
    Arena *arena;
    Str language;
    Map seen; /* of Str: the terms */
    StrList terms;
    Buf places;
    int32_t words;
} Doc;

Str docs_mark(Arena *arena, Str term, char kind)
{
    size_t at = (size_t)(str_find_char(term, ':', 0) + 1);

    return str_format(arena, "%.*s%c%.*s", (int)at, term.ptr, kind,
                      STR_ARG(str_skip(term, at)));
}

static void add_term(Doc *doc, Str term)
{
    uint64_t key = hash_table(term);
    Str *kept;

    if (doc->terms.count == DOC_TERMS_MAX || map_get(&doc->seen, key)) return;
    kept = ARENA_NEW(doc->arena, Str);
    *kept = str_copy(doc->arena, term);
    map_put(&doc->seen, key, kept);
    strs_add(&doc->terms, doc->arena, *kept);
}

static void add_place(Doc *doc, uint32_t place)
{
    buf_putc(&doc->places, (char)place);
    buf_putc(&doc->places, (char)(place >> 8));
    buf_putc(&doc->places, (char)(place >> 16));
}

/* mark: of its words besides; 0: none. */
static void add_text(Doc *doc, Str text, char mark)
{
    Word word;

    analyst_begin(doc->analyst, doc->language, text);
    while (doc->words < DOC_PLACES_MAX && analyst_next(doc->analyst, &word)) {
        for (size_t i = 0; i < word.term_count; i++) {
            add_term(doc, word.terms[i]);
            if (mark) add_term(doc, docs_mark(doc->arena, word.terms[i], mark));
            add_place(doc, index_place(word.terms[i]) | (i ? INDEX_SAME : 0));
        }
        doc->words++;
    }
}

static void add_tags(Doc *doc, TagList tags)
{
    for (size_t i = 0; i < tags.count; i++) {
        const Tag *tag = &tags.items[i];

        add_term(doc,
                 analysis_mark(doc->arena, doc->language, MARK_TAG, tag->slug));
        add_text(doc, tag->name.len ? tag->name : tag->slug, 0);
    }
}

void docs_words(Analyst *analyst, Arena *arena, const Story *story,
                const Version *version, IndexWords *out)
{
    Doc doc = {
        .analyst = analyst,
        .arena = arena,
        .language = story->language,
        .places = buf_open(arena, (size_t)DOC_PLACES_MAX * WORD_TERMS * 3 + 12),
    };

    map_init(&doc.seen);
    add_term(&doc, INDEX_EVERY);
    add_term(&doc, analysis_mark(arena, doc.language, MARK_ALL, (Str){0}));
    add_term(&doc, analysis_mark(arena, doc.language, MARK_SECTION,
                                 version->section));
    add_text(&doc, version->headline, MARK_HEADLINE);
    add_place(&doc, INDEX_END);
    add_text(&doc, version->deck, 0);
    add_place(&doc, INDEX_END);
    add_text(&doc, version->byline, MARK_AUTHOR);
    add_text(&doc, version->place, 0);
    add_text(&doc, version->section_name, 0);
    add_tags(&doc, version->tags);
    add_place(&doc, INDEX_END);
    add_text(&doc, html_plain(arena, version->body), 0);
    map_close(&doc.seen);
    *out = (IndexWords){
        .story = story->id,
        .version = version->version,
        .at = story->at,
        .terms = doc.terms,
        .words = doc.words,
        .places = buf_str(&doc.places),
    };
}
