/* The page is read line by line; what a line means depends on the part of the
 * page it stands in.  Only three things move from one part to the next: a line
 * that is a time, the headline after it, and the headings of the lists.
 */
#include "format/capture.h"

#include "base/buf.h"
#include "format/capture_words.h"
#include "format/page_time.h"
#include "text/sanitize.h"

typedef enum Part {
    PART_TOP,   /* before the time: the section */
    PART_TITLE, /* after it: the headline */
    PART_BODY,
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

#define LANGUAGES_MAX 8
#define SECTION_LEN   120 /* bytes; longer, it is no section's name */

typedef struct Page {
    Arena *arena;
    const ReadContext *ctx;
    Part part;
    bool in_ad; /* since an AD, until an empty line or a heading */
    bool gap;   /* an empty line since the last text */
    Str section;
    Str tags;
    Buf body;
    Found own;     /* the page's own story; no headline: there is none */
    Time pending;  /* a time of a list that waits for its headline */
    Str last;      /* key of the item before: its picture's text is dropped */
    Found *others; /* in the order of the page */
    size_t count;
    Time latest; /* stories of LATEST so far */
    struct {
        Str language;
        int votes;
    } votes[LANGUAGES_MAX];
    bool too_many;
} Page;

static void vote(Page *page, Str language)
{
    if (!language.len) return;
    for (size_t i = 0; i < LANGUAGES_MAX; i++) {
        if (!page->votes[i].language.len) page->votes[i].language = language;
        if (str_eq(page->votes[i].language, language)) {
            page->votes[i].votes++;
            return;
        }
    }
}

static Str language_of(const Page *page)
{
    Str best = page->ctx->language;
    int votes = 0;

    for (size_t i = 0; i < LANGUAGES_MAX; i++)
        if (page->votes[i].votes > votes) {
            votes = page->votes[i].votes;
            best = page->votes[i].language;
        }
    return best;
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

static void text_in_body(Page *page, Str text, int64_t line)
{
    Found found = find(page, text, TIME_NONE, line);

    if (str_eq(found.key, page->own.key)) return;
    if (page->body.len) buf_puts(&page->body, page->gap ? S("\n\n") : S("\n"));
    buf_puts(&page->body, text);
    page->gap = false;
}

static void on_text(Page *page, Str text, int64_t line)
{
    switch (page->part) {
    case PART_TOP:
        page->section = text.len <= SECTION_LEN ? text : (Str){0};
        break;
    case PART_TITLE:
        page->own = find(page, text, page->own.at, line);
        page->part = PART_BODY;
        break;
    case PART_BODY: text_in_body(page, text, line); break;
    case PART_FOOT: break;
    case PART_MORE:
        if (page->pending == TIME_NONE) break; /* its picture's text */
        add_other(page, find(page, text, page->pending, line));
        page->pending = TIME_NONE;
        break;
    case PART_HOT:
    case PART_LATEST:
        text = without_clock(text);
        if (!text.len) break;
        if (page->pending == TIME_NONE &&
            str_eq(find(page, text, TIME_NONE, line).key, page->last))
            break;
        add_other(page, find(page, text, page->pending, line));
        page->pending = TIME_NONE;
        break;
    }
}

static void on_time(Page *page, Time at)
{
    page->in_ad = false;
    switch (page->part) {
    case PART_TOP:
        page->own.at = at;
        page->part = PART_TITLE;
        break;
    case PART_TITLE: break; /* "updated": the first one counts */
    case PART_BODY:
    case PART_FOOT: page->part = PART_MORE; /* fallthrough */
    case PART_MORE:
    case PART_HOT:
    case PART_LATEST: page->pending = at; break;
    }
}

static void on_heading(Page *page, Part part)
{
    page->part = part;
    page->in_ad = false;
    page->pending = TIME_NONE;
    page->last = (Str){0};
}

static void on_line(Page *page, Str line, int64_t number)
{
    Str language;
    Str rest;
    LineKind kind = capture_line(line, &language, &rest);
    Time at;

    if (kind == LINE_TEXT && !page_time_read(page->ctx, line, &at)) {
        on_time(page, at);
        return;
    }
    vote(page, language);
    switch (kind) {
    case LINE_BLANK:
        page->in_ad = false;
        page->gap = true;
        break;
    case LINE_MORE: on_heading(page, PART_MORE); break;
    case LINE_HOT: on_heading(page, PART_HOT); break;
    case LINE_LATEST: on_heading(page, PART_LATEST); break;
    case LINE_TAGS:
        if (page->part != PART_BODY) break;
        page->tags = rest;
        page->part = PART_FOOT;
        break;
    case LINE_AD: page->in_ad = true; break;
    case LINE_READING:
    case LINE_LOADING:
    case LINE_BUTTON: page->gap = true; break;
    case LINE_TEXT:
        if (!page->in_ad) on_text(page, str_trim(line), number);
        break;
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

static Err put_own(const Page *page, Str language, ReadOut *out, Fault *fault)
{
    Item item = item_of(page, &page->own, language);
    Str text;

    if (buf_end(&page->body, &text))
        return fault_set(fault, ERR_TOO_BIG, "body: over %zu bytes", BODY_MAX);
    item.body = html_from_text(page->arena, text);
    item.version = item.body.markup.len ? CAPTURE_STORY + 1 : CAPTURE_STORY;
    read_section(&item, page->arena, (Str){0}, page->section);
    put_tags(&item, page->arena, page->tags);
    read_add(out, page->arena, &item, (Str){0});
    return ERR_OK;
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
        if (found->more) put_tags(&item, page->arena, page->tags);
        read_add(out, page->arena, &item, item.headline);
    }
}

static Err put_all(Page *page, ReadOut *out, Fault *fault)
{
    Str language = language_of(page);

    if (page->too_many)
        return fault_set(fault, ERR_TOO_BIG, "over %d stories on one page",
                         CAPTURE_STORIES_MAX);
    if (page->own.headline.len) {
        Err err = put_own(page, language, out, fault);

        if (err) return err;
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
                 .body = buf_open(arena, BODY_MAX)};
    ReadOut found = {0};
    int64_t number = 0;
    Str text;
    Str line;
    Err err;

    if (bytes.len > CAPTURE_MAX)
        return fault_set(fault, ERR_TOO_BIG, "over %zu bytes", CAPTURE_MAX);
    page.own.at = TIME_NONE;
    text = read_utf8(arena, bytes);
    while (str_line(&text, &line))
        on_line(&page, line, ++number);
    err = put_all(&page, &found, fault);
    if (!err) *out = found;
    return err;
}

bool capture_is(Str text)
{
    ReadContext ctx = {0};
    Str line;

    while (str_line(&text, &line)) {
        Str language;
        Str rest;
        Time at;
        LineKind kind;

        if (!page_time_read(&ctx, line, &at)) return true;
        kind = capture_line(line, &language, &rest);
        if (kind == LINE_MORE || kind == LINE_HOT || kind == LINE_LATEST)
            return true;
    }
    return false;
}
