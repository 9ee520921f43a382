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

static PictureSaid said_in(Arena *arena, const Str words[TOLD_COUNT])
{
    PictureSaid said = picture_said(arena, words);

    MUST(is_line(said.alt, PICTURE_TEXT));
    MUST(is_line(said.caption, PICTURE_TEXT));
    MUST(is_line(said.credit, FIELD_MAX));
    MUST(is_line(said.rights, PICTURE_TEXT));
    return said;
}

static bool same_if_said(Str first, Str all)
{
    return !first.len || str_eq(first, all);
}

/* Each source by itself, of all the bytes. */
static void say(Str in)
{
    Arena arena = arena_open();

    for (PictureTold told = 0; told < TOLD_COUNT; told++) {
        Str words[TOLD_COUNT] = {0};

        words[told] = in;
        (void)said_in(&arena, words);
    }
    arena_close(&arena);
}

/* All sources of one file, each of what stands before the next FF, which is in
 * no UTF-8: what XMP says goes before all others. */
static void say_together(Str in)
{
    Arena arena = arena_open();
    Str words[TOLD_COUNT] = {0};
    Str alone[TOLD_COUNT] = {0};
    PictureSaid all, first;

    for (PictureTold told = 0; told < TOLD_COUNT; told++)
        words[told] = str_cut(&in, '\xff');
    alone[TOLD_XMP] = words[TOLD_XMP];
    all = said_in(&arena, words);
    first = said_in(&arena, alone);
    MUST(same_if_said(first.alt, all.alt));
    MUST(same_if_said(first.caption, all.caption));
    MUST(same_if_said(first.rights, all.rights));
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
    say_together(in);
    take_frames(in);
    return 0;
}
