/* JSON, read strictly.
 *
 * A parser of our own: cJSON 1.7.15 takes 01, 1., control characters in
 * strings, any byte up to space between tokens and bytes that are not UTF-8;
 * it knows no line or column, so that a strict pass before it would have to
 * be a parser already; and it asks malloc for each value.
 */
#include "text/json.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

typedef struct Reader {
    Arena *arena;
    Str source;
    size_t at;
    size_t line_start; /* where the line of `at` begins */
    uint32_t line;
    size_t count; /* values so far */
    Fault *fault;
} Reader;

static Err refuse(Reader *r, Err err, const char *sentence)
{
    if (r->fault) {
        fault_at(r->fault, r->line, (int64_t)(r->at - r->line_start) + 1);
        r->fault->byte = (int64_t)r->at;
    }
    return fault_set(r->fault, err, "%s", sentence);
}

/* The next byte, or -1 at the end. */
static int peek(const Reader *r)
{
    return r->at < r->source.len ? (unsigned char)r->source.ptr[r->at] : -1;
}

static void skip_space(Reader *r)
{
    for (;; r->at++) {
        int c = peek(r);

        if (c == '\n') {
            r->line++;
            r->line_start = r->at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

static bool take(Reader *r, char c)
{
    if (peek(r) != c) return false;
    r->at++;
    return true;
}

/* Strings. */

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Four hexadecimal digits at `at`, or -1; does not move. */
static int32_t hex_at(const Reader *r, size_t at)
{
    int32_t value = 0;

    if (at + 4 > r->source.len) return -1;
    for (size_t i = at; i < at + 4; i++) {
        int digit = hex_digit(r->source.ptr[i]);

        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* \uXXXX, after the u; two of them for what UTF-16 writes so. */
static Err read_code_point(Reader *r, Buf *buf)
{
    int32_t c = hex_at(r, r->at);
    int32_t low;

    if (c < 0)
        return refuse(r, ERR_INVALID, "\\u needs four hexadecimal digits");
    r->at += 4;
    if (c >= 0xD800 && c < 0xDC00 &&
        str_starts(str_skip(r->source, r->at), S("\\u"))) {
        low = hex_at(r, r->at + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            r->at += 6;
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    if (c == 0 || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
    buf_utf8(buf, (uint32_t)c);
    return ERR_OK;
}

static Err read_escape(Reader *r, Buf *buf)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    int c = peek(r);
    const char *found = c > 0 ? strchr(names, c) : NULL;

    if (c == 'u') {
        r->at++;
        return read_code_point(r, buf);
    }
    if (!found)
        return refuse(r, ERR_INVALID, "there is no such escape in JSON");
    r->at++;
    buf_putc(buf, values[found - names]);
    return ERR_OK;
}

/* How many bytes from `at` stand for themselves. */
static size_t plain_span(const Reader *r)
{
    size_t i = r->at;

    while (i < r->source.len) {
        unsigned char c = (unsigned char)r->source.ptr[i];

        if (c == '"' || c == '\\' || c < 0x20) break;
        i++;
    }
    return i - r->at;
}

/* After the opening quote, up to and with the closing one. */
static Err read_string(Reader *r, Str *out)
{
    Str plain = str_slice(r->source, r->at, r->at + plain_span(r));
    Buf buf;

    r->at += plain.len;
    if (take(r, '"')) {
        *out = plain;
        return ERR_OK;
    }
    buf = buf_open(r->arena, r->source.len);
    for (buf_puts(&buf, plain);;) {
        int c = peek(r);

        if (c < 0) return refuse(r, ERR_INVALID, "the string does not end");
        if (c < 0x20)
            return refuse(r, ERR_INVALID,
                          "a control character stands in a string; it must "
                          "be escaped");
        r->at++;
        if (c == '"') break;
        if (c == '\\') {
            Err err = read_escape(r, &buf);

            if (err) return err;
        } else {
            r->at--;
            plain = str_slice(r->source, r->at, r->at + plain_span(r));
            buf_puts(&buf, plain);
            r->at += plain.len;
        }
    }
    *out = buf_str(&buf);
    return ERR_OK;
}

/* Numbers. */

static size_t take_digits(Reader *r)
{
    size_t from = r->at;

    while (peek(r) >= '0' && peek(r) <= '9')
        r->at++;
    return r->at - from;
}

static Err read_number(Reader *r, Str *out)
{
    size_t from = r->at;

    take(r, '-');
    if (!take(r, '0') && !take_digits(r))
        return refuse(r, ERR_INVALID, "a number needs a digit here");
    if (peek(r) >= '0' && peek(r) <= '9')
        return refuse(r, ERR_INVALID, "a number may not begin with 0");
    if (take(r, '.') && !take_digits(r))
        return refuse(r, ERR_INVALID, "a digit must follow the decimal point");
    if (take(r, 'e') || take(r, 'E')) {
        if (!take(r, '+')) take(r, '-');
        if (!take_digits(r))
            return refuse(r, ERR_INVALID, "an exponent needs a digit");
    }
    *out = str_slice(r->source, from, r->at);
    return ERR_OK;
}

/* Values. */

static Err read_value(Reader *r, int depth, JsonNode *node);

static Err read_word(Reader *r, JsonNode *node)
{
    static const struct {
        Str word;
        JsonKind kind;
    } words[] = {{S_INIT("null"), JSON_NULL},
                 {S_INIT("false"), JSON_FALSE},
                 {S_INIT("true"), JSON_TRUE}};

    for (size_t i = 0; i < COUNT(words); i++) {
        if (!str_starts(str_skip(r->source, r->at), words[i].word)) continue;
        r->at += words[i].word.len;
        node->kind = words[i].kind;
        return ERR_OK;
    }
    if (peek(r) < 0)
        return refuse(r, ERR_INVALID, "a value was expected, but here it ends");
    return refuse(r, ERR_INVALID, "a value was expected here");
}

static Err read_member(Reader *r, int depth, bool keyed, JsonNode *node)
{
    if (keyed) {
        Err err;

        if (!take(r, '"'))
            return refuse(r, ERR_INVALID, "a key in quotes was expected here");
        err = read_string(r, &node->key);
        if (err) return err;
        skip_space(r);
        if (!take(r, ':'))
            return refuse(r, ERR_INVALID, "a colon was expected here");
        skip_space(r);
    }
    return read_value(r, depth, node);
}

/* Members or items, after the opening bracket. */
static Err read_list(Reader *r, int depth, char close, JsonNode *list)
{
    JsonNode **end = &list->first;

    if (depth >= JSON_DEPTH)
        return refuse(r, ERR_TOO_BIG, "the JSON nests more than 64 deep");
    skip_space(r);
    if (take(r, close)) return ERR_OK;
    do {
        JsonNode *node = ARENA_NEW(r->arena, JsonNode);
        Err err;

        skip_space(r);
        err = read_member(r, depth + 1, close == '}', node);
        if (err) return err;
        *end = node;
        end = &node->next;
        list->count++;
        skip_space(r);
    } while (take(r, ','));
    if (take(r, close)) return ERR_OK;
    return refuse(r, ERR_INVALID,
                  close == '}' ? "a comma or } was expected here"
                               : "a comma or ] was expected here");
}

static Err read_value(Reader *r, int depth, JsonNode *node)
{
    int c = peek(r);

    if (++r->count > JSON_VALUES)
        return refuse(r, ERR_TOO_BIG, "the JSON has too many values");
    node->line = r->line;
    node->column = (uint32_t)(r->at - r->line_start) + 1;
    if (c == '{' || c == '[') {
        r->at++;
        node->kind = c == '{' ? JSON_OBJECT : JSON_ARRAY;
        return read_list(r, depth, c == '{' ? '}' : ']', node);
    }
    if (c == '"') {
        r->at++;
        node->kind = JSON_STRING;
        return read_string(r, &node->text);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        node->kind = JSON_NUMBER;
        return read_number(r, &node->text);
    }
    return read_word(r, node);
}

static Err refuse_byte(Reader *r, size_t bad)
{
    for (size_t i = 0; i < bad; i++) {
        if (r->source.ptr[i] != '\n') continue;
        r->line++;
        r->line_start = i + 1;
    }
    r->at = bad;
    return refuse(r, ERR_INVALID, "this byte is not UTF-8");
}

Err json_read(Arena *arena, Str source, size_t max, JsonNode **out,
              Fault *fault)
{
    Reader r = {.arena = arena, .source = source, .line = 1, .fault = fault};
    JsonNode *node;
    ptrdiff_t bad;
    Err err;

    assert(max <= UINT32_MAX);
    if (source.len > max)
        return fault_set(fault, ERR_TOO_BIG,
                         "the JSON has %zu bytes; at most %zu are read",
                         source.len, max);
    bad = utf8_bad(source);
    if (bad >= 0) return refuse_byte(&r, (size_t)bad);
    if (str_starts(source, S("\xEF\xBB\xBF"))) r.line_start = r.at = 3;
    node = ARENA_NEW(arena, JsonNode);
    skip_space(&r);
    err = read_value(&r, 0, node);
    if (err) return err;
    skip_space(&r);
    if (r.at < source.len)
        return refuse(&r, ERR_INVALID, "the value ended before this");
    *out = node;
    return ERR_OK;
}

/* Asking. */

static const JsonNode *get(const JsonNode *object, Str key)
{
    const JsonNode *found = NULL;

    if (!object || object->kind != JSON_OBJECT) return NULL;
    for (const JsonNode *node = object->first; node; node = node->next)
        if (str_eq(node->key, key)) found = node;
    return found;
}

const JsonNode *json_get(const JsonNode *object, const char *key)
{
    return get(object, str_from(key));
}

Str json_text(const JsonNode *node)
{
    return node && node->kind == JSON_STRING ? node->text : (Str){0};
}

Str json_str(const JsonNode *object, const char *key)
{
    return json_text(json_get(object, key));
}

bool json_int(const JsonNode *node, int64_t *out)
{
    return node && node->kind == JSON_NUMBER && str_int(node->text, out);
}

bool json_bool(const JsonNode *object, const char *key, bool fallback)
{
    const JsonNode *node = json_get(object, key);

    if (!node) return fallback;
    if (node->kind == JSON_TRUE) return true;
    return node->kind == JSON_FALSE ? false : fallback;
}

const char *json_kind(const JsonNode *node)
{
    static const char *const words[] = {
        [JSON_NULL] = "null",        [JSON_FALSE] = "false",
        [JSON_TRUE] = "true",        [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string",  [JSON_ARRAY] = "an array",
        [JSON_OBJECT] = "an object",
    };

    return node ? words[node->kind] : "missing";
}

Err json_fault(Fault *fault, const JsonNode *node, const char *field, Err err,
               const char *format, ...)
{
    char text[sizeof fault->text];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (node) fault_at(fault, node->line, node->column);
    if (field) fault_where(fault, "%s", field);
    return fault_set(fault, err, "%s", text);
}
