/* test/unit/ingest/import_test.c -- files into a real store: each story once,
 * with its newest version, in its place. */
#include "site.h"

/* ---- versions ---- */

static void versions_are_new_newer_known_or_older(void **state)
{
    Site *site = *state;

    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"version\":\"2\","
                                 "\"title\":\"Two\"}\n"
                                 "{\"uri\":\"a:2\",\"version\":\"1\","
                                 "\"title\":\"Other\"}\n"),
                     ERR_OK);
    counts_are(site, 2, 0, 0, 0, 0);
    assert_int_equal(site->counts.undated, 2);
    assert_int_equal(import_path(site, in_site(site, "a.json")), ERR_OK);
    counts_are(site, 0, 0, 2, 0, 0);
    assert_int_equal(import_text(site, "b.json",
                                 "{\"uri\":\"a:1\",\"version\":\"3\","
                                 "\"title\":\"Three\"}\n"
                                 "{\"uri\":\"a:1\",\"version\":\"1\","
                                 "\"title\":\"One\"}\n"),
                     ERR_OK);
    counts_are(site, 0, 1, 0, 1, 0);
    assert_int_equal(site->note_count, 1);
    assert_int_equal(site->kinds[0], NOTE_OLDER);
    assert_int_equal(site->notes[0].line, 2);
    assert_non_null(strstr(site->notes[0].text, "older"));
    assert_str(headline_of(site, "a:1"), S("Three"));
    assert_false(story_of(site, "a:1").timed);
    assert_int_equal(story_of(site, "a:1").at, ITEM_UNDATED);
}

/* What has lost its time does not lead the front. */
static void an_archive_without_times_stands_last(void **state)
{
    static const char *const headlines[] = {"In a feed", "Dated", "Page",
                                            "Markdown", "Object"};
    Site *site = *state;
    PublicList list;

    assert_int_equal(
        import_text(site, "a.json",
                    "{\"uri\":\"a:1\",\"title\":\"Object\"}\n"
                    "{\"uri\":\"a:2\",\"title\":\"Dated\",\"firstCreated\":"
                    "\"1021-04-14T10:00:00Z\"}\n"),
        ERR_OK);
    assert_int_equal(
        import_text(site, "b.md", "---\ntitle: Markdown\n---\nText\n"), ERR_OK);
    assert_int_equal(import_text(site, "c.html",
                                 "<html><head><title>Page</title></head><body>"
                                 "<article><h1>Page</h1><p>A page with a text "
                                 "of some words, as pages have.</p></article>"
                                 "</body></html>"),
                     ERR_OK);
    assert_int_equal(import_text(site, "d.xml",
                                 "<rss><channel><item><guid>a:4</guid><title>"
                                 "In a feed</title></item></channel></rss>"),
                     ERR_OK);
    assert_int_equal(public_list(site->store, &site->arena,
                                 (ListKey){.language = S("en")}, NULL, TIME_MIN,
                                 10, &list),
                     ERR_OK);
    assert_int_equal(list.count, COUNT(headlines));
    for (size_t i = 0; i < list.count; i++) {
        assert_str(list.items[i].headline, str_from(headlines[i]));
        assert_int_equal(list.items[i].timed, i == 1);
    }
    assert_int_equal(story_of(site, "a:1").changed_at, now);
}

static void a_source_says_when_it_changed_a_story(void **state)
{
    static const struct {
        const char *name, *text, *uri;
    } files[] = {
        {"a.json",
         "{\"uri\":\"a:1\",\"title\":\"T\",\"version\":\"1\",\"firstCreated\":"
         "\"2021-04-14T10:00:00Z\",\"versionCreated\":"
         "\"2021-04-15T10:00:00Z\"}\n",
         "a:1"},
        {"b.md",
         "---\nuri: a:2\ntitle: T\ndate: 2021-04-14T10:00:00Z\n"
         "updated: 2021-04-15T10:00:00Z\n---\nText\n",
         "a:2"},
        {"c.xml",
         "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a:3</id>"
         "<title>T</title><published>2021-04-14T10:00:00Z</published>"
         "<updated>2021-04-15T10:00:00Z</updated></entry></feed>",
         "a:3"},
    };
    Site *site = *state;

    for (size_t i = 0; i < COUNT(files); i++) {
        Story story;

        check_row(files[i].name);
        assert_int_equal(import_text(site, files[i].name, files[i].text),
                         ERR_OK);
        story = story_of(site, files[i].uri);
        assert_int_equal(story.changed_at - story.at, TIME_DAY);
    }
}

static void a_dialect_is_read_by_those_of_the_language(void **state)
{
    Site *site = *state;
    Story story;

    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"title\":\"T\","
                                 "\"language\":\"en-GB\"}\n"
                                 "{\"uri\":\"a:2\",\"title\":\"T\","
                                 "\"language\":\"de-AT\"}\n"),
                     ERR_OK);
    assert_str(story_of(site, "a:1").language, S("en"));
    /* Nobody could read it: the site has no pages in German. */
    counts_are(site, 1, 0, 0, 0, 1);
    assert_non_null(strstr(site->notes[0].text, "\"de-AT\" is none"));
    assert_int_equal(stories_find(site->store, &site->arena, S("a:2"), &story),
                     ERR_NOT_FOUND);
    assert_int_equal(import_text(site, "b.json",
                                 "{\"uri\":\"a:1\",\"title\":\"T2\","
                                 "\"version\":\"2\",\"language\":\"uk\"}\n"),
                     ERR_OK);
    counts_are(site, 0, 0, 0, 0, 1);
    assert_non_null(strstr(site->notes[0].text, "the story is in \"en\""));
    assert_str(headline_of(site, "a:1"), S("T"));
}

/* ---- captures ---- */

static void check_front(Site *site)
{
    static const char *const headlines[] = {"Second", "First", "Bread"};
    Story story;
    PublicList list;
    Store *reader;

    assert_int_equal(store_open(site->path, STORE_PUBLIC, &reader, NULL),
                     ERR_OK);
    assert_int_equal(public_list(reader, &site->arena,
                                 (ListKey){.language = S("en")}, NULL, TIME_MIN,
                                 10, &list),
                     ERR_OK);
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_str(list.items[i].headline, str_from(headlines[i]));
    assert_true(list.items[2].timed);
    assert_int_equal(
        stories_get(site->store, &site->arena, list.items[2].id, &story),
        ERR_OK);
    assert_int_equal(story.latest, 3);
    store_close(reader);
}

static void a_later_capture_improves_a_story(void **state)
{
    Site *site = *state;
    char *paths[3];

    paths[0] = write_file(site, "1.txt",
                          S("10:00 14.04.2021\nFirst\n\nText.\n\n"
                            "LATEST\n\nBread\n"));
    paths[1] = write_file(site, "2.txt",
                          S("11:00 14.04.2021\nSecond\n\nText.\n\n"
                            "MORE ABOUT\n\n09:30 14.04.2021\nBread\n"));
    paths[2] = write_file(site, "3.txt",
                          S("09:30 14.04.2021\nBread\n\nDearer.\n\n"
                            "LATEST\n\nSecond\n"));
    assert_int_equal(import_paths(site, paths, 3), ERR_OK);
    counts_are(site, 3, 2, 1, 0, 0);
    check_front(site);

    /* A page that knows less takes nothing away. */
    assert_int_equal(import_paths(site, paths, 3), ERR_OK);
    counts_are(site, 0, 0, 6, 0, 0);
    check_front(site);
}

static void the_same_headline_on_another_day_is_another_story(void **state)
{
    Site *site = *state;

    assert_int_equal(
        import_text(site, "1.txt",
                    "10:00 14.04.2021\nWeather\n\nRain.\n\nTags: #rain\n"),
        ERR_OK);
    assert_int_equal(
        import_text(site, "2.txt",
                    "10:00 16.04.2021\nWeather\n\nSun.\n\nTags: #sun\n"),
        ERR_OK);
    counts_are(site, 1, 0, 0, 0, 0);
    assert_int_equal(import_path(site, in_site(site, "2.txt")), ERR_OK);
    counts_are(site, 0, 0, 1, 0, 0);
    assert_int_equal(import_path(site, in_site(site, "1.txt")), ERR_OK);
    counts_are(site, 0, 0, 1, 0, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(versions_are_new_newer_known_or_older),
        TEST(an_archive_without_times_stands_last),
        TEST(a_source_says_when_it_changed_a_story),
        TEST(a_later_capture_improves_a_story),
        TEST(the_same_headline_on_another_day_is_another_story),
        TEST(a_dialect_is_read_by_those_of_the_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
