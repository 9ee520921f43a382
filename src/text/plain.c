#include "text/plain.h"

#include <stdlib.h>
#include <unicode/uchar.h>

#include "base/utf8.h"
#include "text/sanitize.h"

typedef enum Layout {
    INLINE, /* also what is not in the table */
    LINE,   /* begins and ends a line */
    PARAGRAPH,
    ITEM,
    CELL,
    BREAK,
    PRE,
    HIDDEN,
} Layout;

static const struct {
    Str name;
    Layout layout;
} layouts[] = {
    /* sorted by name */
    {S_INIT("address"), PARAGRAPH},
    {S_INIT("article"), PARAGRAPH},
    {S_INIT("aside"), PARAGRAPH},
    {S_INIT("audio"), HIDDEN},
    {S_INIT("blockquote"), PARAGRAPH},
    {S_INIT("body"), PARAGRAPH},
    {S_INIT("br"), BREAK},
    {S_INIT("button"), HIDDEN},
    {S_INIT("canvas"), HIDDEN},
    {S_INIT("caption"), LINE},
    {S_INIT("center"), PARAGRAPH},
    {S_INIT("datalist"), HIDDEN},
    {S_INIT("dd"), LINE},
    {S_INIT("details"), PARAGRAPH},
    {S_INIT("dialog"), PARAGRAPH},
    {S_INIT("div"), LINE},
    {S_INIT("dl"), PARAGRAPH},
    {S_INIT("dt"), LINE},
    {S_INIT("fieldset"), PARAGRAPH},
    {S_INIT("figcaption"), LINE},
    {S_INIT("figure"), PARAGRAPH},
    {S_INIT("footer"), PARAGRAPH},
    {S_INIT("form"), PARAGRAPH},
    {S_INIT("h1"), PARAGRAPH},
    {S_INIT("h2"), PARAGRAPH},
    {S_INIT("h3"), PARAGRAPH},
    {S_INIT("h4"), PARAGRAPH},
    {S_INIT("h5"), PARAGRAPH},
    {S_INIT("h6"), PARAGRAPH},
    {S_INIT("head"), HIDDEN},
    {S_INIT("header"), PARAGRAPH},
    {S_INIT("hgroup"), PARAGRAPH},
    {S_INIT("hr"), PARAGRAPH},
    {S_INIT("html"), PARAGRAPH},
    {S_INIT("iframe"), HIDDEN},
    {S_INIT("legend"), LINE},
    {S_INIT("li"), ITEM},
    {S_INIT("listing"), PRE},
    {S_INIT("main"), PARAGRAPH},
    {S_INIT("math"), HIDDEN},
    {S_INIT("menu"), PARAGRAPH},
    {S_INIT("nav"), PARAGRAPH},
    {S_INIT("noembed"), HIDDEN},
    {S_INIT("noframes"), HIDDEN},
    {S_INIT("noscript"), HIDDEN},
    {S_INIT("object"), HIDDEN},
    {S_INIT("ol"), PARAGRAPH},
    {S_INIT("optgroup"), HIDDEN},
    {S_INIT("option"), HIDDEN},
    {S_INIT("p"), PARAGRAPH},
    {S_INIT("plaintext"), PRE},
    {S_INIT("pre"), PRE},
    {S_INIT("script"), HIDDEN},
    {S_INIT("search"), PARAGRAPH},
    {S_INIT("section"), PARAGRAPH},
    {S_INIT("select"), HIDDEN},
    {S_INIT("style"), HIDDEN},
    {S_INIT("summary"), LINE},
    {S_INIT("svg"), HIDDEN},
    {S_INIT("table"), PARAGRAPH},
    {S_INIT("tbody"), LINE},
    {S_INIT("td"), CELL},
    {S_INIT("template"), HIDDEN},
    {S_INIT("textarea"), HIDDEN},
    {S_INIT("tfoot"), LINE},
    {S_INIT("th"), CELL},
    {S_INIT("thead"), LINE},
    {S_INIT("title"), HIDDEN},
    {S_INIT("tr"), LINE},
    {S_INIT("ul"), PARAGRAPH},
    {S_INIT("video"), HIDDEN},
    {S_INIT("xmp"), PRE},
};

static int by_name(const void *key, const void *row)
{
    const Str *name = key;

    return str_cmp(*name, *(const Str *)row); /* name is a row's first field */
}

static Layout layout_of(Str name)
{
    const void *row =
        bsearch(&name, layouts, COUNT(layouts), sizeof layouts[0], by_name);

    return row ? layouts[((const char *)row - (const char *)layouts) /
                         (ptrdiff_t)sizeof layouts[0]]
                     .layout
               : INLINE;
}

bool plain_is_hidden(Str name)
{
    return layout_of(name) == HIDDEN;
}

bool plain_is_inline(Str name)
{
    return layout_of(name) == INLINE;
}

PlainOut plain_out(Buf *buf)
{
    return (PlainOut){.buf = buf, .from = buf->len};
}

static void due(PlainOut *out, int lines)
{
    if (out->lines < lines) out->lines = lines;
    out->space = false;
    out->cell = false;
}

void plain_open(PlainOut *out, Str name)
{
    switch (layout_of(name)) {
    case LINE: due(out, 1); break;
    case BREAK:
        out->lines = out->lines < 2 ? out->lines + 1 : 2;
        out->space = false;
        break;
    case ITEM:
        due(out, 1);
        out->item = true;
        break;
    case PRE: out->pre++; /* fall through */
    case PARAGRAPH: due(out, 2); break;
    case CELL:
    case HIDDEN:
    case INLINE: break;
    }
}

void plain_close(PlainOut *out, Str name)
{
    switch (layout_of(name)) {
    case LINE: due(out, 1); break;
    case ITEM:
        due(out, 1);
        out->item = false;
        break;
    case CELL:
        out->space = false;
        out->cell = true;
        break;
    case PRE: out->pre--; /* fall through */
    case PARAGRAPH: due(out, 2); break;
    case BREAK:
    case HIDDEN:
    case INLINE: break;
    }
}

static void put_due(PlainOut *out)
{
    bool begun = out->buf->len > out->from;

    if (begun && out->lines)
        buf_puts(out->buf, out->lines > 1 ? S("\n\n") : S("\n"));
    else if (begun && out->cell)
        buf_putc(out->buf, '\t');
    else if (begun && out->space)
        buf_putc(out->buf, ' ');
    if (out->item) buf_puts(out->buf, S("- "));
    out->lines = 0;
    out->space = out->item = out->cell = false;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

void plain_text(PlainOut *out, Str text)
{
    for (size_t i = 0; i < text.len;) {
        size_t from = i;

        if (!out->pre && is_space(text.ptr[i])) {
            out->space = true;
            i++;
            continue;
        }
        while (i < text.len && (out->pre || !is_space(text.ptr[i])))
            i++;
        put_due(out);
        buf_puts(out->buf, str_slice(text, from, i));
    }
}

/* Bodies: only what body.c writes, so a scan will do. */

/* Takes "name ...>" or "/name ...>" off the front of *s, after '<'. */
static Str take_tag(Str *s, bool *end)
{
    Str tag = str_cut(s, '>');
    size_t n = 0;

    *end = str_starts(tag, S("/"));
    if (*end) tag = str_skip(tag, 1);
    while (n < tag.len && tag.ptr[n] != ' ')
        n++;
    return str_slice(tag, 0, n);
}

/* Takes "amp;" off the front of *s, after '&', and gives what it stands for;
 * '&' when it is none of the five. */
static Str take_entity(Str *s)
{
    static const struct {
        Str name, text;
    } entities[] = {
        {S_INIT("amp;"), S_INIT("&")},  {S_INIT("lt;"), S_INIT("<")},
        {S_INIT("gt;"), S_INIT(">")},   {S_INIT("quot;"), S_INIT("\"")},
        {S_INIT("#39;"), S_INIT("\'")},
    };

    for (size_t i = 0; i < COUNT(entities); i++) {
        if (!str_starts(*s, entities[i].name)) continue;
        *s = str_skip(*s, entities[i].name.len);
        return entities[i].text;
    }
    return S("&");
}

static size_t text_span(Str s)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] != '<' && s.ptr[n] != '&')
        n++;
    return n;
}

Str html_plain(Arena *arena, Html body)
{
    /* at worst a line break or two and a mark for each tag */
    Buf buf = buf_open(arena, body.markup.len * 2 + 16);
    PlainOut out = plain_out(&buf);
    Str rest = body.markup;

    while (rest.len) {
        char c = rest.ptr[0];
        size_t span = text_span(rest);

        if (c == '<') {
            bool end;
            Str name;

            rest = str_skip(rest, 1);
            name = take_tag(&rest, &end);
            end ? plain_close(&out, name) : plain_open(&out, name);
        } else if (c == '&') {
            rest = str_skip(rest, 1);
            plain_text(&out, take_entity(&rest));
        } else {
            plain_text(&out, str_slice(rest, 0, span));
            rest = str_skip(rest, span);
        }
    }
    return buf_str(&buf);
}

/* Words. */

static bool is_letter_or_digit(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9');
    return u_isalnum((UChar32)c);
}

typedef struct WordCount {
    size_t words;
    size_t twos;  /* characters that count two a word */
    size_t fives; /* and five */
    bool inside;  /* in a run that has counted already */
} WordCount;

static void count_char(WordCount *count, uint32_t c)
{
    if (c <= ' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A)) {
        count->inside = false;
    } else if ((c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
               (c >= 0x20000 && c <= 0x3FFFF)) {
        count->twos++;
        count->inside = false;
    } else if ((c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
               (c >= 0x1780 && c <= 0x17FF)) {
        count->fives += is_letter_or_digit(c) ? 1 : 0;
        count->inside = false;
    } else if (!count->inside && is_letter_or_digit(c)) {
        count->words++;
        count->inside = true;
    }
}

static void count_text(WordCount *count, Str text)
{
    while (text.len)
        count_char(count, utf8_take(&text));
}

static size_t counted(const WordCount *count)
{
    return count->words + (count->twos + 1) / 2 + (count->fives + 4) / 5;
}

size_t text_words(Str text)
{
    WordCount count = {0};

    count_text(&count, text);
    return counted(&count);
}

size_t html_words(Html body)
{
    WordCount count = {0};
    Str rest = body.markup;

    while (rest.len) {
        char c = rest.ptr[0];
        size_t span = text_span(rest);

        if (c == '<') {
            bool end;

            rest = str_skip(rest, 1);
            if (!plain_is_inline(take_tag(&rest, &end))) count.inside = false;
        } else if (c == '&') {
            rest = str_skip(rest, 1);
            count_text(&count, take_entity(&rest));
        } else {
            count_text(&count, str_slice(rest, 0, span));
            rest = str_skip(rest, span);
        }
    }
    return counted(&count);
}
