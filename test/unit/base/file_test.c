/* test/unit/base/file_test.c -- a file that is written is there whole, whoever
 * else writes it. */
#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define WRITERS 4
#define TIMES   200
#define LARGEST 9000

static char path[80];

/* A text of one letter, and as long as that letter says. */
static size_t length_of(char letter)
{
    return (size_t)(letter - 'a' + 1) * (LARGEST / 26);
}

static void *write_often(void *arg)
{
    char text[LARGEST];
    int at = (int)(intptr_t)arg;
    Err failed = ERR_OK;

    for (int i = 0; !failed && i < TIMES; i++) {
        char letter = (char)('a' + (at * 7 + i) % 26);

        memset(text, letter, sizeof text);
        failed = file_write(path, (Str){text, length_of(letter)}, NULL);
    }
    return failed ? path : NULL;
}

static void look(void)
{
    Arena arena = arena_open();
    Str text;

    assert_int_equal(file_read(&arena, path, LARGEST, &text, NULL), ERR_OK);
    assert_true(text.len > 0);
    assert_int_equal(text.len, length_of(text.ptr[0]));
    for (size_t i = 0; i < text.len; i++)
        assert_int_equal(text.ptr[i], text.ptr[0]);
    arena_close(&arena);
}

static void several_that_write_one_file_leave_it_whole(void **unused)
{
    char folder[64] = "/tmp/dateline-file-XXXXXX", beside[90];
    pthread_t threads[WRITERS];
    void *failed;

    (void)unused;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a", folder);
    assert_int_equal(file_write(path, S("aa"), NULL), ERR_OK);
    (void)write_often((void *)(intptr_t)1);
    for (intptr_t i = 0; i < WRITERS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, write_often, (void *)i), 0);
    for (int i = 0; i < TIMES; i++)
        look();
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    look();
    snprintf(beside, sizeof beside, "%s.new", path);
    assert_false(file_exists(beside));
    unlink(path);
    rmdir(folder);
}

static void what_a_kill_left_beside_is_written_over(void **unused)
{
    char folder[64] = "/tmp/dateline-file-XXXXXX", beside[90];
    Arena arena = arena_open();
    Str text;

    (void)unused;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a", folder);
    snprintf(beside, sizeof beside, "%s.new", path);
    assert_int_equal(file_write(beside, S("something longer"), NULL), ERR_OK);
    assert_int_equal(file_write(path, S("short"), NULL), ERR_OK);
    assert_int_equal(file_read(&arena, path, 100, &text, NULL), ERR_OK);
    assert_true(str_eq(text, S("short")));
    assert_false(file_exists(beside));
    unlink(path);
    rmdir(folder);
    arena_close(&arena);
}

/* Nobody writes to it: who waits for that waits for ever. */
static void a_pipe_of_that_name_is_no_file(void **unused)
{
    char folder[64] = "/tmp/dateline-file-XXXXXX";
    Arena arena = arena_open();
    Str text;

    (void)unused;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(file_read_below(&arena, folder, "a", 100, &text, NULL),
                     ERR_NOT_FOUND);
    unlink(path);
    rmdir(folder);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_that_write_one_file_leave_it_whole),
        cmocka_unit_test(what_a_kill_left_beside_is_written_over),
        cmocka_unit_test(a_pipe_of_that_name_is_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
