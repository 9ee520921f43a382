/* test/unit/search/related_test.c -- what MORE ABOUT shows, over every
 * database. */
#include "indexing.h"

#include "search/related.h"
#include "text/sanitize.h"

typedef struct Told {
    const char *uri, *headline, *tags, *body, *follows;
    Time at;
} Told;

static StoryId tell(Newsroom *room, Told told)
{
    Item item = sample_item(told.uri, 1);

    item.headline = str_from(told.headline);
    item.body =
        html_from_text(&room->arena, str_from(told.body ? told.body : "-"));
    item.tags = sample_tags(room, told.tags ? told.tags : "");
    item.follows = str_from(told.follows);
    item.at = told.at;
    return put(room, &item, PUT_PUBLISH).story;
}

/* So many others that have nothing to do with anything but one another. */
static void fill(Newsroom *room, int count, const char *tags)
{
    for (int i = 0; i < count; i++) {
        Str uri = str_format(&room->arena, "urn:fill:%s:%d", tags, i);
        Str headline = str_format(&room->arena, "Weather of day q%dq", i);

        tell(room, (Told){.uri = str_z(&room->arena, uri),
                          .headline = str_z(&room->arena, headline),
                          .tags = tags,
                          .at = T0 - HOUR - i * TIME_MINUTE});
    }
}

static PublicList related_to(Newsroom *room, StoryId id, size_t max)
{
    Analyst *analyst = analyst_open(ANALYST_FEW);
    PublicStory story;
    PublicList list;

    assert_int_equal(
        public_story(room->readers, &room->arena, id, &story, NULL), ERR_OK);
    assert_int_equal(store_begin(room->readers), ERR_OK);
    assert_int_equal(
        store_end(room->readers, related(analyst, room->readers, &room->arena,
                                         &story, max, &list)),
        ERR_OK);
    analyst_close(analyst);
    return list;
}

static void assert_related(Newsroom *room, StoryId id, const StoryId *wanted,
                           size_t count)
{
    PublicList list = related_to(room, id, 10);

    for (size_t i = 0; i < list.count && i < count; i++)
        if (list.items[i].id.number != wanted[i].number)
            fail_msg("place %zu: %.*s", i, STR_ARG(list.items[i].headline));
    assert_int_equal(list.count, count);
}

static void earlier_ones_by_the_rarer_tags(void **state)
{
    Newsroom *room = *state;
    StoryId rare, usual, mine;

    rare = tell(room, (Told){"urn:a", "Alpha", "rare", .at = T0});
    usual = tell(room, (Told){"urn:b", "Beta", "usual", .at = T0 + 1});
    for (int i = 0; i < 8; i++) {
        Str uri = str_format(&room->arena, "urn:g%d", i);

        tell(room, (Told){str_z(&room->arena, uri), "Gamma", "usual",
                          .at = T0 - HOUR - i * TIME_SECOND});
    }
    mine = tell(room, (Told){"urn:d", "Delta", "rare usual",
                             .at = T0 + 9 * TIME_SECOND});
    tell(room, (Told){"urn:e", "Epsilon", "rare usual", .at = T0 + HOUR});
    follow(room);
    {
        PublicList list = related_to(room, mine, 3);

        assert_int_equal(list.count, 3);
        assert_int_equal(list.items[0].id.number, usual.number);
        assert_int_equal(list.items[1].id.number, rare.number);
        assert_int_equal(list.items[2].at, T0 - HOUR); /* the nearest */
        list = related_to(room, mine, 1);
        assert_int_equal(list.count, 1);
        assert_int_equal(list.items[0].id.number, rare.number);
    }
}

static void words_of_headline_and_body_count(void **state)
{
    Newsroom *room = *state;
    StoryId headline, body, mine;

    headline = tell(room, (Told){"urn:a", "Harbours of the north", .at = T0});
    body = tell(room, (Told){"urn:b", "Nothing in common",
                             .body = "Boats left the harbour.",
                             .at = T0 + 2 * TIME_SECOND});
    tell(room, (Told){"urn:c", "Something else", .at = T0 + 3 * TIME_SECOND});
    mine = tell(room, (Told){"urn:d", "The harbour opens again",
                             .body = "Every boat came back.",
                             .at = T0 + 4 * TIME_SECOND});
    follow(room);
    /* the second has both words */
    assert_related(room, mine, (StoryId[]){body, headline}, 2);
}

static void what_one_in_fifty_has_counts_nothing(void **state)
{
    Newsroom *room = *state;
    StoryId near, mine;

    fill(room, 60, "all");
    near = tell(room, (Told){"urn:a", "Bridge opened", "all", .at = T0});
    mine = tell(room, (Told){"urn:b", "Weather at the bridge", "all",
                             .at = T0 + TIME_SECOND});
    follow(room);
    assert_related(room, mine, &near, 1);
}

static void of_a_chain_one_is_shown(void **state)
{
    Newsroom *room = *state;
    StoryId other, last, mine;

    other = tell(room, (Told){"urn:o", "A bridge elsewhere", .at = T0});
    tell(room, (Told){"urn:1", "Ferry sinks", "ferry", .at = T0 + TIME_SECOND});
    tell(room, (Told){"urn:2", "Ferry sinks, ten saved", "ferry",
                      .follows = "urn:1", .at = T0 + 2 * TIME_SECOND});
    last = tell(room, (Told){"urn:3", "Ferry sinks, all saved", "ferry",
                             .follows = "urn:2", .at = T0 + 3 * TIME_SECOND});
    tell(room, (Told){"urn:4", "Bridge closed", "ferry",
                      .at = T0 + 4 * TIME_SECOND, .follows = "urn:5"});
    mine = tell(room, (Told){"urn:5", "Bridge closed, ferry runs", "ferry",
                             .at = T0 + 5 * TIME_SECOND});
    follow(room);
    /* nor those of its own chain, whichever came first */
    assert_related(room, mine, (StoryId[]){last, other}, 2);
}

static void another_language_is_none(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:uk", 1);
    StoryId mine;

    item.language = S("uk");
    item.headline = S("Harbour");
    item.tags = sample_tags(room, "harbour");
    put(room, &item, PUT_PUBLISH);
    mine = tell(room,
                (Told){"urn:en", "Harbour", "harbour", .at = T0 + TIME_SECOND});
    follow(room);
    assert_related(room, mine, NULL, 0);
}

static void what_is_taken_back_is_none(void **state)
{
    Newsroom *room = *state;
    StoryId gone = tell(room, (Told){"urn:a", "Harbour", .at = T0});
    StoryId mine =
        tell(room, (Told){"urn:b", "Harbour", .at = T0 + TIME_SECOND});

    follow(room);
    assert_related(room, mine, &gone, 1);
    act(room, ACT_KILL, gone, "It was not so.");
    assert_related(room, mine, NULL, 0); /* the index does not know it yet */
    follow(room);
    assert_related(room, mine, NULL, 0);
}

static void assert_indexed(Newsroom *room, int64_t wanted)
{
    int64_t change, related;

    assert_int_equal(public_indexed(room->readers, &change, &related), ERR_OK);
    assert_int_equal(change, wanted);
    assert_int_equal(related, wanted);
}

/* Neither among those that are found nor the one that is asked of has to be in
 * it. */
static void what_the_index_does_not_know_is_left_out(void **state)
{
    Newsroom *room = *state;
    StoryId first = tell(room, (Told){"urn:a", "Harbour", .at = T0});
    StoryId mine =
        tell(room, (Told){"urn:b", "Harbour", .at = T0 + 2 * TIME_SECOND});
    StoryId between, last;

    assert_related(room, mine, NULL, 0);
    assert_indexed(room, 0);
    follow(room);
    assert_related(room, mine, &first, 1);
    assert_indexed(room, 2);

    between = tell(room, (Told){"urn:c", "Harbour", .at = T0 + TIME_SECOND});
    last = tell(room, (Told){"urn:d", "Harbour", .at = T0 + 3 * TIME_SECOND});
    assert_related(room, mine, &first, 1);
    assert_related(room, last, (StoryId[]){mine, first}, 2);
    assert_indexed(room, 2);
    follow(room);
    assert_related(room, mine, (StoryId[]){between, first}, 2);
    assert_related(room, last, (StoryId[]){mine, between, first}, 3);
    assert_indexed(room, 4);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(earlier_ones_by_the_rarer_tags),
        newsroom_test(words_of_headline_and_body_count),
        newsroom_test(what_one_in_fifty_has_counts_nothing),
        newsroom_test(of_a_chain_one_is_shown),
        newsroom_test(another_language_is_none),
        newsroom_test(what_is_taken_back_is_none),
        newsroom_test(what_the_index_does_not_know_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
