#include "format/reject_line.h"

#include <sodium.h>

#include "base/utf8.h"
#include "text/json.h"

static void put_raw(JsonOut *json, Arena *arena, Str raw)
{
    size_t size;
    char *text;

    if (utf8_bad(raw) < 0) {
        json_pair_str(json, "record", raw);
        return;
    }
    size = sodium_base64_encoded_len(raw.len, sodium_base64_VARIANT_ORIGINAL);
    text = arena_alloc(arena, size);
    sodium_bin2base64(text, size, (const unsigned char *)raw.ptr, raw.len,
                      sodium_base64_VARIANT_ORIGINAL);
    json_pair_str(json, "record_base64", str_from(text));
}

Str reject_line(Arena *arena, Str file, const char *format, const Fault *reason,
                Str raw)
{
    Buf buf = buf_open(arena, raw.len * 6 + 16384);
    JsonOut json = json_out(&buf);

    json_put_object(&json);
    json_pair_str(&json, "file", file);
    if (reason->line > 0) json_pair_int(&json, "line", reason->line);
    if (reason->column > 0) json_pair_int(&json, "column", reason->column);
    if (reason->byte >= 0) json_pair_int(&json, "byte", reason->byte);
    json_pair_some(&json, "field", str_from(reason->where));
    json_pair_str(&json, "reason", str_from(reason->text));
    json_pair_str(&json, "format", str_from(format));
    put_raw(&json, arena, raw);
    json_put_end(&json);
    buf_putc(&buf, '\n');
    return buf_str(&buf);
}
