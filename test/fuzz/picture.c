/* fuzz: pictures from outside (their frame, what they say of themselves) and
 * what the process that draws them answers. */
#include "must.h"

#include <string.h>

#include "base/utf8.h"
#include "media/frames.h"
#include "media/said.h"
#include "media/sniff.h"

static bool is_line(Str text, size_t max)
{
    for (size_t i = 0; i < text.len; i++)
        if ((uint8_t)text.ptr[i] < ' ') return false;
    return utf8_bad(text) < 0 && utf8_count(text) <= max;
}

static void say(Str in)
{
    Arena arena = arena_open();

    for (PictureTold told = 0; told < TOLD_COUNT; told++) {
        Str words[TOLD_COUNT] = {0};
        PictureSaid said;

        words[told] = in;
        said = picture_said(&arena, words);
        MUST(is_line(said.alt, PICTURE_TEXT));
        MUST(is_line(said.caption, PICTURE_TEXT));
        MUST(is_line(said.credit, FIELD_MAX));
        MUST(is_line(said.rights, PICTURE_TEXT));
    }
    arena_close(&arena);
}

static void take_frames(Str in)
{
    Drawn drawn = {0};
    Fault fault = fault_none();

    if (frames_read(in, &drawn, &fault)) {
        MUST(fault.text[0]);
        return;
    }
    MUST(drawn.size.width > 0 && drawn.size.height > 0);
    MUST(drawn.count > 0 && drawn.count % COUNT(picture_formats) == 0);
    for (size_t i = 0; i < drawn.count; i++)
        MUST(drawn.made[i].bytes.ptr >= in.ptr &&
             drawn.made[i].bytes.ptr + drawn.made[i].bytes.len <=
                 in.ptr + in.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str in = {(const char *)data, size};
    Fault fault = fault_none();
    PictureName name;
    PictureType type;

    if (sniff_picture(in, &type, &fault))
        MUST(fault.text[0]);
    else
        MUST(type < PICTURE_TYPE_COUNT && size >= 12);
    if (picture_named(in, &name)) {
        Arena arena = arena_open();
        Str again = picture_name(&arena, name.mark, name.width, name.type);

        MUST(str_eq(in, again));
        arena_close(&arena);
    }
    say(in);
    take_frames(in);
    return 0;
}
