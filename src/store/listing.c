/* listing.c -- keeps the public side true: what readers see is made from what
 * the stories say, in the same transaction, here and nowhere else. */
#include "store/inside.h"
#include "store/stories.h"

/* A story as it stands in the lists now. */
typedef struct Place {
    StoryId story;
    int32_t version;
    int64_t language, section;
    Time at;
    Time now; /* of the change; only for those put on */
    Str headline;
} Place;

static Err place_get(Store *store, Arena *arena, StoryId id, Place *out)
{
    Place place;
    Rows rows = db_query(store->db, QUERY_LISTED_GET, ARGS(v_int(id.number)));
    Err err = db_first(&rows);
    Err end;

    if (!err)
        place = (Place){
            .story = id,
            .version = (int32_t)db_int(&rows, 0),
            .language = db_int(&rows, 1),
            .section = db_int(&rows, 2),
            .at = db_int(&rows, 3),
            .headline = db_text(&rows, arena, 4),
        };
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = place;
    return ERR_OK;
}

/* ---- tags and terms, both ways ---- */

static Err add_tag(Store *store, const Place *place, const Tag *tag)
{
    Known *known;
    Err err = tag_id(store, tag->slug, &known);

    if (!err)
        err =
            tag_name_keep(store, known, place->language, tag->name, place->now);
    if (err) return err;
    tag_count_add(store, place->language, known->id, 1);
    return db_run(store->db, QUERY_LISTED_TAG_ADD,
                  ARGS(v_int(place->language), v_int(known->id),
                       v_int(place->at), v_int(place->story.number)));
}

static Err drop_tag(Store *store, const Place *place, const Tag *tag)
{
    Known *known;
    Err err = tag_id(store, tag->slug, &known);

    if (err) return err;
    tag_count_add(store, place->language, known->id, -1);
    return db_run(store->db, QUERY_LISTED_TAG_DROP,
                  ARGS(v_int(place->language), v_int(known->id),
                       v_int(place->at), v_int(place->story.number)));
}

static Err each_tag(Store *store, const Place *place, TagList tags,
                    Err (*each)(Store *, const Place *, const Tag *))
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < tags.count; i++)
        err = each(store, place, &tags.items[i]);
    return err;
}

/* ---- on and off the lists ---- */

Err listing_add(Store *store, const Story *story, const Version *version,
                bool corrected, Time now)
{
    Place place = {.story = story->id,
                   .version = version->version,
                   .at = story->at,
                   .now = now,
                   .headline = version->headline};
    Known *section;
    Err err = language_id(store, story->language, &place.language);

    if (!err) err = section_id(store, version->section, &section);
    if (!err)
        err = section_name_keep(store, section, place.language,
                                version->section_name, place.now);
    if (!err)
        err = db_run(store->db, QUERY_LISTED_ADD,
                     ARGS(v_int(story->id.number), v_int(version->version),
                          v_int(place.language), v_int(section->id),
                          v_int(story->at), v_int(story->timed),
                          v_int(story->changed_at), v_int(version->urgency),
                          v_int(corrected), v_text(version->slug),
                          v_text(version->headline), v_text(version->deck)));
    if (!err && version->picture.number)
        err = db_run(
            store->db, QUERY_LISTED_PICTURE_ADD,
            ARGS(v_int(story->id.number), v_int(version->picture.number)));
    if (!err) err = each_tag(store, &place, version->tags, add_tag);
    if (!err) tag_count_add(store, place.language, 0, 1);
    return err;
}

static Err take_off(Store *store, Arena *arena, const Place *place)
{
    Version version;
    Err err =
        versions_get(store, arena, place->story, place->version, &version);

    if (!err) err = each_tag(store, place, version.tags, drop_tag);
    if (!err && version.picture.number)
        err = db_run(store->db, QUERY_LISTED_PICTURE_DROP,
                     ARGS(v_int(place->story.number)));
    if (!err)
        err = db_run(store->db, QUERY_LISTED_DROP,
                     ARGS(v_int(place->story.number)));
    if (!err) tag_count_add(store, place->language, 0, -1);
    return err;
}

static Err was_corrected(Store *store, const Story *story, ChangeKind kind,
                         bool *out)
{
    int64_t corrected = kind == CHANGE_CORRECT;
    Err err = ERR_OK;

    if (kind != CHANGE_PUBLISH && kind != CHANGE_CORRECT)
        err = db_number(store->db, QUERY_CHANGE_CORRECTED,
                        ARGS(v_int(story->id.number)), &corrected);
    if (!err) *out = corrected != 0;
    return err;
}

static Err show(Store *store, Arena *arena, const Story *story,
                const Version *version, ChangeKind kind, Time now)
{
    Version read;
    bool corrected;
    Err err = was_corrected(store, story, kind, &corrected);

    if (!err && !version) {
        err =
            versions_get(store, arena, story->id, story->public_version, &read);
        version = &read;
    }
    if (!err && kind == CHANGE_RESTORE)
        err = db_run(store->db, QUERY_GONE_DROP, ARGS(v_int(story->id.number)));
    return err ? err : listing_add(store, story, version, corrected, now);
}

/* place: where it stood until now, or NULL when it was gone already. */
static Err hide(Store *store, const Story *story, const Place *place, Time now)
{
    if (!place)
        return db_run(store->db, QUERY_GONE_CHANGE,
                      ARGS(v_int(story->id.number), v_int(story->state),
                           v_int(now), v_text(story->note)));
    return db_run(store->db, QUERY_GONE_ADD,
                  ARGS(v_int(story->id.number), v_int(place->version),
                       v_int(place->language), v_int(place->section),
                       v_int(story->state), v_int(now), v_text(story->note)));
}

Err listing_update(Store *store, Arena *arena, const Story *story,
                   const Version *version, ChangeKind kind, Time now,
                   bool *shown)
{
    Place place;
    bool listed = false;
    int64_t noticed = 0; /* whether there was a notice to change */
    Err err = ERR_OK;

    /* What is published for the first time stands nowhere yet. */
    if (kind != CHANGE_PUBLISH) {
        err = place_get(store, arena, story->id, &place);
        listed = !err;
        if (listed) err = take_off(store, arena, &place);
        if (err && err != ERR_NOT_FOUND) return err;
    }
    *shown = true;
    if (story_is_public(story->state))
        return show(store, arena, story, version, kind, now);
    err = hide(store, story, listed ? &place : NULL, now);
    if (!err && !listed) err = db_changed(store->db, &noticed);
    if (!err) *shown = listed || noticed;
    return err;
}
