#include "format/picture_json.h"

void picture_put_json(Arena *arena, JsonOut *out, const Picture *picture)
{
    const PictureSaid *said = &picture->said;

    if (picture->number) json_pair_int(out, "picture", picture->number);
    json_pair_str(out, "mark", picture->mark);
    json_pair_str(out, "type", str_from(picture_word(picture->type)));
    json_pair_int(out, "bytes", picture->bytes);
    json_pair_int(out, "width", picture->width);
    json_pair_int(out, "height", picture->height);
    json_pair_int(out, "color", picture->color);
    json_pair_int(out, "focus_x", picture->focus_x);
    json_pair_int(out, "focus_y", picture->focus_y);
    json_pair_some(out, "alt", said->alt);
    json_pair_some(out, "caption", said->caption);
    json_pair_some(out, "credit", said->credit);
    json_pair_some(out, "rights", said->rights);
    if (said->until != TIME_NONE)
        json_pair_str(out, "until", time_rfc3339(arena, said->until));
}
