/* test/unit/desk/ties_test.c -- what ties stories to one another: the group of
 * translations, and the story that another follows. */
#include "copydesk.h"

/* What ties it to others is shown to readers too. */
static void a_newer_draft_leaves_the_public_ties(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Item other = sample_item("urn:2", 1);
    StoryId mine, others;
    PublicList list;
    PublicStory story;

    other.language = S("uk");
    other.group = S("bridge");
    others = put(room, &other, PUT_PUBLISH).story;
    mine = put(room, &item, PUT_PUBLISH).story;
    item.version = 2;
    item.headline = S("Not yet");
    item.group = S("bridge");
    item.follows = S("urn:2");
    assert_int_equal(put(room, &item, PUT_DRAFT).change, 0);
    assert_int_equal(seen(room, mine, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, 0);
    assert_int_equal(story.group.number, mine.number);
    assert_int_equal(
        public_followers(room->readers, &room->arena, others, &list), ERR_OK);
    assert_int_equal(list.count, 0);
}

/* Ties that came with a version that waited. */
static void a_correction_brings_the_ties_of_its_version(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Item other = sample_item("urn:2", 1);
    StoryId mine, others;
    PublicStory story;

    other.group = S("bridge");
    others = put(room, &other, PUT_PUBLISH).story;
    mine = put(room, &item, PUT_PUBLISH).story;
    item.version = 2;
    item.group = S("bridge");
    item.follows = S("urn:2");
    put(room, &item, PUT_DRAFT);
    act(room, ACT_CORRECT, mine, "It belongs to another.");
    assert_int_equal(seen(room, mine, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, others.number);
    assert_int_equal(story.group.number, others.number);
}

static void translations_find_one_another_in_any_order(void **state)
{
    Newsroom *room = *state;
    Item en = sample_item("urn:en", 1);
    Item uk = sample_item("urn:uk", 1);
    StoryId first, second;
    PublicList peers;

    en.group = uk.group = S("bridge");
    uk.language = S("uk");
    first = put(room, &uk, PUT_PUBLISH).story;
    second = put(room, &en, PUT_PUBLISH).story;
    assert_int_equal(stored(room, second).group.number, first.number);
    assert_int_equal(
        public_peers(room->readers, &room->arena, first, second, &peers),
        ERR_OK);
    assert_int_equal(peers.count, 1);
    assert_str(peers.items[0].language, S("uk"));
}

static void a_story_follows_one_that_comes_later(void **state)
{
    Newsroom *room = *state;
    Item late = sample_item("urn:late", 1);
    Item early = sample_item("urn:early", 1);
    StoryId follower, followed;
    PublicList followers;
    PublicStory story;

    late.follows = S("urn:early");
    follower = put(room, &late, PUT_PUBLISH).story;
    assert_int_equal(stored(room, follower).follows.number, 0);
    followed = put(room, &early, PUT_DRAFT).story;
    assert_int_equal(stored(room, follower).follows.number, followed.number);
    assert_int_equal(seen(room, follower, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, 0); /* a draft is not named */
    act(room, ACT_PUBLISH, followed, "");
    assert_int_equal(seen(room, follower, &story, NULL), ERR_OK);
    assert_int_equal(story.follows.number, followed.number);
    assert_int_equal(
        public_followers(room->readers, &room->arena, followed, &followers),
        ERR_OK);
    assert_int_equal(followers.count, 1);
    assert_int_equal(followers.items[0].id.number, follower.number);
}

static void follow(Newsroom *room, const char *uri, int64_t version,
                   const char *followed)
{
    Item item = sample_item(uri, version);

    item.follows = str_from(followed);
    put(room, &item, PUT_PUBLISH);
}

static int64_t follows_of(Newsroom *room, const char *uri)
{
    Story story;

    assert_int_equal(
        stories_find(room->desk, &room->arena, str_from(uri), &story), ERR_OK);
    return story.follows.number;
}

/* Whatever comes first. */
static void stories_do_not_follow_one_another_in_a_circle(void **state)
{
    Newsroom *room = *state;

    follow(room, "urn:1", 1, "urn:1");
    assert_int_equal(follows_of(room, "urn:1"), 0);
    follow(room, "urn:2", 1, "urn:1");
    follow(room, "urn:3", 1, "urn:2");
    follow(room, "urn:1", 2, "urn:3");
    assert_int_equal(follows_of(room, "urn:1"), 0);
    assert_int_equal(follows_of(room, "urn:3"), 2);
    follow(room, "urn:4", 1, "urn:5"); /* which is not here yet */
    follow(room, "urn:5", 1, "urn:4");
    assert_int_equal(follows_of(room, "urn:4"), 0);
    assert_int_equal(follows_of(room, "urn:5"), 4);
    room_is_whole(room);
}

/* A source that gives all its stories one key makes no page slow. */
static void ties_are_few(void **state)
{
    Newsroom *room = *state;
    StoryId first = {0};
    PublicList list;

    for (size_t i = 0; i < TIES_MAX + 10; i++) {
        Item item = numbered_item(room, i);
        StoryId id;

        item.group = S("all");
        item.follows = i ? S("urn:0") : S("");
        id = put(room, &item, PUT_PUBLISH).story;
        if (!i) first = id;
    }
    assert_int_equal(
        public_peers(room->readers, &room->arena, first, first, &list), ERR_OK);
    assert_int_equal(list.count, TIES_MAX - 1);
    assert_int_equal(
        public_followers(room->readers, &room->arena, first, &list), ERR_OK);
    assert_int_equal(list.count, TIES_MAX);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(a_newer_draft_leaves_the_public_ties),
        newsroom_test(a_correction_brings_the_ties_of_its_version),
        newsroom_test(translations_find_one_another_in_any_order),
        newsroom_test(a_story_follows_one_that_comes_later),
        newsroom_test(stories_do_not_follow_one_another_in_a_circle),
        newsroom_test(ties_are_few),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
