/* What is read is written and read again: the same tree. */
#include "text/json.h"
#include "must.h"

static void put(JsonOut *out, const JsonNode *node)
{
    switch (node->kind) {
    case JSON_NULL: json_put_null(out); break;
    case JSON_FALSE:
    case JSON_TRUE: json_put_bool(out, node->kind == JSON_TRUE); break;
    case JSON_NUMBER: json_put_raw(out, node->text); break;
    case JSON_STRING: json_put_str(out, node->text); break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        node->kind == JSON_OBJECT ? json_put_object(out) : json_put_array(out);
        for (const JsonNode *n = node->first; n; n = n->next) {
            if (node->kind == JSON_OBJECT) json_put_key_str(out, n->key);
            put(out, n);
        }
        json_put_end(out);
    }
}

static void check_same(const JsonNode *a, const JsonNode *b)
{
    MUST(a->kind == b->kind && a->count == b->count);
    MUST(str_eq(a->text, b->text) && str_eq(a->key, b->key));
    for (a = a->first, b = b->first; a && b; a = a->next, b = b->next)
        check_same(a, b);
    MUST(!a && !b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 1 << 24);
    JsonOut out = json_out(&buf);
    Fault fault = fault_none();
    JsonNode *node = NULL;
    JsonNode *again = NULL;

    if (json_read(&arena, (Str){(const char *)data, size}, 1 << 20, &node,
                  &fault)) {
        MUST(!node && fault.text[0]);
    } else {
        json_get(json_get(node, "a"), "b");
        put(&out, node);
        MUST(!json_read(&arena, buf_str(&buf), 1 << 24, &again, NULL));
        check_same(node, again);
        MUST(str_find_char(buf_str(&buf), '<', 0) < 0);
    }
    arena_close(&arena);
    return 0;
}
