/* index.c -- FTS5 reads its lists from the newest end, so a page of hits costs
 * what the page holds.  PostgreSQL's GIN gives all hits or none: of a frequent
 * word that is half the archive.  So there a doc has terms of its own for the
 * windows of time it lies in, four times as wide from one level to the next,
 * and what is frequent is asked for in the newest windows first, then in older
 * and wider ones.  What is rare is asked for at once. */
#include "store/index.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "store/inside.h"

#define QUERY_BYTES ((size_t)64 * 1024)
#define TERMS_BYTES ((size_t)4 * 1024 * 1024)
#define LEVELS      11
#define LEVEL_BITS  12 /* of the narrowest: an hour and eight minutes */
#define LEVEL_STEP  2
#define FEW         4    /* times the hits wanted: read at once */
#define COUNTED     2000 /* docs, to see how long ago a number of them was */
#define WINDOWS_MAX 8
#define PARTS       3 /* expressions of a query */
#define AMPLE       2 /* times the docs in which enough hits are expected */
#define WIDER       8 /* times, when they were not */

uint32_t index_place(Str term)
{
    uint32_t place = (uint32_t)hash_content(term).low & (INDEX_SAME - 1);

    return place ? place : 1;
}

/* ---- an expression in the words of the database ---- */

static int level_bits(int level)
{
    return LEVEL_BITS + LEVEL_STEP * level;
}

static Str window_term(Arena *arena, int level, int64_t window)
{
    return str_format(arena, "=%d:%lld", level, (long long)window);
}

static void put_quoted(Buf *buf, Str term, char quote)
{
    buf_putc(buf, quote);
    for (size_t i = 0; i < term.len; i++) {
        char c = term.ptr[i];

        if (c == quote || (c == '\\' && quote == '\'')) buf_putc(buf, c);
        buf_putc(buf, c);
    }
    buf_putc(buf, quote);
}

static void put_any(Buf *buf, const IndexAny *any, bool server)
{
    buf_putc(buf, '(');
    for (size_t i = 0; i < any->count; i++) {
        if (i) buf_puts(buf, server ? S(" | ") : S(" OR "));
        put_quoted(buf, any->terms[i], server ? '\'' : '"');
    }
    buf_putc(buf, ')');
}

/* Groups from..end - 1, and none of those that are not wanted. */
static Err put_query(Arena *arena, const IndexQuery *query, size_t from,
                     size_t end, bool server, Str *out)
{
    Buf buf = buf_open(arena, QUERY_BYTES);

    buf_putc(&buf, '(');
    for (size_t i = from; i < end; i++) {
        if (i > from) buf_puts(&buf, server ? S(" & ") : S(" AND "));
        put_any(&buf, &query->all[i], server);
    }
    buf_putc(&buf, ')');
    for (size_t i = 0; i < query->none_count; i++) {
        buf_puts(&buf, server ? S(" & !") : S(" NOT "));
        put_any(&buf, &query->none[i], server);
    }
    return buf_end(&buf, out);
}

/* An expression for each of the first groups, the last with all that are left;
 * where there are fewer groups, the first again. */
static Err put_parts(Arena *arena, const IndexQuery *query, Str *parts)
{
    IndexQuery wanted = {query->all, query->all_count, NULL, 0};
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < PARTS; i++) {
        size_t from = i < query->all_count ? i : 0;
        bool last = i == PARTS - 1;

        err = put_query(arena, last ? query : &wanted, from,
                        last && from ? query->all_count : from + 1, true,
                        &parts[i]);
    }
    return err;
}

/* ---- asking ---- */

/* What is done with a row of hits; the count so far. */
typedef struct Taking {
    Arena *arena;
    IndexItem *items;
    IndexDoc *docs;
    int64_t *numbers; /* one of the three */
    size_t count;
} Taking;

static void take(Taking *taking, const Rows *rows)
{
    size_t n = taking->count++;

    if (taking->items) {
        taking->items[n] = (IndexItem){
            .doc = db_int(rows, 0),
            .item = public_item_of(rows, taking->arena, 1),
        };
        return;
    }
    if (taking->numbers) {
        taking->numbers[n] = db_int(rows, 0);
        return;
    }
    taking->docs[n] = (IndexDoc){
        .doc = db_int(rows, 0),
        .story = {db_int(rows, 1)},
        .words = (int32_t)db_int(rows, 2),
        .places = db_text(rows, taking->arena, 3),
    };
}

static int items_by_doc(const void *a, const void *b)
{
    const IndexItem *x = a;
    const IndexItem *y = b;

    return (x->doc < y->doc) - (x->doc > y->doc);
}

static int docs_by_doc(const void *a, const void *b)
{
    const IndexDoc *x = a;
    const IndexDoc *y = b;

    return (x->doc < y->doc) - (x->doc > y->doc);
}

static int numbers_by_doc(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x < y) - (x > y);
}

/* A server gives them in no order. */
static void sort(Taking *taking, size_t from)
{
    size_t count = taking->count - from;

    if (!count) return;
    if (taking->items)
        qsort(taking->items + from, count, sizeof(IndexItem), items_by_doc);
    else if (taking->numbers)
        qsort(taking->numbers + from, count, sizeof(int64_t), numbers_by_doc);
    else
        qsort(taking->docs + from, count, sizeof(IndexDoc), docs_by_doc);
}

static Err ask_lite(Store *store, Taking *taking, Str expression,
                    IndexSpan span)
{
    Rows rows = db_query(store->db,
                         taking->items     ? QUERY_LITE_FIND_ITEMS
                         : taking->numbers ? QUERY_LITE_FIND_DOCS
                                           : QUERY_LITE_FIND_PLACES,
                         ARGS(v_text(expression), v_int(span.before),
                              v_int(span.since), v_int((int64_t)span.max)));

    while (db_next(&rows))
        take(taking, &rows);
    return db_done(&rows);
}

/* Windows that follow one another, newest..newest - count + 1; level -1: all
 * there is. */
typedef struct Windows {
    int level;
    int64_t newest, count;
} Windows;

/* Adds to what was taken: older ones. */
static Err ask_windows(Store *store, Taking *taking, const Str *parts,
                       IndexSpan span, Windows windows)
{
    size_t from = taking->count;
    Rows rows = db_query(
        store->db,
        taking->items     ? QUERY_PG_FIND_ITEMS
        : taking->numbers ? QUERY_PG_FIND_DOCS
                          : QUERY_PG_FIND_PLACES,
        ARGS(v_text(parts[0]), v_text(parts[1]), v_text(parts[2]),
             v_int(span.before), v_int(span.since),
             v_int((int64_t)(span.max - from)), v_int(windows.level),
             v_int(windows.newest - windows.count + 1), v_int(windows.newest)));

    while (db_next(&rows))
        take(taking, &rows);
    sort(taking, from);
    return db_done(&rows);
}

static const Windows all_windows = {-1, 0, 1};

/* What is guessed of a query. */
typedef struct Guess {
    double hits; /* stories with all of its terms */
    double all;  /* stories */
} Guess;

typedef struct TermGroup {
    IndexAny any;
    int64_t stories; /* with one of its terms, at most */
} TermGroup;

static int by_stories(const void *a, const void *b)
{
    const TermGroup *x = a;
    const TermGroup *y = b;

    return (x->stories > y->stories) - (x->stories < y->stories);
}

/* Words that are asked for together stand together more often than by chance,
 * and less often than the rarest of them: in the middle, as ratios go. */
static Guess guess(const TermGroup *groups, size_t count, int64_t all)
{
    double shares = 1; /* of all that have each, multiplied */
    double rarest = (double)all;

    if (!all) return (Guess){0};
    for (size_t i = 0; i < count; i++) {
        double stories = (double)groups[i].stories;

        if (stories < rarest) rarest = stories;
        if (stories < (double)all) shares *= stories / (double)all;
    }
    return (Guess){sqrt(rarest * shares * (double)all), (double)all};
}

/* All terms of the query, and behind them INDEX_EVERY. */
static const Str *all_terms(Arena *arena, const IndexQuery *query,
                            size_t *count)
{
    Str *terms;
    size_t n = 1;

    for (size_t i = 0; i < query->all_count; i++)
        n += query->all[i].count;
    terms = ARENA_ARRAY(arena, Str, n);
    *count = n;
    n = 0;
    for (size_t i = 0; i < query->all_count; i++)
        for (size_t k = 0; k < query->all[i].count; k++)
            terms[n++] = query->all[i].terms[k];
    terms[n] = INDEX_EVERY;
    return terms;
}

/* The query's groups with the rarest first, and what is guessed. */
static Err arrange(Store *store, Arena *arena, IndexQuery *query, Guess *out)
{
    size_t count = query->all_count;
    TermGroup *groups = ARENA_ARRAY(arena, TermGroup, count);
    IndexAny *sorted = ARENA_ARRAY(arena, IndexAny, count);
    size_t term_count;
    const Str *terms = all_terms(arena, query, &term_count);
    int64_t *stories = ARENA_ARRAY(arena, int64_t, term_count);
    Err err = index_counts(store, arena, terms, term_count, stories);
    size_t n = 0;

    if (err) return err;
    for (size_t i = 0; i < count; i++) {
        groups[i] = (TermGroup){.any = query->all[i]};
        for (size_t k = 0; k < query->all[i].count; k++)
            groups[i].stories += stories[n++];
    }
    qsort(groups, count, sizeof *groups, by_stories);
    for (size_t i = 0; i < count; i++)
        sorted[i] = groups[i].any;
    query->all = sorted;
    *out = guess(groups, count, stories[n]);
    return ERR_OK;
}

/* Docs in which so many hits are expected, and as many again. */
static double docs_for(const Guess *guess, size_t hits)
{
    return AMPLE * (double)hits * guess->all / guess->hits;
}

/* The seconds in which the last so many docs before that one lie: counted up to
 * COUNTED of them, farther back as if it went on like that. */
static Err seconds_of(Store *store, int64_t before, double docs,
                      double *seconds)
{
    double counted = docs < COUNTED ? docs : COUNTED;
    int64_t last;
    Err err = db_number(store->db, QUERY_FIND_SAMPLE,
                        ARGS(v_int(before), v_int((int64_t)counted)), &last);

    if (err == ERR_NOT_FOUND) {
        *seconds = (double)before; /* there are fewer */
        return ERR_OK;
    }
    if (!err) *seconds = (double)(before - last) * (docs / counted);
    return err;
}

/* The windows that hold the last so many seconds before that doc; false when
 * these are more than windows are made for. */
static bool windows_of(int64_t before, double seconds, Windows *out)
{
    int level = 0;
    double most = WINDOWS_MAX - 1; /* windows; the first may lie half before */

    while (level < LEVELS &&
           seconds > most * (double)((int64_t)1 << level_bits(level)))
        level++;
    if (level == LEVELS) return false;
    out->level = level;
    out->newest = (before - 1) >> level_bits(level);
    out->count =
        (int64_t)(seconds / (double)((int64_t)1 << level_bits(level))) + 1;
    return true;
}

/* How many times as many docs, by what was found of what is wanted. */
static double wider(size_t found, size_t wanted)
{
    double factor = found ? AMPLE * (double)wanted / (double)found : WIDER;

    return factor > WIDER ? WIDER : factor;
}

/* Older and wider windows, as long as there are too few hits; at last all there
 * is.  Where the docs lie is not guessed: a night is quiet, an archive that was
 * brought in ends years before the first story of its new owner. */
static Err ask_newest(Store *store, Taking *taking, const Str *parts,
                      IndexSpan span, const Guess *guess)
{
    double docs = docs_for(guess, span.max);
    int64_t newest;
    Err err = db_number(store->db, QUERY_FIND_SAMPLE,
                        ARGS(v_int(span.before), v_int(0)), &newest);

    if (!err) span.before = newest + 1;
    while (!err && docs < guess->all) {
        Windows windows;
        double seconds;
        int64_t since;

        err = seconds_of(store, span.before, docs, &seconds);
        if (err) return err;
        if (seconds >= (double)(span.before - span.since) ||
            !windows_of(span.before, seconds, &windows))
            break;
        err = ask_windows(store, taking, parts, span, windows);
        if (err || taking->count == span.max) return err;
        since = (windows.newest - windows.count + 1)
                << level_bits(windows.level);
        if (since <= span.since) return ERR_OK;
        span.before = since;
        if ((double)taking->count * guess->all <= FEW * (double)span.max * docs)
            break; /* fewer than was guessed */
        docs *= wider(taking->count, span.max);
    }
    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    return ask_windows(store, taking, parts, span, all_windows);
}

static Err ask_server(Store *store, Taking *taking, const IndexQuery *query,
                      IndexSpan span)
{
    Str parts[PARTS];
    IndexQuery arranged = *query;
    Guess guessed;
    Err err = arrange(store, taking->arena, &arranged, &guessed);

    if (!err) err = put_parts(taking->arena, &arranged, parts);
    if (err) return err;
    if (guessed.hits <= FEW * (double)span.max)
        return ask_windows(store, taking, parts, span, all_windows);
    return ask_newest(store, taking, parts, span, &guessed);
}

static Err ask(Store *store, Taking *taking, const IndexQuery *query,
               IndexSpan span)
{
    Str expression;
    Err err;

    if (store_takes_turns(store)) return ask_server(store, taking, query, span);
    err = put_query(taking->arena, query, 0, query->all_count, false,
                    &expression);
    return err ? err : ask_lite(store, taking, expression, span);
}

Err index_items(Store *store, Arena *arena, const IndexQuery *query,
                IndexSpan span, IndexItems *out)
{
    Taking taking = {.arena = arena,
                     .items = ARENA_ARRAY(arena, IndexItem, span.max)};
    Err err = ask(store, &taking, query, span);

    if (!err) *out = (IndexItems){taking.items, taking.count};
    return err;
}

Err index_docs(Store *store, Arena *arena, const IndexQuery *query,
               IndexSpan span, IndexDocs *out)
{
    Taking taking = {.arena = arena,
                     .docs = ARENA_ARRAY(arena, IndexDoc, span.max)};
    Err err = ask(store, &taking, query, span);

    if (!err) *out = (IndexDocs){taking.docs, taking.count};
    return err;
}

Err index_numbers(Store *store, Arena *arena, const IndexQuery *query,
                  IndexSpan span, int64_t *out, size_t *count)
{
    Taking taking = {.arena = arena, .numbers = out};
    Err err = ask(store, &taking, query, span);

    *count = taking.count;
    return err;
}

Err index_item(Store *store, Arena *arena, int64_t doc, PublicItem *out)
{
    Rows rows = db_query(store->db, QUERY_FIND_ITEM, ARGS(v_int(doc)));
    Err err = db_first(&rows);
    Err end;

    if (!err) *out = public_item_of(&rows, arena, 0);
    end = db_done(&rows);
    return err ? err : end;
}

Err index_of_story(Store *store, Arena *arena, StoryId story, IndexDoc *out)
{
    Rows rows =
        db_query(store->db, QUERY_FIND_OF_STORY, ARGS(v_int(story.number)));
    IndexDoc doc = {.story = story};
    Err err = db_first(&rows);
    Err end;

    if (!err) {
        doc.doc = db_int(&rows, 0);
        doc.version = (int32_t)db_int(&rows, 1);
        doc.words = (int32_t)db_int(&rows, 2);
        doc.places = db_text(&rows, arena, 3);
    }
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = doc;
    return ERR_OK;
}

Err index_body(Store *store, Arena *arena, StoryId story, Html *out)
{
    Rows rows = db_query(store->db, QUERY_FIND_BODY, ARGS(v_int(story.number)));
    Html body = {0};
    Err err = db_first(&rows);
    Err end;

    if (!err) body.markup = db_text(&rows, arena, 0);
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = body;
    return ERR_OK;
}

Err index_count(Store *store, Str term, int64_t *out)
{
    int64_t count = 0;
    Err err =
        db_number(store->db, QUERY_FIND_COUNT, ARGS(v_text(term)), &count);

    if (err && err != ERR_NOT_FOUND) return err;
    *out = count;
    return ERR_OK;
}

static Err counts_at_once(Store *store, Arena *arena, const Str *terms,
                          size_t count, int64_t *out)
{
    Buf buf = buf_open(arena, TERMS_BYTES);
    Rows rows;
    Str text;
    Err err;

    for (size_t i = 0; i < count; i++) {
        if (i) buf_putc(&buf, ' ');
        buf_puts(&buf, terms[i]);
    }
    err = buf_end(&buf, &text);
    if (err) return err;
    rows = db_query(store->db, QUERY_PG_FIND_COUNTS, ARGS(v_text(text)));
    while (db_next(&rows)) {
        int64_t place = db_int(&rows, 0);

        if (place >= 1 && (size_t)place <= count)
            out[place - 1] = db_int(&rows, 1);
    }
    return db_done(&rows);
}

Err index_counts(Store *store, Arena *arena, const Str *terms, size_t count,
                 int64_t *out)
{
    Err err = ERR_OK;

    for (size_t i = 0; i < count; i++)
        out[i] = 0;
    if (store_takes_turns(store))
        return counts_at_once(store, arena, terms, count, out);
    for (size_t i = 0; !err && i < count; i++)
        err = index_count(store, terms[i], &out[i]);
    return err;
}

/* Before which everything stands that begins like that. */
static Str end_of(Arena *arena, Str beginning)
{
    return str_format(arena, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(beginning));
}

Err index_terms_like(Store *store, Arena *arena, Str beginning, size_t max,
                     StrList *out)
{
    StrList list = {0};
    Rows rows =
        db_query(store->db, QUERY_FIND_TERMS_BETWEEN,
                 ARGS(v_text(beginning), v_text(end_of(arena, beginning)),
                      v_int((int64_t)max)));
    Err err;

    while (db_next(&rows))
        strs_add(&list, arena, db_text(&rows, arena, 0));
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err index_tags_like(Store *store, Arena *arena, Str language, Str beginning,
                    size_t max, TagList *out)
{
    TagList list = {ARENA_ARRAY(arena, Tag, max), 0};
    Rows rows =
        db_query(store->db, QUERY_FIND_TAGS_BETWEEN,
                 ARGS(v_text(language), v_text(beginning),
                      v_text(end_of(arena, beginning)), v_int((int64_t)max)));
    Err err;

    while (db_next(&rows))
        list.items[list.count++] = (Tag){.slug = db_text(&rows, arena, 0),
                                         .name = db_text(&rows, arena, 1)};
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

/* ---- writing ---- */

static Err terms_text(Store *store, Arena *arena, int64_t doc, StrList terms,
                      Str *out)
{
    Buf buf = buf_open(arena, TERMS_BYTES);

    if (!store_takes_turns(store)) {
        for (size_t i = 0; i < terms.count; i++) {
            if (i) buf_putc(&buf, ' ');
            buf_puts(&buf, terms.items[i]);
        }
        return buf_end(&buf, out);
    }
    for (size_t i = 0; i < terms.count; i++) {
        put_quoted(&buf, terms.items[i], '\'');
        buf_putc(&buf, ' ');
    }
    for (int level = 0; level < LEVELS; level++) {
        put_quoted(&buf, window_term(arena, level, doc >> level_bits(level)),
                   '\'');
        buf_putc(&buf, ' ');
    }
    return buf_end(&buf, out);
}

Err index_spot(Store *store, int64_t wanted, int64_t *doc)
{
    return db_number(store->db, QUERY_INDEX_SPOT, ARGS(v_int(wanted)), doc);
}

/* FTS5 is a table of its own beside search_doc. */
static Err tell_fts(Store *store, Query query, int64_t doc, Str terms)
{
    return store_takes_turns(store)
               ? ERR_OK
               : db_run(store->db, query, ARGS(v_int(doc), v_text(terms)));
}

Err index_put(Store *store, Arena *arena, const IndexWords *words)
{
    Str terms;
    Err err = terms_text(store, arena, words->doc, words->terms, &terms);

    if (!err)
        err = db_run(store->db, QUERY_INDEX_ADD,
                     ARGS(v_int(words->doc), v_int(words->story.number),
                          v_int(words->version), v_int(words->words),
                          v_bytes(words->places), v_text(terms)));
    return err ? err : tell_fts(store, QUERY_LITE_INDEX_ADD, words->doc, terms);
}

Err index_drop(Store *store, Arena *arena, int64_t doc, StrList terms)
{
    Str text;
    Err err = terms_text(store, arena, doc, terms, &text);

    if (!err) err = tell_fts(store, QUERY_LITE_INDEX_DROP, doc, text);
    return err ? err : db_run(store->db, QUERY_INDEX_DROP, ARGS(v_int(doc)));
}

Err index_counted(Store *store, Str term, int64_t stories)
{
    return db_run(store->db, QUERY_INDEX_TERM_ADD,
                  ARGS(v_text(term), v_int(stories)));
}

#define IDENTITY S("search")

Err index_identity(Store *store, Arena *arena, Str *out)
{
    return store_fact(store, arena, IDENTITY, out);
}

Err index_clear(Store *store, Str identity)
{
    Err err = db_run(store->db, QUERY_INDEX_CLEAR, NO_ARGS);

    if (!err && !store_takes_turns(store))
        err = db_run(store->db, QUERY_LITE_INDEX_CLEAR, NO_ARGS);
    if (!err) err = db_run(store->db, QUERY_INDEX_CLEAR_COUNTS, NO_ARGS);
    if (!err) err = cursor_put(store, INDEX_FOLLOWER, 0);
    if (!err) err = cursor_put(store, TERMS_FOLLOWER, 0);
    if (err) return err;
    return db_run(store->db, QUERY_FACT_PUT,
                  ARGS(v_text(IDENTITY), v_text(identity)));
}
