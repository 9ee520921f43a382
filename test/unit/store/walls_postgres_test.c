/* test/unit/store/walls_postgres_test.c -- what walls_test.c is of SQLite: the
 * readers' connection reads the public side only, and every query goes by an
 * index. */
#include "refused.h"

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

static PGresult *ask(PGconn *raw, const char *sql)
{
    PGresult *result = PQexec(raw, sql);

    if (PQresultStatus(result) != PGRES_TUPLES_OK &&
        PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(raw));
    return result;
}

static void do_raw(PGconn *raw, const char *sql)
{
    PQclear(ask(raw, sql));
}

static void of_all_tables_only_the_public_ones_are_read(void **state)
{
    Newsroom *room = *state;
    PGconn *raw = PQconnectdb(room->path);
    PGresult *names = ask(raw, "SELECT relname FROM pg_class "
                               "WHERE relnamespace = 'public'::regnamespace "
                               "AND relkind IN ('r', 'v')");
    size_t open = 0;
    size_t closed = 0;

    for (int i = 0; i < PQntuples(names); i++) {
        const char *name = PQgetvalue(names, i, 0);
        char sql[200];
        Err err;

        snprintf(sql, sizeof sql, "SELECT * %s %s LIMIT 1", "FROM", name);
        err = db_exec(room->readers->db, sql);
        if (is_open(name) != (err == ERR_OK))
            fail_msg("%s: %s", name, err ? "is refused" : "can be read");
        *(is_open(name) ? &open : &closed) += 1;
    }
    PQclear(names);
    PQfinish(raw);
    assert_int_equal(open, COUNT(open_to_readers));
    assert_true(closed >= 8);
}

static void every_way_round_is_refused(void **state)
{
    assert_true(room_refuses(*state, "refused_postgres.sql") > 30);
}

static void what_was_written_is_not_edited(void **state)
{
    static const char *const more[] = {"TRUNCATE version CASCADE",
                                       "TRUNCATE change", "TRUNCATE entry"};

    room_keeps_history(*state);
    room_edits_refused(*state, more, COUNT(more));
}

/* ---- plans ---- */

/* Few rows, ever (campaigns, which the queries call so, and nodes among them);
 * and whether there is any row at all. */
static bool may_walk(const char *query, const char *line)
{
    return strstr(line, " on section") || strstr(line, " on language") ||
           strstr(line, " on head") || strstr(line, " few ") ||
           strstr(line, " on ad_node") || strstr(line, " on ad_lot") ||
           strstr(line, " on search_by_term") ||
           /* GIN gives bitmaps only; with nothing there it is not asked */
           (!strncmp(query, "pg_find_", 8) &&
            strstr(line, "Scan on search_doc")) ||
           !strcmp(query, "pending_any");
}

/* Those of a search are the hits of a window of time, or bounded before. */
static bool may_sort(const char *name)
{
    return !strcmp(name, "pg_find_items") || !strcmp(name, "pg_find_places") ||
           !strcmp(name, "pg_find_named") ||
           !strcmp(name, "find_terms_between") ||
           !strcmp(name, "find_tags_between") ||
           !strcmp(name, "public_entries") || !strcmp(name, "public_peers") ||
           !strcmp(name, "public_followers") ||
           !strcmp(name, "public_sections");
}

/* Its plan, without knowing the arguments, as the program asks it. */
static void explain(PGconn *raw, const QueryText *query)
{
    char text[4096];
    size_t used;
    PGresult *prepared, *plan;

    prepared = PQprepare(raw, query->name, query->postgres, 0, NULL);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", query->name, PQerrorMessage(raw));
    PQclear(prepared);
    used =
        (size_t)snprintf(text, sizeof text, "EXPLAIN EXECUTE %s", query->name);
    for (int i = 0; i < query->params; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%sNULL%s",
                             i ? ", " : "(", i + 1 == query->params ? ")" : "");
    plan = ask(raw, text);
    for (int i = 0; i < PQntuples(plan); i++) {
        const char *line = PQgetvalue(plan, i, 0);

        if ((strstr(line, "Seq Scan") || strstr(line, "Bitmap")) &&
            !may_walk(query->name, line))
            fail_msg("%s walks a table: %s", query->name, line);
        if (strstr(line, "HashAggregate") || strstr(line, "GroupAggregate"))
            fail_msg("%s gathers a table: %s", query->name, line);
        if (strstr(line, "Sort  (") && !may_sort(query->name))
            fail_msg("%s sorts: %s", query->name, line);
    }
    PQclear(plan);
    snprintf(text, sizeof text, "DEALLOCATE %s", query->name);
    do_raw(raw, text);
}

static bool is_of_a_page_or_a_write(const QueryText *query)
{
    return query->kind != QUERY_WALK && query->kind != QUERY_ADD &&
           (!strncmp(query->name, "pg_find_", 8) ||
            strncmp(query->name, "pg_", 3) != 0) &&
           strncmp(query->name, "check_", 6) != 0 &&
           strncmp(query->name, "index_clear", 11) != 0 && query->postgres[0] &&
           strncmp(query->name, "carry_", 6) != 0 &&
           strncmp(query->name, "report_", 7) != 0 &&
           strcmp(query->name, "hot_clear") != 0; /* a few rows a section */
}

/* With nothing there, and with statistics of a small store: plans do not hang
 * on either. */
static void every_query_goes_by_an_index(void **state)
{
    Newsroom *room = *state;
    PGconn *raw = PQconnectdb(room->path);

    do_raw(raw, query_texts[QUERY_PG_SET_UP].postgres);
    do_raw(raw, query_texts[QUERY_PG_SET_UP_INDEXES].postgres);
    for (int round = 0; round < 2; round++) {
        size_t asked = 0;

        for (size_t i = 0; i < query_count; i++) {
            if (!is_of_a_page_or_a_write(&query_texts[i])) continue;
            explain(raw, &query_texts[i]);
            asked++;
        }
        assert_true(asked > 40);
        if (round) break;
        room_fill(room);
        do_raw(raw, "ANALYZE");
    }
    PQfinish(raw);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(of_all_tables_only_the_public_ones_are_read),
        newsroom_test(every_way_round_is_refused),
        newsroom_test(what_was_written_is_not_edited),
        newsroom_test(every_query_goes_by_an_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
