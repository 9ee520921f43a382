/* First each line by itself; then the time of the page's own story, which may
 * stand below a menu that has the words of headings; then its tags; then, from
 * the last line of the story to its first, whether a heading is followed by
 * sentences. Where it is, it is no list but part of the text. */
#include "format/capture_lines.h"

#include "base/utf8.h"
#include "format/page_time.h"
#include "text/sanitize.h"

#define PROSE_WORDS 5  /* a sentence has as many */
#define INSET_LINES 3  /* headlines of an inset, before the text goes on */
#define LEAD_LINES  16 /* between a heading of key points and its text */

bool line_is_heading(const CaptureLine *line)
{
    return line->kind == LINE_MORE || line->kind == LINE_HOT ||
           line->kind == LINE_LATEST;
}

/* Where what belongs together ends. */
static bool is_stop(const CaptureLine *line)
{
    return line_is_heading(line) || line->kind == LINE_TAGS ||
           line->kind == LINE_FOOT;
}

/* ---- each line by itself ---- */

static Str trim(Str text)
{
    static const Str space = S_INIT("\xC2\xA0");

    for (;;) {
        text = str_trim(text);
        if (str_starts(text, space))
            text = str_skip(text, space.len);
        else if (str_ends(text, space))
            text.len -= space.len;
        else
            return text;
    }
}

static Str without_closing(Str text)
{
    static const Str marks[] = {S_INIT("\""), S_INIT("”"), S_INIT("»"),
                                S_INIT("“"),  S_INIT("’"), S_INIT(")"),
                                S_INIT("'")};

    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_ends(text, marks[i])) {
            text.len -= marks[i].len;
            i = (size_t)-1;
        }
    return text;
}

static bool is_prose(Str text)
{
    Str bare = without_closing(text);

    bool ends = str_ends(bare, S(".")) || str_ends(bare, S("…")) ||
                str_ends(bare, S("。")) || str_ends(bare, S("۔")) ||
                (text.len > HEADLINE_MAX && utf8_count(text) > HEADLINE_MAX);

    return ends && text_words(text) >= PROSE_WORDS;
}

static void vote(CaptureLines *lines, Str language)
{
    if (!language.len) return;
    for (size_t i = 0; i < LANGUAGES_MAX; i++) {
        if (!lines->votes[i].language.len) lines->votes[i].language = language;
        if (!str_eq(lines->votes[i].language, language)) continue;
        lines->votes[i].votes++;
        return;
    }
}

Str lines_language(const CaptureLines *lines, const ReadContext *ctx)
{
    Str best = ctx->language;
    int votes = 0;

    for (size_t i = 0; i < LANGUAGES_MAX; i++)
        if (lines->votes[i].votes > votes) {
            votes = lines->votes[i].votes;
            best = lines->votes[i].language;
        }
    return best;
}

/* "Updated rules let 5 ships into the port.", as against "Updated on 14 April
 * 2021 at 17:20." */
static bool is_sentence(const ReadContext *ctx, const CaptureLine *updated)
{
    Time t;

    return is_prose(updated->text) && page_date_read(ctx, updated->rest, &t);
}

static CaptureLine read_line(const ReadContext *ctx, Str text, int64_t number,
                             Str *language)
{
    CaptureLine line = {.text = trim(text), .number = number, .at = TIME_NONE};
    bool labelled;
    Str stamp;

    line.kind = capture_line(line.text, language, &line.rest);
    line.colon = str_ends(line.text, S(":"));
    if (line.kind == LINE_UPDATED && is_sentence(ctx, &line)) {
        line.kind = LINE_TEXT;
        *language = (Str){0};
    }
    if (line.kind != LINE_TEXT) return line;
    stamp = capture_published(line.text, &labelled);
    if (labelled ? !page_date_read(ctx, stamp, &line.at)
                 : !page_time_read(ctx, stamp, &line.at))
        line.kind = LINE_TIME;
    else
        line.prose = is_prose(line.text);
    return line;
}

static bool add_line(Arena *arena, CaptureLines *lines, const CaptureLine *line)
{
    size_t n = lines->count;

    if (n == CAPTURE_LINES_MAX) return false;
    if ((n & (n - 1)) == 0)
        lines->items = arena_grow(arena, lines->items, n * sizeof(CaptureLine),
                                  (n ? n * 2 : 1) * sizeof(CaptureLine));
    lines->items[n] = *line;
    lines->count = n + 1;
    return true;
}

/* Whether the line says nothing of its own; an AD goes on until a gap, on a
 * page that has none until a sentence. */
static bool is_left_out(const CaptureLine *line, bool gaps, bool *in_ad)
{
    switch (line->kind) {
    case LINE_BLANK: *in_ad = false; return true;
    case LINE_AD: *in_ad = true; return true;
    case LINE_READING:
    case LINE_LOADING:
    case LINE_UPDATED:
    case LINE_INSET:
    case LINE_BUTTON: return true;
    case LINE_TEXT:
        if (!gaps && line->prose) *in_ad = false;
        return *in_ad;
    case LINE_TIME:
    case LINE_MORE:
    case LINE_HOT:
    case LINE_LATEST:
    case LINE_TAGS: *in_ad = false; return false;
    case LINE_FOOT: break;
    }
    return false;
}

static bool read_all(Arena *arena, Str text, const ReadContext *ctx,
                     CaptureLines *lines)
{
    bool gaps = read_has_empty_line(text);
    int64_t number = 0;
    bool in_ad = false;
    bool gap = false;
    Str bytes;

    while (str_line(&text, &bytes)) {
        Str language;
        CaptureLine line = read_line(ctx, bytes, ++number, &language);

        vote(lines, language);
        lines->reading = lines->reading || line.kind == LINE_READING;
        if (is_left_out(&line, gaps, &in_ad)) {
            gap = gap || line.kind != LINE_TEXT;
            continue;
        }
        line.gap = gap;
        gap = false;
        if (!add_line(arena, lines, &line)) return false;
    }
    return true;
}

/* ---- the page's own story ---- */

/* Whether a time is followed by a story with its text, not by the headline of
 * a list alone. */
static bool tells_story(const CaptureLines *lines, size_t time)
{
    size_t i = time + 1;
    size_t texts = 0;

    while (i < lines->count && lines->items[i].kind == LINE_TIME)
        i++;
    for (; i < lines->count; i++) {
        const CaptureLine *line = &lines->items[i];

        if (line->prose) return true;
        if (line->kind == LINE_TAGS) return texts > 0;
        if (line->kind == LINE_TIME || is_stop(line)) return false;
        texts++;
    }
    return false;
}

/* Below a heading, and below the tags of a story whose time was not read, a
 * time is one of a list; above all headings the first is the story's even
 * when it has no text. Of times that stand together the first speaks for all.
 */
static size_t find_own(const CaptureLines *lines)
{
    size_t first = LINES_NONE;
    bool heading = false;
    bool tags = false;

    for (size_t i = 0; i < lines->count; i++) {
        const CaptureLine *line = &lines->items[i];

        if (line_is_heading(line)) {
            if (first != LINES_NONE) return first;
            heading = true;
        }
        if (line->kind == LINE_TAGS && line->rest.len) tags = true;
        if (line->kind != LINE_TIME) continue;
        if (i && line[-1].kind == LINE_TIME) continue;
        if (!(heading && tags) && tells_story(lines, i)) return i;
        if (first == LINES_NONE && !heading) first = i;
    }
    return first;
}

/* "Keywords: prices, wages" with more text after it is part of the text. */
static bool are_tags(const CaptureLines *lines, size_t i)
{
    const CaptureLine *line = &lines->items[i];

    if (str_find_char(line->rest, '#', 0) >= 0) return true;
    if (i + 1 < lines->count && str_starts(line[1].text, S("#"))) return true;
    for (i++; i < lines->count && !is_stop(&lines->items[i]); i++)
        if (lines->items[i].prose) return false;
    return true;
}

static size_t find_tags(const CaptureLines *lines)
{
    for (size_t i = lines->own; i < lines->count; i++)
        if (lines->items[i].kind == LINE_TAGS && are_tags(lines, i)) return i;
    return LINES_NONE;
}

/* ---- what stands inside its text ---- */

typedef struct Ahead {
    bool tags;    /* the tags come after it all */
    size_t texts; /* until the list or the end */
    size_t prose; /* of them sentences */
    size_t lead;  /* before the first sentence */
} Ahead;

static bool heading_inside(const CaptureLine *line, const Ahead *ahead)
{
    if (line->kind == LINE_HOT && line->colon && ahead->tags &&
        ahead->texts <= LEAD_LINES)
        return true; /* "In short:" */
    if (!ahead->prose) return false;
    if (ahead->tags && ahead->lead <= INSET_LINES) return true;
    return ahead->prose * 2 >= ahead->texts &&
           (ahead->tags || line->colon || ahead->lead <= INSET_LINES);
}

static void look_back(CaptureLine *line, const CaptureLine *next, Ahead *ahead)
{
    if (line->kind == LINE_TEXT) {
        ahead->texts++;
        ahead->prose += line->prose;
        ahead->lead = line->prose ? 0 : ahead->lead + 1;
        return;
    }
    if (line->kind == LINE_TAGS) return; /* words of the text */
    if (line->kind == LINE_TIME)
        line->inside = next && next->prose;
    else if (line->kind == LINE_FOOT)
        line->inside = ahead->tags && ahead->prose;
    else
        line->inside =
            !(next && next->kind == LINE_TIME) && heading_inside(line, ahead);
    if (!line->inside && !ahead->tags) *ahead = (Ahead){0};
}

static void mark_inside(CaptureLines *lines)
{
    size_t end = lines->tags == LINES_NONE ? lines->count : lines->tags;
    Ahead ahead = {.tags = lines->tags != LINES_NONE};

    for (size_t i = end; i-- > lines->own + 1;)
        look_back(&lines->items[i], i + 1 < end ? &lines->items[i + 1] : NULL,
                  &ahead);
}

Err lines_read(Arena *arena, Str text, const ReadContext *ctx,
               CaptureLines *out, Fault *fault)
{
    CaptureLines lines = {.own = LINES_NONE, .tags = LINES_NONE};

    if (!read_all(arena, text, ctx, &lines))
        return fault_set(fault, ERR_TOO_BIG, "over %d lines",
                         CAPTURE_LINES_MAX);
    lines.own = find_own(&lines);
    if (lines.own != LINES_NONE) {
        lines.tags = find_tags(&lines);
        mark_inside(&lines);
    }
    *out = lines;
    return ERR_OK;
}

const CaptureLine *lines_before(const CaptureLines *lines, size_t place)
{
    while (place-- > 0) {
        const CaptureLine *line = &lines->items[place];

        if (line->kind == LINE_TEXT) return line;
        if (line->kind != LINE_TIME && line->kind != LINE_FOOT) return NULL;
    }
    return NULL;
}

const CaptureLine *lines_after(const CaptureLines *lines, size_t place)
{
    while (++place < lines->count) {
        const CaptureLine *line = &lines->items[place];

        if (line->kind == LINE_TEXT) return line;
        if (line->kind != LINE_TIME) return NULL;
    }
    return NULL;
}

bool lines_are_page(const CaptureLines *lines)
{
    bool has[LINE_FOOT + 1] = {false};
    bool told = false;
    int signs = lines->reading;

    for (size_t i = 0; i < lines->count; i++) {
        has[lines->items[i].kind] = true;
        told = told || (has[LINE_TIME] && lines->items[i].prose);
    }
    signs += has[LINE_TIME] + has[LINE_MORE] + has[LINE_HOT];
    signs += has[LINE_LATEST] + has[LINE_TAGS] + told;
    return signs >= 2;
}
