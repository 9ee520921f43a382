/* test/unit/ingest/import_rejects_test.c -- what cannot be used is told and
 * kept aside, and stops nothing unless it is asked to. */
#include "site.h"

#include "base/buf.h"
#include "ingest/rejects.h"

static Str rejects_file(Site *site, size_t max)
{
    DIR *dir = opendir(in_site(site, "rejects"));
    struct dirent *entry;
    Str bytes = {0};

    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            assert_int_equal(
                file_read(&site->arena,
                          file_join(&site->arena, in_site(site, "rejects"),
                                    entry->d_name),
                          max, &bytes, NULL),
                ERR_OK);
    if (dir) closedir(dir);
    return bytes;
}

static const char with_bad[] = "{\"uri\":\"a:1\",\"title\":\"One\"}\n"
                               "{\"uri\":\"a:2\"}\n"
                               "{\"uri\":\"a:3\",\"title\":\n"
                               "{\"uri\":\"a:4\",\"title\":\"Four\"}\n";

static void bad_records_are_told_and_kept_and_stop_nothing(void **state)
{
    Site *site = *state;
    Str kept;

    assert_int_equal(import_text(site, "a.json", with_bad), ERR_OK);
    counts_are(site, 2, 0, 0, 0, 2);
    assert_int_equal(site->note_count, 2);
    assert_int_equal(site->notes[0].line, 2);
    assert_string_equal(site->notes[0].where, in_site(site, "a.json"));
    assert_non_null(strstr(site->notes[0].text, "headline"));
    assert_int_equal(site->notes[1].line, 3);
    kept = rejects_file(site, 1 << 20);
    assert_true(str_find(kept, S("\"line\":2"), 0) > 0);
    assert_true(
        str_find(kept, S("\"record\":\"{\\\"uri\\\":\\\"a:2\\\"}\""), 0) > 0);

    /* Mended and imported again, nothing is left of it. */
    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"title\":\"One\"}\n"
                                 "{\"uri\":\"a:2\",\"title\":\"Two\"}\n"),
                     ERR_OK);
    counts_are(site, 1, 0, 1, 0, 0);
    assert_int_equal(rejects_file(site, 1 << 20).len, 0);
}

static void strict_stops_and_keeps_nothing_of_the_batch(void **state)
{
    Site *site = *state;
    Story story;

    site->strict = true;
    assert_int_equal(import_text(site, "a.json", with_bad), ERR_INVALID);
    counts_are(site, 0, 0, 0, 0, 1);
    assert_int_equal(site->fault.line, 2);
    assert_int_equal(stories_find(site->store, &site->arena, S("a:1"), &story),
                     ERR_NOT_FOUND);
}

static void a_newer_version_of_a_killed_story_is_a_reject(void **state)
{
    Site *site = *state;

    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"version\":\"1\","
                                 "\"title\":\"T\"}\n"
                                 "{\"uri\":\"a:1\",\"version\":\"2\","
                                 "\"pubStatus\":\"canceled\"}\n"
                                 "{\"uri\":\"a:1\",\"version\":\"3\","
                                 "\"title\":\"T\"}\n"),
                     ERR_OK);
    assert_int_equal(story_of(site, "a:1").state, STORY_KILLED);
    assert_int_equal(site->counts.rejected, 1);
    assert_int_equal(site->notes[0].line, 3);
}

static void a_large_reject_is_cut(void **state)
{
    Site *site = *state;
    Buf buf = buf_open(&site->arena, 8 << 20);
    Str text;

    buf_printf(&buf, "{\"uri\":\"a:1\",\"body_text\":\"");
    while (buf.len < (3 << 20))
        buf_puts(&buf, S("слово "));
    buf_printf(&buf, "\"}\n");
    assert_int_equal(buf_end(&buf, &text), ERR_OK);
    write_file(site, "large.json", text);
    assert_int_equal(import_path(site, in_site(site, "large.json")), ERR_OK);
    assert_int_equal(site->counts.rejected, 1);
    text = rejects_file(site, 4 << 20);
    assert_in_range(text.len, REJECT_MAX / 2, REJECT_MAX + 2000);
    assert_true(str_find(text, S("\"record\":"), 0) > 0); /* still text */
}

/* Whatever it is, it cannot be had. */
static Err no_picture(void *ctx, Arena *arena, const char *file, Item *item,
                      Fault *fault)
{
    (void)ctx;
    (void)arena;
    assert_true(item->ready);
    assert_non_null(strstr(file, "/"));
    return fault_set(fault, ERR_FORBIDDEN, "picture: %.*s: not for you",
                     STR_ARG(item->picture.href));
}

static void what_an_offered_picture_costs_is_itself(void **state)
{
    static const char feed[] =
        "<rss version=\"2.0\"><channel><title>P</title>\n<item>\n"
        "<title>One</title><guid>http://p.example/1</guid>\n"
        "<enclosure url=\"a.jpg\" type=\"image/jpeg\"/></item>"
        "<item><title>Two</title><guid>http://p.example/2</guid></item>"
        "</channel></rss>";
    Site *site = *state;

    site->picture = no_picture;
    assert_int_equal(import_text(site, "a.xml", feed), ERR_OK);
    counts_are(site, 2, 0, 0, 0, 0);
    assert_int_equal(site->note_count, 1);
    assert_int_equal(site->kinds[0], NOTE_PICTURE);
    assert_int_equal(site->notes[0].line, 2);
    assert_string_equal(site->notes[0].where, in_site(site, "a.xml"));
    assert_string_equal(site->notes[0].text, "picture: a.jpg: not for you");
    assert_int_equal(rejects_file(site, 1 << 20).len, 0);
    site->strict = true; /* it is no reject */
    assert_int_equal(import_text(site, "a.xml", feed), ERR_OK);
    counts_are(site, 0, 0, 2, 0, 0);

    /* What a file of Markdown names, it answers for. */
    site->strict = false;
    assert_int_equal(
        import_text(site, "a.md", "---\ntitle: T\npicture: b.jpg\n---\nText\n"),
        ERR_OK);
    counts_are(site, 0, 0, 0, 0, 1);
    assert_int_equal(site->kinds[0], NOTE_REJECT);

    /* And where nobody brings pictures in, nobody misses them. */
    site->picture = NULL;
    assert_int_equal(import_text(site, "b.json",
                                 "{\"uri\":\"b:1\",\"title\":\"T\","
                                 "\"associations\":[{\"type\":\"picture\","
                                 "\"renditions\":[{\"href\":\"a.jpg\"}]}]}"),
                     ERR_OK);
    counts_are(site, 1, 0, 0, 0, 0);
    assert_int_equal(site->note_count, 0);
}

static const char *no_room; /* the file whose pictures find none */

static Err picture_without_room(void *ctx, Arena *arena, const char *file,
                                Item *item, Fault *fault)
{
    (void)ctx;
    (void)arena;
    if (no_room && strstr(file, no_room))
        return fault_set(fault, ERR_IO, "picture: no room for it");
    item->picture = (ItemPicture){0};
    return ERR_OK;
}

/* Each has a picture that is offered, but for one of Markdown. */
static void write_stories(Site *site, int count)
{
    char name[20], text[200];

    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%02d.json", i);
        snprintf(text, sizeof text,
                 "{\"uri\":\"p:%d\",\"title\":\"T\",\"associations\":"
                 "[{\"type\":\"picture\",\"renditions\":[{\"href\":"
                 "\"a.jpg\"}]}]}",
                 i);
        write_file(site, name, str_from(text));
    }
    write_file(site, "50.md", S("---\ntitle: T\npicture: b.jpg\n---\nText\n"));
}

static void what_is_no_fault_of_a_picture_ends_the_import_there(void **state)
{
    Site *site = *state;
    Story story;

    write_stories(site, 40);
    site->picture = picture_without_room;
    no_room = "/23.json";
    assert_int_equal(import_path(site, site->dir), ERR_IO);
    counts_are(site, 23, 0, 0, 0, 0); /* all before it, and none after it */
    assert_int_equal(stories_find(site->store, &site->arena, S("p:23"), &story),
                     ERR_NOT_FOUND);
    assert_int_equal(site->note_count, 0);
    assert_string_equal(site->fault.where, in_site(site, "23.json"));
    assert_int_equal(site->fault.line, 1);
    assert_string_equal(site->fault.text, "picture: no room for it");
    no_room = "/50.md";
    assert_int_equal(import_path(site, site->dir), ERR_IO);
    counts_are(site, 17, 0, 23, 0, 0);
    no_room = NULL; /* mended: it goes on from there */
    assert_int_equal(import_path(site, site->dir), ERR_OK);
    counts_are(site, 1, 0, 40, 0, 0);
}

/* Records of one file stand in one batch. */
static void so_it_does_within_a_file(void **state)
{
    static const char feed[] =
        "<rss version=\"2.0\"><channel><title>P</title>\n"
        "<item><title>One</title><guid>http://p.example/1</guid></item>\n"
        "<item><title>Two</title><guid>http://p.example/2</guid>"
        "<enclosure url=\"a.jpg\" type=\"image/jpeg\"/></item>\n"
        "<item><title>Three</title><guid>http://p.example/3</guid></item>"
        "</channel></rss>";
    Site *site = *state;

    site->picture = picture_without_room;
    no_room = "a.xml";
    assert_int_equal(import_text(site, "a.xml", feed), ERR_IO);
    counts_are(site, 1, 0, 0, 0, 0);
    assert_int_equal(site->fault.line, 3);
    no_room = NULL;
    assert_int_equal(import_text(site, "a.xml", feed), ERR_OK);
    counts_are(site, 2, 0, 1, 0, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(bad_records_are_told_and_kept_and_stop_nothing),
        TEST(a_large_reject_is_cut),
        TEST(what_an_offered_picture_costs_is_itself),
        TEST(what_is_no_fault_of_a_picture_ends_the_import_there),
        TEST(so_it_does_within_a_file),
        TEST(strict_stops_and_keeps_nothing_of_the_batch),
        TEST(a_newer_version_of_a_killed_story_is_a_reject),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
