/* text/jsonout.h -- writes JSON: puts values one after another and adds the
 * commas.  Quotes, backslash and control characters are escaped, and so are < >
 * & U+2028 U+2029: the output may stand inside a script element.  Bytes that
 * are not UTF-8 come out as U+FFFD.  Nesting at most JSON_DEPTH; misuse (a
 * value without a key in an object, a close too many) is an assert. Whether all
 * of it fit is asked of the Buf at the end.
 *
 * Threads: as its Buf.
 */
#ifndef TEXT_JSONOUT_H
#define TEXT_JSONOUT_H

#include "base/buf.h"

#define JSON_DEPTH 64 /* levels, read and written */

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
/* < > & as they are: not for inside a script element. */
void json_put_markup(JsonOut *out, Str value);
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
