#include "web/push_flash.h"

#include <assert.h>
#include <stdio.h>

#include "base/buf.h"
#include "store/public.h"
#include "store/stories.h"
#include "story/address.h"
#include "story/item.h"
#include "story/lang.h"
#include "text/jsonout.h"
#include "web/push_seal.h"

/* Escaped they are at most twice as long, so that a message always fits. */
#define TITLE_BYTES 1000
#define DECK_BYTES  300
#define NOTE_BYTES  600

typedef struct Telling {
    const Site *site;
    const Theme *theme;
    Store *store;
    Arena *arena;
    const Change *change;
    Flash *flash;
} Telling;

static Str cut(Str text, size_t max)
{
    if (text.len <= max) return text;
    while (max && (text.ptr[max] & 0xC0) == 0x80)
        max--;
    return (Str){text.ptr, max};
}

static void put_text(JsonOut *out, const char *key, Str text)
{
    if (!text.len) return;
    json_put_key(out, key);
    json_put_markup(out, text);
}

static void put_message(Telling *telling, Str title, Str body, Str address)
{
    Flash *flash = telling->flash;
    Buf buf = buf_open(telling->arena, PUSH_PLAIN_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    put_text(&out, "title", cut(title, TITLE_BYTES));
    put_text(&out, "body", body);
    json_pair_str(&out, "url",
                  str_format(telling->arena, "%.*s%.*s",
                             STR_ARG(telling->site->url), STR_ARG(address)));
    json_pair_str(&out, "tag", str_from(flash->tag));
    json_pair_str(&out, "lang", flash->language);
    json_pair_str(&out, "dir",
                  lang_is_rtl(flash->language) ? S("rtl") : S("ltr"));
    json_put_end(&out);
    assert(!buf.failed);
    flash->plain = buf_str(&buf);
}

static void add_topics(Telling *telling, Str section, const TagList *tags)
{
    StrList *topics = &telling->flash->topics;

    strs_add(topics, telling->arena, S("all"));
    strs_add(topics, telling->arena,
             str_format(telling->arena, "section:%.*s", STR_ARG(section)));
    for (size_t i = 0; i < tags->count; i++)
        strs_add(topics, telling->arena,
                 str_format(telling->arena, "tag:%.*s",
                            STR_ARG(tags->items[i].slug)));
}

/* ---- what was told before ---- */

static bool may_tell(ChangeKind kind)
{
    return kind == CHANGE_PUBLISH || kind == CHANGE_CORRECT ||
           kind == CHANGE_RESTORE;
}

static Err add_told(Telling *telling, const Change *change, Time published,
                    Str *section)
{
    Version version;
    Err err;

    if (!may_tell(change->kind) || published < change->at - PUSH_FRESH)
        return ERR_OK;
    err = versions_get(telling->store, telling->arena, change->story,
                       change->version, &version);
    if (err || version.urgency != URGENCY_FLASH) return err;
    add_topics(telling, version.section, &version.tags);
    if (!section->len) *section = version.section;
    return ERR_OK;
}

/* Adds the topics that the story was told under; *section: its last one then,
 * or nothing when it was not told. */
static Err read_told(Telling *telling, Str *section)
{
    const Change *now = telling->change;
    int64_t before = now->number;
    Time since = now->at - PUSH_BACK;
    Story story;
    bool further;
    Err err = stories_get(telling->store, telling->arena, now->story, &story);

    if (err) return err;
    further = story.at >= since - PUSH_FRESH;
    while (!err && further && before > 1) {
        int64_t after = before > CHANGES_MAX ? before - 1 - CHANGES_MAX : 0;
        Arena arena = arena_open();
        ChangeList list;

        err = changes_after(telling->store, &arena, after, CHANGES_MAX, &list);
        for (size_t i = err ? 0 : list.count; !err && further && i-- > 0;) {
            const Change *change = &list.items[i];

            if (change->number >= before) continue;
            further = change->at >= since;
            if (!further || change->story.number != now->story.number) continue;
            err = add_told(telling, change, story.at, section);
            further = change->kind != CHANGE_PUBLISH; /* its first */
        }
        before = after + 1;
        arena_close(&arena);
    }
    return err;
}

/* ---- a change ---- */

static Err tell_story(Telling *telling)
{
    PublicStory story;
    PublicNotice notice;
    Str section = {0};
    Err err = public_story(telling->store, telling->arena,
                           telling->change->story, &story, &notice);

    if (err) return err == ERR_GONE ? ERR_NOT_FOUND : err;
    if (story.item.urgency == URGENCY_FLASH &&
        story.item.at >= time_now() - PUSH_FRESH)
        add_topics(telling, story.item.section, &story.tags);
    if (telling->change->kind != CHANGE_PUBLISH) {
        err = read_told(telling, &section);
        if (err) return err;
    }
    if (!telling->flash->topics.count) return ERR_NOT_FOUND;
    telling->flash->language = story.item.language;
    put_message(telling, story.item.headline, cut(story.item.deck, DECK_BYTES),
                address_item(telling->arena, &story.item));
    return ERR_OK;
}

/* Nothing of what it said: not even in the address. */
static Err tell_end(Telling *telling)
{
    PublicStory story;
    PublicNotice notice;
    Str section = {0};
    Str why;
    int language;
    Err err = public_story(telling->store, telling->arena,
                           telling->change->story, &story, &notice);

    if (!err) return ERR_NOT_FOUND; /* it is back, by a later change */
    if (err != ERR_GONE) return err;
    err = read_told(telling, &section);
    if (err) return err;
    language = site_language(telling->site, notice.language);
    if (!section.len || language < 0) return ERR_NOT_FOUND;
    why = notice.note;
    if (!why.len)
        why = catalog_get(theme_words(telling->theme, (size_t)language),
                          notice.state == STORY_KILLED
                              ? S("gone_text_killed")
                              : S("gone_text_withdrawn"));
    telling->flash->language = notice.language;
    put_message(telling,
                catalog_get(theme_words(telling->theme, (size_t)language),
                            S("gone_title")),
                cut(why, NOTE_BYTES),
                address_story(telling->arena, notice.language, section,
                              notice.id, S("gone")));
    return ERR_OK;
}

Err flash_read(const Site *site, const Theme *theme, Store *store, Arena *arena,
               const Change *change, Flash *out)
{
    Flash flash = {0};
    Telling telling = {.site = site,
                       .theme = theme,
                       .store = store,
                       .arena = arena,
                       .change = change,
                       .flash = &flash};
    Err err = ERR_NOT_FOUND;

    snprintf(flash.tag, sizeof flash.tag, "s%lld",
             (long long)change->story.number);
    if (may_tell(change->kind))
        err = tell_story(&telling);
    else if (change->kind == CHANGE_WITHDRAW || change->kind == CHANGE_KILL)
        err = tell_end(&telling);
    if (!err) *out = flash;
    return err;
}
