/* test/unit/web/live_test.c -- open pages hear of each change once, in order,
 * and of nothing that is not public. */
#include "house.h"

#include "desk/coverage.h"
#include "store/reads.h"

typedef struct Listener {
    House *house;
    HttpReply reply;
    Str first; /* what it was told at once */
} Listener;

static Listener *listen(House *house, const char *lines)
{
    Listener *listener = ARENA_NEW(&house->arena, Listener);
    HttpRequest request;

    listener->house = house;
    memset(&listener->reply, 0, sizeof listener->reply);
    listener->reply.status = 200;
    read_request(house, lines, &request);
    site_handle(&house->thread, &request, &house->arena, &listener->reply);
    assert_int_equal(listener->reply.status, 200);
    assert_non_null(listener->reply.stay);
    listener->first = body_of(house, &listener->reply, false);
    return listener;
}

static Str news_of(Listener *listener)
{
    Buf buf = buf_open(&listener->house->arena, 1 << 20);

    hear(&listener->reply, &buf);
    return buf_str(&buf);
}

/* What is told after the press has taken what was committed. */
static Str follow(Listener *listener)
{
    SiteThread *thread = &listener->house->thread;

    press_catch_up(thread->press, time_monotonic());
    live_follow(thread->live);
    return news_of(listener);
}

static void leave(Listener *listener)
{
    listener->reply.release(listener->reply.hold);
}

static size_t count_of(Str text, const char *part)
{
    size_t count = 0;

    for (ptrdiff_t at = 0;
         (at = str_find(text, str_from(part), (size_t)at)) >= 0; at++)
        count++;
    return count;
}

static StoryId publish_as(House *house, const char *uri, const char *headline,
                          const char *section, const char *tag)
{
    Item item = story_item(uri);

    item.headline = str_from(headline);
    item.section = str_from(section);
    if (tag) item_tag(&item, &house->arena, str_from(tag), str_from(tag));
    return put_at(house, &item, PUT_PUBLISH, NOW);
}

/* A first entry of its live coverage. */
static void cover(House *house, StoryId story, EntryOutcome *out)
{
    EntryRequest request = {
        .act = ENTRY_PUT, .story = story, .body = {S("<p>Now</p>")}};

    assert_int_equal(store_begin(house->store), ERR_OK);
    assert_int_equal(
        store_end(house->store, desk_entry(house->store, &house->arena, &chief,
                                           &request, NOW, out, NULL)),
        ERR_OK);
    house->committed = out->change;
}

static void who_comes_anew_is_told_where_things_stand(void **state)
{
    Listener *listener;

    publish(*state, "urn:1");
    listener = listen(*state, "GET /live?lang=en" V);
    assert_true(str_starts(listener->first, S("retry: ")));
    assert_true(
        says(listener->first, "id: 1\nevent: sync\ndata: {\"mark\":\""));
    assert_int_equal(news_of(listener).len, 0);
    leave(listener);
}

/* As the page of the story says it, so that one that is as old as its LATEST
 * but shows another text is asked for anew. */
static void where_things_stand_names_what_changed_lately(void **state)
{
    House *house = *state;
    Item item = story_item("urn:1");
    StoryId gone = publish(house, "urn:2");
    StoryId story = publish(house, "urn:1");
    EntryOutcome out;
    Listener *listener;
    Got got;

    item.headline = S("Another one");
    item.version = 2;
    put_at(house, &item, PUT_PUBLISH, NOW);
    act(house, ACT_KILL, gone);
    cover(house, story, &out);
    listener = listen(house, "GET /live?lang=uk" V);
    assert_true(says(listener->first, "\"versions\":{\"2\":2,\"1\":0},"
                                      "\"entries\":{\"2\":\"1.1.1\"}}\n\n"));
    leave(listener);
    got = ask(house, "GET /en/facts/2-another-one" V);
    assert_true(says(got.body, " data-version=\"2\""));
    assert_true(says(got.body, " data-entries=\"1.1.1\""));
}

static void each_change_is_told_once_in_order(void **state)
{
    House *house = *state;
    Listener *listener = listen(house, "GET /live?lang=en" V);
    StoryId one, two;
    Str news;

    one = publish_as(house, "urn:1", "First one", "facts", "sea");
    two = publish_as(house, "urn:2", "Second one", "facts", NULL);
    act(house, ACT_WITHDRAW, two);
    news = follow(listener);
    assert_true(says(news, "id: 1\nevent: published\ndata: {\"story\":1,"
                           "\"version\":1,\"headline\":\"First one\","
                           "\"href\":\"/en/facts/1-first-one\","));
    assert_true(says(news, "\"tags\":[\"sea\"]"));
    assert_true(says(news, "data-for="));
    /* how it came is not told of a story that is gone */
    assert_false(says(news, "Second one"));
    assert_true(says(news, "id: 3\nevent: withdrawn\ndata: {\"story\":2,"
                           "\"note\":\"It was wrong.\"}\n\n"));
    assert_int_equal(follow(listener).len, 0);
    act(house, ACT_RESTORE, two);
    assert_true(str_starts(follow(listener),
                           S("id: 4\nevent: published\ndata: {\"story\":2,")));
    act(house, ACT_KILL, one);
    assert_str(follow(listener), S("id: 5\nevent: killed\ndata: {\"story\":1,"
                                   "\"note\":\"It was wrong.\"}\n\n"));
    leave(listener);
}

static void who_comes_back_hears_what_it_missed(void **state)
{
    House *house = *state;
    Listener *listener;

    for (int i = 1; i <= 5; i++)
        publish(house,
                str_z(&house->arena, str_format(&house->arena, "urn:%d", i)));
    press_catch_up(house->thread.press, time_monotonic());
    listener = listen(house, "GET /live?lang=en" V "\r\nLast-Event-ID: 2");
    assert_false(says(listener->first, "event: sync"));
    assert_false(says(listener->first, "id: 2\n"));
    assert_int_equal(count_of(listener->first, "event: published"), 3);
    leave(listener);

    /* from another row, as after a restart, and while others are there */
    open_press(house);
    listener = listen(house, "GET /live?lang=en&last=4" V);
    assert_int_equal(count_of(listener->first, "event: published"), 1);
    assert_true(says(listener->first, "id: 5\n"));
    {
        Listener *other = listen(house, "GET /live?lang=en&last=1" V);

        assert_int_equal(count_of(other->first, "event: published"), 4);
        assert_int_equal(news_of(listener).len, 0);
        publish(house, "urn:6");
        assert_true(str_starts(follow(listener), S("id: 6\n")));
        assert_true(str_starts(news_of(other), S("id: 6\n")));
        leave(other);
    }
    leave(listener);
}

static void who_missed_too_much_or_knows_more_is_told_where_things_stand(
    void **state)
{
    House *house = *state;
    Listener *slow = listen(house, "GET /live?lang=en" V);
    Listener *listener;
    Str news;

    listener = listen(house, "GET /live?lang=en&last=1000" V);
    assert_true(says(listener->first, "id: 0\nevent: sync\n"));
    leave(listener);
    for (int i = 1; i <= LIVE_KEPT + 10; i++)
        publish(house,
                str_z(&house->arena, str_format(&house->arena, "urn:%d", i)));
    news = follow(slow);
    assert_true(says(news, "id: 266\nevent: sync\n"));
    assert_false(says(news, "published"));
    listener = listen(house, "GET /live?lang=en&last=1" V);
    assert_true(says(listener->first, "id: 266\nevent: sync\n"));
    leave(listener);
    listener = listen(house, "GET /live?lang=en&last=10" V);
    assert_int_equal(count_of(listener->first, "event: published"), LIVE_KEPT);
    leave(listener);
    leave(slow);
}

/* As when another thread or node told it of a change that this one has not
 * taken yet. */
static void who_has_heard_more_than_was_taken_goes_on(void **state)
{
    House *house = *state;
    Listener *other, *listener;

    publish(house, "urn:1");
    other = listen(house, "GET /live?lang=en" V);
    assert_true(says(other->first, "id: 1\nevent: sync\n"));
    publish(house, "urn:2");
    house->committed = 0; /* by another process */
    listener = listen(house, "GET /live?lang=en&last=2" V);
    assert_false(says(listener->first, "event: "));
    assert_true(live_follow(house->thread.live)); /* for the other one */
    assert_false(live_follow(house->thread.live));
    assert_true(str_starts(news_of(other), S("id: 2\nevent: published\n")));
    publish(house, "urn:3");
    assert_true(str_starts(follow(listener), S("id: 3\nevent: published\n")));
    leave(other);
    leave(listener);
}

static void what_was_taken_back_is_not_told_again(void **state)
{
    House *house = *state;
    Listener *listener = listen(house, "GET /live?lang=en" V);
    Listener *late;
    StoryId story = publish_as(house, "urn:1", "It was wrong", "facts", NULL);

    assert_true(says(follow(listener), "It was wrong"));
    act(house, ACT_KILL, story);
    follow(listener);
    late = listen(house, "GET /live?lang=en&last=0" V);
    assert_false(says(late->first, "It was wrong\""));
    assert_false(says(late->first, "published"));
    assert_true(says(late->first, "event: killed"));
    leave(late);
    leave(listener);
}

/* A reader that the kernel takes nothing from hears of it as it is then. */
static void what_waits_is_told_as_it_is_then(void **state)
{
    House *house = *state;
    Listener *listener = listen(house, "GET /live?lang=en" V);
    StoryId story = publish_as(house, "urn:1", "Too early", "facts", NULL);
    Str offered;

    press_catch_up(house->thread.press, time_monotonic());
    live_follow(house->thread.live);
    offered = listener->reply.stay->next(listener->reply.hold);
    assert_true(says(offered, "Too early"));
    act(house, ACT_KILL, story);
    assert_false(says(follow(listener), "Too early"));
    leave(listener);
}

static void filters_choose(void **state)
{
    House *house = *state;
    Listener *section = listen(house, "GET /live?lang=en&section=sport" V);
    Listener *tag = listen(house, "GET /live?lang=en&tag=sea" V);
    Listener *story = listen(house, "GET /live?lang=en&story=2" V);
    Listener *both = listen(house, "GET /live?lang=en&tag=sea&section=sport" V);
    Listener *other = listen(house, "GET /live?lang=uk" V);
    StoryId two;

    publish_as(house, "urn:1", "One", "facts", "sea");
    two = publish_as(house, "urn:2", "Two", "sport", NULL);
    act(house, ACT_KILL, publish_as(house, "urn:3", "Three", "sport", "sea"));
    act(house, ACT_KILL, two);
    assert_int_equal(count_of(follow(section), "event: killed"), 2);
    assert_true(says(follow(tag), "\"headline\":\"One\""));
    assert_int_equal(count_of(news_of(both), "event: killed"), 1);
    assert_true(says(news_of(story), "id: 5\nevent: killed"));
    assert_int_equal(count_of(news_of(other), "event: "), 0);
    leave(section);
    leave(tag);
    leave(story);
    leave(both);
    leave(other);
}

static void drafts_and_embargoes_are_never_told(void **state)
{
    House *house = *state;
    Listener *listener = listen(house, "GET /live?lang=en" V);
    Str news;

    fill(house);
    news = follow(listener);
    assert_int_equal(count_of(news, "event: published"), 1);
    assert_false(says(news, "drafts"));
    leave(listener);
    listener = listen(house, "GET /live?lang=en&last=0" V);
    assert_int_equal(count_of(listener->first, "event: "), 3);
    leave(listener);
}

/* What is hot in English, hottest first. */
static void make_hot(House *house, StoryId *stories, size_t count, Time now)
{
    HotPlace *items = ARENA_ARRAY(&house->arena, HotPlace, count);
    HotPlaces places = {items, count};

    for (size_t i = 0; i < count; i++)
        items[i] = (HotPlace){
            .language = S("en"), .place = (int64_t)i, .story = stories[i]};
    assert_int_equal(store_begin(house->store), ERR_OK);
    assert_int_equal(
        store_end(house->store,
                  hot_write(house->store, &house->arena, &places, now)),
        ERR_OK);
}

/* The ranking is the same as before; only its stories are not. */
static void what_is_hot_is_told_as_its_stories_are(void **state)
{
    House *house = *state;
    Item item = story_item("urn:2");
    StoryId stories[] = {publish_as(house, "urn:1", "First", "facts", NULL),
                         publish_as(house, "urn:2", "Wrogn", "facts", NULL),
                         publish_as(house, "urn:3", "Third", "facts", NULL)};
    Listener *listener, *late;
    Str news;

    make_hot(house, stories, COUNT(stories), NOW);
    listener = listen(house, "GET /live?lang=en" V);
    item.headline = S("Wrong");
    item.version = 2;
    put_at(house, &item, PUT_PUBLISH, NOW);
    news = follow(listener);
    assert_true(says(news, "event: hot\ndata: "));
    assert_false(says(news, "Wrogn"));
    late = listen(house, "GET /live?lang=en&hot=00000000" V);
    assert_true(says(late->first, "event: hot\ndata: "));
    assert_false(says(late->first, "Wrogn"));

    act(house, ACT_KILL, stories[0]);
    news = follow(listener);
    assert_int_equal(count_of(news, "event: hot"), 1);
    assert_false(says(news, "First"));
    assert_int_equal(count_of(news_of(late), "event: hot"), 1);
    assert_int_equal(follow(listener).len, 0);
    leave(listener);
    leave(late);

    /* while nobody listens */
    act(house, ACT_KILL, stories[2]);
    press_catch_up(house->thread.press, time_monotonic());
    live_follow(house->thread.live);
    late = listen(house, "GET /live?lang=en&hot=00000000" V);
    assert_true(says(late->first, "Wrong"));
    assert_false(says(late->first, "Third"));
    leave(late);
}

static void a_wrong_request_is_told_what_is_expected(void **state)
{
    static const struct {
        const char *lines, *says;
    } cases[] = {
        {"GET /live" V, "lang: expected one of en, uk"},
        {"GET /live?lang=xx" V, "lang: expected one of en, uk"},
        {"GET /live?lang=en&story=x" V, "story: expected"},
        {"GET /live?lang=en&story=0" V, "story: expected"},
        {"GET /live?lang=en&tag=" V, "tag: expected"},
        {"GET /live?lang=en&section=" V, "section: expected"},
        {"GET /live?lang=en&last=-1" V, "Last-Event-ID: expected"},
        {"GET /live?lang=en" V "\r\nLast-Event-ID: 1; x", "Last-Event-ID:"},
        {"GET /live?lang=en&last=99999999999999999999" V, "Last-Event-ID:"},
    };
    House *house = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        HttpReply reply = {.status = 200};
        HttpRequest request;

        check_row(cases[i].lines);
        read_request(house, cases[i].lines, &request);
        site_handle(&house->thread, &request, &house->arena, &reply);
        assert_int_equal(reply.status, 400);
        assert_true(says(body_of(house, &reply, false), cases[i].says));
    }
    assert_false(live_has_readers(house->thread.live));
}

#define LIVE_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, open_house, close_house)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        LIVE_TEST(who_comes_anew_is_told_where_things_stand),
        LIVE_TEST(where_things_stand_names_what_changed_lately),
        LIVE_TEST(each_change_is_told_once_in_order),
        LIVE_TEST(who_comes_back_hears_what_it_missed),
        LIVE_TEST(who_missed_too_much_or_knows_more_is_told_where_things_stand),
        LIVE_TEST(who_has_heard_more_than_was_taken_goes_on),
        LIVE_TEST(what_was_taken_back_is_not_told_again),
        LIVE_TEST(what_waits_is_told_as_it_is_then),
        LIVE_TEST(filters_choose),
        LIVE_TEST(drafts_and_embargoes_are_never_told),
        LIVE_TEST(what_is_hot_is_told_as_its_stories_are),
        LIVE_TEST(a_wrong_request_is_told_what_is_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
