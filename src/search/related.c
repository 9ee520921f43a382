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

static Err count_keys(Relating *relating, Key *keys, size_t count)
{
    Str *terms = ARENA_ARRAY(relating->arena, Str, count);
    int64_t *stories = ARENA_ARRAY(relating->arena, int64_t, count);
    Err err;

    for (size_t i = 0; i < count; i++)
        terms[i] = keys[i].term;
    err = index_counts(relating->store, relating->arena, terms, count, stories);
    for (size_t i = 0; !err && i < count; i++)
        keys[i].stories = stories[i];
    return err;
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

static Err read_words(Relating *relating)
{
    const PublicItem *item = &relating->story->item;
    size_t count = 0;
    size_t at = 0;
    const Key *key;
    Key *words;
    Err err;

    add_text(relating, item->headline, HEADLINE);
    add_text(relating, item->deck, DECK);
    add_text(relating, html_plain(relating->arena, relating->story->body), 1);
    words = ARENA_ARRAY(relating->arena, Key, relating->seen.count);
    while ((key = map_next(&relating->seen, &at)))
        words[count++] = *key;
    if (!count) return ERR_OK;
    qsort(words, count, sizeof *words, by_said);
    if (count > WORDS_WEIGHED) count = WORDS_WEIGHED;
    err = count_keys(relating, words, count);
    if (err) return err;
    count = weigh_keys(relating, words, count, WORD_KEYS);
    for (size_t i = 0; i < count; i++)
        relating->keys[relating->key_count++] = words[i];
    return ERR_OK;
}

static Err read_tags(Relating *relating)
{
    const TagList *tags = &relating->story->tags;
    Key *keys = ARENA_ARRAY(relating->arena, Key, tags->count);
    size_t count;
    Err err;

    if (!tags->count) return ERR_OK;
    for (size_t i = 0; i < tags->count; i++)
        keys[i] = (Key){
            .term =
                analysis_mark(relating->arena, relating->story->item.language,
                              MARK_TAG, tags->items[i].slug),
            .order = i,
        };
    err = count_keys(relating, keys, tags->count);
    if (err) return err;
    for (size_t i = 0; i < tags->count; i++)
        keys[i].said = HEADLINE;
    count = weigh_keys(relating, keys, tags->count, TAG_KEYS);
    for (size_t i = 0; i < count; i++) {
        keys[i].weight *= TAG_WEIGHT;
        relating->keys[relating->key_count++] = keys[i];
    }
    return ERR_OK;
}

static Err read_keys(Relating *relating)
{
    Str every = analysis_mark(relating->arena, relating->story->item.language,
                              MARK_ALL, (Str){0});
    Err err = index_counts(relating->store, relating->arena, &every, 1,
                           &relating->all);

    relating->keys = ARENA_ARRAY(relating->arena, Key, WORD_KEYS + TAG_KEYS);
    if (!err) err = read_tags(relating);
    map_init(&relating->seen);
    if (!err) err = read_words(relating);
    map_close(&relating->seen);
    return err;
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

/* The heaviest; of a chain the newest of those that would be among them. */
static Err choose(Relating *relating, size_t max, PublicList *out)
{
    int64_t roots[RELATED_MAX];
    int64_t own;
    PublicList list = {.items = ARENA_ARRAY(relating->arena, PublicItem, max)};
    Err err = chain_of(relating, relating->story->item.id,
                       relating->story->follows.number, &own);

    for (size_t i = 0; !err && i < relating->named_count && list.count < max;
         i++) {
        PublicItem item;
        int64_t follows;
        int64_t root;
        size_t at;

        err = index_item(relating->store, relating->arena,
                         relating->named[i].doc, &item, &follows);
        if (err == ERR_NOT_FOUND ||
            (!err && !is_earlier(&item, &relating->story->item))) {
            err = ERR_OK;
            continue;
        }
        if (!err) err = chain_of(relating, item.id, follows, &root);
        if (err || root == own) continue;
        at = place_of(roots, list.count, root);
        if (at < list.count && list.items[at].at >= item.at) continue;
        roots[at] = root;
        list.items[at] = item;
        if (at == list.count) list.count++;
    }
    if (err) return err;
    if (list.count)
        qsort(list.items, list.count, sizeof(PublicItem), newest_first);
    *out = list;
    return ERR_OK;
}

/* Docs of the story's own second may be later ones: choose looks. */
static Err find_place(Relating *relating, bool *whole)
{
    const PublicItem *item = &relating->story->item;
    IndexDoc doc;
    Err err = index_of_story(relating->store, relating->arena, item->id, &doc);

    *whole = !err && doc.version == item->version;
    relating->before = index_doc(item->at) + 1;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err related(Analyst *analyst, Store *store, Arena *arena,
            const PublicStory *story, size_t max, PublicList *out, bool *whole)
{
    Relating relating = {
        .analyst = analyst, .store = store, .arena = arena, .story = story};
    Err err = find_place(&relating, whole);

    if (!err) err = read_keys(&relating);
    if (!err) err = ask_keys(&relating);
    if (err) return err;
    merge(&relating);
    return choose(&relating, max, out);
}
