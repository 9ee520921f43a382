/* index.c -- FTS5 reads its lists from the newest end, so a page of hits costs
 * what the page holds.  PostgreSQL's GIN gives all hits or none: of a frequent
 * word that is half the archive.  So there a doc has terms of its own for the
 * windows of time it lies in, eight times as wide from one level to the next,
 * and a frequent word is asked for together with the newest windows first, then
 * with wider ones.  A rare one is asked for alone. */
#include "store/index.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "store/inside.h"

#define QUERY_BYTES ((size_t)64 * 1024)
#define TERMS_BYTES ((size_t)4 * 1024 * 1024)
#define LEVELS      7
#define LEVEL_BITS  12 /* of the narrowest: an hour and eight minutes */
#define LEVEL_STEP  3
#define RARE        400 /* stories with a term: few enough to be read at once */
#define COUNTED     6000 /* docs, to see how long ago a number of them was */
#define WINDOWS_MAX 20
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

/* windows: NULL, or one more that must be met. */
static Err put_query(Arena *arena, const IndexQuery *query,
                     const IndexAny *windows, bool server, Str *out)
{
    Buf buf = buf_open(arena, QUERY_BYTES);

    buf_putc(&buf, '(');
    for (size_t i = 0; i < query->all_count; i++) {
        if (i) buf_puts(&buf, server ? S(" & ") : S(" AND "));
        put_any(&buf, &query->all[i], server);
    }
    if (windows) {
        buf_puts(&buf, S(" & "));
        put_any(&buf, windows, server);
    }
    buf_putc(&buf, ')');
    for (size_t i = 0; i < query->none_count; i++) {
        buf_puts(&buf, server ? S(" & !") : S(" NOT "));
        put_any(&buf, &query->none[i], server);
    }
    return buf_end(&buf, out);
}

/* ---- asking ---- */

/* What is done with a row of hits; the count so far. */
typedef struct Taking {
    Arena *arena;
    IndexItem *items;
    IndexDoc *docs; /* one of the two */
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

/* A server gives them in no order. */
static void sort(Taking *taking)
{
    if (taking->items)
        qsort(taking->items, taking->count, sizeof(IndexItem), items_by_doc);
    else
        qsort(taking->docs, taking->count, sizeof(IndexDoc), docs_by_doc);
}

static Err ask(Store *store, Taking *taking, Str expression, IndexSpan span)
{
    Rows rows = db_query(store->db,
                         taking->items ? QUERY_FIND_ITEMS : QUERY_FIND_PLACES,
                         ARGS(v_text(expression), v_int(span.before),
                              v_int(span.since), v_int((int64_t)span.max)));

    taking->count = 0;
    while (db_next(&rows))
        take(taking, &rows);
    sort(taking);
    return db_done(&rows);
}

/* How many stories can have all that is asked for, at most. */
static Err rarest(Store *store, const IndexQuery *query, int64_t *out)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < query->all_count; i++) {
        int64_t sum = 0;

        for (size_t k = 0; k < query->all[i].count; k++) {
            int64_t count;
            Err err = index_count(store, query->all[i].terms[k], &count);

            if (err) return err;
            sum += count;
        }
        if (sum < least) least = sum;
    }
    *out = least;
    return ERR_OK;
}

/* The seconds in which the last so many docs up to newest lie: counted up to
 * COUNTED of them, farther back as if it went on like that. */
static Err seconds_of(Store *store, int64_t newest, double docs,
                      double *seconds)
{
    double counted = docs < COUNTED ? docs : COUNTED;
    int64_t last;
    Err err = db_number(store->db, QUERY_FIND_SAMPLE,
                        ARGS(v_int(newest), v_int((int64_t)counted)), &last);

    if (err == ERR_NOT_FOUND) {
        *seconds = (double)newest; /* there are fewer */
        return ERR_OK;
    }
    if (!err) *seconds = (double)(newest - last + 1) * (docs / counted);
    return err;
}

/* The windows that hold the last so many seconds up to newest; false when these
 * are more than windows are made for. */
static bool windows_of(Arena *arena, int64_t newest, double seconds, Str *terms,
                       size_t *count)
{
    int level = 0;
    int bits;

    while (level < LEVELS - 1 &&
           seconds > (double)(WINDOWS_MAX - 2) *
                         (double)((int64_t)1 << level_bits(level)))
        level++;
    bits = level_bits(level);
    if (seconds > (double)(WINDOWS_MAX - 2) * (double)((int64_t)1 << bits))
        return false;
    *count = (size_t)(seconds / (double)((int64_t)1 << bits)) + 2;
    for (size_t i = 0; i < *count; i++)
        terms[i] = window_term(arena, level, (newest >> bits) - (int64_t)i);
    return true;
}

static Err ask_windows(Store *store, Taking *taking, const IndexQuery *query,
                       IndexSpan span, const IndexAny *windows)
{
    Str expression;
    Err err = put_query(taking->arena, query, windows, true, &expression);

    return err ? err : ask(store, taking, expression, span);
}

/* How much wider, by what was found of what is wanted. */
static double wider(size_t found, size_t wanted)
{
    double factor = found ? AMPLE * (double)wanted / (double)found : WIDER;

    return factor > WIDER ? WIDER : factor;
}

/* Wider and wider windows, as long as they give too few; at last all there is.
 * Where the docs lie is not guessed: a night is quiet, an archive that was
 * brought in ends years before the first story of its new owner. */
static Err ask_newest(Store *store, Taking *taking, const IndexQuery *query,
                      IndexSpan span, int64_t most, int64_t all)
{
    double docs = AMPLE * (double)span.max * (double)all / (double)most;
    Str terms[WINDOWS_MAX];
    IndexAny windows = {terms, 0};
    int64_t newest;
    int64_t oldest;
    double seconds;
    Err err = db_number(store->db, QUERY_FIND_SAMPLE,
                        ARGS(v_int(span.before), v_int(0)), &newest);

    taking->count = 0;
    if (!err)
        err = db_number(store->db, QUERY_FIND_OLDEST, ARGS(v_int(span.since)),
                        &oldest);
    for (; !err && docs < (double)all; docs *= wider(taking->count, span.max)) {
        err = seconds_of(store, newest, docs, &seconds);
        if (err) return err;
        if (seconds >= (double)(newest - oldest) ||
            !windows_of(taking->arena, newest, seconds, terms, &windows.count))
            break;
        err = ask_windows(store, taking, query, span, &windows);
        if (err || taking->count == span.max) return err;
    }
    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    return ask_windows(store, taking, query, span, NULL);
}

static Err ask_server(Store *store, Taking *taking, const IndexQuery *query,
                      IndexSpan span)
{
    int64_t most;
    int64_t all = 0;
    Err err = rarest(store, query, &most);

    if (!err) err = index_count(store, INDEX_EVERY, &all);
    if (err) return err;
    if (most <= RARE) return ask_windows(store, taking, query, span, NULL);
    return ask_newest(store, taking, query, span, most, all);
}

static Err ask_any(Store *store, Taking *taking, const IndexQuery *query,
                   IndexSpan span)
{
    Str expression;
    Err err;

    if (store_takes_turns(store)) return ask_server(store, taking, query, span);
    err = put_query(taking->arena, query, NULL, false, &expression);
    return err ? err : ask(store, taking, expression, span);
}

Err index_items(Store *store, Arena *arena, const IndexQuery *query,
                IndexSpan span, IndexItems *out)
{
    Taking taking = {.arena = arena,
                     .items = ARENA_ARRAY(arena, IndexItem, span.max)};
    Err err = ask_any(store, &taking, query, span);

    if (!err) *out = (IndexItems){taking.items, taking.count};
    return err;
}

Err index_docs(Store *store, Arena *arena, const IndexQuery *query,
               IndexSpan span, IndexDocs *out)
{
    Taking taking = {.arena = arena,
                     .docs = ARENA_ARRAY(arena, IndexDoc, span.max)};
    Err err = ask_any(store, &taking, query, span);

    if (!err) *out = (IndexDocs){taking.docs, taking.count};
    return err;
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
