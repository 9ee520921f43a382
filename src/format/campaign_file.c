#include "format/campaign_file.h"

#include "base/utf8.h"
#include "format/front.h"
#include "story/item.h"
#include "text/url.h"

#define FILE_MAX (CREATIVE_HTML + (size_t)64 * 1024)

static const char *const names[] = {
    "name", "picture",   "picture_alt", "link",     "from", "to",    "weight",
    "cap",  "cap_a_day", "languages",   "sections", "tags", "slots", "house",
};

static const FrontNames campaign_fields = {"a campaign", names, COUNT(names)};

static Err needed(Fault *fault, const char *key, const char *why)
{
    return fault_set(fault, ERR_INVALID, "%s: expected %s", key, why);
}

static Err read_texts(Arena *arena, const FrontMatter *front, Campaign *out,
                      Fault *fault)
{
    const FrontField *link = front_get(front, "link");
    Str address = str_trim(front_str(front, "link"));

    out->name = item_line(arena, front_str(front, "name"));
    out->alt = item_line(arena, front_str(front, "picture_alt"));
    if (!out->name.len) return needed(fault, "name", "what it is called");
    if (utf8_count(out->name) > FIELD_MAX)
        return front_fault(fault, front_get(front, "name"), ERR_TOO_BIG,
                           "of 300 characters at most");
    if (utf8_count(out->alt) > FIELD_MAX)
        return front_fault(fault, front_get(front, "picture_alt"), ERR_TOO_BIG,
                           "of 300 characters at most");
    if (!address.len) return ERR_OK;
    if (!url_is_safe_link(address) ||
        !(str_starts_nocase(address, S("http://")) ||
          str_starts_nocase(address, S("https://"))) ||
        url_normal(arena, address, &out->link))
        return front_fault(fault, link, ERR_INVALID,
                           "an address that begins with http:// or https://");
    return ERR_OK;
}

static Err read_numbers(const FrontMatter *front, Campaign *out, Fault *fault)
{
    int64_t weight = 1;
    Err err =
        front_number(front, "weight", CAMPAIGN_WEIGHT_MAX, &weight, fault);

    out->weight = (int32_t)weight;
    if (!err)
        err = front_number(front, "cap", CAMPAIGN_CAP_MAX, &out->cap, fault);
    if (!err)
        err = front_number(front, "cap_a_day", CAMPAIGN_CAP_MAX, &out->day_cap,
                           fault);
    return err;
}

static Err read_times(const FrontMatter *front, const ReadContext *ctx,
                      Campaign *out, Fault *fault)
{
    Err err = front_moment(front, "from", ctx, &out->from, fault);

    if (!err) err = front_moment(front, "to", ctx, &out->to, fault);
    if (err || out->from == TIME_NONE || out->to == TIME_NONE ||
        out->from < out->to)
        return err;
    return front_fault(fault, front_get(front, "to"), ERR_INVALID,
                       "later than from");
}

static Err read_house(const FrontMatter *front, Campaign *out, Fault *fault)
{
    Str word = str_trim(front_str(front, "house"));

    out->house =
        str_eq_nocase(word, S("yes")) || str_eq_nocase(word, S("true"));
    if (!word.len || out->house || str_eq_nocase(word, S("no")) ||
        str_eq_nocase(word, S("false")))
        return ERR_OK;
    return front_fault(fault, front_get(front, "house"), ERR_INVALID,
                       "yes or no");
}

/* Languages are BCP 47, the others lower-case letters, digits and hyphens. */
static bool is_target(Str text, bool language)
{
    if (!text.len || text.len > 80) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
              (language && c >= 'A' && c <= 'Z')))
            return false;
    }
    return true;
}

static Err read_targets(Arena *arena, const FrontMatter *front, Campaign *out,
                        Fault *fault)
{
    const struct {
        const char *key;
        StrList *list;
        const char *expected;
    } targets[] = {
        {"languages", &out->languages, "a list of languages such as en, uk"},
        {"sections", &out->sections, "a list of sections such as world"},
        {"tags", &out->tags, "a list of tags such as sea"},
        {"slots", &out->slots, "a list of slots such as story-1"},
    };

    for (size_t i = 0; i < COUNT(targets); i++) {
        const FrontField *field = front_get(front, targets[i].key);
        StrList *list = targets[i].list;

        *list = front_list(arena, front, targets[i].key);
        for (size_t k = 0; k < list->count; k++) {
            list->items[k] = str_trim(list->items[k]);
            if (!is_target(list->items[k], i == 0))
                return front_fault(fault, field, ERR_INVALID,
                                   targets[i].expected);
        }
        for (size_t k = 0; list == &out->slots && k < list->count; k++)
            if (!ad_slot_known(list->items[k]))
                return front_fault(fault, field, ERR_INVALID,
                                   "one of " AD_SLOT_WORDS);
        if (list->count > CAMPAIGN_TARGETS)
            return front_fault(fault, field, ERR_TOO_BIG,
                               "a list of 64 at most");
    }
    return ERR_OK;
}

static Err read_creatives(Arena *arena, const FrontMatter *front,
                          const Campaign *campaign, CreativeList *out,
                          Fault *fault)
{
    const FrontField *field = front_get(front, "picture");
    StrList pictures = front_list(arena, front, "picture");
    Str html = str_trim(front->body);

    if (pictures.count + (html.len > 0) > CREATIVES_MAX)
        return front_fault(fault, field, ERR_TOO_BIG,
                           "a list of 16 at most, HTML below counted");
    if (html.len > CREATIVE_HTML)
        return fault_set(fault, ERR_TOO_BIG,
                         "its HTML has %zu bytes, at most %zu are taken",
                         html.len, CREATIVE_HTML);
    *out = (CreativeList){ARENA_ARRAY(arena, Creative, CREATIVES_MAX), 0};
    for (size_t i = 0; i < pictures.count; i++) {
        Str picture = str_trim(pictures.items[i]);

        if (!picture.len)
            return front_fault(fault, field, ERR_INVALID,
                               "a file's name or a picture's mark");
        out->items[out->count++].picture = picture;
    }
    if (html.len) out->items[out->count++].html = html;
    if (!out->count)
        return needed(fault, "picture", "one, or HTML below the front matter");
    if (pictures.count && !campaign->link.len)
        return needed(fault, "link", "where its pictures lead");
    if (pictures.count && !campaign->alt.len)
        return needed(fault, "picture_alt", "what its pictures show");
    return ERR_OK;
}

Err campaign_file_read(Arena *arena, Str bytes, const ReadContext *ctx,
                       Campaign *out, CreativeList *creatives, Fault *fault)
{
    Campaign campaign = {.from = TIME_NONE, .to = TIME_NONE};
    FrontMatter front;
    ptrdiff_t bad;
    Err err;

    if (bytes.len > FILE_MAX)
        return fault_set(fault, ERR_TOO_BIG, "%zu bytes, at most %zu are taken",
                         bytes.len, FILE_MAX);
    bad = utf8_bad(bytes);
    if (bad >= 0)
        return fault_set(fault, ERR_INVALID, "byte %td is not UTF-8", bad);
    err = frontmatter_read(arena, bytes, &front, fault);
    if (!err) err = front_check(&front, &campaign_fields, fault);
    if (!err) err = read_texts(arena, &front, &campaign, fault);
    if (!err) err = read_numbers(&front, &campaign, fault);
    if (!err) err = read_times(&front, ctx, &campaign, fault);
    if (!err) err = read_house(&front, &campaign, fault);
    if (!err) err = read_targets(arena, &front, &campaign, fault);
    if (!err) err = read_creatives(arena, &front, &campaign, creatives, fault);
    if (!err) *out = campaign;
    return err;
}
