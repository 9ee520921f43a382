#include "store/carry_in.h"

#include <assert.h>
#include <stdio.h>

#include "base/mem.h"
#include "store/inside.h"
#include "store/stories.h"

#define COMMIT_ROWS 5000
#define LOG_PAGES   4096 /* of the log, then it is copied away */
#define FILLING     "is being filled: the same command again goes on with it"

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
    [CARRY_PICTURE] = {QUERY_PICTURE_PUT, 16},
    [CARRY_CHANGE] = {QUERY_CHANGE_ADD, 7},
    [CARRY_STORY] = {QUERY_STORY_ADD, 18},
    [CARRY_VERSION] = {QUERY_VERSION_ADD, 25},
    [CARRY_GONE] = {QUERY_GONE_ADD, 7},
    [CARRY_PEER_KEY] = {QUERY_PEER_KEY_PUT, 2},
    [CARRY_PENDING_FOLLOW] = {QUERY_PENDING_ADD, 2},
    [CARRY_CURSOR] = {QUERY_CURSOR_PUT, 2},
    [CARRY_READ_MINUTE] = {QUERY_READ_MINUTE_PUT, 5},
    [CARRY_READ_HOUR] = {QUERY_READ_HOUR_PUT, 3},
    [CARRY_READ_REFERRER] = {QUERY_READ_REFERRER_PUT, 3},
    [CARRY_HEAT] = {QUERY_HEAT_PUT, 4},
    [CARRY_PIN] = {QUERY_PIN_PUT, 2},
    [CARRY_PUSH_SUBSCRIPTION] = {QUERY_PUSH_PUT, 6},
    [CARRY_PUSH_TOLD] = {QUERY_PUSH_TOLD_PUT, 3},
    [CARRY_COVERAGE] = {QUERY_COVERAGE_PUT, 2},
    [CARRY_ENTRY] = {QUERY_ENTRY_PUT, 13},
    [CARRY_VERSION_PICTURE] = {QUERY_VERSION_PICTURE_PUT, 5},
    [CARRY_CAMPAIGN] = {QUERY_CARRY_CAMPAIGN_PUT, 19},
    [CARRY_CREATIVE] = {QUERY_CARRY_CREATIVE_PUT, 5},
    [CARRY_AD_COUNT] = {QUERY_CARRY_AD_COUNT_PUT, 8},
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
    Map covered;   /* of what is not NULL, by the story */
    Map pictures;  /* the same, by the picture */
    Map campaigns; /* and by the campaign */
    struct {
        int64_t story, number, version;
    } last_entry;
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

static Err not_empty(const Store *store, bool has_stories, Fault *fault)
{
    fault_where(fault, "%s", store_name(store));
    return fault_set(fault, ERR_CONFLICT,
                     "there are %s of its own; expected a store without any, "
                     "or none",
                     has_stories ? "stories" : "pictures or campaigns");
}

/* Inside a transaction. */
static Err mark_filling(CarryIn *in, Str id, Fault *fault)
{
    Store *store = in->store;
    bool filling, has_stories, has_others = false;
    Str from = {0};
    Rows rows = db_query(store->db, QUERY_CARRY_REACHED, NO_ARGS);
    Err err;

    if (db_next(&rows)) {
        in->reached.changes = db_int(&rows, 0);
        in->reached.stories = db_int(&rows, 1);
        has_others = db_int(&rows, 2) != 0;
    }
    has_stories = in->reached.stories || in->reached.changes;
    err = db_done(&rows);
    if (!err) err = store_fact(store, &in->arena, S("filling"), &from);
    filling = str_eq(from, id);
    if (!err && !filling && (has_stories || has_others))
        return not_empty(store, has_stories, fault);
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
    map_init(&in->covered);
    map_init(&in->pictures);
    map_init(&in->campaigns);
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
    map_close(&in->covered);
    map_close(&in->pictures);
    map_close(&in->campaigns);
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
    return carry_columns(row->table)->items[at].text ? v_text(cell->text)
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

static Err put_read(CarryIn *in, const CarryRow *row, int64_t story,
                    Fault *fault)
{
    if (story < 1 || story > in->last_story)
        return wrong(row, "is of a story that did not come", fault);
    return write_row(in, row);
}

static Err put_coverage(CarryIn *in, const CarryRow *row, Fault *fault)
{
    int64_t story = row->cells[0].number;

    map_put(&in->covered, (uint64_t)story, in);
    return put_read(in, row, story, fault);
}

/* Entries of a story from 1 on, versions of an entry from 1 on. */
static bool entry_follows(const CarryIn *in, const CarryRow *row)
{
    int64_t story = row->cells[OF_ENTRY_STORY].number;
    int64_t number = row->cells[OF_ENTRY_NUMBER].number;
    int64_t version = row->cells[OF_ENTRY_VERSION].number;

    if (story != in->last_entry.story) return number == 1 && version == 1;
    if (number != in->last_entry.number)
        return number == in->last_entry.number + 1 && version == 1;
    return version == in->last_entry.version + 1;
}

static Err put_entry(CarryIn *in, const CarryRow *row, Fault *fault)
{
    int64_t story = row->cells[OF_ENTRY_STORY].number;

    if (!is_as_saved(row, ENTRY_COLUMNS))
        return wrong(row, "is not as it was saved", fault);
    if (!map_get(&in->covered, (uint64_t)story))
        return wrong(row, "is of coverage that did not come", fault);
    if (!entry_follows(in, row))
        return wrong(row, "does not come behind the one before it", fault);
    in->last_entry.story = story;
    in->last_entry.number = row->cells[OF_ENTRY_NUMBER].number;
    in->last_entry.version = row->cells[OF_ENTRY_VERSION].number;
    return write_row(in, row);
}

static Err put_version_picture(CarryIn *in, const CarryRow *row, Fault *fault)
{
    int64_t story = row->cells[0].number / (UINT16_MAX + 1);

    if (!is_as_saved(row, PICTURE_COLUMNS))
        return wrong(row, "is not as it was saved", fault);
    if (!map_get(&in->pictures, (uint64_t)row->cells[1].number))
        return wrong(row, "is of a picture that did not come", fault);
    return put_read(in, row, story, fault);
}

static Err put_creative(CarryIn *in, const CarryRow *row, Fault *fault)
{
    const CarryCell *picture = &row->cells[OF_CREATIVE_PICTURE];

    if (!map_get(&in->campaigns,
                 (uint64_t)row->cells[OF_CREATIVE_CAMPAIGN].number))
        return wrong(row, "is of a campaign that did not come", fault);
    if (!picture->null && !map_get(&in->pictures, (uint64_t)picture->number))
        return wrong(row, "is of a picture that did not come", fault);
    return write_row(in, row);
}

static Err put_ad_count(CarryIn *in, const CarryRow *row, Fault *fault)
{
    if (!map_get(&in->campaigns, (uint64_t)row->cells[0].number))
        return wrong(row, "is of a campaign that did not come", fault);
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
    case CARRY_PICTURE:
        map_put(&in->pictures, (uint64_t)row->cells[0].number, in);
        break;
    case CARRY_CAMPAIGN:
        map_put(&in->campaigns, (uint64_t)row->cells[0].number, in);
        break;
    case CARRY_CREATIVE: return put_creative(in, row, fault);
    case CARRY_AD_COUNT: return put_ad_count(in, row, fault);
    case CARRY_CHANGE: return put_change(in, row, fault);
    case CARRY_STORY: return begin_story(in, row, fault);
    case CARRY_VERSION:
        return put_of_story(in, row, row->cells[OF_VERSION_STORY].number,
                            fault);
    case CARRY_GONE: return put_of_story(in, row, row->cells[0].number, fault);
    case CARRY_READ_HOUR:
        return put_read(in, row, row->cells[OF_READ_HOUR_STORY].number, fault);
    case CARRY_HEAT:
        return put_read(in, row, row->cells[OF_HEAT_STORY].number, fault);
    case CARRY_PIN:
    case CARRY_PUSH_TOLD: return put_read(in, row, row->cells[0].number, fault);
    case CARRY_COVERAGE: return put_coverage(in, row, fault);
    case CARRY_ENTRY: return put_entry(in, row, fault);
    case CARRY_VERSION_PICTURE: return put_version_picture(in, row, fault);
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
    if (!err) err = db_run(in->store->db, QUERY_CARRY_LIST_PICTURES, NO_ARGS);
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
