#include "search/keeper.h"

#include "base/mem.h"
#include "search/related.h"
#include "store/related.h"

/* One story: what is put, or else that nothing is kept any more. */
typedef struct KeepAct {
    StoryId story;
    bool puts;
    int32_t version;
    Related related;
} KeepAct;

struct KeepStep {
    int64_t from, to;
    KeepAct acts[KEEP_STEP];
    size_t act_count;
};

struct Keeper {
    Analyst *analyst;
    Arena changes; /* of a step */
    Arena scratch; /* of one story */
    KeepStep step;
};

Keeper *keeper_open(Analyst *analyst)
{
    Keeper *keeper = mem_zero(sizeof *keeper);

    keeper->analyst = analyst;
    keeper->changes = arena_open();
    keeper->scratch = arena_open();
    return keeper;
}

void keeper_close(Keeper *keeper)
{
    if (!keeper) return;
    arena_close(&keeper->changes);
    arena_close(&keeper->scratch);
    mem_free(keeper);
}

int64_t keeper_change(const Keeper *keeper)
{
    return keeper->step.from;
}

/* ---- reading ---- */

static Err find_related(Keeper *keeper, Store *store, KeepAct *act)
{
    PublicStory story;
    PublicList list;
    Err err = public_story(store, &keeper->scratch, act->story, &story, NULL);

    if (!err)
        err = related(keeper->analyst, store, &keeper->scratch, &story,
                      RELATED_KEPT, &list);
    if (err) return err;
    act->puts = true;
    act->related = (Related){.count = list.count};
    for (size_t i = 0; i < list.count; i++)
        act->related.items[i] = list.items[i].id;
    return ERR_OK;
}

/* What has to be done that those of the version that is public are kept. */
static Err plan_story(Keeper *keeper, Store *store, StoryId id)
{
    KeepStep *step = &keeper->step;
    KeepAct *act = &step->acts[step->act_count];
    int32_t kept;
    Story story;
    Err err = related_version(store, id, &kept);
    bool there = !err;

    if (err && err != ERR_NOT_FOUND) return err;
    err = stories_get(store, &keeper->scratch, id, &story);
    if (err) return err;
    *act = (KeepAct){.story = id, .version = story.public_version};
    if (story_is_public(story.state)) {
        if (there && kept == story.public_version) return ERR_OK;
        err = find_related(keeper, store, act);
    } else if (!there) {
        return ERR_OK;
    }
    if (!err) step->act_count++;
    return err;
}

static bool is_planned(const KeepStep *step, StoryId id)
{
    for (size_t i = 0; i < step->act_count; i++)
        if (step->acts[i].story.number == id.number) return true;
    return false;
}

static Err read_changes(Keeper *keeper, Store *store, int64_t counted,
                        Time until)
{
    KeepStep *step = &keeper->step;
    ChangeList changes;
    Err err =
        changes_after(store, &keeper->changes, step->from, KEEP_STEP, &changes);

    for (size_t i = 0; !err && i < changes.count; i++) {
        const Change *change = &changes.items[i];

        if (change->number > counted) break;
        arena_reset(&keeper->scratch);
        if (change->story.number && !is_planned(step, change->story))
            err = plan_story(keeper, store, change->story);
        step->to = change->number;
        if (time_monotonic() >= until) break;
    }
    return err;
}

Err keeper_read(Keeper *keeper, Store *store, int64_t counted, Time at_most,
                KeepStep **out)
{
    KeepStep *step = &keeper->step;
    Time until = time_monotonic() + at_most;
    Err err = store_begin(store);

    if (err) return err;
    arena_reset(&keeper->changes);
    step->act_count = 0;
    err = cursor_get(store, RELATED_FOLLOWER, &step->from);
    step->to = step->from;
    if (!err && step->from < counted)
        err = read_changes(keeper, store, counted, until);
    err = store_end(store, err);
    if (err) return err;
    *out = step->to > step->from ? step : NULL;
    return ERR_OK;
}

/* ---- writing ---- */

Err keeper_write(Store *store, Arena *arena, const KeepStep *step)
{
    int64_t stands;
    Err err = cursor_get(store, RELATED_FOLLOWER, &stands);

    if (err) return err;
    if (stands != step->from) return ERR_CONFLICT;
    for (size_t i = 0; !err && i < step->act_count; i++) {
        const KeepAct *act = &step->acts[i];

        err = act->puts ? related_put(store, arena, act->story, act->version,
                                      &act->related)
                        : related_drop(store, act->story);
    }
    return err ? err : cursor_put(store, RELATED_FOLLOWER, step->to);
}
