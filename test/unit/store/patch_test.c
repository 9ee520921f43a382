/* test/unit/store/patch_test.c -- stores that an earlier program made are
 * brought up, and what was released of the schema stays as it was. */
#include "newsroom.h"

#include "base/hash.h"
#include "store/index.h"
#include "store/inside.h"
#include "store/related.h"

/* ---- released patches ---- */

/* Of both spellings, as hash_content has it. Never edited: a store has gone by
 * them. What is not released yet stands behind these. */
static const struct {
    uint64_t sqlite, postgres;
} released[] = {
    {0xb895fe0e535b336c, 0x874a2473074e963d},
    {0x02038c91bbbb1666, 0xa1a77401c03361f1},
    {0x4cac3ce6729535d4, 0xb1d086190d09ddd8},
    {0x5ab62d615e73320e, 0xf91c45f027b2b588},
};

static void what_was_released_stays_as_it_is(void **unused)
{
    (void)unused;
    assert_true(patch_count > COUNT(released));
    for (size_t i = 0; i < COUNT(released); i++) {
        uint64_t lite = hash_content(str_from(patches[i].sqlite)).low;
        uint64_t postgres = hash_content(str_from(patches[i].postgres)).low;

        if (lite != released[i].sqlite || postgres != released[i].postgres)
            fail_msg("patch %d is {0x%016llx, 0x%016llx}", patches[i].number,
                     (unsigned long long)lite, (unsigned long long)postgres);
    }
}

/* ---- a store of schema 4 ---- */

/* Another text of patch 4 was about for a while: its view had what the next
 * patch brings. */
static const char other_view[] =
    "DROP VIEW public_index;"
    "CREATE VIEW public_index AS"
    " SELECT c.change, t.change AS counted FROM cursor c"
    " JOIN cursor t ON t.follower = 'search-terms'"
    " WHERE c.follower = 'search' AND EXISTS"
    " (SELECT 1 FROM fact f WHERE f.name = 'search' AND f.value <> '')";

static const char readers_may[] =
    "DO $$ BEGIN EXECUTE format('GRANT SELECT ON public_index TO %I',"
    " current_database() || '_readers'); END $$";

static bool with_other_view;

static Err exec_all(Db *db)
{
    Err err = db_exec(db, "INSERT INTO fact (name, value) VALUES ('id', 'old'),"
                          " ('created_at', '1'), ('search', 'an index')");

    if (!err)
        err = db_exec(db, "INSERT INTO cursor (follower, change) VALUES"
                          " ('search', 0), ('search-terms', 0)");
    if (err || !with_other_view) return err;
    err = db_exec(db, other_view);
    return err || place_is_file() ? err : db_exec(db, readers_may);
}

static Err fill_old(Db *db, Fault *fault)
{
    Err err = db_begin(db);

    (void)fault;
    for (size_t i = 0; !err && i < COUNT(released); i++)
        err = db_patch(db, &patches[i]);
    if (!err) err = exec_all(db);
    return err ? err : db_commit(db);
}

/* What MORE ABOUT and the pages made from it ask of the index. */
static void comes_up(bool other)
{
    Newsroom room = {.arena = arena_open()};
    Fault fault = fault_none();
    int64_t change = -1;
    int64_t related = -1;

    with_other_view = other;
    snprintf(room.folder, sizeof room.folder, "/tmp/dateline-XXXXXX");
    assert_non_null(mkdtemp(room.folder));
    place_make(room.folder, room.path, sizeof room.path);
    if (db_create(room.path, fill_old, &fault)) fail_msg("%s", fault.text);
    assert_int_equal(store_open(room.path, STORE_READ, &room.readers, &fault),
                     ERR_UNSUPPORTED);
    if (store_open(room.path, STORE_WRITE, &room.desk, &fault) ||
        store_open(room.path, STORE_PUBLIC, &room.readers, &fault))
        fail_msg("%s", fault.text);
    room_publish(&room, sample_story(S("urn:1"), S("en"), T0),
                 sample_version(S("Headline")));
    assert_int_equal(store_begin(room.desk), ERR_OK);
    assert_int_equal(cursor_put(room.desk, INDEX_FOLLOWER, 7), ERR_OK);
    assert_int_equal(cursor_put(room.desk, RELATED_FOLLOWER, 5), ERR_OK);
    assert_int_equal(store_end(room.desk, ERR_OK), ERR_OK);
    if (public_indexed(room.readers, &change, &related))
        fail_msg("%s", store_reason(room.readers));
    assert_int_equal(change, 7);
    assert_int_equal(related, 5);
    room_is_whole(&room);
    newsroom_close(&room);
}

static void a_store_of_schema_4_comes_up(void **unused)
{
    (void)unused;
    comes_up(false);
}

static void so_does_one_of_the_other_text(void **unused)
{
    (void)unused;
    comes_up(true);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_released_stays_as_it_is),
        cmocka_unit_test(a_store_of_schema_4_comes_up),
        cmocka_unit_test(so_does_one_of_the_other_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
