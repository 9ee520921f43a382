/* test/unit/store/file_test.c -- a store that is a file: which files are one.
 */
#include "newsroom.h"

static void only_a_store_is_opened(void **state)
{
    Newsroom *room = *state;
    char other[128];
    Fault fault = fault_none();
    Store *store;
    FILE *file;

    snprintf(other, sizeof other, "%s/other", room->folder);
    file = fopen(other, "w");
    assert_non_null(file);
    fputs("not a database, but long enough to look at, as files go", file);
    fclose(file);
    assert_int_equal(store_open(other, STORE_READ, &store, &fault), ERR_STORE);
    assert_int_equal(store_create(other, &fault), ERR_CONFLICT);
}

/* A site is often reached through a link to its folder. */
static void a_folder_may_be_a_link_and_the_store_not(void **state)
{
    Newsroom *room = *state;
    char link[160], within[200];
    Fault fault = fault_none();
    Store *store;

    snprintf(link, sizeof link, "%s/link", room->folder);
    assert_int_equal(symlink(room->folder, link), 0);
    snprintf(within, sizeof within, "%s/dateline.db", link);
    for (int side = STORE_WRITE; side <= STORE_PUBLIC; side++) {
        if (store_open(within, (StoreSide)side, &store, &fault))
            fail_msg("%s", fault.text);
        store_close(store);
    }
    snprintf(within, sizeof within, "%s/new.db", link);
    if (store_create(within, &fault)) fail_msg("%s", fault.text);
    snprintf(within, sizeof within, "%s/other.db", room->folder);
    assert_int_equal(symlink(room->path, within), 0);
    assert_int_equal(store_open(within, STORE_READ, &store, &fault), ERR_IO);
    assert_non_null(strstr(fault.text, "other.db is a symbolic link"));
    assert_int_equal(store_open(room->folder, STORE_READ, &store, &fault),
                     ERR_IO);
    assert_non_null(strstr(fault.text, "is a folder"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(only_a_store_is_opened),
        newsroom_test(a_folder_may_be_a_link_and_the_store_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
