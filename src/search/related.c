#include "search/related.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/map.h"
#include "search/docs.h"
#include "search/rank.h"
#include "text/sanitize.h"

#define WORDS_WEIGHED 120 /* of a story's words, those said most */
#define WORD_KEYS     18
#define TAG_KEYS      6
#define KEY_DOCS      30 /* of each key, the newest */
#define COMMON_SHARE  50 /* of so many stories one: tells nothing */
#define COMMON_MIN    20 /* in a small archive nothing is common yet */
#define HEADLINE      2.0
#define DECK          1.5
#define K1            1.2
#define TAG_WEIGHT    0.7
#define CHAIN_MAX     32 /* updates of updates */
#define SPARE         6  /* lines more than are wanted: some are of one chain */

/* A term of the story. */
typedef struct Key {
    Str term;
    double said; /* how often, by field */
    int64_t stories;
    double weight;
    size_t order; /* of its first place */
} Key;

typedef struct Named {
    int64_t doc;
    double weight;
} Named;

typedef struct Relating {
    Analyst *analyst;
    Store *store;
    Arena *arena;
    const PublicStory *story;
    int64_t before; /* doc */
    int64_t all;    /* stories of the language */
    Key *keys;
    size_t key_count;
    Map seen; /* of Key, by term */
    Named *named;
    size_t named_count;
} Relating;

/* ---- keys ---- */

static void add_said(Relating *relating, Str term, double weight)
{
    uint64_t hash = hash_table(term);
    Key *key = map_get(&relating->seen, hash);

    if (!key) {
        key = ARENA_NEW(relating->arena, Key);
        *key = (Key){.term = str_copy(relating->arena, term),
                     .order = relating->seen.count};
        map_put(&relating->seen, hash, key);
    }
    if (str_eq(key->term, term)) key->said += weight;
}

static void add_text(Relating *relating, Str text, double weight)
{
    Word word;

    analyst_begin(relating->analyst, relating->story->item.language, text);
    while (relating->seen.count < DOC_TERMS_MAX &&
           analyst_next(relating->analyst, &word))
        for (size_t i = 0; i < word.term_count; i++)
            add_said(relating, word.terms[i], weight);
}

static int by_said(const void *a, const void *b)
{
    const Key *x = a;
    const Key *y = b;

    if (x->said != y->said) return x->said < y->said ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

static int by_weight(const void *a, const void *b)
{
    const Key *x = a;
    const Key *y = b;

    if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

/* A key says the more the fewer stories have it, and something only when there
 * are others. */
static bool is_common(const Relating *relating, int64_t stories)
{
    return stories > COMMON_MIN && stories * COMMON_SHARE > relating->all;
}

/* Of the language, of tags and of words, in one question. */
static Err count_keys(Relating *relating, Key *tags, size_t tag_count,
                      Key *words, size_t word_count)
{
    Arena *arena = relating->arena;
    size_t count = 1 + tag_count + word_count;
    Str *terms = ARENA_ARRAY(arena, Str, count);
    int64_t *stories = ARENA_ARRAY(arena, int64_t, count);
    Err err;

    terms[0] = analysis_mark(arena, relating->story->item.language, MARK_ALL,
                             (Str){0});
    for (size_t i = 0; i < tag_count; i++)
        terms[1 + i] = tags[i].term;
    for (size_t i = 0; i < word_count; i++)
        terms[1 + tag_count + i] = words[i].term;
    err = index_counts(relating->store, arena, terms, count, stories);
    if (err) return err;
    relating->all = stories[0];
    for (size_t i = 0; i < tag_count; i++)
        tags[i].stories = stories[1 + i];
    for (size_t i = 0; i < word_count; i++)
        words[i].stories = stories[1 + tag_count + i];
    return ERR_OK;
}

/* The heaviest max of them, those that are common left out. */
static size_t weigh_keys(const Relating *relating, Key *keys, size_t count,
                         size_t max)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        Key key = keys[i];

        if (is_common(relating, key.stories)) continue;
        key.weight = rank_weight(key.stories, relating->all) *
                     (key.said / (key.said + K1));
        keys[kept++] = key;
    }
    if (kept) qsort(keys, kept, sizeof *keys, by_weight);
    return kept < max ? kept : max;
}

/* Those said most. */
static Key *read_words(Relating *relating, size_t *count)
{
    const PublicItem *item = &relating->story->item;
    size_t at = 0;
    const Key *key;
    Key *words;

    map_init(&relating->seen);
    add_text(relating, item->headline, HEADLINE);
    add_text(relating, item->deck, DECK);
    add_text(relating, html_plain(relating->arena, relating->story->body), 1);
    words = ARENA_ARRAY(relating->arena, Key, relating->seen.count);
    *count = 0;
    while ((key = map_next(&relating->seen, &at)))
        words[(*count)++] = *key;
    map_close(&relating->seen);
    if (*count) qsort(words, *count, sizeof *words, by_said);
    if (*count > WORDS_WEIGHED) *count = WORDS_WEIGHED;
    return words;
}

static Key *read_tags(Relating *relating, size_t *count)
{
    const TagList *tags = &relating->story->tags;
    Key *keys = ARENA_ARRAY(relating->arena, Key, tags->count);

    *count = tags->count;
    for (size_t i = 0; i < tags->count; i++)
        keys[i] = (Key){
            .term =
                analysis_mark(relating->arena, relating->story->item.language,
                              MARK_TAG, tags->items[i].slug),
            .said = HEADLINE,
            .order = i,
        };
    return keys;
}

static void add_keys(Relating *relating, Key *keys, size_t count, size_t max,
                     double weight)
{
    count = weigh_keys(relating, keys, count, max);
    for (size_t i = 0; i < count; i++) {
        relating->keys[relating->key_count] = keys[i];
        relating->keys[relating->key_count++].weight *= weight;
    }
}

static Err read_keys(Relating *relating)
{
    size_t tag_count;
    size_t word_count;
    Key *tags = read_tags(relating, &tag_count);
    Key *words = read_words(relating, &word_count);
    Err err = count_keys(relating, tags, tag_count, words, word_count);

    if (err) return err;
    relating->keys = ARENA_ARRAY(relating->arena, Key, WORD_KEYS + TAG_KEYS);
    add_keys(relating, tags, tag_count, TAG_KEYS, TAG_WEIGHT);
    add_keys(relating, words, word_count, WORD_KEYS, 1);
    return ERR_OK;
}

/* ---- what they name ---- */

static Err ask_keys(Relating *relating)
{
    size_t count = relating->key_count;
    size_t room = count * KEY_DOCS;
    IndexTerm *terms = ARENA_ARRAY(relating->arena, IndexTerm, count);
    IndexNamed *found = ARENA_ARRAY(relating->arena, IndexNamed, room);
    IndexSpan span = {relating->before, 0, KEY_DOCS};
    Err err;

    for (size_t i = 0; i < count; i++)
        terms[i] =
            (IndexTerm){relating->keys[i].term, relating->keys[i].stories};
    err = index_named(relating->store, relating->arena, terms, count, span,
                      found, &relating->named_count);
    if (err) return err;
    relating->named = ARENA_ARRAY(relating->arena, Named, room);
    for (size_t i = 0; i < relating->named_count; i++)
        relating->named[i] =
            (Named){found[i].doc, relating->keys[found[i].term].weight};
    return ERR_OK;
}

static int by_doc(const void *a, const void *b)
{
    const Named *x = a;
    const Named *y = b;

    return (x->doc < y->doc) - (x->doc > y->doc);
}

static int heaviest_first(const void *a, const void *b)
{
    const Named *x = a;
    const Named *y = b;

    if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
    return by_doc(a, b);
}

/* Each doc once, with the weights of all that name it. */
static void merge(Relating *relating)
{
    Named *named = relating->named;
    size_t kept = 0;

    if (!relating->named_count) return;
    qsort(named, relating->named_count, sizeof *named, by_doc);
    for (size_t i = 1; i < relating->named_count; i++)
        if (named[i].doc == named[kept].doc)
            named[kept].weight += named[i].weight;
        else
            named[++kept] = named[i];
    relating->named_count = kept + 1;
    qsort(named, relating->named_count, sizeof *named, heaviest_first);
}

/* ---- chains ---- */

/* The first story of a chain of updates: what it follows, as far as that is
 * public. */
static Err chain_of(const Relating *relating, StoryId id, int64_t follows,
                    int64_t *root)
{
    Err err = ERR_OK;

    *root = id.number;
    for (int i = 0; !err && follows && i < CHAIN_MAX; i++) {
        *root = follows;
        follows = 0;
        err = public_follows(relating->store, (StoryId){*root}, &follows);
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static size_t place_of(const int64_t *roots, size_t count, int64_t root)
{
    size_t at = 0;

    while (at < count && roots[at] != root)
        at++;
    return at;
}

static int newest_first(const void *a, const void *b)
{
    const PublicItem *x = a;
    const PublicItem *y = b;

    if (x->at != y->at) return x->at < y->at ? 1 : -1;
    return (x->id.number < y->id.number) - (x->id.number > y->id.number);
}

/* Whether a story whose time is unknown is an earlier one nobody can say, so it
 * is none. */
static bool is_earlier(const PublicItem *item, const PublicItem *than)
{
    if (!item->timed) return false;
    return item->at != than->at ? item->at < than->at
                                : item->id.number < than->id.number;
}

typedef struct Choice {
    int64_t own;                 /* chain */
    int64_t chains[RELATED_MAX]; /* of each item */
    PublicList list;
    size_t max;
} Choice;

/* Of a chain the newest of those that would be among them. */
static Err take(Relating *relating, Choice *choice, const IndexLine *line)
{
    PublicList *list = &choice->list;
    int64_t chain;
    size_t at;
    Err err;

    if (!line->there || !is_earlier(&line->item, &relating->story->item))
        return ERR_OK;
    err = chain_of(relating, line->item.id, line->follows, &chain);
    if (err || chain == choice->own) return err;
    at = place_of(choice->chains, list->count, chain);
    if (at < list->count && list->items[at].at >= line->item.at) return ERR_OK;
    choice->chains[at] = chain;
    list->items[at] = line->item;
    if (at == list->count) list->count++;
    return ERR_OK;
}

/* The next of the heaviest, a few more than there is room for. */
static Err take_some(Relating *relating, Choice *choice, size_t *at)
{
    int64_t docs[RELATED_MAX + SPARE];
    IndexLine lines[RELATED_MAX + SPARE];
    size_t count = 0;
    Err err;

    while (*at < relating->named_count && count < choice->max + SPARE)
        docs[count++] = relating->named[(*at)++].doc;
    err = index_lines(relating->store, relating->arena, docs, count, lines);
    for (size_t i = 0; !err && i < count && choice->list.count < choice->max;
         i++)
        err = take(relating, choice, &lines[i]);
    return err;
}

static Err choose(Relating *relating, size_t max, PublicList *out)
{
    Choice choice = {
        .list.items = ARENA_ARRAY(relating->arena, PublicItem, max),
        .max = max,
    };
    size_t at = 0;
    Err err = chain_of(relating, relating->story->item.id,
                       relating->story->follows.number, &choice.own);

    while (!err && at < relating->named_count && choice.list.count < max)
        err = take_some(relating, &choice, &at);
    if (err) return err;
    if (choice.list.count)
        qsort(choice.list.items, choice.list.count, sizeof(PublicItem),
              newest_first);
    *out = choice.list;
    return ERR_OK;
}

Err related(Analyst *analyst, Store *store, Arena *arena,
            const PublicStory *story, size_t max, PublicList *out)
{
    Relating relating = {
        .analyst = analyst,
        .store = store,
        .arena = arena,
        .story = story,
        /* docs of its own second may be later ones: choose looks */
        .before = index_doc(story->item.at) + 1,
    };
    Err err = read_keys(&relating);

    if (!err) err = ask_keys(&relating);
    if (err) return err;
    merge(&relating);
    return choose(&relating, max, out);
}
