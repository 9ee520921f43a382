/* test/unit/web/conditional_test.c -- conditional requests (RFC 9110, 13): what
 * has not changed is not sent again, and no change is hidden. */
#include "house.h"

/* ---- by entity tag ---- */

static void what_has_not_changed_is_not_sent_again(void **state)
{
    static const char *const paths[] = {
        "/en/",        "/en/latest/", "/en/facts/1-harbour-bridge-opens",
        "/en/rss.xml", "/robots.txt", "/icon.svg",
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(paths); i++) {
        Got full = ask_with(house, paths[i], "Accept", S("*/*"));
        Str tag = header(&full, "ETag");
        Got same = ask_with(house, paths[i], "If-None-Match", tag);
        Got weak =
            ask_with(house, paths[i], "If-None-Match",
                     str_format(&house->arena, "\"x\", W/%.*s", STR_ARG(tag)));
        Got any = ask_with(house, paths[i], "If-None-Match", S("*"));
        Got other = ask_with(house, paths[i], "If-None-Match", S("\"x\""));

        check_row(paths[i]);
        assert_true(tag.len > 2);
        assert_int_equal(same.status, 304);
        assert_int_equal(weak.status, 304);
        assert_int_equal(any.status, 304);
        assert_int_equal(other.status, 200);
        assert_int_equal(same.body.len, 0);
        check_head(&same);
        /* RFC 9110, 15.4.5 */
        assert_str(header(&same, "ETag"), tag);
        assert_str(header(&same, "Cache-Control"),
                   header(&full, "Cache-Control"));
        assert_str(header(&same, "Vary"), header(&full, "Vary"));
    }
}

static void what_is_another_is_not_sent(void **state)
{
    static const char *const paths[] = {"/en/", "/robots.txt", "/icon.svg"};
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(paths); i++) {
        Got full = ask_with(house, paths[i], "Accept", S("*/*"));
        Str tag = header(&full, "ETag");
        Str weak = str_format(&house->arena, "W/%.*s", STR_ARG(tag));
        Str several =
            str_format(&house->arena, "\"x\"\r\nIf-Match: %.*s", STR_ARG(tag));
        Got other = ask_with(house, paths[i], "If-Match", S("\"x\""));

        check_row(paths[i]);
        assert_int_equal(other.status, 412);
        assert_str(header(&other, "Cache-Control"), S("no-store"));
        check_head(&other);
        assert_int_equal(ask_with(house, paths[i], "If-Match", weak).status,
                         412);
        assert_int_equal(ask_with(house, paths[i], "If-Match", tag).status,
                         200);
        assert_int_equal(ask_with(house, paths[i], "If-Match", several).status,
                         200);
        assert_int_equal(ask_with(house, paths[i], "If-Match", S("*")).status,
                         200);
    }
    assert_int_equal(
        ask_with(house, "/en/none/", "If-Match", S("\"x\"")).status, 404);
}

/* ---- by time ---- */

static void what_changed_since_is_not_sent(void **state)
{
    static const struct {
        const char *why, *lines;
        int status;
    } rows[] = {
        {"before", "If-Unmodified-Since: Sat, 03 Apr 2021 00:00:00 GMT", 412},
        {"after", "If-Unmodified-Since: Sat, 03 Apr 2032 00:00:00 GMT", 200},
        {"no time", "If-Unmodified-Since: yesterday", 200},
        {"the tag counts first",
         "If-Match: *\r\nIf-Unmodified-Since: Sat, 03 Apr 2021 00:00:00 GMT",
         200},
    };
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Got got = ask_lines(house, "/en/", rows[i].lines);

        check_row(rows[i].why);
        assert_int_equal(got.status, rows[i].status);
    }
}

/* Two versions never share a time of change: not within one second, not when a
 * commit takes its time, not when the clock is set back. */
static void a_time_of_change_never_hides_a_change(void **state)
{
    static const struct {
        const char *why;
        Time first, second; /* before now */
    } rows[] = {
        {"in one second, committed late", 3 * TIME_SECOND, 3 * TIME_SECOND},
        {"the clock was set back", TIME_MINUTE, TIME_HOUR},
        {"later, as it should be", TIME_HOUR, TIME_MINUTE},
    };
    House *house = *state;
    const char *path = "/en/facts/1-harbour-bridge-opens";
    Time now = time_now() - time_now() % TIME_SECOND;

    publish(house, "urn:1");
    for (size_t i = 0; i < COUNT(rows); i++) {
        Item item = story_item("urn:1");
        Str told;
        Got got;

        check_row(rows[i].why);
        item.deck = str_format(&house->arena, "First %zu", i);
        put_at(house, &item, PUT_PUBLISH, now - rows[i].first);
        got = ask(house, "GET /en/facts/1-harbour-bridge-opens" V);
        assert_int_equal(got.status, 200);
        told = header(&got, "Last-Modified");
        item.deck = str_format(&house->arena, "Second %zu", i);
        put_at(house, &item, PUT_PUBLISH, now - rows[i].second + 900 * TIME_MS);
        if (!told.len) continue;
        got = ask_with(house, path, "If-Modified-Since", told);
        assert_int_equal(got.status, 200);
        assert_true(says(got.body, "Second"));
    }
}

static void a_time_of_change_spares_the_body(void **state)
{
    House *house = *state;
    Got got;
    Str told;

    publish(house, "urn:1");
    got = ask(house, "GET /en/" V);
    told = header(&got, "Last-Modified");
    assert_true(told.len > 0);
    got = ask_with(house, "/en/", "If-Modified-Since", told);
    assert_int_equal(got.status, 304);
    check_head(&got);
    /* the other one counts (RFC 9110, 13.2.2) */
    got = ask_with(house, "/en/", "If-None-Match: \"x\"\r\nIf-Modified-Since",
                   told);
    assert_int_equal(got.status, 200);
}

/* Other settings, another theme or program make other pages of the same
 * stories: a page made by them is no older than they are. */
static void a_new_start_hides_no_change_either(void **state)
{
    House *house = *state;
    Time now = time_now();
    Str before, after;
    Got got;

    publish(house, "urn:1");
    got = ask(house, "GET /en/" V);
    before = str_copy(&house->arena, header(&got, "Last-Modified"));
    house->begun_at = now - TIME_MINUTE;
    open_press(house);
    got = ask_with(house, "/en/", "If-Modified-Since", before);
    assert_int_equal(got.status, 200);
    after = header(&got, "Last-Modified");
    assert_str(after, time_http(&house->arena, now - TIME_MINUTE));
    got = ask_with(house, "/en/", "If-Modified-Since", after);
    assert_int_equal(got.status, 304);
    /* what it was a moment ago could still be told of an earlier start */
    house->begun_at = now;
    open_press(house);
    got = ask(house, "GET /en/" V);
    assert_null(header(&got, "Last-Modified").ptr);
}

/* ---- errors ---- */

/* Errors are never "not changed", whatever the reader has. */
static void an_error_is_told_in_full(void **state)
{
    static const struct {
        const char *path;
        int status;
    } rows[] = {{"/en/none/", 404}, {"/en/facts/3-x", 410}, {"/en/%00", 400}};
    House *house = *state;

    fill(house);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Got got = ask_with(house, rows[i].path, "If-None-Match", S("*"));

        assert_int_equal(got.status, rows[i].status);
        assert_true(got.body.len > 100);
        got = ask_with(house, rows[i].path, "If-Modified-Since",
                       S("Fri, 01 Jan 2100 00:00:00 GMT"));
        assert_int_equal(got.status, rows[i].status);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        site_test(what_has_not_changed_is_not_sent_again),
        site_test(what_is_another_is_not_sent),
        site_test(what_changed_since_is_not_sent),
        site_test(an_error_is_told_in_full),
        site_test(a_time_of_change_never_hides_a_change),
        site_test(a_time_of_change_spares_the_body),
        site_test(a_new_start_hides_no_change_either),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
