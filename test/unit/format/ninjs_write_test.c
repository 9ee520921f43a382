/* test/unit/format/ninjs_write_test.c -- a public story as ninjs 3.0. */
#include "golden.h"

#include "format/ninjs_write.h"
#include "samples.h"
#include "text/json.h"

static Str written(Arena *arena, const NinjsOut *out)
{
    Buf buf = buf_open(arena, NINJS_MAX);
    Str bytes;

    ninjs_write(&buf, out);
    assert_int_equal(buf_end(&buf, &bytes), ERR_OK);
    return bytes;
}

static NinjsOut out_of(Sample sample)
{
    return (NinjsOut){
        .story = &sample_stories[sample],
        .url = sample_urls[sample],
        .agency = S("Lighthouse News & \"Co\""),
        .authority = S(AUTHORITY),
    };
}

static void every_story_is_written_as_accepted(void **unused)
{
    static const struct {
        const char *name;
        Sample sample;
    } cases[] = {
        {"ninjs/full.out", SAMPLE_FULL},
        {"ninjs/corrected.out", SAMPLE_CORRECTED},
        {"ninjs/flash.out", SAMPLE_FLASH},
        {"ninjs/untimed.out", SAMPLE_UNTIMED},
        {"ninjs/hostile.out", SAMPLE_HOSTILE},
        {"ninjs/arabic.out", SAMPLE_ARABIC},
    };
    Arena arena = arena_open();

    (void)unused;
    for (size_t i = 0; i < COUNT(cases); i++) {
        NinjsOut out = out_of(cases[i].sample);

        if (sample_stories[cases[i].sample].follows.number) {
            out.follows_uri = sample_stories[SAMPLE_FULL].uri;
            out.follows_headline = sample_stories[SAMPLE_FULL].item.headline;
        }
        check_row(cases[i].name);
        check_golden(&arena, cases[i].name, written(&arena, &out));
    }
    arena_close(&arena);
}

/* Of a story of these, with a picture that wide. */
static NinjsOut with_picture(PublicStory *story, Sample sample, int32_t width,
                             int32_t height)
{
    NinjsOut out = out_of(sample);

    *story = sample_stories[sample];
    story->item.picture = (PublicPicture){.mark = S("a08t4nbGfAsohG-KBVO3OSmn"),
                                          .width = width,
                                          .height = height};
    out.story = story;
    out.media = S(SITE "/media/");
    out.said = (PictureSaid){.alt = S("A lamp \"at\" dusk"),
                             .caption = S("The lamp, lit again & again"),
                             .credit = S("Olena Marchenko / Lighthouse News"),
                             .rights = S("© Lighthouse News"),
                             .until = TIME_NONE};
    return out;
}

static void a_picture_is_written_as_accepted(void **unused)
{
    Arena arena = arena_open();
    PublicStory story;
    NinjsOut out = with_picture(&story, SAMPLE_CORRECTED, 700, 500);

    (void)unused;
    out.follows_uri = sample_stories[SAMPLE_FULL].uri;
    check_golden(&arena, "ninjs/picture.out", written(&arena, &out));
    out = with_picture(&story, SAMPLE_FULL, 4000, 3000);
    out.said = (PictureSaid){.until = TIME_NONE};
    check_golden(&arena, "ninjs/wide.out", written(&arena, &out));

    /* Nobody knows where it would be. */
    out.media = (Str){0};
    assert_int_equal(str_find(written(&arena, &out), S("associations"), 0), -1);
    arena_close(&arena);
}

/* A member of members, "a.b.0": numbers count items from 0. */
static const JsonNode *at_path(Arena *arena, const JsonNode *node,
                               const char *path)
{
    Str rest = str_from(path);

    while (node && rest.len) {
        Str step = str_cut(&rest, '.');
        int64_t index;

        if (node->kind != JSON_ARRAY) {
            node = json_get(node, str_z(arena, step));
        } else {
            assert_true(str_int(step, &index));
            for (node = node->first; node && index > 0; index--)
                node = node->next;
        }
    }
    return node;
}

static void what_is_read_back_is_what_was_said(void **unused)
{
    static const struct {
        const char *path;
        Str text;
    } cases[] = {
        {"uri", S_INIT(HOSTILE)},
        {"headlines.0.value", S_INIT(HOSTILE)},
        {"descriptions.0.value", S_INIT(HOSTILE)},
        {"descriptions.1.role", S_INIT("correction")},
        {"descriptions.1.value", S_INIT(HOSTILE)},
        {"subjects.1.name", S_INIT(HOSTILE)},
        {"subjects.1.literal", S_INIT("markup")},
        {"by", S_INIT(HOSTILE)},
        {"located", S_INIT(HOSTILE)},
        {"firstCreated", S_INIT("2025-11-22T12:00:00Z")},
        {"version", S_INIT("1")},
    };
    Arena arena = arena_open();
    NinjsOut out = out_of(SAMPLE_HOSTILE);
    JsonNode *tree;

    (void)unused;
    assert_int_equal(
        json_read(&arena, written(&arena, &out), NINJS_MAX, &tree, NULL),
        ERR_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].path);
        assert_str(json_text(at_path(&arena, tree, cases[i].path)),
                   cases[i].text);
    }
    assert_str(json_text(at_path(&arena, tree, "bodies.0.value")),
               sample_stories[SAMPLE_HOSTILE].body.markup);
    arena_close(&arena);
}

static void an_unknown_time_is_not_made_up(void **unused)
{
    Arena arena = arena_open();
    NinjsOut out = out_of(SAMPLE_UNTIMED);

    (void)unused;
    assert_int_equal(str_find(written(&arena, &out), S("Created\""), 0), -1);
    out = out_of(SAMPLE_FULL);
    assert_true(str_find(written(&arena, &out), S("firstCreated\""), 0) > 0);
    arena_close(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_is_written_as_accepted),
        cmocka_unit_test(a_picture_is_written_as_accepted),
        cmocka_unit_test(an_unknown_time_is_not_made_up),
        cmocka_unit_test(what_is_read_back_is_what_was_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
