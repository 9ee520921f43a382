/* test/unit/audience/ticket_test.c -- tickets of ads: read as written, and only
 * as signed. */
#include "check.h"

#include <string.h>

#include "audience/ticket.h"

static const unsigned char key[AD_KEY] = "thirty-two bytes that are secret";

static const AdTicket sample = {.campaign = 3,
                                .creative = 7,
                                .node = AD_NODE_MAX,
                                .loan = 1234567,
                                .second = 1795941743,
                                .slot = S_INIT("story-1"),
                                .language = S_INIT("zh-Hant-TW")};

static void what_is_written_is_read(void **unused)
{
    Arena arena = arena_open();
    Str text = ad_ticket_write(&arena, key, &sample);
    AdTicket read;

    (void)unused;
    assert_int_equal(ad_ticket_read(key, text, &read), ERR_OK);
    assert_int_equal(read.campaign, sample.campaign);
    assert_int_equal(read.creative, sample.creative);
    assert_int_equal(read.node, sample.node);
    assert_int_equal(read.loan, sample.loan);
    assert_int_equal(read.second, sample.second);
    assert_str(read.slot, sample.slot);
    assert_str(read.language, sample.language);
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("0123456789abcdefghijklmnopqrstuvwxyz"
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.",
                    text.ptr[i]))
            fail_msg("%.*s", STR_ARG(text));
    arena_close(&arena);
}

/* Any letter that is another makes it none. */
static void no_other_is_read(void **unused)
{
    static const unsigned char other[AD_KEY] =
        "another thirty-two bytes, secret";
    Arena arena = arena_open();
    Str text = ad_ticket_write(&arena, key, &sample);
    AdTicket read;

    (void)unused;
    assert_int_equal(ad_ticket_read(other, text, &read), ERR_INVALID);
    for (size_t i = 0; i < text.len; i++) {
        char *changed = str_z(&arena, text);

        changed[i] = changed[i] == '1' ? '2' : '1';
        assert_int_equal(ad_ticket_read(key, str_from(changed), &read),
                         ERR_INVALID);
        assert_int_equal(ad_ticket_read(key, str_slice(text, 0, i), &read),
                         ERR_INVALID);
    }
    assert_int_equal(
        ad_ticket_read(key, str_format(&arena, "%.*s1", STR_ARG(text)), &read),
        ERR_INVALID);
    assert_int_equal(ad_ticket_read(key, (Str){0}, &read), ERR_INVALID);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(no_other_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
