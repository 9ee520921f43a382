/* find.c -- which docs have what is looked for.  FTS5 reads its lists from the
 * newest end, so a page of hits costs what the page holds.  Of a frequent word
 * GIN would give half the archive: what is frequent is asked for in the newest
 * windows first, then in older and wider ones.  What is rare is asked for at
 * once. */
#include <math.h>
#include <stdlib.h>

#include "store/index.h"
#include "store/inside.h"
#include "store/windows.h"

#define QUERY_BYTES ((size_t)64 * 1024)
#define FEW         4    /* times the hits wanted: read at once */
#define COUNTED     2000 /* docs, to see how long ago a number of them was */
#define WINDOWS_MAX 8
#define NAMED_MAX   5   /* windows of one of many terms ... */
#define NAMED_FEW   10  /* ... as FEW, since a window is read whole, ... */
#define NAMED_AMPLE 1.1 /* ... as AMPLE, ... */
#define ROUNDS      4 /* ... and how often they are asked, older ones each time */
#define PARTS       3 /* expressions of a query */
#define AMPLE       2 /* times the docs in which enough hits are expected */
#define WIDER       8 /* times, when they were not */

/* ---- an expression in the words of the database ---- */

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
    int64_t *numbers; /* one of the three; of FTS5 alone */
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

/* A server gives them in no order. */
static void sort(Taking *taking, size_t from)
{
    size_t count = taking->count - from;

    if (!count) return;
    if (taking->items)
        qsort(taking->items + from, count, sizeof(IndexItem), items_by_doc);
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

/* Any of them, in words. */
static void put_windows(Buf *buf, Arena *arena, Windows windows)
{
    for (int64_t i = 0; i < windows.count; i++) {
        if (i) buf_putc(buf, '|');
        put_quoted(buf, window_term(arena, windows.level, windows.newest - i),
                   '\'');
    }
}

/* Adds to what was taken: older ones. */
static Err ask_windows(Store *store, Taking *taking, const Str *parts,
                       IndexSpan span, Windows windows)
{
    size_t from = taking->count;
    Buf within = buf_open(taking->arena, QUERY_BYTES);
    Rows rows;

    if (windows.level < 0)
        buf_puts(&within, parts[0]);
    else
        put_windows(&within, taking->arena, windows);
    rows = db_query(store->db,
                    taking->items ? QUERY_PG_FIND_ITEMS : QUERY_PG_FIND_PLACES,
                    ARGS(v_text(buf_str(&within)), v_text(parts[0]),
                         v_text(parts[1]), v_text(parts[2]), v_int(span.before),
                         v_int(span.since), v_int((int64_t)(span.max - from))));
    while (db_next(&rows))
        take(taking, &rows);
    sort(taking, from);
    return db_done(&rows);
}

static const Windows all_windows = {-1, 0, 1};

static int64_t low_of(const Windows *windows)
{
    return windows->newest - windows->count + 1;
}

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

/* The windows, at most so many, that hold the last seconds before that doc (the
 * first may lie half behind it); false when there are none so wide. */
static bool windows_of(int64_t before, double seconds, int most, Windows *out)
{
    int level = 0;

    while (level < LEVELS &&
           seconds > (most - 1) * (double)((int64_t)1 << level_bits(level)))
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
            !windows_of(span.before, seconds, WINDOWS_MAX, &windows))
            break;
        err = ask_windows(store, taking, parts, span, windows);
        if (err || taking->count == span.max) return err;
        since = low_of(&windows) << level_bits(windows.level);
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

/* ---- terms by themselves ---- */

/* What is asked of one term in a round. */
typedef struct Asked {
    size_t term;
    int64_t before;
    double docs; /* in which enough are expected */
    double seen; /* docs, with these */
    Windows windows;
} Asked;

typedef struct Naming {
    Store *store;
    Arena *arena;
    const IndexTerm *terms;
    IndexSpan span;
    double each; /* seconds between two docs, where the newest are */
    Asked *asked;
    size_t asked_count;
    size_t *counts; /* docs of each term so far */
    IndexNamed *out;
    size_t count;
} Naming;

static void add_named(Naming *naming, size_t term, int64_t doc)
{
    if (naming->counts[term] == naming->span.max) return;
    naming->out[naming->count++] = (IndexNamed){term, doc};
    naming->counts[term]++;
}

static Err name_lite(Naming *naming, size_t term)
{
    IndexAny any = {&naming->terms[term].term, 1};
    IndexQuery query = {&any, 1, NULL, 0};
    int64_t *docs = ARENA_ARRAY(naming->arena, int64_t, naming->span.max);
    Taking taking = {.arena = naming->arena, .numbers = docs};
    Err err = ask(naming->store, &taking, &query, naming->span);

    for (size_t i = 0; !err && i < taking.count; i++)
        add_named(naming, term, docs[i]);
    return err;
}

/* Windows in which the docs are expected to be enough; all there is for a term
 * of few stories. */
static void plan_windows(const Naming *naming, Asked *asked)
{
    double few = NAMED_FEW * (double)naming->span.max;

    if ((double)naming->terms[asked->term].stories <= few ||
        !windows_of(asked->before, asked->docs * naming->each, NAMED_MAX,
                    &asked->windows))
        asked->windows = all_windows;
}

static Err ask_round(Naming *naming)
{
    Buf terms = buf_open(naming->arena, QUERY_BYTES);
    Buf windows = buf_open(naming->arena, QUERY_BYTES);
    Buf before = buf_open(naming->arena, QUERY_BYTES);
    Rows rows;

    for (size_t i = 0; i < naming->asked_count; i++) {
        const Asked *asked = &naming->asked[i];

        if (i) buf_putc(&terms, '\n');
        if (i) buf_putc(&windows, '\n');
        put_quoted(&terms, naming->terms[asked->term].term, '\'');
        if (asked->windows.level < 0)
            put_quoted(&windows, naming->terms[asked->term].term, '\'');
        else
            put_windows(&windows, naming->arena, asked->windows);
        buf_printf(&before, "%c%lld", i ? ',' : '{', (long long)asked->before);
    }
    buf_putc(&before, '}');
    rows = db_query(naming->store->db, QUERY_PG_FIND_NAMED,
                    ARGS(v_text(buf_str(&terms)), v_text(buf_str(&windows)),
                         v_text(buf_str(&before)), v_int(naming->span.since),
                         v_int((int64_t)naming->span.max)));
    while (db_next(&rows)) {
        size_t place = (size_t)db_int(&rows, 0) - 1;

        if (place < naming->asked_count)
            add_named(naming, naming->asked[place].term, db_int(&rows, 1));
    }
    return db_done(&rows);
}

/* Those of which too few were found go on behind their windows: in as many docs
 * as hold the others, by what was found. */
static void keep_short(Naming *naming)
{
    size_t kept = 0;

    for (size_t i = 0; i < naming->asked_count; i++) {
        Asked asked = naming->asked[i];
        size_t found = naming->counts[asked.term];
        size_t wanted = naming->span.max - found;

        if (asked.windows.level < 0 || !wanted) continue;
        asked.before = low_of(&asked.windows)
                       << level_bits(asked.windows.level);
        asked.docs = asked.seen * wider(found, wanted);
        asked.seen += asked.docs;
        if (asked.before > naming->span.since) naming->asked[kept++] = asked;
    }
    naming->asked_count = kept;
}

static Err name_in_rounds(Naming *naming, size_t term_count)
{
    int64_t newest;
    int64_t all = 0;
    double seconds = 0;
    Err err = db_number(naming->store->db, QUERY_FIND_SAMPLE,
                        ARGS(v_int(naming->span.before), v_int(0)), &newest);

    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    err = index_count(naming->store, INDEX_EVERY, &all);
    if (!err) err = seconds_of(naming->store, newest + 1, COUNTED, &seconds);
    naming->each = seconds / COUNTED;
    for (size_t i = 0; i < term_count; i++) {
        double docs = NAMED_AMPLE * (double)naming->span.max * (double)all /
                      (double)naming->terms[i].stories;

        naming->asked[i] = (Asked){
            .term = i, .before = newest + 1, .docs = docs, .seen = docs};
    }
    naming->asked_count = term_count;
    for (int round = 1; !err && naming->asked_count && round <= ROUNDS;
         round++) {
        for (size_t i = 0; i < naming->asked_count; i++)
            plan_windows(naming, &naming->asked[i]);
        err = ask_round(naming);
        if (!err) keep_short(naming);
    }
    return err;
}

Err index_named(Store *store, Arena *arena, const IndexTerm *terms,
                size_t term_count, IndexSpan span, IndexNamed *out,
                size_t *count)
{
    Naming naming = {
        .store = store,
        .arena = arena,
        .terms = terms,
        .span = span,
        .asked = ARENA_ARRAY(arena, Asked, term_count),
        .counts = ARENA_ARRAY(arena, size_t, term_count),
        .out = out,
    };
    Err err = ERR_OK;

    for (size_t i = 0; i < term_count; i++)
        naming.counts[i] = 0;
    if (term_count && store_takes_turns(store))
        err = name_in_rounds(&naming, term_count);
    else
        for (size_t i = 0; !err && i < term_count; i++)
            err = name_lite(&naming, i);
    *count = naming.count;
    return err;
}
