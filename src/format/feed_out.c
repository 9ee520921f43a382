#include "format/feed_out.h"

#include "format/xml_out.h"

#include "format/body.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_scheme_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
}

/* RFC 3986 and 3987: none of these stands in an address as itself. */
static bool is_in_iri(char c)
{
    unsigned char u = (unsigned char)c;

    if (u <= ' ' || u == 0x7F) return false;
    return c != '<' && c != '>' && c != '"' && c != '{' && c != '}' &&
           c != '|' && c != '\\' && c != '^' && c != '`';
}

static bool is_iri(Str s)
{
    size_t i = 0;

    if (!s.len || !is_letter(s.ptr[0])) return false;
    while (i < s.len && is_scheme_char(s.ptr[i]))
        i++;
    if (i + 1 >= s.len || s.ptr[i] != ':') return false;
    for (; i < s.len; i++)
        if (!is_in_iri(s.ptr[i])) return false;
    return true;
}

Str feed_id(Arena *arena, const PublicStory *story, Str authority)
{
    if (is_iri(story->uri)) return story->uri;
    return str_format(arena, "tag:%.*s:story/%lld", STR_ARG(authority),
                      (long long)story->item.id.number);
}

static void put_correction(Buf *buf, const FeedEntry *entry, size_t i)
{
    buf_puts(buf, S("<p>"));
    if (entry->correction_labels && entry->correction_labels[i].len) {
        buf_puts(buf, S("<strong>"));
        buf_escape(buf, entry->correction_labels[i]);
        buf_puts(buf, S("</strong> "));
    }
    buf_escape(buf, entry->story->corrections[i].note);
    buf_puts(buf, S("</p>\n"));
}

Html feed_content(Arena *arena, const FeedEntry *entry)
{
    const PublicStory *story = entry->story;
    Html body = body_absolute(arena, story->body, entry->url);
    Buf buf = buf_open(arena, FEED_MAX);

    if (!story->correction_count) return body;
    for (size_t i = story->correction_count; i > 0; i--)
        put_correction(&buf, entry, i - 1);
    buf_puts(&buf, body.markup);
    return (Html){buf_str(&buf)};
}

Html feed_content_if_room(const Buf *out, const FeedEntry *entry)
{
    if (out->len > FEED_FULL_MAX) return (Html){{0}};
    return feed_content(out->arena, entry);
}

Str feed_author(const FeedOut *feed, const PublicStory *story)
{
    return story->byline.len ? story->byline : feed->author;
}

Time feed_changed(const PublicStory *story)
{
    Time changed = story->item.changed_at;

    return changed == TIME_NONE ? story->item.at : changed;
}

Str feed_page(Arena *arena, Str base, Str slug)
{
    if (!base.len) return base;
    return str_format(arena, "%.*s%.*s/", STR_ARG(base), STR_ARG(slug));
}

void feed_put_media_ns(Buf *buf, const FeedOut *feed)
{
    for (size_t i = 0; i < feed->count; i++)
        if (feed->entries[i].picture.url.len) {
            xml_put_attr(buf, "xmlns:media",
                         S("http://search.yahoo.com/mrss/"));
            return;
        }
}

static void put_number(Buf *buf, const char *name, int32_t value)
{
    xml_put_attr(buf, name, str_format(buf->arena, "%d", value));
}

void feed_put_media(Buf *buf, const FeedPicture *picture)
{
    if (!picture->url.len) return;
    xml_put_start(buf, "media:content");
    xml_put_attr(buf, "url", picture->url);
    xml_put_attr(buf, "type", S("image/jpeg"));
    xml_put_attr(buf, "medium", S("image"));
    put_number(buf, "width", picture->width);
    put_number(buf, "height", picture->height);
    xml_put_into(buf);
    buf_putc(buf, '\n');
    xml_put_some(buf, "media:title", picture->alt);
    xml_put_some(buf, "media:description", picture->caption);
    xml_put_some(buf, "media:credit", picture->credit);
    xml_put_close(buf, "media:content");
}
