#include "format/markdown_item.h"

#include "base/utf8.h"
#include "format/front.h"
#include "story/picture.h"
#include "text/markdown.h"

static const char *const names[] = {
    "title",    "date",    "section", "section_name", "tags",
    "language", "uri",     "group",   "follows",      "deck",
    "byline",   "author",  "place",   "source",       "source_url",
    "priority", "urgency", "version", "correction",   "embargo",
    "status",   "updated", "picture", "picture_alt",  "picture_caption",
};

static const FrontNames story_fields = {"a story", names, COUNT(names)};

static Err read_numbers(const FrontMatter *front, Item *item, Fault *fault)
{
    int64_t urgency = 0;
    Err err = front_number(front, "priority", 9, &urgency, fault);

    if (!err) err = front_number(front, "urgency", 9, &urgency, fault);
    if (!err)
        err = front_number(front, "version", INT64_MAX, &item->version, fault);
    item->urgency = (int32_t)urgency;
    return err;
}

static Err read_status(const FrontMatter *front, Item *item, Fault *fault)
{
    Str word = str_trim(front_str(front, "status"));

    if (!word.len || str_eq_nocase(word, S("usable")))
        item->status = ITEM_USABLE;
    else if (str_eq_nocase(word, S("withheld")))
        item->status = ITEM_WITHHELD;
    else if (str_eq_nocase(word, S("canceled")))
        item->status = ITEM_CANCELED;
    else
        return front_fault(fault, front_get(front, "status"), ERR_INVALID,
                           "usable, withheld or canceled");
    return ERR_OK;
}

static Err read_language_of(Arena *arena, const FrontMatter *front,
                            const ReadContext *ctx, Item *item, Fault *fault)
{
    Str tag = str_trim(front_str(front, "language"));

    item->language = ctx->language;
    if (!tag.len || read_language_said(arena, tag, &item->language))
        return ERR_OK;
    return front_fault(fault, front_get(front, "language"), ERR_INVALID,
                       "a language such as en or uk");
}

static Str line_of(Arena *arena, const FrontMatter *front, const char *key)
{
    return item_line(arena, front_str(front, key));
}

static void read_lines(Arena *arena, const FrontMatter *front, Item *item)
{
    StrList tags = front_list(arena, front, "tags");
    Str section = str_trim(front_str(front, "section"));
    Str name = front_str(front, "section_name");

    item->headline = line_of(arena, front, "title");
    item->deck = line_of(arena, front, "deck");
    item->byline = line_of(arena, front, "byline");
    if (!item->byline.len) item->byline = line_of(arena, front, "author");
    item->place = line_of(arena, front, "place");
    item->source = line_of(arena, front, "source");
    item->source_url = read_address(arena, front_str(front, "source_url"));
    item->group = line_of(arena, front, "group");
    item->follows = line_of(arena, front, "follows");
    item->picture =
        (ItemPicture){.href = line_of(arena, front, "picture"),
                      .alt = line_of(arena, front, "picture_alt"),
                      .caption = line_of(arena, front, "picture_caption")};
    if (picture_is_mark(item->picture.href)) {
        item->picture.mark = item->picture.href;
        item->picture.href = (Str){0};
    }
    item->correction = line_of(arena, front, "correction");
    if (section.len || name.len) {
        read_section(item, arena, section, name.len ? name : section);
        /* A slug is no name: the store may know a better one. */
        if (!name.len && str_eq(item->section, section))
            item->section_name = (Str){0};
    }
    for (size_t i = 0; i < tags.count; i++) {
        size_t before = item->tags.count;

        read_tag(item, arena, str_trim(tags.items[i]), tags.items[i]);
        if (item->tags.count > before && str_eq(item->tags.items[before].slug,
                                                item->tags.items[before].name))
            item->tags.items[before].name = (Str){0};
    }
}

static Err read_front(Arena *arena, const FrontMatter *front,
                      const ReadContext *ctx, Item *item, Fault *fault)
{
    Err err = front_check(front, &story_fields, fault);

    if (!err) err = front_moment(front, "date", ctx, &item->at, fault);
    if (!err) err = front_moment(front, "embargo", ctx, &item->embargo, fault);
    if (!err) err = front_moment(front, "updated", ctx, &item->said_at, fault);
    if (!err) err = read_numbers(front, item, fault);
    if (!err) err = read_status(front, item, fault);
    if (!err) err = read_language_of(arena, front, ctx, item, fault);
    if (err) return err;
    item->timed = item->at != TIME_NONE;
    read_lines(arena, front, item);
    item->uri = line_of(arena, front, "uri");
    if (!item->uri.len)
        item->uri = read_identity(
            arena, "sha256:",
            (Str[]){item->language, item->headline, front_str(front, "date")},
            3);
    return ERR_OK;
}

Err markdown_item_read(Arena *arena, Str bytes, const ReadContext *ctx,
                       Item *out, Fault *fault)
{
    Item item = item_none();
    FrontMatter front;
    ptrdiff_t bad;
    Err err;

    if (bytes.len > MARKDOWN_MAX)
        return fault_set(fault, ERR_TOO_BIG, "%zu bytes, at most %zu are taken",
                         bytes.len, MARKDOWN_MAX);
    bad = utf8_bad(bytes);
    if (bad >= 0)
        return fault_set(fault, ERR_INVALID, "byte %td is not UTF-8", bad);
    err = frontmatter_read(arena, bytes, &front, fault);
    if (!err) err = read_front(arena, &front, ctx, &item, fault);
    if (!err)
        err =
            markdown_read(arena, front.body, NULL, BODY_MAX, &item.body, fault);
    if (!err) err = item_check(&item, fault);
    if (err) return err;
    item.line = 1;
    item.byte = 0;
    *out = item;
    return ERR_OK;
}
