/* test/unit/store/walls_test.c -- through the readers' handle nothing can be
 * read but the public side, whatever is asked.  Of SQLite, and so beside the
 * suite that holds for every database. */
#include "refused.h"

#include <sqlite3.h>

#include "store/query.h"

static const char *const open_to_readers[] = {
    "listed",
    "listed_tag",
    "listed_tag_count",
    "gone",
    "change",
    "section",
    "section_name",
    "tag",
    "tag_name",
    "language",
    /* "search" only by a MATCH */
    "search_data",
    "search_idx",
    "search_config",
    "search_doc",
    "search_term",
    "public_item",
    "public_coverage",
    "public_entry",
    "public_lead",
    "public_picture",
    "public_shown",
    "public_hot",
    "public_hot_at",
    "public_index",
    "public_related",
    "public_story",
    "public_peer",
    "public_follower",
    "public_placing",
    "public_correction",
    "public_placing_gone",
};

static bool is_open(const char *name)
{
    for (size_t i = 0; i < COUNT(open_to_readers); i++)
        if (!strcmp(name, open_to_readers[i])) return true;
    return false;
}

static void may_read(Newsroom *room, const char *name, bool expected)
{
    char sql[200];
    Err err;

    snprintf(sql, sizeof sql, "SELECT * %s %s LIMIT 1", "FROM", name);
    err = db_exec(room->readers->db, sql);
    if ((err == ERR_OK) != expected)
        fail_msg("%s: %s", name, err ? "is refused" : "can be read");
}

static void of_all_tables_only_the_public_ones_are_read(void **state)
{
    Newsroom *room = *state;
    sqlite3 *raw;
    sqlite3_stmt *names;
    size_t open = 0;
    size_t closed = 0;

    assert_int_equal(sqlite3_open(room->path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw,
                                        "SELECT name, type "
                                        "FROM sqlite_schema WHERE type IN "
                                        "('table', 'view')",
                                        -1, &names, NULL),
                     SQLITE_OK);
    while (sqlite3_step(names) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(names, 0);

        may_read(room, name, is_open(name));
        *(is_open(name) ? &open : &closed) += 1;
    }
    sqlite3_finalize(names);
    sqlite3_close(raw);
    assert_int_equal(open, COUNT(open_to_readers));
    assert_true(closed >= 7);
}

static void every_way_round_is_refused(void **state)
{
    assert_true(room_refuses(*state, "refused.sql") > 40);
}

/* SQLite tells the authorizer the name of the view that reads, and of a common
 * table expression all the same: so no query may have one. */
static void no_query_has_a_name_of_its_own_making(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < query_count; i++)
        if (query_texts[i].sqlite[0])
            assert_null(strstr(query_texts[i].sqlite, "WITH "));
}

/* Every query that readers ask is let through, and is the one meant. */
static void the_public_queries_are_let_through(void **state)
{
    Newsroom *room = *state;

    for (size_t i = 0; i < query_count; i++) {
        const char *name = query_texts[i].name;
        bool public =
            !strncmp(name, "public_", 7) || !strncmp(name, "list_", 5) ||
            !strncmp(name, "changes_", 8) || !strncmp(name, "find_", 5) ||
            !strncmp(name, "lite_find_", 10);

        if (!public) continue;
        /* run without arguments it may fail otherwise */
        if (db_exec(room->readers->db, query_texts[i].sqlite) == ERR_FORBIDDEN)
            fail_msg("%s: %s", name, store_reason(room->readers));
    }
}

/* A version and a line of the log stay as they are, whoever asks. */
static void what_was_written_is_not_edited(void **state)
{
    room_keeps_history(*state);
}

/* ---- plans ---- */

/* Few rows, ever: sections (x) and languages (g), nodes and what they hold,
 * what was bounded before; and a row made on the spot. */
static bool is_small(const char *detail)
{
    static const char *const small[] = {"SCAN x",      "SCAN g",
                                        "SCAN few",    "SCAN ad_node",
                                        "SCAN ad_lot", "SCAN CONSTANT"};

    for (size_t i = 0; i < COUNT(small); i++) {
        size_t len = strlen(small[i]);

        if (!strncmp(detail, small[i], len) &&
            (detail[len] == ' ' || !detail[len]))
            return true;
    }
    return false;
}

/* FTS5 by a MATCH, its rows already in order ("M1": that is its plan). */
static bool is_full_text(const char *detail)
{
    return strstr(detail, "VIRTUAL TABLE INDEX") && strstr(detail, ":M1");
}

/* What is sorted there has few rows: a group of translations, the updates of
 * one story, a menu, what was bounded before. */
static bool may_sort(const char *name)
{
    return !strcmp(name, "public_entries") || !strcmp(name, "public_peers") ||
           !strcmp(name, "public_followers") ||
           !strcmp(name, "public_sections") ||
           !strcmp(name, "find_terms_between") ||
           !strcmp(name, "find_tags_between");
}

/* Asks whether there is any row at all, and walks no further than to one. */
static bool may_walk(const char *name)
{
    return !strcmp(name, "pending_any");
}

/* No page asks it, and no act but a check or a move of all there is. */
static bool is_of_all(const QueryText *query)
{
    return query->kind == QUERY_WALK || !strncmp(query->name, "check_", 6) ||
           !strncmp(query->name, "carry_", 6) ||
           !strncmp(query->name, "report_", 7) ||
           !strncmp(query->name, "index_clear", 11);
}

static void explain(sqlite3 *raw, const QueryText *query)
{
    char sql[4096];
    sqlite3_stmt *plan;

    snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", query->sqlite);
    if (sqlite3_prepare_v2(raw, sql, -1, &plan, NULL))
        fail_msg("%s: %s", query->name, sqlite3_errmsg(raw));
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);

        if (!strncmp(detail, "SCAN", 4) && !is_small(detail) &&
            !is_full_text(detail) && !may_walk(query->name))
            fail_msg("%s walks a table: %s", query->name, detail);
        if (strstr(detail, "TEMP B-TREE") && !may_sort(query->name))
            fail_msg("%s sorts: %s", query->name, detail);
        if (strstr(detail, "AUTOMATIC"))
            fail_msg("%s makes an index: %s", query->name, detail);
    }
    sqlite3_finalize(plan);
}

/* With and without what ANALYZE would tell the planner: plans do not hang on
 * it. */
static void every_query_goes_by_an_index(void **state)
{
    Newsroom *room = *state;
    sqlite3 *raw;

    assert_int_equal(sqlite3_open(room->path, &raw), SQLITE_OK);
    for (size_t i = 0; i < query_count; i++)
        if (query_texts[i].sqlite[0] && !is_of_all(&query_texts[i]))
            explain(raw, &query_texts[i]);
    for (int i = 0; i < 40; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);
        Version version = sample_version(uri);

        version.tags = sample_tags(room, i % 2 ? "one" : "two one");
        room_publish(room, sample_story(uri, i % 3 ? S("en") : S("uk"), T0 + i),
                     version);
    }
    assert_int_equal(sqlite3_exec(raw, "ANALYZE", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    assert_int_equal(sqlite3_open(room->path, &raw), SQLITE_OK);
    for (size_t i = 0; i < query_count; i++)
        if (query_texts[i].sqlite[0] && !is_of_all(&query_texts[i]))
            explain(raw, &query_texts[i]);
    sqlite3_close(raw);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(of_all_tables_only_the_public_ones_are_read),
        newsroom_test(every_way_round_is_refused),
        cmocka_unit_test(no_query_has_a_name_of_its_own_making),
        newsroom_test(the_public_queries_are_let_through),
        newsroom_test(what_was_written_is_not_edited),
        newsroom_test(every_query_goes_by_an_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
