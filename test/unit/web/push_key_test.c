/* test/unit/web/push_key_test.c -- only keys are taken for keys, and both sides
 * come to one secret. */
#include "push_vectors.h"

#include <openssl/err.h>

#include "web/push_key.h"

static void a_scalar_gives_its_point(void **unused)
{
    static const struct {
        const char *why, *scalar, *point;
    } rows[] = {
        {"the sender's of RFC 8291", RFC_AS_PRIVATE, RFC_AS_PUBLIC},
        {"the browser's", RFC_UA_PRIVATE, RFC_UA_PUBLIC},
        {"1: the base point (SEC 2 2.4.2)",
         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE",
         "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKW"
         "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        PushKey key;

        check_row(rows[i].why);
        assert_int_equal(
            push_key_read(&arena, str_from(rows[i].scalar), &key, &fault),
            ERR_OK);
        assert_str(push_point_write(&arena, &key.point),
                   str_from(rows[i].point));
        assert_str(push_key_write(&arena, &key), str_from(rows[i].scalar));
        arena_close(&arena);
    }
}

static void what_is_no_private_key_is_refused(void **unused)
{
    static const struct {
        const char *why, *text;
    } rows[] = {
        {"nothing", ""},
        {"no base64url", "yfWPiYE+n46HLnH0KqZOF1fJJU3MYrct3AELtAQ+oRw"},
        {"a byte too few", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oQ"},
        {"a byte too many", "AMn1j4mBPp-Ohy5x9CqmThdXySVNzGK3LdwBC7QEPqEc"},
        {"zero", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"the order of the curve",
         "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE"},
        {"above it", "__________________________________________8"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        PushKey key = {.scalar = {7}};

        check_row(rows[i].why);
        assert_int_equal(
            push_key_read(&arena, str_from(rows[i].text), &key, &fault),
            ERR_INVALID);
        assert_non_null(strstr(fault.text, "43 characters"));
        assert_int_equal(key.scalar[0], 7);
        assert_int_equal(ERR_peek_error(), 0);
        arena_close(&arena);
    }
}

static void only_whole_points_of_the_curve_are_points(void **unused)
{
    static const struct {
        const char *why;
        size_t len; /* of the browser's point that is kept */
        size_t at;  /* the byte that is another */
        uint8_t value;
        Err err;
    } rows[] = {
        {"as it is", 65, 0, 4, ERR_OK},
        {"cut", 64, 0, 4, ERR_INVALID},
        {"nothing", 0, 0, 4, ERR_INVALID},
        {"compressed", 33, 0, 2, ERR_INVALID},
        {"both coordinates, marked as compressed", 65, 0, 2, ERR_INVALID},
        {"hybrid, as y is even", 65, 0, 6, ERR_INVALID},
        {"hybrid, as y is odd", 65, 0, 7, ERR_INVALID},
        {"the point at infinity's mark", 65, 0, 0, ERR_INVALID},
        {"another x: beside the curve", 65, 1, 0x26, ERR_INVALID},
        {"another y: beside the curve", 65, 64, 0x0F, ERR_INVALID},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena arena = arena_open();
        Str good = from_base64url(&arena, RFC_UA_PUBLIC);
        char *bytes = arena_copy(&arena, good.ptr, good.len);
        PushPoint point = {.bytes = {9}};

        check_row(rows[i].why);
        bytes[rows[i].at] = (char)rows[i].value;
        assert_int_equal(push_point_read((Str){bytes, rows[i].len}, &point),
                         rows[i].err);
        assert_int_equal(point.bytes[0], rows[i].err ? 9 : 4);
        assert_int_equal(ERR_peek_error(), 0);
        arena_close(&arena);
    }
}

static void both_sides_come_to_one_secret(void **unused)
{
    Arena arena = arena_open();
    Str expected = from_base64url(&arena, RFC_SHARED);
    PushKey mine;
    PushKey theirs;
    uint8_t shared[PUSH_SHARED_SIZE] = {0};

    (void)unused;
    assert_int_equal(push_key_read(&arena, S(RFC_AS_PRIVATE), &mine, NULL),
                     ERR_OK);
    assert_int_equal(push_key_read(&arena, S(RFC_UA_PRIVATE), &theirs, NULL),
                     ERR_OK);
    assert_int_equal(push_key_shared(&mine, &theirs.point, shared), ERR_OK);
    assert_memory_equal(shared, expected.ptr, sizeof shared);
    memset(shared, 0, sizeof shared);
    assert_int_equal(push_key_shared(&theirs, &mine.point, shared), ERR_OK);
    assert_memory_equal(shared, expected.ptr, sizeof shared);

    theirs.point.bytes[64] ^= 1;
    assert_int_equal(push_key_shared(&mine, &theirs.point, shared),
                     ERR_INVALID);
    assert_memory_equal(shared, expected.ptr, sizeof shared);
    assert_int_equal(ERR_peek_error(), 0);
    arena_close(&arena);
}

static void a_made_key_is_new_and_comes_back_from_its_text(void **unused)
{
    Arena arena = arena_open();
    PushKey key;
    PushKey another;
    PushKey again;
    PushPoint point;

    (void)unused;
    assert_int_equal(push_key_make(&key), ERR_OK);
    assert_int_equal(push_key_make(&another), ERR_OK);
    assert_memory_not_equal(&key, &another, sizeof key);
    assert_int_equal(
        push_key_read(&arena, push_key_write(&arena, &key), &again, NULL),
        ERR_OK);
    assert_memory_equal(&key, &again, sizeof key);
    assert_int_equal(
        push_point_read((Str){(const char *)key.point.bytes, PUSH_POINT_SIZE},
                        &point),
        ERR_OK);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scalar_gives_its_point),
        cmocka_unit_test(what_is_no_private_key_is_refused),
        cmocka_unit_test(only_whole_points_of_the_curve_are_points),
        cmocka_unit_test(both_sides_come_to_one_secret),
        cmocka_unit_test(a_made_key_is_new_and_comes_back_from_its_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
