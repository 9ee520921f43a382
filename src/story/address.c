#include "story/address.h"

#include "story/site.h"

int site_language(const Site *site, Str tag)
{
    for (size_t i = 0; i < site->language_count; i++)
        if (str_eq(site->languages[i].tag, tag)) return (int)i;
    return -1;
}

Str address_front(Arena *arena, Str language)
{
    return str_format(arena, "/%.*s/", STR_ARG(language));
}

Str address_latest(Arena *arena, Str language)
{
    return str_format(arena, "/%.*s/latest/", STR_ARG(language));
}

Str address_search(Arena *arena, Str language)
{
    return str_format(arena, "/%.*s/search", STR_ARG(language));
}

Str address_section(Arena *arena, Str language, Str section)
{
    return str_format(arena, "/%.*s/%.*s/", STR_ARG(language),
                      STR_ARG(section));
}

Str address_tag(Arena *arena, Str language, Str tag)
{
    return str_format(arena, "/%.*s/tag/%.*s/", STR_ARG(language),
                      STR_ARG(tag));
}

Str address_day(Arena *arena, Str language, Civil day)
{
    return str_format(arena, "/%.*s/%04d/%02d/%02d/", STR_ARG(language),
                      day.year, day.month, day.day);
}

Str address_story(Arena *arena, Str language, Str section, StoryId id, Str slug)
{
    return str_format(arena, "/%.*s/%.*s/%lld-%.*s", STR_ARG(language),
                      STR_ARG(section), (long long)id.number, STR_ARG(slug));
}

Str address_item(Arena *arena, const PublicItem *item)
{
    return address_story(arena, item->language, item->section, item->id,
                         item->slug);
}

Str address_cursor(Arena *arena, const char *side, Cursor cursor)
{
    return str_format(arena, "%s=%lld-%lld", side, (long long)cursor.at,
                      (long long)cursor.number);
}

bool address_read_cursor(Str text, Cursor *out)
{
    ptrdiff_t dash = str_find_char(text, '-', 1);
    Cursor c;

    if (dash < 0 || !str_int(str_slice(text, 0, (size_t)dash), &c.at) ||
        !str_int(str_skip(text, (size_t)dash + 1), &c.number))
        return false;
    if (c.at < TIME_MIN || c.at > TIME_MAX || c.number < 0) return false;
    *out = c;
    return true;
}
