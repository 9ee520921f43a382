/* ninjs: any bytes give good items or bad records; and a stream is cut
 * into the same records however it arrives. */
#include "format/ninjs.h"
#include "item_rules.h"

static bool next_record(Records *records, Str all, size_t *have, size_t step,
                        Record *out)
{
    for (;;) {
        Str window = str_slice(all, (size_t)records->taken, *have);
        Err err = records_next(records, window, *have == all.len, out);

        if (!err) return true;
        if (err == ERR_NOT_FOUND) return false;
        MUST(err == ERR_AGAIN && *have < all.len);
        *have = all.len - *have > step ? *have + step : all.len;
    }
}

static void check_steps(Str all, size_t step)
{
    Records whole = records_open();
    Records parts = records_open();
    size_t whole_have = all.len;
    size_t parts_have = 0;
    Record a;
    Record b;

    while (next_record(&whole, all, &whole_have, 1, &a)) {
        MUST(next_record(&parts, all, &parts_have, step, &b));
        MUST(a.byte == b.byte && a.line == b.line && a.cut == b.cut);
        MUST(str_eq(a.bytes, b.bytes));
    }
    MUST(!next_record(&parts, all, &parts_have, step, &b));
    MUST(whole.taken == (int64_t)all.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_open();
    ReadOut out = {0};
    Str bytes = {(const char *)data, size};
    Records records = records_open();
    Record record;

    while (!records_next(&records, str_skip(bytes, (size_t)records.taken), true,
                         &record))
        ninjs_read_record(&arena, &record, item_context(), &out);
    check_records(&arena, &out);
    if (size) check_steps(bytes, 1 + data[0] % 32);
    arena_close(&arena);
    return 0;
}
