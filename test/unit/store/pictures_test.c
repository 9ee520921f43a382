/* test/unit/store/pictures_test.c -- which pictures readers see, and what is
 * said of them. */
#include "newsroom.h"

#include "store/public.h"

static PublicPicture shown_by(Newsroom *room, StoryId story)
{
    PublicItem item;

    assert_int_equal(public_item(room->readers, &room->arena, story, &item),
                     ERR_OK);
    return item.picture;
}

static Err served(Newsroom *room, Str mark)
{
    PictureSize size;
    Time until;

    return public_picture(room->readers, mark, &size, &until);
}

static void replace(Newsroom *room, Story *story, VersionPicture picture)
{
    Version version = sample_version(S("Another headline"));
    Err err = store_begin(room->desk);

    version.story = story->id;
    version.picture = picture;
    if (!err) err = versions_add(room->desk, story, &version, T0 + 1);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    story->public_version = version.version;
    room_save(room, story, CHANGE_CORRECT, T0 + 1);
}

static void what_readers_see_follows_from_the_version(void **state)
{
    Newsroom *room = *state;
    VersionPicture first = room_picture(room, 'a');
    VersionPicture second = room_picture(room, 'b');
    Version version = sample_version(S("A ship is in"));
    Story story = sample_story(S("urn:1"), S("en"), T0);
    PublicPicture picture;
    PublicList list;
    PublicLead lead;

    version.picture = first;
    room_draft(room, &story, version);
    assert_int_equal(served(room, first.mark), ERR_NOT_FOUND);
    story.state = STORY_PUBLIC;
    story.public_version = 1;
    room_save(room, &story, CHANGE_PUBLISH, T0);
    assert_int_equal(served(room, first.mark), ERR_OK);
    assert_int_equal(served(room, second.mark), ERR_NOT_FOUND);
    picture = shown_by(room, story.id);
    assert_str(picture.mark, first.mark);
    assert_int_equal(picture.width, 4000);
    assert_int_equal(picture.height, 3000);
    assert_int_equal(picture.color, 0x203040);
    assert_int_equal(picture.focus_x, 500);
    assert_int_equal(picture.focus_y, 250);
    assert_int_equal(public_list(room->readers, &room->arena,
                                 (ListKey){.language = S("en")}, NULL, TIME_MIN,
                                 10, &list),
                     ERR_OK);
    assert_str(list.items[0].picture.mark, first.mark);

    replace(room, &story, second);
    assert_str(shown_by(room, story.id).mark, second.mark);
    assert_int_equal(served(room, first.mark), ERR_NOT_FOUND);
    replace(room, &story, (VersionPicture){0});
    assert_str(shown_by(room, story.id).mark, S(""));
    assert_int_equal(served(room, second.mark), ERR_NOT_FOUND);
    assert_int_equal(public_lead(room->readers, &room->arena, story.id, &lead),
                     ERR_NOT_FOUND);

    replace(room, &story, first);
    story.state = STORY_WITHDRAWN;
    room_save(room, &story, CHANGE_WITHDRAW, T0);
    assert_int_equal(served(room, first.mark), ERR_NOT_FOUND);
    story.state = STORY_CORRECTED;
    room_save(room, &story, CHANGE_RESTORE, T0);
    assert_int_equal(served(room, first.mark), ERR_OK);
    story.state = STORY_KILLED;
    room_save(room, &story, CHANGE_KILL, T0);
    assert_int_equal(served(room, first.mark), ERR_NOT_FOUND);
    room_is_whole(room);
}

static void a_story_says_of_it_what_it_likes(void **state)
{
    Newsroom *room = *state;
    Version version = sample_version(S("A ship is in"));
    Version read;
    PublicLead lead;
    StoryId story;

    version.picture = room_picture(room, 'a');
    version.picture.alt = S("A white ship");
    story =
        room_publish(room, sample_story(S("urn:1"), S("en"), T0), version).id;
    assert_int_equal(public_lead(room->readers, &room->arena, story, &lead),
                     ERR_OK);
    assert_str(lead.said.alt, S("A white ship"));
    assert_str(lead.said.caption, S("The ship came at nine."));
    assert_str(lead.said.credit, S("Ann Lee"));
    assert_str(lead.said.rights, S("Once"));
    assert_int_equal(lead.bytes, 1000);
    assert_int_equal(lead.type, PICTURE_JPEG);
    assert_int_equal(versions_get(room->desk, &room->arena, story, 1, &read),
                     ERR_OK);
    assert_int_equal(read.picture.number, version.picture.number);
    assert_str(read.picture.mark, version.picture.mark);
    assert_str(read.picture.alt, S("A white ship"));
    assert_str(read.picture.caption, S(""));
}

/* The changes behind after, each of them of that kind. */
static size_t told(Newsroom *room, int64_t after, ChangeKind kind)
{
    ChangeList list;

    assert_int_equal(
        changes_after(room->desk, &room->arena, after, CHANGES_MAX, &list),
        ERR_OK);
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(list.items[i].kind, kind);
        assert_true(list.items[i].story.number > 0);
        assert_int_equal(list.items[i].version, 1);
    }
    return list.count;
}

static int64_t last_change(Newsroom *room)
{
    int64_t last;

    assert_int_equal(changes_last(room->desk, &last), ERR_OK);
    return last;
}

static void whoever_shows_it_is_told_of_what_is_said(void **state)
{
    Newsroom *room = *state;
    Version version = sample_version(S("A ship is in"));
    Picture picture;
    int64_t change = 0;
    int64_t before;
    Err err;

    version.picture = room_picture(room, 'a');
    for (int i = 0; i < 3; i++)
        room_publish(
            room,
            sample_story(str_format(&room->arena, "urn:%d", i), S("en"), T0),
            version);
    before = last_change(room);
    assert_int_equal(
        pictures_find(room->desk, &room->arena, version.picture.mark, &picture),
        ERR_OK);
    picture.said.alt = S("A grey ship");
    picture.focus_x = 100;
    err = store_begin(room->desk);
    if (!err)
        err = pictures_save(room->desk, &room->arena, &picture, T0, &change);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    assert_int_equal(change, before + 3);
    assert_int_equal(told(room, before, CHANGE_PICTURE), 3);
    assert_int_equal(changes_gone(room->desk), change);
    assert_int_equal(shown_by(room, (StoryId){1}).focus_x, 100);
    room_is_whole(room);
}

static Time expire(Newsroom *room, Time now, int64_t *change)
{
    Time next = 0;
    Err err = store_begin(room->desk);

    if (!err)
        err = pictures_expire(room->desk, &room->arena, now, &next, change);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    return next;
}

static void when_its_date_has_come_it_is_gone(void **state)
{
    Newsroom *room = *state;
    Version version = sample_version(S("A ship is in"));
    Picture picture;
    StoryId story;
    PublicLead lead;
    int64_t change = 0;
    int64_t before;
    Err err;

    version.picture = room_picture(room, 'a');
    story =
        room_publish(room, sample_story(S("urn:1"), S("en"), T0), version).id;
    assert_int_equal(pictures_get(room->desk, &room->arena,
                                  version.picture.number, &picture),
                     ERR_OK);
    picture.said.until = T0 + TIME_HOUR;
    err = store_begin(room->desk);
    if (!err)
        err = pictures_save(room->desk, &room->arena, &picture, T0, &change);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    before = last_change(room);

    assert_int_equal(changes_gone(room->desk), before);
    assert_int_equal(expire(room, T0 + TIME_HOUR - 1, &change), T0 + TIME_HOUR);
    assert_int_equal(change, 0);
    assert_int_equal(served(room, version.picture.mark), ERR_OK);
    assert_int_equal(expire(room, T0 + TIME_HOUR, &change), TIME_NONE);
    assert_int_equal(change, before + 1);
    assert_int_equal(told(room, before, CHANGE_PICTURE), 1);
    assert_int_equal(changes_gone(room->desk), change);
    assert_str(shown_by(room, story).mark, S(""));
    assert_int_equal(public_lead(room->readers, &room->arena, story, &lead),
                     ERR_NOT_FOUND);
    assert_int_equal(served(room, version.picture.mark), ERR_NOT_FOUND);
    assert_int_equal(expire(room, T0 + TIME_DAY, &change), TIME_NONE);
    assert_int_equal(change, 0);

    /* another date brings it back */
    picture.said.until = T0 + 2 * TIME_DAY;
    err = store_begin(room->desk);
    if (!err)
        err = pictures_save(room->desk, &room->arena, &picture, T0 + TIME_DAY,
                            &change);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    assert_str(shown_by(room, story).mark, version.picture.mark);
    room_is_whole(room);
}

static void they_are_listed_newest_first(void **state)
{
    Newsroom *room = *state;
    Pictures list;

    for (char letter = 'a'; letter <= 'e'; letter++)
        (void)room_picture(room, letter);
    assert_int_equal(
        pictures_before(room->desk, &room->arena, INT64_MAX, &list), ERR_OK);
    assert_int_equal(list.count, 5);
    assert_int_equal(list.items[0].number, 5);
    assert_int_equal(pictures_before(room->desk, &room->arena, 3, &list),
                     ERR_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].number, 2);
    assert_int_equal(
        pictures_find(room->desk, &room->arena, S("none"), &list.items[0]),
        ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        newsroom_test(what_readers_see_follows_from_the_version),
        newsroom_test(a_story_says_of_it_what_it_likes),
        newsroom_test(whoever_shows_it_is_told_of_what_is_said),
        newsroom_test(when_its_date_has_come_it_is_gone),
        newsroom_test(they_are_listed_newest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
