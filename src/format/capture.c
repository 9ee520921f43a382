/* Lines know by themselves what they are (format/capture_lines.h); here they
 * are told to the part of the page they stand in.  Only headings that stand in
 * no text, the line of tags and the foot move on from one part to the next.
 */
#include "format/capture.h"

#include "base/buf.h"
#include "format/capture_lines.h"
#include "text/sanitize.h"

typedef enum Part {
    PART_TOP,   /* before the time: menu and section */
    PART_TITLE, /* after it: the headline */
    PART_BODY,
    PART_TAGS, /* after the word "Tags:", the tags on lines of their own */
    PART_FOOT, /* after the tags: nothing until a heading */
    PART_MORE,
    PART_HOT,
    PART_LATEST,
} Part;

typedef struct Found {
    Str headline;
    Str key; /* folded, for comparing */
    Time at; /* TIME_NONE: not said */
    int64_t line;
    bool more;   /* stands in MORE ABOUT */
    Time latest; /* place in LATEST, from 1; 0: not there */
} Found;

#define SECTION_LEN   120 /* bytes; longer, it is no section's name */
#define SECTION_WORDS 3   /* nor with more words, when it stands above two */
#define TAG_LEN       120 /* a line of tags is short */
#define TAGS_LEN      16384
#define RAW_LEN       4096 /* of a story that was not understood */

typedef struct Page {
    Arena *arena;
    const ReadContext *ctx;
    CaptureLines lines;
    Part part;
    bool inset; /* headlines of others until the next sentence */
    Str section;
    Buf tags; /* parted by commas or '#' */
    Buf body;
    Found own;     /* the page's own story; no headline: there is none */
    Time pending;  /* a time of a list that waits for its headline */
    Str last;      /* key of the item before: its picture's text is dropped */
    Found *others; /* in the order of the page */
    size_t count;
    Time latest; /* stories of LATEST so far */
    bool too_many;
} Page;

static Str key_of(Page *page, const CaptureLine *line)
{
    return capture_fold(page->arena, item_line(page->arena, line->text));
}

static Found find(Page *page, Str text, Time at, int64_t line)
{
    Str headline = item_line(page->arena, text);

    return (Found){
        .headline = headline,
        .key = capture_fold(page->arena, headline),
        .at = at,
        .line = line,
        .more = page->part == PART_MORE,
    };
}

/* What another mention of a story adds to the first. */
static void join(Page *page, Found *known, const Found *again)
{
    if (known->at == TIME_NONE) known->at = again->at;
    if (again->more) known->more = true;
    if (page->part == PART_LATEST && !known->latest)
        known->latest = ++page->latest;
}

/* A headline of a list: known already, or another story. */
static void add_other(Page *page, Found found)
{
    page->last = found.key;
    if (str_eq(found.key, page->own.key)) return;
    for (size_t i = 0; i < page->count; i++)
        if (str_eq(page->others[i].key, found.key)) {
            join(page, &page->others[i], &found);
            return;
        }
    if (page->count == CAPTURE_STORIES_MAX) {
        page->too_many = true;
        return;
    }
    if ((page->count & (page->count - 1)) == 0)
        page->others =
            arena_grow(page->arena, page->others, page->count * sizeof(Found),
                       (page->count ? page->count * 2 : 1) * sizeof(Found));
    page->others[page->count++] = found;
    join(page, &page->others[page->count - 1], &found);
}

/* "16:15 Headline", as some lists of the newest have it: the clock alone says
 * no date, so it is left out. */
static Str without_clock(Str text)
{
    size_t n = 0;

    for (; n < text.len && n < 5; n++)
        if (!(text.ptr[n] >= '0' && text.ptr[n] <= '9') && text.ptr[n] != ':')
            break;
    if (n >= 4 && str_find_char(str_slice(text, 0, n), ':', 0) > 0 &&
        (n == text.len || text.ptr[n] == ' '))
        return str_trim(str_skip(text, n));
    return text;
}

static void text_in_body(Page *page, const CaptureLine *line)
{
    if (page->inset && !line->prose) return;
    page->inset = false;
    if (str_eq(key_of(page, line), page->own.key)) return;
    if (page->body.len) buf_puts(&page->body, line->gap ? S("\n\n") : S("\n"));
    buf_puts(&page->body, line->text);
}

/* The tags of the story are still to come, so that a sentence here is of it. */
static bool resumes_body(const Page *page, const CaptureLine *line)
{
    return line->prose && page->own.headline.len &&
           page->lines.tags != LINES_NONE &&
           line < &page->lines.items[page->lines.tags];
}

static void text_in_more(Page *page, const CaptureLine *line)
{
    if (page->pending != TIME_NONE) {
        add_other(page, find(page, line->text, page->pending, line->number));
        page->pending = TIME_NONE;
    } else if (resumes_body(page, line)) {
        page->part = PART_BODY;
        text_in_body(page, line);
    } /* else its picture's text */
}

static void text_in_list(Page *page, const CaptureLine *line)
{
    Str text = without_clock(line->text);
    Found found;

    if (!text.len) return;
    found = find(page, text, page->pending, line->number);
    if (page->pending == TIME_NONE && str_eq(found.key, page->last)) return;
    add_other(page, found);
    page->pending = TIME_NONE;
}

/* "#usa", "#nato" or "usa, nato" on lines of their own, until a gap. */
static void text_in_tags(Page *page, const CaptureLine *line)
{
    bool marked = str_starts(line->text, S("#"));

    if (!marked && (line->text.len > TAG_LEN || line->prose ||
                    (line->gap && page->tags.len))) {
        page->part = PART_FOOT;
        return;
    }
    if (page->tags.len) buf_putc(&page->tags, ',');
    buf_puts(&page->tags, line->text);
}

static void on_text(Page *page, const CaptureLine *line)
{
    switch (page->part) {
    case PART_TOP:
    case PART_FOOT: break;
    case PART_TITLE:
        page->own = find(page, line->text, page->own.at, line->number);
        page->part = PART_BODY;
        break;
    case PART_BODY: text_in_body(page, line); break;
    case PART_TAGS: text_in_tags(page, line); break;
    case PART_MORE: text_in_more(page, line); break;
    case PART_HOT:
    case PART_LATEST: text_in_list(page, line); break;
    }
}

/* A time inside the text is of it; below the story's own it says when the
 * story was altered. */
static bool time_in_body(Page *page, const CaptureLine *line)
{
    if (page->part != PART_BODY) return page->part < PART_BODY;
    if (line->inside && page->body.len) text_in_body(page, line);
    return line->inside || (!page->body.len && line[-1].kind == LINE_TIME);
}

static void on_list_time(Page *page, const CaptureLine *line)
{
    if (time_in_body(page, line)) return;
    if (page->part <= PART_FOOT) page->part = PART_MORE;
    page->pending = line->at;
}

static void on_heading(Page *page, const CaptureLine *line)
{
    if (page->part == PART_TOP && page->lines.own != LINES_NONE) return;
    if (line->inside && page->part == PART_BODY) {
        if (line->kind == LINE_HOT && line->colon)
            text_in_body(page, line);
        else
            page->inset = true;
        return;
    }
    page->part = line->kind == LINE_MORE  ? PART_MORE
                 : line->kind == LINE_HOT ? PART_HOT
                                          : PART_LATEST;
    page->pending = TIME_NONE;
    page->last = (Str){0};
}

static void on_tags(Page *page, const CaptureLine *line)
{
    if (page->part != PART_BODY && page->part != PART_MORE) return;
    if (!page->own.headline.len) return;
    if (page->lines.tags != (size_t)(line - page->lines.items)) {
        if (page->part == PART_BODY) text_in_body(page, line);
        return;
    }
    buf_puts(&page->tags, line->rest);
    page->part = PART_TAGS;
}

static void on_foot(Page *page, const CaptureLine *line)
{
    if (page->part > PART_TITLE && !line->inside) page->part = PART_FOOT;
}

/* Whether a line of text stands again within the next four. */
static bool stands_again(Page *page, const CaptureLine *line, size_t place)
{
    Str key = key_of(page, line);
    int looks = 4;

    for (; place < page->lines.count && looks; place++) {
        const CaptureLine *other = &page->lines.items[place];

        if (other == line || other->kind != LINE_TEXT) continue;
        if (str_eq(key_of(page, other), key)) return true;
        looks--;
    }
    return false;
}

/* The headline stands above the time when the line there has a headline's
 * length and the one below is a sentence of the text, or a word or two. */
static bool title_is_above(Page *page, const CaptureLine *above,
                           const CaptureLine *below)
{
    size_t own = page->lines.own;

    if (!above || above->prose) return false;
    if (stands_again(page, above, own)) return true;
    if (text_words(above->text) < 4) return false;
    if (!below || below->prose) return true;
    return text_words(above->text) > 4 && text_words(below->text) <= 3 &&
           !stands_again(page, below, own);
}

static void set_section(Page *page, const CaptureLine *line)
{
    if (line && line->text.len <= SECTION_LEN) page->section = line->text;
}

/* The time of the page's own story: what is above it has its meaning now. */
static void on_own_time(Page *page, size_t place)
{
    const CaptureLines *lines = &page->lines;
    const CaptureLine *above = lines_before(lines, place);
    const CaptureLine *line = &lines->items[place];

    page->own.at = line->at;
    page->part = PART_TITLE;
    if (!title_is_above(page, above, lines_after(lines, place))) {
        set_section(page, above);
        return;
    }
    page->own = find(page, above->text, line->at, above->number);
    page->part = PART_BODY;
    above = lines_before(lines, (size_t)(above - lines->items));
    if (above && text_words(above->text) <= SECTION_WORDS)
        set_section(page, above);
}

static void on_line(Page *page, size_t place)
{
    const CaptureLine *line = &page->lines.items[place];

    switch (line->kind) {
    case LINE_TIME:
        if (place == page->lines.own)
            on_own_time(page, place);
        else
            on_list_time(page, line);
        break;
    case LINE_MORE:
    case LINE_HOT:
    case LINE_LATEST: on_heading(page, line); break;
    case LINE_TAGS: on_tags(page, line); break;
    case LINE_FOOT: on_foot(page, line); break;
    default: on_text(page, line); break;
    }
}

/* "#usa #nato", "#kyiv city", or "usa, nato" */
static void put_tags(Item *item, Arena *arena, Str tags)
{
    char mark = str_find_char(tags, '#', 0) >= 0 ? '#' : ',';

    while (tags.len) {
        Str name = str_trim(str_cut(&tags, mark));

        while (str_ends(name, S(",")) || str_ends(name, S(";")))
            name = str_trim(str_slice(name, 0, name.len - 1));
        if (name.len) read_tag(item, arena, (Str){0}, name);
    }
}

static Item item_of(const Page *page, const Found *found, Str language)
{
    Item item = item_none();
    Str parts[] = {language, found->key};

    item.uri = read_identity(page->arena, CAPTURE_URI, parts, COUNT(parts));
    item.version = found->at == TIME_NONE ? 1 : 2;
    item.language = language;
    item.headline = found->headline;
    item.at = found->at;
    item.timed = found->at != TIME_NONE;
    item.line = found->line;
    return item;
}

static void put_own(const Page *page, Str language, ReadOut *out)
{
    Item item = item_of(page, &page->own, language);
    Fault fault = fault_none();
    Str text;

    if (buf_end(&page->body, &text)) {
        (void)!fault_set(&fault, ERR_TOO_BIG, "body: over %zu bytes", BODY_MAX);
        fault.line = item.line;
        read_reject(out, page->arena, &fault, item.headline);
        return;
    }
    item.body = read_plain(page->arena, text);
    item.version = item.body.markup.len ? CAPTURE_STORY + 1 : CAPTURE_STORY;
    read_section(&item, page->arena, (Str){0}, page->section);
    put_tags(&item, page->arena, buf_str(&page->tags));
    read_add(out, page->arena, &item, (Str){0});
}

/* The newest time of the page: it was taken then or later. */
static Time moment_of(const Page *page)
{
    Time newest = page->own.at;

    for (size_t i = 0; i < page->count; i++)
        if (page->others[i].at > newest) newest = page->others[i].at;
    return newest;
}

/* Those without a time sort behind the page's moment: first LATEST, which was
 * newest first, then what stands in HOT NEWS alone.  The source chose those of
 * MORE ABOUT by the story's tags, so they have them too. */
static void put_others(const Page *page, Str language, ReadOut *out)
{
    Time moment = moment_of(page);
    Time back = page->latest;

    for (size_t i = 0; i < page->count; i++) {
        const Found *found = &page->others[i];
        Item item = item_of(page, found, language);

        if (!item.timed && moment != TIME_NONE)
            item.at = moment - (found->latest ? found->latest : ++back);
        if (found->more) put_tags(&item, page->arena, buf_str(&page->tags));
        read_add(out, page->arena, &item, item.headline);
    }
}

/* The line that a reader would take for the time, to be named in the fault. */
static Str like_a_time(const CaptureLines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        Str text = lines->items[i].text;
        ptrdiff_t at = str_find_char(text, ':', 0);

        if (lines->items[i].kind != LINE_TEXT || text.len > 60 || at < 1)
            continue;
        if (text.ptr[at - 1] >= '0' && text.ptr[at - 1] <= '9' &&
            (size_t)at + 1 < text.len && text.ptr[at + 1] >= '0' &&
            text.ptr[at + 1] <= '5')
            return text;
    }
    return (Str){0};
}

/* A story's text or its tags, though it has no time. */
static bool shows_story(const CaptureLines *lines)
{
    size_t prose = 0;

    for (size_t i = 0; i < lines->count; i++) {
        if (line_is_heading(&lines->items[i])) break;
        if (lines->items[i].prose) prose++;
        if (lines->items[i].kind == LINE_TAGS && lines->items[i].rest.len)
            return true;
    }
    return prose >= 2;
}

static void say_untimed(const CaptureLines *lines, Fault *fault)
{
    Str line = like_a_time(lines);

    if (line.len)
        (void)!fault_set(fault, ERR_INVALID,
                         "time: \"%.*s\" is not understood; expected as "
                         "\"16:15 14.04.2021\" or \"14 April 2021, 16:15\"",
                         STR_ARG(line));
    else
        (void)!fault_set(fault, ERR_INVALID,
                         "time: a story's text, but no line with time and date "
                         "(\"16:15 14.04.2021\") beside its headline");
}

static Err put_all(Page *page, Str bytes, ReadOut *out, Fault *fault)
{
    Str language = lines_language(&page->lines, page->ctx);
    Fault untimed = fault_none();

    if (page->too_many)
        return fault_set(fault, ERR_TOO_BIG, "over %d stories on one page",
                         CAPTURE_STORIES_MAX);
    if (page->own.headline.len) {
        put_own(page, language, out);
    } else if (shows_story(&page->lines)) {
        say_untimed(&page->lines, &untimed);
        if (!page->count)
            return fault_set(fault, ERR_INVALID, "%s", untimed.text);
        read_reject(out, page->arena, &untimed, str_slice(bytes, 0, RAW_LEN));
    }
    put_others(page, language, out);
    if (!out->count)
        return fault_set(fault, ERR_INVALID,
                         "no story: expected a line with time and date "
                         "(\"16:15 14.04.2021\") and a headline after it");
    return ERR_OK;
}

Err capture_read(Arena *arena, Str bytes, const ReadContext *ctx, ReadOut *out,
                 Fault *fault)
{
    Page page = {.arena = arena,
                 .ctx = ctx,
                 .pending = TIME_NONE,
                 .tags = buf_open(arena, TAGS_LEN),
                 .body = buf_open(arena, BODY_MAX)};
    ReadOut found = {0};
    Str text;
    Err err;

    if (bytes.len > CAPTURE_MAX)
        return fault_set(fault, ERR_TOO_BIG, "over %zu bytes", CAPTURE_MAX);
    page.own.at = TIME_NONE;
    err = read_decoded(arena, bytes, &text, fault);
    if (!err) err = lines_read(arena, text, ctx, &page.lines, fault);
    if (err) return err;
    for (size_t i = 0; i < page.lines.count; i++)
        on_line(&page, i);
    err = put_all(&page, text, &found, fault);
    if (!err) *out = found;
    return err;
}

bool capture_is(Str bytes)
{
    ReadContext ctx = {0};
    Arena arena = arena_open();
    CaptureLines lines;
    bool is = false;
    Str text;

    if (!read_decoded(&arena, bytes, &text, NULL) &&
        !lines_read(&arena, text, &ctx, &lines, NULL))
        is = lines_are_page(&lines);
    arena_close(&arena);
    return is;
}
