/* press/view_ad.c -- places for ads, and what comes to stand in them. */
#include "press/ad.h"
#include "press/room.h"
#include "story/campaign.h"
#include "story/lang.h"
#include "text/url.h"

#define AD_MAX ((size_t)64 * 1024)

/* ---- a place ---- */

static bool is_among(const StrList *list, Str word)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i], word)) return true;
    return false;
}

static bool has_none(const Site *site, Str section, const TagList *tags)
{
    if (!site->ads || is_among(&site->no_ads_sections, section)) return true;
    for (size_t i = 0; i < tags->count; i++)
        if (is_among(&site->no_ads_tags, tags->items[i].slug)) return true;
    return false;
}

/* The place of a page that comes first, with or without others. */
static bool is_first(AdSlot slot)
{
    return slot == AD_SLOT_STORY_1 || slot == AD_SLOT_FRONT_1 ||
           slot == AD_SLOT_LIST_1;
}

static Str about(Making *making, Str section, const TagList *tags)
{
    Buf buf = buf_open(making->arena, AD_MAX);

    buf_puts(&buf, S("lang="));
    url_put_query(&buf, making->language->tag);
    if (section.len) {
        buf_puts(&buf, S("&section="));
        url_put_query(&buf, section);
    }
    for (size_t i = 0; i < tags->count; i++) {
        buf_puts(&buf, i ? S(",") : S("&tags="));
        url_put_query(&buf, tags->items[i].slug);
    }
    return buf_str(&buf);
}

const AdView *view_ad(Making *making, AdSlot slot, Str section,
                      const TagList *tags)
{
    AdView *view;

    if (has_none(making->press->config.site, section, tags)) return NULL;
    view = ARENA_NEW(making->arena, AdView);
    *view = (AdView){
        .slot = str_from(ad_slot_word(slot)),
        .about = is_first(slot) ? about(making, section, tags) : (Str){0},
    };
    return view;
}

const AdView *view_list_ad(Making *making, AdSlot slot)
{
    const PageKey *key = making->key;
    Tag tag = {.slug = key->tag};
    TagList tags = {&tag, key->tag.len > 0};

    return view_ad(making, slot, key->section, &tags);
}

/* ---- what stands in it ---- */

/* It is as wide as a column: site/style.css. */
#define SIZES "(max-width: 44rem) 100vw, 42rem"
#define SHOWN 960 /* px, for who knows no srcset */

static PictureView *picture_view(Arena *arena, const PressAd *ad)
{
    const PublicPicture *picture = &ad->picture;
    PictureView *view;
    PictureSize size;

    if (!picture->mark.len) return NULL;
    size = picture_size_up_to(picture, INT32_MAX);
    view = ARENA_NEW(arena, PictureView);
    *view = (PictureView){
        .avif = picture_srcset(arena, picture, PICTURE_AVIF),
        .webp = picture_srcset(arena, picture, PICTURE_WEBP),
        .jpeg = picture_srcset(arena, picture, PICTURE_JPEG),
        .sizes = S(SIZES),
        .src = picture_href(arena, picture,
                            picture_size_up_to(picture, SHOWN).width,
                            PICTURE_JPEG),
        .width = str_format(arena, "%d", size.width),
        .height = str_format(arena, "%d", size.height),
        .look = picture_look(arena, picture),
        .alt = ad->alt,
    };
    return view;
}

static Err render(const Theme *theme, size_t language, Arena *arena,
                  TemplateId id, const void *view, Str *out)
{
    Buf buf = buf_open(arena, AD_MAX);

    template_render(theme_template(theme, id), theme_words(theme, language),
                    view, &buf);
    return buf_end(&buf, out);
}

Err press_ad(const Theme *theme, size_t language, Arena *arena,
             const PressAd *ad, Str *out)
{
    AdShownView view = {
        .campaign = str_format(arena, "%lld", (long long)ad->campaign),
        .ticket = ad->ticket,
        .href = ad->href,
        .picture = picture_view(arena, ad),
        .frame = ad->frame,
    };

    return render(theme, language, arena, TEMPLATE_ad_shown, &view, out);
}

Err press_ad_house(const Theme *theme, size_t language, Str tag, Html style,
                   Arena *arena, const PressAd *ad, Str *out)
{
    AdHouseView view = {
        .lang = tag,
        .dir = lang_is_rtl(tag) ? S("rtl") : S("ltr"),
        .style = style,
        .href = ad ? ad->href : (Str){0},
        .picture = ad ? picture_view(arena, ad) : NULL,
    };

    return render(theme, language, arena, TEMPLATE_ad_house, &view, out);
}
