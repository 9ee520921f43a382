/* test/unit/search/keeper_test.c -- what is related is kept behind the index,
 * over every database. */
#include "indexing.h"

#include "search/related.h"
#include "store/related.h"
#include "text/sanitize.h"

/* A story about a harbour, so many seconds after the first. */
static StoryId tell(Newsroom *room, int n)
{
    Item item = sample_item("urn:of-many", 1);

    item.uri = str_format(&room->arena, "urn:%d", n);
    item.headline = str_format(&room->arena, "Harbour opens, part %d", n);
    item.at = T0 + n * TIME_SECOND;
    return put(room, &item, PUT_PUBLISH).story;
}

static Err kept(Newsroom *room, StoryId id, Related *out)
{
    return related_get(room->readers, &room->arena, id, out);
}

static void assert_kept(Newsroom *room, StoryId id, const StoryId *wanted,
                        size_t count)
{
    Related related;

    assert_int_equal(kept(room, id, &related), ERR_OK);
    assert_int_equal(related.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(related.items[i].number, wanted[i].number);
}

static void assert_none(Newsroom *room, StoryId id)
{
    Related related;

    assert_int_equal(kept(room, id, &related), ERR_NOT_FOUND);
}

static bool is_kept_of_any(Newsroom *room, StoryId id)
{
    int32_t version;
    Err err = related_version(room->desk, id, &version);

    assert_true(err == ERR_OK || err == ERR_NOT_FOUND);
    return err == ERR_OK;
}

static void earlier_ones_are_kept_newest_first(void **state)
{
    Newsroom *room = *state;
    StoryId first = tell(room, 1);
    StoryId second = tell(room, 2);
    StoryId third = tell(room, 3);

    assert_none(room, third);
    follow(room);
    assert_kept(room, first, NULL, 0);
    assert_kept(room, second, (StoryId[]){first}, 1);
    assert_kept(room, third, (StoryId[]){second, first}, 2);
}

static void later_ones_alter_nothing(void **state)
{
    Newsroom *room = *state;
    StoryId first = tell(room, 1);
    StoryId third = tell(room, 3);

    follow(room);
    assert_kept(room, third, (StoryId[]){first}, 1);
    tell(room, 2); /* as if published between them */
    tell(room, 4);
    follow(room);
    assert_kept(room, third, (StoryId[]){first}, 1);
}

static void at_most_ten_are_kept(void **state)
{
    Newsroom *room = *state;
    StoryId ids[RELATED_KEPT + 2];
    StoryId wanted[RELATED_KEPT];

    for (int i = 0; i < RELATED_KEPT + 2; i++)
        ids[i] = tell(room, i);
    for (int i = 0; i < RELATED_KEPT; i++)
        wanted[i] = ids[RELATED_KEPT - i];
    follow(room);
    assert_kept(room, ids[RELATED_KEPT + 1], wanted, RELATED_KEPT);
}

static void another_version_is_looked_at_anew(void **state)
{
    Newsroom *room = *state;
    StoryId first = tell(room, 1);
    StoryId second = tell(room, 2);
    Item item = sample_item("urn:2", 2);

    follow(room);
    assert_kept(room, second, (StoryId[]){first}, 1);
    item.headline = S("Something else altogether");
    item.body = html_from_text(&room->arena, S("Nobody knows."));
    item.at = T0 + 2 * TIME_SECOND;
    item.correction = S("It was no harbour.");
    put(room, &item, PUT_PUBLISH);
    assert_none(room, second); /* what is kept is of the one before */
    follow(room);
    assert_kept(room, second, NULL, 0);
}

static void of_what_is_taken_back_none_are_kept(void **state)
{
    Newsroom *room = *state;
    StoryId first = tell(room, 1);
    StoryId second = tell(room, 2);
    StoryId third = tell(room, 3);
    PublicList list;
    Related related;

    follow(room);
    act(room, ACT_WITHDRAW, second, "Wait.");
    assert_none(room, second);
    follow(room);
    assert_false(is_kept_of_any(room, second));
    /* a row stays as it is; what of it is public is asked when it is shown */
    assert_kept(room, third, (StoryId[]){second, first}, 2);
    assert_int_equal(kept(room, third, &related), ERR_OK);
    assert_int_equal(public_items(room->readers, &room->arena, related.items,
                                  related.count, &list),
                     ERR_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id.number, first.number);
    act(room, ACT_RESTORE, second, NULL);
    follow(room);
    assert_kept(room, second, (StoryId[]){first}, 1);
    assert_int_equal(public_items(room->readers, &room->arena, related.items,
                                  related.count, &list),
                     ERR_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].id.number, second.number);
    room_is_whole(room);
}

static void it_goes_as_far_as_terms_are_counted(void **state)
{
    Newsroom *room = *state;
    Indexer *indexer = indexer_open(languages, COUNT(languages));
    Keeper *keeper = keeper_open(indexer_analyst(indexer));
    StoryId first = tell(room, 1);
    StoryId second = tell(room, 2);
    KeepStep *step;

    follow_by(room, indexer);
    assert_int_equal(keeper_read(keeper, room->desk, 0, TIME_MINUTE, &step),
                     ERR_OK);
    assert_null(step);
    assert_int_equal(keeper_read(keeper, room->desk, 1, TIME_MINUTE, &step),
                     ERR_OK);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(
        store_end(room->desk, keeper_write(room->desk, &room->arena, step)),
        ERR_OK);
    assert_kept(room, first, NULL, 0);
    assert_none(room, second);
    /* another has written that already */
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(
        store_end(room->desk, keeper_write(room->desk, &room->arena, step)),
        ERR_CONFLICT);
    assert_none(room, second);
    keeper_close(keeper);
    indexer_close(indexer);
}

static void a_step_ends_when_its_time_is_over(void **state)
{
    Newsroom *room = *state;
    Indexer *indexer = indexer_open(languages, COUNT(languages));

    for (int i = 0; i < 5; i++)
        tell(room, i);
    follow_by(room, indexer);
    assert_int_equal(keep_by(room, indexer, 0), 5);
    assert_int_equal(keep_by(room, indexer, 0), 0);
    indexer_close(indexer);
}

/* What was kept stays: it is of the story's time, not of the index's. */
static void another_analysis_alters_nothing(void **state)
{
    static const Str others[] = {S_INIT("en"), S_INIT("uk"), S_INIT("sv")};
    Newsroom *room = *state;
    StoryId first = tell(room, 1);
    StoryId third = tell(room, 3);
    Indexer *indexer;

    follow(room);
    tell(room, 2);
    indexer = indexer_open(others, COUNT(others));
    follow_by(room, indexer);
    (void)keep_by(room, indexer, TIME_MINUTE);
    indexer_close(indexer);
    assert_kept(room, third, (StoryId[]){first}, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(earlier_ones_are_kept_newest_first),
        newsroom_test(later_ones_alter_nothing),
        newsroom_test(at_most_ten_are_kept),
        newsroom_test(another_version_is_looked_at_anew),
        newsroom_test(of_what_is_taken_back_none_are_kept),
        newsroom_test(it_goes_as_far_as_terms_are_counted),
        newsroom_test(a_step_ends_when_its_time_is_over),
        newsroom_test(another_analysis_alters_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
