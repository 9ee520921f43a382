#include "store/public.h"

#include <assert.h>

#include "store/inside.h"

PublicItem public_item_of(const Rows *rows, Arena *arena, int from)
{
    return (PublicItem){
        .id = {db_int(rows, from)},
        .version = (int32_t)db_int(rows, from + 1),
        .language = db_text(rows, arena, from + 2),
        .section = db_text(rows, arena, from + 3),
        .section_name = db_text(rows, arena, from + 4),
        .headline = db_text(rows, arena, from + 5),
        .deck = db_text(rows, arena, from + 6),
        .slug = db_text(rows, arena, from + 7),
        .at = db_int(rows, from + 8),
        .timed = db_int(rows, from + 9) != 0,
        .changed_at = db_int(rows, from + 10),
        .urgency = (int32_t)db_int(rows, from + 11),
        .corrected = db_int(rows, from + 12) != 0,
        .picture = {.mark = db_text(rows, arena, from + 15),
                    .width = (int32_t)db_int(rows, from + 16),
                    .height = (int32_t)db_int(rows, from + 17),
                    .color = (int32_t)db_int(rows, from + 18),
                    .focus_x = (int32_t)db_int(rows, from + 19),
                    .focus_y = (int32_t)db_int(rows, from + 20)},
    };
}

#define ITEM_COLUMNS 21 /* public_item's, of which two are for joins */

static void add_item(PublicList *list, Arena *arena, const PublicItem *item)
{
    size_t n = list->count;

    if ((n & (n - 1)) == 0)
        list->items = arena_grow(arena, list->items, n * sizeof *item,
                                 (n ? n * 2 : 1) * sizeof *item);
    list->items[n] = *item;
    list->count = n + 1;
}

/* Reads up to max items; more says that there was another. */
static Err read_list(Rows *rows, Arena *arena, size_t max, PublicList *out)
{
    PublicList list = {0};
    Err err;

    while (db_next(rows)) {
        PublicItem item;

        if (list.count == max) {
            list.more = true;
            break;
        }
        item = public_item_of(rows, arena, 0);
        add_item(&list, arena, &item);
    }
    err = db_done(rows);
    if (!err) *out = list;
    return err;
}

Err public_item(Store *store, Arena *arena, StoryId id, PublicItem *out)
{
    Rows rows = db_query(store->db, QUERY_PUBLIC_ITEM, ARGS(v_int(id.number)));
    Err err = db_first(&rows);
    PublicItem item;
    Err end;

    if (!err) item = public_item_of(&rows, arena, 0);
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = item;
    return ERR_OK;
}

static Err items_at_once(Store *store, Arena *arena, const StoryId *ids,
                         size_t count, PublicList *out)
{
    Rows rows = db_query(store->db, QUERY_PG_PUBLIC_ITEMS,
                         ARGS(v_text(stories_array(arena, ids, count))));

    return read_list(&rows, arena, count, out);
}

Err public_items(Store *store, Arena *arena, const StoryId *ids, size_t count,
                 PublicList *out)
{
    PublicList list = {0};

    if (count && store_takes_turns(store))
        return items_at_once(store, arena, ids, count, out);
    for (size_t i = 0; i < count; i++) {
        PublicItem item;
        Err err = public_item(store, arena, ids[i], &item);

        if (err == ERR_NOT_FOUND) continue;
        if (err) return err;
        add_item(&list, arena, &item);
    }
    *out = list;
    return ERR_OK;
}

/* ---- lists ---- */

Err public_list(Store *store, Arena *arena, ListKey key, const Cursor *before,
                Time since, size_t max, PublicList *out)
{
    Cursor from = before ? *before : (Cursor){INT64_MAX, INT64_MAX};
    Value limit = v_int((int64_t)max + 1);
    Rows rows;

    assert(max >= 1 && max <= LIST_MAX);
    assert(!key.section.len || !key.tag.len);
    if (key.section.len)
        rows = db_query(store->db, QUERY_LIST_SECTION,
                        ARGS(v_text(key.language), v_int(from.at),
                             v_int(from.number), v_int(since), limit,
                             v_text(key.section)));
    else if (key.tag.len)
        rows = db_query(store->db, QUERY_LIST_TAG,
                        ARGS(v_text(key.language), v_int(from.at),
                             v_int(from.number), v_int(since), limit,
                             v_text(key.tag)));
    else
        rows = db_query(store->db, QUERY_LIST_ALL,
                        ARGS(v_text(key.language), v_int(from.at),
                             v_int(from.number), v_int(since), limit));
    return read_list(&rows, arena, max, out);
}

static void reverse(PublicList *list)
{
    for (size_t i = 0; i < list->count / 2; i++) {
        PublicItem item = list->items[i];

        list->items[i] = list->items[list->count - 1 - i];
        list->items[list->count - 1 - i] = item;
    }
}

Err public_list_newer(Store *store, Arena *arena, ListKey key, Cursor after,
                      size_t max, PublicList *out)
{
    Value limit = v_int((int64_t)max + 1);
    Rows rows;
    Err err;

    assert(max >= 1 && max <= LIST_MAX);
    assert(!key.section.len || !key.tag.len);
    if (key.section.len)
        rows = db_query(store->db, QUERY_LIST_SECTION_NEWER,
                        ARGS(v_text(key.language), v_int(after.at),
                             v_int(after.number), limit, v_text(key.section)));
    else if (key.tag.len)
        rows = db_query(store->db, QUERY_LIST_TAG_NEWER,
                        ARGS(v_text(key.language), v_int(after.at),
                             v_int(after.number), limit, v_text(key.tag)));
    else
        rows = db_query(store->db, QUERY_LIST_ALL_NEWER,
                        ARGS(v_text(key.language), v_int(after.at),
                             v_int(after.number), limit));
    err = read_list(&rows, arena, max, out);
    if (!err) reverse(out);
    return err;
}

Err public_peers(Store *store, Arena *arena, StoryId group, StoryId except,
                 PublicList *out)
{
    Rows rows = db_query(store->db, QUERY_PUBLIC_PEERS,
                         ARGS(v_int(group.number), v_int(except.number)));

    return read_list(&rows, arena, LIST_MAX, out);
}

Err public_followers(Store *store, Arena *arena, StoryId id, PublicList *out)
{
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_FOLLOWERS, ARGS(v_int(id.number)));

    return read_list(&rows, arena, LIST_MAX, out);
}

Err public_range(Store *store, Arena *arena, int64_t first, int64_t end,
                 size_t max, PublicList *out)
{
    Rows rows;

    assert(max >= 1 && max <= LIST_MAX);
    rows = db_query(store->db, QUERY_PUBLIC_RANGE,
                    ARGS(v_int(first), v_int(end), v_int((int64_t)max + 1)));
    return read_list(&rows, arena, max, out);
}

Err public_highest(Store *store, int64_t *out)
{
    return db_number(store->db, QUERY_PUBLIC_HIGHEST, NO_ARGS, out);
}

/* ---- one story ---- */

static Err name_tags(Store *store, Arena *arena, Str language, TagList tags)
{
    for (size_t i = 0; i < tags.count; i++) {
        Tag *tag = &tags.items[i];
        Err err =
            public_tag_name(store, arena, tag->slug, language, &tag->name);

        if (err == ERR_NOT_FOUND) tag->name = tag->slug;
        if (err && err != ERR_NOT_FOUND) return err;
    }
    return ERR_OK;
}

static Err read_corrections(Store *store, Arena *arena, PublicStory *story)
{
    Rows rows = db_query(store->db, QUERY_PUBLIC_CORRECTIONS,
                         ARGS(v_int(story->item.id.number)));
    size_t n = 0;

    while (db_next(&rows)) {
        if ((n & (n - 1)) == 0)
            story->corrections =
                arena_grow(arena, story->corrections, n * sizeof(Correction),
                           (n ? n * 2 : 1) * sizeof(Correction));
        story->corrections[n++] = (Correction){
            .version = (int32_t)db_int(&rows, 0),
            .at = db_int(&rows, 1),
            .note = db_text(&rows, arena, 2),
        };
    }
    story->correction_count = n;
    return db_done(&rows);
}

static PublicStory read_story(const Rows *rows, Arena *arena)
{
    int at = ITEM_COLUMNS;

    return (PublicStory){
        .item = public_item_of(rows, arena, 0),
        .uri = db_text(rows, arena, at),
        .group = {db_int(rows, at + 1)},
        .follows = {db_int(rows, at + 2)},
        .body = {db_text(rows, arena, at + 3)},
        .byline = db_text(rows, arena, at + 4),
        .place = db_text(rows, arena, at + 5),
        .tags = tags_split(arena, db_text(rows, arena, at + 6)),
        .words = (int32_t)db_int(rows, at + 7),
        .source = db_text(rows, arena, at + 8),
        .source_url = db_text(rows, arena, at + 9),
        .late = db_int(rows, at + 10),
    };
}

/* ERR_GONE with the notice, or ERR_NOT_FOUND. */
static Err read_notice(Store *store, Arena *arena, StoryId id,
                       PublicNotice *out)
{
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_NOTICE, ARGS(v_int(id.number)));
    PublicNotice notice;
    Err err = db_first(&rows);
    Err end;

    if (!err)
        notice = (PublicNotice){
            .id = id,
            .language = db_text(&rows, arena, 0),
            .state = (StoryState)db_int(&rows, 1),
            .at = db_int(&rows, 2),
            .note = db_text(&rows, arena, 3),
        };
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    if (out) *out = notice;
    return ERR_GONE;
}

/* Several queries of one story must agree, so they share a snapshot. */
static Err snapshot_begin(Store *store, bool *mine)
{
    *mine = !store->begun && store->side != STORE_WRITE;
    return *mine ? store_begin(store) : ERR_OK;
}

static Err snapshot_end(Store *store, bool mine, Err err)
{
    return mine ? store_end(store, err) : err;
}

static Err story_within(Store *store, Arena *arena, StoryId id,
                        PublicStory *out, PublicNotice *notice)
{
    Rows rows = db_query(store->db, QUERY_PUBLIC_STORY, ARGS(v_int(id.number)));
    PublicStory story;
    Err err = db_first(&rows);
    Err end;

    if (!err) story = read_story(&rows, arena);
    end = db_done(&rows);
    if (err == ERR_NOT_FOUND) return read_notice(store, arena, id, notice);
    if (err || end) return err ? err : end;
    err = name_tags(store, arena, story.item.language, story.tags);
    if (!err && story.item.corrected)
        err = read_corrections(store, arena, &story);
    if (!err) *out = story;
    return err;
}

Err public_story(Store *store, Arena *arena, StoryId id, PublicStory *out,
                 PublicNotice *notice)
{
    bool mine;
    Err err = snapshot_begin(store, &mine);

    if (err) return err;
    err = story_within(store, arena, id, out, notice);
    return snapshot_end(store, mine, err);
}

static Err read_placing(Rows *rows, Arena *arena, Placing *out)
{
    Placing placing;
    Err err = db_first(rows);
    Err end;

    if (!err) {
        TagList tags = tags_split(arena, db_text(rows, arena, 2));

        placing = (Placing){
            .language = db_text(rows, arena, 0),
            .section = db_text(rows, arena, 1),
            .at = db_time(rows, 3),
            .group = {db_int(rows, 4)},
            .follows = {db_int(rows, 5)},
        };
        for (size_t i = 0; i < tags.count; i++)
            strs_add(&placing.tags, arena, tags.items[i].slug);
    }
    end = db_done(rows);
    if (err || end) return err ? err : end;
    *out = placing;
    return ERR_OK;
}

Err public_placing(Store *store, Arena *arena, StoryId id, Placing *out)
{
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_PLACING, ARGS(v_int(id.number)));
    Err err = read_placing(&rows, arena, out);

    if (err != ERR_NOT_FOUND) return err;
    rows =
        db_query(store->db, QUERY_PUBLIC_PLACING_GONE, ARGS(v_int(id.number)));
    err = read_placing(&rows, arena, out);
    return err ? err : ERR_GONE;
}

/* ---- names ---- */

bool sections_same(const SectionList *a, const SectionList *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(a->items[i].slug, b->items[i].slug) ||
            !str_eq(a->items[i].name, b->items[i].name))
            return false;
    return true;
}

Err public_indexed(Store *store, int64_t *change, int64_t *related)
{
    Rows rows = db_query(store->db, QUERY_PUBLIC_INDEXED, NO_ARGS);

    *change = *related = 0;
    if (db_next(&rows)) {
        *change = db_int(&rows, 0);
        *related = db_int(&rows, 1);
    }
    return db_done(&rows);
}

Err public_follows(Store *store, StoryId id, int64_t *out)
{
    return db_number(store->db, QUERY_PUBLIC_FOLLOWS, ARGS(v_int(id.number)),
                     out);
}

Err public_sections(Store *store, Arena *arena, Str language, SectionList *out)
{
    SectionList list = {0};
    Rows rows =
        db_query(store->db, QUERY_PUBLIC_SECTIONS, ARGS(v_text(language)));
    Err err;

    while (db_next(&rows)) {
        size_t n = list.count++;

        if ((n & (n - 1)) == 0)
            list.items = arena_grow(arena, list.items, n * sizeof(SectionInfo),
                                    (n ? n * 2 : 1) * sizeof(SectionInfo));
        list.items[n] =
            (SectionInfo){db_text(&rows, arena, 0), db_text(&rows, arena, 1)};
    }
    err = db_done(&rows);
    if (!err) *out = list;
    return err;
}

static Err read_name(Store *store, Arena *arena, Query query, Str slug,
                     Str language, Str *out)
{
    Rows rows =
        db_query(store->db, query, ARGS(v_text(slug), v_text(language)));
    Err err = db_first(&rows);
    Str name = err ? S("") : db_text(&rows, arena, 0);
    Err end = db_done(&rows);

    if (err || end) return err ? err : end;
    *out = name;
    return ERR_OK;
}

Err public_section_name(Store *store, Arena *arena, Str slug, Str language,
                        Str *out)
{
    return read_name(store, arena, QUERY_PUBLIC_SECTION_NAME, slug, language,
                     out);
}

Err public_tag_name(Store *store, Arena *arena, Str slug, Str language,
                    Str *out)
{
    return read_name(store, arena, QUERY_PUBLIC_TAG_NAME, slug, language, out);
}
