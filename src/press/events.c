#include "press/events.h"

#include "press/room.h"
#include "story/address.h"
#include "text/jsonout.h"

#define EVENT_MAX ((size_t)64 * 1024)

static const char *event_name(ChangeKind kind)
{
    static const char *const names[CHANGE_KIND_COUNT] = {
        [CHANGE_PUBLISH] = "published", [CHANGE_UPDATE] = "updated",
        [CHANGE_CORRECT] = "corrected", [CHANGE_WITHDRAW] = "withdrawn",
        [CHANGE_RESTORE] = "published", [CHANGE_KILL] = "killed",
        [CHANGE_ENTRY] = "entry",       [CHANGE_PICTURE] = "updated",
    };

    return kind < CHANGE_KIND_COUNT ? names[kind] : NULL;
}

static bool takes_away(ChangeKind kind)
{
    return kind == CHANGE_WITHDRAW || kind == CHANGE_KILL;
}

/* ---- one event ---- */

static Str correction_note(const PublicStory *story, int32_t version)
{
    for (size_t i = 0; i < story->correction_count; i++)
        if (story->corrections[i].version == version)
            return story->corrections[i].note;
    return (Str){0};
}

static Err item_html(Press *press, Arena *arena, size_t language,
                     const PublicItem *item, ItemView *view, Str *out)
{
    Making making = {
        .press = press,
        .arena = arena,
        .language = &press->languages[language],
        .out = buf_open(arena, EVENT_MAX),
    };

    *view = view_item(&making, item);
    make_template(&making, TEMPLATE_live, view);
    return buf_end(&making.out, out);
}

static Err put_story(JsonOut *json, Press *press, Arena *arena,
                     const NewsEvent *event, const PublicStory *story)
{
    const PublicItem *item = &story->item;
    ItemView view;
    Str html;
    Err err = item_html(press, arena, event->language, item, &view, &html);

    if (err) return err;
    json_pair_int(json, "version", item->version);
    json_pair_str(json, "headline", item->headline);
    json_pair_str(json, "href", view.href);
    json_pair_some(json, "time", view.time_iso);
    json_pair_int(json, "urgency", item->urgency);
    json_pair_some(json, "section", item->section);
    json_put_key(json, "tags");
    json_put_array(json);
    for (size_t i = 0; i < event->tags.count; i++)
        json_put_str(json, event->tags.items[i]);
    json_put_end(json);
    if (event->change.kind == CHANGE_CORRECT)
        json_pair_some(json, "note",
                       correction_note(story, event->change.version));
    json_put_key(json, "html");
    json_put_markup(json, html);
    return ERR_OK;
}

static Err put_entry(JsonOut *json, Press *press, Arena *arena,
                     const NewsEvent *event)
{
    Making making = {
        .press = press,
        .arena = arena,
        .language = &press->languages[event->language],
        .out = buf_open(arena, BODY_MAX),
    };
    Entry entry;
    EntryView view;
    Str html;
    Err err = ERR_NOT_FOUND;

    json_pair_int(json, "entry", event->change.version);
    if (event->change.version)
        err = public_entry(press->store, arena, event->change.story,
                           event->change.version, &entry);
    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    view = view_entry(&making, &entry);
    make_template(&making, TEMPLATE_live_entry, &view);
    err = buf_end(&making.out, &html);
    if (err) return err;
    json_pair_bool(json, "pinned", entry.pinned);
    json_pair_some(json, "headline", entry.headline);
    json_put_key(json, "html");
    json_put_markup(json, html);
    return ERR_OK;
}

/* Nothing of a story that is gone but its number and why; nothing at all of how
 * a story came that is gone, or went that is back. */
static Err tell(Press *press, Arena *arena, NewsEvent *event)
{
    const Change *change = &event->change;
    Buf out = buf_open(arena, BODY_MAX + EVENT_MAX);
    JsonOut json = json_out(&out);
    PublicStory story;
    PublicNotice notice = {0};
    Err err = public_story(press->store, arena, change->story, &story, &notice);
    bool gone = err == ERR_GONE;

    if (err && !gone) return err;
    if (gone != takes_away(change->kind)) return ERR_OK;
    buf_printf(&out, "id: %lld\nevent: %s\ndata: ", (long long)change->number,
               event_name(change->kind));
    json_put_object(&json);
    json_pair_int(&json, "story", change->story.number);
    if (gone)
        json_pair_some(&json, "note", notice.note);
    else if (change->kind == CHANGE_ENTRY)
        err = put_entry(&json, press, arena, event);
    else
        err = put_story(&json, press, arena, event, &story);
    if (err && !gone) return err;
    json_put_end(&json);
    buf_puts(&out, S("\n\n"));
    return buf_end(&out, &event->text);
}

Err press_event(Press *press, Arena *arena, const Change *change,
                NewsEvent *out)
{
    const Site *site = press->config.site;
    NewsEvent event = {.change = *change, .language = site->language_count};
    Placing placing;
    int language;
    Err err = ERR_NOT_FOUND;

    event.text = str_format(arena, "id: %lld\n\n", (long long)change->number);
    if (change->story.number && event_name(change->kind))
        err = public_placing(press->store, arena, change->story, &placing);
    if (err && err != ERR_GONE && err != ERR_NOT_FOUND) return err;
    if (err != ERR_NOT_FOUND) {
        language = site_language(site, placing.language);
        if (language >= 0) event.language = (size_t)language;
        event.section = placing.section;
        event.tags = placing.tags;
    }
    err = event.language < site->language_count ? tell(press, arena, &event)
                                                : ERR_OK;
    if (err == ERR_TOO_BIG) err = ERR_OK; /* its number is told all the same */
    if (!err) *out = event;
    return err;
}

/* ---- all since a change ---- */

static Err read_events(Press *press, Arena *arena, int64_t after, size_t max,
                       NewsEvents *out)
{
    NewsEvents events = {0};
    ChangeList changes;
    Err err = changes_after(press->store, arena, after, max, &changes);

    if (err) return err;
    events.items = ARENA_ARRAY(arena, NewsEvent, changes.count);
    for (size_t i = 0; !err && i < changes.count; i++) {
        if (changes.items[i].number > press->seen) break;
        err = press_event(press, arena, &changes.items[i],
                          &events.items[events.count]);
        if (!err) events.count++;
    }
    if (!err) *out = events;
    return err;
}

Err press_events(Press *press, Arena *arena, int64_t after, size_t max,
                 NewsEvents *out)
{
    Err err = store_begin(press->store);

    if (err) return err;
    return store_end(press->store, read_events(press, arena, after, max, out));
}

/* ---- where things stand ---- */

static bool is_last_of_its_kind(const ChangeList *changes, size_t at)
{
    const Change *change = &changes->items[at];
    bool entry = change->kind == CHANGE_ENTRY;

    for (size_t i = at + 1; i < changes->count; i++)
        if (changes->items[i].story.number == change->story.number &&
            (changes->items[i].kind == CHANGE_ENTRY) == entry)
            return false;
    return change->story.number > 0;
}

static Str story_key(Arena *arena, const Change *change)
{
    return str_format(arena, "%lld", (long long)change->story.number);
}

static void put_versions(JsonOut *json, Arena *arena, const ChangeList *changes)
{
    json_put_key(json, "versions");
    json_put_object(json);
    for (size_t i = 0; i < changes->count; i++) {
        const Change *change = &changes->items[i];

        if (change->kind == CHANGE_ENTRY || !is_last_of_its_kind(changes, i))
            continue;
        json_put_key_str(json, story_key(arena, change));
        json_put_int(json, takes_away(change->kind) ? 0 : change->version);
    }
    json_put_end(json);
}

static Err put_marks(JsonOut *json, Press *press, Arena *arena,
                     const ChangeList *changes)
{
    Err err = ERR_OK;

    json_put_key(json, "entries");
    json_put_object(json);
    for (size_t i = 0; !err && i < changes->count; i++) {
        const Change *change = &changes->items[i];
        Str mark;

        if (change->kind != CHANGE_ENTRY || !is_last_of_its_kind(changes, i))
            continue;
        err = public_coverage_mark(press->store, arena, change->story, &mark);
        if (!err) {
            json_put_key_str(json, story_key(arena, change));
            json_put_str(json, mark);
        } else if (err == ERR_NOT_FOUND) {
            err = ERR_OK; /* it is gone: its version says it */
        }
    }
    json_put_end(json);
    return err;
}

static Err read_sync(Press *press, Arena *arena, size_t language,
                     int64_t number, Str *out)
{
    ListKey key = {.language = press->languages[language].tag};
    int64_t after = number > SYNC_CHANGES ? number - SYNC_CHANGES : 0;
    Buf text = buf_open(arena, EVENT_MAX);
    JsonOut json = json_out(&text);
    PublicList list;
    ChangeList changes;
    Err err = public_list(press->store, arena, key, NULL, TIME_MIN,
                          LATEST_ITEMS, &list);

    if (!err)
        err = changes_after(press->store, arena, after, SYNC_CHANGES, &changes);
    if (err) return err;
    buf_printf(&text, "id: %lld\nevent: sync\ndata: ", (long long)number);
    json_put_object(&json);
    json_pair_str(&json, "mark", latest_mark(arena, &list));
    put_versions(&json, arena, &changes);
    err = put_marks(&json, press, arena, &changes);
    if (err) return err;
    json_put_end(&json);
    buf_puts(&text, S("\n\n"));
    return buf_end(&text, out);
}

Err press_sync(Press *press, Arena *arena, size_t language, int64_t number,
               Str *out)
{
    Err err = store_begin(press->store);

    if (err) return err;
    return store_end(press->store,
                     read_sync(press, arena, language, number, out));
}

/* ---- what is hot ---- */

Err press_hot_event(Press *press, Arena *arena, size_t language, Str *out)
{
    Making making = {
        .press = press,
        .arena = arena,
        .language = &press->languages[language],
        .key = &(PageKey){.kind = PAGE_FRONT, .language = language},
        .out = buf_open(arena, EVENT_MAX),
    };
    Buf text = buf_open(arena, EVENT_MAX);
    JsonOut json = json_out(&text);
    Err err = render_hot(&making);

    if (err) return err;
    buf_puts(&text, S("event: hot\ndata: "));
    json_put_object(&json);
    json_put_key(&json, "html");
    json_put_markup(&json, buf_str(&making.out));
    json_put_end(&json);
    buf_puts(&text, S("\n\n"));
    return buf_end(&text, out);
}

Time press_hot_at(const Press *press)
{
    return press->hot_at;
}

int64_t press_seen(const Press *press)
{
    return press->seen;
}
