#include "search/suggest.h"

#include "base/utf8.h"
#include "search/docs.h"
#include "search/finder.h"
#include "story/slug.h"

#define WORDS_MAX   8
#define COMPLETIONS 12 /* words that the last one may become */

typedef struct Suggesting {
    Finder *finder;
    Store *store;
    Arena *arena;
    Str language, typed;
    Suggestions *out;
} Suggesting;

/* Nothing but words. */
static bool is_plain(Str typed)
{
    SearchQuery query;

    query_read(typed, &query);
    for (size_t i = 0; i < query.part_count; i++)
        if (query.parts[i].kind != PART_WORDS || query.parts[i].phrase ||
            query.parts[i].without)
            return false;
    return !query.has_from && !query.has_to;
}

/* ---- sections and tags ---- */

static Err add_sections(Suggesting *suggesting, Str slug)
{
    Suggestions *out = suggesting->out;
    SectionList all;
    Err err = public_sections(suggesting->store, suggesting->arena,
                              suggesting->language, &all);

    for (size_t i = 0;
         !err && i < all.count && out->section_count < SUGGEST_SECTIONS; i++) {
        Str name = slug_make(suggesting->arena, all.items[i].name,
                             suggesting->language);

        if (str_starts(name, slug) || str_starts(all.items[i].slug, slug))
            out->sections[out->section_count++] = all.items[i];
    }
    return err;
}

/* ---- headlines ---- */

/* The terms by which a headline has that word. */
static IndexAny headline_terms(Suggesting *suggesting, const Word *word)
{
    Str *terms = ARENA_ARRAY(suggesting->arena, Str, word->term_count);

    for (size_t i = 0; i < word->term_count; i++)
        terms[i] = docs_mark(suggesting->arena, word->terms[i], MARK_HEADLINE);
    return (IndexAny){terms, word->term_count};
}

/* ... and those of words that begin like it. */
static Err complete(Suggesting *suggesting, Str word, IndexAny *any)
{
    Arena *arena = suggesting->arena;
    Str beginning = analyst_beginning(suggesting->finder->analyst, arena,
                                      suggesting->language, word);
    StrList like;
    Str *terms;
    Err err;

    if (!beginning.len) return ERR_OK;
    err = index_terms_like(suggesting->store, arena,
                           docs_mark(arena, beginning, MARK_HEADLINE),
                           COMPLETIONS, &like);
    if (err) return err;
    terms = ARENA_ARRAY(arena, Str, any->count + like.count);
    for (size_t i = 0; i < any->count; i++)
        terms[i] = any->terms[i];
    for (size_t i = 0; i < like.count; i++)
        terms[any->count + i] = like.items[i];
    *any = (IndexAny){terms, any->count + like.count};
    return ERR_OK;
}

/* The words that were typed; *last is the last of them. */
static size_t read_words(Suggesting *suggesting, IndexAny *all, Word *last)
{
    size_t count = 0;

    analyst_begin(suggesting->finder->analyst, suggesting->language,
                  suggesting->typed);
    while (count < WORDS_MAX && analyst_next(suggesting->finder->analyst, last))
        all[count++] = headline_terms(suggesting, last);
    return count;
}

static Err add_headlines(Suggesting *suggesting)
{
    IndexAny all[WORDS_MAX];
    IndexQuery query = {all, 0, NULL, 0};
    IndexSpan span = {FIND_NEWEST, 0, SUGGEST_HEADLINES};
    IndexItems found;
    Word word = {0};
    Err err = ERR_OK;

    query.all_count = read_words(suggesting, all, &word);
    if (!query.all_count) return ERR_OK;
    if (word.at + word.len == suggesting->typed.len)
        err =
            complete(suggesting,
                     str_slice(suggesting->typed, word.at, word.at + word.len),
                     &all[query.all_count - 1]);
    if (!err)
        err = index_items(suggesting->store, suggesting->arena, &query, span,
                          &found);
    if (err) return err;
    suggesting->out->headlines = found.items;
    suggesting->out->headline_count = found.count;
    return ERR_OK;
}

Err suggest(Finder *finder, Store *store, Arena *arena, Str language, Str typed,
            Suggestions *out)
{
    Suggesting suggesting = {finder,   store,           arena,
                             language, str_trim(typed), out};
    Str slug = slug_make(arena, suggesting.typed, language);
    IndexAny all[WORDS_MAX];
    Word last;
    Err err;

    *out = (Suggestions){0};
    if (!is_plain(suggesting.typed) || !read_words(&suggesting, all, &last))
        return ERR_OK;
    err = add_sections(&suggesting, slug);
    if (!err)
        err = index_tags_like(store, arena, language, slug, SUGGEST_TAGS,
                              &out->tags);
    if (!err && utf8_count(suggesting.typed) >= SUGGEST_LETTERS)
        err = add_headlines(&suggesting);
    return err;
}
