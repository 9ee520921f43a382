/* test/unit/desk/pictures_test.c -- who may say what of a picture, and which
 * one a put gives a story. */
#include "copydesk.h"

#include "desk/pictures.h"
#include "store/public.h"

static const Actor contributor = {ROLE_CONTRIBUTOR, S_INIT("cy")};
static const Actor reporter = {ROLE_REPORTER, S_INIT("ann")};
static const Actor editor = {ROLE_EDITOR, S_INIT("ben")};

#define MARK "AbCdEfGhIjKlMnOpQrStUv-_"

static Picture sample_picture(void)
{
    return (Picture){.mark = S(MARK),
                     .type = PICTURE_PNG,
                     .bytes = 10,
                     .width = 4000,
                     .height = 3000,
                     .focus_x = 500,
                     .focus_y = 500,
                     .said = {.caption = S("A ship"), .until = TIME_NONE}};
}

static Err add(Newsroom *room, const Actor *actor, Picture *picture,
               bool *known, Fault *fault)
{
    Err err = store_begin(room->desk);

    if (!err)
        err = desk_picture_add(room->desk, &room->arena, actor, picture, NOW,
                               known, fault);
    return store_end(room->desk, err);
}

static Err change(Newsroom *room, const Actor *actor,
                  const PictureChange *asked, Picture *out, int64_t *number,
                  Fault *fault)
{
    Err err = store_begin(room->desk);

    if (!err)
        err = desk_picture_change(room->desk, &room->arena, actor, asked, NOW,
                                  out, number, fault);
    return store_end(room->desk, err);
}

static void one_that_is_there_stays_as_it_is(void **state)
{
    Newsroom *room = *state;
    Picture picture = sample_picture();
    Fault fault = fault_none();
    bool known = true;

    assert_int_equal(add(room, &contributor, &picture, &known, &fault),
                     ERR_FORBIDDEN);
    assert_int_equal(add(room, &reporter, &picture, &known, &fault), ERR_OK);
    assert_false(known);
    assert_int_equal(picture.number, 1);
    picture = sample_picture();
    picture.said.caption = S("Another ship");
    assert_int_equal(add(room, &reporter, &picture, &known, &fault), ERR_OK);
    assert_true(known);
    assert_int_equal(picture.number, 1);
    assert_str(picture.said.caption, S("A ship"));
}

static void what_is_none_of_a_picture_is_refused(void **state)
{
    static char long_text[2 * (PICTURE_TEXT + 2)];
    static const struct {
        const char *why;
        size_t at;
        int32_t value;
        const char *says;
    } numbers[] = {
        {"no width", offsetof(Picture, width), 0, "width"},
        {"a negative height", offsetof(Picture, height), -1, "height"},
        {"over the pixels", offsetof(Picture, width), 60000, "width"},
        {"no colour", offsetof(Picture, color), 0x1000000, "color"},
        {"a focus outside", offsetof(Picture, focus_x), 1001, "focus"},
        {"a focus outside", offsetof(Picture, focus_y), -1, "focus"},
    };
    static const Str marks[] = {S_INIT(""), S_INIT(MARK "x"),
                                S_INIT("../CdEfGhIjKlMnOpQrStUv-_"),
                                S_INIT("AbCdEfGhIjKlMnOpQrStUv+/")};
    Newsroom *room = *state;
    bool known;

    for (size_t i = 0; i < COUNT(numbers); i++) {
        Picture picture = sample_picture();
        Fault fault = fault_none();

        check_row(numbers[i].why);
        *(int32_t *)((char *)&picture + numbers[i].at) = numbers[i].value;
        assert_int_equal(add(room, &reporter, &picture, &known, &fault),
                         ERR_INVALID);
        assert_non_null(strstr(fault.text, numbers[i].says));
    }
    for (size_t i = 0; i < COUNT(marks); i++) {
        Picture picture = sample_picture();
        Fault fault = fault_none();

        check_row(marks[i].ptr);
        picture.mark = marks[i];
        assert_int_equal(add(room, &reporter, &picture, &known, &fault),
                         ERR_INVALID);
        assert_non_null(strstr(fault.text, "mark"));
    }
    /* letters of two bytes: they are counted, not their bytes */
    for (size_t i = 0; i + 1 < sizeof long_text; i += 2)
        memcpy(long_text + i, "\xD0\x96", 2);
    for (size_t more = 0; more < 2; more++) {
        Picture picture = sample_picture();
        Fault fault = fault_none();

        picture.said.alt = (Str){long_text, 2 * (PICTURE_TEXT + 1 - more)};
        assert_int_equal(add(room, &reporter, &picture, &known, &fault),
                         more ? ERR_OK : ERR_TOO_BIG);
        if (!more) assert_non_null(strstr(fault.text, "alt: 2001 characters"));
    }
}

static void what_is_said_is_one_line(void **state)
{
    static const Str raw = S_INIT("  A\n\x1b[31mship\xc2\x9b\ttoday\r\n");
    const Str line = S("A [31mship today");
    Newsroom *room = *state;
    Picture picture = sample_picture();
    PictureChange asked = {
        .mark = S(MARK), .rights = &raw, .focus_x = -1, .focus_y = -1};
    int64_t number;
    bool known;

    picture.said.alt = picture.said.caption = picture.said.credit = raw;
    picture.said.rights = S("Once");
    assert_int_equal(add(room, &reporter, &picture, &known, NULL), ERR_OK);
    assert_int_equal(change(room, &editor, &asked, &picture, &number, NULL),
                     ERR_OK);
    assert_str(picture.said.alt, line);
    assert_str(picture.said.caption, line);
    assert_str(picture.said.credit, line);
    assert_str(picture.said.rights, line);
    picture = sample_picture();
    picture.said.alt = S("\xff\n");
    assert_int_equal(add(room, &reporter, &picture, &known, NULL), ERR_INVALID);
}

static void a_change_is_told_where_it_is_one(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);
    Picture picture = sample_picture();
    PictureChange asked = {.mark = S(MARK), .focus_x = -1, .focus_y = -1};
    Fault fault = fault_none();
    Time until = NOW + TIME_DAY;
    Str alt = S("A white ship");
    int64_t number = -1;
    bool known;

    assert_int_equal(change(room, &editor, &asked, &picture, &number, &fault),
                     ERR_NOT_FOUND);
    assert_int_equal(add(room, &reporter, &picture, &known, NULL), ERR_OK);
    item.picture.mark = S(MARK);
    put(room, &item, PUT_PUBLISH);

    assert_int_equal(change(room, &reporter, &asked, &picture, &number, NULL),
                     ERR_FORBIDDEN);
    assert_int_equal(change(room, &editor, &asked, &picture, &number, NULL),
                     ERR_OK);
    assert_int_equal(number, 0);
    asked.alt = &alt;
    asked.until = &until;
    asked.focus_y = 0;
    assert_int_equal(change(room, &editor, &asked, &picture, &number, NULL),
                     ERR_OK);
    assert_true(number > 0);
    assert_str(picture.said.alt, alt);
    assert_str(picture.said.caption, S("A ship"));
    assert_int_equal(picture.said.until, until);
    assert_int_equal(picture.focus_x, 500);
    assert_int_equal(picture.focus_y, 0);
    assert_int_equal(change(room, &editor, &asked, &picture, &number, NULL),
                     ERR_OK);
    assert_int_equal(number, 0);
    until = TIME_NONE;
    assert_int_equal(change(room, &editor, &asked, &picture, &number, NULL),
                     ERR_OK);
    assert_int_equal(picture.said.until, TIME_NONE);
    room_is_whole(room);
}

static void a_put_gives_the_picture_that_it_names(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 0);
    Picture picture = sample_picture();
    Fault fault = fault_none();
    PublicItem shown;
    Outcome out;
    bool known;

    item.picture.mark = S(MARK);
    assert_int_equal(
        put_by(room, &reporter, &item, PUT_DRAFT, NOW, &out, &fault),
        ERR_INVALID);
    assert_non_null(strstr(fault.text, "picture: there is none"));
    assert_int_equal(add(room, &reporter, &picture, &known, NULL), ERR_OK);
    out = put(room, &item, PUT_PUBLISH);
    assert_int_equal(
        public_item(room->readers, &room->arena, out.story, &shown), ERR_OK);
    assert_str(shown.picture.mark, S(MARK));

    /* the same again is known; another word of it is another version */
    assert_true(put(room, &item, PUT_PUBLISH).no_op);
    item.picture.caption = S("A grey ship");
    out = put(room, &item, PUT_PUBLISH);
    assert_false(out.no_op);
    assert_int_equal(out.version, 2);
    item.picture = (ItemPicture){0};
    out = put(room, &item, PUT_PUBLISH);
    assert_int_equal(out.version, 3);
    assert_int_equal(
        public_item(room->readers, &room->arena, out.story, &shown), ERR_OK);
    assert_str(shown.picture.mark, S(""));
    room_is_whole(room);
}

static bool knows(Newsroom *room, const Item *item)
{
    PutContext context = {S("en"), S("news"), NOW};
    bool known;

    assert_int_equal(desk_knows(room->desk, &room->arena, item, PUT_PUBLISH,
                                &context, &known),
                     ERR_OK);
    return known;
}

/* It may be had today and not tomorrow. */
static void a_picture_that_is_offered_makes_no_version(void **state)
{
    Newsroom *room = *state;
    Item items[] = {sample_item("urn:numbered", 1),
                    sample_item("urn:other", 0)};
    Picture picture = sample_picture();
    bool known;

    assert_int_equal(add(room, &reporter, &picture, &known, NULL), ERR_OK);
    for (size_t i = 0; i < COUNT(items); i++) {
        Item *item = &items[i];
        PublicItem shown;
        Outcome out;

        item->picture = (ItemPicture){.href = S("a.jpg"), .offered = true};
        assert_false(knows(room, item));
        out = put(room, item, PUT_PUBLISH); /* nobody brought it in */
        assert_int_equal(out.version, 1);
        assert_true(knows(room, item));
        item->picture = (ItemPicture){.mark = S(MARK), .offered = true};
        assert_true(knows(room, item));
        assert_true(put(room, item, PUT_PUBLISH).no_op);
        item->headline = S("Harbour bridge closes");
        item->version += item->version > 0;
        assert_false(knows(room, item));
        out = put(room, item, PUT_PUBLISH);
        assert_int_equal(out.version, 2);
        assert_int_equal(
            public_item(room->readers, &room->arena, out.story, &shown),
            ERR_OK);
        assert_str(shown.picture.mark, S(MARK));
        item->picture = (ItemPicture){0};
        assert_true(knows(room, item));
        assert_true(put(room, item, PUT_PUBLISH).no_op);
    }
    items[0].version = 1; /* older */
    assert_true(knows(room, &items[0]));
    items[0].version = 2;
    items[0].embargo = NOW + HOUR; /* the same number, and more is asked */
    assert_false(knows(room, &items[0]));
    room_is_whole(room);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(one_that_is_there_stays_as_it_is),
        newsroom_test(what_is_none_of_a_picture_is_refused),
        newsroom_test(what_is_said_is_one_line),
        newsroom_test(a_change_is_told_where_it_is_one),
        newsroom_test(a_put_gives_the_picture_that_it_names),
        newsroom_test(a_picture_that_is_offered_makes_no_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
