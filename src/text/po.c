/* A line at a time: a keyword with a string begins a part of an entry, a
 * string alone goes on with it, a comment or a first keyword behind a whole
 * entry ends that. */
#include "text/po.h"

#include "base/buf.h"

typedef enum Part {
    PART_NONE,
    PART_CONTEXT,
    PART_ID,
    PART_PLURAL,
    PART_TEXT,
    PART_FORM /* msgstr[0] */
} Part;

typedef struct Reader {
    Arena *arena;
    PoList *out;
    size_t max;
    Fault *fault;
    int64_t line;
    Str whole;     /* the line */
    Str rest;      /* what of it is not read yet */
    PoEntry entry; /* the one being read */
    Part part;     /* the last one of it */
    Buf string;
    bool fuzzy; /* the next entry is */
} Reader;

static Err wrong(Reader *r, Err err, const char *what)
{
    fault_at(r->fault, r->line, r->rest.ptr - r->whole.ptr + 1);
    return fault_set(r->fault, err, "%s", what);
}

/* -- strings -- */

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

static int take_code(Reader *r, int base, int most)
{
    int code = 0;

    while (most-- && r->rest.len && digit(r->rest.ptr[0]) < base) {
        code = code * base + digit(r->rest.ptr[0]);
        r->rest = str_skip(r->rest, 1);
    }
    return code;
}

/* Behind a backslash. */
static Err take_escape(Reader *r)
{
    static const char *const names = "abfnrtv\\\"'?";
    static const char *const values = "\a\b\f\n\r\t\v\\\"'?";
    char c = r->rest.len ? r->rest.ptr[0] : 0;
    ptrdiff_t at = c ? str_find_char(str_from(names), c, 0) : -1;

    if (at >= 0) {
        r->rest = str_skip(r->rest, 1);
        buf_putc(&r->string, values[at]);
    } else if (digit(c) < 8) {
        buf_putc(&r->string, (char)take_code(r, 8, 3));
    } else if (c == 'x' && r->rest.len > 1 && digit(r->rest.ptr[1]) < 16) {
        r->rest = str_skip(r->rest, 1);
        buf_putc(&r->string, (char)take_code(r, 16, 2));
    } else {
        return wrong(r, ERR_INVALID, "there is no such escape");
    }
    return ERR_OK;
}

static void skip_space(Reader *r)
{
    while (r->rest.len && (r->rest.ptr[0] == ' ' || r->rest.ptr[0] == '\t'))
        r->rest = str_skip(r->rest, 1);
}

/* "..." and nothing behind it. */
static Err take_string(Reader *r)
{
    Err err = ERR_OK;

    skip_space(r);
    if (!str_starts(r->rest, S("\"")))
        return wrong(r, ERR_INVALID, "a string in quotes was expected");
    r->rest = str_skip(r->rest, 1);
    while (!err && r->rest.len && r->rest.ptr[0] != '"') {
        char c = r->rest.ptr[0];

        r->rest = str_skip(r->rest, 1);
        if (c == '\\')
            err = take_escape(r);
        else
            buf_putc(&r->string, c);
    }
    if (err) return err;
    if (!r->rest.len)
        return wrong(r, ERR_INVALID, "the string's closing quote is missing");
    r->rest = str_skip(r->rest, 1);
    skip_space(r);
    if (r->rest.len)
        return wrong(r, ERR_INVALID, "nothing may stand behind the string");
    if (r->string.failed)
        return wrong(r, ERR_TOO_BIG, "the string is too long");
    return ERR_OK;
}

/* -- entries -- */

/* The string read so far becomes its part of the entry. */
static void end_part(Reader *r)
{
    Str s = buf_str(&r->string);

    if (!s.ptr) s = S("");
    switch (r->part) {
    case PART_CONTEXT: r->entry.context = s; break;
    case PART_ID: r->entry.id = s; break;
    case PART_TEXT: r->entry.text = s; break;
    case PART_PLURAL: r->entry.plural = true; break;
    case PART_NONE:
    case PART_FORM: break;
    }
    r->string = buf_open(r->arena, PO_STRING_MAX);
}

static Err end_entry(Reader *r)
{
    size_t count = r->out->count;

    end_part(r);
    if (r->part == PART_NONE) return ERR_OK;
    if (r->part < PART_TEXT)
        return wrong(r, ERR_INVALID, "the entry before has no msgstr");
    if (count == r->max)
        return wrong(r, ERR_TOO_BIG, "there are too many entries");
    if (!(count & (count - 1)))
        r->out->items =
            arena_grow(r->arena, r->out->items, count * sizeof(PoEntry),
                       (count ? count * 2 : 1) * sizeof(PoEntry));
    r->out->items[r->out->count++] = r->entry;
    r->part = PART_NONE;
    r->entry = (PoEntry){0};
    return ERR_OK;
}

static bool may_follow(Part before, Part next)
{
    switch (next) {
    case PART_CONTEXT: return before == PART_NONE;
    case PART_ID: return before == PART_NONE || before == PART_CONTEXT;
    case PART_PLURAL:
    case PART_TEXT: return before == PART_ID;
    case PART_FORM: return before == PART_PLURAL || before == PART_FORM;
    case PART_NONE: break;
    }
    return false;
}

static Err begin_part(Reader *r, Part part)
{
    Err err = ERR_OK;

    if (part <= PART_ID && r->part >= PART_TEXT) err = end_entry(r);
    if (err) return err;
    if (!may_follow(r->part, part))
        return wrong(r, ERR_INVALID, "this keyword is out of order");
    if (r->part == PART_NONE) {
        r->entry.line = r->line;
        r->entry.fuzzy = r->fuzzy;
        r->fuzzy = false;
    }
    end_part(r);
    r->part = part;
    return ERR_OK;
}

/* The keyword at the line's beginning and its length. */
static Part keyword(Str line, size_t *len)
{
    static const struct {
        Str word;
        Part part;
    } words[] = {{S_INIT("msgctxt"), PART_CONTEXT},
                 {S_INIT("msgid"), PART_ID},
                 {S_INIT("msgid_plural"), PART_PLURAL},
                 {S_INIT("msgstr"), PART_TEXT}};
    size_t end = 0;

    while (end < line.len && line.ptr[end] != ' ' && line.ptr[end] != '\t' &&
           line.ptr[end] != '"')
        end++;
    *len = end;
    line = str_slice(line, 0, end);
    if (str_starts(line, S("msgstr[")) && str_ends(line, S("]")))
        return PART_FORM;
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(line, words[i].word)) return words[i].part;
    return PART_NONE;
}

static Err read_line(Reader *r)
{
    size_t len;
    Part part;
    Err err;

    skip_space(r);
    if (!r->rest.len) return ERR_OK;
    if (r->rest.ptr[0] == '#') {
        if (r->part >= PART_TEXT && (err = end_entry(r))) return err;
        if (str_starts(r->rest, S("#,")) &&
            str_find(r->rest, S("fuzzy"), 0) > 0)
            r->fuzzy = true;
        if (str_starts(r->rest, S("#~"))) r->fuzzy = false;
        return ERR_OK;
    }
    if (r->rest.ptr[0] == '"' && r->part != PART_NONE) return take_string(r);
    part = keyword(r->rest, &len);
    if (part == PART_NONE)
        return wrong(r, ERR_INVALID,
                     "msgctxt, msgid, msgstr or a comment was expected");
    err = begin_part(r, part);
    if (err) return err;
    r->rest = str_skip(r->rest, len);
    return take_string(r);
}

Err po_read(Arena *arena, Str bytes, size_t max, PoList *out, Fault *fault)
{
    PoList list = {0};
    Reader r = {.arena = arena, .out = &list, .max = max, .fault = fault};
    Err err = ERR_OK;

    r.string = buf_open(arena, PO_STRING_MAX);
    if (str_starts(bytes, S("\xEF\xBB\xBF"))) bytes = str_skip(bytes, 3);
    while (!err && str_line(&bytes, &r.whole)) {
        r.line++;
        r.rest = r.whole;
        err = read_line(&r);
    }
    if (!err) err = end_entry(&r);
    if (!err) *out = list;
    return err;
}

Str po_field(Str header, Str name)
{
    Str line;

    while (str_line(&header, &line)) {
        Str key = str_cut(&line, ':');

        if (str_eq_nocase(str_trim(key), name)) return str_trim(line);
    }
    return (Str){0};
}
