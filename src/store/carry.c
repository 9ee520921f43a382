#include "store/carry.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/inside.h"

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
    [CARRY_PICTURE] = {"picture",
                       16,
                       {NUMBER("number"), TEXT("mark"), NUMBER("type"),
                        NUMBER("bytes"), NUMBER("width"), NUMBER("height"),
                        NUMBER("color"), NUMBER("focus_x"), NUMBER("focus_y"),
                        TEXT("alt"), TEXT("caption"), TEXT("credit"),
                        TEXT("rights"), MAYBE("until"), NUMBER("expired"),
                        NUMBER("added_at")}},
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
    [CARRY_READ_MINUTE] = {"read_minute",
                           5,
                           {NUMBER("minute"), TEXT("language"), TEXT("section"),
                            NUMBER("screen"), NUMBER("reads")}},
    [CARRY_READ_HOUR] = {"read_hour",
                         3,
                         {NUMBER("hour"), NUMBER("story"), NUMBER("reads")}},
    [CARRY_READ_REFERRER] = {"read_referrer",
                             3,
                             {NUMBER("hour"), TEXT("referrer"),
                              NUMBER("reads")}},
    [CARRY_HEAT] = {"heat",
                    4,
                    {NUMBER("half_life"), NUMBER("period"), NUMBER("story"),
                     NUMBER("heat")}},
    [CARRY_PIN] = {"pin", 2, {NUMBER("story"), NUMBER("until")}},
    [CARRY_PUSH_SUBSCRIPTION] = {"push_subscription",
                                 6,
                                 {TEXT("endpoint"), TEXT("p256dh"),
                                  TEXT("auth"), TEXT("language"),
                                  TEXT("topics"), NUMBER("created_at")}},
    [CARRY_PUSH_TOLD] = {"push_told",
                         3,
                         {NUMBER("story"), TEXT("topics"), NUMBER("at")}},
    [CARRY_COVERAGE] = {"coverage", 2, {NUMBER("story"), MAYBE("ended_at")}},
    [CARRY_ENTRY] =
        {"entry",
         13,
         {NUMBER("story"), NUMBER("number"), NUMBER("version"), NUMBER("at"),
          NUMBER("saved_at"), NUMBER("pinned"), NUMBER("key"),
          NUMBER("withdrawn"), TEXT("headline"), TEXT("byline"), TEXT("note"),
          TEXT("body"), NUMBER("digest")}},
    [CARRY_VERSION_PICTURE] = {"version_picture",
                               5,
                               {NUMBER("id"), NUMBER("picture"), TEXT("alt"),
                                TEXT("caption"), NUMBER("digest")}},
    [CARRY_CAMPAIGN] =
        {"campaign",
         19,
         {NUMBER("number"), TEXT("name"), TEXT("link"), TEXT("alt"),
          MAYBE("begins"), MAYBE("ends"), NUMBER("weight"), NUMBER("cap"),
          NUMBER("day_cap"), NUMBER("house"), NUMBER("stopped"),
          TEXT("languages"), TEXT("sections"), TEXT("tags"), TEXT("slots"),
          NUMBER("seen"), NUMBER("day"), NUMBER("day_seen"),
          NUMBER("added_at")}},
    [CARRY_CREATIVE] = {"creative",
                        5,
                        {NUMBER("number"), NUMBER("campaign"), MAYBE("picture"),
                         TEXT("html"), NUMBER("gone")}},
    [CARRY_AD_COUNT] = {"ad_count",
                        8,
                        {NUMBER("campaign"), NUMBER("day"), NUMBER("hour"),
                         NUMBER("creative"), TEXT("slot"), TEXT("language"),
                         NUMBER("seen"), NUMBER("clicks")}},
    [CARRY_HEAD] = {"head", 2, {NUMBER("story"), NUMBER("change")}},
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
    else if (row->table == CARRY_ENTRY)
        snprintf(out, size, "version %lld of entry %lld of story %lld",
                 (long long)cells[OF_ENTRY_VERSION].number,
                 (long long)cells[OF_ENTRY_NUMBER].number,
                 (long long)cells[OF_ENTRY_STORY].number);
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
    [CARRY_PICTURE] = QUERY_CARRY_PICTURES,
    [CARRY_CHANGE] = QUERY_CARRY_CHANGES,
    [CARRY_STORY] = QUERY_CARRY_STORIES,
    [CARRY_VERSION] = QUERY_CARRY_VERSIONS,
    [CARRY_GONE] = QUERY_CARRY_GONE,
    [CARRY_PEER_KEY] = QUERY_CARRY_PEER_KEYS,
    [CARRY_PENDING_FOLLOW] = QUERY_CARRY_PENDING,
    [CARRY_CURSOR] = QUERY_CARRY_CURSORS,
    [CARRY_READ_MINUTE] = QUERY_CARRY_READ_MINUTES,
    [CARRY_READ_HOUR] = QUERY_CARRY_READ_HOURS,
    [CARRY_READ_REFERRER] = QUERY_CARRY_READ_REFERRERS,
    [CARRY_HEAT] = QUERY_CARRY_HEAT,
    [CARRY_PIN] = QUERY_CARRY_PINS,
    [CARRY_PUSH_SUBSCRIPTION] = QUERY_CARRY_PUSH_SUBSCRIPTIONS,
    [CARRY_PUSH_TOLD] = QUERY_CARRY_PUSH_TOLD,
    [CARRY_COVERAGE] = QUERY_CARRY_COVERAGE,
    [CARRY_ENTRY] = QUERY_CARRY_ENTRIES,
    [CARRY_VERSION_PICTURE] = QUERY_CARRY_VERSION_PICTURES,
    [CARRY_CAMPAIGN] = QUERY_CARRY_CAMPAIGNS,
    [CARRY_CREATIVE] = QUERY_CARRY_CREATIVES,
    [CARRY_AD_COUNT] = QUERY_CARRY_AD_COUNTS,
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
