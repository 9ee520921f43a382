/* test/unit/net/gather_test.c -- however pieces are gathered for sending, the
 * bytes and their order stay. */
#include <string.h>

#include "check.h"

#include "net/gather.h"

#define PIECES_MAX 80
#define SIZE_MAX_  5000

static const struct {
    const char *why;
    size_t sizes[PIECES_MAX];
    size_t count;
    size_t laid; /* pieces for the kernel */
} rows[] = {
    {"nothing", {0}, 0, 0},
    {"one small piece goes as it is", {100}, 1, 1},
    {"small ones become one", {100, 200, 300}, 3, 1},
    {"a small one between large ones is not copied", {2000, 9, 2000}, 3, 3},
    {"runs around large ones",
     {96, 833, 2, 10, 3248, 750, 370, 4885, 420, 211, 326, 321, 10},
     13,
     5},
    {"the longest that is copied", {1024, 1024}, 2, 1},
    {"one byte longer is not", {1025, 1024}, 2, 2},
    {"copies end where there is no more room",
     {1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 5},
     10,
     3},
};

static char source[PIECES_MAX * SIZE_MAX_];

static size_t lay(const size_t *sizes, size_t count, struct iovec *pieces)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        pieces[i] = (struct iovec){source + at, sizes[i]};
        at += sizes[i];
    }
    return at;
}

static void check_bytes(const Gather *gathered, size_t laid)
{
    size_t at = 0;

    for (size_t i = 0; i < laid; i++) {
        assert_memory_equal(gathered->pieces[i].iov_base, source + at,
                            gathered->pieces[i].iov_len);
        at += gathered->pieces[i].iov_len;
    }
}

static size_t length(const Gather *gathered, size_t laid)
{
    size_t sum = 0;

    for (size_t i = 0; i < laid; i++)
        sum += gathered->pieces[i].iov_len;
    return sum;
}

static void every_row_keeps_its_bytes(void **unused)
{
    static Gather gathered;
    struct iovec pieces[PIECES_MAX];

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t size = lay(rows[i].sizes, rows[i].count, pieces);
        size_t laid = gather(&gathered, pieces, rows[i].count);

        check_row(rows[i].why);
        assert_int_equal(laid, rows[i].laid);
        assert_int_equal(length(&gathered, laid), size);
        check_bytes(&gathered, laid);
    }
}

static void more_pieces_than_are_laid_out_leave_a_beginning(void **unused)
{
    static Gather gathered;
    struct iovec pieces[PIECES_MAX];
    size_t sizes[PIECES_MAX];
    size_t laid;

    (void)unused;
    for (size_t i = 0; i < PIECES_MAX; i++)
        sizes[i] = 4000;
    lay(sizes, PIECES_MAX, pieces);
    laid = gather(&gathered, pieces, PIECES_MAX);
    assert_int_equal(laid, GATHER_PIECES);
    check_bytes(&gathered, laid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_keeps_its_bytes),
        cmocka_unit_test(more_pieces_than_are_laid_out_leave_a_beginning),
    };

    for (size_t i = 0; i < sizeof source; i++)
        source[i] = (char)(i * 31 + i / 251);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
