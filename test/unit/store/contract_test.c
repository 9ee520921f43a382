/* test/unit/store/contract_test.c -- what every store does, whatever database
 * is below it. */
#include "newsroom.h"

static void what_was_added_is_read_back(void **state)
{
    Newsroom *room = *state;
    Story story = sample_story(S("urn:1"), S("uk"), T0);
    Story got;
    Version version = sample_version(S("Перший заголовок"));
    Version read;

    version.tags = sample_tags(room, "usa nato");
    version.tags.items[1].name = S("НАТО");
    room_draft(room, &story, version);
    assert_int_equal(story.id.number, 1);
    assert_int_equal(stories_find(room->desk, &room->arena, S("urn:1"), &got),
                     ERR_OK);
    assert_int_equal(got.id.number, 1);
    assert_int_equal(got.state, STORY_DRAFT);
    assert_int_equal(got.group.number, 1);
    assert_int_equal(got.at, T0);
    assert_int_equal(got.due_at, TIME_NONE);
    assert_true(got.timed);
    assert_str(got.language, S("uk"));
    assert_int_equal(versions_get(room->desk, &room->arena, story.id, 0, &read),
                     ERR_OK);
    assert_str(read.headline, version.headline);
    assert_str(read.deck, version.deck);
    assert_str(read.body.markup, version.body.markup);
    assert_str(read.byline, version.byline);
    assert_str(read.place, version.place);
    assert_str(read.section, version.section);
    assert_str(read.slug, version.slug);
    assert_str(read.source, version.source);
    assert_str(read.source_url, version.source_url);
    assert_int_equal(read.words, 5);
    assert_int_equal(read.tags.count, 2);
    assert_str(read.tags.items[0].slug, S("usa"));
    assert_str(read.tags.items[0].name, S(""));
    assert_str(read.tags.items[1].name, S("НАТО"));
    assert_int_equal(stories_get(room->desk, &room->arena, (StoryId){2}, &got),
                     ERR_NOT_FOUND);
    assert_int_equal(stories_find(room->desk, &room->arena, S("urn:2"), &got),
                     ERR_NOT_FOUND);
    assert_int_equal(versions_get(room->desk, &room->arena, story.id, 2, &read),
                     ERR_NOT_FOUND);
}

static Err add(Newsroom *room, Story *story, Version *version)
{
    int64_t change;

    return stories_add(room->desk, &room->arena, story, version,
                       &(Publicity){0}, T0, &change);
}

static void a_uri_is_there_once_and_no_number_is_lost(void **state)
{
    Newsroom *room = *state;
    Story first = sample_story(S("urn:1"), S("en"), T0);
    Story second = first;
    Story third = sample_story(S("urn:3"), S("en"), T0);
    Version version = sample_version(S("Headline"));
    Err err;

    room_draft(room, &first, version);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(store_part_begin(room->desk), ERR_OK);
    err = add(room, &second, &version);
    assert_int_equal(store_part_end(room->desk, err), ERR_CONFLICT);
    assert_int_equal(add(room, &third, &version), ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(third.id.number, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(what_was_added_is_read_back),
        newsroom_test(a_uri_is_there_once_and_no_number_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
