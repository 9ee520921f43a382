#include "search/snippet.h"

#define BACK   12  /* words back to the beginning of the sentence */
#define REPEAT 0.1 /* what a word met once more adds, of its weight */

/* A word of the text and which of the query's it is. */
typedef struct Seen {
    size_t at, len;
    uint32_t met;
} Seen;

/* A text has no more words than bytes. */
typedef struct SeenList {
    Seen *items;
    size_t count, room;
} SeenList;

static uint32_t met_by(const RankQuery *query, const Word *word)
{
    uint32_t met = 0;

    for (size_t i = 0; i < query->count; i++)
        for (size_t k = 0; k < query->words[i].count; k++)
            for (size_t t = 0; t < word->term_count; t++)
                if (query->words[i].places[k] == index_place(word->terms[t]))
                    met |= 1u << i;
    return met;
}

static void add_seen(SeenList *list, const Word *word, uint32_t met)
{
    list->items[list->count++] = (Seen){word->at, word->len, met};
}

/* False: the places are not those of this text. */
static bool look_by_places(Analyst *analyst, Arena *arena,
                           const SnippetText *text, const RankQuery *query,
                           SeenList *list)
{
    uint32_t *met = ARENA_ARRAY(arena, uint32_t, list->room);
    size_t words =
        rank_field(query, text->places, text->field, met, list->room);
    Word word;

    analyst_begin(analyst, text->language, text->text);
    while (list->count < list->room && analyst_next_bounds(analyst, &word)) {
        uint32_t here;

        if (list->count == words) return false;
        here = met[list->count];
        if (here) analyst_terms(analyst, &word);
        if (here != met_by(query, &word)) return false;
        add_seen(list, &word, here);
    }
    return list->count == SNIPPET_READ || list->count == words;
}

static SeenList look(Analyst *analyst, Arena *arena, const SnippetText *text,
                     const RankQuery *query)
{
    SeenList list = {.room = text->text.len < SNIPPET_READ ? text->text.len
                                                           : SNIPPET_READ};
    Word word;

    list.items = ARENA_ARRAY(arena, Seen, list.room);
    if (text->places.len && look_by_places(analyst, arena, text, query, &list))
        return list;
    list.count = 0;
    analyst_begin(analyst, text->language, text->text);
    while (list.count < list.room && analyst_next(analyst, &word))
        add_seen(&list, &word, met_by(query, &word));
    return list;
}

static Marked show(Arena *arena, Str text, const SeenList *list, size_t first,
                   size_t last, size_t from, size_t to)
{
    TextRange *ranges = ARENA_ARRAY(arena, TextRange, last - first);
    size_t count = 0;

    for (size_t i = first; i < last; i++)
        if (list->items[i].met)
            ranges[count++] =
                (TextRange){list->items[i].at - from, list->items[i].len};
    return (Marked){str_slice(text, from, to), ranges, count, from > 0,
                    to < text.len};
}

Marked snippet_whole(Analyst *analyst, Arena *arena, const SnippetText *text,
                     const RankQuery *query)
{
    SeenList list = look(analyst, arena, text, query);

    return show(arena, text->text, &list, 0, list.count, 0, text->text.len);
}

/* What a stretch from first is worth. */
static double worth(const SeenList *list, const RankQuery *query, size_t first)
{
    uint32_t seen = 0;
    double sum = 0;

    for (size_t i = first; i < list->count && i < first + SNIPPET_WORDS; i++) {
        uint32_t met = list->items[i].met;

        for (size_t k = 0; met >> k && k < query->count; k++)
            if (met >> k & 1)
                sum += query->words[k].weight * (seen >> k & 1 ? REPEAT : 1);
        seen |= met;
    }
    return sum;
}

/* Does a sentence begin with that word? */
static bool begins(Str text, const SeenList *list, size_t word)
{
    size_t at = list->items[word].at;

    while (at && (uint8_t)text.ptr[at - 1] == ' ')
        at--;
    return !at || text.ptr[at - 1] == '\n' || text.ptr[at - 1] == '.' ||
           text.ptr[at - 1] == '!' || text.ptr[at - 1] == '?';
}

/* Of at least one word.  Only a stretch that begins a little before a word of
 * the query can be the best one: it is moved back to the beginning of its
 * sentence afterwards. */
static size_t best_start(Str text, const SeenList *list, const RankQuery *query,
                         bool *met)
{
    size_t best = 0;
    double most = 0;

    for (size_t i = 0; i < list->count; i++) {
        double now = list->items[i].met ? worth(list, query, i) : 0;

        if (now > most * 1.0001) {
            most = now;
            best = i;
        }
    }
    *met = most > 0;
    for (size_t back = 0; back <= BACK && back <= best; back++)
        if (begins(text, list, best - back)) return best - back;
    return best > 3 ? best - 3 : 0;
}

Marked snippet_best(Analyst *analyst, Arena *arena, const SnippetText *text,
                    const RankQuery *query, bool *met)
{
    SeenList list = look(analyst, arena, text, query);
    Str whole = text->text;
    size_t first;
    size_t last;
    size_t from;
    size_t to = whole.len;

    *met = false;
    if (!list.count) return (Marked){0};
    first = best_start(whole, &list, query, met);
    last = first + SNIPPET_WORDS;
    from = first ? list.items[first].at : 0;
    if (last < list.count) {
        to = list.items[last].at;
        while (to && (uint8_t)whole.ptr[to - 1] <= ' ')
            to--;
    } else {
        last = list.count;
    }
    return show(arena, whole, &list, first, last, from, to);
}
