/* indexer.c -- a change says which story; what the index is to hold of it is
 * what is public of it now, so that doing a change twice, or one that others
 * have followed, equals once.  What it held until now is told by the version
 * that search_doc names: its words are made again, to be taken out.
 *
 * Counts of terms go by another cursor.  They change with each story in some
 * hundred rows, far apart; so those of many stories are gathered and written
 * at once.  After a stop between, they are counted again from their cursor. */
#include "search/indexer.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "search/docs.h"
#include "store/stories.h"

#define STEP_BYTES ((size_t)16 * 1024 * 1024) /* of memory, about */
#define COUNT_FEW  4000  /* terms that wait, while little is going on */
#define COUNT_MANY 40000 /* while much is */

typedef struct Count {
    Str term;
    int64_t stories;
} Count;

/* One story: what is taken out, what is put in. */
typedef struct IndexAct {
    int64_t drop; /* doc; 0: none */
    StrList drop_terms;
    bool puts;
    IndexWords put;
} IndexAct;

struct IndexStep {
    Str clear; /* the identity, when all is to be made anew; else empty */
    int64_t from, to;
    IndexAct acts[INDEX_STEP];
    size_t act_count;
    bool settles; /* the counts */
    int64_t counted_to;
    const Map *counts;
};

struct Indexer {
    const Str *languages;
    size_t language_count;
    Str identity;
    Analyst *analyst;
    Arena own; /* of the identity */
    Arena step_arena;
    IndexStep step;
    bool known;      /* the cursors are */
    int64_t indexed; /* cursor of the index, and ... */
    int64_t counted; /* ... up to where counts are in the store or wait */
    int64_t settled; /* ... and are in the store */
    Arena count_arena;
    Map counts; /* of Count; those that wait */
};

Indexer *indexer_open(const Str *languages, size_t count)
{
    Indexer *indexer = mem_zero(sizeof *indexer);

    indexer->languages = languages;
    indexer->language_count = count;
    indexer->own = arena_open();
    indexer->step_arena = arena_open();
    indexer->count_arena = arena_open();
    indexer->analyst = analyst_open(ANALYST_ALL);
    indexer->identity = analysis_identity(&indexer->own, languages, count);
    map_init(&indexer->counts);
    return indexer;
}

void indexer_warm(Indexer *indexer)
{
    Word word;

    for (size_t i = 0; i < indexer->language_count; i++) {
        analyst_begin(indexer->analyst, indexer->languages[i], S("a"));
        while (analyst_next(indexer->analyst, &word))
            ;
    }
}

void indexer_close(Indexer *indexer)
{
    if (!indexer) return;
    analyst_close(indexer->analyst);
    map_close(&indexer->counts);
    arena_close(&indexer->own);
    arena_close(&indexer->step_arena);
    arena_close(&indexer->count_arena);
    mem_free(indexer);
}

/* ---- counts ---- */

static void forget_counts(Indexer *indexer)
{
    map_close(&indexer->counts);
    map_init(&indexer->counts);
    arena_reset(&indexer->count_arena);
}

static void count_term(Indexer *indexer, Str term)
{
    uint64_t key = hash_table(term);
    Count *count = map_get(&indexer->counts, key);

    if (!count) {
        count = ARENA_NEW(&indexer->count_arena, Count);
        count->term = str_copy(&indexer->count_arena, term);
        map_put(&indexer->counts, key, count);
    }
    if (str_eq(count->term, term)) count->stories++;
}

static void count_words(Indexer *indexer, const IndexWords *words)
{
    for (size_t i = 0; i < words->terms.count; i++)
        count_term(indexer, words->terms.items[i]);
}

Analyst *indexer_analyst(Indexer *indexer)
{
    return indexer->analyst;
}

bool indexer_waits(const Indexer *indexer)
{
    return indexer->counts.count > 0;
}

int64_t indexer_counted(const Indexer *indexer)
{
    return indexer->settled;
}

int64_t indexer_change(const Indexer *indexer)
{
    return indexer->indexed;
}

/* ---- reading ---- */

static Err make_words(Indexer *indexer, Store *store, const Story *story,
                      int32_t number, IndexWords *out)
{
    Version version;
    Err err =
        versions_get(store, &indexer->step_arena, story->id, number, &version);

    if (!err)
        docs_words(indexer->analyst, &indexer->step_arena, story, &version,
                   out);
    return err;
}

/* A first publication counts, with the words it had. */
static Err count_change(Indexer *indexer, Store *store, const Change *change,
                        const Story *story, const IndexWords *now)
{
    IndexWords words;
    Err err;

    if (change->kind != CHANGE_PUBLISH || change->number <= indexer->counted)
        return ERR_OK;
    if (now && now->version == change->version) {
        count_words(indexer, now);
        return ERR_OK;
    }
    err = make_words(indexer, store, story, change->version, &words);
    if (!err) count_words(indexer, &words);
    return err;
}

/* What has to be done that the index holds what is public of the story. */
static Err plan_story(Indexer *indexer, Store *store, const Story *story,
                      IndexAct *act)
{
    bool is_public = story_is_public(story->state);
    IndexDoc doc;
    IndexWords old;
    Err err = index_of_story(store, &indexer->step_arena, story->id, &doc);
    bool there = !err;

    if (err && err != ERR_NOT_FOUND) return err;
    *act = (IndexAct){0};
    if (there && is_public && doc.version == story->public_version &&
        doc.doc <= index_doc(story->at))
        return ERR_OK;
    if (there) {
        err = make_words(indexer, store, story, doc.version, &old);
        if (err) return err;
        act->drop = doc.doc;
        act->drop_terms = old.terms;
    }
    if (!is_public) return ERR_OK;
    act->puts = true;
    return make_words(indexer, store, story, story->public_version, &act->put);
}

static bool is_new(const ChangeList *changes, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (changes->items[i].story.number == changes->items[at].story.number)
            return false;
    return true;
}

/* plans: it is the step's first change of its story. */
static Err follow_change(Indexer *indexer, Store *store, const Change *change,
                         bool plans)
{
    IndexStep *step = &indexer->step;
    IndexAct *act = &step->acts[step->act_count];
    const IndexWords *now = NULL;
    Story story;
    Err err = stories_get(store, &indexer->step_arena, change->story, &story);

    if (!err && plans) {
        err = plan_story(indexer, store, &story, act);
        if (!err && act->puts) now = &act->put;
        if (!err && (act->puts || act->drop)) step->act_count++;
    }
    return err ? err : count_change(indexer, store, change, &story, now);
}

static Err read_changes(Indexer *indexer, Store *store)
{
    IndexStep *step = &indexer->step;
    ChangeList changes;
    Err err = changes_after(store, &indexer->step_arena, step->from, INDEX_STEP,
                            &changes);

    for (size_t i = 0;
         !err && i < changes.count && indexer->step_arena.used < STEP_BYTES;
         i++) {
        const Change *change = &changes.items[i];

        if (change->story.number)
            err = follow_change(indexer, store, change, is_new(&changes, i));
        step->to = change->number;
    }
    if (!err && step->to > indexer->counted) indexer->counted = step->to;
    return err;
}

/* Stories that are in the index and not yet in the counts. */
static Err count_again(Indexer *indexer, Store *store)
{
    ChangeList changes;
    Err err = changes_after(store, &indexer->step_arena, indexer->counted,
                            INDEX_STEP, &changes);
    int64_t to = indexer->indexed;

    for (size_t i = 0; !err && i < changes.count; i++) {
        Story story;

        if (changes.items[i].number > indexer->indexed) break;
        if (changes.items[i].kind != CHANGE_PUBLISH) continue;
        err = stories_get(store, &indexer->step_arena, changes.items[i].story,
                          &story);
        if (!err)
            err = count_change(indexer, store, &changes.items[i], &story, NULL);
    }
    if (!err && changes.count == INDEX_STEP &&
        changes.items[INDEX_STEP - 1].number < to)
        to = changes.items[INDEX_STEP - 1].number;
    if (!err) indexer->counted = to;
    return err;
}

static Err read_cursors(Indexer *indexer, Store *store, Str *clear)
{
    Str identity;
    int64_t indexed;
    int64_t counted;
    Err err = index_identity(store, &indexer->step_arena, &identity);

    if (!err) err = cursor_get(store, INDEX_FOLLOWER, &indexed);
    if (!err) err = cursor_get(store, TERMS_FOLLOWER, &counted);
    if (err) return err;
    *clear = str_eq(identity, indexer->identity) ? (Str){0} : indexer->identity;
    if (clear->len) indexed = counted = 0; /* of another index, or of none */
    if (!indexer->known || indexed != indexer->indexed ||
        counted != indexer->settled) {
        forget_counts(indexer);
        indexer->indexed = indexed;
        indexer->settled = indexer->counted = counted;
        indexer->known = true;
    }
    return ERR_OK;
}

/* While much is going on more is written at once. */
static size_t most_to_wait(const IndexStep *step, bool settle)
{
    int64_t read = step->to - step->from;

    if (settle && !read) return 0;
    return read < INDEX_STEP / 4 ? COUNT_FEW : COUNT_MANY;
}

static Err read_all(Indexer *indexer, Store *store, bool settle)
{
    IndexStep *step = &indexer->step;
    Err err = read_cursors(indexer, store, &step->clear);

    step->from = step->to = indexer->indexed;
    if (err || step->clear.len) return err;
    while (!err && indexer->counted < indexer->indexed &&
           indexer->counts.count <= COUNT_MANY) {
        arena_reset(&indexer->step_arena);
        err = count_again(indexer, store);
    }
    if (!err && indexer->counted >= indexer->indexed)
        err = read_changes(indexer, store);
    if (err) return err;
    step->settles = indexer->counts.count > most_to_wait(step, settle) ||
                    (!indexer->counts.count && step->to > step->from);
    step->counted_to = indexer->counted;
    step->counts = &indexer->counts;
    return ERR_OK;
}

Err indexer_read(Indexer *indexer, Store *store, bool settle, IndexStep **out)
{
    IndexStep *step = &indexer->step;
    Err err;

    arena_reset(&indexer->step_arena);
    step->act_count = 0;
    step->settles = false;
    err = store_begin(store);
    if (err) return err;
    err = read_all(indexer, store, settle);
    err = store_end(store, err);
    if (err) {
        indexer->known = false; /* some may have been counted */
        return err;
    }
    *out =
        step->clear.len || step->settles || step->to > step->from ? step : NULL;
    return ERR_OK;
}

/* ---- writing ---- */

static bool is_taken(const int64_t *docs, size_t count, int64_t doc)
{
    for (size_t i = 0; i < count; i++)
        if (docs[i] == doc) return true;
    return false;
}

/* A doc for each story that is put: free in the store, and apart. */
static Err find_spots(Store *store, const IndexStep *step, int64_t *docs)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < step->act_count; i++) {
        int64_t doc = index_doc(step->acts[i].put.at);

        docs[i] = 0;
        if (!step->acts[i].puts) continue;
        err = index_spot(store, doc, &doc);
        while (!err && is_taken(docs, i, doc))
            err = index_spot(store, doc - 1, &doc);
        docs[i] = doc;
    }
    return err;
}

static Err write_acts(Store *store, Arena *arena, const IndexStep *step)
{
    int64_t docs[INDEX_STEP];
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < step->act_count; i++)
        if (step->acts[i].drop)
            err = index_drop(store, arena, step->acts[i].drop,
                             step->acts[i].drop_terms);
    if (!err) err = find_spots(store, step, docs);
    for (size_t i = 0; !err && i < step->act_count; i++) {
        IndexWords put = step->acts[i].put;

        if (!step->acts[i].puts) continue;
        put.doc = docs[i];
        err = index_put(store, arena, &put);
    }
    return err;
}

static Err write_counts(Store *store, const IndexStep *step)
{
    size_t at = 0;
    const Count *count;
    Err err = ERR_OK;

    while (!err && (count = map_next(step->counts, &at)))
        err = index_counted(store, count->term, count->stories);
    return err ? err : cursor_put(store, TERMS_FOLLOWER, step->counted_to);
}

/* Unless another has done so meanwhile. */
static Err clear_index(Store *store, Arena *arena, const IndexStep *step)
{
    Str identity;
    Err err = index_identity(store, arena, &identity);

    if (err) return err;
    if (str_eq(identity, step->clear)) return ERR_CONFLICT;
    return index_clear(store, arena, step->clear);
}

Err indexer_write(Store *store, Arena *arena, const IndexStep *step)
{
    int64_t stands;
    Err err = cursor_get(store, INDEX_FOLLOWER, &stands);

    if (err) return err;
    if (step->clear.len) return clear_index(store, arena, step);
    if (stands != step->from) return ERR_CONFLICT;
    err = write_acts(store, arena, step);
    if (!err && step->to > step->from)
        err = cursor_put(store, INDEX_FOLLOWER, step->to);
    if (!err && step->settles) err = write_counts(store, step);
    return err;
}

void indexer_wrote(Indexer *indexer, IndexStep *step, Err err)
{
    if (err || step->clear.len) {
        indexer->known = false;
        return;
    }
    indexer->indexed = step->to;
    if (!step->settles) return;
    indexer->settled = step->counted_to;
    forget_counts(indexer);
}
