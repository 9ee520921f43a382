#include "search/find.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "search/docs.h"
#include "search/finder.h"
#include "search/rank.h"
#include "search/snippet.h"
#include "story/slug.h"
#include "text/sanitize.h"

#define AUTHOR_WORDS 32 /* of all authors; further ones are left out */
/* Each of the words, the parts and the authors' words; a section, a language.
 */
#define GROUPS_MAX   (RANK_WORDS + QUERY_PARTS + AUTHOR_WORDS + 2)
#define FEW          100  /* hits of all words, below which some will do */
#define HEADLINES    200  /* of the ranked: by words of their headlines */
#define SOME         500  /* ... and by some of the words, the rarest first */
#define SCANNED      2000 /* docs looked at for phrases, a page */

/* A story's words, where few are known: as if so many more had so many each. */
#define USUAL_DOCS  20
#define USUAL_WORDS 250

/* Words that must stand in a row, of rank: what stood in quotes, and newest
 * first also what was typed as one word ("G-20"). */
typedef struct Phrase {
    size_t from, count;
    bool without;
} Phrase;

typedef struct Finding {
    Finder *finder;
    Store *store;
    Arena *arena;
    const FindAsk *ask;
    IndexAny all[GROUPS_MAX], none[GROUPS_MAX];
    size_t all_count, none_count;
    size_t word_groups[RANK_WORDS]; /* the place of each word in all */
    RankQuery rank;                 /* words that are wanted first */
    size_t wanted;                  /* so many */
    size_t author_words;
    Str terms[RANK_WORDS][WORD_TERMS];
    Phrase phrases[QUERY_PARTS];
    size_t phrase_count;
    IndexSpan span;
} Finding;

Finder *finder_open(Zone *zone)
{
    Finder *finder = mem_zero(sizeof *finder);

    finder->analyst = analyst_open(ANALYST_FEW);
    finder->zone = zone;
    return finder;
}

void finder_close(Finder *finder)
{
    if (!finder) return;
    analyst_close(finder->analyst);
    mem_free(finder);
}

/* ---- from the query to what the index is asked ---- */

static void add_group(Finding *finding, bool without, const Str *terms,
                      size_t count)
{
    IndexAny *groups = without ? finding->none : finding->all;
    size_t *n = without ? &finding->none_count : &finding->all_count;
    Str *copy = ARENA_ARRAY(finding->arena, Str, count);

    assert(*n < GROUPS_MAX);
    for (size_t i = 0; i < count; i++)
        copy[i] = str_copy(finding->arena, terms[i]);
    groups[(*n)++] = (IndexAny){copy, count};
}

static void add_mark(Finding *finding, bool without, char kind, Str what)
{
    Str term =
        analysis_mark(finding->arena, finding->ask->language, kind, what);

    add_group(finding, without, &term, 1);
}

/* Adds a word to rank; false when there is no room for it. */
static bool add_word(Finding *finding, const Word *word, bool follows)
{
    RankQuery *rank = &finding->rank;
    RankWord *to = &rank->words[rank->count];

    if (rank->count == RANK_WORDS) return false;
    *to = (RankWord){.count = word->term_count};
    for (size_t i = 0; i < word->term_count; i++) {
        to->places[i] = index_place(word->terms[i]);
        finding->terms[rank->count][i] =
            str_copy(finding->arena, word->terms[i]);
    }
    rank->follows[rank->count++] = follows;
    return true;
}

static void add_words(Finding *finding, const QueryPart *part)
{
    size_t from = finding->rank.count;
    size_t count = 0;
    Word word;

    analyst_begin(finding->finder->analyst, finding->ask->language, part->text);
    while (analyst_next(finding->finder->analyst, &word)) {
        if (!add_word(finding, &word, from + count > 0)) break;
        count++;
    }
    if (count > 1 &&
        (part->phrase || part->without || !finding->ask->by_relevance))
        finding->phrases[finding->phrase_count++] =
            (Phrase){from, count, part->without};
    if (part->without && count > 1) return; /* its words alone may stand */
    for (size_t i = from; i < from + count; i++) {
        finding->word_groups[i] = finding->all_count;
        add_group(finding, part->without, finding->terms[i],
                  finding->rank.words[i].count);
    }
}

static void add_author(Finding *finding, const QueryPart *part)
{
    Word word;

    analyst_begin(finding->finder->analyst, finding->ask->language, part->text);
    while (finding->author_words < AUTHOR_WORDS &&
           analyst_next(finding->finder->analyst, &word)) {
        Str terms[WORD_TERMS];

        finding->author_words++;
        for (size_t i = 0; i < word.term_count; i++)
            terms[i] = docs_mark(finding->arena, word.terms[i], MARK_AUTHOR);
        add_group(finding, part->without, terms, word.term_count);
    }
}

static void add_part(Finding *finding, const QueryPart *part)
{
    Str slug;

    switch (part->kind) {
    case PART_WORDS: add_words(finding, part); return;
    case PART_AUTHOR: add_author(finding, part); return;
    default: break;
    }
    slug = slug_make(finding->arena, part->text, finding->ask->language);
    add_mark(finding, part->without,
             part->kind == PART_TAG ? MARK_TAG : MARK_SECTION, slug);
}

/* Words that are wanted come first, so that rank has them by themselves. */
static void read_parts(Finding *finding)
{
    const SearchQuery *query = finding->ask->query;

    for (size_t i = 0; i < query->part_count; i++)
        if (!query->parts[i].without) add_part(finding, &query->parts[i]);
    finding->wanted = finding->rank.count;
    for (size_t i = 0; i < query->part_count; i++)
        if (query->parts[i].without) add_part(finding, &query->parts[i]);
}

static int64_t doc_of_day(const Finding *finding, Civil day)
{
    return index_doc(zone_time(finding->finder->zone, day));
}

static void read_span(Finding *finding)
{
    const SearchQuery *query = finding->ask->query;

    finding->span = (IndexSpan){.before = finding->ask->before, .since = 0};
    if (query->has_from) finding->span.since = doc_of_day(finding, query->from);
    if (query->has_to) {
        int64_t to = doc_of_day(finding, query->to);

        if (to < finding->span.before) finding->span.before = to;
    }
}

/* False: nothing is wanted. */
static bool read_ask(Finding *finding)
{
    const SearchQuery *query = finding->ask->query;

    read_parts(finding);
    read_span(finding);
    if (!finding->all_count && !query->has_from && !query->has_to) return false;
    if (finding->ask->section.len)
        add_mark(finding, false, MARK_SECTION, finding->ask->section);
    if (!finding->all_count) add_mark(finding, false, MARK_ALL, (Str){0});
    return true;
}

static IndexQuery index_query(const Finding *finding)
{
    return (IndexQuery){finding->all, finding->all_count, finding->none,
                        finding->none_count};
}

/* ---- newest first ---- */

static bool phrases_hold(const Finding *finding, Str places)
{
    for (size_t i = 0; i < finding->phrase_count; i++) {
        const Phrase *phrase = &finding->phrases[i];

        if (rank_has_phrase(&finding->rank, phrase->from, phrase->count,
                            places) == phrase->without)
            return false;
    }
    return true;
}

static void add_found(Found *found, const PublicItem *item)
{
    found->items[found->count++] = (FoundItem){.item = *item};
}

static int by_time(const void *a, const void *b)
{
    const PublicItem *x = &((const FoundItem *)a)->item;
    const PublicItem *y = &((const FoundItem *)b)->item;

    if (x->at != y->at) return x->at < y->at ? 1 : -1;
    return (x->id.number < y->id.number) - (x->id.number > y->id.number);
}

/* Docs of one second stand a little before it. */
static void sort_page(Found *found)
{
    if (found->count)
        qsort(found->items, found->count, sizeof(FoundItem), by_time);
}

static Err find_newest(Finding *finding, Found *found)
{
    IndexQuery query = index_query(finding);
    IndexItems items;
    IndexSpan span = finding->span;
    Err err;

    span.max = finding->ask->max + 1;
    err = index_items(finding->store, finding->arena, &query, span, &items);
    if (err) return err;
    for (size_t i = 0; i < items.count && i < finding->ask->max; i++) {
        found->next = items.items[i].doc;
        add_found(found, &items.items[i].item);
    }
    found->more = items.count > finding->ask->max;
    return ERR_OK;
}

/* Of docs the story's line; one that is public no longer is passed over. */
static Err add_doc(Finding *finding, Found *found, const IndexDoc *doc)
{
    PublicItem item;
    Err err = public_item(finding->store, finding->arena, doc->story, &item);

    if (!err) add_found(found, &item);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The index knows which stories have the words; which of them have them in a
 * row is seen from their places. */
static Err find_phrases(Finding *finding, Found *found)
{
    IndexQuery query = index_query(finding);
    IndexSpan span = finding->span;
    size_t scanned = 0;
    Err err = ERR_OK;

    span.max = 100;
    while (!err && scanned < SCANNED) {
        IndexDocs docs;

        err = index_docs(finding->store, finding->arena, &query, span, &docs);
        for (size_t i = 0; !err && i < docs.count; i++) {
            if (!phrases_hold(finding, docs.items[i].places)) {
                span.before = found->next = docs.items[i].doc;
                continue;
            }
            if (found->count == finding->ask->max) {
                found->more = true;
                return ERR_OK;
            }
            span.before = found->next = docs.items[i].doc;
            err = add_doc(finding, found, &docs.items[i]);
        }
        if (!err && docs.count < span.max) return ERR_OK;
        scanned += span.max;
    }
    /* So rare that the page would take long: what is found so far, and a way
     * on. */
    found->more = true;
    return err;
}

/* ---- by relevance ---- */

typedef struct Ranked {
    IndexDoc doc;
    double score;
    bool whole; /* every word is in it */
} Ranked;

typedef struct Ranking {
    Ranked *items;
    size_t count, room;
} Ranking;

static int by_doc(const void *a, const void *b)
{
    const Ranked *x = a;
    const Ranked *y = b;

    if (x->doc.doc != y->doc.doc) return x->doc.doc < y->doc.doc ? 1 : -1;
    return (int)y->whole - (int)x->whole;
}

static int by_score(const void *a, const void *b)
{
    const Ranked *x = a;
    const Ranked *y = b;

    if (x->score != y->score) return x->score < y->score ? 1 : -1;
    return by_doc(a, b);
}

static Err add_ranked(Finding *finding, Ranking *ranking,
                      const IndexQuery *query, size_t max, bool whole)
{
    IndexSpan span = finding->span;
    IndexDocs docs;
    Err err;

    span.max = max;
    span.before = finding->span.before;
    err = index_docs(finding->store, finding->arena, query, span, &docs);
    for (size_t i = 0; !err && i < docs.count; i++) {
        if (!phrases_hold(finding, docs.items[i].places)) continue;
        if (ranking->count == ranking->room) break;
        ranking->items[ranking->count++] =
            (Ranked){.doc = docs.items[i], .whole = whole};
    }
    return err;
}

/* Each doc once. */
static void merge(Ranking *ranking)
{
    size_t kept = 0;

    if (!ranking->count) return;
    qsort(ranking->items, ranking->count, sizeof(Ranked), by_doc);
    for (size_t i = 1; i < ranking->count; i++)
        if (ranking->items[i].doc.doc != ranking->items[kept].doc.doc)
            ranking->items[++kept] = ranking->items[i];
    ranking->count = kept + 1;
}

/* Those that have all the words in their headlines, of whatever time. */
static Err add_headlines(Finding *finding, Ranking *ranking)
{
    IndexQuery query = index_query(finding);
    IndexAny groups[GROUPS_MAX];

    memcpy(groups, finding->all, sizeof groups);
    for (size_t i = 0; i < finding->wanted; i++) {
        const IndexAny *any = &finding->all[finding->word_groups[i]];
        Str *marks = ARENA_ARRAY(finding->arena, Str, any->count);

        for (size_t k = 0; k < any->count; k++)
            marks[k] = docs_mark(finding->arena, any->terms[k], MARK_HEADLINE);
        groups[finding->word_groups[i]] = (IndexAny){marks, any->count};
    }
    query.all = groups;
    return add_ranked(finding, ranking, &query, HEADLINES, true);
}

static Err weigh(Finding *finding)
{
    Str terms[1 + RANK_WORDS * WORD_TERMS];
    int64_t stories[COUNT(terms)];
    size_t count = 0;
    size_t next = 1;
    Err err;

    terms[count++] = analysis_mark(finding->arena, finding->ask->language,
                                   MARK_ALL, (Str){0});
    for (size_t i = 0; i < finding->wanted; i++)
        for (size_t k = 0; k < finding->rank.words[i].count; k++)
            terms[count++] = finding->terms[i][k];
    err = index_counts(finding->store, finding->arena, terms, count, stories);
    for (size_t i = 0; !err && i < finding->wanted; i++) {
        int64_t sum = 0;

        for (size_t k = 0; k < finding->rank.words[i].count; k++)
            sum += stories[next++];
        finding->rank.words[i].weight = rank_weight(sum, stories[0]);
    }
    return err;
}

static size_t rarest_left(const RankQuery *rank, const bool *taken,
                          size_t count)
{
    size_t best = count;

    for (size_t i = 0; i < count; i++)
        if (!taken[i] &&
            (best == count || rank->words[i].weight > rank->words[best].weight))
            best = i;
    return best;
}

/* Marks stay wanted; of the words each is asked for by itself, the rarest
 * first: what has none of the rare ones comes last anyway. */
static Err add_some(Finding *finding, Ranking *ranking)
{
    IndexQuery query = index_query(finding);
    IndexAny groups[GROUPS_MAX];
    size_t marks = 0;
    bool is_word[GROUPS_MAX] = {false};
    bool taken[RANK_WORDS] = {false};
    size_t until = ranking->count + SOME;
    Err err = ERR_OK;

    for (size_t i = 0; i < finding->wanted; i++)
        is_word[finding->word_groups[i]] = true;
    for (size_t i = 0; i < finding->all_count; i++)
        if (!is_word[i]) groups[marks++] = finding->all[i];
    query.all = groups;
    query.all_count = marks + 1;
    for (size_t i = 0; !err && i < finding->wanted; i++) {
        size_t word = rarest_left(&finding->rank, taken, finding->wanted);
        size_t room = until - ranking->count;

        if (!room) break;
        taken[word] = true;
        groups[marks] = finding->all[finding->word_groups[word]];
        err = add_ranked(finding, ranking, &query,
                         room < INDEX_MAX ? room : INDEX_MAX, false);
    }
    return err;
}

static void score(Finding *finding, Ranking *ranking)
{
    double words = USUAL_WORDS * USUAL_DOCS;
    RankQuery rank = finding->rank;

    rank.count = finding->wanted;
    for (size_t i = 0; i < ranking->count; i++)
        words += ranking->items[i].doc.words;
    words /= (double)(ranking->count + USUAL_DOCS);
    for (size_t i = 0; i < ranking->count; i++) {
        Ranked *item = &ranking->items[i];
        Time at = TIME_MIN + item->doc.doc * TIME_SECOND;

        item->score =
            rank_doc(&rank, &item->doc, words, finding->ask->now - at);
    }
    if (ranking->count)
        qsort(ranking->items, ranking->count, sizeof(Ranked), by_score);
}

/* A page of the ranking; a story that is public no longer makes room for the
 * next. */
static Err show_page(Finding *finding, const Ranking *ranking, Found *found)
{
    size_t max = finding->ask->max;
    size_t at = finding->ask->page * max;
    StoryId *ids = ARENA_ARRAY(finding->arena, StoryId, max);
    Err err = ERR_OK;

    while (!err && at < ranking->count && found->count < max) {
        PublicList list;
        size_t count = 0;

        for (; at < ranking->count && found->count + count < max; at++) {
            found->relaxed = found->relaxed || !ranking->items[at].whole;
            ids[count++] = ranking->items[at].doc.story;
        }
        err = public_items(finding->store, finding->arena, ids, count, &list);
        for (size_t i = 0; !err && i < list.count; i++)
            add_found(found, &list.items[i]);
    }
    found->more = at < ranking->count && finding->ask->page + 1 < FIND_PAGES;
    return err;
}

static Err find_relevant(Finding *finding, Found *found)
{
    IndexQuery query = index_query(finding);
    Ranking ranking = {.room = FIND_RANKED + HEADLINES + SOME};
    Err err;

    ranking.items = ARENA_ARRAY(finding->arena, Ranked, ranking.room);
    err = weigh(finding);
    if (!err) err = add_ranked(finding, &ranking, &query, FIND_RANKED, true);
    if (!err && ranking.count == FIND_RANKED && finding->wanted)
        err = add_headlines(finding, &ranking);
    if (!err && ranking.count < FEW && finding->wanted > 1)
        err = add_some(finding, &ranking);
    if (err) return err;
    merge(&ranking);
    score(finding, &ranking);
    return show_page(finding, &ranking, found);
}

Err find(Finder *finder, Store *store, Arena *arena, const FindAsk *ask,
         Found *out)
{
    Finding *finding = ARENA_NEW(arena, Finding);
    Found found = {.items = ARENA_ARRAY(arena, FoundItem, ask->max)};
    Err err = ERR_OK;

    *finding =
        (Finding){.finder = finder, .store = store, .arena = arena, .ask = ask};
    if (read_ask(finding)) {
        if (ask->by_relevance && finding->wanted)
            err = find_relevant(finding, &found);
        else if (finding->phrase_count)
            err = find_phrases(finding, &found);
        else
            err = find_newest(finding, &found);
        if (!err && !(ask->by_relevance && finding->wanted)) sort_page(&found);
    }
    if (!err) *out = found;
    return err;
}

/* ---- snippets ---- */

/* The words that are wanted, with their weights. */
static Err read_words(Finding *finding)
{
    Err err;

    read_parts(finding);
    err = weigh(finding);
    finding->rank.count = finding->wanted;
    return err;
}

static void add_snippet(Finding *finding, FoundItem *found,
                        const IndexBody *body)
{
    Analyst *analyst = finding->finder->analyst;
    Arena *arena = finding->arena;
    const PublicItem *item = &found->item;
    SnippetText text = {.language = item->language};
    bool met;

    if (body->indexed == item->version) text.places = body->places;
    text.field = FIELD_HEADLINE;
    text.text = item->headline;
    found->headline = snippet_whole(analyst, arena, &text, &finding->rank);
    text.field = FIELD_BODY;
    text.text = html_plain(arena, body->body);
    found->snippet = snippet_best(analyst, arena, &text, &finding->rank, &met);
    if (met || !item->deck.len) return;
    text.field = FIELD_DECK;
    text.text = item->deck;
    found->snippet = snippet_whole(analyst, arena, &text, &finding->rank);
}

Err find_snippets(Finder *finder, Store *store, Arena *arena,
                  const FindAsk *ask, Found *found)
{
    Finding *finding = ARENA_NEW(arena, Finding);
    IndexBody *bodies = ARENA_ARRAY(arena, IndexBody, found->count);
    StoryId *ids = ARENA_ARRAY(arena, StoryId, found->count);
    Err err;

    *finding =
        (Finding){.finder = finder, .store = store, .arena = arena, .ask = ask};
    for (size_t i = 0; i < found->count; i++)
        ids[i] = found->items[i].item.id;
    err = read_words(finding);
    if (!err) err = index_bodies(store, arena, ids, found->count, bodies);
    for (size_t i = 0; !err && i < found->count; i++)
        if (bodies[i].there) add_snippet(finding, &found->items[i], &bodies[i]);
    return err;
}
