/* test/unit/store/check_test.c -- damage is found, and said. */
#include "newsroom.h"

#include <sqlite3.h>

#include "base/file.h"

typedef struct Heard {
    const char *what;
    bool found;
    size_t count;
} Heard;

static void hear(void *ctx, const char *what)
{
    Heard *heard = ctx;

    heard->count++;
    if (strstr(what, heard->what)) heard->found = true;
}

/* One public story with a tag, one that went away, one draft. */
static void fill(Newsroom *room)
{
    Version version = sample_version(S("Headline words"));
    Story gone, draft = sample_story(S("urn:3"), S("en"), T0);

    version.tags = sample_tags(room, "one two");
    room_publish(room, sample_story(S("urn:1"), S("en"), T0), version);
    gone = room_publish(room, sample_story(S("urn:2"), S("en"), T0), version);
    gone.state = STORY_WITHDRAWN;
    room_save(room, &gone, CHANGE_WITHDRAW, T0);
    room_draft(room, &draft, version);
}

static void try_damage(const char *what, const char *sql)
{
    Heard heard = {.what = what};
    Newsroom room;
    sqlite3 *raw;
    char *why = NULL;

    newsroom_open(&room);
    fill(&room);
    assert_int_equal(store_check(room.desk, hear, &heard), ERR_OK);
    assert_int_equal(heard.count, 0);
    assert_int_equal(sqlite3_open(room.path, &raw), SQLITE_OK);
    if (sqlite3_exec(raw, sql, NULL, NULL, &why)) fail_msg("%s: %s", sql, why);
    sqlite3_close(raw);
    assert_int_equal(store_check(room.desk, hear, &heard), ERR_STORE);
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
        assert_int_equal(store_check(room.desk, hear, &heard), ERR_STORE);
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
    assert_true(pages > 20 && found > 8);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_damage_is_found_and_said),
        cmocka_unit_test(a_flipped_bit_in_a_text_is_said),
        cmocka_unit_test(a_damaged_file_is_no_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
