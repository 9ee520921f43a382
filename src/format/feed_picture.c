#include "format/feed_picture.h"

#include "format/offer.h"

/* As it is written, and as many write it. */
static bool is_media(const XmlNode *node, const char *name)
{
    return str_eq(node->name, str_from(name)) &&
           (str_starts(node->ns, S("http://search.yahoo.com/mrss")) ||
            str_starts(node->ns, S("https://search.yahoo.com/mrss")));
}

static int64_t number_of(const XmlNode *node, const char *name)
{
    int64_t number;

    return str_int(str_trim(xml_attr(node, name)), &number) && number > 0
               ? number
               : 0;
}

typedef struct Best {
    Offer offer;
    const XmlNode *node;
    int rank; /* a higher one goes before any size */
} Best;

static void look_at(Best *best, const XmlNode *node, int rank, const char *href,
                    const char *bytes)
{
    Offer offer = {.href = xml_attr(node, href),
                   .type = xml_attr(node, "type"),
                   .width = number_of(node, "width"),
                   .height = number_of(node, "height"),
                   .bytes = number_of(node, bytes)};
    const Offer none = {0};

    if (best->node && rank < best->rank) return;
    if (offer_is_better(&offer, rank > best->rank ? &none : &best->offer))
        *best = (Best){offer, node, rank};
}

/* What says neither type nor medium is a picture by its name's end. */
static bool is_image(const XmlNode *node)
{
    static const Str ends[] = {S_INIT(".jpg"),  S_INIT(".jpeg"),
                               S_INIT(".png"),  S_INIT(".webp"),
                               S_INIT(".avif"), S_INIT(".gif")};
    Str type = xml_attr(node, "type");
    Str medium = xml_attr(node, "medium");
    Str url = xml_attr(node, "url");

    if (type.len) return str_starts_nocase(type, S("image/"));
    if (medium.len) return str_eq_nocase(medium, S("image"));
    url = str_trim(str_cut(&url, '?'));
    for (size_t i = 0; i < COUNT(ends); i++)
        if (url.len > ends[i].len &&
            str_eq_nocase(str_skip(url, url.len - ends[i].len), ends[i]))
            return true;
    return false;
}

enum { RANK_THUMBNAIL = 1, RANK_ENCLOSURE, RANK_CONTENT, RANK_DEFAULT };

static void look_at_media(Best *best, const XmlNode *node)
{
    if (is_media(node, "content") && is_image(node))
        look_at(best, node,
                str_eq_nocase(xml_attr(node, "isDefault"), S("true"))
                    ? RANK_DEFAULT
                    : RANK_CONTENT,
                "url", "fileSize");
    if (is_media(node, "thumbnail"))
        look_at(best, node, RANK_THUMBNAIL, "url", "fileSize");
}

static void look_at_child(Best *best, const XmlNode *node)
{
    bool image = str_starts_nocase(xml_attr(node, "type"), S("image/"));

    look_at_media(best, node);
    if (is_media(node, "group") || is_media(node, "content"))
        for (const XmlNode *one = xml_first(node); one; one = xml_next(one))
            look_at_media(best, one);
    if (image && str_eq_nocase(node->name, S("enclosure")))
        look_at(best, node, RANK_ENCLOSURE, "url", "length");
    if (image && str_eq_nocase(node->name, S("link")) &&
        str_eq_nocase(xml_attr(node, "rel"), S("enclosure")))
        look_at(best, node, RANK_ENCLOSURE, "href", "length");
}

/* Said of the one itself, else of what it stands in, up to the entry. */
static Str said(Arena *arena, const XmlNode *node, const XmlNode *entry,
                const char *name)
{
    Str text = {0};

    for (; node && !text.len; node = node == entry ? NULL : node->parent)
        for (const XmlNode *one = xml_first(node); one && !text.len;
             one = xml_next(one))
            if (is_media(one, name))
                text = str_eq_nocase(xml_attr(one, "type"), S("html"))
                           ? read_line_of_html(arena, xml_text(arena, one))
                           : xml_text(arena, one);
    return text;
}

void feed_read_picture(Arena *arena, const XmlNode *entry, Str base,
                       ItemPicture *out)
{
    Best best = {0};
    ItemPicture picture = {0};

    for (const XmlNode *node = xml_first(entry); node; node = xml_next(node))
        look_at_child(&best, node);
    if (!best.node) return;
    offer_take(&picture, arena, base, best.offer.href);
    if (!picture.offered) return;
    picture.alt = offer_text(arena, said(arena, best.node, entry, "title"));
    picture.caption =
        offer_text(arena, said(arena, best.node, entry, "description"));
    picture.credit =
        offer_credit(arena, said(arena, best.node, entry, "credit"), (Str){0});
    picture.rights = offer_rights(
        arena, said(arena, best.node, entry, "copyright"), (Str){0});
    *out = picture;
}
