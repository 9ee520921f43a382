#include "story/story.h"

#define WORDS_PER_MINUTE 200

int32_t story_minutes(int32_t words)
{
    int32_t minutes = (words + WORDS_PER_MINUTE / 2) / WORDS_PER_MINUTE;

    return minutes > 1 ? minutes : 1;
}

bool story_is_public(StoryState state)
{
    return state == STORY_PUBLIC || state == STORY_CORRECTED;
}
