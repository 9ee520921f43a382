/* test/unit/press/fragment_test.c -- pieces in a row are one whole stream. */
#include "check.h"

#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "press/fragment.h"

#define PIECES 5

typedef struct Made {
    Arena arena;
    Coder *coder;
    Fragment *fragments[PIECES];
    size_t account;
    Str plain; /* all of them in a row */
} Made;

static int make(void **state)
{
    static Made made;
    Buf all;

    made = (Made){.arena = arena_open(), .coder = coder_open()};
    all = buf_open(&made.arena, 1 << 20);
    for (int i = 0; i < PIECES; i++) {
        Buf one = buf_open(&made.arena, 1 << 20);

        /* the third is empty, as MORE ABOUT may be */
        for (int k = 0; i != 2 && k < 500 * i + 1; k++)
            buf_printf(&one, "<p>piece %d line %d</p>\n", i, k % 7);
        buf_puts(&all, buf_str(&one));
        made.fragments[i] = fragment_new(buf_str(&one), i, &made.account);
    }
    made.plain = buf_str(&all);
    *state = &made;
    return 0;
}

static int unmake(void **state)
{
    Made *made = *state;

    for (int i = 0; i < PIECES; i++)
        fragment_unref(made->fragments[i]);
    coder_close(made->coder);
    arena_close(&made->arena);
    return made->account == 0 ? 0 : -1; /* every byte was given back */
}

static Str stitch(Made *made, Coding coding)
{
    Buf buf = buf_open(&made->arena, 1 << 20);
    char trailer[GZIP_TRAILER_SIZE];

    buf_puts(&buf, coding_header(coding));
    for (int i = 0; i < PIECES; i++)
        buf_puts(&buf, fragment_bytes(made->fragments[i], made->coder, coding));
    buf_puts(&buf, (Str){trailer, coding_trailer(coding, made->fragments,
                                                 PIECES, trailer)});
    return buf_str(&buf);
}

static void gzip_pieces_are_one_member(void **state)
{
    Made *made = *state;
    Str zip = stitch(made, CODING_GZIP);
    char *out = arena_alloc(&made->arena, made->plain.len + 1);
    z_stream z = {0};

    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)zip.ptr;
    z.avail_in = (uInt)zip.len;
    z.next_out = (unsigned char *)out;
    z.avail_out = (uInt)made->plain.len + 1;
    /* zlib checks the CRC and the length at the end */
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    assert_str(((Str){out, z.total_out}), made->plain);
    inflateEnd(&z);
}

static void zstd_pieces_are_frames_in_a_row(void **state)
{
    Made *made = *state;
    Str zip = stitch(made, CODING_ZSTD);
    char *out = arena_alloc(&made->arena, made->plain.len + 1);
    size_t len = ZSTD_decompress(out, made->plain.len + 1, zip.ptr, zip.len);

    assert_false(ZSTD_isError(len));
    assert_str(((Str){out, len}), made->plain);
}

static void the_account_knows_every_coding(void **state)
{
    Made *made = *state;
    size_t before;

    (void)stitch(made, CODING_GZIP);
    before = made->account;
    (void)stitch(made, CODING_GZIP); /* made once */
    assert_int_equal(made->account, before);
    assert_true(before > made->plain.len);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gzip_pieces_are_one_member, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(zstd_pieces_are_frames_in_a_row, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(the_account_knows_every_coding, make,
                                        unmake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
