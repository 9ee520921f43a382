#include "format/article_picture.h"

#include "format/offer.h"
#include "text/url.h"

#define IMAGES_MAX 500 /* of a page; those after are passed over */

/* What is offered, and what is said of it. */
typedef struct Found {
    Offer offer;
    Str alt, caption, credit, notice;
} Found;

static int64_t number(Str text)
{
    int64_t value;

    return str_int(str_trim(text), &value) && value > 0 ? value : 0;
}

/* ---- as JSON-LD says it ---- */

static Str line_in(Arena *arena, const JsonNode *node, const char *key)
{
    return read_line_of_html(arena, json_str(node, key));
}

/* A number, or an object that holds one. */
static int64_t size_in(const JsonNode *node, const char *key)
{
    const JsonNode *size = json_get(node, key);

    if (size && size->kind == JSON_OBJECT) size = json_get(size, "value");
    return number(json_text(size)) ? number(json_text(size))
           : size                  ? number(size->text)
                                   : 0;
}

static Found from_json(Arena *arena, const JsonNode *node)
{
    Found found = {0};

    if (node->kind == JSON_STRING) {
        found.offer.href = node->text;
        return found;
    }
    found.offer = (Offer){
        .href = json_str(node, "contentUrl"),
        .type = json_str(node, "encodingFormat"),
        .width = size_in(node, "width"),
        .height = size_in(node, "height"),
    };
    if (!found.offer.href.len) found.offer.href = json_str(node, "url");
    if (!found.offer.href.len) found.offer.href = json_str(node, "@id");
    found.caption = line_in(arena, node, "caption");
    if (!found.caption.len) found.caption = line_in(arena, node, "description");
    found.credit = line_in(arena, node, "creditText");
    if (!found.credit.len)
        found.credit = said_member(json_get(node, "creator"), "name");
    found.notice = line_in(arena, node, "copyrightNotice");
    return found;
}

static Found find_json(const Said *said)
{
    const JsonNode *image = json_get(said->json, "image");
    Found best = {0};
    bool many = image && image->kind == JSON_ARRAY;

    for (const JsonNode *one = many ? image->first : image; one;
         one = many ? one->next : NULL) {
        Found found;

        if (one->kind != JSON_STRING && one->kind != JSON_OBJECT) continue;
        found = from_json(said->arena, one);
        if (offer_is_better(&found.offer, &best.offer)) best = found;
    }
    return best;
}

/* ---- as Open Graph says it ---- */

static Found find_graph(const Said *said)
{
    static const char *const names[] = {"og:image:secure_url", "og:image",
                                        "og:image:url",        "twitter:image",
                                        "twitter:image:src",   NULL};
    static const char *const alts[] = {"og:image:alt", "twitter:image:alt",
                                       NULL};
    Found found = {.offer = {.href = said_first(said, names),
                             .type = said_meta(said, "og:image:type")}};
    Found none = {0};

    found.alt = said_first(said, alts);
    return offer_is_better(&found.offer, &none.offer) ? found : none;
}

/* ---- as the page shows it ---- */

static const HtmlNode *inside(const HtmlNode *node, const char *name)
{
    for (; node; node = node->parent)
        if (html_is(node, name)) return node;
    return NULL;
}

/* And not in what is beside every article of a site. */
static bool is_of_article(const HtmlNode *node)
{
    static const char *const names[] = {"header", "nav", "aside", "footer",
                                        "button"};

    if (!inside(node, "figure") && !inside(node, "article") &&
        !inside(node, "main"))
        return false;
    for (size_t i = 0; i < COUNT(names); i++) {
        const HtmlNode *found = inside(node, names[i]);

        /* An article may have a header of its own. */
        if (found && (i > 0 || !inside(found, "article"))) return false;
    }
    return true;
}

/* Pages that load pictures late have another one in their place. */
static Str src_of(const HtmlNode *image)
{
    static const char *const names[] = {"src", "data-src", "data-original"};

    for (size_t i = 0; i < COUNT(names); i++) {
        Str src = str_trim(html_attr(image, names[i]));

        if (src.len && !str_starts_nocase(src, S("data:"))) return src;
    }
    return (Str){0};
}

static Found shown_in(const Said *said, const HtmlNode *image)
{
    const HtmlNode *figure = inside(image, "figure");
    const HtmlNode *caption =
        figure ? html_find(figure, NULL, "figcaption") : NULL;
    Found found = {.offer = {.href = src_of(image),
                             .width = number(html_attr(image, "width")),
                             .height = number(html_attr(image, "height"))},
                   .alt = html_attr(image, "alt")};

    if (caption) found.caption = html_text(said->arena, caption);
    return found;
}

static Found find_shown(const Said *said)
{
    const Found none = {0};
    const HtmlNode *image = NULL;

    for (int i = 0; i < IMAGES_MAX; i++) {
        int64_t width;
        Found found;

        image = html_find(said->root, image, "img");
        if (!image) break;
        width = number(html_attr(image, "width"));
        if ((width && width < ARTICLE_PICTURE) || !src_of(image).len ||
            !is_of_article(image))
            continue;
        found = shown_in(said, image);
        if (offer_is_better(&found.offer, &none.offer)) return found;
    }
    return none;
}

/* ---- which of them ---- */

static bool is_beside(Str href)
{
    Url url;

    return href.len && href.ptr[0] != '/' && !url_parse(href, &url) &&
           !url.scheme.len && !url.has_host && url.path.len;
}

/* The last part of its path, without what a server is asked for. */
static Str name_of(Str href)
{
    Str name;

    href = str_cut(&href, '#');
    href = str_cut(&href, '?');
    do
        name = str_cut(&href, '/');
    while (href.len);
    return name;
}

static void add_words(Found *found, const Found *shown)
{
    Str name = name_of(shown->offer.href);

    if (!name.len || !str_eq(name_of(found->offer.href), name)) return;
    if (!found->alt.len) found->alt = shown->alt;
    if (!found->caption.len) found->caption = shown->caption;
}

static Found choose(const Said *said)
{
    Found shown = find_shown(said);
    Found found;

    if (is_beside(shown.offer.href)) return shown;
    found = find_json(said);
    if (!found.offer.href.len) found = find_graph(said);
    if (!found.offer.href.len) return shown;
    add_words(&found, &shown);
    return found;
}

void article_read_picture(const Said *said, Str base, ItemPicture *out)
{
    Arena *arena = said->arena;
    Found found = choose(said);
    ItemPicture picture = {0};

    offer_take(&picture, arena, base, found.offer.href);
    if (!picture.offered) return;
    picture.alt = offer_text(arena, found.alt);
    picture.caption = offer_text(arena, found.caption);
    picture.credit = offer_credit(arena, found.credit, (Str){0});
    picture.rights = offer_rights(arena, found.notice, (Str){0});
    *out = picture;
}
