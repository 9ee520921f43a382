#include "text/frontmatter.h"

#include <string.h>
#include <yaml.h>

#include "base/mem.h"

typedef struct Reader {
    Arena *arena;
    yaml_parser_t yaml;
    FrontMatter *front;
    Fault *fault;
} Reader;

#define FIRST_LINE 2 /* of the YAML in the file: after the opening mark */

static Err refuse(Reader *r, yaml_mark_t at, Err err, const char *sentence)
{
    fault_at(r->fault, (int64_t)at.line + FIRST_LINE, (int64_t)at.column + 1);
    return fault_set(r->fault, err, "%s", sentence);
}

static Err refuse_yaml(Reader *r)
{
    const yaml_parser_t *yaml = &r->yaml;
    bool marked = yaml->error != YAML_READER_ERROR;

    fault_at(r->fault,
             marked ? (int64_t)yaml->problem_mark.line + FIRST_LINE : 0,
             marked ? (int64_t)yaml->problem_mark.column + 1 : 0);
    return fault_set(
        r->fault, ERR_INVALID, "the front matter is not YAML: %s%s%s",
        yaml->problem ? yaml->problem : "it cannot be read",
        yaml->context ? ", " : "", yaml->context ? yaml->context : "");
}

/* The next event, without what is refused wherever it stands. */
static Err next(Reader *r, yaml_event_t *event)
{
    const char *what = NULL;
    yaml_mark_t at;

    if (!yaml_parser_parse(&r->yaml, event)) return refuse_yaml(r);
    switch (event->type) {
    case YAML_ALIAS_EVENT: what = "an alias (*name)"; break;
    case YAML_SCALAR_EVENT:
        if (memchr(event->data.scalar.value, 0, event->data.scalar.length))
            what = "a NUL character";
        if (event->data.scalar.anchor) what = "an anchor (&name)";
        if (event->data.scalar.tag) what = "a tag (!name)";
        break;
    case YAML_SEQUENCE_START_EVENT:
        if (event->data.sequence_start.anchor) what = "an anchor (&name)";
        if (event->data.sequence_start.tag) what = "a tag (!name)";
        break;
    case YAML_MAPPING_START_EVENT:
        if (event->data.mapping_start.anchor) what = "an anchor (&name)";
        if (event->data.mapping_start.tag) what = "a tag (!name)";
        break;
    default: break;
    }
    if (!what) return ERR_OK;
    at = event->start_mark;
    yaml_event_delete(event);
    fault_at(r->fault, (int64_t)at.line + FIRST_LINE, (int64_t)at.column + 1);
    return fault_set(r->fault, ERR_INVALID,
                     "%s is not accepted in front matter", what);
}

static bool is_null(Str s)
{
    return !s.len || str_eq(s, S("~")) || str_eq_nocase(s, S("null"));
}

static Str scalar(Reader *r, const yaml_event_t *event)
{
    Str s = {(const char *)event->data.scalar.value, event->data.scalar.length};

    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && is_null(s))
        return (Str){0};
    return str_copy(r->arena, s);
}

static int step_of(yaml_event_type_t type)
{
    switch (type) {
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: return 1;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: return -1;
    default: return 0;
    }
}

/* The rest of a list or map whose start was read: its texts into *values, and
 * whether there was anything else in it. */
static Err read_nested(Reader *r, yaml_event_type_t start, StrList *values,
                       bool *plain)
{
    int depth = 2; /* the document's own map is the first */

    *plain = start == YAML_SEQUENCE_START_EVENT;
    while (depth > 1) {
        yaml_event_t event;
        Err err = next(r, &event);

        if (err) return err;
        depth += step_of(event.type);
        if (depth > FRONT_DEPTH)
            err = refuse(r, event.start_mark, ERR_TOO_BIG,
                         "the front matter nests more than 8 deep");
        else if (depth > 2)
            *plain = false;
        else if (event.type == YAML_SCALAR_EVENT && *plain)
            strs_add(values, r->arena, scalar(r, &event));
        yaml_event_delete(&event);
        if (err) return err;
    }
    return ERR_OK;
}

static Err add_field(Reader *r, FrontField field, yaml_mark_t at)
{
    FrontMatter *front = r->front;

    if (front_get(front, str_z(r->arena, field.key)))
        return refuse(r, at, ERR_INVALID, "this key is given twice");
    if (front->count == FRONT_FIELDS)
        return refuse(r, at, ERR_TOO_BIG,
                      "the front matter has more than 256 fields");
    front->fields[front->count++] = field;
    return ERR_OK;
}

static Err read_value(Reader *r, Str key)
{
    FrontField field = {.key = key};
    yaml_event_t event;
    yaml_mark_t at;
    bool plain = true;
    Err err = next(r, &event);

    if (err) return err;
    at = event.start_mark;
    field.line = (int64_t)at.line + FIRST_LINE;
    field.column = (int64_t)at.column + 1;
    if (event.type == YAML_SCALAR_EVENT) {
        strs_add(&field.values, r->arena, scalar(r, &event));
    } else {
        field.is_list = true;
        err = read_nested(r, event.type, &field.values, &plain);
    }
    yaml_event_delete(&event);
    if (err) return err;
    if (plain) return add_field(r, field, at);
    strs_add(&r->front->ignored, r->arena, key);
    return ERR_OK;
}

static Err read_fields(Reader *r)
{
    for (;;) {
        yaml_event_t event;
        yaml_event_type_t type;
        Str key = {0};
        Err err = next(r, &event);

        if (err) return err;
        type = event.type;
        if (type == YAML_SCALAR_EVENT)
            key = scalar(r, &event);
        else if (type != YAML_MAPPING_END_EVENT)
            err = refuse(r, event.start_mark, ERR_INVALID,
                         "a key must be a text");
        yaml_event_delete(&event);
        if (err || type == YAML_MAPPING_END_EVENT) return err;
        err = read_value(r, key);
        if (err) return err;
    }
}

/* Stream, document, map; nothing at all is an empty map. */
static Err read_yaml(Reader *r)
{
    bool done = false;

    while (!done) {
        yaml_event_t event;
        Err err = next(r, &event);

        if (err) return err;
        switch (event.type) {
        case YAML_MAPPING_START_EVENT: err = read_fields(r); break;
        case YAML_STREAM_END_EVENT: done = true; break;
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_START_EVENT:
        case YAML_DOCUMENT_END_EVENT: break;
        default:
            if (event.type != YAML_SCALAR_EVENT || scalar(r, &event).len)
                err = refuse(r, event.start_mark, ERR_INVALID,
                             "front matter is made of \"key: value\" lines");
        }
        yaml_event_delete(&event);
        if (err) return err;
    }
    return ERR_OK;
}

static bool is_mark(Str line, Str mark)
{
    while (line.len &&
           (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
        line.len--;
    return str_eq(line, mark);
}

/* What stands between the marks; *rest is what follows. */
static Err cut_yaml(Str rest, Str *yaml, FrontMatter *out, Fault *fault)
{
    const char *from = rest.ptr;
    Str line;

    for (int64_t number = FIRST_LINE; rest.len; number++) {
        const char *to = rest.ptr;

        if (!str_line(&rest, &line)) break;
        if (is_mark(line, S("---")) || is_mark(line, S("..."))) {
            *yaml = str_range(from, to);
            out->body = rest;
            out->body_line = number + 1;
            return ERR_OK;
        }
        if ((size_t)(to - from) > FRONT_MAX)
            return fault_set(fault, ERR_TOO_BIG,
                             "the front matter is over %zu bytes, or its "
                             "closing --- is missing",
                             FRONT_MAX);
    }
    fault_at(fault, 1, 1);
    return fault_set(fault, ERR_INVALID,
                     "the front matter that begins here has no closing ---");
}

static Err read_front(Arena *arena, Str yaml, FrontMatter *front, Fault *fault)
{
    Reader r = {.arena = arena, .front = front, .fault = fault};
    Err err;

    if (yaml.len > FRONT_MAX)
        return fault_set(fault, ERR_TOO_BIG,
                         "the front matter is over %zu bytes", FRONT_MAX);
    front->fields = ARENA_ARRAY(arena, FrontField, FRONT_FIELDS);
    if (!yaml_parser_initialize(&r.yaml)) mem_exhausted();
    yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.yaml, (const unsigned char *)yaml.ptr,
                                 yaml.len);
    err = read_yaml(&r);
    yaml_parser_delete(&r.yaml);
    return err;
}

Err frontmatter_read(Arena *arena, Str source, FrontMatter *out, Fault *fault)
{
    FrontMatter front = {0};
    Str rest = source;
    Str yaml;
    Str line;
    Err err;

    if (str_starts(rest, S("\xEF\xBB\xBF"))) rest = str_skip(rest, 3);
    front.body = rest;
    front.body_line = 1;
    if (str_line(&rest, &line)) {
        bool toml = is_mark(line, S("+++"));

        if (toml || is_mark(line, S("{"))) {
            fault_at(fault, 1, 1);
            return fault_set(fault, ERR_UNSUPPORTED,
                             "%s front matter is not read; write it as YAML "
                             "between two lines of ---",
                             toml ? "TOML" : "JSON");
        }
        if (is_mark(line, S("---"))) {
            err = cut_yaml(rest, &yaml, &front, fault);
            if (!err) err = read_front(arena, yaml, &front, fault);
            if (err) return err;
        }
    }
    *out = front;
    return ERR_OK;
}

const FrontField *front_get(const FrontMatter *front, const char *key)
{
    for (size_t i = 0; i < front->count; i++)
        if (str_eq_nocase(front->fields[i].key, str_from(key)))
            return &front->fields[i];
    return NULL;
}

Str front_str(const FrontMatter *front, const char *key)
{
    const FrontField *field = front_get(front, key);

    return field && field->values.count ? field->values.items[0] : (Str){0};
}

StrList front_list(Arena *arena, const FrontMatter *front, const char *key)
{
    const FrontField *field = front_get(front, key);
    StrList list = {0};
    Str rest;

    if (!field) return list;
    if (field->is_list) return field->values;
    rest = front_str(front, key);
    while (rest.len) {
        Str part = str_trim(str_cut(&rest, ','));

        if (part.len) strs_add(&list, arena, part);
    }
    return list;
}
