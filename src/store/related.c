/* related.c -- earlier stories that have to do with one.
 *
 * Each key of the story (a tag, a word of its headline) names its newest
 * earlier stories, at most KEY_ROWS; a story gathers the weights of the keys
 * that name it, and the heaviest win.  A tag weighs as much as it is rare: the
 * logarithm of all stories over those that have it.  A tag that more than one
 * story in COMMON_SHARE has says nothing, and is asked only when nothing else
 * gave an answer.  Words come in when tags gave too few, and weigh less than
 * any tag.
 *
 * The cost is bounded by the keys, never by the archive: at most KEYS_MAX tags
 * and TERMS_MAX words of KEY_ROWS rows, the words looked up in at most SEASONS
 * seasons that are not empty.
 */
#include <math.h>
#include <stdlib.h>

#include "store/inside.h"
#include "store/public.h"
#include "story/terms.h"

#define KEY_ROWS     30
#define KEYS_MAX     16
#define SEASONS      40
#define COMMON_SHARE 50   /* 2 % */
#define COMMON_MIN   20   /* in a small archive nothing is common yet */
#define COMMON_MAX   5000 /* in a large one this is */
#define TERM_WEIGHT  0.1

typedef struct Candidate {
    int64_t story;
    Time at;
    double weight;
} Candidate;

typedef struct Search {
    Store *store;
    Arena *arena;
    Str language;
    Cursor before;
    Candidate *items;
    size_t count;
} Search;

typedef struct TagWeight {
    int64_t tag;
    double weight;
    bool common;
} TagWeight;

static void add(Search *search, const Rows *rows, double weight)
{
    size_t n = search->count;

    if ((n & (n - 1)) == 0)
        search->items =
            arena_grow(search->arena, search->items, n * sizeof(Candidate),
                       (n ? n * 2 : 1) * sizeof(Candidate));
    search->items[n] = (Candidate){db_int(rows, 0), db_int(rows, 1), weight};
    search->count = n + 1;
}

static int by_story(const void *a, const void *b)
{
    const Candidate *x = a;
    const Candidate *y = b;

    return (x->story > y->story) - (x->story < y->story);
}

static int by_weight(const void *a, const void *b)
{
    const Candidate *x = a;
    const Candidate *y = b;

    if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
    if (x->at != y->at) return x->at < y->at ? 1 : -1;
    return by_story(b, a);
}

/* One entry a story, with the weights of all its keys. */
static void merge(Search *search)
{
    size_t kept = 0;

    if (!search->count) return;
    qsort(search->items, search->count, sizeof(Candidate), by_story);
    for (size_t i = 1; i < search->count; i++)
        if (search->items[i].story == search->items[kept].story)
            search->items[kept].weight += search->items[i].weight;
        else
            search->items[++kept] = search->items[i];
    search->count = kept + 1;
}

/* ---- tags ---- */

static Err weigh(Search *search, Str slug, TagWeight *out)
{
    Rows rows = db_query(search->store->db, QUERY_RELATED_WEIGHT,
                         ARGS(v_text(slug), v_text(search->language)));
    Err err = db_first(&rows);
    int64_t stories = err ? 0 : db_int(&rows, 1);
    int64_t all = err ? 0 : db_int(&rows, 2);

    if (!err)
        *out = (TagWeight){
            .tag = db_int(&rows, 0),
            .weight = log(((double)all + 1) / (double)(stories ? stories : 1)),
            .common = stories > COMMON_MAX ||
                      (stories > COMMON_MIN && stories * COMMON_SHARE > all),
        };
    if (db_done(&rows)) return rows.err;
    return err;
}

static int by_rareness(const void *a, const void *b)
{
    const TagWeight *x = a;
    const TagWeight *y = b;

    if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
    return (x->tag > y->tag) - (x->tag < y->tag);
}

static Err search_tags(Search *search, const TagWeight *tags, size_t count,
                       bool common)
{
    for (size_t i = 0; i < count && i < KEYS_MAX; i++) {
        Rows rows;

        if (tags[i].common != common) continue;
        rows = db_query(search->store->db, QUERY_RELATED_BY_TAG,
                        ARGS(v_text(search->language), v_int(tags[i].tag),
                             v_int(search->before.at),
                             v_int(search->before.number), v_int(KEY_ROWS)));
        while (db_next(&rows))
            add(search, &rows, tags[i].weight + TERM_WEIGHT * TERMS_MAX);
        if (db_done(&rows)) return rows.err;
    }
    merge(search);
    return ERR_OK;
}

/* ---- words ---- */

static Err search_term(Search *search, int64_t key, size_t *left)
{
    Rows rows =
        db_query(search->store->db, QUERY_RELATED_BY_TERM,
                 ARGS(v_int(key), v_int(search->before.at),
                      v_int(search->before.number), v_int((int64_t)*left)));

    while (db_next(&rows)) {
        add(search, &rows, TERM_WEIGHT);
        --*left;
    }
    return db_done(&rows);
}

/* The newest season up to this one in which the language has words. */
static Err find_season(Search *search, int64_t language, int64_t *season)
{
    int64_t key;
    Err err = db_number(search->store->db, QUERY_RELATED_SEASON,
                        ARGS(v_int(term_key(language, 0, 0)),
                             v_int(term_key(language, *season, UINT32_MAX))),
                        &key);

    if (!err) *season = key >> 32 & 0xFFFF;
    return err;
}

static Err search_terms(Search *search, const uint32_t *terms, size_t count)
{
    size_t left[TERMS_MAX];
    int64_t season = season_of(search->before.at);
    int64_t language;
    Err err = db_number(search->store->db, QUERY_PUBLIC_LANGUAGE,
                        ARGS(v_text(search->language)), &language);

    for (size_t i = 0; i < count; i++)
        left[i] = KEY_ROWS;
    for (int i = 0; !err && count && i < SEASONS; i++, season--) {
        err = find_season(search, language, &season);
        for (size_t t = 0; !err && t < count; t++)
            if (left[t])
                err = search_term(search, term_key(language, season, terms[t]),
                                  &left[t]);
    }
    if (err && err != ERR_NOT_FOUND) return err;
    merge(search);
    return ERR_OK;
}

/* ---- the choice ---- */

static bool is_left_out(const PublicStory *story, const PublicList *followers,
                        int64_t number)
{
    if (number == story->item.id.number || number == story->follows.number)
        return true;
    for (size_t i = 0; i < followers->count; i++)
        if (followers->items[i].id.number == number) return true;
    return false;
}

static Err leave_out(Search *search, const PublicStory *story)
{
    PublicList followers;
    size_t kept = 0;
    Err err = public_followers(search->store, search->arena, story->item.id,
                               &followers);

    if (err) return err;
    for (size_t i = 0; i < search->count; i++)
        if (!is_left_out(story, &followers, search->items[i].story))
            search->items[kept++] = search->items[i];
    search->count = kept;
    return ERR_OK;
}

static int newest_first(const void *a, const void *b)
{
    const PublicItem *x = a;
    const PublicItem *y = b;

    if (x->at != y->at) return x->at < y->at ? 1 : -1;
    return (x->id.number < y->id.number) - (x->id.number > y->id.number);
}

/* The heaviest ones. Whether a story whose time is unknown is an earlier one
 * nobody can say, so it is none. */
static Err take_items(Search *search, size_t max, PublicList *out)
{
    size_t room = search->count < max ? search->count : max;
    PublicList list = {.items = ARENA_ARRAY(search->arena, PublicItem, room)};

    if (!search->count) {
        *out = list;
        return ERR_OK;
    }
    qsort(search->items, search->count, sizeof(Candidate), by_weight);
    for (size_t i = 0; i < search->count; i++) {
        PublicItem item;
        Err err = public_item(search->store, search->arena,
                              (StoryId){search->items[i].story}, &item);

        if (err && err != ERR_NOT_FOUND) return err;
        if (err || !item.timed) continue;
        list.more = list.count == room;
        if (list.more) break;
        list.items[list.count++] = item;
    }
    qsort(list.items, list.count, sizeof *list.items, newest_first);
    *out = list;
    return ERR_OK;
}

static Err search_all(Search *search, const PublicStory *story,
                      const uint32_t *terms, size_t term_count, size_t max)
{
    TagWeight *tags = ARENA_ARRAY(search->arena, TagWeight, story->tags.count);
    size_t count = 0;
    Err err = ERR_OK;

    for (size_t i = 0; i < story->tags.count; i++) {
        err = weigh(search, story->tags.items[i].slug, &tags[count]);
        if (!err) count++;
        if (err && err != ERR_NOT_FOUND) return err;
    }
    qsort(tags, count, sizeof *tags, by_rareness);
    err = search_tags(search, tags, count, false);
    if (!err) err = leave_out(search, story);
    if (!err && search->count < max) {
        err = search_terms(search, terms,
                           term_count < TERMS_MAX ? term_count : TERMS_MAX);
        if (!err) err = leave_out(search, story);
    }
    if (!err && !search->count) {
        err = search_tags(search, tags, count, true);
        if (!err) err = leave_out(search, story);
    }
    return err;
}

Err public_related(Store *store, Arena *arena, const PublicStory *story,
                   const uint32_t *terms, size_t term_count, size_t max,
                   PublicList *out)
{
    Search search = {
        .store = store,
        .arena = arena,
        .language = story->item.language,
        .before = {story->item.at, story->item.id.number},
    };
    bool mine = !store->begun && store->side != STORE_WRITE;
    Err err = mine ? store_begin(store) : ERR_OK;

    if (err) return err;
    err = search_all(&search, story, terms, term_count, max);
    if (!err) err = take_items(&search, max, out);
    return mine ? store_end(store, err) : err;
}
