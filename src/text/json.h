/* text/json.h -- JSON: a strict reader (RFC 8259) into a tree; the writer is in
 * text/jsonout.h, which comes with it.
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

#include "base/err.h"
#include "base/str.h"
#include "text/jsonout.h"

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

/* The text of a string member; empty when missing or of another kind. */
Str json_str(const JsonNode *object, const char *key);
/* The value of a node or an empty Str / fallback if it is of another kind. */
Str json_text(const JsonNode *node);
/* A number written without fraction or exponent that fits in 64 bits. False:
 * *out untouched. */
bool json_int(const JsonNode *node, int64_t *out);
bool json_bool(const JsonNode *object, const char *key, bool fallback);

/* The kind in words, "a string", for faults. */
const char *json_kind(const JsonNode *node);
/* Sets fault's place to node's, and its field; returns err with the sentence:
 *   return json_fault(fault, node, "headline", ERR_INVALID, "is %s, ..."); */
Err json_fault(Fault *fault, const JsonNode *node, const char *field, Err err,
               const char *format, ...) PRINTF(5, 6);

#endif
