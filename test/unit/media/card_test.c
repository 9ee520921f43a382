/* test/unit/media/card_test.c -- cards are drawn by a process that can read
 * fonts and do nothing else.
 *
 * The process is this program. */
#include "check.h"
#include "inside.h"

#include <linux/landlock.h>
#include <sys/syscall.h>

#include "base/buf.h"
#include "media/card.h"
#include "media/jail.h"
#include "media/sniff.h"

static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0,
                   LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

/* Without Landlock any file may be read, and nothing else is allowed either. */
static void misbehave(void)
{
    Fault fault = fault_none();
    char word[9] = {0};

    if (pread(0, word, 8, 0) != 8 || strcmp(word, "TRY_____") != 0) return;
    if (jail_bound(&fault) || jail_shut_with_fonts(&fault)) _exit(3);
    if (!opens("/usr/share/fonts", O_RDONLY | O_DIRECTORY)) _exit(4);
    tell_tries(has_landlock() && opens("/etc/passwd", O_RDONLY));
}

/* What is in them is seen by test/site/pictures.test.mjs. */
static void a_headline_in_every_script_is_drawn(void **unused)
{
    static const Card cards[] = {
        {S_INIT("Harbour bridge opens"), S_INIT("World"), S_INIT("Agency"),
         S_INIT("en")},
        {S_INIT("Відкрито міст <b>через</b> \"гавань\" & більше"),
         S_INIT("Факти"), S_INIT("Агенція"), S_INIT("uk")},
        {S_INIT("افتتاح جسر الميناء"), S_INIT("العالم"), S_INIT("وكالة"),
         S_INIT("ar")},
        {S_INIT("港湾大桥通车"), S_INIT(""), S_INIT(""), S_INIT("zh")},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cards); i++) {
        Fault fault = fault_none();
        PictureType type = PICTURE_TYPE_COUNT;
        Str jpeg, again;

        if (card_draw(&arena, &cards[i], &jpeg, &fault) ||
            sniff_picture(jpeg, &type, &fault))
            fail_msg("%s: %s", cards[i].headline.ptr, fault.text);
        assert_int_equal(type, PICTURE_JPEG);
        assert_int_equal(card_draw(&arena, &cards[i], &again, &fault), ERR_OK);
        assert_str(again, jpeg);
    }
    arena_close(&arena);
}

static void as_much_as_a_story_can_hold_is_drawn(void **unused)
{
    Arena arena = arena_open();
    Buf buf = buf_open(&arena, 4096);
    Card card = {.language = S("en")};
    Fault fault = fault_none();
    Str jpeg;

    (void)unused;
    for (int i = 0; i < 300; i++)
        buf_puts(&buf, S("\xe6\xb8\xaf"));
    card.headline = card.section = card.agency = buf_str(&buf);
    if (card_draw(&arena, &card, &jpeg, &fault)) fail_msg("%s", fault.text);
    arena_close(&arena);
}

static void nothing_to_draw_is_said(void **unused)
{
    Arena arena = arena_open();
    Card card = {.language = S("en")};
    Fault fault = fault_none();
    Str jpeg;

    (void)unused;
    assert_int_equal(card_draw(&arena, &card, &jpeg, &fault), ERR_INVALID);
    assert_non_null(strstr(fault.text, "the headline cannot be drawn"));
    arena_close(&arena);
}

static void it_can_do_nothing_else(void **unused)
{
    Arena arena = arena_open();
    Card card = {.headline = S("TRY_____"), .language = S("en")};
    Fault fault = fault_none();
    Str jpeg;

    (void)unused;
    assert_int_equal(card_draw(&arena, &card, &jpeg, &fault), ERR_FORBIDDEN);
    assert_string_equal(fault.text,
                        "read 0 write 0 home 0 net 0 fork 0 run 0 signal 0 "
                        "see 0 code 0 grow 0 thread 1");
    arena_close(&arena);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_headline_in_every_script_is_drawn),
        cmocka_unit_test(as_much_as_a_story_can_hold_is_drawn),
        cmocka_unit_test(nothing_to_draw_is_said),
        cmocka_unit_test(it_can_do_nothing_else),
    };

    if (argc == 2 && !strcmp(argv[1], CARD_COMMAND)) {
        misbehave();
        card_main();
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
