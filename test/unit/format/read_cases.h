/* read_cases.h -- what the suites of the readers share. */
#ifndef READ_CASES_H
#define READ_CASES_H

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "check.h"
#include "format/read.h"

typedef struct Bench {
    Arena arena;
    ReadContext ctx;
    ReadOut out;
    Fault fault;
} Bench;

static inline int bench_open(void **state)
{
    Bench *bench = calloc(1, sizeof *bench);

    bench->arena = arena_open();
    bench->ctx.language = S("en");
    bench->fault = fault_none();
    *state = bench;
    return bench && zone_open("Europe/Kyiv", &bench->ctx.zone) ? 1 : 0;
}

static inline int bench_close(void **state)
{
    Bench *bench = *state;

    zone_close(bench->ctx.zone);
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

/* The good item of this number. */
static inline const Item *item_at(const Bench *bench, size_t n)
{
    assert_true(n < bench->out.count);
    if (bench->out.records[n].fault)
        fail_msg("record %zu: %s", n, bench->out.records[n].fault->text);
    return &bench->out.records[n].item;
}

/* A moment in UTC, written as RFC 3339. */
static inline Time at(const char *text)
{
    Time t = TIME_NONE;
    bool zoned;

    if (time_read_iso(str_from(text), &t, &zoned) || !zoned)
        fail_msg("bad time %s", text);
    return t;
}

/* A file beside the source tree; false when it is not there. */
static inline bool shared_file(Bench *bench, const char *name, Str *out)
{
    const char *folder = getenv("SHARED");

    if (!folder ||
        file_read(&bench->arena, file_join(&bench->arena, folder, name),
                  64 * 1024 * 1024, out, NULL)) {
        print_message("         skipped: no %s\n", name);
        return false;
    }
    return true;
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

#endif
