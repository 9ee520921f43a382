/* check.c -- is the store whole?  The database looks at its pages, and this at
 * what they mean: that the public side is what the stories say, row for row. */
#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "store/inside.h"

typedef struct Check {
    Store *store;
    void (*say)(void *ctx, const char *what);
    void *ctx;
    bool wrong;
    Arena names;
    Map tags; /* of Known, by slug */
} Check;

/* Rows of a table, whatever their order. */
typedef struct Sum {
    int64_t rows;
    uint64_t digests;
} Sum;

static void PRINTF(2, 3) wrong(Check *check, const char *format, ...)
{
    char what[400];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    check->wrong = true;
    check->say(check->ctx, what);
}

/* Each row of these names a story with which something is wrong. */
static const struct {
    Query query;
    const char *what;
} by_story[] = {
    {QUERY_CHECK_VERSIONS, "does not have the versions it counts"},
    {QUERY_CHECK_UNLISTED, "is public and stands in no list"},
    {QUERY_CHECK_LISTED, "stands in the lists otherwise than it is"},
    {QUERY_CHECK_GONE, "and its notice of having gone do not agree"},
    {QUERY_CHECK_GONE_MORE, "has a notice of having gone, and has not"},
    {QUERY_CHECK_UNLOGGED, "is public without a change in the log"},
    {QUERY_CHECK_UNINDEXED, "is public and not in the full-text index"},
    {QUERY_CHECK_INDEXED, "is in the full-text index and not public"},
    {QUERY_CHECK_RELATED, "has related stories and is not public"},
    {QUERY_CHECK_ENTRIES, "has entries that do not follow one another"},
    {QUERY_CHECK_LISTED_PICTURES, "is not listed with its own picture"},
    {QUERY_CHECK_DUE, "is scheduled for no time, or with nothing to show"},
};

/* Each row of these names something by its texts. */
static const struct {
    Query query;
    const char *what;
    int columns;
} by_text[] = {
    {QUERY_CHECK_COUNTS, "the count of a tag's stories is wrong", 2},
    {QUERY_CHECK_TOTALS, "the count of a language's stories is wrong", 1},
    {QUERY_CHECK_FOLLOWS, "waits for a story that is here", 1},
};

static Err check_rows(Check *check)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < COUNT(by_story); i++) {
        Rows rows = db_query(check->store->db, by_story[i].query, NO_ARGS);

        while (db_next(&rows))
            wrong(check, "story %lld %s", (long long)db_int(&rows, 0),
                  by_story[i].what);
        err = db_done(&rows);
    }
    for (size_t i = 0; !err && i < COUNT(by_text); i++) {
        Rows rows = db_query(check->store->db, by_text[i].query, NO_ARGS);

        while (db_next(&rows)) {
            Str first = db_peek(&rows, 0);
            Str second = by_text[i].columns > 1 ? db_peek(&rows, 1) : S("");

            wrong(check, "%.*s %.*s: %s", STR_ARG(first), STR_ARG(second),
                  by_text[i].what);
        }
        err = db_done(&rows);
    }
    return err;
}

static Err check_references(Check *check)
{
    Rows rows = db_query(check->store->db, QUERY_CHECK_REFERENCES, NO_ARGS);

    while (db_next(&rows)) {
        Str table = db_peek(&rows, 0);
        Str other = db_peek(&rows, 2);

        wrong(check, "%.*s: row %lld names a row of %.*s that is missing",
              STR_ARG(table), (long long)db_int(&rows, 1), STR_ARG(other));
    }
    return db_done(&rows);
}

static Err check_head(Check *check)
{
    Rows rows = db_query(check->store->db, QUERY_CHECK_HEAD, NO_ARGS);
    Err err = db_first(&rows);

    if (err == ERR_NOT_FOUND)
        wrong(check, "the row of last numbers is missing");
    if (!err && db_int(&rows, 0) != db_int(&rows, 2))
        wrong(check, "the last number given is %lld, the last story %lld",
              (long long)db_int(&rows, 0), (long long)db_int(&rows, 2));
    if (!err && db_int(&rows, 1) != db_int(&rows, 3))
        wrong(check, "the last change given is %lld, the last one there %lld",
              (long long)db_int(&rows, 1), (long long)db_int(&rows, 3));
    if (!err && db_int(&rows, 3) != db_int(&rows, 4))
        wrong(check, "the log has %lld changes and numbers up to %lld",
              (long long)db_int(&rows, 4), (long long)db_int(&rows, 3));
    return db_done(&rows);
}

/* The rows that carry a digest of themselves; texts: which columns are. */
typedef struct Digested {
    Query query;
    size_t columns;
    uint32_t texts; /* bit of each, from the first */
    const char *what;
} Digested;

static const Digested digested[] = {
    {QUERY_CHECK_STORIES, STORY_COLUMNS, 1U << 1 | 1U << 16, "story"},
    {QUERY_CHECK_DIGESTS, VERSION_COLUMNS, 0xFFFFFFFFU << 11, "version"},
    {QUERY_CHECK_CHANGES, CHANGE_COLUMNS, 0, "change"},
    {QUERY_CHECK_PICTURE_DIGESTS, PICTURE_COLUMNS, 3U << 2, "picture"},
    {QUERY_CHECK_ENTRY_DIGESTS, ENTRY_COLUMNS, 0xFFFFFFFFU << 8, "entry"},
};

static bool is_as_saved(const Rows *rows, const Digested *table)
{
    Value columns[VERSION_COLUMNS];

    for (size_t i = 0; i < table->columns; i++)
        columns[i] = table->texts & 1U << i ? v_text(db_peek(rows, (int)i))
                                            : v_int(db_int(rows, (int)i));
    return row_digest(columns, table->columns) ==
           db_int(rows, (int)table->columns);
}

static Err check_digests(Check *check, const Digested *table)
{
    Rows rows = db_query(check->store->db, table->query, NO_ARGS);

    while (db_next(&rows)) {
        long long number = db_int(&rows, 0);

        if (is_as_saved(&rows, table)) continue;
        if (table->query == QUERY_CHECK_DIGESTS)
            wrong(check, "story %lld, version %lld is not as it was saved",
                  number / 65536, number % 65536);
        else if (table->query == QUERY_CHECK_PICTURE_DIGESTS)
            wrong(check,
                  "the picture of story %lld, version %lld is not as it was "
                  "saved",
                  number / 65536, number % 65536);
        else if (table->query == QUERY_CHECK_ENTRY_DIGESTS)
            wrong(check,
                  "story %lld, version %lld of entry %lld is not as it was "
                  "saved",
                  number, (long long)db_int(&rows, OF_ENTRY_VERSION),
                  (long long)db_int(&rows, OF_ENTRY_NUMBER));
        else
            wrong(check, "%s %lld is not as it was saved", table->what, number);
    }
    return db_done(&rows);
}

/* ---- tags: rows that stories should have ---- */

static void add_row(Sum *sum, Args row)
{
    sum->rows++;
    sum->digests += (uint64_t)row_digest(row.items, row.count);
}

static Err know_tags(Check *check)
{
    Rows rows = db_query(check->store->db, QUERY_CHECK_TAG_IDS, NO_ARGS);

    while (db_next(&rows)) {
        Known *tag = ARENA_NEW(&check->names, Known);

        *tag = (Known){.text = db_text(&rows, &check->names, 1),
                       .id = db_int(&rows, 0)};
        map_put(&check->tags, hash_table(tag->text), tag);
    }
    return db_done(&rows);
}

/* A public story, and what it should stand under. */
typedef struct Place {
    Value language, at, story;
    TagList tags;
} Place;

static Place read_place(const Rows *rows, Arena *arena)
{
    return (Place){
        .story = v_int(db_int(rows, 0)),
        .language = v_int(db_int(rows, 1)),
        .at = v_int(db_int(rows, 2)),
        .tags = tags_split(arena, db_text(rows, arena, 3)),
    };
}

static Err sum_place(Check *check, const Place *place, void *data)
{
    Sum *sum = data;

    for (size_t i = 0; i < place->tags.count; i++) {
        const Known *tag =
            map_get(&check->tags, hash_table(place->tags.items[i].slug));

        add_row(sum, ARGS(place->language, v_int(tag ? tag->id : 0), place->at,
                          place->story));
    }
    return ERR_OK;
}

/* Says what is missing, asking for each. */
static Err look_for_place(Check *check, const Place *place, void *data)
{
    long long story = place->story.number;
    int64_t there = 0;
    Err err = ERR_OK;

    (void)data;
    for (size_t i = 0; !err && i < place->tags.count; i++) {
        Str slug = place->tags.items[i].slug;

        err = db_number(
            check->store->db, QUERY_CHECK_TAG,
            ARGS(place->language, v_text(slug), place->at, place->story),
            &there);
        if (!err && !there)
            wrong(check, "story %lld does not stand under its tag %.*s", story,
                  STR_ARG(slug));
    }
    return err;
}

static Err each_place(Check *check,
                      Err (*each)(Check *, const Place *, void *data),
                      void *data)
{
    Arena arena = arena_open();
    Rows rows = db_query(check->store->db, QUERY_CHECK_PLACES, NO_ARGS);
    Err err = ERR_OK;
    Err end;

    while (!err && db_next(&rows)) {
        Place place = read_place(&rows, &arena);

        err = each(check, &place, data);
        arena_reset(&arena);
    }
    end = db_done(&rows);
    arena_close(&arena);
    return err ? err : end;
}

static Err sum_table(Check *check, Query query, size_t columns, Sum *sum)
{
    Rows rows = db_query(check->store->db, query, NO_ARGS);
    Value row[4];

    while (db_next(&rows)) {
        for (size_t i = 0; i < columns; i++)
            row[i] = v_int(db_int(&rows, (int)i));
        add_row(sum, (Args){row, columns});
    }
    return db_done(&rows);
}

static bool same_sum(const Sum *a, const Sum *b)
{
    return a->rows == b->rows && a->digests == b->digests;
}

/* Millions of rows: they are added up, and only when the sums differ is each
 * one asked for. */
static Err check_places(Check *check)
{
    Sum should = {0};
    Sum there = {0};
    Err err = know_tags(check);

    if (!err) err = each_place(check, sum_place, &should);
    if (!err) err = sum_table(check, QUERY_CHECK_TAG_ROWS, 4, &there);
    if (err || same_sum(&there, &should)) return err;
    err = each_place(check, look_for_place, NULL);
    if (there.rows > should.rows)
        wrong(check, "%lld rows of tags belong to no public story",
              (long long)(there.rows - should.rows));
    else
        wrong(check, "the rows of tags are not those of the public stories");
    return err;
}

Err store_check(Store *store, void (*say)(void *ctx, const char *what),
                void *ctx)
{
    Check check = {
        .store = store, .say = say, .ctx = ctx, .names = arena_open()};
    Err err = db_integrity(store->db, say, ctx);

    /* What means what in pages that are damaged is not worth asking. */
    if (!err) err = store_begin(store);
    if (err) {
        arena_close(&check.names);
        return err;
    }
    map_init(&check.tags);
    err = check_head(&check);
    if (!err) err = check_references(&check);
    if (!err) err = check_rows(&check);
    for (size_t i = 0; !err && i < COUNT(digested); i++)
        err = check_digests(&check, &digested[i]);
    if (!err) err = check_places(&check);
    if (err) wrong(&check, "it cannot be read: %s", store_reason(store));
    map_close(&check.tags);
    arena_close(&check.names);
    if (store_end(store, ERR_OK)) return ERR_STORE;
    return check.wrong ? ERR_STORE : ERR_OK;
}
