#include "ingest/match.h"

#include "format/capture.h"

Err match_item(Store *store, Arena *arena, Item *item)
{
    Story story;
    Civil day;
    Err err;

    if (!item->timed || !str_starts(item->uri, S(CAPTURE_URI))) return ERR_OK;
    err = stories_find(store, arena, item->uri, &story);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    if (err) return err;
    if (!story.timed || story.at == TIME_NONE) return ERR_OK;
    if (story.at - item->at <= MATCH_APART &&
        item->at - story.at <= MATCH_APART)
        return ERR_OK;
    day = time_civil(item->at);
    item->uri = str_format(arena, "%.*s:%04d-%02d-%02d", STR_ARG(item->uri),
                           day.year, day.month, day.day);
    return ERR_OK;
}
