/* test/unit/store/contract_test.c -- what every store does, whatever database
 * is below it: known only by the headers of store/.  Its lists are in
 * contract_lists_test.c. */
#include "newsroom.h"

static const ListKey en = {.language = S_INIT("en")};

static Err add(Newsroom *room, Story *story, Version *version)
{
    int64_t change;

    return stories_add(room->desk, &room->arena, story, version,
                       &(Publicity){0}, T0, &change);
}

/* ---- stories and versions ---- */

static void what_was_added_is_read_back(void **state)
{
    Newsroom *room = *state;
    Story story = sample_story(S("urn:1"), S("uk"), T0);
    Story got;
    Version version = sample_version(S("Перший заголовок"));
    Version read;

    version.tags = sample_tags(room, "usa nato");
    version.tags.items[1].name = S("НАТО");
    version.section_name = S("Факти");
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
    assert_str(read.section_name, version.section_name);
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

static void later_versions_leave_the_public_one(void **state)
{
    Newsroom *room = *state;
    Version version = sample_version(S("First"));
    Story story =
        room_publish(room, sample_story(S("urn:1"), S("en"), T0), version);
    PublicStory seen;
    Version read;
    int64_t change;

    version.headline = S("Second");
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(versions_add(room->desk, &story, &version, T0 + 1),
                     ERR_OK);
    assert_int_equal(stories_save(room->desk, &room->arena, &story,
                                  &(Publicity){0}, T0 + 1, &change),
                     ERR_OK);
    assert_int_equal(change, 0);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(story.latest, 2);
    assert_int_equal(versions_get(room->desk, &room->arena, story.id, 0, &read),
                     ERR_OK);
    assert_str(read.headline, S("Second"));
    assert_int_equal(versions_get(room->desk, &room->arena, story.id, 1, &read),
                     ERR_OK);
    assert_str(read.headline, S("First"));
    assert_int_equal(
        public_story(room->readers, &room->arena, story.id, &seen, NULL),
        ERR_OK);
    assert_str(seen.item.headline, S("First"));
    assert_int_equal(seen.item.version, 1);
}

/* The next version, with a time of its source, becomes the public one. */
static Time correct_at(Newsroom *room, Story *story, Time said, Time now)
{
    Version version = sample_version(S("Later"));
    Publicity publicity = {
        .changes = true, .kind = CHANGE_CORRECT, .version = &version};
    int64_t change;
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    version.said_at = said;
    err = versions_add(room->desk, story, &version, now);
    story->state = STORY_CORRECTED;
    story->public_version = version.version;
    if (!err)
        err = stories_save(room->desk, &room->arena, story, &publicity, now,
                           &change);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    return story->changed_at;
}

/* Who follows a feed looks only at what changed after the last look. */
static void what_is_shown_later_did_not_change_earlier(void **state)
{
    Newsroom *room = *state;
    Version version = sample_version(S("First"));
    Story story =
        room_publish(room, sample_story(S("urn:1"), S("en"), T0), version);
    Time hour = T0 + TIME_HOUR;

    assert_int_equal(story.changed_at, T0);
    assert_int_equal(correct_at(room, &story, T0 + 1, hour), T0 + 1);
    assert_int_equal(correct_at(room, &story, TIME_NONE, hour), hour);
    assert_int_equal(correct_at(room, &story, T0 + 2, hour + 5), hour + 5);
    room_is_whole(room);
}

/* ---- transactions ---- */

static void what_was_not_committed_never_was(void **state)
{
    Newsroom *room = *state;
    Story story = sample_story(S("urn:1"), S("en"), T0);
    Story other = sample_story(S("urn:2"), S("en"), T0);
    Version version = sample_version(S("Headline"));
    Fault fault = fault_none();

    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(add(room, &story, &version), ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_INVALID), ERR_INVALID);
    assert_int_equal(stories_find(room->desk, &room->arena, S("urn:1"), &story),
                     ERR_NOT_FOUND);
    /* and the same when the process ends in the middle */
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(add(room, &story, &version), ERR_OK);
    store_close(room->desk);
    assert_int_equal(store_open(room->path, STORE_WRITE, &room->desk, &fault),
                     ERR_OK);
    assert_int_equal(stories_find(room->desk, &room->arena, S("urn:1"), &story),
                     ERR_NOT_FOUND);
    room_draft(room, &other, version);
    assert_int_equal(other.id.number, 1);
}

static void a_part_is_undone_alone_with_its_numbers_and_counts(void **state)
{
    Newsroom *room = *state;
    Story story = sample_story(S("urn:1"), S("en"), T0);
    Story undone = sample_story(S("urn:2"), S("en"), T0);
    Story next = sample_story(S("urn:3"), S("fr"), T0);
    Version version = sample_version(S("Headline"));
    Publicity publish = {.changes = true, .kind = CHANGE_PUBLISH};
    int64_t change;
    PublicList list;

    version.tags = sample_tags(room, "usa");
    story.state = undone.state = next.state = STORY_PUBLIC;
    story.public_version = undone.public_version = next.public_version = 1;
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(stories_add(room->desk, &room->arena, &story, &version,
                                 &publish, T0, &change),
                     ERR_OK);
    assert_int_equal(store_part_begin(room->desk), ERR_OK);
    version.section = S("undone");
    assert_int_equal(stories_add(room->desk, &room->arena, &undone, &version,
                                 &publish, T0, &change),
                     ERR_OK);
    assert_int_equal(change, 2);
    assert_int_equal(store_part_end(room->desk, ERR_CONFLICT), ERR_CONFLICT);
    version.section = S("undone"); /* its id must be asked for again */
    assert_int_equal(stories_add(room->desk, &room->arena, &next, &version,
                                 &publish, T0, &change),
                     ERR_OK);
    assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
    assert_int_equal(next.id.number, 2);
    assert_int_equal(change, 2);
    assert_int_equal(
        public_list(room->readers, &room->arena, en, NULL, TIME_MIN, 9, &list),
        ERR_OK);
    assert_int_equal(list.count, 1);
    room_is_whole(room);
}

static void a_reader_s_transaction_is_one_moment(void **state)
{
    Newsroom *room = *state;
    PublicList list;

    assert_int_equal(store_begin(room->readers), ERR_OK);
    room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                 sample_version(S("Headline")));
    assert_int_equal(
        public_list(room->readers, &room->arena, en, NULL, TIME_MIN, 9, &list),
        ERR_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(store_end(room->readers, ERR_OK), ERR_OK);
    assert_int_equal(
        public_list(room->readers, &room->arena, en, NULL, TIME_MIN, 9, &list),
        ERR_OK);
    assert_int_equal(list.count, 1);
}

static void news_is_what_others_committed(void **state)
{
    Newsroom *room = *state;

    assert_false(store_has_news(room->readers));
    room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                 sample_version(S("Headline")));
    assert_true(store_has_news(room->readers));
    assert_false(store_has_news(room->readers));
    assert_false(store_has_news(room->desk));
}

static void a_store_is_made_once_and_must_be_there(void **state)
{
    Newsroom *room = *state;
    char other[200];
    Fault fault = fault_none();
    Store *store;

    assert_int_equal(store_create(room->path, &fault), ERR_CONFLICT);
    place_make(room->folder, other, sizeof other);
    if (place_is_file())
        snprintf(other, sizeof other, "%s/other", room->folder);
    for (int side = STORE_WRITE; side <= STORE_PUBLIC; side++) {
        fault = fault_none();
        assert_int_equal(store_open(other, (StoreSide)side, &store, &fault),
                         ERR_NOT_FOUND);
        assert_non_null(strstr(fault.text, "there is no store"));
    }
    place_drop(other);
}

/* ---- the log ---- */

static void changes_are_numbered_and_followed(void **state)
{
    Newsroom *room = *state;
    ChangeList list;
    int64_t cursor = -1;
    Story story;

    for (int i = 1; i <= 5; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);

        story = room_publish(room, sample_story(uri, S("en"), T0 + i),
                             sample_version(uri));
    }
    story.state = STORY_WITHDRAWN;
    story.note = S("Why");
    assert_int_equal(room_save(room, &story, CHANGE_WITHDRAW, T0 + 9), 6);
    assert_int_equal(changes_after(room->readers, &room->arena, 0, 3, &list),
                     ERR_OK);
    assert_int_equal(list.count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(list.items[i].number, i + 1);
    assert_int_equal(changes_after(room->readers, &room->arena, 5, 3, &list),
                     ERR_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].kind, CHANGE_WITHDRAW);
    assert_int_equal(list.items[0].at, T0 + 9);
    assert_int_equal(list.items[0].version, 0);
    assert_int_equal(list.items[0].story.number, 5);
    assert_int_equal(changes_after(room->readers, &room->arena, 6, 3, &list),
                     ERR_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(cursor_get(room->desk, S("wire"), &cursor), ERR_OK);
    assert_int_equal(cursor, 0);
    for (int64_t to = 3; to <= 6; to += 3) {
        assert_int_equal(store_begin(room->desk), ERR_OK);
        assert_int_equal(cursor_put(room->desk, S("wire"), to), ERR_OK);
        assert_int_equal(store_end(room->desk, ERR_OK), ERR_OK);
        assert_int_equal(cursor_get(room->desk, S("wire"), &cursor), ERR_OK);
        assert_int_equal(cursor, to);
    }
}

/* ---- the whole ---- */

static void whatever_happened_the_store_is_whole(void **state)
{
    Newsroom *room = *state;
    Story story;

    room_fill(room);
    for (int64_t i = 3; i <= 30; i += 3) {
        assert_int_equal(
            stories_get(room->desk, &room->arena, (StoryId){i}, &story),
            ERR_OK);
        story.state = i % 2 ? STORY_WITHDRAWN : STORY_KILLED;
        if (story.state == STORY_KILLED) story.public_version = 0;
        story.note = S("A note");
        room_save(room, &story, i % 2 ? CHANGE_WITHDRAW : CHANGE_KILL, T0 + 99);
        if (i % 2) {
            story.state = STORY_PUBLIC;
            room_save(room, &story, CHANGE_RESTORE, T0 + 100);
        }
    }
    room_is_whole(room);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(what_was_added_is_read_back),
        newsroom_test(a_uri_is_there_once_and_no_number_is_lost),
        newsroom_test(later_versions_leave_the_public_one),
        newsroom_test(what_is_shown_later_did_not_change_earlier),
        newsroom_test(what_was_not_committed_never_was),
        newsroom_test(a_part_is_undone_alone_with_its_numbers_and_counts),
        newsroom_test(a_reader_s_transaction_is_one_moment),
        newsroom_test(news_is_what_others_committed),
        newsroom_test(a_store_is_made_once_and_must_be_there),
        newsroom_test(changes_are_numbered_and_followed),
        newsroom_test(whatever_happened_the_store_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
