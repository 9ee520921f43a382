/* Two passes over a source: cut it into tokens and take lines that hold only
 * section tags and comments out; then build.  Building runs through partials
 * in place, so that what comes out is one flat list of steps: fixed text,
 * values at known places of the view, and jumps.  The nesting of elements is
 * fixed too, so a step names its element by depth and rendering keeps no
 * stack but one pointer a depth. */
#include "text/template.h"

#include <assert.h>
#include <stdio.h>

#include "base/utf8.h"
#include "text/place.h"

#define NAME_MAX_BYTES 64
#define READ_MAX       (4 * 1024 * 1024) /* sources of one template together */
#define READ_LEAST     64 /* what a partial costs of that, though empty */

typedef enum StepKind {
    STEP_TEXT,   /* text */
    STEP_STR,    /* the value at level, offset, escaped */
    STEP_HTML,   /* the same as it is */
    STEP_WORD,   /* the word of that index */
    STEP_IF,     /* jump unless the value at level, offset is there */
    STEP_UNLESS, /* jump if it is */
    STEP_EACH,   /* the first element at level + 1, or jump */
    STEP_NEXT,   /* the next element at level + 1 and jump, or go on */
    STEP_ENTER,  /* the struct at level + 1, or jump */
    STEP_END
} StepKind;

typedef struct Step {
    uint8_t kind;
    uint8_t level; /* 0: the view; 1: an element of it ... */
    uint8_t into;  /* EACH, NEXT, ENTER: the level of the element */
    uint8_t field; /* IF, UNLESS: a FieldKind */
    uint32_t jump; /* index of a step */
    size_t offset;
    Str text;
    size_t size; /* EACH, NEXT: of an element; WORD: the index */
} Step;

struct Template {
    const Step *steps;
    size_t words; /* count of the catalog's names */
};

typedef enum TokenKind {
    TOKEN_TEXT,
    TOKEN_VALUE,
    TOKEN_OPEN,
    TOKEN_INVERT,
    TOKEN_CLOSE,
    TOKEN_PARTIAL,
    TOKEN_COMMENT
} TokenKind;

typedef struct Token {
    TokenKind kind;
    Str text; /* TEXT: the bytes; else the name */
    size_t at;
    bool fresh; /* TEXT: begins a line, though its break was taken out */
} Token;

/* A template or partial being read. */
typedef struct Source {
    Str name;
    Str text;
    Token *tokens;
    size_t count;
    const struct Source *includer;
} Source;

typedef struct Section {
    const Token *open;
    uint32_t step;
    bool pushes; /* its elements are a level of their own */
    Place place;
} Section;

typedef struct Builder {
    Arena *arena;
    const TemplateFiles *files;
    const Catalog *words;
    Fault *fault;
    Step *steps;
    size_t count;
    size_t room;
    Buf text;
    size_t text_from; /* where the text of the next step begins */
    const ViewType *types[TEMPLATE_DEPTH_MAX + 1];
    uint8_t level;
    int depth; /* sections and partials around */
    size_t read;
    Place place;
    bool line_start;
} Builder;

/* Fills the fault with the place in the source, and through which templates
 * one comes there. */
static Err wrong(const Builder *b, const Source *source, size_t at, Err err,
                 Str name, const char *what)
{
    int64_t line = 1;
    int64_t column = 1;

    for (size_t i = 0; i < at; i++) {
        column = source->text.ptr[i] == '\n' ? 1 : column + 1;
        line += source->text.ptr[i] == '\n';
    }
    fault_at(b->fault, line, column);
    for (const Source *s = source; s; s = s->includer)
        fault_where(b->fault, "%.*s", STR_ARG(s->name));
    return fault_set(b->fault, err, "%.*s%s%s", STR_ARG(utf8_first(name, 64)),
                     name.len ? ": " : "", what);
}

/* -- tokens -- */

static bool is_name(Str name)
{
    if (!name.len || name.len > NAME_MAX_BYTES) return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' &&
            c != '.')
            return false;
    }
    return true;
}

static TokenKind kind_of(char sigil)
{
    switch (sigil) {
    case '#': return TOKEN_OPEN;
    case '^': return TOKEN_INVERT;
    case '/': return TOKEN_CLOSE;
    case '>': return TOKEN_PARTIAL;
    case '!': return TOKEN_COMMENT;
    default: return TOKEN_VALUE;
    }
}

static void add_token(Source *source, Arena *arena, Token token)
{
    size_t count = source->count;

    if (!(count & (count - 1)))
        source->tokens =
            arena_grow(arena, source->tokens, count * sizeof(Token),
                       (count ? count * 2 : 1) * sizeof(Token));
    source->tokens[source->count++] = token;
}

static Err cut_tag(const Builder *b, Source *source, size_t at, size_t end)
{
    Str inside = str_slice(source->text, at + 2, end);
    Token token = {TOKEN_VALUE, inside, at, false};

    if (inside.len) token.kind = kind_of(inside.ptr[0]);
    if (token.kind != TOKEN_VALUE) token.text = str_skip(inside, 1);
    token.text = str_trim(token.text);
    if (token.kind != TOKEN_COMMENT && !is_name(token.text))
        return wrong(b, source, at, ERR_INVALID, token.text,
                     "between the braces stands no name of [a-z0-9_]");
    add_token(source, b->arena, token);
    return ERR_OK;
}

static Err cut(const Builder *b, Source *source)
{
    Str text = source->text;
    size_t from = 0;
    Err err = ERR_OK;

    while (!err) {
        ptrdiff_t open = str_find(text, S("{{"), from);
        ptrdiff_t close;

        if (open < 0) break;
        close = str_find(text, S("}}"), (size_t)open);
        if (close < 0)
            return wrong(b, source, (size_t)open, ERR_INVALID, (Str){0},
                         "the tag's }} is missing");
        if ((size_t)open > from)
            add_token(source, b->arena,
                      (Token){TOKEN_TEXT, str_slice(text, from, (size_t)open),
                              from, false});
        err = cut_tag(b, source, (size_t)open, (size_t)close);
        from = (size_t)close + 2;
    }
    if (from < text.len)
        add_token(source, b->arena,
                  (Token){TOKEN_TEXT, str_skip(text, from), from, false});
    return err;
}

static bool is_silent(TokenKind kind)
{
    return kind == TOKEN_OPEN || kind == TOKEN_INVERT || kind == TOKEN_CLOSE ||
           kind == TOKEN_COMMENT;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The length of the text up to and with its last line break, if only blanks
 * follow that; -1 if more does, or if there is none and first is false. */
static ptrdiff_t line_begins(Str text, bool first)
{
    size_t len = text.len;

    while (len && is_blank(text.ptr[len - 1]))
        len--;
    if (len ? text.ptr[len - 1] == '\n' : first) return (ptrdiff_t)len;
    return -1;
}

/* The length of the line's rest if it is blank, break included, else -1. */
static ptrdiff_t line_ends(Str text)
{
    size_t len = 0;

    while (len < text.len && is_blank(text.ptr[len]))
        len++;
    if (len < text.len && text.ptr[len] == '\n') return (ptrdiff_t)len + 1;
    return -1;
}

static bool all_blank(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_blank(text.ptr[i])) return false;
    return true;
}

/* Where the run of silent tokens and blanks from i on ends: the index of the
 * first token that is neither. */
static size_t run_end(const Source *source, size_t i)
{
    while (i < source->count) {
        const Token *token = &source->tokens[i];

        if (!is_silent(token->kind) &&
            !(token->kind == TOKEN_TEXT && all_blank(token->text)))
            break;
        i++;
    }
    return i;
}

/* Takes the line out if tokens i to end are all it holds. */
static void take_line_out(Source *source, size_t i, size_t end)
{
    Token *before = i ? &source->tokens[i - 1] : NULL;
    Token *after = end < source->count ? &source->tokens[end] : NULL;
    ptrdiff_t begins = 0;
    ptrdiff_t ends = 0;

    if (before)
        begins = before->kind == TOKEN_TEXT
                     ? line_begins(before->text, i == 1 || before->fresh)
                     : -1;
    if (after) ends = after->kind == TOKEN_TEXT ? line_ends(after->text) : -1;
    if (begins < 0 || ends < 0) return;
    if (before) before->text.len = (size_t)begins;
    for (size_t k = i; k < end; k++)
        if (source->tokens[k].kind == TOKEN_TEXT)
            source->tokens[k].text.len = 0;
    if (after) {
        after->text = str_skip(after->text, (size_t)ends);
        after->at += (size_t)ends;
        after->fresh = true;
    }
}

static void take_lines_out(Source *source)
{
    for (size_t i = 0; i < source->count; i++) {
        size_t end;

        if (!is_silent(source->tokens[i].kind)) continue;
        end = run_end(source, i);
        take_line_out(source, i, end);
        i = end - 1;
    }
}

/* -- steps -- */

static Err add_step(Builder *b, const Source *source, const Token *token,
                    Step step)
{
    if (b->count == TEMPLATE_STEPS_MAX)
        return wrong(b, source, token->at, ERR_TOO_BIG, (Str){0},
                     "the template has too many steps");
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 64;

        b->steps = arena_grow(b->arena, b->steps, b->room * sizeof step,
                              room * sizeof step);
        b->room = room;
    }
    b->steps[b->count++] = step;
    return ERR_OK;
}

/* Fixed text is collected in one buffer and becomes a step when something
 * else follows. Its place in memory is known only at the end (settle). */
static Err end_text(Builder *b, const Source *source, const Token *token)
{
    size_t from = b->text_from;

    if (b->text.failed)
        return wrong(b, source, token->at, ERR_TOO_BIG, (Str){0},
                     "the template has too much text");
    if (b->text.len == from) return ERR_OK;
    b->text_from = b->text.len;
    return add_step(b, source, token,
                    (Step){.kind = STEP_TEXT,
                           .size = from,
                           .text = {NULL, b->text.len - from}});
}

static void put_char(Builder *b, char c)
{
    bool keeps = place_keeps_space(&b->place);

    place_step(&b->place, c);
    if (!keeps && (c == '\r' || (b->line_start && (is_blank(c) || c == '\n'))))
        return;
    b->line_start = !keeps && c == '\n';
    buf_putc(&b->text, c);
}

static Err build_text(Builder *b, const Source *source, const Token *token)
{
    if (token->fresh) b->line_start = true;
    for (size_t i = 0; i < token->text.len; i++) {
        put_char(b, token->text.ptr[i]);
        if (b->place.state == PLACE_BAD)
            return wrong(b, source, token->at + i, ERR_INVALID, (Str){0},
                         "a section may not end inside a name of the markup");
    }
    return ERR_OK;
}

/* Seeks a field from the innermost element outwards. */
static const Field *find_field(const Builder *b, Str name, uint8_t *level)
{
    for (int at = b->level; at >= 0; at--) {
        const ViewType *type = b->types[at];

        for (size_t i = 0; i < type->count; i++) {
            if (!str_eq(type->fields[i].name, name)) continue;
            *level = (uint8_t)at;
            return &type->fields[i];
        }
    }
    return NULL;
}

static Err unknown(const Builder *b, const Source *source, const Token *token)
{
    char what[160];

    snprintf(what, sizeof what, "there is no such field in %.*s",
             STR_ARG(b->types[b->level]->name));
    return wrong(b, source, token->at, ERR_INVALID, token->text, what);
}

static Err misplaced(const Builder *b, const Source *source, const Token *token,
                     const char *thing)
{
    char what[160];

    snprintf(what, sizeof what, "%s may not stand in %s", thing,
             place_name(&b->place));
    return wrong(b, source, token->at, ERR_INVALID, token->text, what);
}

static Err build_word(Builder *b, const Source *source, const Token *token)
{
    size_t index;

    if (!catalog_find(b->words, str_skip(token->text, 2), &index))
        return wrong(b, source, token->at, ERR_INVALID, token->text,
                     "there is no such word in the catalog");
    if (catalog_kind(b->words, index) != WORD_PLAIN)
        return wrong(b, source, token->at, ERR_INVALID, token->text,
                     "this word wants an argument");
    if (!place_takes_text(&b->place))
        return misplaced(b, source, token, "a word");
    return add_step(b, source, token, (Step){.kind = STEP_WORD, .size = index});
}

static Err build_field(Builder *b, const Source *source, const Token *token)
{
    uint8_t level = 0;
    const Field *field = find_field(b, token->text, &level);
    Step step = {.kind = STEP_STR};

    if (!field) return unknown(b, source, token);
    if (field->kind == FIELD_HTML)
        step.kind = STEP_HTML;
    else if (field->kind != FIELD_STR)
        return wrong(b, source, token->at, ERR_INVALID, token->text,
                     "it has no text: write it as a section");
    if (step.kind == STEP_STR && !place_takes_text(&b->place))
        return misplaced(b, source, token, "a text");
    if (step.kind == STEP_HTML && !place_takes_markup(&b->place))
        return misplaced(b, source, token, "markup");
    step.level = level;
    step.offset = field->offset;
    return add_step(b, source, token, step);
}

static Err build_value(Builder *b, const Source *source, const Token *token)
{
    Err err = end_text(b, source, token);

    if (err) return err;
    err = str_starts(token->text, S("t.")) ? build_word(b, source, token)
                                           : build_field(b, source, token);
    place_value(&b->place);
    b->line_start = false;
    return err;
}

static Err build_open(Builder *b, const Source *source, const Token *token,
                      Section *section)
{
    uint8_t level = 0;
    const Field *field = find_field(b, token->text, &level);
    Step step = {.kind = STEP_IF};
    Err err = end_text(b, source, token);

    if (err) return err;
    if (!field) return unknown(b, source, token);
    if (!place_takes_section(&b->place))
        return misplaced(b, source, token, "a section");
    if (b->depth == TEMPLATE_DEPTH_MAX)
        return wrong(b, source, token->at, ERR_TOO_BIG, token->text,
                     "too many sections and partials inside one another");
    place_section(&b->place);
    *section = (Section){token, (uint32_t)b->count, false, b->place};
    step.level = level;
    step.offset = field->offset;
    step.field = (uint8_t)field->kind;
    if (token->kind == TOKEN_INVERT) {
        step.kind = STEP_UNLESS;
    } else if (field->type) {
        step.kind = field->kind == FIELD_LIST ? STEP_EACH : STEP_ENTER;
        step.size = field->type->size;
        step.into = ++b->level;
        b->types[b->level] = field->type;
        section->pushes = true;
    }
    b->depth++;
    b->line_start = false;
    return add_step(b, source, token, step);
}

static Err build_close(Builder *b, const Source *source, const Token *token,
                       const Section *section)
{
    Step *open;
    Err err = end_text(b, source, token);

    if (err) return err;
    if (!str_eq(token->text, section->open->text))
        return wrong(b, source, token->at, ERR_INVALID, token->text,
                     "another section is open here");
    place_section(&b->place);
    if (!place_join(&b->place, &section->place))
        return wrong(b, source, token->at, ERR_INVALID, token->text,
                     "the section ends elsewhere in the markup than it began");
    open = &b->steps[section->step];
    if (open->kind == STEP_EACH) {
        Step next = *open;

        next.kind = STEP_NEXT;
        next.jump = section->step + 1;
        err = add_step(b, source, token, next);
    }
    b->steps[section->step].jump = (uint32_t)b->count;
    b->level = (uint8_t)(b->level - section->pushes);
    b->depth--;
    b->line_start = false;
    return err;
}

static Err build(Builder *b, Source *source);

static Err build_partial(Builder *b, Source *source, const Token *token)
{
    Source partial = {.name = token->text, .includer = source};
    Err err;

    for (const Source *s = source; s; s = s->includer)
        if (str_eq(s->name, token->text))
            return wrong(b, source, token->at, ERR_INVALID, token->text,
                         "the partial is part of itself");
    if (b->depth == TEMPLATE_DEPTH_MAX)
        return wrong(b, source, token->at, ERR_TOO_BIG, token->text,
                     "too many sections and partials inside one another");
    err = b->files->get(b->files->context, b->arena, token->text, &partial.text,
                        b->fault);
    if (err == ERR_NOT_FOUND)
        return wrong(b, source, token->at, err, token->text,
                     "there is no such template");
    if (err) return err;
    b->depth++;
    err = build(b, &partial);
    b->depth--;
    return err;
}

static Err build_tokens(Builder *b, Source *source)
{
    Section sections[TEMPLATE_DEPTH_MAX];
    size_t open = 0;
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < source->count; i++) {
        const Token *token = &source->tokens[i];

        switch (token->kind) {
        case TOKEN_TEXT: err = build_text(b, source, token); break;
        case TOKEN_VALUE: err = build_value(b, source, token); break;
        case TOKEN_PARTIAL: err = build_partial(b, source, token); break;
        case TOKEN_COMMENT: break;
        case TOKEN_OPEN:
        case TOKEN_INVERT:
            err = build_open(b, source, token, &sections[open]);
            if (!err) open++;
            break;
        case TOKEN_CLOSE:
            if (!open)
                return wrong(b, source, token->at, ERR_INVALID, token->text,
                             "no section is open here");
            err = build_close(b, source, token, &sections[--open]);
            break;
        }
    }
    if (!err && open)
        return wrong(b, source, sections[open - 1].open->at, ERR_INVALID,
                     sections[open - 1].open->text,
                     "the section is not closed");
    return err;
}

static Err check_source(Builder *b, Source *source)
{
    ptrdiff_t bad = utf8_bad(source->text);

    if (source->text.len > TEMPLATE_SOURCE_MAX)
        return wrong(b, source, 0, ERR_TOO_BIG, (Str){0},
                     "the template is too long");
    b->read += source->text.len + READ_LEAST;
    if (b->read > READ_MAX)
        return wrong(b, source, 0, ERR_TOO_BIG, (Str){0},
                     "there are too many partials");
    if (bad < 0) bad = str_find_char(source->text, 0, 0);
    if (bad >= 0)
        return wrong(b, source, (size_t)bad, ERR_INVALID, (Str){0},
                     "the template is not text in UTF-8");
    return ERR_OK;
}

static Err build(Builder *b, Source *source)
{
    Err err = check_source(b, source);

    if (err) return err;
    if (str_ends(source->text, S("\n"))) source->text.len--;
    err = cut(b, source);
    if (err) return err;
    take_lines_out(source);
    return build_tokens(b, source);
}

/* Text steps learn where their bytes are, now that these move no more. */
static void settle(Builder *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->steps[i].kind == STEP_TEXT)
            b->steps[i].text.ptr = b->text.ptr + b->steps[i].size;
}

static Err finish(Builder *b, const Source *source, const Template **out)
{
    Token end = {TOKEN_TEXT, (Str){0}, source->text.len, false};
    Template *tmpl;
    Err err = end_text(b, source, &end);

    if (err) return err;
    if (b->place.state != PLACE_TEXT)
        return misplaced(b, source, &end, "the template's end");
    err = add_step(b, source, &end, (Step){.kind = STEP_END});
    if (err) return err;
    settle(b);
    tmpl = ARENA_NEW(b->arena, Template);
    tmpl->steps = b->steps;
    tmpl->words = catalog_count(b->words);
    *out = tmpl;
    return ERR_OK;
}

Err template_compile(Arena *arena, const TemplateFiles *files, Str name,
                     const ViewType *type, const Catalog *words,
                     const Template **out, Fault *fault)
{
    Builder b = {.arena = arena,
                 .files = files,
                 .words = words,
                 .fault = fault,
                 .text = buf_open(arena, TEMPLATE_TEXT_MAX),
                 .types = {type},
                 .line_start = true};
    Source source = {.name = name};
    Err err = files->get(files->context, arena, name, &source.text, fault);

    if (err == ERR_NOT_FOUND)
        return wrong(&b, &source, 0, err, name, "there is no such template");
    if (err) return err;
    err = build(&b, &source);
    if (err) return err;
    return finish(&b, &source, out);
}

/* -- pages -- */

typedef struct AnyList {
    const char *items;
    size_t count;
} AnyList;

static bool is_there(const void *value, FieldKind kind)
{
    switch (kind) {
    case FIELD_STR: return ((const Str *)value)->len > 0;
    case FIELD_HTML: return ((const Html *)value)->markup.len > 0;
    case FIELD_BOOL: return *(const bool *)value;
    case FIELD_LIST: return ((const AnyList *)value)->count > 0;
    case FIELD_STRUCT: return *(const void *const *)value != NULL;
    }
    return false;
}

void template_render(const Template *tmpl, const Catalog *words,
                     const void *view, Buf *out)
{
    const char *element[TEMPLATE_DEPTH_MAX + 1] = {view};
    size_t left[TEMPLATE_DEPTH_MAX + 1] = {0};
    const Step *step = tmpl->steps;

    assert(tmpl->words == catalog_count(words));
    for (;;) {
        const char *value = element[step->level] + step->offset;
        const Step *next = step + 1;

        switch ((StepKind)step->kind) {
        case STEP_TEXT: buf_puts(out, step->text); break;
        case STEP_STR: buf_escape(out, *(const Str *)value); break;
        case STEP_HTML: buf_puts(out, ((const Html *)value)->markup); break;
        case STEP_WORD: buf_escape(out, catalog_word(words, step->size)); break;
        case STEP_IF:
            if (!is_there(value, step->field)) next = tmpl->steps + step->jump;
            break;
        case STEP_UNLESS:
            if (is_there(value, step->field)) next = tmpl->steps + step->jump;
            break;
        case STEP_EACH:
            element[step->into] = ((const AnyList *)value)->items;
            left[step->into] = ((const AnyList *)value)->count;
            if (!left[step->into]) next = tmpl->steps + step->jump;
            break;
        case STEP_NEXT:
            if (!--left[step->into]) break;
            element[step->into] += step->size;
            next = tmpl->steps + step->jump;
            break;
        case STEP_ENTER:
            element[step->into] = *(const char *const *)value;
            if (!element[step->into]) next = tmpl->steps + step->jump;
            break;
        case STEP_END: return;
        }
        step = next;
    }
}
