#include "store/stories.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "store/inside.h"

#define DUE_AGAIN                                                              \
    (TIME_SECOND / 2) /* what another node does is done by then                \
                       */

/* ---- reading ---- */

static Err read_story(Rows *rows, Arena *arena, Story *out)
{
    Story story;
    Err err = db_first(rows);
    Err end;

    if (!err)
        story = (Story){
            .id = {db_int(rows, 0)},
            .uri = db_text(rows, arena, 1),
            .language = db_text(rows, arena, 2),
            .group = {db_int(rows, 3)},
            .follows = {db_int(rows, 4)},
            .state = (StoryState)db_int(rows, 5),
            .latest = (int32_t)db_int(rows, 6),
            .public_version = (int32_t)db_int(rows, 7),
            .source_version = db_int(rows, 8),
            .created_at = db_int(rows, 9),
            .at = db_time(rows, 10),
            .timed = db_int(rows, 11) != 0,
            .changed_at = db_int(rows, 12),
            .due_at = db_time(rows, 13),
            .due_version = (int32_t)db_int(rows, 14),
            .embargo = db_int(rows, 15) != 0,
            .note = db_text(rows, arena, 16),
        };
    end = db_done(rows);
    if (err || end) return err ? err : end;
    *out = story;
    return ERR_OK;
}

Err stories_get(Store *store, Arena *arena, StoryId id, Story *out)
{
    Rows rows = db_query(store->db, QUERY_STORY_GET, ARGS(v_int(id.number)));

    return read_story(&rows, arena, out);
}

Err stories_find(Store *store, Arena *arena, Str uri, Story *out)
{
    Rows rows;

    if (is_absent(store, uri)) return ERR_NOT_FOUND;
    rows = db_query(store->db, QUERY_STORY_FIND, ARGS(v_text(uri)));
    return read_story(&rows, arena, out);
}

TagList tags_split(Arena *arena, Str lines)
{
    TagList list = {0};
    size_t count = lines.len ? 1 : 0;

    for (size_t i = 0; i < lines.len; i++)
        count += lines.ptr[i] == '\n';
    list.items = ARENA_ARRAY(arena, Tag, count);
    while (lines.len) {
        Str name = str_cut(&lines, '\n');
        Str slug = str_cut(&name, '\t');

        list.items[list.count++] = (Tag){slug, name};
    }
    return list;
}

Str tags_join(Arena *arena, TagList tags)
{
    size_t size = 1;
    Buf buf;

    for (size_t i = 0; i < tags.count; i++)
        size += tags.items[i].slug.len + tags.items[i].name.len + 2;
    buf = buf_open(arena, size);
    for (size_t i = 0; i < tags.count; i++) {
        const Tag *tag = &tags.items[i];

        if (i) buf_putc(&buf, '\n');
        buf_puts(&buf, tag->slug);
        if (!tag->name.len || str_eq(tag->name, tag->slug)) continue;
        buf_putc(&buf, '\t');
        buf_puts(&buf, tag->name);
    }
    return buf_str(&buf);
}

Err versions_get(Store *store, Arena *arena, StoryId id, int32_t version,
                 Version *out)
{
    Version found;
    Rows rows;
    Err err;
    Err end;

    if (!version) {
        Story story;

        err = stories_get(store, arena, id, &story);
        if (err) return err;
        version = story.latest;
    }
    rows = db_query(store->db, QUERY_VERSION_GET,
                    ARGS(v_int(version_key(id, version))));
    err = db_first(&rows);
    if (!err)
        found = (Version){
            .story = {db_int(&rows, 0)},
            .version = (int32_t)db_int(&rows, 1),
            .saved_at = db_int(&rows, 2),
            .section = db_text(&rows, arena, 3),
            .urgency = (int32_t)db_int(&rows, 4),
            .words = (int32_t)db_int(&rows, 5),
            .slug = db_text(&rows, arena, 6),
            .headline = db_text(&rows, arena, 7),
            .deck = db_text(&rows, arena, 8),
            .byline = db_text(&rows, arena, 9),
            .place = db_text(&rows, arena, 10),
            .tags = tags_split(arena, db_text(&rows, arena, 11)),
            .section_name = db_text(&rows, arena, 12),
            .correction = db_text(&rows, arena, 13),
            .source = db_text(&rows, arena, 14),
            .source_url = db_text(&rows, arena, 15),
            .body = {db_text(&rows, arena, 16)},
            .embargo = db_time(&rows, 17),
            .withheld = db_int(&rows, 18) != 0,
            .said = db_int(&rows, 19),
            .group = db_text(&rows, arena, 20),
            .follows = db_text(&rows, arena, 21),
            .said_at = db_time(&rows, 22),
            .picture = {.number = db_int(&rows, 23),
                        .mark = db_text(&rows, arena, 24),
                        .alt = db_text(&rows, arena, 25),
                        .caption = db_text(&rows, arena, 26)},
        };
    end = db_done(&rows);
    if (err || end) return err ? err : end;
    *out = found;
    return ERR_OK;
}

Err versions_said(Store *store, StoryId id, int64_t said, bool *out)
{
    int64_t found;
    Err err = db_number(store->db, QUERY_VERSION_SAID,
                        ARGS(v_int(id.number), v_int(said)), &found);

    if (!err) *out = found != 0;
    return err;
}

Err stories_due(Store *store, Arena *arena, Time now, Cursor *after, size_t max,
                StoryIdList *out, Time *next)
{
    StoryIdList list = {.items = ARENA_ARRAY(arena, StoryId, max)};
    Cursor last = after ? *after : (Cursor){TIME_MIN, 0};
    Time then = TIME_NONE;
    Rows rows = db_query(store->db, QUERY_STORY_DUE,
                         ARGS(v_int(now), v_int((int64_t)max), v_int(last.at),
                              v_int(last.number)));
    Err err;

    while (list.count < max && db_next(&rows)) {
        last = (Cursor){db_int(&rows, 1), db_int(&rows, 0)};
        list.items[list.count++] = (StoryId){last.number};
    }
    err = db_done(&rows);
    if (err) return err;
    err = db_number(store->db, QUERY_STORY_DUE_NEXT, ARGS(v_int(now)), &then);
    if (err && err != ERR_NOT_FOUND) return err;
    if (after) *after = last;
    *out = list;
    *next = then;
    return ERR_OK;
}

Err stories_due_first(Store *store, Time now, Time *out)
{
    Time first = TIME_NONE;
    Err err = db_number(store->db, QUERY_STORY_DUE_NEXT, ARGS(v_int(TIME_MIN)),
                        &first);

    if (!err && first <= now) {
        err = db_number(store->db, QUERY_STORY_DUE_FREE, ARGS(v_int(now)),
                        &first);
        if (err == ERR_NOT_FOUND) first = now + DUE_AGAIN;
    }
    if (err && err != ERR_NOT_FOUND) return err;
    *out = first;
    return ERR_OK;
}

/* ---- writing ---- */

int64_t row_digest(const Value *columns, size_t count)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t part = columns[i].kind == VALUE_TEXT
                            ? hash_content(columns[i].text).low
                            : (uint64_t)columns[i].number;

        sum = hash_mix(sum, part);
    }
    return (int64_t)sum;
}

static Err write_picture(Store *store, const Version *version)
{
    Value row[PICTURE_COLUMNS + 1] = {
        v_int(version_key(version->story, version->version)),
        v_int(version->picture.number),
        v_text(version->picture.alt),
        v_text(version->picture.caption),
    };

    if (!version->picture.number) return ERR_OK;
    row[PICTURE_COLUMNS] = v_int(row_digest(row, PICTURE_COLUMNS));
    return db_run(store->db, QUERY_VERSION_PICTURE_ADD,
                  (Args){row, COUNT(row)});
}

static Err write_version(Store *store, Version *version, Time now)
{
    Arena scratch = arena_open();
    Known *section;
    Err err = section_id(store, version->section, &section);

    version->saved_at = now;
    if (!err) {
        Value columns[] = {
            v_int(version_key(version->story, version->version)),
            v_int(version->story.number),
            v_int(version->version),
            v_int(now),
            v_int(section->id),
            v_int(version->urgency),
            v_int(version->words),
            v_time(version->said_at),
            v_time(version->embargo),
            v_int(version->withheld),
            v_int(version->said),
            v_text(version->slug),
            v_text(version->headline),
            v_text(version->deck),
            v_text(version->byline),
            v_text(version->place),
            v_text(tags_join(&scratch, version->tags)),
            v_text(version->section_name),
            v_text(version->correction),
            v_text(version->source),
            v_text(version->source_url),
            v_text(version->group),
            v_text(version->follows),
            v_text(version->body.markup),
            {0},
        };

        columns[VERSION_COLUMNS] = v_int(row_digest(columns, VERSION_COLUMNS));
        err = db_run(store->db, QUERY_VERSION_ADD,
                     (Args){columns, COUNT(columns)});
    }
    arena_close(&scratch);
    return err ? err : write_picture(store, version);
}

/* The row of a story, in the order of story_add. */
static Err make_row(Store *store, const Story *story, Value *row)
{
    int64_t language = 0;
    Err err = language_id(store, story->language, &language);
    const Value columns[STORY_COLUMNS] = {
        v_int(story->id.number),
        v_text(story->uri),
        v_int(language),
        v_int(story->group.number),
        v_story(story->follows),
        v_int(story->state),
        v_int(story->latest),
        v_int(story->public_version),
        v_int(story->source_version),
        v_int(story->created_at),
        v_time(story->at),
        v_int(story->timed),
        v_int(story->changed_at),
        v_time(story->due_at),
        v_int(story->due_version),
        v_int(story->embargo),
        v_text(story->note),
    };

    memcpy(row, columns, sizeof columns);
    row[STORY_COLUMNS] = v_int(row_digest(columns, STORY_COLUMNS));
    return err;
}

static Err add_row(Store *store, const Story *story)
{
    Value row[STORY_COLUMNS + 1];
    Err err = make_row(store, story, row);

    if (err) return err;
    return db_run(store->db, QUERY_STORY_ADD, (Args){row, COUNT(row)});
}

static Err save_row(Store *store, const Story *story)
{
    Value row[STORY_COLUMNS + 1];
    Err err = make_row(store, story, row);

    if (err) return err;
    return db_run(store->db, QUERY_STORY_SAVE,
                  ARGS(row[0], row[3], row[4], row[5], row[6], row[7], row[8],
                       row[10], row[11], row[12], row[13], row[14], row[15],
                       row[16], row[17]));
}

/* The one that id follows; 0: none. */
static Err followed_by(Store *store, int64_t id, int64_t *out)
{
    Err err = db_number(store->db, QUERY_STORY_FOLLOWS, ARGS(v_int(id)), out);

    if (err == ERR_NOT_FOUND) *out = 0;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Whoever waits for this one and is followed by it, near or far, would close a
 * circle. */
static Err forget_circles(Store *store, const Story *story)
{
    int64_t at = story->id.number;
    Err err = ERR_OK;

    for (int i = 0; !err && at && i < FOLLOWS_MAX; i++) {
        err = db_run(store->db, QUERY_PENDING_FORGET,
                     ARGS(v_text(story->uri), v_int(at)));
        if (!err) err = followed_by(store, at, &at);
    }
    return err;
}

static Err link_each(Store *store, Arena *arena, const Story *followed)
{
    int64_t waiting[TIES_MAX];
    size_t count = 0;
    Rows rows = db_query(store->db, QUERY_PENDING_LIST,
                         ARGS(v_text(followed->uri), v_int(TIES_MAX)));
    Err err;

    while (count < TIES_MAX && db_next(&rows))
        waiting[count++] = db_int(&rows, 0);
    err = db_done(&rows);
    for (size_t i = 0; !err && i < count; i++) {
        Story story;

        err = stories_get(store, arena, (StoryId){waiting[i]}, &story);
        if (err) return err;
        story.follows = followed->id;
        err = save_row(store, &story);
    }
    return err;
}

/* Those that said that they follow this one, before it was here. */
static Err link_pending(Store *store, Arena *arena, const Story *story)
{
    int64_t any = store->pending_follows;
    Err err = ERR_OK;

    if (any < 0) err = db_number(store->db, QUERY_PENDING_ANY, NO_ARGS, &any);
    if (err) return err;
    store->pending_follows = any != 0;
    if (!any) return ERR_OK;
    err = forget_circles(store, story);
    if (!err) err = link_each(store, arena, story);
    if (err) return err;
    return db_run(store->db, QUERY_PENDING_DROP, ARGS(v_text(story->uri)));
}

Err change_add(Store *store, const Change *change)
{
    Value row[CHANGE_COLUMNS + 1] = {
        v_int(change->number),  v_int(change->at),
        v_int(change->kind),    v_int(change->story.number),
        v_int(change->version), v_int(change->late),
    };

    row[CHANGE_COLUMNS] = v_int(row_digest(row, CHANGE_COLUMNS));
    if (change_takes_away(change)) store->gone = change->number;
    return db_run(store->db, QUERY_CHANGE_ADD, (Args){row, COUNT(row)});
}

static Err append_change(Store *store, const Story *story,
                         const Publicity *publicity, Time now, int64_t *number)
{
    bool shown = story_is_public(story->state);
    Err err = next_change(store, number);

    if (err) return err;
    return change_add(store,
                      &(Change){.number = *number,
                                .at = now,
                                .kind = publicity->kind,
                                .story = story->id,
                                .version = shown ? story->public_version : 0,
                                .late = publicity->late});
}

/* What a save changes for the public, when the story's row is written. */
static Err make_known(Store *store, Arena *arena, const Story *story,
                      const Publicity *publicity, Time now, int64_t *change)
{
    bool shown;
    Err err = listing_update(store, arena, story, publicity->version,
                             publicity->kind, now, &shown);

    if (err || !shown) return err;
    return append_change(store, story, publicity, now, change);
}

/* What was published elsewhere long ago did not change today, and when a source
 * says when it made a version, it is believed; but not that it changed what
 * readers saw later than that. */
static Time change_time(const Story *story, const Publicity *publicity,
                        Time now)
{
    const Version *version = publicity->version;
    Time said = version ? version->said_at : TIME_NONE;
    bool first = publicity->kind == CHANGE_PUBLISH;

    if (!first && publicity->kind != CHANGE_CORRECT &&
        publicity->kind != CHANGE_UPDATE)
        return now;
    if (first && story->timed && said < story->at) said = story->at;
    if (!first && said < story->changed_at) return now;
    return said == TIME_NONE || said > now ? now : said;
}

Err stories_number(Store *store, StoryId *id)
{
    return next_story(store, &id->number);
}

Err stories_add(Store *store, Arena *arena, Story *story, Version *version,
                const Publicity *publicity, Time now, int64_t *change)
{
    Story new = *story;
    Publicity known = *publicity;
    int64_t number = 0;
    Err err = ERR_OK;

    assert(store->begun);
    assert(!story_is_public(story->state) || story->at != TIME_NONE);
    if (!new.id.number) err = next_story(store, &new.id.number);
    if (err) return err;
    if (!new.group.number) new.group = new.id;
    new.latest = 1;
    new.created_at = now;
    new.changed_at = known.changes ? change_time(story, &known, now) : now;
    now_present(store, new.uri);
    err = add_row(store, &new);
    if (err) {
        /* A number that was not used is given again. */
        if (store->story == new.id.number) store->story--;
        return err;
    }
    version->story = new.id;
    version->version = 1;
    if (!known.version) known.version = version;
    err = write_version(store, version, now);
    if (!err) err = link_pending(store, arena, &new);
    if (!err && known.changes)
        err = make_known(store, arena, &new, &known, now, &number);
    if (err) return err;
    *story = new;
    *change = number;
    return ERR_OK;
}

Err versions_add(Store *store, Story *story, Version *version, Time now)
{
    Err err;

    assert(store->begun);
    if (story->latest >= VERSION_MAX) return ERR_TOO_BIG;
    version->story = story->id;
    version->version = story->latest + 1;
    err = write_version(store, version, now);
    if (!err) story->latest = version->version;
    return err;
}

Err stories_save(Store *store, Arena *arena, Story *story,
                 const Publicity *publicity, Time now, int64_t *change)
{
    int64_t number = 0;
    Err err;

    assert(store->begun);
    assert(!story_is_public(story->state) || story->at != TIME_NONE);
    if (publicity->changes)
        story->changed_at = change_time(story, publicity, now);
    err = save_row(store, story);
    if (err) return err;
    if (publicity->changes)
        err = make_known(store, arena, story, publicity, now, &number);
    if (!err) *change = number;
    return err;
}

/* ---- what ties stories together ---- */

static Err is_full(Store *store, Query over, int64_t of, bool *full)
{
    int64_t answer;
    Err err = db_number(store->db, over, ARGS(v_int(of), v_int(TIES_MAX - 1)),
                        &answer);

    if (!err) *full = answer != 0;
    return err;
}

/* The first of the group, or ERR_NOT_FOUND. */
static Err find_peers(Store *store, const Group *known, Str key,
                      int64_t *number)
{
    if (!known)
        return db_number(store->db, QUERY_PEERS_GET, ARGS(v_text(key)), number);
    *number = known->peers;
    return known->peers ? ERR_OK : ERR_NOT_FOUND;
}

static Err add_peers(Store *store, Group *known, Str key, int64_t number)
{
    if (!known) known = group_now_known(store, key, 0);
    known->peers = number;
    known->members = 1;
    return db_run(store->db, QUERY_PEERS_ADD, ARGS(v_text(key), v_int(number)));
}

/* A group that began in this transaction was counted. */
static Err group_is_full(Store *store, Group *known, int64_t number, bool *full)
{
    if (!known || !known->members)
        return is_full(store, QUERY_PEERS_OVER, number, full);
    *full = known->members >= TIES_MAX;
    if (!*full) known->members++;
    return ERR_OK;
}

Err peers_by_key(Store *store, Str key, StoryId mine, StoryId *group)
{
    Group *known = group_known(store, key);
    int64_t number = 0;
    bool full = false;
    Err err = find_peers(store, known, key, &number);

    if (err == ERR_NOT_FOUND) {
        number = mine.number;
        err = add_peers(store, known, key, number);
    }
    if (!err && number != group->number && number != mine.number)
        err = group_is_full(store, known, number, &full);
    if (!err && !full) *group = (StoryId){number};
    return err;
}

/* Does first, or what it follows, follow mine? A chain that is too long to be
 * sure of counts as a circle. */
static Err makes_circle(Store *store, int64_t first, int64_t mine, bool *out)
{
    int64_t at = first;
    Err err = ERR_OK;
    int i = 0;

    for (; !err && at && at != mine && i < FOLLOWS_MAX; i++)
        err = followed_by(store, at, &at);
    if (!err) *out = at != 0;
    return err;
}

Err follows_by_uri(Store *store, Str uri, StoryId mine, StoryId *follows)
{
    int64_t number = 0;
    bool circle = false;
    bool full = false;
    Err err =
        db_number(store->db, QUERY_STORY_NUMBER, ARGS(v_text(uri)), &number);

    if (!err && number == follows->number) return ERR_OK;
    if (err == ERR_NOT_FOUND) {
        err = db_run(store->db, QUERY_PENDING_ADD,
                     ARGS(v_text(uri), v_int(mine.number)));
        if (!err) store->pending_follows = 1;
    } else if (!err) {
        err = makes_circle(store, number, mine.number, &circle);
        if (!err && !circle)
            err = is_full(store, QUERY_FOLLOWERS_OVER, number, &full);
    }
    if (!err && !circle && !full) *follows = (StoryId){number};
    return err;
}
