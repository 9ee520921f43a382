/* test/unit/audience/beacon_test.c -- what open pages say, and who says it. */
#include "check.h"

#include "audience/beacon.h"

static void a_beacon_says_story_screen_and_where_from(void **unused)
{
    Arena arena = arena_open();
    Beacon beacon;

    (void)unused;
    assert_int_equal(
        beacon_read(&arena,
                    S("story=737184&screen=tablet&from=WWW.Example.org&x=1"),
                    &beacon, NULL),
        ERR_OK);
    assert_int_equal(beacon.story.number, 737184);
    assert_int_equal(beacon.screen, SCREEN_TABLET);
    assert_str(beacon.from, S("www.example.org"));
    assert_int_equal(
        beacon_read(&arena, S("screen=phone&story=1"), &beacon, NULL), ERR_OK);
    assert_int_equal(beacon.from.len, 0);
    arena_close(&arena);
}

static void another_one_is_told_what_was_expected(void **unused)
{
    static const struct {
        const char *why, *body, *says;
    } cases[] = {
        {"nothing", "", "story: expected its number"},
        {"no number", "story=x&screen=phone", "story: expected"},
        {"none", "story=0&screen=phone", "story: expected"},
        {"below", "story=-4&screen=phone", "story: expected"},
        {"too long", "story=1234567890123456789&screen=phone", "story:"},
        {"no screen", "story=1", "screen: expected phone, tablet or desktop"},
        {"another screen", "story=1&screen=wall", "screen: expected"},
        {"an address", "story=1&screen=phone&from=http://x/", "from: expected"},
        {"markup", "story=1&screen=phone&from=%3Cb%3E", "from: expected"},
        {"a line", "story=1&screen=phone&from=a%0Ab", "from: expected"},
    };
    char longest[BEACON_MAX + 2];
    Arena arena = arena_open();
    Beacon beacon = {.story = {7}};

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Fault fault = fault_none();

        check_row(cases[i].why);
        assert_int_equal(
            beacon_read(&arena, str_from(cases[i].body), &beacon, &fault),
            ERR_INVALID);
        assert_non_null(strstr(fault.text, cases[i].says));
        assert_int_equal(beacon.story.number, 7);
    }
    memset(longest, 'a', sizeof longest);
    assert_int_equal(
        beacon_read(&arena, (Str){longest, sizeof longest}, &beacon, NULL),
        ERR_TOO_BIG);
    arena_close(&arena);
}

static void a_referrer_is_a_host_in_lower_case(void **unused)
{
    char longest[REFERRER_MAX + 1];

    (void)unused;
    memset(longest, 'a', sizeof longest);
    assert_true(referrer_fits(S("")));
    assert_true(referrer_fits(S("www.a-1.example")));
    assert_true(referrer_fits((Str){longest, REFERRER_MAX}));
    assert_false(referrer_fits((Str){longest, REFERRER_MAX + 1}));
    assert_false(referrer_fits(S("WWW.example")));
    assert_false(referrer_fits(S("a/b")));
    assert_false(referrer_fits(S("\xd1\x97.example")));
}

static void programs_that_read_for_nobody_are_known(void **unused)
{
    static const struct {
        const char *agent;
        bool bot;
    } cases[] = {
        {"", true},
        {"Mozilla/5.0 (compatible; Examplebot/2.1; +http://x/)", true},
        {"Mozilla/5.0 (compatible; examplebot)", true},
        {"ExampleBot", true},
        {"Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0", true},
        {"curl/7.88.1", true},
        {"python-requests/2.31", true},
        {"Example-Crawler", true},
        {"Some Spider 1.0", true},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
         "Firefox/128.0",
         false},
        {"Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) Chrome/120.0 Mobile",
         false},
        {"Mozilla/5.0 (Linux; Android 10; CUBOT_P50) Chrome/120.0", false},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1",
         false},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].agent);
        assert_int_equal(browser_is_bot(str_from(cases[i].agent)),
                         cases[i].bot);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beacon_says_story_screen_and_where_from),
        cmocka_unit_test(another_one_is_told_what_was_expected),
        cmocka_unit_test(a_referrer_is_a_host_in_lower_case),
        cmocka_unit_test(programs_that_read_for_nobody_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
