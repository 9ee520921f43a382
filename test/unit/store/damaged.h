/* damaged.h -- a small store to damage, and an ear for what its check says. */
#ifndef TEST_DAMAGED_H
#define TEST_DAMAGED_H

#include "newsroom.h"

typedef struct Heard {
    const char *what;
    bool found;
    size_t count;
} Heard;

static inline void hear(void *ctx, const char *what)
{
    Heard *heard = ctx;

    heard->count++;
    if (strstr(what, heard->what)) heard->found = true;
}

/* One public story with a tag, a picture and live coverage, one that went away,
 * one draft. */
static inline void fill(Newsroom *room)
{
    Version version = sample_version(S("Headline words"));
    Story covered, gone, draft = sample_story(S("urn:3"), S("en"), T0);

    version.tags = sample_tags(room, "one two");
    version.picture = room_picture(room, 'a');
    covered =
        room_publish(room, sample_story(S("urn:1"), S("en"), T0), version);
    gone = room_publish(room, sample_story(S("urn:2"), S("en"), T0), version);
    gone.state = STORY_WITHDRAWN;
    room_save(room, &gone, CHANGE_WITHDRAW, T0);
    room_draft(room, &draft, version);
    room_cover(room, covered.id, true);
}

#endif
