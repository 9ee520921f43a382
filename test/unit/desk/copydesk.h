/* test/unit/desk/copydesk.h -- a desk over a newsroom's store: items to put,
 * acts on stories, the clock's releases, and what readers see of it all.
 */
#ifndef DESK_COPYDESK_H
#define DESK_COPYDESK_H

#include "../store/newsroom.h"

#include "desk/acts.h"

#define NOW  (T0 + TIME_HOUR)
#define HOUR TIME_HOUR

static const Actor operator_actor = {ROLE_OPERATOR, S_INIT("operator")};

/* ---- items, and puts of them ---- */

static inline Item sample_item(const char *uri, int64_t version)
{
    Item item = item_none();

    item.uri = str_from(uri);
    item.version = version;
    item.language = S("en");
    item.headline = S("Harbour bridge opens after repairs");
    item.body = (Html){S("<p>One two three</p>")};
    item.section = S("facts");
    item.section_name = S("Facts");
    item.at = T0;
    item.timed = true;
    return item;
}

/* One of several: urn:0, urn:1 ... */
static inline Item numbered_item(Newsroom *room, size_t number)
{
    Str uri = str_format(&room->arena, "urn:%zu", number);

    return sample_item(str_z(&room->arena, uri), 1);
}

static inline Err put_by(Newsroom *room, const Actor *actor, const Item *item,
                         PutMode mode, Time now, Outcome *out, Fault *fault)
{
    PutContext context = {S("en"), S("news"), now};
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_put(room->desk, &room->arena, actor, item, mode, &context, out,
                   fault);
    return store_end(room->desk, err);
}

static inline Outcome put(Newsroom *room, const Item *item, PutMode mode)
{
    Fault fault = fault_none();
    Outcome out = {0};

    if (put_by(room, &operator_actor, item, mode, NOW, &out, &fault))
        fail_msg("put: %s", fault.text);
    return out;
}

static inline StoryId draft(Newsroom *room, const char *uri)
{
    Item item = sample_item(uri, 1);

    return put(room, &item, PUT_DRAFT).story;
}

static inline StoryId shown(Newsroom *room, const char *uri)
{
    Item item = sample_item(uri, 1);

    return put(room, &item, PUT_PUBLISH).story;
}

static inline void save_version(Newsroom *room, const char *uri,
                                int64_t version, Str headline)
{
    Item item = sample_item(uri, version);

    item.headline = headline;
    put(room, &item, PUT_DRAFT);
}

/* ---- acts, and the clock ---- */

static inline Err act_at(Newsroom *room, ActRequest request, Time now,
                         Outcome *out)
{
    Fault fault = fault_none();
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_act(room->desk, &room->arena, &operator_actor, &request, now,
                   out, &fault);
    err = store_end(room->desk, err);
    assert_int_equal(err != ERR_OK, fault.text[0] != 0);
    return err;
}

static inline ActRequest request_of(Act act, StoryId story, const char *note)
{
    return (ActRequest){act, story, str_from(note), TIME_NONE, TIME_NONE};
}

/* An act that goes through, at a time or under an embargo; TIME_NONE: none. */
static inline Outcome act_timed(Newsroom *room, Act what, StoryId story,
                                const char *note, Time at, Time embargo)
{
    ActRequest request = request_of(what, story, note);
    Outcome out = {0};

    request.at = at;
    request.embargo = embargo;
    assert_int_equal(act_at(room, request, NOW, &out), ERR_OK);
    return out;
}

static inline Outcome act(Newsroom *room, Act what, StoryId story,
                          const char *note)
{
    return act_timed(room, what, story, note, TIME_NONE, TIME_NONE);
}

static inline size_t release(Newsroom *room, Time now, Time *next)
{
    Released released = {0};
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_release_due(room->desk, &room->arena, now, next, &released);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    return released.count;
}

/* ---- what came of it ---- */

static inline Change last_change(Newsroom *room)
{
    ChangeList list;
    int64_t last;

    assert_int_equal(changes_last(room->readers, &last), ERR_OK);
    assert_true(last > 0);
    assert_int_equal(
        changes_after(room->readers, &room->arena, last - 1, 1, &list), ERR_OK);
    return list.items[0];
}

/* What readers are told of the number; the story when it is public. */
static inline Err seen(Newsroom *room, StoryId id, PublicStory *story,
                       PublicNotice *notice)
{
    return public_story(room->readers, &room->arena, id, story, notice);
}

static inline Story stored(Newsroom *room, StoryId id)
{
    Story story;

    assert_int_equal(stories_get(room->desk, &room->arena, id, &story), ERR_OK);
    return story;
}

#endif
