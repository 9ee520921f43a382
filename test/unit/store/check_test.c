/* test/unit/store/check_test.c -- damage is found, and said. */
#include "damaged.h"

static void try_damage(const char *what, const char *sql)
{
    Heard heard = {.what = what};
    Newsroom room;

    newsroom_open(&room);
    fill(&room);
    assert_int_equal(room_check(&room, hear, &heard), ERR_OK);
    assert_int_equal(heard.count, 0);
    place_damage(room.path, sql);
    assert_int_equal(room_check(&room, hear, &heard), ERR_STORE);
    if (!heard.found) fail_msg("\"%s\" was not said after %s", what, sql);
    newsroom_close(&room);
}

static void planted_damage_is_found_and_said(void **unused)
{
    char path[400];
    char what[400] = "";
    char line[400];
    size_t count = 0;
    FILE *file;

    (void)unused;
    snprintf(path, sizeof path, "%s/test/unit/store/damage.sql",
             getenv("SOURCE"));
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "-- what: ", 9)) {
            snprintf(what, sizeof what, "%s", line + 9);
            continue;
        }
        print_message("         row: %s\n", what);
        try_damage(what, line);
        count++;
    }
    fclose(file);
    assert_true(count > 20);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_damage_is_found_and_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
