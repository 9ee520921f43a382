/* A source is cut into tokens (text/tokens.h), then built.  Building runs
 * through partials in place, so that what comes out is one flat list of steps:
 * fixed text, values at known places of the view, and jumps.  The nesting of
 * elements is fixed too, so a step names its element by depth and rendering
 * keeps no stack but one pointer a depth. */
#include "text/template.h"

#include <assert.h>
#include <stdio.h>

#include "base/utf8.h"
#include "text/place.h"
#include "text/tokens.h"

#define READ_MAX   (4 * 1024 * 1024) /* sources of one template together */
#define READ_LEAST 64 /* what a partial costs of that, though empty */

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
    size_t size; /* EACH, NEXT: of an element; WORD: the index; TEXT: the
                    place among all fixed text */
} Step;

struct Template {
    const Step *steps;
    size_t words; /* count of the catalog's names */
};

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

static Err add_step(Builder *b, const Source *source, const Token *token,
                    Step step)
{
    if (b->count == TEMPLATE_STEPS_MAX)
        return tokens_wrong(b->fault, source, token->at, ERR_TOO_BIG, (Str){0},
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
        return tokens_wrong(b->fault, source, token->at, ERR_TOO_BIG, (Str){0},
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
    if (!keeps &&
        (c == '\r' || (b->line_start && (c == ' ' || c == '\t' || c == '\n'))))
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
            return tokens_wrong(
                b->fault, source, token->at + i, ERR_INVALID, (Str){0},
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
    return tokens_wrong(b->fault, source, token->at, ERR_INVALID, token->text,
                        what);
}

static Err misplaced(const Builder *b, const Source *source, const Token *token,
                     const char *thing)
{
    char what[160];

    snprintf(what, sizeof what, "%s may not stand in %s", thing,
             place_name(&b->place));
    return tokens_wrong(b->fault, source, token->at, ERR_INVALID, token->text,
                        what);
}

static Err build_word(Builder *b, const Source *source, const Token *token)
{
    size_t index;

    if (!catalog_find(b->words, str_skip(token->text, 2), &index))
        return tokens_wrong(b->fault, source, token->at, ERR_INVALID,
                            token->text,
                            "there is no such word in the catalog");
    if (catalog_kind(b->words, index) != WORD_PLAIN)
        return tokens_wrong(b->fault, source, token->at, ERR_INVALID,
                            token->text, "this word wants an argument");
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
        return tokens_wrong(b->fault, source, token->at, ERR_INVALID,
                            token->text,
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
        return tokens_wrong(
            b->fault, source, token->at, ERR_TOO_BIG, token->text,
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
        return tokens_wrong(b->fault, source, token->at, ERR_INVALID,
                            token->text, "another section is open here");
    place_section(&b->place);
    if (!place_join(&b->place, &section->place))
        return tokens_wrong(
            b->fault, source, token->at, ERR_INVALID, token->text,
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
            return tokens_wrong(b->fault, source, token->at, ERR_INVALID,
                                token->text, "the partial is part of itself");
    if (b->depth == TEMPLATE_DEPTH_MAX)
        return tokens_wrong(
            b->fault, source, token->at, ERR_TOO_BIG, token->text,
            "too many sections and partials inside one another");
    err = b->files->get(b->files->context, b->arena, token->text, &partial.text,
                        b->fault);
    if (err == ERR_NOT_FOUND)
        return tokens_wrong(b->fault, source, token->at, err, token->text,
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
                return tokens_wrong(b->fault, source, token->at, ERR_INVALID,
                                    token->text, "no section is open here");
            err = build_close(b, source, token, &sections[--open]);
            break;
        }
    }
    if (!err && open)
        return tokens_wrong(b->fault, source, sections[open - 1].open->at,
                            ERR_INVALID, sections[open - 1].open->text,
                            "the section is not closed");
    return err;
}

static Err check_source(Builder *b, Source *source)
{
    ptrdiff_t bad = utf8_bad(source->text);

    if (source->text.len > TEMPLATE_SOURCE_MAX)
        return tokens_wrong(b->fault, source, 0, ERR_TOO_BIG, (Str){0},
                            "the template is too long");
    b->read += source->text.len + READ_LEAST;
    if (b->read > READ_MAX)
        return tokens_wrong(b->fault, source, 0, ERR_TOO_BIG, (Str){0},
                            "there are too many partials");
    if (bad < 0) bad = str_find_char(source->text, 0, 0);
    if (bad >= 0)
        return tokens_wrong(b->fault, source, (size_t)bad, ERR_INVALID,
                            (Str){0}, "the template is not text in UTF-8");
    return ERR_OK;
}

static Err build(Builder *b, Source *source)
{
    Err err = check_source(b, source);

    if (err) return err;
    if (str_ends(source->text, S("\n"))) source->text.len--;
    err = tokens_cut(source, b->arena, b->fault);
    if (err) return err;
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
        return tokens_wrong(fault, &source, 0, err, name,
                            "there is no such template");
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
