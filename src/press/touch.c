#include "press/touch.h"

#include "store/public.h"

/* A story may have come before the one that it follows: now it has one. */
static Err touch_followers(Store *store, Arena *arena, StoryId story,
                           TouchFn touch, void *ctx)
{
    PublicList list;
    Err err = public_followers(store, arena, story, &list);

    for (size_t i = 0; !err && i < list.count; i++)
        touch(ctx, dep_followed(list.items[i].id.number), 0);
    return err;
}

Err change_touches(Store *store, Arena *arena, const Change *change,
                   TouchFn touch, void *ctx)
{
    Placing placing;
    Err err;

    if (!change->story.number) return ERR_OK;
    if (change->kind == CHANGE_ENTRY) { /* of the story nothing has changed */
        touch(ctx, dep_entries(change->story.number), 0);
        return ERR_OK;
    }
    touch(ctx, dep_story(change->story.number), 0);
    err = public_placing(store, arena, change->story, &placing);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    if (err && err != ERR_GONE) return err;
    touch(ctx, dep_group(placing.group.number), 0);
    if (placing.follows.number)
        touch(ctx, dep_followers(placing.follows.number), 0);
    err = touch_followers(store, arena, change->story, touch, ctx);
    if (err) return err;
    touch(ctx, dep_list(placing.language, 'a', (Str){0}), placing.at);
    touch(ctx, dep_list(placing.language, 's', placing.section), placing.at);
    for (size_t i = 0; i < placing.tags.count; i++)
        touch(ctx, dep_list(placing.language, 't', placing.tags.items[i]),
              placing.at);
    return ERR_OK;
}
