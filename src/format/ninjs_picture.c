#include "format/ninjs_picture.h"

#include "format/offer.h"

/* A string member under its name in 3.x, 2.x or 1.x. */
static Str text_of(const JsonNode *node, const char *name, const char *second,
                   const char *third)
{
    Str text = str_trim(json_str(node, name));

    if (!text.len && second) text = str_trim(json_str(node, second));
    if (!text.len && third) text = str_trim(json_str(node, third));
    return text;
}

static int64_t number_of(const JsonNode *node, const char *name,
                         const char *older)
{
    const JsonNode *member = json_get(node, name);
    int64_t number;

    if (!member && older) member = json_get(node, older);
    if (!json_int(member, &number) && !str_int(json_text(member), &number))
        return 0;
    return number > 0 ? number : 0;
}

/* ---- which file of it ---- */

static Offer offer_of(const JsonNode *rendition)
{
    return (Offer){
        .href = json_str(rendition, "href"),
        .type = text_of(rendition, "contentType", "contenttype", "mimetype"),
        .width = number_of(rendition, "width", NULL),
        .height = number_of(rendition, "height", NULL),
        .bytes = number_of(rendition, "sizeInBytes", "sizeinbytes"),
    };
}

static Offer best_of(const JsonNode *object, bool says_picture)
{
    const JsonNode *list = json_get(object, "renditions");
    Offer best = {0};

    if (!list || (list->kind != JSON_ARRAY && list->kind != JSON_OBJECT))
        return best;
    for (const JsonNode *node = list->first; node; node = node->next) {
        Offer offer = offer_of(node);

        if (says_picture && !str_starts_nocase(offer.type, S("image/")))
            continue;
        if (offer_is_better(&offer, &best)) best = offer;
    }
    return best;
}

/* ---- which picture ---- */

static bool is_lead_word(Str word)
{
    static const Str words[] = {S_INIT("lead"), S_INIT("main"),
                                S_INIT("featured"), S_INIT("featuremedia")};

    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq_nocase(word, words[i])) return true;
    return false;
}

typedef struct Lead {
    const JsonNode *object;
    Offer offer;
    bool called;
} Lead;

static void look_at(Lead *lead, const JsonNode *object, Str key)
{
    bool called = is_lead_word(key) || is_lead_word(json_str(object, "rel")) ||
                  is_lead_word(json_str(object, "name"));
    Offer offer;

    if (!str_eq_nocase(json_str(object, "type"), S("picture"))) return;
    if (lead->object && (lead->called || !called)) return;
    offer = best_of(object, false);
    if (offer.href.len) *lead = (Lead){object, offer, called};
}

static Lead find_lead(const JsonNode *root)
{
    const JsonNode *list = json_get(root, "associations");
    Lead lead = {0};

    if (!list || (list->kind != JSON_ARRAY && list->kind != JSON_OBJECT))
        return lead;
    for (const JsonNode *node = list->first; node; node = node->next) {
        const JsonNode *one = node->kind == JSON_ARRAY ? node->first : node;

        for (; one; one = node->kind == JSON_ARRAY ? one->next : NULL)
            look_at(&lead, one, node->key);
    }
    return lead;
}

/* ---- what is said of it ---- */

/* Of {role, contentType, value}: one of that role; of none, the first of any
 * role but those of other fields. */
static Str described(Arena *arena, const JsonNode *object, Str role)
{
    static const Str others[] = {S_INIT("altText"), S_INIT("creditLine"),
                                 S_INIT("correction")};
    const JsonNode *list = json_get(object, "descriptions");
    const JsonNode *found = NULL;

    if (!list || list->kind != JSON_ARRAY) return (Str){0};
    for (const JsonNode *node = list->first; node && !found;
         node = node->next) {
        Str its = json_str(node, "role");
        bool other = false;

        for (size_t i = 0; i < COUNT(others); i++)
            other = other || str_eq_nocase(its, others[i]);
        if (role.len ? str_eq_nocase(its, role) : !other) found = node;
    }
    if (str_starts_nocase(text_of(found, "contentType", "contenttype", NULL),
                          S("text/html")))
        return read_line_of_html(arena, json_str(found, "value"));
    return json_str(found, "value");
}

static void read_words(Arena *arena, const JsonNode *object, ItemPicture *out)
{
    Str alt = described(arena, object, S("altText"));
    Str caption = described(arena, object, S("caption"));
    Str agency = described(arena, object, S("creditLine"));
    Str notice = text_of(object, "copyrightNotice", "copyrightnotice",
                         "copyrightHolder");

    if (!alt.len) alt = text_of(object, "altText", "alt_text", NULL);
    if (!caption.len) caption = described(arena, object, (Str){0});
    if (!caption.len)
        caption =
            text_of(object, "description_text", "description_caption", NULL);
    if (!notice.len) notice = json_str(object, "copyrightholder");
    out->alt = offer_text(arena, alt);
    out->caption = offer_text(arena, caption);
    out->credit =
        offer_credit(arena, text_of(object, "by", "byline", NULL), agency);
    out->rights = offer_rights(
        arena, notice, text_of(object, "usageTerms", "usageterms", NULL));
}

void ninjs_read_picture(Arena *arena, const ReadContext *ctx,
                        const JsonNode *root, ItemPicture *out)
{
    Lead lead = find_lead(root);
    ItemPicture picture = {0};

    if (!lead.object) lead.offer = best_of(root, true);
    if (!lead.offer.href.len) return;
    offer_take(&picture, arena, ctx->base, lead.offer.href);
    if (!picture.offered) return;
    if (lead.object) read_words(arena, lead.object, &picture);
    *out = picture;
}
