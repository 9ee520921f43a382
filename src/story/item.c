#include "story/item.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "story/picture.h"
#include "story/slug.h"

Item item_none(void)
{
    return (Item){.at = TIME_NONE,
                  .said_at = TIME_NONE,
                  .embargo = TIME_NONE,
                  .byte = -1,
                  .words = -1};
}

static Err check_text(Str text, const char *field, size_t max, Fault *fault)
{
    if (utf8_bad(text) >= 0)
        return fault_set(fault, ERR_INVALID, "%s: byte %td is not UTF-8", field,
                         utf8_bad(text));
    if (text.len > max && utf8_count(text) > max)
        return fault_set(fault, ERR_TOO_BIG,
                         "%s: %zu characters, at most %zu are taken", field,
                         utf8_count(text), max);
    return ERR_OK;
}

static Err check_line(Str text, const char *field, size_t max, Fault *fault)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return fault_set(fault, ERR_INVALID,
                             "%s: a control character at byte %zu", field, i);
    return check_text(text, field, max, fault);
}

bool item_section_reserved(Str slug)
{
    static const Str taken[] = {
        S_INIT("latest"), S_INIT("tag"),  S_INIT("search"), S_INIT("live"),
        S_INIT("api"),    S_INIT("desk"), S_INIT("media")};
    bool digits = slug.len > 0;

    for (size_t i = 0; i < COUNT(taken); i++)
        if (str_eq(slug, taken[i])) return true;
    for (size_t i = 0; i < slug.len; i++)
        digits = digits && slug.ptr[i] >= '0' && slug.ptr[i] <= '9';
    return digits;
}

static bool has_before(TagList tags, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (str_eq(tags.items[i].slug, tags.items[at].slug)) return true;
    return false;
}

static Err check_tags(TagList tags, Fault *fault)
{
    if (tags.count > TAGS_MAX)
        return fault_set(fault, ERR_TOO_BIG, "tags: over %d of them", TAGS_MAX);
    for (size_t i = 0; i < tags.count; i++) {
        Err err = check_line(tags.items[i].name, "tags", FIELD_MAX, fault);

        if (!err && has_before(tags, i))
            err = fault_set(fault, ERR_INVALID, "tags: \"%.*s\" stands twice",
                            STR_ARG(tags.items[i].name));
        if (!err && !slug_fits(tags.items[i].slug))
            err = fault_set(fault, ERR_INVALID,
                            "tags: \"%.*s\" has no usable form",
                            STR_ARG(tags.items[i].name));
        if (err) return err;
    }
    return ERR_OK;
}

Err item_check(const Item *item, Fault *fault)
{
    const struct {
        Str text;
        const char *field;
        size_t max;
    } lines[] = {
        {item->headline, "headline", HEADLINE_MAX},
        {item->uri, "uri", URI_MAX},
        {item->language, "language", 35},
        {item->group, "group", URI_MAX},
        {item->follows, "follows", URI_MAX},
        {item->deck, "deck", DECK_MAX},
        {item->byline, "byline", FIELD_MAX},
        {item->place, "place", FIELD_MAX},
        {item->section, "section", SLUG_MAX},
        {item->section_name, "section", FIELD_MAX},
        {item->correction, "correction", NOTE_MAX},
        {item->source, "source", FIELD_MAX},
        {item->source_url, "source_url", URI_MAX},
        {item->picture.mark, "picture", PICTURE_MARK},
        {item->picture.href, "picture", URI_MAX},
        {item->picture.address, "picture", URI_MAX},
        {item->picture.alt, "picture_alt", PICTURE_TEXT},
        {item->picture.caption, "picture_caption", PICTURE_TEXT},
        {item->picture.credit, "picture_credit", FIELD_MAX},
        {item->picture.rights, "picture_rights", PICTURE_TEXT},
    };

    if (!str_trim(item->headline).len)
        return fault_set(fault, ERR_INVALID, "headline: it has none");
    for (size_t i = 0; i < COUNT(lines); i++) {
        Err err =
            check_line(lines[i].text, lines[i].field, lines[i].max, fault);

        if (err) return err;
    }
    if (str_find(item->headline, S("\xEF\xBF\xBD"), 0) >= 0)
        return fault_set(fault, ERR_INVALID,
                         "headline: it has characters that could not be read; "
                         "is the encoding the right one?");
    if (item->section.len && !slug_fits(item->section))
        return fault_set(fault, ERR_INVALID,
                         "section: \"%.*s\" cannot stand in an address",
                         STR_ARG(item->section));
    if (item_section_reserved(item->section))
        return fault_set(fault, ERR_INVALID,
                         "section: \"%.*s\" is an address of the site itself",
                         STR_ARG(item->section));
    if (item->body.markup.len > BODY_MAX)
        return fault_set(fault, ERR_TOO_BIG,
                         "body: %zu bytes, at most %zu are taken",
                         item->body.markup.len, BODY_MAX);
    if (utf8_bad(item->body.markup) >= 0)
        return fault_set(fault, ERR_INVALID, "body: byte %td is not UTF-8",
                         utf8_bad(item->body.markup));
    if (item->urgency < 0 || item->urgency > 9)
        return fault_set(fault, ERR_INVALID, "urgency: %d, expected 1 to 9",
                         item->urgency);
    return check_tags(item->tags, fault);
}

static bool folds(uint32_t c)
{
    return c <= 0x20 || c == 0x7F || c == 0xA0 || (c >= 0x80 && c < 0xA0) ||
           c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

Str item_line(Arena *arena, Str text)
{
    Buf buf = buf_open(arena, text.len ? text.len : 1);
    bool space = false;

    while (text.len) {
        uint32_t c = utf8_take(&text);

        if (folds(c)) {
            space = buf.len > 0;
            continue;
        }
        if (space) buf_putc(&buf, ' ');
        space = false;
        buf_utf8(&buf, c);
    }
    return buf_str(&buf);
}

void item_tag(Item *item, Arena *arena, Str slug, Str name)
{
    TagList *tags = &item->tags;
    size_t n = tags->count;

    if (n > TAGS_MAX) return;
    for (size_t i = 0; i < n; i++)
        if (str_eq(tags->items[i].slug, slug)) return;
    if ((n & (n - 1)) == 0)
        tags->items = arena_grow(arena, tags->items, n * sizeof(Tag),
                                 (n ? n * 2 : 1) * sizeof(Tag));
    tags->items[n] = (Tag){slug, name};
    tags->count = n + 1;
}

/* Beyond ASCII a letter is worth looking up only until the word has one. */
static bool makes_word(Str rest, bool word)
{
    unsigned char c = (unsigned char)rest.ptr[0];

    if (word || c < 0x80)
        return word || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
               (c >= 'a' && c <= 'z');
    return u_isalnum((UChar32)utf8_take(&rest));
}

/* A tag ends a word too: "<p>one</p><p>two</p>" has two.  One inside a word,
 * as emphasis may be, is rare enough. */
int32_t item_words(Html body)
{
    Str text = body.markup;
    int32_t words = 0;
    bool tag = false;
    bool word = false;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '<') tag = true;
        if (tag || (unsigned char)c <= ' ') {
            words += word;
            word = false;
        } else {
            word = makes_word(str_skip(text, i), word);
        }
        if (c == '>') tag = false;
    }
    return words + word;
}

void item_prepare(Item *item, Arena *arena, Str language)
{
    if (!item->slug.len)
        item->slug = slug_make(arena, item->headline,
                               item->language.len ? item->language : language);
    if (item->words < 0) item->words = item_words(item->body);
    item->ready = true;
}
