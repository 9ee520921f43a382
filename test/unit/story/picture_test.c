/* test/unit/story/picture_test.c -- which renditions there are, and their
 * names. */
#include "check.h"

#include "story/picture.h"

#define MARK "AbCdEfGhIjKlMnOpQrStUv-_"

static void sizes_follow_from_the_picture(void **unused)
{
    static const struct {
        const char *why;
        int32_t width, height;
        size_t count;
        PictureSize sizes[PICTURE_WIDTHS];
    } cases[] = {
        {"large",
         4000,
         3000,
         5,
         {{320, 240}, {640, 480}, {960, 720}, {1280, 960}, {1920, 1440}}},
        {"as wide as the widest",
         1920,
         1080,
         5,
         {{320, 180}, {640, 360}, {960, 540}, {1280, 720}, {1920, 1080}}},
        {"its own width at last",
         800,
         600,
         3,
         {{320, 240}, {640, 480}, {800, 600}}},
        {"none near the widest", 700, 500, 2, {{320, 229}, {700, 500}}},
        {"small", 100, 80, 1, {{100, 80}}},
        {"a point", 1, 1, 1, {{1, 1}}},
        {"tall", 1920, 8192, 3, {{320, 1365}, {640, 2731}, {960, 4096}}},
        {"a column", 10, 50000, 1, {{1, 5000}}},
        {"a line",
         50000,
         1,
         5,
         {{320, 1}, {640, 1}, {960, 1}, {1280, 1}, {1920, 1}}},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        PictureSize out[PICTURE_WIDTHS];
        size_t count = picture_sizes(cases[i].width, cases[i].height, out);

        check_row(cases[i].why);
        assert_int_equal(count, cases[i].count);
        for (size_t k = 0; k < count; k++) {
            assert_int_equal(out[k].width, cases[i].sizes[k].width);
            assert_int_equal(out[k].height, cases[i].sizes[k].height);
        }
    }
}

static void names_are_read_as_they_are_written(void **unused)
{
    static const char *const wrong[] = {
        "",
        MARK,
        MARK "-",
        MARK "-640",
        MARK "-640.",
        MARK "-640.exe",
        MARK "-640.png", /* no rendition's format */
        MARK "-0640.jpg",
        MARK "-+640.jpg",
        MARK "-0.jpg",
        MARK "--1.jpg",
        MARK "-1921.jpg",
        MARK "-99999999999999999999.jpg",
        MARK "-640.jpg/",
        MARK "-640.jpg.avif",
        MARK "x-640.jpg",
        "../CdEfGhIjKlMnOpQrStUv-_-640.jpg",
        "Ab.dEfGhIjKlMnOpQrStUv-_-640.jpg",
    };
    Arena arena = arena_open();
    PictureName name = {0};

    (void)unused;
    for (size_t i = 0; i < COUNT(picture_formats); i++) {
        Str text = picture_name(&arena, S(MARK), 640, picture_formats[i]);

        assert_true(picture_named(text, &name));
        assert_str(name.mark, S(MARK));
        assert_int_equal(name.width, 640);
        assert_int_equal(name.type, picture_formats[i]);
    }
    for (size_t i = 0; i < COUNT(wrong); i++) {
        check_row(wrong[i]);
        assert_false(picture_named(str_from(wrong[i]), &name));
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_follow_from_the_picture),
        cmocka_unit_test(names_are_read_as_they_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
