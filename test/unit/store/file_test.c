/* test/unit/store/file_test.c -- a store that is a file: which files are one,
 * and one that is damaged. */
#include "damaged.h"

#include <pthread.h>
#include <sqlite3.h>
#include <time.h>

#include "base/file.h"

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

static void *let_go(void *conn)
{
    nanosleep(&(struct timespec){.tv_nsec = 100 * 1000000}, NULL);
    return sqlite3_close(conn) ? conn : NULL;
}

/* As a command does that ends while another begins. */
static void one_that_is_locked_is_waited_for(void **state)
{
    Newsroom *room = *state;

    store_close(room->readers);
    store_close(room->desk);
    room->readers = room->desk = NULL;
    for (int side = STORE_WRITE; side <= STORE_PUBLIC; side++) {
        sqlite3 *other;
        pthread_t thread;
        void *left;
        Store *store = NULL;
        Fault fault = fault_none();

        assert_int_equal(sqlite3_open(room->path, &other), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other,
                                      "PRAGMA locking_mode = EXCLUSIVE;"
                                      "BEGIN EXCLUSIVE; COMMIT;",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        assert_int_equal(pthread_create(&thread, NULL, let_go, other), 0);
        if (store_open(room->path, (StoreSide)side, &store, &fault))
            fail_msg("%s", fault.text);
        store_close(store);
        pthread_join(thread, &left);
        assert_null(left);
    }
}

/* A row of the file itself: whichever text of a version changes, it shows. */
static void a_flipped_bit_in_a_text_is_said(void **unused)
{
    static const char *const texts[] = {"five words", "A deck", "Kyiv",
                                        "a-slug", "example.org"};

    (void)unused;
    for (size_t i = 0; i < COUNT(texts); i++) {
        Heard heard = {.what = "not as it was saved"};
        Arena arena = arena_open();
        Newsroom room;
        Str bytes;
        ptrdiff_t at = 0;

        newsroom_open(&room);
        fill(&room);
        store_close(room.readers);
        store_close(room.desk);
        assert_int_equal(file_read(&arena, room.path, 1 << 24, &bytes, NULL),
                         ERR_OK);
        while ((at = str_find(bytes, str_from(texts[i]), (size_t)at)) >= 0)
            ((char *)(uintptr_t)bytes.ptr)[at++] ^= 1;
        assert_int_equal(file_write(room.path, bytes, NULL), ERR_OK);
        assert_int_equal(store_open(room.path, STORE_WRITE, &room.desk, NULL),
                         ERR_OK);
        assert_int_equal(
            store_open(room.path, STORE_PUBLIC, &room.readers, NULL), ERR_OK);
        assert_int_equal(room_check(&room, hear, &heard), ERR_STORE);
        assert_true(heard.found);
        newsroom_close(&room);
        arena_close(&arena);
    }
}

#define PAGE 8192

/* 64 bytes of each page in turn, where its rows are: said or refused, or they
 * fell where nothing is; never a crash. */
static void a_damaged_file_is_no_crash(void **unused)
{
    size_t found = 0;
    long pages = 1;

    (void)unused;
    for (long at = 0; at < pages; at++) {
        Heard heard = {.what = ""};
        Newsroom room;
        Fault fault = fault_none();
        Store *store = NULL;
        FILE *file;
        Err err;

        newsroom_open(&room);
        fill(&room);
        store_close(room.readers);
        store_close(room.desk);
        room.readers = room.desk = NULL;
        file = fopen(room.path, "r+");
        assert_non_null(file);
        assert_int_equal(fseek(file, 0, SEEK_END), 0);
        pages = ftell(file) / PAGE;
        assert_int_equal(fseek(file, (at + 1) * PAGE - 90, SEEK_SET), 0);
        for (int i = 0; i < 64; i++)
            fputc(0xA5 ^ i, file);
        fclose(file);
        err = store_open(room.path, STORE_READ, &store, &fault);
        if (!err) err = store_check(store, hear, &heard);
        if (err) found++;
        assert_true(!err || heard.count || fault.text[0]);
        store_close(store);
        newsroom_close(&room);
    }
    assert_true(pages > 20 && found >= 8); /* of this store, those with rows */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(only_a_store_is_opened),
        newsroom_test(a_folder_may_be_a_link_and_the_store_not),
        newsroom_test(one_that_is_locked_is_waited_for),
        cmocka_unit_test(a_flipped_bit_in_a_text_is_said),
        cmocka_unit_test(a_damaged_file_is_no_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
