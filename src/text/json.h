/* text/json.h -- JSON: a strict reader (RFC 8259) into a tree, and a writer.
 *
 * Read: UTF-8 only (a byte order mark is passed over), depth at most
 * JSON_DEPTH, nothing after the value but space.  \u0000 and surrogates that
 * stand alone become U+FFFD: text in the house has neither.  Of a key that
 * comes twice the last counts.  Numbers keep their digits.
 *
 * Lifetime: the tree lives in the arena; strings and numbers without escapes
 * point into the source, which must live as long.  Threads: any.
 */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define JSON_DEPTH  64
#define JSON_VALUES ((size_t)1 << 18) /* in one document */

typedef enum JsonKind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
} JsonKind;

typedef struct JsonNode JsonNode;
struct JsonNode {
    JsonKind kind;
    Str key;         /* when it is in an object */
    Str text;        /* a string's text, a number's digits as written */
    JsonNode *first; /* members or items, in order */
    JsonNode *next;
    uint32_t count; /* members or items */
    uint32_t line;  /* where the value begins, both from 1 */
    uint32_t column;
};

/* One value, of at most max bytes.
 *   ERR_TOO_BIG  over max, JSON_DEPTH or JSON_VALUES
 *   ERR_INVALID  not JSON; line, column and byte are in the fault */
MUST_USE Err json_read(Arena *arena, Str source, size_t max, JsonNode **out,
                       Fault *fault);

/* A member of an object; NULL when object is not one (or NULL) or has none. */
const JsonNode *json_get(const JsonNode *object, const char *key);
/* Members of members, "a.b.0.c" (numbers count items from 0). */
const JsonNode *json_path(const JsonNode *node, const char *path);

/* The text of a string member; empty when missing or of another kind. */
Str json_str(const JsonNode *object, const char *key);
/* The value of a node or an empty Str / fallback if it is of another kind. */
Str json_text(const JsonNode *node);
/* A number written without fraction or exponent that fits in 64 bits; any
 * number. False: *out untouched. */
bool json_int(const JsonNode *node, int64_t *out);
bool json_double(const JsonNode *node, double *out);
bool json_bool(const JsonNode *object, const char *key, bool fallback);

/* The kind in words, "a string", for faults. */
const char *json_kind(const JsonNode *node);
/* Sets fault's place to node's, and its field; returns err with the sentence:
 *   return json_fault(fault, node, "headline", ERR_INVALID, "is %s, ..."); */
Err json_fault(Fault *fault, const JsonNode *node, const char *field, Err err,
               const char *format, ...) PRINTF(5, 6);

/* The writer: puts values one after another and adds the commas.  Quotes,
 * backslash and control characters are escaped, and so are < > & U+2028
 * U+2029: the output may stand inside a script element.  Bytes that are not
 * UTF-8 come out as U+FFFD.  Nesting at most JSON_DEPTH; misuse (a value
 * without a key in an object, a close too many) is an assert. Whether all of
 * it fit is asked of the Buf at the end.
 */
typedef struct JsonOut {
    Buf *buf;
    uint64_t object; /* bit n: level n is an object */
    uint64_t filled; /* bit n: level n has something */
    int depth;
    bool keyed; /* a key was put, its value comes next */
} JsonOut;

JsonOut json_out(Buf *buf);

void json_put_object(JsonOut *out); /* { */
void json_put_array(JsonOut *out);  /* [ */
void json_put_end(JsonOut *out);    /* } or ] */
void json_put_key(JsonOut *out, const char *key);
void json_put_key_str(JsonOut *out, Str key);
void json_put_str(JsonOut *out, Str value);
void json_put_int(JsonOut *out, int64_t value);
void json_put_double(JsonOut *out, double value); /* NaN, infinite: null */
void json_put_bool(JsonOut *out, bool value);
void json_put_null(JsonOut *out);
void json_put_raw(JsonOut *out, Str json); /* one value, JSON already */

/* Key and value at once; the _some forms put nothing for an empty value. */
void json_pair_str(JsonOut *out, const char *key, Str value);
void json_pair_some(JsonOut *out, const char *key, Str value);
void json_pair_int(JsonOut *out, const char *key, int64_t value);
void json_pair_bool(JsonOut *out, const char *key, bool value);

/* text as a JSON string with its quotes. */
void json_quote(Buf *buf, Str text);

#endif
