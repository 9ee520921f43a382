/* test/golden.h -- output compared with a file that somebody has looked at.
 *
 * The expected bytes stand in test/data/NAME.  When they differ, what came out
 * is kept in the build folder under golden/, and the test fails:
 *   tools/golden          shows the differences (it sets GOLDEN=keep, with
 *                         which a difference is kept and nothing fails, so
 *                         that one run finds them all)
 *   tools/golden accept   makes what came out the expected bytes
 */
#ifndef TEST_GOLDEN_H
#define TEST_GOLDEN_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#include "base/file.h"

#define GOLDEN_MAX ((size_t)4 * 1024 * 1024)

/* Makes the folders of a path. */
static inline void golden_folders(const char *path)
{
    char part[1024];

    for (size_t i = 0; path[i] && i < sizeof part; i++) {
        part[i] = path[i];
        if (i == 0 || path[i] != '/') continue;
        part[i] = '\0';
        mkdir(part, 0755);
        part[i] = '/';
    }
}

static inline void check_golden(Arena *arena, const char *name, Str actual)
{
    const char *source = getenv("SOURCE");
    char *expected;
    char *kept = file_join(arena, "golden", name);
    Str bytes = {0};
    Err err;

    assert_non_null(source);
    expected = file_join(arena, source, "test/data");
    expected = file_join(arena, expected, name);
    err = file_read(arena, expected, GOLDEN_MAX, &bytes, NULL);
    unlink(kept);
    if (!err && str_eq(bytes, actual)) return;
    golden_folders(kept);
    assert_int_equal(file_write(kept, actual, NULL), ERR_OK);
    if (getenv("GOLDEN")) return;
    fail_msg("test/data/%s %s; see tools/golden", name,
             err ? "is missing" : "differs");
}

#endif
