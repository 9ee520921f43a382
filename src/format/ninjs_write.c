#include "format/ninjs_write.h"

#include "format/body.h"
#include "text/json.h"

static void put_standard(JsonOut *json)
{
    json_put_key(json, "standard");
    json_put_object(json);
    json_pair_str(json, "name", S("ninjs"));
    json_pair_str(json, "version", S("3.0"));
    json_pair_str(json, "schema",
                  S("http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#"));
    json_put_end(json);
}

static void put_number(JsonOut *json, const char *key, int64_t number)
{
    json_pair_str(json, key,
                  str_format(json->buf->arena, "%lld", (long long)number));
}

static void put_head(JsonOut *json, const NinjsOut *out)
{
    const PublicItem *item = &out->story->item;

    json_pair_str(json, "uri", out->story->uri);
    put_standard(json);
    json_pair_str(json, "type", S("text"));
    json_pair_str(json, "representationType", S("full"));
    put_number(json, "version", item->version);
    json_pair_str(json, "pubStatus", S("usable"));
    json_pair_int(json, "urgency", item->urgency);
    json_pair_some(json, "language", item->language);
    if (!item->timed) return; /* versionCreated would be read for it */
    json_pair_str(json, "firstCreated",
                  time_rfc3339(json->buf->arena, item->at));
    if (item->changed_at != TIME_NONE)
        json_pair_str(json, "versionCreated",
                      time_rfc3339(json->buf->arena, item->changed_at));
}

/* One text of a list of them, as headlines, descriptions and bodies are. */
static void open_text(JsonOut *json, Str role, Str type)
{
    json_put_object(json);
    json_pair_str(json, "role", role);
    json_pair_str(json, "contentType", type);
}

static void put_text(JsonOut *json, Str role, Str value)
{
    if (!value.len) return;
    open_text(json, role, S("text/plain"));
    json_pair_str(json, "value", value);
    json_put_end(json);
}

static void put_descriptions(JsonOut *json, const PublicStory *story)
{
    if (!story->item.deck.len && !story->correction_count) return;
    json_put_key(json, "descriptions");
    json_put_array(json);
    put_text(json, S("summary"), story->item.deck);
    for (size_t i = 0; i < story->correction_count; i++)
        put_text(json,
                 story->corrections[i].version == story->item.version
                     ? S("correction")
                     : S("earlierCorrection"),
                 story->corrections[i].note);
    json_put_end(json);
}

static void put_body(JsonOut *json, const NinjsOut *out)
{
    Html body = out->story->body;

    if (!body.markup.len) return;
    if (out->url.len) body = body_absolute(json->buf->arena, body, out->url);
    json_put_key(json, "bodies");
    json_put_array(json);
    open_text(json, S("main"), S("text/html"));
    json_pair_int(json, "wordCount", out->story->words);
    json_pair_str(json, "value", body.markup);
    json_put_end(json);
    json_put_end(json);
}

static void put_texts(JsonOut *json, const PublicStory *story)
{
    json_put_key(json, "headlines");
    json_put_array(json);
    put_text(json, S("main"), story->item.headline);
    json_put_end(json);
    put_descriptions(json, story);
}

static void put_subject(JsonOut *json, Str rel, Str slug, Str name)
{
    if (!slug.len) return;
    json_put_object(json);
    json_pair_str(json, "name", name.len ? name : slug);
    json_pair_str(json, "rel", rel);
    json_pair_str(json, "literal", slug);
    json_put_end(json);
}

static void put_subjects(JsonOut *json, const PublicStory *story)
{
    json_put_key(json, "subjects");
    json_put_array(json);
    put_subject(json, S("section"), story->item.section,
                story->item.section_name);
    for (size_t i = 0; i < story->tags.count; i++)
        put_subject(json, S("tag"), story->tags.items[i].slug,
                    story->tags.items[i].name);
    json_put_end(json);
}

static void put_source(JsonOut *json, const PublicStory *story)
{
    if (!story->source.len && !story->source_url.len) return;
    json_put_key(json, "infoSources");
    json_put_array(json);
    json_put_object(json);
    json_pair_some(json, "name", story->source);
    json_pair_str(json, "role", S("source"));
    json_pair_some(json, "uri", story->source_url);
    json_put_end(json);
    json_put_end(json);
}

static void put_origin(JsonOut *json, const NinjsOut *out)
{
    const PublicStory *story = out->story;

    json_pair_some(json, "by", story->byline);
    json_pair_some(json, "located", story->place);
    json_pair_some(json, "slugline", story->item.slug);
    json_pair_some(json, "copyrightHolder", out->agency);
    put_source(json, story);
}

static void put_alt_id(JsonOut *json, Str role, Str value)
{
    json_put_object(json);
    json_pair_str(json, "role", role);
    json_pair_str(json, "value", value);
    json_put_end(json);
}

static void put_alt_ids(JsonOut *json, const NinjsOut *out)
{
    const PublicStory *story = out->story;
    Arena *arena = json->buf->arena;

    json_put_key(json, "altIds");
    json_put_array(json);
    if (out->authority.len)
        put_alt_id(json, S("translationGroup"),
                   str_format(arena, "tag:%.*s:group/%lld",
                              STR_ARG(out->authority),
                              (long long)story->group.number));
    put_alt_id(json, S("number"),
               str_format(arena, "%lld", (long long)story->item.id.number));
    json_put_end(json);
}

static void put_follows(JsonOut *json, const NinjsOut *out)
{
    json_put_object(json);
    json_pair_str(json, "name",
                  out->follows_headline.len ? out->follows_headline
                                            : S("follows"));
    json_pair_str(json, "rel", S("follows"));
    json_pair_str(json, "uri", out->follows_uri);
    json_put_end(json);
}

/* ---- the picture that leads it ---- */

static Str media_address(JsonOut *json, const NinjsOut *out, int32_t width,
                         PictureType type)
{
    Arena *arena = json->buf->arena;
    Str name = picture_name(arena, out->story->item.picture.mark, width, type);

    return str_format(arena, "%.*s%.*s", STR_ARG(out->media), STR_ARG(name));
}

static void put_rendition(JsonOut *json, const NinjsOut *out, PictureSize size,
                          PictureType type)
{
    json_put_object(json);
    json_pair_str(json, "name",
                  str_format(json->buf->arena, "%s-%d", picture_extension(type),
                             size.width));
    json_pair_str(json, "href", media_address(json, out, size.width, type));
    json_pair_str(json, "contentType", str_from(picture_media_type(type)));
    json_pair_int(json, "width", size.width);
    json_pair_int(json, "height", size.height);
    json_put_end(json);
}

/* The widest first, each in the format that everybody reads first. */
static void put_renditions(JsonOut *json, const NinjsOut *out)
{
    const PublicPicture *picture = &out->story->item.picture;
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count = picture_sizes(picture->width, picture->height, sizes);

    json_put_key(json, "renditions");
    json_put_array(json);
    while (count--)
        for (size_t i = COUNT(picture_formats); i--;)
            put_rendition(json, out, sizes[count], picture_formats[i]);
    json_put_end(json);
}

static void put_said(JsonOut *json, const PictureSaid *said)
{
    json_pair_some(json, "by", said->credit);
    json_pair_some(json, "copyrightNotice", said->rights);
    if (!said->alt.len && !said->caption.len) return;
    json_put_key(json, "descriptions");
    json_put_array(json);
    put_text(json, S("caption"), said->caption);
    put_text(json, S("altText"), said->alt);
    json_put_end(json);
}

static void put_picture(JsonOut *json, const NinjsOut *out)
{
    const PublicPicture *picture = &out->story->item.picture;
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count = picture_sizes(picture->width, picture->height, sizes);

    json_put_object(json);
    json_pair_str(json, "name", S("lead"));
    json_pair_str(json, "rel", S("lead"));
    json_pair_str(json, "type", S("picture"));
    json_pair_str(
        json, "uri",
        media_address(json, out, sizes[count - 1].width, PICTURE_JPEG));
    put_said(json, &out->said);
    put_renditions(json, out);
    json_put_end(json);
}

static void put_associations(JsonOut *json, const NinjsOut *out)
{
    bool picture = out->media.len && out->story->item.picture.mark.len;

    if (!out->follows_uri.len && !picture) return;
    json_put_key(json, "associations");
    json_put_array(json);
    if (out->follows_uri.len) put_follows(json, out);
    if (picture) put_picture(json, out);
    json_put_end(json);
}

static void put_page(JsonOut *json, Str url)
{
    if (!url.len) return;
    json_put_key(json, "renditions");
    json_put_array(json);
    json_put_object(json);
    json_pair_str(json, "name", S("page"));
    json_pair_str(json, "href", url);
    json_pair_str(json, "contentType", S("text/html"));
    json_put_end(json);
    json_put_end(json);
}

void ninjs_write(Buf *buf, const NinjsOut *out)
{
    JsonOut json = json_out(buf);

    json_put_object(&json);
    put_head(&json, out);
    put_texts(&json, out->story);
    put_body(&json, out);
    put_subjects(&json, out->story);
    put_origin(&json, out);
    put_alt_ids(&json, out);
    put_associations(&json, out);
    put_page(&json, out->url);
    json_put_end(&json);
}
