#include "text/body.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

void body_begin(BodyOut *out, Buf *buf)
{
    memset(out, 0, sizeof *out);
    out->buf = buf;
    out->blocks[0] = (BodyBlock){.kind = BLOCK_FLOW};
    out->block_count = out->blocks_written = 1;
}

static BodyBlock *innermost(BodyOut *out)
{
    return &out->blocks[out->block_count - 1];
}

static void put_start(Buf *buf, Str name, Str attrs)
{
    buf_putc(buf, '<');
    buf_puts(buf, name);
    buf_puts(buf, attrs);
    buf_putc(buf, '>');
}

static void put_end(Buf *buf, Str name)
{
    buf_puts(buf, S("</"));
    buf_puts(buf, name);
    buf_putc(buf, '>');
}

/* Ends the text since the last break, and its paragraph if it has one. */
static void end_run(BodyOut *out)
{
    while (out->inlines_written)
        put_end(out->buf, out->inlines[--out->inlines_written].name);
    if (out->in_p) put_end(out->buf, S("p"));
    if (out->run) innermost(out)->used = true;
    out->in_p = out->run = out->space = false;
    out->breaks = out->indent_len = 0;
}

static bool is_part(Str name)
{
    static const Str parts[] = {
        S_INIT("li"),    S_INIT("dt"),        S_INIT("dd"), S_INIT("caption"),
        S_INIT("thead"), S_INIT("tbody"),     S_INIT("tr"), S_INIT("td"),
        S_INIT("th"),    S_INIT("figcaption")};

    for (size_t i = 0; i < COUNT(parts); i++)
        if (str_eq(name, parts[i])) return true;
    return false;
}

/* Parts of a list, a table, a figure stand in their whole and nowhere else. */
static bool part_fits(const BodyBlock *whole, Str name, BlockKind kind)
{
    switch (whole->kind) {
    case BLOCK_LIST: return str_eq(name, S("li"));
    case BLOCK_DEFS: return str_eq(name, S("dt")) || str_eq(name, S("dd"));
    case BLOCK_TABLE: return kind == BLOCK_ROWS || str_eq(name, S("caption"));
    case BLOCK_ROWS: return kind == BLOCK_ROW;
    case BLOCK_ROW: return str_eq(name, S("td")) || str_eq(name, S("th"));
    case BLOCK_FLOW:
        return str_eq(name, S("figcaption")) &&
               str_eq(whole->name, S("figure"));
    case BLOCK_TIGHT:
    case BLOCK_LINE:
    case BLOCK_PRE: break;
    }
    return false;
}

/* Levels that must be free for a block to be of use: a table needs its rows,
 * row and cell, and one more for an implied li around it. */
static int levels(BlockKind kind)
{
    switch (kind) {
    case BLOCK_TABLE: return 5;
    case BLOCK_LIST:
    case BLOCK_DEFS: return 3;
    case BLOCK_ROWS:
    case BLOCK_ROW: return 1;
    default: return 2;
    }
}

/* The block that name would stand in. */
static const BodyBlock *whole_of(const BodyOut *out, Str name)
{
    const BodyBlock *block = &out->blocks[out->block_count - 1];

    return block->implied && is_part(name) && part_fits(block - 1, name, 0)
               ? block - 1
               : block;
}

bool body_may_open(const BodyOut *out, Str name, BlockKind kind)
{
    const BodyBlock *whole = whole_of(out, name);
    int free_levels = BODY_BLOCKS - (int)(whole - out->blocks) - 1;

    if (is_part(name)) return part_fits(whole, name, kind) && free_levels >= 1;
    if (free_levels < levels(kind)) return false;
    switch (whole->kind) {
    case BLOCK_FLOW:
    case BLOCK_TIGHT:
    case BLOCK_LIST:
    case BLOCK_DEFS: return true;
    default: return false;
    }
}

static void push(BodyOut *out, Str name, BlockKind kind, Str attrs,
                 bool implied)
{
    assert(out->block_count < BODY_BLOCKS);
    end_run(out);
    out->blocks[out->block_count++] = (BodyBlock){
        .name = name, .attrs = attrs, .kind = kind, .implied = implied};
}

/* Text and blocks in a list stand in an item, whether there is one or not. */
static void imply_item(BodyOut *out)
{
    BlockKind kind = innermost(out)->kind;

    if (kind == BLOCK_LIST) push(out, S("li"), BLOCK_TIGHT, (Str){0}, true);
    if (kind == BLOCK_DEFS) push(out, S("dd"), BLOCK_TIGHT, (Str){0}, true);
}

int body_open(BodyOut *out, Str name, BlockKind kind, Str attrs)
{
    int place;

    if (is_part(name)) {
        body_close(out, (int)(whole_of(out, name) - out->blocks) + 1);
    } else {
        imply_item(out);
    }
    place = out->block_count;
    push(out, name, kind, attrs, false);
    return place;
}

void body_close(BodyOut *out, int place)
{
    end_run(out);
    while (out->block_count > place) {
        const BodyBlock *block = innermost(out);

        if (out->blocks_written == out->block_count) {
            put_end(out->buf, block->name);
            out->blocks_written--;
        }
        out->block_count--;
    }
}

void body_end(BodyOut *out)
{
    body_close(out, 1);
}

void body_force(BodyOut *out)
{
    while (out->blocks_written < out->block_count) {
        const BodyBlock *block = &out->blocks[out->blocks_written];

        out->blocks[out->blocks_written - 1].used = true;
        put_start(out->buf, block->name, block->attrs);
        out->blocks_written++;
    }
}

static void put_held_back(BodyOut *out)
{
    if (innermost(out)->kind == BLOCK_PRE) {
        for (; out->breaks; out->breaks--)
            buf_putc(out->buf, '\n');
        buf_puts(out->buf, (Str){out->indent, out->indent_len});
    } else if (out->breaks) {
        buf_puts(out->buf, S("<br>"));
    } else if (out->space) {
        buf_putc(out->buf, ' ');
    }
    out->breaks = out->indent_len = 0;
    out->space = false;
}

/* Makes the place where text can be put; false where there is none (between
 * the rows of a table, where a parser leaves none either). */
static bool ready(BodyOut *out)
{
    BodyBlock *block;

    imply_item(out);
    block = innermost(out);
    if (block->kind == BLOCK_TABLE || block->kind == BLOCK_ROWS ||
        block->kind == BLOCK_ROW)
        return false;
    body_force(out);
    if (!out->run &&
        (block->kind == BLOCK_FLOW ||
         (block->kind == BLOCK_TIGHT && (out->wants_p || block->used)))) {
        put_start(out->buf, S("p"), out->wants_p ? out->p_attrs : (Str){0});
        out->in_p = true;
    }
    put_held_back(out);
    while (out->inlines_written < out->inline_count) {
        const BodyInline *in = &out->inlines[out->inlines_written++];

        put_start(out->buf, in->name, in->attrs);
    }
    out->run = true;
    return true;
}

void body_break(BodyOut *out)
{
    switch (innermost(out)->kind) {
    case BLOCK_LINE: out->space = out->run; break;
    case BLOCK_PRE:
        if (out->run && !out->breaks) out->breaks = 1;
        break;
    default: end_run(out);
    }
}

void body_br(BodyOut *out)
{
    if (!out->run) return;
    out->breaks++;
    if (out->breaks > 1 && innermost(out)->kind == BLOCK_LINE) out->breaks = 1;
    if (out->breaks > 1 && innermost(out)->kind != BLOCK_PRE) end_run(out);
}

void body_hr(BodyOut *out)
{
    BlockKind kind = innermost(out)->kind;

    body_break(out);
    if (kind != BLOCK_FLOW && kind != BLOCK_TIGHT) return;
    body_force(out);
    buf_puts(out->buf, S("<hr>"));
    innermost(out)->used = true;
}

/* Twice the same says no more than once; and a link holds no link. */
static bool says_nothing_new(const BodyOut *out, Str name, Str attrs)
{
    for (int i = 0; i < out->inline_count; i++)
        if (str_eq(out->inlines[i].name, name) &&
            (str_eq(out->inlines[i].attrs, attrs) || str_eq(name, S("a"))))
            return true;
    return false;
}

bool body_open_inline(BodyOut *out, Str name, Str attrs)
{
    if (out->inline_count == BODY_INLINES) return false;
    if (says_nothing_new(out, name, attrs)) return false;
    out->inlines[out->inline_count++] = (BodyInline){name, attrs};
    return true;
}

void body_close_inline(BodyOut *out)
{
    assert(out->inline_count > 0);
    if (out->inlines_written == out->inline_count)
        put_end(out->buf, out->inlines[--out->inlines_written].name);
    out->inline_count--;
}

/* Characters. */

typedef enum CharKind {
    CHAR_PLAIN,
    CHAR_SPACE,
    CHAR_MARK,  /* & < > " */
    CHAR_BLIND, /* takes no ink: a space that does not break, no width */
    CHAR_FORBIDDEN,
} CharKind;

/* The kind of the first character of s (not empty) and its length. */
static CharKind char_kind(Str s, size_t *len)
{
    unsigned char first = (unsigned char)s.ptr[0];
    Str rest = s;
    uint32_t c;

    *len = 1;
    if (first > 0x3E && first < 0x7F) return CHAR_PLAIN;
    if (first < 0x80) {
        if (first == ' ' || (first >= '\t' && first <= '\r' && first != '\v'))
            return CHAR_SPACE;
        if (first < 0x20 || first == 0x7F) return CHAR_FORBIDDEN;
        return first == '&' || first == '<' || first == '>' || first == '"'
                   ? CHAR_MARK
                   : CHAR_PLAIN;
    }
    c = utf8_take(&rest);
    *len = s.len - rest.len;
    if (*len == 1 || (c >= 0x80 && c < 0xA0) || (c & 0xFFFE) == 0xFFFE ||
        (c >= 0xFDD0 && c <= 0xFDEF))
        return CHAR_FORBIDDEN;
    if (c == 0xA0 || c == 0xAD || c == 0x2060 || c == 0xFEFF ||
        (c >= 0x2000 && c <= 0x200D) || c == 0x202F)
        return CHAR_BLIND;
    return CHAR_PLAIN;
}

static void put_char(Buf *buf, Str c, bool quoted)
{
    switch (c.ptr[0]) {
    case '&': buf_puts(buf, S("&amp;")); break;
    case '<': buf_puts(buf, S("&lt;")); break;
    case '>': buf_puts(buf, S("&gt;")); break;
    case '"': buf_puts(buf, quoted ? S("&quot;") : S("\"")); break;
    default: buf_puts(buf, c);
    }
}

bool body_is_visible(Str text)
{
    for (size_t i = 0, len; i < text.len; i += len) {
        CharKind kind = char_kind(str_skip(text, i), &len);

        if (kind == CHAR_PLAIN || kind == CHAR_MARK) return true;
    }
    return false;
}

void body_put_attr(Buf *buf, Str name, Str value)
{
    buf_putc(buf, ' ');
    buf_puts(buf, name);
    buf_puts(buf, S("=\""));
    value = str_trim(value);
    for (size_t i = 0, len; i < value.len; i += len) {
        CharKind kind = char_kind(str_skip(value, i), &len);

        if (kind == CHAR_FORBIDDEN) continue;
        put_char(buf,
                 kind == CHAR_SPACE ? S(" ") : str_slice(value, i, i + len),
                 true);
    }
    buf_putc(buf, '"');
}

/* White space of a pre. Before its first text only the indentation counts. */
static void pre_space(BodyOut *out, char c)
{
    if (c == '\r') return; /* of CR LF; a CR alone is LF when parsed */
    if (c == '\n') {
        if (out->run) out->breaks++;
        out->indent_len = 0;
    } else if (c == '\f') {
        return;
    } else if (!out->run || out->breaks) {
        if (out->indent_len < sizeof out->indent)
            out->indent[out->indent_len++] = c;
    } else if (ready(out)) {
        buf_putc(out->buf, c);
    }
}

/* Whether what comes next can be put without more ado. */
static bool is_ready(const BodyOut *out)
{
    return out->run && !out->space && !out->breaks &&
           out->inlines_written == out->inline_count;
}

/* A byte of a character that is plain without further look: ASCII, and what
 * begins or goes on with bytes that no space, sign without width or forbidden
 * character begins with. */
static bool is_plain_byte(unsigned char c)
{
    if (c < 0x80)
        return c > 0x3E
                   ? c < 0x7F
                   : c > ' ' && c != '&' && c != '<' && c != '>' && c != '"';
    return c != 0xC2 && c != 0xE2 && c < 0xEF;
}

/* How many bytes of s, which begins with a plain character, may be copied as
 * they are: plain characters, and single spaces between them. */
static size_t plain_span(Str s, bool spaces)
{
    size_t n = 1;

    for (; n < s.len; n++) {
        if (is_plain_byte((unsigned char)s.ptr[n])) continue;
        if (!spaces || s.ptr[n] != ' ' || n + 1 == s.len ||
            !is_plain_byte((unsigned char)s.ptr[n + 1]))
            break;
    }
    return n;
}

void body_text(BodyOut *out, Str text)
{
    for (size_t i = 0, len; i < text.len; i += len) {
        Str rest = str_skip(text, i);
        CharKind kind = char_kind(rest, &len);

        if (kind == CHAR_FORBIDDEN) continue;
        if (kind == CHAR_SPACE && innermost(out)->kind == BLOCK_PRE) {
            pre_space(out, text.ptr[i]);
            continue;
        }
        if (kind == CHAR_SPACE) {
            out->space = out->run;
            continue;
        }
        if (kind == CHAR_BLIND && !out->run) continue;
        if (kind == CHAR_PLAIN && is_plain_byte((unsigned char)*rest.ptr))
            len = plain_span(rest, innermost(out)->kind != BLOCK_PRE);
        if (!is_ready(out) && !ready(out)) continue;
        if (kind == CHAR_PLAIN)
            buf_puts(out->buf, str_slice(rest, 0, len));
        else
            put_char(out->buf, str_slice(rest, 0, len), false);
    }
}
