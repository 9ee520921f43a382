/* test/check.h -- what every suite includes: cmocka and a name for rows. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

/* Names the row of a table of cases: printed when the next check fails. */
#define check_row(why) print_row_on_failure(why)

static inline void print_row_on_failure(const char *why)
{
    static char last[200];

    snprintf(last, sizeof last, "%s", why);
    print_message("         row: %s\n", last);
}

#define assert_str(actual, expected)                                           \
    do {                                                                       \
        Str a_ = (actual);                                                     \
        Str e_ = (expected);                                                   \
        if (!str_eq(a_, e_))                                                   \
            fail_msg("\"%.*s\" is not \"%.*s\"", STR_ARG(a_), STR_ARG(e_));    \
    } while (0)

#endif
