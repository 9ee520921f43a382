/* test/unit/store/server_test.c -- a store on a server that goes away: what was
 * under way is undone, what was acknowledged is there, and the next transaction
 * connects anew. */
#include "newsroom.h"

#include <time.h>

#include "store/watch.h"
#include "store/writer.h"

static Err add(Newsroom *room, const char *uri)
{
    Story story = sample_story(str_from(uri), S("en"), T0);
    Version version = sample_version(S("Headline"));
    Publicity publish = {.changes = true, .kind = CHANGE_PUBLISH};
    int64_t change;

    story.state = STORY_PUBLIC;
    story.public_version = 1;
    return stories_add(room->desk, &room->arena, &story, &version, &publish, T0,
                       &change);
}

static Err find(Newsroom *room, const char *uri)
{
    Story story;

    return stories_find(room->desk, &room->arena, str_from(uri), &story);
}

static void a_cut_undoes_what_was_under_way(void **state)
{
    Newsroom *room = *state;
    PublicList list;
    const ListKey en = {.language = S("en")};

    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(add(room, "urn:1"), ERR_OK);
    place_cut(room->path);
    assert_int_equal(find(room, "urn:1"), ERR_UNREACHABLE);
    assert_true(store_was_lost(room->desk));
    assert_int_equal(add(room, "urn:2"), ERR_UNREACHABLE);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_UNREACHABLE);
    assert_false(store_is_broken(room->desk));
    /* and goes on by itself */
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(find(room, "urn:1"), ERR_NOT_FOUND);
    assert_int_equal(add(room, "urn:3"), ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(
        public_list(room->readers, &room->arena, en, NULL, TIME_MIN, 9, &list),
        ERR_OK);
    assert_int_equal(list.count, 1);
    room_is_whole(room);
}

/* Within a part too: the parts around it are lost with it. */
static void a_cut_in_a_part_loses_the_whole(void **state)
{
    Newsroom *room = *state;

    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(add(room, "urn:1"), ERR_OK);
    assert_int_equal(store_part_begin(room->desk), ERR_OK);
    assert_int_equal(add(room, "urn:2"), ERR_OK);
    place_cut(room->path);
    assert_int_equal(store_part_end(room->desk, ERR_OK), ERR_UNREACHABLE);
    assert_true(store_was_lost(room->desk));
    assert_int_equal(store_part_begin(room->desk), ERR_UNREACHABLE);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_UNREACHABLE);
    assert_int_equal(find(room, "urn:1"), ERR_NOT_FOUND);
}

/* Of what is queued the first that fails is told to whoever waits next. */
static void who_waits_for_an_answer_hears_what_failed(void **state)
{
    Newsroom *room = *state;
    Str uri = S("urn:9");
    const StrList uris = {&uri, 1};

    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(add(room, "urn:1"), ERR_OK);
    assert_int_equal(store_part_begin(room->desk), ERR_OK);
    assert_int_equal(add(room, "urn:1"), ERR_OK);
    stories_expect(room->desk, uris, (StrList){0});
    assert_int_equal(stories_expected(room->desk), ERR_CONFLICT);
    assert_int_equal(find(room, "urn:9"), ERR_CONFLICT);
    assert_int_equal(store_part_end(room->desk, ERR_OK), ERR_CONFLICT);
    assert_int_equal(find(room, "urn:9"), ERR_NOT_FOUND);
    place_cut(room->path);
    stories_expect(room->desk, uris, (StrList){0});
    assert_int_equal(stories_expected(room->desk), ERR_UNREACHABLE);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_UNREACHABLE);
    assert_int_equal(find(room, "urn:1"), ERR_NOT_FOUND);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    stories_expect(room->desk, uris, (StrList){0});
    place_cut(room->path);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_UNREACHABLE);
    assert_int_equal(find(room, "urn:1"), ERR_NOT_FOUND);
}

/* ---- the watch ---- */

static bool moves_to(const Watch *watch, int64_t change)
{
    for (int i = 0; i < 300; i++) {
        if (watch_change(watch) == change) return true;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    return false;
}

static void the_watch_hears_what_others_commit(void **state)
{
    Newsroom *room = *state;
    Fault fault = fault_none();
    Watch *watch;

    if (watch_start(room->path, NULL, NULL, &watch, &fault))
        fail_msg("%s", fault.text);
    store_watch(room->readers, watch);
    room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                 sample_version(S("Headline")));
    assert_true(moves_to(watch, 1));
    assert_true(watch_reaches(watch));
    assert_true(store_has_news(room->readers));
    assert_false(store_has_news(room->readers));
    place_cut(room->path);
    room_publish(room, sample_story(S("urn:2"), S("en"), T0),
                 sample_version(S("Headline")));
    assert_true(moves_to(watch, 2));
    assert_true(store_has_news(room->readers));
    watch_stop(watch);
}

static void a_file_has_no_watch(void **state)
{
    Newsroom *room = *state;
    char path[100];
    Watch *watch;

    snprintf(path, sizeof path, "%s/x.db", room->folder);
    assert_int_equal(watch_start(path, NULL, NULL, &watch, NULL), ERR_OK);
    assert_null(watch);
    assert_true(watch_reaches(watch));
    assert_int_equal(watch_change(watch), 0);
    watch_stop(watch);
}

/* ---- what is told of it ---- */

static void faults_name_the_server_and_no_password(void **state)
{
    Newsroom *room = *state;
    char where[200];
    Fault fault = fault_none();
    char line[600];
    Store *store;

    snprintf(where, sizeof where, "postgresql://x:geheim@127.0.0.1:1/nonesuch");
    assert_int_equal(store_open(where, STORE_READ, &store, &fault),
                     ERR_UNREACHABLE);
    fault_line(&fault, line, sizeof line);
    assert_non_null(strstr(line, "postgresql://127.0.0.1:1/nonesuch"));
    assert_null(strstr(line, "geheim"));
    place_address("nonesuch", where, sizeof where);
    fault = fault_none();
    assert_int_equal(store_create(where, &fault), ERR_NOT_FOUND);
    assert_non_null(strstr(fault.text, "does not exist"));
    assert_null(strstr(store_name(room->desk), "dateline@"));
}

/* What no database may be made of is refused, not shown as something else. */
static void a_text_that_is_none_is_refused(void **state)
{
    Newsroom *room = *state;
    Story story = sample_story(S("urn:\xff"), S("en"), T0);
    Version version = sample_version(S("Headline"));
    int64_t change;
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = store_part_begin(room->desk);
    assert_int_equal(err, ERR_OK);
    err = stories_add(room->desk, &room->arena, &story, &version,
                      &(Publicity){0}, T0, &change);
    assert_int_equal(store_part_end(room->desk, err), ERR_INVALID);
    assert_int_equal(add(room, "urn:1"), ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(find(room, "urn:1"), ERR_OK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(a_cut_undoes_what_was_under_way),
        newsroom_test(a_cut_in_a_part_loses_the_whole),
        newsroom_test(who_waits_for_an_answer_hears_what_failed),
        newsroom_test(the_watch_hears_what_others_commit),
        newsroom_test(a_file_has_no_watch),
        newsroom_test(faults_name_the_server_and_no_password),
        newsroom_test(a_text_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
