#include "desk/pins.h"

#include "store/reads.h"

static Err check_role(const Actor *actor, Fault *fault)
{
    if (actor->role >= ROLE_EDITOR) return ERR_OK;
    return fault_set(fault, ERR_FORBIDDEN, "only editors pin stories");
}

Err desk_pin(Store *store, Arena *arena, const Actor *actor, StoryId story,
             Time now, Time *until, Fault *fault)
{
    Str language, section;
    Err err = check_role(actor, fault);

    if (err) return err;
    if (*until == TIME_NONE) *until = now - now % TIME_SECOND + PIN_FOR;
    if (*until <= now)
        return fault_set(fault, ERR_INVALID,
                         "until: that time is over; expected one after now");
    err = reads_place(store, arena, story, &language, &section);
    if (err == ERR_NOT_FOUND)
        return fault_set(fault, err, "story %lld is not public",
                         (long long)story.number);
    return err ? err : pin_put(store, story, *until);
}

Err desk_unpin(Store *store, const Actor *actor, StoryId story, Fault *fault)
{
    Err err = check_role(actor, fault);

    return err ? err : pin_drop(store, story);
}
