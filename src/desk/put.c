/* put.c -- what comes from outside finds its story, or becomes one.
 *
 * An import hands thousands of items to one transaction, and a savepoint for
 * each would cost more than the item.  So a put asks everything that can be
 * refused before it writes: when it fails with anything but a failure of the
 * store itself, nothing of it is there. */
#include "desk/moves.h"
#include "desk/said.h"
#include "store/pictures.h"

typedef struct Put {
    Move move;
    const Item *item;
    PutMode mode;
    const PutContext *context;
    Time held; /* the embargo on what is here and not public; TIME_NONE */
    VersionPicture picture;
} Put;

/* ---- what an item asks for ---- */

/* An embargo that stands holds what its item says nothing of: the desk may know
 * more than the source, and what came before may tell of what comes now. */
static Time embargo_of(const Put *put)
{
    return put->item->embargo != TIME_NONE ? put->item->embargo : put->held;
}

/* Before which moment it may not be public; TIME_NONE: it may now. A time of
 * publication that is still ahead is a plan, as an embargo is an order. */
static Time wait_until(const Put *put, bool *embargo)
{
    Time now = put->move.now;
    Time order = embargo_of(put);
    Time plan = put->item->at > now ? put->item->at : TIME_NONE;

    *embargo = order > now;
    return *embargo && order > plan ? order : plan;
}

static bool wants_public(const Put *put)
{
    return put->mode == PUT_PUBLISH && put->item->status == ITEM_USABLE;
}

static Version make_version(const Put *put)
{
    Item item = *put->item;
    const PutContext *context = put->context;
    Version version = {
        .headline = item.headline,
        .deck = item.deck,
        .body = item.body,
        .byline = item.byline,
        .place = item.place,
        .section = item.section.len ? item.section : context->default_section,
        .section_name = item.section.len ? item.section_name : S(""),
        .tags = item.tags,
        .urgency = item.urgency ? item.urgency : URGENCY_NORMAL,
        .said_at = item.said_at < put->move.now ? item.said_at : put->move.now,
        .embargo = embargo_of(put),
        .correction = item.correction,
        .source = item.source,
        .source_url = item.source_url,
        .withheld = item.status == ITEM_WITHHELD,
        .group = item.group,
        .follows = item.follows,
        .picture = put->picture,
    };

    if (!item.ready)
        item_prepare(&item, put->move.arena, context->default_language);
    version.slug = item.slug;
    version.words = item.words;
    version.said = said_digest(&version, &item);
    return version;
}

/* ---- a first version ---- */

static Act first_act(const Put *put)
{
    bool embargo;

    if (put->item->status == ITEM_CANCELED) return ACT_SPIKE;
    if (!wants_public(put)) return ACT_SAVE;
    return wait_until(put, &embargo) == TIME_NONE ? ACT_PUBLISH : ACT_SCHEDULE;
}

static Err show_first(Put *put)
{
    const Item *item = put->item;

    if (item->at == TIME_NONE)
        return move_publish(&put->move, put->move.now, true, 0);
    return move_publish(&put->move, item->at, item->timed, 0);
}

/* To draft, review or scheduled, as move->story has it already, or public. */
static Err settle(Put *put, Act act)
{
    Story *story = &put->move.story;
    bool embargo;
    Time until = wait_until(put, &embargo);

    switch (act) {
    case ACT_PUBLISH: return show_first(put);
    case ACT_SCHEDULE: return move_schedule(&put->move, until, embargo);
    default: break;
    }
    if (embargo) return move_schedule(&put->move, embargo_of(put), true);
    /* There is none, or its source says that it is over: when the story goes
     * out is the desk's matter. */
    story->embargo = false;
    return story->state == STORY_SCHEDULED ? move_save(&put->move)
                                           : move_shelve(&put->move);
}

static Err put_new(Put *put)
{
    Move *move = &put->move;
    const Item *item = put->item;
    Act act = first_act(put);
    StoryState state;
    Err err;

    move->story = (Story){
        .uri = item->uri,
        .language = item->language.len ? item->language
                                       : put->context->default_language,
        .source_version = item->version,
        .at = TIME_NONE,
        .due_at = TIME_NONE,
    };
    err = state_move(STORY_DRAFT, act, move->actor->role, &state, move->fault);
    if (err) return err;
    move->version = make_version(put);
    move->fresh = true;
    err = stories_number(move->store, &move->story.id);
    if (!err) err = move_tie(move);
    move->story.state = state;
    return err ? err : settle(put, act);
}

/* ---- a later one ---- */

/* Without a number a source has sent a new version when it says what it never
 * said before; but a mere headline, as lists have them, is not newer than the
 * story with its text. The desk may come back to an earlier text. */
static Err is_known_text(const Put *put, const Version *new, bool *known)
{
    const Story *story = &put->move.story;
    const Version *old = &put->move.version;
    const Item *item = put->item;
    bool now_timed = item->timed && item->at != TIME_NONE && !story->timed &&
                     story_is_public(story->state);

    *known = !item->version && !now_timed && !new->withheld &&
             !item->body.markup.len && old->body.markup.len;
    if (*known || now_timed) return ERR_OK;
    if (put->mode == PUT_DRAFT) {
        *known = new->said == old->said;
        return ERR_OK;
    }
    return versions_said(put->move.store, story->id, new->said, known);
}

/* A source that numbers its versions is believed, as to the text. What else it
 * says under the same number it may say anew. */
static Err is_known_number(const Put *put, const Version *new, bool *known)
{
    const Version *old = &put->move.version;
    const Item *item = put->item;

    *known = false;
    if (item->version != put->move.story.source_version) return ERR_OK;
    *known = str_eq(old->group, new->group) &&
             str_eq(old->follows, new->follows) &&
             old->withheld == new->withheld &&
             (item->embargo == TIME_NONE || item->embargo == old->embargo);
    if (*known) return ERR_OK;
    return versions_said(put->move.store, put->move.story.id, new->said, known);
}

/* What takes from the readers, or keeps from them for longer, is done though
 * the same was said before: in between the source has said otherwise. */
static bool is_stricter(const Put *put, const Version *new)
{
    const Version *old = &put->move.version;
    Time embargo = put->item->embargo;

    if (new->withheld && !old->withheld) return true;
    return embargo > put->move.now && embargo > put->held &&
           embargo > old->embargo;
}

static Err is_known(const Put *put, const Version *new, bool *known)
{
    bool numbered = put->item->version && put->move.story.source_version;

    if (is_stricter(put, new)) {
        *known = false;
        return ERR_OK;
    }
    return numbered ? is_known_number(put, new, known)
                    : is_known_text(put, new, known);
}

static bool is_older(const Put *put)
{
    const Item *item = put->item;

    return item->version && item->version < put->move.story.source_version;
}

/* A kill is done even where the version is known already. */
static Err cancel(Put *put, Outcome *out)
{
    Move *move = &put->move;
    StoryState state = move->story.state;
    Act act = move->story.public_version ? ACT_KILL : ACT_SPIKE;
    Err err;

    if (state == STORY_KILLED || state == STORY_SPIKED) {
        move_outcome(move, out);
        out->no_op = true;
        return ERR_OK;
    }
    err = move_state(move, act);
    if (err) return err;
    if (put->item->version) move->story.source_version = put->item->version;
    err = act == ACT_SPIKE
              ? move_shelve(move)
              : move_hide(move, CHANGE_KILL, put->item->correction);
    if (!err) move_outcome(move, out);
    return err;
}

/* What a later version does to a story that readers see. */
static Act later_act(const Put *put)
{
    bool embargo;

    if (put->mode == PUT_DRAFT) return ACT_SAVE;
    if (put->item->status == ITEM_WITHHELD) return ACT_WITHDRAW;
    if (wait_until(put, &embargo) != TIME_NONE) return ACT_SAVE;
    return ACT_CORRECT;
}

static Err replace(Put *put, Act act)
{
    Move *move = &put->move;
    const Item *item = put->item;

    if (act == ACT_WITHDRAW)
        return move_hide(move, CHANGE_WITHDRAW, item->correction);
    if (act == ACT_SAVE) {
        bool embargo;
        Time until = wait_until(put, &embargo);

        return wants_public(put) && until != TIME_NONE ? move_plan(move, until)
                                                       : move_save(move);
    }
    if (!move->story.timed && item->timed && item->at != TIME_NONE) {
        move->story.at = item->at;
        move->story.timed = true;
    }
    return move_replace(
        move, item->correction.len ? CHANGE_CORRECT : CHANGE_UPDATE, 0);
}

/* The act for a story that no reader sees yet: withheld ends a schedule. */
static Act waiting_act(const Put *put)
{
    Act act = first_act(put);
    bool scheduled = put->move.story.state == STORY_SCHEDULED;

    if (scheduled && put->item->status == ITEM_WITHHELD) return ACT_UNSCHEDULE;
    return act;
}

static Err put_next(Put *put, Version *new)
{
    Move *move = &put->move;
    StoryState state = move->story.state;
    StoryState next;
    bool shown = story_is_public(state);
    Act act = ACT_SAVE;
    Err err;

    if (shown) act = later_act(put);
    if (state == STORY_DRAFT || state == STORY_REVIEW ||
        state == STORY_SCHEDULED)
        act = waiting_act(put);
    err = state_move(state, act, move->actor->role, &next, move->fault);
    if (err) return err;
    /* Without a note for readers a new version is no correction. */
    if (act == ACT_CORRECT && !put->item->correction.len) next = state;
    if (put->item->version) move->story.source_version = put->item->version;
    err = versions_add(move->store, &move->story, new, move->now);
    if (err == ERR_TOO_BIG)
        fault_set(move->fault, err, "a story has at most %d versions",
                  VERSION_MAX);
    if (err) return err;
    move->version = *new;
    if (!move->story.public_version) err = move_tie(move);
    if (err) return err;
    move->story.state = next;
    if (shown) return replace(put, act);
    if (state == STORY_WITHDRAWN) return move_save(move);
    return settle(put, act);
}

/* The embargo on what is here and readers do not see. */
static Time held_until(const Put *put)
{
    const Story *story = &put->move.story;

    if (!story->public_version)
        return story->embargo ? story->due_at : TIME_NONE;
    return story->latest > story->public_version ? put->move.version.embargo
                                                 : TIME_NONE;
}

static Err put_known(Put *put, Outcome *out)
{
    Move *move = &put->move;
    Version new;
    bool known;
    Err err = versions_get(move->store, move->arena, move->story.id,
                           move->story.latest, &move->version);

    if (err) return err;
    if (is_older(put))
        return fault_set(move->fault, ERR_CONFLICT,
                         "version: %lld is older than %lld, which is here",
                         (long long)put->item->version,
                         (long long)move->story.source_version);
    if (put->item->status == ITEM_CANCELED) return cancel(put, out);
    put->held = held_until(put);
    new = make_version(put);
    err = is_known(put, &new, &known);
    if (err) return err;
    if (known) {
        move_outcome(move, out);
        out->no_op = true;
        return ERR_OK;
    }
    if (put->item->status == ITEM_USABLE && put->item->language.len &&
        !str_eq(put->item->language, move->story.language))
        return fault_set(move->fault, ERR_INVALID,
                         "language: it is \"%.*s\", and the story is in "
                         "\"%.*s\"; a translation is a story of its own",
                         STR_ARG(str_slice(put->item->language, 0, 40)),
                         STR_ARG(move->story.language));
    err = put_next(put, &new);
    if (!err) move_outcome(move, out);
    return err;
}

static Err check(const Item *item, PutMode mode, Fault *fault)
{
    Err err = item->ready ? ERR_OK : item_check(item, fault);

    if (err) return err;
    if (!item->uri.len)
        return fault_set(fault, ERR_INVALID,
                         "uri: it has none, so it could not be found again");
    if (item->version < 0)
        return fault_set(fault, ERR_INVALID, "version: %lld is below 0",
                         (long long)item->version);
    if (mode == PUT_DRAFT && item->status == ITEM_CANCELED)
        return fault_set(fault, ERR_INVALID,
                         "status: canceled is a kill, which is an act of its "
                         "own and needs a note for readers");
    return ERR_OK;
}

static Err find_picture(Put *put)
{
    const ItemPicture *said = &put->item->picture;
    Picture picture;
    Err err;

    if (said->href.len && !said->offered)
        return fault_set(put->move.fault, ERR_INVALID,
                         "picture: \"%.*s\" was not brought in; expected a "
                         "file beside the story's, or the mark of a picture",
                         STR_ARG(str_slice(said->href, 0, 100)));
    if (!said->mark.len) return ERR_OK;
    err = pictures_find(put->move.store, put->move.arena, said->mark, &picture);
    if (err == ERR_NOT_FOUND)
        return fault_set(put->move.fault, ERR_INVALID,
                         "picture: there is none with the mark \"%.*s\"; "
                         "`dateline media add` brings one in",
                         STR_ARG(str_slice(said->mark, 0, 40)));
    put->picture = (VersionPicture){.number = picture.number,
                                    .mark = picture.mark,
                                    .alt = said->alt,
                                    .caption = said->caption};
    return err;
}

Err desk_knows(Store *store, Arena *arena, const Item *item, PutMode mode,
               const PutContext *context, bool *known)
{
    Put put = {
        .move = {.store = store, .arena = arena, .now = context->now},
        .item = item,
        .mode = mode,
        .context = context,
        .held = TIME_NONE,
    };
    Move *move = &put.move;
    Version new;
    Err err = stories_find(store, arena, item->uri, &move->story);

    *known = false;
    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    err = versions_get(store, arena, move->story.id, move->story.latest,
                       &move->version);
    if (err) return err;
    *known = is_older(&put);
    if (*known || item->status == ITEM_CANCELED) return ERR_OK;
    put.held = held_until(&put);
    new = make_version(&put);
    return is_known(&put, &new, known);
}

Err desk_put(Store *store, Arena *arena, const Actor *actor, const Item *item,
             PutMode mode, const PutContext *context, Outcome *out,
             Fault *fault)
{
    Put put = {
        .move = {.store = store,
                 .arena = arena,
                 .actor = actor,
                 .now = context->now,
                 .fault = fault},
        .item = item,
        .mode = mode,
        .context = context,
        .held = TIME_NONE,
    };
    Err err = check(item, mode, fault);

    if (!err) err = find_picture(&put);
    if (err) return err;
    err = stories_find(store, arena, item->uri, &put.move.story);
    if (!err) return put_known(&put, out);
    if (err != ERR_NOT_FOUND) return err;
    err = put_new(&put);
    if (!err) move_outcome(&put.move, out);
    return err;
}
