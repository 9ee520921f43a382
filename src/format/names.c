#include "format/names.h"

#include <yaml.h>

#include "base/utf8.h"
#include "story/lang.h"
#include "story/slug.h"

/* Where in the file: outside, among the slugs, inside one of them. */
typedef enum Level { LEVEL_OUT, LEVEL_SLUGS, LEVEL_NAMES, LEVEL_END } Level;

typedef struct Names {
    Arena *arena;
    Fault *fault;
    NameList list;
    Level level;
    bool has_key; /* a key was read, its value comes next */
    Name next;
} Names;

static Err fault_here(const Names *names, const yaml_mark_t *mark, Err err,
                      const char *text)
{
    (void)!fault_set(names->fault, err, "%s", text);
    fault_at(names->fault, (int64_t)mark->line + 1, (int64_t)mark->column + 1);
    return err;
}

static void add_name(Names *names)
{
    size_t n = names->list.count;

    if ((n & (n - 1)) == 0)
        names->list.items =
            arena_grow(names->arena, names->list.items, n * sizeof(Name),
                       (n ? n * 2 : 1) * sizeof(Name));
    names->list.items[n] = names->next;
    names->list.count = n + 1;
}

static Err on_text(Names *names, const yaml_event_t *event)
{
    Str text =
        item_line(names->arena, (Str){(const char *)event->data.scalar.value,
                                      event->data.scalar.length});
    const yaml_mark_t *mark = &event->start_mark;

    if (names->level == LEVEL_SLUGS && !names->has_key) {
        if (!slug_fits(text))
            return fault_here(names, mark, ERR_INVALID,
                              "expected a slug of a-z, 0-9 and '-'");
        names->next.slug = text;
        names->has_key = true;
        return ERR_OK;
    }
    if (names->level != LEVEL_NAMES)
        return fault_here(names, mark, ERR_INVALID,
                          "expected names by language, as {en: Facts}");
    if (!names->has_key) {
        if (lang_read(names->arena, text, &names->next.language))
            return fault_here(names, mark, ERR_INVALID,
                              "expected a language, as en or uk");
        names->has_key = true;
        return ERR_OK;
    }
    if (!text.len || utf8_count(text) > FIELD_MAX)
        return fault_here(names, mark, ERR_INVALID,
                          "expected a name of 1 to 300 characters");
    if (names->list.count == NAMES_ENTRIES)
        return fault_here(names, mark, ERR_TOO_BIG, "over 20000 names");
    names->next.name = text;
    names->has_key = false;
    add_name(names);
    return ERR_OK;
}

static Err on_open(Names *names, const yaml_event_t *event)
{
    if (names->level == LEVEL_OUT ||
        (names->level == LEVEL_SLUGS && names->has_key)) {
        names->level++;
        names->has_key = false;
        return ERR_OK;
    }
    return fault_here(names, &event->start_mark, ERR_INVALID,
                      "expected slug, language and name, no deeper");
}

static void on_close(Names *names)
{
    if (names->level == LEVEL_NAMES) {
        names->level = LEVEL_SLUGS;
        names->next.position++;
    } else {
        names->level = LEVEL_END;
    }
    names->has_key = false;
}

static Err on_event(Names *names, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return on_text(names, event);
    case YAML_MAPPING_START_EVENT: return on_open(names, event);
    case YAML_MAPPING_END_EVENT: on_close(names); return ERR_OK;
    case YAML_SEQUENCE_START_EVENT:
        return fault_here(names, &event->start_mark, ERR_INVALID,
                          "a list; expected names by language");
    case YAML_ALIAS_EVENT:
        return fault_here(names, &event->start_mark, ERR_INVALID,
                          "aliases are not taken");
    default: return ERR_OK;
    }
}

static Err parse(Names *names, yaml_parser_t *parser)
{
    bool more = true;
    Err err = ERR_OK;

    while (!err && more) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event))
            return fault_here(names, &parser->problem_mark, ERR_INVALID,
                              parser->problem ? parser->problem : "not YAML");
        more = event.type != YAML_STREAM_END_EVENT;
        err = on_event(names, &event);
        yaml_event_delete(&event);
    }
    return err;
}

Err names_read(Arena *arena, Str bytes, NameList *out, Fault *fault)
{
    Names names = {.arena = arena, .fault = fault};
    yaml_parser_t parser;
    Err err;

    if (bytes.len > NAMES_MAX)
        return fault_set(fault, ERR_TOO_BIG, "over %zu bytes", NAMES_MAX);
    if (utf8_bad(bytes) >= 0)
        return fault_set(fault, ERR_INVALID, "byte %td is not UTF-8",
                         utf8_bad(bytes));
    if (!yaml_parser_initialize(&parser))
        return fault_set(fault, ERR_IO, "no memory for the YAML reader");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser, (const unsigned char *)(bytes.len ? bytes.ptr : ""),
        bytes.len);
    err = parse(&names, &parser);
    yaml_parser_delete(&parser);
    if (!err && names.level != LEVEL_END)
        err = fault_set(fault, ERR_INVALID, "no names by slug and language");
    if (!err) *out = names.list;
    return err;
}
