#include "store/reads.h"

#include "base/buf.h"
#include "store/inside.h"

#define FACT_HOT S("hot")

/* ---- counting ---- */

Err reads_place(Store *store, Arena *arena, StoryId story, Str *language,
                Str *section)
{
    Rows rows =
        db_query(store->db, QUERY_READ_PLACE, ARGS(v_int(story.number)));
    Err err = db_first(&rows);
    Err end;

    if (!err) {
        *language = db_text(&rows, arena, 0);
        *section = db_text(&rows, arena, 1);
    }
    end = db_done(&rows);
    return err ? err : end;
}

Err reads_add_minute(Store *store, int64_t minute, Str language, Str section,
                     Screen screen, int64_t reads)
{
    return db_run(store->db, QUERY_READ_MINUTE_ADD,
                  ARGS(v_int(minute), v_text(language), v_text(section),
                       v_int(screen), v_int(reads)));
}

Err reads_add_hour(Store *store, int64_t hour, StoryId story, int64_t reads)
{
    return db_run(store->db, QUERY_READ_HOUR_ADD,
                  ARGS(v_int(hour), v_int(story.number), v_int(reads)));
}

Err reads_add_referrer(Store *store, int64_t hour, Str referrer, int64_t reads)
{
    return db_run(store->db, QUERY_READ_REFERRER_ADD,
                  ARGS(v_int(hour), v_text(referrer), v_int(reads)));
}

Err reads_add_heat(Store *store, int64_t half_life_s, int64_t period,
                   StoryId story, int64_t heat)
{
    return db_run(store->db, QUERY_HEAT_ADD,
                  ARGS(v_int(half_life_s), v_int(period), v_int(story.number),
                       v_int(heat)));
}

static Err drop_heat(Store *store, int64_t from, int64_t to, int64_t period)
{
    return db_run(store->db, QUERY_HEAT_DROP,
                  ARGS(v_int(from), v_int(to), v_int(period)));
}

Err reads_drop_old(Store *store, int64_t minute, int64_t hour,
                   int64_t half_life_s, int64_t period, Time now)
{
    Err err = db_run(store->db, QUERY_READ_MINUTE_DROP, ARGS(v_int(minute)));

    if (!err) err = db_run(store->db, QUERY_READ_HOUR_DROP, ARGS(v_int(hour)));
    if (!err)
        err = db_run(store->db, QUERY_READ_REFERRER_DROP, ARGS(v_int(hour)));
    if (!err) err = drop_heat(store, 0, half_life_s - 1, INT64_MAX);
    if (!err) err = drop_heat(store, half_life_s + 1, INT64_MAX, INT64_MAX);
    if (!err) err = drop_heat(store, half_life_s, half_life_s, period);
    if (!err) err = db_run(store->db, QUERY_PIN_DROP_OLD, ARGS(v_int(now)));
    return err;
}

/* ---- ranking ---- */

Err heat_top(Store *store, Arena *arena, int64_t half_life_s, int64_t period,
             HotStories *out)
{
    HotStories list = {.items = ARENA_ARRAY(arena, HotStory, HEAT_TOP)};
    Rows rows =
        db_query(store->db, QUERY_HEAT_TOP,
                 ARGS(v_int(half_life_s), v_int(period), v_int(HEAT_TOP)));
    Err err;

    while (list.count < HEAT_TOP && db_next(&rows))
        list.items[list.count++] = (HotStory){
            .story = {db_int(&rows, 0)},
            .heat = db_int(&rows, 1),
            .language = db_text(&rows, arena, 2),
            .section = db_text(&rows, arena, 3),
        };
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

/* Those that are public stay. */
static Err place_pins(Store *store, Arena *arena, HotStories *pins)
{
    size_t kept = 0;

    for (size_t i = 0; i < pins->count; i++) {
        HotStory pin = pins->items[i];
        Err err =
            reads_place(store, arena, pin.story, &pin.language, &pin.section);

        if (err && err != ERR_NOT_FOUND) return err;
        if (!err) pins->items[kept++] = pin;
    }
    pins->count = kept;
    return ERR_OK;
}

Err pins_list(Store *store, Arena *arena, Time now, HotStories *out)
{
    HotStories pins = {.items = ARENA_ARRAY(arena, HotStory, PINS_MAX)};
    Rows rows =
        db_query(store->db, QUERY_PIN_LIST, ARGS(v_int(now), v_int(PINS_MAX)));
    Err err;

    while (pins.count < PINS_MAX && db_next(&rows))
        pins.items[pins.count++] =
            (HotStory){.story = {db_int(&rows, 0)}, .heat = db_int(&rows, 1)};
    err = db_done(&rows);
    if (!err) err = place_pins(store, arena, &pins);
    if (!err) *out = pins;
    return err;
}

Err pin_put(Store *store, StoryId story, Time until)
{
    return db_run(store->db, QUERY_PIN_PUT,
                  ARGS(v_int(story.number), v_int(until)));
}

Err pin_drop(Store *store, StoryId story)
{
    return db_run(store->db, QUERY_PIN_DROP, ARGS(v_int(story.number)));
}

Err hot_read(Store *store, Arena *arena, HotPlaces *out)
{
    Rows rows = db_query(store->db, QUERY_HOT_LIST, NO_ARGS);
    HotPlaces list = {0};
    Err err;

    while (db_next(&rows)) {
        size_t n = list.count++;

        if ((n & (n - 1)) == 0)
            list.items = arena_grow(arena, list.items, n * sizeof(HotPlace),
                                    (n ? n * 2 : 1) * sizeof(HotPlace));
        list.items[n] = (HotPlace){
            .language = db_text(&rows, arena, 0),
            .section = db_text(&rows, arena, 1),
            .place = db_int(&rows, 2),
            .story = {db_int(&rows, 3)},
        };
    }
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

Err hot_write(Store *store, Arena *arena, const HotPlaces *places, Time now)
{
    Time last;
    Err err = public_hot_at(store, arena, &last);

    if (!err) err = db_run(store->db, QUERY_HOT_CLEAR, NO_ARGS);
    for (size_t i = 0; !err && i < places->count; i++) {
        const HotPlace *place = &places->items[i];

        err = db_run(store->db, QUERY_HOT_PUT,
                     ARGS(v_text(place->language), v_text(place->section),
                          v_int(place->place), v_int(place->story.number)));
    }
    if (err) return err;
    if (now <= last) now = last + 1;
    return db_run(store->db, QUERY_FACT_PUT,
                  ARGS(v_text(FACT_HOT),
                       v_text(str_format(arena, "%lld", (long long)now))));
}

/* ---- the public side ---- */

Err public_hot_at(Store *store, Arena *arena, Time *out)
{
    Rows rows = db_query(store->db, QUERY_HOT_AT, NO_ARGS);
    Time at = 0;
    Err err;

    if (db_next(&rows)) (void)str_int(db_text(&rows, arena, 0), &at);
    err = db_done(&rows);
    if (!err) *out = at;
    return err;
}

Err public_hot(Store *store, Arena *arena, Str language, Str section,
               size_t max, PublicList *out)
{
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_HOT,
                 ARGS(v_text(language), v_text(section), v_int((int64_t)max)));
    PublicList list = {.items = ARENA_ARRAY(arena, PublicItem, max)};
    Err err;

    while (list.count < max && db_next(&rows))
        list.items[list.count++] = public_item_of(&rows, arena, 0);
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

/* ---- what operators see ---- */

/* Columns: a number or a name, reads, and of stories a headline. */
typedef enum ReportKind { BY_NUMBER, BY_NAME, BY_STORY } ReportKind;

static Err read_rows(Rows *rows, Arena *arena, ReportKind kind, ReportRows *out)
{
    ReportRows list = {0};
    Err err;

    while (db_next(rows)) {
        size_t n = list.count++;

        if ((n & (n - 1)) == 0)
            list.items = arena_grow(arena, list.items, n * sizeof(ReportRow),
                                    (n ? n * 2 : 1) * sizeof(ReportRow));
        list.items[n] = (ReportRow){
            .number = kind == BY_NAME ? 0 : db_int(rows, 0),
            .name = kind == BY_NAME    ? db_text(rows, arena, 0)
                    : kind == BY_STORY ? db_text(rows, arena, 2)
                                       : (Str){0},
            .reads = db_int(rows, 1),
        };
    }
    err = db_done(rows);
    if (!err) *out = list;
    return err;
}

static Err report(Store *store, Arena *arena, Query query, ReportKind kind,
                  int64_t since, ReportRows *out)
{
    Rows rows = kind == BY_NUMBER
                    ? db_query(store->db, query, ARGS(v_int(since)))
                    : db_query(store->db, query,
                               ARGS(v_int(since), v_int(REPORT_ROWS)));

    return read_rows(&rows, arena, kind, out);
}

Err reads_report(Store *store, Arena *arena, int64_t since_minute,
                 ReadReport *out)
{
    int64_t since_hour = since_minute / 60;
    ReadReport told = {0};
    Err err = store_begin(store);

    if (err) return err;
    err = report(store, arena, QUERY_REPORT_MINUTES, BY_NUMBER, since_minute,
                 &told.minutes);
    if (!err)
        err = report(store, arena, QUERY_REPORT_STORIES, BY_STORY, since_hour,
                     &told.stories);
    if (!err)
        err = report(store, arena, QUERY_REPORT_SECTIONS, BY_NAME, since_minute,
                     &told.sections);
    if (!err)
        err = report(store, arena, QUERY_REPORT_LANGUAGES, BY_NAME,
                     since_minute, &told.languages);
    if (!err)
        err = report(store, arena, QUERY_REPORT_REFERRERS, BY_NAME, since_hour,
                     &told.referrers);
    if (!err)
        err = report(store, arena, QUERY_REPORT_SCREENS, BY_NUMBER,
                     since_minute, &told.screens);
    err = store_end(store, err);
    if (!err) *out = told;
    return err;
}
