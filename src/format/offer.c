#include "format/offer.h"

#include "story/picture.h"
#include "text/url.h"

/* Nothing said may be anything. */
static bool is_taken_type(Str type)
{
    type = str_trim(str_cut(&type, ';'));
    if (!type.len || str_eq_nocase(type, S("image/jpg"))) return true;
    for (int i = 0; i < PICTURE_TYPE_COUNT; i++)
        if (str_eq_nocase(type, str_from(picture_media_type((PictureType)i))))
            return true;
    return false;
}

static bool fits(const Offer *offer)
{
    if (!str_trim(offer->href).len || !is_taken_type(offer->type)) return false;
    if (offer->bytes > (int64_t)PICTURE_BYTES) return false;
    return offer->width <= 0 || offer->height <= 0 ||
           offer->width <= PICTURE_PIXELS / offer->height;
}

bool offer_is_better(const Offer *offer, const Offer *than)
{
    if (!fits(offer)) return false;
    if (!than->href.len) return true;
    if (offer->width >= OFFER_WIDE && than->width >= OFFER_WIDE)
        return offer->width < than->width;
    return offer->width > than->width;
}

/* The name of a file in a reference: its path, decoded. */
static Str file_of(Arena *arena, const Url *url)
{
    Str path;

    if (!url_decode(arena, url->path, false, &path)) path = url->path;
    return path;
}

static Str address_of(Arena *arena, Str base, Str href)
{
    Str address;

    if (base.len && !url_resolve(arena, base, href, &address)) return address;
    if (!str_starts(href, S("//"))) return (Str){0};
    href = str_format(arena, "https:%.*s", STR_ARG(href));
    return url_normal(arena, href, &address) ? (Str){0} : address;
}

void offer_take(ItemPicture *picture, Arena *arena, Str base, Str href)
{
    ItemPicture found = *picture;
    Url url;

    href = url_clean(arena, item_line(arena, href));
    if (!href.len || str_starts_nocase(href, S("data:"))) return;
    found.offered = true;
    found.href = found.address = (Str){0};
    if (url_parse(href, &url)) {
        found.href = href;
    } else if (url.scheme.len) {
        found.address = read_address(arena, href);
        if (!found.address.len) found.href = href;
    } else {
        found.address = address_of(arena, base, href);
        if (!url.has_host && (!found.address.len || href.ptr[0] != '/'))
            found.href = file_of(arena, &url);
    }
    if (found.address.len > URI_MAX) found.address = (Str){0};
    if (found.href.len > URI_MAX ||
        !str_eq(item_line(arena, found.href), found.href))
        found.href = (Str){0};
    if (found.href.len || found.address.len) *picture = found;
}

Str offer_text(Arena *arena, Str text)
{
    return read_line_cut(arena, text, PICTURE_TEXT);
}

static Str joined(Arena *arena, Str first, const char *between, Str second,
                  size_t max)
{
    first = item_line(arena, first);
    second = item_line(arena, second);
    if (first.len && second.len && str_find(first, second, 0) < 0)
        first = str_format(arena, "%.*s%s%.*s", STR_ARG(first), between,
                           STR_ARG(second));
    return read_line_cut(arena, first.len ? first : second, max);
}

Str offer_credit(Arena *arena, Str person, Str agency)
{
    return joined(arena, person, " / ", agency, FIELD_MAX);
}

Str offer_rights(Arena *arena, Str notice, Str terms)
{
    return joined(arena, notice, " ", terms, PICTURE_TEXT);
}
