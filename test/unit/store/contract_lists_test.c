/* test/unit/store/contract_lists_test.c -- the lists that every store gives,
 * whatever database is below it: in time, by section and tag, by name, by what
 * belongs together. */
#include "newsroom.h"

static const ListKey en = {.language = S_INIT("en")};

/* ---- lists ---- */

/* Walks a list to its end and back, three at a time. */
static void walk(Newsroom *room, ListKey key, size_t expected)
{
    int64_t seen[40];
    size_t count = 0;
    const Cursor *before = NULL;
    Cursor last;
    PublicList list;

    do {
        assert_int_equal(public_list(room->readers, &room->arena, key, before,
                                     TIME_MIN, 3, &list),
                         ERR_OK);
        for (size_t i = 0; i < list.count; i++) {
            seen[count++] = list.items[i].id.number;
            last = (Cursor){list.items[i].at, list.items[i].id.number};
            if (count > 1) assert_true(seen[count - 2] > seen[count - 1]);
        }
        before = &last;
    } while (list.more);
    assert_int_equal(count, expected);
    do {
        assert_int_equal(
            public_list_newer(room->readers, &room->arena, key, last, 3, &list),
            ERR_OK);
        for (size_t i = list.count; i-- > 0;)
            assert_int_equal(list.items[i].id.number, seen[--count - 1]);
        if (list.count)
            last = (Cursor){list.items[0].at, list.items[0].id.number};
    } while (list.more);
    assert_int_equal(count, 1);
}

static void lists_are_walked_both_ways_without_gap_or_repeat(void **state)
{
    Newsroom *room = *state;
    ListKey odd = {.language = S("en"), .section = S("odd")};
    ListKey third = {.language = S("en"), .tag = S("third")};

    room_fill(room);
    walk(room, en, 30);
    walk(room, odd, 15);
    walk(room, third, 10);
}

static void a_day_ends_where_it_began(void **state)
{
    Newsroom *room = *state;
    Cursor night = {T0 + 5, 0};
    PublicList list;

    room_fill(room);
    assert_int_equal(public_list(room->readers, &room->arena, en, &night,
                                 T0 + 3, 100, &list),
                     ERR_OK);
    assert_int_equal(list.count, 6);
    assert_false(list.more);
    assert_int_equal(list.items[0].at, T0 + 4);
    assert_int_equal(list.items[5].at, T0 + 3);
}

static void what_nobody_knows_is_an_empty_list(void **state)
{
    static const ListKey keys[] = {
        {.language = S_INIT("xx")},
        {.language = S_INIT("en"), .section = S_INIT("none")},
        {.language = S_INIT("en"), .tag = S_INIT("none")},
    };
    Newsroom *room = *state;
    PublicList list;

    room_fill(room);
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_int_equal(public_list(room->readers, &room->arena, keys[i], NULL,
                                     TIME_MIN, 10, &list),
                         ERR_OK);
        assert_int_equal(list.count, 0);
        assert_false(list.more);
    }
}

static void ranges_hold_what_is_public(void **state)
{
    Newsroom *room = *state;
    Story story;
    PublicList list;
    int64_t highest;

    assert_int_equal(public_highest(room->readers, &highest), ERR_OK);
    assert_int_equal(highest, 0);
    room_fill(room);
    assert_int_equal(
        stories_get(room->desk, &room->arena, (StoryId){12}, &story), ERR_OK);
    story.state = STORY_WITHDRAWN;
    room_save(room, &story, CHANGE_WITHDRAW, T0);
    assert_int_equal(
        public_range(room->readers, &room->arena, 11, 21, 100, &list), ERR_OK);
    assert_int_equal(list.count, 9);
    assert_false(list.more);
    assert_int_equal(list.items[0].id.number, 11);
    assert_int_equal(list.items[1].id.number, 13);
    assert_int_equal(list.items[8].id.number, 20);
    assert_int_equal(
        public_range(room->readers, &room->arena, 11, 21, 2, &list), ERR_OK);
    assert_int_equal(list.count, 2);
    assert_true(list.more);
    assert_int_equal(public_highest(room->readers, &highest), ERR_OK);
    assert_int_equal(highest, 30);
}

/* ---- names ---- */

static void sections_stand_in_menu_order_with_their_names(void **state)
{
    Newsroom *room = *state;
    SectionList list;
    Str name;

    room_fill(room);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(
        sections_name(room->desk, S("even"), S("en"), S("Even"), 2), ERR_OK);
    assert_int_equal(sections_name(room->desk, S("odd"), S("en"), S(""), 1),
                     ERR_OK);
    assert_int_equal(
        sections_name(room->desk, S("empty"), S("en"), S("Empty"), 0), ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(
        public_sections(room->readers, &room->arena, S("en"), &list), ERR_OK);
    assert_int_equal(list.count, 2); /* the empty one is not there */
    assert_str(list.items[0].slug, S("odd"));
    assert_str(list.items[0].name, S("Odd news"));
    assert_str(list.items[1].name, S("Even"));
    assert_int_equal(public_section_name(room->readers, &room->arena,
                                         S("empty"), S("en"), &name),
                     ERR_NOT_FOUND);
    assert_int_equal(public_section_name(room->readers, &room->arena, S("odd"),
                                         S("uk"), &name),
                     ERR_NOT_FOUND);
    assert_int_equal(public_section_name(room->readers, &room->arena, S("even"),
                                         S("en"), &name),
                     ERR_OK);
    assert_str(name, S("Even"));
}

static void a_tag_s_first_name_stays_unless_it_is_set(void **state)
{
    Newsroom *room = *state;
    Version version = sample_version(S("Headline"));
    Str name;

    version.tags = sample_tags(room, "nato");
    version.tags.items[0].name = S("NATO");
    room_publish(room, sample_story(S("urn:1"), S("en"), T0), version);
    version.tags.items[0].name = S("nAtO");
    room_publish(room, sample_story(S("urn:2"), S("en"), T0), version);
    assert_int_equal(
        public_tag_name(room->readers, &room->arena, S("nato"), S("en"), &name),
        ERR_OK);
    assert_str(name, S("NATO"));
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(tags_name(room->desk, S("nato"), S("en"), S("Nato")),
                     ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(
        public_tag_name(room->readers, &room->arena, S("nato"), S("en"), &name),
        ERR_OK);
    assert_str(name, S("Nato"));
}

/* ---- ties ---- */

static void peers_and_followers_are_the_public_ones(void **state)
{
    Newsroom *room = *state;
    Version version = sample_version(S("Headline"));
    Story first =
        room_publish(room, sample_story(S("urn:en"), S("en"), T0), version);
    Story second = sample_story(S("urn:uk"), S("uk"), T0);
    Story draft = sample_story(S("urn:ru"), S("ru"), T0);
    PublicList list;
    PublicStory seen;
    Placing placing;

    second.group = draft.group = first.id;
    second.follows = draft.follows = first.id;
    version.tags = sample_tags(room, "one two");
    second = room_publish(room, second, version);
    room_draft(room, &draft, version);
    assert_int_equal(
        public_peers(room->readers, &room->arena, first.id, first.id, &list),
        ERR_OK);
    assert_int_equal(list.count, 1);
    assert_str(list.items[0].language, S("uk"));
    assert_int_equal(
        public_followers(room->readers, &room->arena, first.id, &list), ERR_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id.number, second.id.number);
    assert_int_equal(
        public_story(room->readers, &room->arena, second.id, &seen, NULL),
        ERR_OK);
    assert_int_equal(seen.follows.number, first.id.number);
    assert_int_equal(seen.group.number, first.id.number);
    assert_int_equal(
        public_placing(room->readers, &room->arena, second.id, &placing),
        ERR_OK);
    assert_str(placing.language, S("uk"));
    assert_str(placing.section, S("facts"));
    assert_int_equal(placing.tags.count, 2);
    assert_str(placing.tags.items[1], S("two"));
    assert_int_equal(placing.at, T0);
    assert_int_equal(placing.group.number, first.id.number);
    assert_int_equal(
        public_placing(room->readers, &room->arena, draft.id, &placing),
        ERR_NOT_FOUND);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(lists_are_walked_both_ways_without_gap_or_repeat),
        newsroom_test(a_day_ends_where_it_began),
        newsroom_test(what_nobody_knows_is_an_empty_list),
        newsroom_test(ranges_hold_what_is_public),
        newsroom_test(sections_stand_in_menu_order_with_their_names),
        newsroom_test(a_tag_s_first_name_stays_unless_it_is_set),
        newsroom_test(peers_and_followers_are_the_public_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
