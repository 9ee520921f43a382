/* test/unit/web/media_test.c -- the files of pictures that public stories show,
 * and of no others. */
#include "house.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "media/card.h"
#include "net/ticket.h"
#include "press/room.h"
#include "store/pictures.h"
#include "web/cards.h"

#define MARK  "AbCdEfGhIjKlMnOpQrStUv-_"
#define NAME  MARK "-640.jpg"
#define ASKED "/media/" NAME
#define BYTES "0123456789abcdefghij" /* 20 */

/* A picture with one file, of no story yet; until TIME_NONE: for good. */
static void add_picture(House *house, Time until)
{
    Picture picture = {.mark = S(MARK),
                       .type = PICTURE_JPEG,
                       .bytes = 1000,
                       .width = 640,
                       .height = 480,
                       .focus_x = 500,
                       .focus_y = 500,
                       .said = {.until = until}};
    char *folder = file_join(&house->arena, house->dir, "media");
    Fault fault = fault_none();
    Err err = store_begin(house->store);

    house->shared.shelf = (Shelf){folder};
    if (!err) err = pictures_add(house->store, &picture, NOW);
    assert_int_equal(store_end(house->store, err), ERR_OK);
    if (shelf_put(&house->shared.shelf, S(NAME), S(BYTES), &fault))
        fail_msg("%s", fault.text);
}

static StoryId show_picture(House *house, PutMode mode)
{
    Item item = story_item("urn:shows");

    item.picture.mark = S(MARK);
    return put_at(house, &item, mode, NOW);
}

static void what_a_public_story_shows_is_there(void **state)
{
    House *house = *state;
    StoryId story;
    Got got;

    add_picture(house, TIME_NONE);
    assert_int_equal(ask(house, "GET " ASKED V).status, 404);
    story = show_picture(house, PUT_DRAFT);
    assert_int_equal(ask(house, "GET " ASKED V).status, 404);
    act(house, ACT_PUBLISH, story);
    got = ask(house, "GET " ASKED V);
    assert_int_equal(got.status, 200);
    assert_str(got.body, S(BYTES));
    assert_str(header(&got, "Content-Type"), S("image/jpeg"));
    assert_str(header(&got, "Cache-Control"),
               S("public, max-age=31536000, s-maxage=7, immutable"));
    assert_str(header(&got, "Content-Security-Policy"),
               S("default-src 'none'; sandbox"));
    assert_str(header(&got, "X-Content-Type-Options"), S("nosniff"));
    assert_str(header(&got, "Accept-Ranges"), S("bytes"));
    assert_str(header(&got, "Surrogate-Key"), S("d s1"));
    act(house, ACT_WITHDRAW, story);
    assert_int_equal(ask(house, "GET " ASKED V).status, 404);
    act(house, ACT_RESTORE, story);
    assert_int_equal(ask(house, "GET " ASKED V).status, 200);
    act(house, ACT_KILL, story);
    assert_int_equal(ask(house, "GET " ASKED V).status, 404);
}

static void parts_are_given_as_they_are_asked_for(void **state)
{
    static const struct {
        const char *why;
        const char *lines;
        int status;
        const char *range; /* Content-Range; NULL: none */
        Str body;
    } cases[] = {
        {"the first", "Range: bytes=0-4", 206, "bytes 0-4/20", S_INIT("01234")},
        {"one", "Range: bytes=19-19", 206, "bytes 19-19/20", S_INIT("j")},
        {"from there", "Range: bytes=15-", 206, "bytes 15-19/20",
         S_INIT("fghij")},
        {"the last", "Range: bytes=-3", 206, "bytes 17-19/20", S_INIT("hij")},
        {"more than there is", "Range: bytes=-30", 206, "bytes 0-19/20",
         S_INIT(BYTES)},
        {"over the end", "Range: bytes=18-99", 206, "bytes 18-19/20",
         S_INIT("ij")},
        {"another letter case", "Range: Bytes=0-0", 206, "bytes 0-0/20",
         S_INIT("0")},
        {"behind the end", "Range: bytes=20-", 416, "bytes */20", S_INIT("")},
        {"none of the last", "Range: bytes=-0", 416, "bytes */20", S_INIT("")},
        /* what is no range of bytes says nothing */
        {"backwards", "Range: bytes=9-3", 200, NULL, S_INIT(BYTES)},
        {"two", "Range: bytes=0-1,3-4", 200, NULL, S_INIT(BYTES)},
        {"nothing", "Range: bytes=", 200, NULL, S_INIT(BYTES)},
        {"a dash", "Range: bytes=-", 200, NULL, S_INIT(BYTES)},
        {"words", "Range: bytes=a-b", 200, NULL, S_INIT(BYTES)},
        {"negative", "Range: bytes=--3", 200, NULL, S_INIT(BYTES)},
        {"huge", "Range: bytes=0-99999999999999999999", 200, NULL,
         S_INIT(BYTES)},
        {"another unit", "Range: lines=0-4", 200, NULL, S_INIT(BYTES)},
        {"if it is this one", "Range: bytes=0-4\r\nIf-Range: \"" NAME "\"", 206,
         "bytes 0-4/20", S_INIT("01234")},
        {"if it is another", "Range: bytes=0-4\r\nIf-Range: \"x\"", 200, NULL,
         S_INIT(BYTES)},
        {"known already", "If-None-Match: \"" NAME "\"", 304, NULL, S_INIT("")},
        {"another is known", "If-None-Match: \"x\"", 200, NULL, S_INIT(BYTES)},
    };
    House *house = *state;

    add_picture(house, TIME_NONE);
    show_picture(house, PUT_PUBLISH);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Got got = ask_lines(house, ASKED, cases[i].lines);

        check_row(cases[i].why);
        assert_int_equal(got.status, cases[i].status);
        assert_str(header(&got, "Content-Range"), str_from(cases[i].range));
        assert_str(got.body, cases[i].body);
    }
}

static void caches_keep_it_until_its_date(void **state)
{
    House *house = *state;
    Got got;

    add_picture(house, time_now() + TIME_HOUR);
    show_picture(house, PUT_PUBLISH);
    got = ask(house, "GET " ASKED V);
    assert_int_equal(got.status, 200);
    assert_true(
        str_starts(header(&got, "Cache-Control"), S("public, max-age=35")));
    assert_true(says(header(&got, "Cache-Control"), ", s-maxage=7, must"));
}

/* One that is told when it is taken away keeps it as browsers do. */
static void a_cache_in_front_keeps_it_as_long_as_it_is_told(void **state)
{
    House *house = *state;
    Got got;

    house->shared.purges = true;
    add_picture(house, time_now() + TIME_HOUR);
    show_picture(house, PUT_PUBLISH);
    got = ask(house, "GET " ASKED V);
    assert_true(
        str_starts(header(&got, "Cache-Control"), S("public, max-age=35")));
    assert_false(says(header(&got, "Cache-Control"), "s-maxage"));
    house->shared.purges = false;
    house->shared.shared_s = TIME_DAY / TIME_SECOND;
    got = ask(house, "GET " ASKED V);
    assert_false(says(header(&got, "Cache-Control"), "s-maxage"));
}

/* Although nobody has taken it away yet. */
static void a_date_that_is_over_is_kept(void **state)
{
    House *house = *state;
    Picture picture;
    int64_t change = 0;
    Err err;

    add_picture(house, TIME_NONE);
    show_picture(house, PUT_PUBLISH);
    assert_int_equal(ask(house, "GET " ASKED V).status, 200);
    err = pictures_find(house->store, &house->arena, S(MARK), &picture);
    assert_int_equal(err, ERR_OK);
    picture.said.until = time_now() + 3 * TIME_SECOND;
    err = store_begin(house->store);
    if (!err)
        err =
            pictures_save(house->store, &house->arena, &picture, NOW, &change);
    assert_int_equal(store_end(house->store, err), ERR_OK);
    house->committed = change;
    assert_int_equal(ask(house, "GET " ASKED V).status, 200);
    while (time_now() < picture.said.until)
        usleep(50 * 1000);
    assert_int_equal(ask(house, "GET " ASKED V).status, 404);
}

static void nothing_else_is_there(void **state)
{
    static const char *const wrong[] = {
        "/media/" MARK "-640.webp",
        "/media/" MARK "-641.jpg",
        "/media/" MARK ".jpg",
        "/media/" MARK "-640.jpg.avif",
        "/media/..",
        "/media/%2e%2e%2fdateline.conf",
        "/media/" MARK "-640.jpg%00",
        "/media/Ab/" NAME,
        "/media/",
        "/media",
    };
    House *house = *state;
    char path[300];

    add_picture(house, TIME_NONE);
    show_picture(house, PUT_PUBLISH);
    /* an original, and a link to what is outside */
    snprintf(path, sizeof path, "%s/Ab/" MARK ".jpg",
             house->shared.shelf.folder);
    assert_int_equal(file_write(path, S(BYTES), NULL), ERR_OK);
    snprintf(path, sizeof path, "%s/Ab/" MARK "-640.webp",
             house->shared.shelf.folder);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        Got got =
            ask(house, str_z(&house->arena,
                             str_format(&house->arena, "GET %s" V, wrong[i])));

        check_row(wrong[i]);
        assert_true(got.status == 404 || got.status == 400 ||
                    got.status == 301);
        assert_false(says(got.body, "root:"));
    }
    /* a link in the place of its folder */
    snprintf(path, sizeof path,
             "mv %s/Ab %s/elsewhere && ln -s %s/elsewhere "
             "%s/Ab",
             house->shared.shelf.folder, house->dir, house->dir,
             house->shared.shelf.folder);
    assert_int_equal(system(path), 0);
    assert_int_equal(ask(house, "GET " ASKED V).status, 404);
}

static Got ask_for(House *house, Str address, const char *lines)
{
    return ask(house,
               str_z(&house->arena, str_format(&house->arena, "GET %.*s" V "%s",
                                               STR_ARG(address), lines)));
}

static void nothing_is_kept_of_what_may_not_be_seen(void **state)
{
    House *house = *state;
    const Press *press = house->thread.press;

    add_picture(house, TIME_NONE);
    for (int i = 0; i < 100; i++) {
        Str address = str_format(&house->arena,
                                 "/media/AbCdEfGhIjKlMnOpQrStU%03d-640.jpg", i);

        assert_int_equal(ask_for(house, address, "").status, 404);
    }
    assert_int_equal(ask(house, "GET " ASKED V).status, 404);
    assert_int_equal(press->picture_arena.used, 0);
    show_picture(house, PUT_PUBLISH);
    assert_int_equal(ask(house, "GET " ASKED V).status, 200);
    assert_true(press->picture_arena.used > 0);
}

/* ---- cards ---- */

static char *start_cards(House *house)
{
    char *folder = file_join(&house->arena, house->dir, "cards");
    Fault fault = fault_none();

    if (cards_start(folder, &house->shared.cards, &fault))
        fail_msg("%s", fault.text);
    return folder;
}

/* That of story 1 as if it were drawn; its address. */
static Str keep_card(House *house, Str bytes)
{
    Card card = {S("Harbour bridge opens"), S("Facts"), S("Agency"), S("en")};
    Str mark = card_mark(&house->arena, &card);
    char *folder = start_cards(house);
    Fault fault = fault_none();

    if (file_write(str_z(&house->arena, str_format(&house->arena, "%s/%.*s.jpg",
                                                   folder, STR_ARG(mark))),
                   bytes, &fault))
        fail_msg("%s", fault.text);
    return str_format(&house->arena, "/media/card/%.*s",
                      STR_ARG(card_name(&house->arena, (StoryId){1}, mark)));
}

static void a_public_story_without_a_picture_has_a_card(void **state)
{
    House *house = *state;
    Str address = keep_card(house, S("a card"));
    Str tag;
    Got got;

    fill(house);
    got = ask_for(house, address, "");
    assert_int_equal(got.status, 200);
    assert_str(got.body, S("a card"));
    assert_str(header(&got, "Content-Type"), S("image/jpeg"));
    assert_str(header(&got, "Cache-Control"),
               S("public, max-age=31536000, s-maxage=7, immutable"));
    assert_str(header(&got, "Content-Security-Policy"),
               S("default-src 'none'; sandbox"));
    assert_str(header(&got, "Surrogate-Key"), S("d s1"));
    house->shared.purges = true;
    got = ask_for(house, address, "");
    assert_str(header(&got, "Cache-Control"),
               S("public, max-age=31536000, immutable"));
    tag = header(&got, "ETag");
    got = ask_for(house, address,
                  str_z(&house->arena,
                        str_format(&house->arena, "\r\nIf-None-Match: %.*s",
                                   STR_ARG(tag))));
    assert_int_equal(got.status, 304);
    got = ask(house, "GET /media/card/1-0123456789abcdef.jpg" V);
    assert_int_equal(got.status, 302);
    assert_str(header(&got, "Location"), address);
    assert_int_equal(ask(house, "GET /media/card/1.jpg" V).status, 404);
    for (int story = 2; story <= 6; story++) /* none of them is public */
        assert_int_equal(
            ask_for(house,
                    str_format(&house->arena,
                               "/media/card/%d-0123456789abcdef.jpg", story),
                    "")
                .status,
            404);
    act(house, ACT_WITHDRAW, (StoryId){1});
    assert_int_equal(ask_for(house, address, "").status, 404);
    cards_stop(house->shared.cards);
}

/* Of a story with that headline; waits until it is drawn. */
static HttpTicket *draw_card(House *house, Desk *desk, StoryId story,
                             Str headline)
{
    Card card = {headline, S("Facts"), S("Agency"), S("en")};
    Str name = card_name(&house->arena, story, card_mark(&house->arena, &card));
    HttpRequest *request = calloc(1, sizeof *request);
    HttpReply *reply = calloc(1, sizeof *reply);
    HttpWaiting waiting = {.desk = desk};
    Arena arena = arena_open();
    HttpTicket *ticket;

    read_request(house,
                 str_z(&arena, str_format(&arena, "GET /media/card/%.*s" V,
                                          STR_ARG(name))),
                 request);
    reply->waiting = &waiting;
    site_handle(&house->thread, request, &arena, reply);
    assert_non_null(waiting.ticket);
    arena_close(&arena);
    free(request);
    free(reply);
    while (!(ticket = desk_take(desk)))
        usleep(1000);
    return ticket;
}

/* What is sent now. */
static Got send_ticket(House *house, HttpTicket *ticket)
{
    HttpReply *reply = &ticket->reply;
    Got got;

    reply->finish(reply->hold, &ticket->arena, reply);
    got = (Got){reply->status, str_copy(&house->arena, reply->head),
                body_of(house, reply, false)};
    reply->release(reply->hold);
    ticket_free(ticket);
    return got;
}

static StoryId publish_headline(House *house, const char *uri, Str headline)
{
    Item item = story_item(uri);

    item.headline = headline;
    return put_at(house, &item, PUT_PUBLISH, NOW);
}

static void what_became_of_its_story_while_it_was_drawn_counts(void **state)
{
    House *house = *state;
    Desk *desk = desk_open(-1);
    HttpTicket *ticket;
    StoryId story;
    Got got;

    start_cards(house);
    story = publish_headline(house, "urn:1", S("One"));
    ticket = draw_card(house, desk, story, S("One"));
    got = send_ticket(house, ticket);
    assert_int_equal(got.status, 200);
    assert_true(got.body.len > 1000);
    assert_str(header(&got, "Cache-Control"),
               S("public, max-age=31536000, s-maxage=7, immutable"));
    story = publish_headline(house, "urn:2", S("Two"));
    ticket = draw_card(house, desk, story, S("Two"));
    act(house, ACT_KILL, story);
    got = send_ticket(house, ticket);
    assert_int_equal(got.status, 404);
    assert_str(header(&got, "Cache-Control"), S("no-store"));
    story = publish_headline(house, "urn:3", S("Three"));
    ticket = draw_card(house, desk, story, S("Three"));
    publish_headline(house, "urn:3", S("Four"));
    got = send_ticket(house, ticket);
    assert_int_equal(got.status, 302);
    assert_str(header(&got, "Cache-Control"), S("no-cache"));
    cards_stop(house->shared.cards);
    desk_close(desk);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_public_story_shows_is_there,
                                        open_house, close_house),
        cmocka_unit_test_setup_teardown(parts_are_given_as_they_are_asked_for,
                                        open_house, close_house),
        cmocka_unit_test_setup_teardown(caches_keep_it_until_its_date,
                                        open_house, close_house),
        cmocka_unit_test_setup_teardown(
            a_cache_in_front_keeps_it_as_long_as_it_is_told, open_house,
            close_house),
        cmocka_unit_test_setup_teardown(a_date_that_is_over_is_kept, open_house,
                                        close_house),
        cmocka_unit_test_setup_teardown(nothing_else_is_there, open_house,
                                        close_house),
        cmocka_unit_test_setup_teardown(nothing_is_kept_of_what_may_not_be_seen,
                                        open_house, close_house),
        cmocka_unit_test_setup_teardown(
            a_public_story_without_a_picture_has_a_card, open_house,
            close_house),
        cmocka_unit_test_setup_teardown(
            what_became_of_its_story_while_it_was_drawn_counts, open_house,
            close_house),
    };

    if (argc == 2 && !strcmp(argv[1], CARD_COMMAND)) card_main();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
