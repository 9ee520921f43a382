#include "store/pictures.h"

#include "store/inside.h"

#define LOOK_AT_ONCE 500

static Picture picture_of(const Rows *rows, Arena *arena)
{
    return (Picture){
        .number = db_int(rows, 0),
        .mark = db_text(rows, arena, 1),
        .type = (PictureType)db_int(rows, 2),
        .bytes = db_int(rows, 3),
        .width = (int32_t)db_int(rows, 4),
        .height = (int32_t)db_int(rows, 5),
        .color = (int32_t)db_int(rows, 6),
        .focus_x = (int32_t)db_int(rows, 7),
        .focus_y = (int32_t)db_int(rows, 8),
        .said = {.alt = db_text(rows, arena, 9),
                 .caption = db_text(rows, arena, 10),
                 .credit = db_text(rows, arena, 11),
                 .rights = db_text(rows, arena, 12),
                 .until = db_time(rows, 13)},
        .added_at = db_int(rows, 14),
    };
}

static Err read_picture(Rows *rows, Arena *arena, Picture *out)
{
    Picture found = {0};
    Err err = db_first(rows);
    Err end;

    if (!err) found = picture_of(rows, arena);
    end = db_done(rows);
    if (err || end) return err ? err : end;
    *out = found;
    return ERR_OK;
}

Err pictures_find(Store *store, Arena *arena, Str mark, Picture *out)
{
    Rows rows = db_query(store->db, QUERY_PICTURE_GET, ARGS(v_text(mark)));

    return read_picture(&rows, arena, out);
}

Err pictures_get(Store *store, Arena *arena, int64_t number, Picture *out)
{
    Rows rows =
        db_query(store->db, QUERY_PICTURE_BY_NUMBER, ARGS(v_int(number)));

    return read_picture(&rows, arena, out);
}

Err pictures_before(Store *store, Arena *arena, int64_t number, Pictures *out)
{
    Pictures list = {.items = ARENA_ARRAY(arena, Picture, PICTURES_MAX)};
    Rows rows = db_query(store->db, QUERY_PICTURES_BEFORE,
                         ARGS(v_int(number), v_int(PICTURES_MAX)));
    Err err;

    while (list.count < PICTURES_MAX && db_next(&rows))
        list.items[list.count++] = picture_of(&rows, arena);
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

static bool has_expired(const Picture *picture, Time now)
{
    return picture->said.until != TIME_NONE && picture->said.until <= now;
}

Err pictures_add(Store *store, Picture *picture, Time now)
{
    const PictureSaid *said = &picture->said;

    picture->added_at = now;
    return db_number(
        store->db, QUERY_PICTURE_ADD,
        ARGS(v_text(picture->mark), v_int(picture->type), v_int(picture->bytes),
             v_int(picture->width), v_int(picture->height),
             v_int(picture->color), v_int(picture->focus_x),
             v_int(picture->focus_y), v_text(said->alt), v_text(said->caption),
             v_text(said->credit), v_text(said->rights), v_time(said->until),
             v_int(has_expired(picture, now)), v_int(now)),
        &picture->number);
}

/* A line in the log for each story that shows it. */
static Err tell_shown(Store *store, Arena *arena, int64_t picture, Time now,
                      int64_t *change)
{
    Change *lines = ARENA_ARRAY(arena, Change, LOOK_AT_ONCE);
    size_t count = LOOK_AT_ONCE;
    int64_t after = 0;
    Err err = ERR_OK;

    while (!err && count == LOOK_AT_ONCE) {
        Rows rows =
            db_query(store->db, QUERY_PICTURE_SHOWN,
                     ARGS(v_int(picture), v_int(after), v_int(LOOK_AT_ONCE)));

        for (count = 0; count < LOOK_AT_ONCE && db_next(&rows); count++) {
            after = db_int(&rows, 0);
            lines[count] = (Change){.at = now,
                                    .kind = CHANGE_PICTURE,
                                    .story = {after},
                                    .version = (int32_t)db_int(&rows, 1)};
        }
        err = db_done(&rows);
        for (size_t i = 0; !err && i < count; i++) {
            err = next_change(store, change);
            lines[i].number = *change;
            if (!err) err = change_add(store, &lines[i]);
        }
    }
    return err;
}

Err pictures_save(Store *store, Arena *arena, const Picture *picture, Time now,
                  int64_t *change)
{
    const PictureSaid *said = &picture->said;
    Err err = db_run(store->db, QUERY_PICTURE_SAVE,
                     ARGS(v_int(picture->number), v_int(picture->focus_x),
                          v_int(picture->focus_y), v_text(said->alt),
                          v_text(said->caption), v_text(said->credit),
                          v_text(said->rights), v_time(said->until),
                          v_int(has_expired(picture, now))));

    *change = 0;
    return err ? err : tell_shown(store, arena, picture->number, now, change);
}

Err pictures_due_first(Store *store, Time *out)
{
    Time first = TIME_NONE;
    Err err = db_number(store->db, QUERY_PICTURES_DUE_NEXT, NO_ARGS, &first);

    if (err && err != ERR_NOT_FOUND) return err;
    *out = first;
    return ERR_OK;
}

Err pictures_expire(Store *store, Arena *arena, Time now, Time *next,
                    int64_t *change)
{
    int64_t *due = ARENA_ARRAY(arena, int64_t, LOOK_AT_ONCE);
    size_t count = 0;
    Rows rows = db_query(store->db, QUERY_PICTURES_DUE,
                         ARGS(v_int(now), v_int(LOOK_AT_ONCE)));
    Err err;

    *change = 0;
    while (count < LOOK_AT_ONCE && db_next(&rows))
        due[count++] = db_int(&rows, 0);
    err = db_done(&rows);
    for (size_t i = 0; !err && i < count; i++) {
        int64_t done = 0;

        err = db_run(store->db, QUERY_PICTURE_EXPIRE, ARGS(v_int(due[i])));
        if (!err) err = db_changed(store->db, &done);
        if (!err && done) err = tell_shown(store, arena, due[i], now, change);
    }
    return err ? err : pictures_due_first(store, next);
}

/* ---- the public side ---- */

Err public_lead(Store *store, Arena *arena, StoryId story, PublicLead *out)
{
    PublicLead lead = {0};
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_LEAD, ARGS(v_int(story.number)));
    Err err = db_first(&rows);
    Err end;

    if (!err)
        lead = (PublicLead){
            .picture = db_int(&rows, 0),
            .type = (PictureType)db_int(&rows, 1),
            .bytes = db_int(&rows, 2),
            .said = {.alt = db_text(&rows, arena, 3),
                     .caption = db_text(&rows, arena, 4),
                     .credit = db_text(&rows, arena, 5),
                     .rights = db_text(&rows, arena, 6),
                     .until = db_time(&rows, 7)},
        };
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = lead;
    return ERR_OK;
}

Err public_picture(Store *store, Str mark, PictureSize *size, Time *until)
{
    PictureSize found = {0};
    Time then = TIME_NONE;
    Rows rows = db_query(store->db, QUERY_PUBLIC_PICTURE, ARGS(v_text(mark)));
    Err err = db_first(&rows);
    Err end;

    if (!err) {
        found =
            (PictureSize){(int32_t)db_int(&rows, 0), (int32_t)db_int(&rows, 1)};
        then = db_time(&rows, 2);
    }
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *size = found;
    *until = then;
    return ERR_OK;
}

Err public_shown(Store *store, Arena *arena, Str mark, size_t max, ShownBy *out)
{
    ShownBy list = {.items = ARENA_ARRAY(arena, StoryId, max)};
    Rows rows = db_query(store->db, QUERY_PUBLIC_SHOWN,
                         ARGS(v_text(mark), v_int((int64_t)max)));
    Err err;

    while (list.count < max && db_next(&rows))
        list.items[list.count++] = (StoryId){db_int(&rows, 0)};
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}
