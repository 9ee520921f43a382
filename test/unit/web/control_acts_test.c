/* test/unit/web/control_acts_test.c -- what is asked over the control socket:
 * pins hold until their time, and what is no time or no answer to yes or no is
 * said to be none instead of passed over. */
#include "../desk/copydesk.h"

#include "store/reads.h"
#include "web/control.h"

static int ask(Newsroom *room, ControlKind kind, const char *body, Str *answer)
{
    const Site site = {
        .zone = S("UTC"), .languages = {{.tag = S("en")}}, .language_count = 1};
    const ControlSettings settings = {&site, S("news")};
    const ControlRequest request = {.kind = kind, .body = str_from(body)};
    int status = 0;
    Err err = store_begin(room->desk);

    if (!err)
        err = control_run(room->desk, &room->arena, &settings, &request, NOW,
                          answer, &status);
    (void)!store_end(room->desk, err);
    return status;
}

static HotStories pins_at(Newsroom *room, Time now)
{
    HotStories pins;

    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(
        store_end(room->desk, pins_list(room->desk, &room->arena, now, &pins)),
        ERR_OK);
    return pins;
}

static void a_pin_holds_until_its_time(void **state)
{
    Newsroom *room = *state;
    const Time until = NOW + 2 * HOUR;
    Str answer;

    shown(room, "urn:1");
    assert_int_equal(ask(room, CONTROL_PIN,
                         "{\"story\":1,\"until\":\"2021-04-14T16:00:00Z\"}",
                         &answer),
                     200);
    assert_true(str_find(answer, S("\"pinned_until\":\"2021-04-14T16:00:00Z\""),
                         0) >= 0);
    assert_int_equal(pins_at(room, until - 1).count, 1);
    assert_int_equal(pins_at(room, until).count, 0);

    /* without a time for six hours, in the place of the other */
    assert_int_equal(ask(room, CONTROL_PIN, "{\"story\":1}", &answer), 200);
    assert_int_equal(pins_at(room, NOW + 6 * HOUR - 1).count, 1);
    assert_int_equal(pins_at(room, NOW + 6 * HOUR).count, 0);

    assert_int_equal(
        ask(room, CONTROL_PIN, "{\"story\":1,\"unpin\":true}", &answer), 200);
    assert_str(answer, S("{\"story\":1}"));
    assert_int_equal(pins_at(room, NOW).count, 0);
    assert_int_equal(
        ask(room, CONTROL_PIN, "{\"story\":1,\"unpin\":true}", &answer), 200);
}

static const struct {
    ControlKind kind;
    const char *body, *says;
} wrongs[] = {
    {CONTROL_PIN, "{\"until\":\"2021-04-14T16:00:00Z\"}",
     "expected its number"},
    {CONTROL_PIN, "{\"story\":1,\"until\":\"2021-04-14T14:00:00Z\"}",
     "until: that time is over; expected one after now"},
    {CONTROL_PIN, "{\"story\":1,\"until\":\"tomorrow\"}",
     "is not a time with its zone such as"},
    {CONTROL_PIN, "{\"story\":1,\"until\":1618416000}",
     "until: it is a number; expected a time with its zone"},
    {CONTROL_PIN, "{\"story\":1,\"unpin\":\"true\"}",
     "unpin: it is a string; expected true or false"},
    {CONTROL_PIN,
     "{\"story\":1,\"unpin\":true,\"until\":\"2021-04-14T16:00:00Z\"}",
     "until: expected none"},
    {CONTROL_ACT, "{\"act\":\"publish\",\"story\":2,\"embargo\":1618416000}",
     "embargo: it is a number; expected a time with its zone"},
    {CONTROL_ACT, "{\"act\":\"publish\",\"story\":2,\"at\":[\"tomorrow\"]}",
     "at: it is a"},
    {CONTROL_ENTRY,
     "{\"act\":\"put\",\"story\":1,\"text\":\"Ten.\",\"pinned\":1}",
     "pinned: it is a number; expected true or false"},
    {CONTROL_ENTRY,
     "{\"act\":\"put\",\"story\":1,\"text\":\"Ten.\",\"key\":\"yes\"}",
     "key: it is a string; expected true or false"},
    {CONTROL_PICTURE, "{\"mark\":\"x\"}", "act: expected look, add or set"},
    {CONTROL_PICTURE, "{\"act\":\"add\",\"mark\":\"x\"}",
     "bytes: expected a number"},
    {CONTROL_PICTURE,
     "{\"act\":\"add\",\"mark\":\"AbCdEfGhIjKlMnOpQrStUv-_\",\"type\":\"SVG\","
     "\"bytes\":1,\"width\":1,\"height\":1,\"color\":0,\"focus_x\":0,"
     "\"focus_y\":0}",
     "type, bytes, width, height, color: one of them"},
    {CONTROL_PICTURE,
     "{\"act\":\"add\",\"mark\":\"AbCdEfGhIjKlMnOpQrStUv-_\",\"type\":\"PNG\","
     "\"bytes\":1,\"width\":1,\"height\":1,\"color\":0,\"focus_x\":0,"
     "\"focus_y\":1001}",
     "focus_y: expected a number from 0 to 1000"},
    {CONTROL_PICTURE, "{\"act\":\"set\",\"mark\":\"x\",\"until\":\"soon\"}",
     "until: \\\"soon\\\" is not a time"},
    {CONTROL_PICTURE, "{\"act\":\"set\",\"mark\":\"x\",\"focus_x\":\"5\"}",
     "focus_x: expected thousandths"},
};

static void what_is_none_is_not_passed_over(void **state)
{
    Newsroom *room = *state;
    Story story;
    Time ended_at;

    shown(room, "urn:1");
    draft(room, "urn:2");
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        Str answer;

        check_row(wrongs[i].body);
        assert_int_equal(ask(room, wrongs[i].kind, wrongs[i].body, &answer),
                         err_status(ERR_INVALID));
        if (str_find(answer, str_from(wrongs[i].says), 0) < 0)
            fail_msg("%.*s", STR_ARG(answer));
    }
    assert_int_equal(pins_at(room, NOW).count, 0);
    assert_int_equal(
        stories_get(room->desk, &room->arena, (StoryId){2}, &story), ERR_OK);
    assert_int_equal(story.state, STORY_DRAFT);
    assert_int_equal(coverage_get(room->desk, (StoryId){1}, &ended_at),
                     ERR_NOT_FOUND);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(a_pin_holds_until_its_time),
        newsroom_test(what_is_none_is_not_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
