/* index.c -- the tables of the index, and what is asked of one doc or term. */
#include "store/index.h"

#include "base/hash.h"
#include "store/inside.h"
#include "store/related.h"
#include "store/windows.h"

#define TERMS_BYTES ((size_t)4 * 1024 * 1024)

uint32_t index_place(Str term)
{
    uint32_t place = (uint32_t)hash_content(term).low & (INDEX_SAME - 1);

    return place ? place : 1;
}

/* ---- asking ---- */

static void read_line(const Rows *rows, Arena *arena, int at, IndexLine *out)
{
    *out = (IndexLine){.there = true,
                       .follows = db_int(rows, at),
                       .item = public_item_of(rows, arena, at + 1)};
}

static Err lines_at_once(Store *store, Arena *arena, const int64_t *docs,
                         size_t count, IndexLine *out)
{
    Rows rows = db_query(store->db, QUERY_PG_FIND_LINES,
                         ARGS(v_text(numbers_array(arena, docs, count))));

    while (db_next(&rows))
        for (size_t i = 0; i < count; i++)
            if (docs[i] == db_int(&rows, 0))
                read_line(&rows, arena, 1, &out[i]);
    return db_done(&rows);
}

static Err read_one_line(Store *store, Arena *arena, int64_t doc,
                         IndexLine *out)
{
    Rows rows = db_query(store->db, QUERY_FIND_ITEM, ARGS(v_int(doc)));

    if (db_next(&rows)) read_line(&rows, arena, 0, out);
    return db_done(&rows);
}

Err index_lines(Store *store, Arena *arena, const int64_t *docs, size_t count,
                IndexLine *out)
{
    Err err = ERR_OK;

    for (size_t i = 0; i < count; i++)
        out[i] = (IndexLine){0};
    if (store_takes_turns(store))
        return lines_at_once(store, arena, docs, count, out);
    for (size_t i = 0; !err && i < count; i++)
        err = read_one_line(store, arena, docs[i], &out[i]);
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

static Err read_bodies(Rows *rows, Arena *arena, const StoryId *stories,
                       size_t count, IndexBody *out)
{
    while (db_next(rows))
        for (size_t i = 0; i < count; i++)
            if (stories[i].number == db_int(rows, 0))
                out[i] = (IndexBody){.there = true,
                                     .body = {db_text(rows, arena, 1)},
                                     .indexed = (int32_t)db_int(rows, 2),
                                     .places = db_text(rows, arena, 3)};
    return db_done(rows);
}

static Err bodies_at_once(Store *store, Arena *arena, const StoryId *stories,
                          size_t count, IndexBody *out)
{
    Str numbers = stories_array(arena, stories, count);
    Rows rows =
        db_query(store->db, QUERY_PG_FIND_BODIES, ARGS(v_text(numbers)));

    return read_bodies(&rows, arena, stories, count, out);
}

static Err read_one_body(Store *store, Arena *arena, const StoryId *story,
                         IndexBody *out)
{
    Rows rows =
        db_query(store->db, QUERY_FIND_BODY, ARGS(v_int(story->number)));

    return read_bodies(&rows, arena, story, 1, out);
}

Err index_bodies(Store *store, Arena *arena, const StoryId *stories,
                 size_t count, IndexBody *out)
{
    Err err = ERR_OK;

    for (size_t i = 0; i < count; i++)
        out[i] = (IndexBody){0};
    if (count && store_takes_turns(store))
        return bodies_at_once(store, arena, stories, count, out);
    for (size_t i = 0; !err && i < count; i++)
        err = read_one_body(store, arena, &stories[i], &out[i]);
    return err;
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

static Err clear_docs(Store *store)
{
    Err err = db_run(store->db, QUERY_INDEX_CLEAR, NO_ARGS);

    if (err || store_takes_turns(store)) return err;
    return db_run(store->db, QUERY_LITE_INDEX_CLEAR, NO_ARGS);
}

Err index_clear(Store *store, Arena *arena, Str identity)
{
    Str old;
    Err err = index_identity(store, arena, &old);

    if (err) return err;
    err = old.len ? clear_docs(store)
                  : db_run(store->db, QUERY_INDEX_CLEAR_COUNTS, NO_ARGS);
    if (!err) err = cursor_put(store, INDEX_FOLLOWER, 0);
    if (!err) err = cursor_put(store, TERMS_FOLLOWER, 0);
    if (!err) err = cursor_put(store, RELATED_FOLLOWER, 0);
    if (err) return err;
    return db_run(store->db, QUERY_FACT_PUT,
                  ARGS(v_text(IDENTITY), v_text(old.len ? S("") : identity)));
}
