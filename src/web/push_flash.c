#include "web/push_flash.h"

#include <assert.h>
#include <stdio.h>

#include "base/buf.h"
#include "store/public.h"
#include "store/subscriptions.h"
#include "story/address.h"
#include "story/item.h"
#include "story/lang.h"
#include "text/jsonout.h"
#include "web/push_seal.h"
#include "web/push_subscription.h"

/* Escaped they are at most twice as long, so that a message always fits. */
#define TITLE_BYTES 1000
#define DECK_BYTES  300
#define NOTE_BYTES  600

#define SECTION "section:"

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

static void add_topic(Telling *telling, Str topic)
{
    if (!strs_has(telling->flash->topics, topic))
        strs_add(&telling->flash->topics, telling->arena, topic);
}

static void add_topics(Telling *telling, const PublicStory *story)
{
    Arena *arena = telling->arena;

    add_topic(telling, S("all"));
    add_topic(telling,
              str_format(arena, SECTION "%.*s", STR_ARG(story->item.section)));
    for (size_t i = 0; i < story->tags.count; i++)
        add_topic(telling, str_format(arena, "tag:%.*s",
                                      STR_ARG(story->tags.items[i].slug)));
}

/* The topics that the story was told under before. */
static Err read_told(Telling *telling)
{
    Str topics;
    Err err =
        push_told_get(telling->store, telling->arena, telling->change->story,
                      time_now() - PUSH_BACK, &topics);

    if (err) return err;
    topics = str_trim(topics);
    while (topics.len)
        add_topic(telling, str_cut(&topics, ' '));
    return ERR_OK;
}

Err flash_keep(Store *store, Arena *arena, const Flash *flash)
{
    Time now = time_now();

    return push_told_put(store, flash->story,
                         push_topics_write(arena, flash->topics), now,
                         now - PUSH_BACK);
}

/* ---- a change ---- */

/* By its line alone: most changes are of none. ERR_NOT_FOUND: it is not there.
 */
static Err is_fresh_flash(const Telling *telling, bool *out)
{
    int64_t number = telling->change->story.number;
    PublicList list;
    Err err = public_range(telling->store, telling->arena, number, number + 1,
                           1, &list);

    if (!err && !list.count) return ERR_NOT_FOUND;
    if (!err)
        *out = list.items[0].urgency == URGENCY_FLASH &&
               list.items[0].at >= time_now() - PUSH_FRESH;
    return err;
}

static Err tell_story(Telling *telling)
{
    PublicStory story;
    PublicNotice notice;
    bool fresh;
    Err err = is_fresh_flash(telling, &fresh);

    if (!err && telling->change->kind != CHANGE_PUBLISH)
        err = read_told(telling);
    if (err) return err;
    if (!fresh && !telling->flash->topics.count) return ERR_NOT_FOUND;
    err = public_story(telling->store, telling->arena, telling->change->story,
                       &story, &notice);
    if (err) return err == ERR_GONE ? ERR_NOT_FOUND : err;
    if (fresh) add_topics(telling, &story);
    telling->flash->language = story.item.language;
    put_message(telling, story.item.headline, cut(story.item.deck, DECK_BYTES),
                address_item(telling->arena, &story.item));
    return ERR_OK;
}

static Str section_of(const Flash *flash)
{
    for (size_t i = 0; i < flash->topics.count; i++)
        if (str_starts(flash->topics.items[i], S(SECTION)))
            return str_skip(flash->topics.items[i], S(SECTION).len);
    return (Str){0};
}

/* Nothing of what it said: not even in the address. */
static Err tell_end(Telling *telling)
{
    PublicStory story;
    PublicNotice notice;
    const Catalog *words;
    Str why;
    int language;
    Err err = read_told(telling);

    if (!err && !telling->flash->topics.count) return ERR_NOT_FOUND;
    if (!err)
        err = public_story(telling->store, telling->arena,
                           telling->change->story, &story, &notice);
    if (!err) return ERR_NOT_FOUND; /* it is back, by a later change */
    if (err != ERR_GONE) return err;
    language = site_language(telling->site, notice.language);
    if (language < 0) return ERR_NOT_FOUND;
    words = theme_words(telling->theme, (size_t)language);
    why = notice.note;
    if (!why.len)
        why = catalog_get(words, notice.state == STORY_KILLED
                                     ? S("gone_text_killed")
                                     : S("gone_text_withdrawn"));
    telling->flash->language = notice.language;
    put_message(
        telling, catalog_get(words, S("gone_title")), cut(why, NOTE_BYTES),
        address_story(telling->arena, notice.language,
                      section_of(telling->flash), notice.id, S("gone")));
    return ERR_OK;
}

Err flash_read(const Site *site, const Theme *theme, Store *store, Arena *arena,
               const Change *change, Flash *out)
{
    Flash flash = {.story = change->story};
    Telling telling = {.site = site,
                       .theme = theme,
                       .store = store,
                       .arena = arena,
                       .change = change,
                       .flash = &flash};
    Err err = ERR_NOT_FOUND;

    if (change->at < time_now() - PUSH_BACK) return ERR_NOT_FOUND;
    snprintf(flash.tag, sizeof flash.tag, "s%lld",
             (long long)change->story.number);
    if (change->kind == CHANGE_PUBLISH || change->kind == CHANGE_CORRECT ||
        change->kind == CHANGE_RESTORE)
        err = tell_story(&telling);
    else if (change->kind == CHANGE_WITHDRAW || change->kind == CHANGE_KILL)
        err = tell_end(&telling);
    if (!err) *out = flash;
    return err;
}
