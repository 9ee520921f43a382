#include "store/carry.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/inside.h"
#include "store/stories.h"

#define COMMIT_ROWS 5000
#define LOG_PAGES   4096 /* of the log, then it is copied away */
#define FILLING     "is being filled: the same command again goes on with it"

#define NUMBER(name)                                                           \
    {                                                                          \
        name, false, false                                                     \
    }
#define MAYBE(name)                                                            \
    {                                                                          \
        name, false, true                                                      \
    }
#define TEXT(name)                                                             \
    {                                                                          \
        name, true, false                                                      \
    }

static const CarryColumns tables[CARRY_TABLES] = {
    [CARRY_FACT] = {"fact", 2, {TEXT("name"), TEXT("value")}},
    [CARRY_LANGUAGE] = {"language", 2, {NUMBER("id"), TEXT("code")}},
    [CARRY_SECTION] = {"section",
                       3,
                       {NUMBER("id"), TEXT("slug"), NUMBER("position")}},
    [CARRY_SECTION_NAME] = {"section_name",
                            3,
                            {NUMBER("section"), NUMBER("language"),
                             TEXT("name")}},
    [CARRY_TAG] = {"tag", 2, {NUMBER("id"), TEXT("slug")}},
    [CARRY_TAG_NAME] = {"tag_name",
                        3,
                        {NUMBER("tag"), NUMBER("language"), TEXT("name")}},
    [CARRY_CHANGE] = {"change",
                      7,
                      {NUMBER("number"), NUMBER("at"), NUMBER("kind"),
                       NUMBER("story"), NUMBER("version"), NUMBER("late_us"),
                       NUMBER("digest")}},
    [CARRY_STORY] = {"story",
                     19,
                     {NUMBER("number"), TEXT("uri"), NUMBER("language"),
                      NUMBER("peers"), MAYBE("follows"), NUMBER("state"),
                      NUMBER("latest"), NUMBER("public_version"),
                      NUMBER("source_version"), NUMBER("created_at"),
                      MAYBE("at"), NUMBER("timed"), NUMBER("changed_at"),
                      MAYBE("due_at"), NUMBER("due_version"), NUMBER("embargo"),
                      TEXT("note"), NUMBER("digest"), NUMBER("corrected")}},
    [CARRY_VERSION] =
        {"version",
         25,
         {NUMBER("id"),       NUMBER("story"),     NUMBER("version"),
          NUMBER("saved_at"), NUMBER("section"),   NUMBER("urgency"),
          NUMBER("words"),    MAYBE("said_at"),    MAYBE("embargo"),
          NUMBER("withheld"), NUMBER("said"),      TEXT("slug"),
          TEXT("headline"),   TEXT("deck"),        TEXT("byline"),
          TEXT("place"),      TEXT("tags"),        TEXT("section_name"),
          TEXT("correction"), TEXT("source"),      TEXT("source_url"),
          TEXT("peers_key"),  TEXT("follows_uri"), TEXT("body"),
          NUMBER("digest")}},
    [CARRY_GONE] = {"gone",
                    7,
                    {NUMBER("story"), NUMBER("version"), NUMBER("language"),
                     NUMBER("section"), NUMBER("state"), NUMBER("at"),
                     TEXT("note")}},
    [CARRY_PEER_KEY] = {"peer_key", 2, {TEXT("key"), NUMBER("peers")}},
    [CARRY_PENDING_FOLLOW] = {"pending_follow",
                              2,
                              {TEXT("uri"), NUMBER("story")}},
    [CARRY_CURSOR] = {"cursor", 2, {TEXT("follower"), NUMBER("change")}},
    [CARRY_HEAD] = {"head", 2, {NUMBER("story"), NUMBER("change")}},
};

/* Columns of a story and a version that are asked for by place. */
enum {
    OF_STORY_NUMBER = 0,
    OF_STORY_LANGUAGE = 2,
    OF_STORY_FOLLOWS = 4,
    OF_STORY_STATE = 5,
    OF_STORY_PUBLIC_VERSION = 7,
    OF_STORY_AT = 10,
    OF_STORY_TIMED = 11,
    OF_STORY_CHANGED_AT = 12,
    OF_STORY_CORRECTED = 18,
    OF_VERSION_STORY = 1,
    OF_VERSION_NUMBER = 2,
    OF_VERSION_SECTION = 4,
    OF_VERSION_URGENCY = 5,
    OF_VERSION_SLUG = 11,
    OF_VERSION_HEADLINE = 12,
    OF_VERSION_DECK = 13,
    OF_VERSION_TAGS = 16,
};

const CarryColumns *carry_columns(CarryTable table)
{
    return &tables[table];
}

void carry_name(const CarryRow *row, char *out, size_t size)
{
    const CarryColumns *columns = &tables[row->table];
    const CarryCell *cells = row->cells;

    if (row->table == CARRY_VERSION)
        snprintf(out, size, "version %lld of story %lld",
                 (long long)cells[OF_VERSION_NUMBER].number,
                 (long long)cells[OF_VERSION_STORY].number);
    else if (columns->items[0].text)
        snprintf(out, size, "%s \"%.*s\"", columns->table,
                 STR_ARG(str_slice(cells[0].text, 0, 60)));
    else
        snprintf(out, size, "%s %lld", columns->table,
                 (long long)cells[0].number);
}

static bool same_cell(const CarryCell *a, const CarryCell *b, bool text)
{
    if (a->null || b->null) return a->null == b->null;
    return text ? str_eq(a->text, b->text) : a->number == b->number;
}

bool carry_same(const CarryRow *a, const CarryRow *b, char *what, size_t size)
{
    const CarryColumns *columns = &tables[a->table];
    char name[120];

    carry_name(a, name, sizeof name);
    if (a->table != b->table) {
        snprintf(what, size, "%s is missing in one of them", name);
        return false;
    }
    for (size_t i = 0; i < columns->count; i++) {
        if (same_cell(&a->cells[i], &b->cells[i], columns->items[i].text))
            continue;
        snprintf(what, size, "%s, %s", name, columns->items[i].name);
        return false;
    }
    return true;
}

/* ---- out ---- */

static const Query readers[CARRY_TABLES] = {
    [CARRY_FACT] = QUERY_CARRY_FACTS,
    [CARRY_LANGUAGE] = QUERY_CARRY_LANGUAGES,
    [CARRY_SECTION] = QUERY_CARRY_SECTIONS,
    [CARRY_SECTION_NAME] = QUERY_CARRY_SECTION_NAMES,
    [CARRY_TAG] = QUERY_CARRY_TAGS,
    [CARRY_TAG_NAME] = QUERY_CARRY_TAG_NAMES,
    [CARRY_CHANGE] = QUERY_CARRY_CHANGES,
    [CARRY_STORY] = QUERY_CARRY_STORIES,
    [CARRY_VERSION] = QUERY_CARRY_VERSIONS,
    [CARRY_GONE] = QUERY_CARRY_GONE,
    [CARRY_PEER_KEY] = QUERY_CARRY_PEER_KEYS,
    [CARRY_PENDING_FOLLOW] = QUERY_CARRY_PENDING,
    [CARRY_CURSOR] = QUERY_CARRY_CURSORS,
    [CARRY_HEAD] = QUERY_CARRY_HEAD,
};

/* Rows of one table, the next one in hand. */
typedef struct Reader {
    CarryTable table;
    Rows rows;
    bool open, there;
} Reader;

struct Carry {
    Store *store;
    CarryCounts reached;
    CarryTable at; /* the table of main */
    Reader main;   /* of a table by itself, or of stories */
    Reader versions, gone;
    int64_t story; /* whose versions and notice come next; 0: none */
    Reader *given; /* the row handed out, to be stepped over */
    Err err;
};

static void step(Carry *carry, Reader *reader)
{
    Err err;

    reader->there = reader->open && db_next(&reader->rows);
    if (reader->there || !reader->open) return;
    reader->open = false;
    err = db_done(&reader->rows);
    if (!carry->err) carry->err = err;
}

static void start(Carry *carry, Reader *reader, CarryTable table)
{
    Db *db = carry->store->db;
    Query query = readers[table];

    reader->table = table;
    if (table == CARRY_CHANGE)
        reader->rows = db_query(db, query, ARGS(v_int(carry->reached.changes)));
    else if (table == CARRY_VERSION)
        reader->rows =
            db_query(db, query,
                     ARGS(v_int(version_key((StoryId){carry->reached.stories},
                                            UINT16_MAX))));
    else if (table == CARRY_GONE)
        reader->rows = db_query(db, query, ARGS(v_int(carry->reached.stories)));
    else
        reader->rows = db_query(db, query, NO_ARGS);
    reader->open = true;
    step(carry, reader);
}

Err carry_count(Store *store, CarryCounts *out)
{
    Rows rows = db_query(store->db, QUERY_CARRY_COUNTS, NO_ARGS);

    if (db_next(&rows))
        *out =
            (CarryCounts){db_int(&rows, 0), db_int(&rows, 1), db_int(&rows, 2)};
    return db_done(&rows);
}

Err carry_open(Store *store, const CarryCounts *reached, Carry **out)
{
    Err err = store_begin(store);
    Carry *carry;

    if (err) return err;
    carry = mem_zero(sizeof *carry);
    carry->store = store;
    if (reached) carry->reached = *reached;
    start(carry, &carry->main, CARRY_FACT);
    *out = carry;
    return ERR_OK;
}

static void take(Carry *carry, Reader *reader, CarryRow *row)
{
    const CarryColumns *columns = &tables[reader->table];

    row->table = reader->table;
    for (size_t i = 0; i < columns->count; i++) {
        CarryCell *cell = &row->cells[i];
        int at = (int)i;

        *cell = (CarryCell){.null = db_is_null(&reader->rows, at)};
        if (columns->items[i].text)
            cell->text = db_peek(&reader->rows, at);
        else
            cell->number = db_int(&reader->rows, at);
    }
    carry->given = reader;
}

/* Of the story in hand: a row of reader, whose column says which story. */
static bool belongs(const Carry *carry, const Reader *reader, int column)
{
    return reader->there && carry->story &&
           db_int(&reader->rows, column) == carry->story;
}

/* What stands next to nothing has lost its story: it is handed out all the
 * same, so that who takes it in says so. */
static bool take_of_story(Carry *carry, CarryRow *row)
{
    if (belongs(carry, &carry->versions, OF_VERSION_STORY)) {
        take(carry, &carry->versions, row);
        return true;
    }
    if (belongs(carry, &carry->gone, 0)) {
        take(carry, &carry->gone, row);
        return true;
    }
    if (carry->main.there) return false;
    if (carry->versions.there || carry->gone.there) {
        take(carry, carry->versions.there ? &carry->versions : &carry->gone,
             row);
        return true;
    }
    return false;
}

static void next_table(Carry *carry)
{
    carry->at = carry->at == CARRY_STORY ? CARRY_PEER_KEY : carry->at + 1;
    if (carry->at >= CARRY_TABLES) return;
    start(carry, &carry->main, carry->at);
    if (carry->at != CARRY_STORY) return;
    start(carry, &carry->versions, CARRY_VERSION);
    start(carry, &carry->gone, CARRY_GONE);
}

bool carry_next(Carry *carry, CarryRow *row)
{
    if (carry->given) step(carry, carry->given);
    carry->given = NULL;
    while (!carry->err && carry->at < CARRY_TABLES) {
        if (carry->at == CARRY_STORY && take_of_story(carry, row)) return true;
        if (carry->err) break;
        if (carry->main.there) {
            take(carry, &carry->main, row);
            if (carry->at == CARRY_STORY) carry->story = row->cells[0].number;
            return true;
        }
        next_table(carry);
    }
    return false;
}

static void stop(Reader *reader)
{
    if (reader->open) (void)!db_done(&reader->rows);
    reader->open = false;
}

Err carry_close(Carry *carry)
{
    Err err = carry->err;
    Err end;

    stop(&carry->main);
    stop(&carry->versions);
    stop(&carry->gone);
    end = store_end(carry->store, ERR_OK);
    mem_free(carry);
    return err ? err : end;
}

/* ---- in ---- */

/* Which query takes a row in, and how many of its columns. */
static const struct {
    Query query;
    size_t columns;
} writers[CARRY_TABLES] = {
    [CARRY_FACT] = {QUERY_FACT_PUT, 2},
    [CARRY_LANGUAGE] = {QUERY_LANGUAGE_PUT, 2},
    [CARRY_SECTION] = {QUERY_SECTION_PUT, 3},
    [CARRY_SECTION_NAME] = {QUERY_SECTION_NAME_SET, 3},
    [CARRY_TAG] = {QUERY_TAG_PUT, 2},
    [CARRY_TAG_NAME] = {QUERY_TAG_NAME_SET, 3},
    [CARRY_CHANGE] = {QUERY_CHANGE_ADD, 7},
    [CARRY_STORY] = {QUERY_STORY_ADD, 18},
    [CARRY_VERSION] = {QUERY_VERSION_ADD, 25},
    [CARRY_GONE] = {QUERY_GONE_ADD, 7},
    [CARRY_PEER_KEY] = {QUERY_PEER_KEY_PUT, 2},
    [CARRY_PENDING_FOLLOW] = {QUERY_PENDING_ADD, 2},
    [CARRY_CURSOR] = {QUERY_CURSOR_PUT, 2},
};

typedef struct Follow {
    int64_t story, follows;
} Follow;

struct CarryIn {
    Store *store;
    CarryCounts reached;           /* before this attempt */
    Arena arena;                   /* of the story under way */
    Map languages, sections, tags; /* of Str, by id */
    Arena names;
    CarryRow story; /* the one under way */
    bool has_story;
    const Str *language; /* its */
    Version shown;       /* its public version */
    bool has_shown;
    int64_t last_story, last_change;
    Follow *follows; /* of later stories: set at the end */
    size_t follow_count, follow_room;
    int rows; /* since the last commit */
    bool finished;
};

static Err store_fault(const Store *store, Err err, Fault *fault)
{
    fault_where(fault, "%s", store_name(store));
    return fault_set(fault, err, "%s", store_reason(store));
}

static Err is_filling(Store *store, Str id, bool *out)
{
    Rows rows = db_query(store->db, QUERY_FACT_GET, ARGS(v_text(S("filling"))));

    *out = db_next(&rows) && str_eq(db_peek(&rows, 0), id);
    return db_done(&rows);
}

static Err forget_names(Store *store)
{
    static const Query names[] = {
        QUERY_CARRY_FORGET_SECTION_NAMES, QUERY_CARRY_FORGET_TAG_NAMES,
        QUERY_CARRY_FORGET_SECTIONS, QUERY_CARRY_FORGET_TAGS,
        QUERY_CARRY_FORGET_LANGUAGES};
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < COUNT(names); i++)
        err = db_run(store->db, names[i], NO_ARGS);
    return err;
}

/* Inside a transaction. */
static Err mark_filling(CarryIn *in, Str id, Fault *fault)
{
    Store *store = in->store;
    bool filling = false;
    Rows rows = db_query(store->db, QUERY_CARRY_REACHED, NO_ARGS);
    Err err;

    if (db_next(&rows)) {
        in->reached.changes = db_int(&rows, 0);
        in->reached.stories = db_int(&rows, 1);
    }
    err = db_done(&rows);
    if (!err) err = is_filling(store, id, &filling);
    if (!err && !filling && (in->reached.stories || in->reached.changes)) {
        fault_where(fault, "%s", store_name(store));
        return fault_set(fault, ERR_CONFLICT,
                         "there are stories of its own; expected a store "
                         "without any, or none");
    }
    if (!err && !filling) err = forget_names(store);
    if (!err)
        err = db_run(store->db, QUERY_FACT_PUT,
                     ARGS(v_text(S("filling")), v_text(id)));
    if (!err)
        err = db_run(store->db, QUERY_CARRY_CLOSE, ARGS(v_text(S(FILLING))));
    return err;
}

static Err open_target(const char *where, Store **out, Fault *fault)
{
    Err err = store_open_closed(where, STORE_WRITE, out, NULL);

    if (err == ERR_NOT_FOUND) {
        err = store_create(where, fault);
        if (err) return err;
    }
    return *out ? ERR_OK : store_open_closed(where, STORE_WRITE, out, fault);
}

Err carry_in_open(const char *where, Str id, CarryIn **out,
                  CarryCounts *reached, Fault *fault)
{
    CarryIn *in = mem_zero(sizeof *in);
    Err err = open_target(where, &in->store, fault);

    in->arena = arena_open();
    in->names = arena_open();
    map_init(&in->languages);
    map_init(&in->sections);
    map_init(&in->tags);
    if (!err) {
        Fault found = fault_none();

        err = store_begin(in->store);
        if (!err) {
            err = mark_filling(in, id, &found);
            err = store_end(in->store, err);
        }
        if (err && fault) *fault = found;
        if (err && !found.text[0]) store_fault(in->store, err, fault);
    }
    if (err) {
        carry_in_close(in);
        return err;
    }
    in->last_story = in->reached.stories;
    in->last_change = in->reached.changes;
    *reached = in->reached;
    *out = in;
    return ERR_OK;
}

void carry_in_close(CarryIn *in)
{
    if (!in) return;
    if (in->store && in->store->begun) (void)!store_end(in->store, ERR_CLOSED);
    store_close(in->store);
    map_close(&in->languages);
    map_close(&in->sections);
    map_close(&in->tags);
    arena_close(&in->arena);
    arena_close(&in->names);
    mem_free(in->follows);
    mem_free(in);
}

static void keep_name(CarryIn *in, Map *map, const CarryRow *row)
{
    Str *name = ARENA_NEW(&in->names, Str);

    *name = str_copy(&in->names, row->cells[1].text);
    map_put(map, (uint64_t)row->cells[0].number, name);
}

static Value value_of(const CarryRow *row, size_t at)
{
    const CarryCell *cell = &row->cells[at];

    if (cell->null) return (Value){0};
    return tables[row->table].items[at].text ? v_text(cell->text)
                                             : v_int(cell->number);
}

static Err write_row(CarryIn *in, const CarryRow *row)
{
    Value values[CARRY_COLUMNS];
    size_t count = writers[row->table].columns;

    for (size_t i = 0; i < count; i++)
        values[i] = value_of(row, i);
    return db_run(in->store->db, writers[row->table].query,
                  (Args){values, count});
}

static Err wrong(const CarryRow *row, const char *what, Fault *fault)
{
    char name[120];

    carry_name(row, name, sizeof name);
    return fault_set(fault, ERR_INVALID, "%s %s", name, what);
}

static bool is_as_saved(const CarryRow *row, size_t columns)
{
    Value values[CARRY_COLUMNS];

    for (size_t i = 0; i < columns; i++)
        values[i] = value_of(row, i);
    return row_digest(values, columns) == row->cells[columns].number;
}

/* ---- stories ---- */

/* The lists of the story that all rows have come of. */
static Err end_story(CarryIn *in, Fault *fault)
{
    const CarryCell *cells = in->story.cells;
    StoryState state = (StoryState)cells[OF_STORY_STATE].number;
    Story story;

    if (!in->has_story || !story_is_public(state) ||
        cells[OF_STORY_NUMBER].number <= in->reached.stories)
        return ERR_OK;
    if (!in->has_shown)
        return wrong(&in->story, "is public without its public version", fault);
    in->has_story = false;
    story = (Story){
        .id = {cells[OF_STORY_NUMBER].number},
        .language = *in->language,
        .at = cells[OF_STORY_AT].number,
        .timed = cells[OF_STORY_TIMED].number != 0,
        .changed_at = cells[OF_STORY_CHANGED_AT].number,
    };
    return listing_add(in->store, &story, &in->shown,
                       cells[OF_STORY_CORRECTED].number != 0, story.changed_at);
}

static void set_later(CarryIn *in, int64_t story, int64_t follows)
{
    if (in->follow_count == in->follow_room) {
        in->follow_room = in->follow_room ? in->follow_room * 2 : 64;
        in->follows =
            mem_resize(in->follows, in->follow_room * sizeof *in->follows);
    }
    in->follows[in->follow_count++] = (Follow){story, follows};
}

static Err begin_story(CarryIn *in, const CarryRow *row, Fault *fault)
{
    int64_t number = row->cells[OF_STORY_NUMBER].number;
    CarryCell *follows = &in->story.cells[OF_STORY_FOLLOWS];

    arena_reset(&in->arena);
    in->has_shown = false;
    in->has_story = true;
    in->story = *row;
    if (!is_as_saved(row, STORY_COLUMNS))
        return wrong(row, "is not as it was saved", fault);
    in->language =
        map_get(&in->languages, (uint64_t)row->cells[OF_STORY_LANGUAGE].number);
    if (!in->language)
        return wrong(row, "is in a language that did not come", fault);
    if (!follows->null && follows->number > number) {
        set_later(in, number, follows->number);
        follows->null = true;
    }
    if (number <= in->reached.stories) return ERR_OK;
    if (number <= in->last_story)
        return wrong(row, "comes after a story with a higher number", fault);
    in->last_story = number;
    return write_row(in, &in->story);
}

static void keep_shown(CarryIn *in, const CarryRow *row, Str section)
{
    const CarryCell *cells = row->cells;
    Arena *arena = &in->arena;

    in->has_shown = true;
    in->shown = (Version){
        .version = (int32_t)cells[OF_VERSION_NUMBER].number,
        .section = section,
        .urgency = (int32_t)cells[OF_VERSION_URGENCY].number,
        .slug = str_copy(arena, cells[OF_VERSION_SLUG].text),
        .headline = str_copy(arena, cells[OF_VERSION_HEADLINE].text),
        .deck = str_copy(arena, cells[OF_VERSION_DECK].text),
        .tags = tags_split(arena, str_copy(arena, cells[OF_VERSION_TAGS].text)),
    };
}

static Err put_of_story(CarryIn *in, const CarryRow *row, int64_t story,
                        Fault *fault)
{
    const CarryCell *cells = in->story.cells;

    if (!in->has_story || cells[OF_STORY_NUMBER].number != story)
        return wrong(row, "does not come behind its story", fault);
    if (story <= in->reached.stories) return ERR_OK;
    if (row->table == CARRY_VERSION) {
        const Str *section = map_get(
            &in->sections, (uint64_t)row->cells[OF_VERSION_SECTION].number);

        if (!is_as_saved(row, VERSION_COLUMNS))
            return wrong(row, "is not as it was saved", fault);
        if (!section)
            return wrong(row, "is in a section that did not come", fault);
        if (row->cells[OF_VERSION_NUMBER].number ==
            cells[OF_STORY_PUBLIC_VERSION].number)
            keep_shown(in, row, *section);
    }
    return write_row(in, row);
}

static Err put_change(CarryIn *in, const CarryRow *row, Fault *fault)
{
    int64_t number = row->cells[0].number;

    if (!is_as_saved(row, CHANGE_COLUMNS))
        return wrong(row, "is not as it was saved", fault);
    if (number <= in->reached.changes) return ERR_OK;
    if (number != in->last_change + 1)
        return wrong(row, "does not come behind the change before it", fault);
    in->last_change = number;
    return write_row(in, row);
}

static Err put_head(CarryIn *in, const CarryRow *row, Fault *fault)
{
    if (row->cells[0].number < in->last_story ||
        row->cells[1].number != in->last_change)
        return fault_set(fault, ERR_INVALID,
                         "the last numbers are story %lld and change %lld, and "
                         "story %lld and change %lld came",
                         (long long)row->cells[0].number,
                         (long long)row->cells[1].number,
                         (long long)in->last_story, (long long)in->last_change);
    in->store->story = row->cells[0].number;
    in->store->change = row->cells[1].number;
    in->store->head_changed = true;
    return ERR_OK;
}

static Err put_name(CarryIn *in, const Map *of, const CarryRow *row,
                    Fault *fault)
{
    if (!map_get(of, (uint64_t)row->cells[0].number))
        return wrong(row, "names what did not come", fault);
    if (!map_get(&in->languages, (uint64_t)row->cells[1].number))
        return wrong(row, "is in a language that did not come", fault);
    return write_row(in, row);
}

static Err put(CarryIn *in, const CarryRow *row, Fault *fault)
{
    switch (row->table) {
    case CARRY_LANGUAGE: keep_name(in, &in->languages, row); break;
    case CARRY_SECTION: keep_name(in, &in->sections, row); break;
    case CARRY_TAG: keep_name(in, &in->tags, row); break;
    case CARRY_SECTION_NAME: return put_name(in, &in->sections, row, fault);
    case CARRY_TAG_NAME: return put_name(in, &in->tags, row, fault);
    case CARRY_CHANGE: return put_change(in, row, fault);
    case CARRY_STORY: return begin_story(in, row, fault);
    case CARRY_VERSION:
        return put_of_story(in, row, row->cells[OF_VERSION_STORY].number,
                            fault);
    case CARRY_GONE: return put_of_story(in, row, row->cells[0].number, fault);
    case CARRY_HEAD: return put_head(in, row, fault);
    default: break;
    }
    return write_row(in, row);
}

/* ---- transactions ---- */

static Err commit(CarryIn *in, Fault *fault)
{
    int64_t left;
    Err err = store_end(in->store, ERR_OK);

    in->rows = 0;
    if (err) return store_fault(in->store, err, fault);
    if (store_log_pages(in->store) > LOG_PAGES)
        (void)!store_checkpoint(in->store, &left); /* a later one catches up */
    return ERR_OK;
}

/* Between two stories, so that each is there with all that belongs to it or not
 * at all. */
static bool may_commit(const CarryIn *in, const CarryRow *row)
{
    return in->rows >= COMMIT_ROWS && row->table != CARRY_VERSION &&
           row->table != CARRY_GONE;
}

Err carry_put(CarryIn *in, const CarryRow *row, bool *committed, Fault *fault)
{
    bool of_story = row->table == CARRY_VERSION || row->table == CARRY_GONE;
    Fault found = fault_none();
    Err err = ERR_OK;

    *committed = false;
    if (!in->store->begun) {
        err = store_begin(in->store);
        if (err) return store_fault(in->store, err, fault);
    }
    if (!of_story) err = end_story(in, &found);
    if (!err && may_commit(in, row)) {
        err = commit(in, fault);
        if (err) return err;
        *committed = true;
        err = store_begin(in->store);
    }
    if (!err) err = put(in, row, &found);
    in->rows++;
    if (!err) return ERR_OK;
    if (!found.text[0]) return store_fault(in->store, err, fault);
    return fault_set(fault, err, "%s", found.text);
}

Err carry_in_finish(CarryIn *in, Fault *fault)
{
    int64_t ids;
    Err err = in->store->begun ? ERR_OK : store_begin(in->store);

    if (!err) err = end_story(in, fault);
    for (size_t i = 0; !err && i < in->follow_count; i++)
        err = db_run(
            in->store->db, QUERY_STORY_FOLLOW_SET,
            ARGS(v_int(in->follows[i].story), v_int(in->follows[i].follows)));
    if (!err) err = db_number(in->store->db, QUERY_CARRY_IDS, NO_ARGS, &ids);
    if (err) return store_fault(in->store, err, fault);
    in->finished = true;
    return commit(in, fault);
}

Err carry_in_release(CarryIn *in, Fault *fault)
{
    Err err = store_begin(in->store);

    assert(in->finished);
    if (!err) {
        err = db_run(in->store->db, QUERY_CARRY_OPEN, NO_ARGS);
        if (!err)
            err = db_run(in->store->db, QUERY_CARRY_CLOSE, ARGS(v_text(S(""))));
        err = store_end(in->store, err);
    }
    return err ? store_fault(in->store, err, fault) : ERR_OK;
}
