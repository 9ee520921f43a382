#include "story/picture.h"

#include <string.h>

static const struct {
    const char *word, *extension, *media;
} types[] = {
#define X(name, word, extension, media) {word, extension, media},
    PICTURE_TYPES(X)
#undef X
};

const PictureType picture_formats[3] = {PICTURE_AVIF, PICTURE_WEBP,
                                        PICTURE_JPEG};

static const int32_t widths[] = {320, 640, 960, 1280, 1920};

#define WIDEST 1920
#define NEAR   85 /* percent of the widest */

const char *picture_word(PictureType type)
{
    return types[type].word;
}

const char *picture_extension(PictureType type)
{
    return types[type].extension;
}

const char *picture_media_type(PictureType type)
{
    return types[type].media;
}

static PictureSize sized(int32_t width, int32_t height, int32_t wanted)
{
    int64_t tall = ((int64_t)height * wanted + width / 2) / width;

    return (PictureSize){wanted, tall < 1 ? 1 : (int32_t)tall};
}

static int32_t widest_of(int32_t width, int32_t height)
{
    int32_t widest = width < WIDEST ? width : WIDEST;
    int64_t fits = (int64_t)PICTURE_TALLEST * width / height;

    if (fits < 1) fits = 1;
    return fits < widest ? (int32_t)fits : widest;
}

size_t picture_sizes(int32_t width, int32_t height,
                     PictureSize out[PICTURE_WIDTHS])
{
    int32_t widest = widest_of(width, height);
    size_t count = 0;

    for (size_t i = 0; i < COUNT(widths); i++)
        if (widths[i] * 100 < widest * NEAR)
            out[count++] = sized(width, height, widths[i]);
    out[count++] = sized(width, height, widest);
    return count;
}

Str picture_name(Arena *arena, Str mark, int32_t width, PictureType type)
{
    return str_format(arena, "%.*s-%d.%s", STR_ARG(mark), width,
                      types[type].extension);
}

bool picture_is_mark(Str text)
{
    if (text.len != PICTURE_MARK) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return true;
}

static bool is_rendition(PictureType type)
{
    for (size_t i = 0; i < COUNT(picture_formats); i++)
        if (picture_formats[i] == type) return true;
    return false;
}

bool picture_named(Str name, PictureName *out)
{
    Str mark = str_slice(name, 0, PICTURE_MARK);
    Str rest = str_skip(name, PICTURE_MARK);
    Str number;
    int64_t width;

    if (!picture_is_mark(mark) || !str_starts(rest, S("-"))) return false;
    rest = str_skip(rest, 1);
    number = str_cut(&rest, '.');
    if (!number.len || number.ptr[0] < '1' || number.ptr[0] > '9' ||
        !str_int(number, &width) || width > WIDEST)
        return false;
    for (PictureType type = 0; type < PICTURE_TYPE_COUNT; type++)
        if (is_rendition(type) &&
            str_eq(rest, str_from(types[type].extension))) {
            *out = (PictureName){mark, (int32_t)width, type};
            return true;
        }
    return false;
}
