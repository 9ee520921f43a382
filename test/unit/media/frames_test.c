/* test/unit/media/frames_test.c -- what the process that draws says is believed
 * only where it fits together. */
#include "check.h"

#include <string.h>

#include "base/buf.h"
#include "media/frames.h"

static void say(Buf *buf, FrameHead head, Str bytes)
{
    head.bytes = bytes.len;
    buf_puts(buf, (Str){(const char *)&head, sizeof head});
    buf_puts(buf, bytes);
}

static void say_size(Buf *buf, uint32_t width, uint32_t height)
{
    say(buf, (FrameHead){FRAME_SIZE, width, height, 0x112233, 0}, (Str){0});
}

/* One of 100 x 80, which is drawn in one size. */
static void say_made(Buf *buf, PictureType type)
{
    static const Str marks[PICTURE_TYPE_COUNT] = {
        [PICTURE_JPEG] = S_INIT("\xff\xd8\xff"),
        [PICTURE_WEBP] = S_INIT("RIFF....WEBP"),
        [PICTURE_AVIF] = S_INIT("....ftypavif"),
    };

    say(buf, (FrameHead){FRAME_MADE, 100, 80, type, 0}, marks[type]);
}

static void a_size_is_said_once(void **unused)
{
    static const struct {
        const char *why;
        uint32_t width, height; /* said again; 0: it is not */
        Err err;
    } cases[] = {
        {"once", 0, 0, ERR_OK},
        {"another", 101, 80, ERR_INVALID},
        {"the same", 100, 80, ERR_INVALID},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Arena arena = arena_open();
        Buf buf = buf_open(&arena, 4096);
        Fault fault = fault_none();
        Drawn drawn = {0};

        check_row(cases[i].why);
        say_size(&buf, 100, 80);
        for (size_t k = 0; k < COUNT(picture_formats); k++)
            say_made(&buf, picture_formats[k]);
        if (cases[i].width) say_size(&buf, cases[i].width, cases[i].height);
        say(&buf, (FrameHead){.kind = FRAME_DONE}, (Str){0});
        assert_int_equal(frames_read(buf_str(&buf), &drawn, &fault),
                         cases[i].err);
        assert_int_equal(drawn.size.width, cases[i].err ? 0 : 100);
        assert_int_equal(drawn.count,
                         cases[i].err ? 0 : COUNT(picture_formats));
        arena_close(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_size_is_said_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
