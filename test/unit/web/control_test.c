/* test/unit/web/control_test.c -- what is told of an act is true. */
#include "web/control.h"

#include "check.h"

static void a_failed_commit_is_told_as_far_as_it_is_known(void **unused)
{
    static const struct {
        const char *why;
        Err err;
        bool broken;
        const char *says;
    } rows[] = {
        {"a failed sync: it may be on the disk", ERR_IO, true, "nobody knows"},
        {"a failed database", ERR_STORE, true, "nobody knows"},
        {"a full disk", ERR_FULL, false, "nothing was changed"},
        {"held by another", ERR_BUSY, false, "nothing was changed"},
        {"held by another, after a failure", ERR_BUSY, true,
         "nothing was changed"},
        {"closed already: not even tried", ERR_CLOSED, true,
         "nothing was changed"},
        {"undone, and the commit went well", ERR_STORE, false,
         "nothing was changed"},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Fault fault = fault_none();

        check_row(rows[i].why);
        control_uncommitted(rows[i].err, rows[i].broken, "locked", &fault);
        assert_int_equal(fault.err, rows[i].err);
        assert_non_null(strstr(fault.text, rows[i].says));
        assert_non_null(strstr(fault.text, ": locked"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_commit_is_told_as_far_as_it_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
