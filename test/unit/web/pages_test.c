/* test/unit/web/pages_test.c -- what stands in an answer: the stories as they
 * are at that moment, their translations, as many as fit, or an error. */
#include "house.h"

static void a_story_restored_meanwhile_is_shown(void **state)
{
    House *house = *state;
    Got got;

    fill(house);
    house->restore = (StoryId){2};
    got = ask(house, "GET /en/facts/2-harbour-bridge-opens" V);
    assert_true(house->looks >= 3);
    assert_int_equal(got.status, 200);
    check_head(&got);
}

static size_t count_of(Str text, const char *what)
{
    size_t count = 0;
    ptrdiff_t at = -1;

    while ((at = str_find(text, str_from(what), (size_t)(at + 1))) >= 0)
        count++;
    return count;
}

/* A story is no translation of another in its own language, and a language has
 * one address, whoever else was put into the group. */
static void a_language_is_named_once(void **state)
{
    static const char *const languages[] = {"en", "en", "uk", "uk", "de"};
    House *house = *state;
    Got got;

    for (size_t i = 0; i < COUNT(languages); i++) {
        Item item = story_item(
            str_z(&house->arena, str_format(&house->arena, "urn:peer:%zu", i)));

        item.language = str_from(languages[i]);
        item.group = S("bridge");
        put_at(house, &item, PUT_PUBLISH, NOW);
    }
    got = ask(house, "GET /en/facts/2-harbour-bridge-opens" V);
    assert_int_equal(got.status, 200);
    assert_int_equal(count_of(got.body, "hreflang=\"en\" href=\"http"), 1);
    assert_int_equal(count_of(got.body, "hreflang=\"uk\" href=\"http"), 1);
    assert_true(says(got.body, "/uk/facts/3-"));
    assert_false(says(got.body, "/uk/facts/4-"));
    assert_false(says(got.body, "/de/"));
}

/* Thirty long reads are more than a feed carries: most come without text. */
static void a_feed_of_long_stories_is_shorter(void **state)
{
    static const char *const paths[] = {"/en/rss.xml", "/en/atom.xml",
                                        "/en/feed.json"};
    House *house = *state;
    Buf buf = buf_open(&house->arena, 1 << 20);

    while (buf.len < 900 * 1024)
        buf_puts(&buf, S("<p>Fish &amp; chips &lt;&quot;&gt; again.</p>"));
    for (int i = 0; i < 30; i++) {
        Item item = story_item(
            str_z(&house->arena, str_format(&house->arena, "urn:long:%d", i)));

        item.body = (Html){buf_str(&buf)};
        item.at = NOW - TIME_HOUR * i;
        put_at(house, &item, PUT_PUBLISH, NOW);
    }
    for (size_t i = 0; i < COUNT(paths); i++) {
        Got got = ask_with(house, paths[i], "Accept", S("*/*"));

        check_row(paths[i]);
        assert_int_equal(got.status, 200);
        assert_true(says(got.body, "/en/facts/1-harbour-bridge-opens"));
        assert_true(says(got.body, "/en/facts/30-harbour-bridge-opens"));
    }
}

static void a_store_that_fails_gives_an_error_page(void **state)
{
    House *house = *state;
    Got got;

    fill(house);
    store_close(house->store);
    house->store = NULL;
    house->committed += 1; /* a change that cannot be read */
    place_break(house->path);
    got = ask(house, "GET /en/" V);
    assert_true(got.status == 500 || got.status == 503);
    assert_str(header(&got, "Cache-Control"), S("no-store"));
    check_head(&got);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        site_test(a_story_restored_meanwhile_is_shown),
        site_test(a_language_is_named_once),
        site_test(a_feed_of_long_stories_is_shorter),
        site_test(a_store_that_fails_gives_an_error_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
