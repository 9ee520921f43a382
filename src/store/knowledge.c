/* knowledge.c -- small numbers for languages, sections and tags, known by heart
 * once they were asked for, so that a story of five tags does not ask for each.
 */
#include "base/hash.h"
#include "store/inside.h"
#include "store/stories.h"

void knowledge_open(Knowledge *known)
{
    *known = (Knowledge){.arena = arena_open()};
    map_init(&known->languages);
    map_init(&known->sections);
    map_init(&known->tags);
    known->count_arena = arena_open();
    map_init(&known->counts);
    expected_open(&known->expected);
}

void knowledge_close(Knowledge *known)
{
    map_close(&known->languages);
    map_close(&known->sections);
    map_close(&known->tags);
    map_close(&known->counts);
    arena_close(&known->arena);
    arena_close(&known->count_arena);
    expected_close(&known->expected);
}

/* Ids are only known by heart inside this handle's transactions and from what
 * it committed; nobody takes a language, section or tag away. */
static Err known_id(Store *store, Map *map, Query get, Query add, Str text,
                    Known **out)
{
    uint64_t key = hash_table(text);
    Known *known = map_get(map, key);
    int64_t id;
    Err err;

    if (known && str_eq(known->text, text)) {
        *out = known;
        return ERR_OK;
    }
    err = db_number(store->db, get, ARGS(v_text(text)), &id);
    if (err == ERR_NOT_FOUND)
        err = db_number(store->db, add, ARGS(v_text(text)), &id);
    if (err) return err;
    known = ARENA_NEW(&store->known.arena, Known);
    *known = (Known){.text = str_copy(&store->known.arena, text), .id = id};
    map_put(map, key, known);
    *out = known;
    return ERR_OK;
}

Err language_id(Store *store, Str code, int64_t *id)
{
    Known *known;
    Err err = known_id(store, &store->known.languages, QUERY_LANGUAGE_ID,
                       QUERY_LANGUAGE_ADD, code, &known);

    if (!err) *id = known->id;
    return err;
}

Err section_id(Store *store, Str slug, Known **section)
{
    return known_id(store, &store->known.sections, QUERY_SECTION_ID,
                    QUERY_SECTION_ADD, slug, section);
}

Err tag_id(Store *store, Str slug, Known **tag)
{
    return known_id(store, &store->known.tags, QUERY_TAG_ID, QUERY_TAG_ADD,
                    slug, tag);
}

/* A name for what readers know by its slug already changes their pages. */
static Err note_if_used(Store *store, Query used, const Known *known,
                        int64_t language, Time now)
{
    int64_t is_used;
    Err err = db_number(store->db, used,
                        ARGS(v_int(language), v_int(known->id)), &is_used);

    if (err || !is_used) return err;
    return names_changed(store, now);
}

/* The first name that a story brings along stays. */
static Err name_keep(Store *store, Query keep, Query used, Known *known,
                     int64_t language, Str name, Time now)
{
    uint64_t bit = language < 64 ? UINT64_C(1) << language : 0;
    int64_t kept = 0;
    Err err;

    if (!name.len || str_eq(name, known->text) || known->named & bit)
        return ERR_OK;
    err = db_run(store->db, keep,
                 ARGS(v_int(known->id), v_int(language), v_text(name)));
    if (!err) err = db_changed(store->db, &kept);
    if (err) return err;
    known->named |= bit;
    return kept ? note_if_used(store, used, known, language, now) : ERR_OK;
}

Err section_name_keep(Store *store, Known *section, int64_t language, Str name,
                      Time now)
{
    return name_keep(store, QUERY_SECTION_NAME_KEEP, QUERY_SECTION_USED,
                     section, language, name, now);
}

Err tag_name_keep(Store *store, Known *tag, int64_t language, Str name,
                  Time now)
{
    return name_keep(store, QUERY_TAG_NAME_KEEP, QUERY_TAG_USED, tag, language,
                     name, now);
}

Err names_changed(Store *store, Time now)
{
    int64_t number;
    Err err;

    if (store->names_noted) return ERR_OK;
    err = next_change(store, &number);
    if (err) return err;
    store->names_noted = true;
    return change_add(
        store, &(Change){.number = number, .at = now, .kind = CHANGE_NAMES});
}

void tag_count_add(Store *store, int64_t language, int64_t tag, int64_t stories)
{
    Map *counts = &store->known.counts;
    uint64_t key = (uint64_t)language << 40 | (uint64_t)tag;
    TagCount *count = map_get(counts, key);

    if (!count) {
        count = ARENA_NEW(&store->known.count_arena, TagCount);
        *count = (TagCount){language, tag, 0};
        map_put(counts, key, count);
    }
    count->stories += stories;
}

void tag_counts_clear(Store *store)
{
    map_close(&store->known.counts);
    arena_reset(&store->known.count_arena);
}

Err sections_name(Store *store, Str slug, Str language, Str name,
                  int32_t position)
{
    Known *section;
    int64_t language_number;
    Err err = section_id(store, slug, &section);

    if (!err && position >= 0)
        err = db_run(store->db, QUERY_SECTION_PLACE,
                     ARGS(v_int(section->id), v_int(position)));
    if (err || !name.len) return err;
    err = language_id(store, language, &language_number);
    if (err) return err;
    return db_run(
        store->db, QUERY_SECTION_NAME_SET,
        ARGS(v_int(section->id), v_int(language_number), v_text(name)));
}

Err tags_name(Store *store, Str slug, Str language, Str name)
{
    Known *tag;
    int64_t language_number;
    Err err = tag_id(store, slug, &tag);

    if (err || !name.len) return err;
    err = language_id(store, language, &language_number);
    if (err) return err;
    return db_run(store->db, QUERY_TAG_NAME_SET,
                  ARGS(v_int(tag->id), v_int(language_number), v_text(name)));
}
