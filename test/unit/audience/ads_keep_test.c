/* test/unit/audience/ads_keep_test.c -- what was seen is kept, and caps hold,
 * while nodes come, stop, get lost and return. */
#include "../store/newsroom.h"

#include "audience/ads_inside.h"

#define NODES 3
#define LOOK  (30 * TIME_SECOND) /* at least so often */

/* Nodes of one store, which step when they are told. */
typedef struct Place {
    Newsroom room;
    Writer *writer;
    Ads *nodes[NODES];
    Time clock;
} Place;

static Ads *open_node(Place *place)
{
    AdsConfig config = {.where = place->room.path,
                        .several = true,
                        .writer = place->writer,
                        .zone = S("UTC")};
    Ads *ads;

    assert_int_equal(ads_open(&config, &ads, NULL), ERR_OK);
    return ads;
}

static int setup(void **state)
{
    Place *place = malloc(sizeof *place);

    *place = (Place){.clock = time_monotonic()};
    newsroom_open(&place->room);
    assert_int_equal(writer_start(place->room.path, NULL, (WriterClock){0},
                                  &place->writer, NULL),
                     ERR_OK);
    for (int i = 0; i < NODES; i++)
        place->nodes[i] = open_node(place);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    Place *place = *state;

    writer_stop(place->writer);
    for (int i = 0; i < NODES; i++)
        ads_close(place->nodes[i]);
    newsroom_close(&place->room);
    free(place);
    return 0;
}

/* ---- what happens ---- */

static int64_t add_campaign(Place *place, Campaign campaign, Str mark)
{
    Creative creative = {.picture = mark, .html = mark.len ? S("") : S("x")};
    CreativeList list = {&creative, 1};
    Newsroom *room = &place->room;
    size_t missing;
    Err err = store_begin(room->desk);

    campaign.weight = 1;
    if (!campaign.from) campaign.from = TIME_NONE;
    campaign.to = TIME_NONE;
    campaign.link = S("https://sea.example/");
    if (!err)
        err = campaigns_put(room->desk, &room->arena, &campaign, &list,
                            time_now(), &missing);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    return campaign.number;
}

static void date_picture(Place *place, Str mark, Time until)
{
    Newsroom *room = &place->room;
    Picture picture;
    int64_t change;
    Err err = store_begin(room->desk);

    if (!err) err = pictures_find(room->desk, &room->arena, mark, &picture);
    picture.said.until = until;
    if (!err)
        err = pictures_save(room->desk, &room->arena, &picture, time_now(),
                            &change);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
}

/* All nodes but those that are gone, a second later. */
static void step(Place *place)
{
    place->clock += TIME_SECOND;
    for (int i = 0; i < NODES; i++)
        if (place->nodes[i])
            assert_int_equal(ads_step(place->nodes[i], place->clock, false),
                             ERR_OK);
}

static void leave(Place *place, int node)
{
    assert_int_equal(ads_step(place->nodes[node], place->clock, true), ERR_OK);
    ads_close(place->nodes[node]);
    place->nodes[node] = NULL;
}

static void renew(Place *place)
{
    place->clock += 5 * TIME_SECOND;
    step(place);
}

static AdShown ask_at(Place *place, int node, Time now)
{
    AdsAsk ask = {.place = {.slot = S("story-1"), .language = S("en")},
                  .address = S("10.0.0.1"),
                  .now = now,
                  .clock = place->clock};
    AdShown shown = {0};

    (void)!ads_next(place->nodes[node], &place->room.arena, &ask, &shown);
    return shown;
}

/* The ticket; empty: none is shown there. */
static Str ask(Place *place, int node)
{
    return ask_at(place, node, time_now()).ticket;
}

static void see(Place *place, int node, Str ticket)
{
    assert_int_equal(ads_seen(place->nodes[node], ticket, place->clock),
                     ERR_OK);
}

static int64_t lend(Place *place, int node, Str *tickets, int64_t most)
{
    int64_t count = 0;

    while (count < most && (tickets[count] = ask(place, node)).len)
        count++;
    return count;
}

static int64_t show(Place *place, int node, int64_t most)
{
    Str tickets[100];
    int64_t count = lend(place, node, tickets, most);

    for (int64_t i = 0; i < count; i++)
        see(place, node, tickets[i]);
    return count;
}

static int64_t counted(Place *place, int64_t number)
{
    Campaigns all;

    assert_int_equal(campaigns_list(place->room.desk, &place->room.arena, &all),
                     ERR_OK);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].campaign.number == number) return all.items[i].seen;
    return -1;
}

/* ---- and what comes of it ---- */

static void nodes_show_a_campaign_as_often_as_its_cap(void **state)
{
    Place *place = *state;
    int64_t number =
        add_campaign(place, (Campaign){.name = S("A"), .cap = 50}, S(""));
    int64_t shown = 0;

    for (int i = 0; i < 40; i++) {
        step(place);
        shown += show(place, i % NODES, 7);
        assert_true(counted(place, number) <= 50);
    }
    renew(place);
    assert_int_equal(shown, 50);
    assert_int_equal(counted(place, number), 50);
}

/* As others do to a node that they have not heard of for long. */
static void lose(Place *place, int node)
{
    Newsroom *room = &place->room;
    Err err = store_begin(room->desk);

    if (!err) err = ad_node_drop(room->desk, place->nodes[node]->node);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
}

/* Others have its lots meanwhile: neither what it counted before they had, nor
 * what is on loan from it, comes on top of theirs. */
static void a_node_that_is_lost_and_returns_passes_no_cap(void **state)
{
    Place *place = *state;
    int64_t number = add_campaign(
        place, (Campaign){.name = S("A"), .cap = 40, .day_cap = 60}, S(""));
    Ads *lost = place->nodes[0];
    Str tickets[100];
    int64_t count;

    renew(place);
    renew(place);
    count = lend(place, 0, tickets, 100);
    assert_true(count > 10);
    for (int64_t i = 0; i < count / 2; i++)
        see(place, 0, tickets[i]);
    lose(place, 0);
    place->nodes[0] = NULL;
    for (int i = 0; i < 20; i++) {
        renew(place);
        show(place, 1, 100);
        show(place, 2, 100);
    }
    assert_int_equal(counted(place, number), 40);
    place->nodes[0] = lost;
    renew(place);
    for (int64_t i = count / 2; i < count; i++)
        see(place, 0, tickets[i]);
    assert_int_equal(show(place, 0, 1), 0);
    step(place);
    assert_int_equal(counted(place, number), 40);
}

/* As after a commit whose answer never came: the first node counted the ticket
 * three times in it, and took it as well. */
static void doubt(Place *place, Str ticket, Time at)
{
    Ads *ads = place->nodes[0];
    Arena arena = arena_open();
    AdPassed *passed = ARENA_NEW(&arena, AdPassed);
    AdTicket read;

    assert_int_equal(ad_ticket_read(ads->key, ticket, &read), ERR_OK);
    *passed = (AdPassed){.ticket = str_copy(&arena, ticket)};
    ads->doubt = (Doubt){.at = at, .arena = arena, .passed = {passed, 1}};
    sums_open(&ads->doubt.sums);
    sums_count(&ads->doubt.sums, &read)->seen = 3;
    for (int i = 0; i < 3; i++) {
        renew(place);
        assert_int_equal(ads->doubt.at, 0);
    }
}

static void what_was_kept_in_doubt_is_counted_once(void **state)
{
    Place *place = *state;
    Store *store = place->room.desk;
    int64_t number =
        add_campaign(place, (Campaign){.name = S("A"), .cap = 50}, S(""));
    int64_t node = place->nodes[0]->node;
    Str ticket;
    Time at;

    renew(place);
    assert_int_equal(show(place, 0, 2), 2);
    renew(place);
    assert_int_equal(counted(place, number), 2);
    ticket = ask(place, 0);
    assert_int_equal(ad_node_at(store, node, &at), ERR_OK);
    doubt(place, ticket, at); /* it was kept, and the ticket comes again */
    assert_int_equal(counted(place, number), 3);
    assert_int_equal(ad_node_at(store, node, &at), ERR_OK);
    doubt(place, ask(place, 0), at - 1); /* it was not */
    assert_int_equal(counted(place, number), 6);
    assert_int_equal(ad_node_at(store, node, &at), ERR_OK);
    lose(place, 0);
    doubt(place, ticket, at - 1); /* nobody knows */
    assert_int_equal(counted(place, number), 6);
}

static void what_is_passed_to_a_node_that_stops_others_count(void **state)
{
    Place *place = *state;
    int64_t number =
        add_campaign(place, (Campaign){.name = S("A"), .cap = 50}, S(""));
    Str tickets[3];

    renew(place);
    renew(place);
    assert_int_equal(lend(place, 0, tickets, 3), 3);
    for (int i = 0; i < 3; i++)
        see(place, 1, tickets[i]);
    assert_int_equal(ads_step(place->nodes[1], place->clock, false), ERR_OK);
    assert_int_equal(counted(place, number), 0);
    leave(place, 0);
    renew(place);
    step(place);
    assert_int_equal(counted(place, number), 3);
}

/* Also when its thread waits for the store, and cannot say that it is lost. */
static void a_node_that_is_cut_off_lends_and_counts_none(void **state)
{
    Place *place = *state;
    int64_t number =
        add_campaign(place, (Campaign){.name = S("A"), .cap = 50}, S(""));
    Str tickets[3];

    renew(place);
    renew(place);
    assert_int_equal(lend(place, 0, tickets, 3), 3);
    place->clock += ADS_LOST - 1;
    see(place, 0, tickets[0]);
    assert_int_equal(show(place, 0, 1), 1);
    place->clock += 1;
    see(place, 0, tickets[1]);
    assert_int_equal(show(place, 0, 1), 0);
    renew(place);
    assert_int_equal(counted(place, number), 2);
    see(place, 0, tickets[1]);
    step(place);
    assert_int_equal(counted(place, number), 3);
}

static void what_is_passed_to_a_node_counts_when_it_is_back(void **state)
{
    Place *place = *state;
    int64_t number =
        add_campaign(place, (Campaign){.name = S("A"), .cap = 50}, S(""));
    Str ticket;

    renew(place);
    renew(place);
    ticket = ask(place, 0);
    place->clock += ADS_LOST;
    assert_int_equal(show(place, 0, 1), 0);
    see(place, 1, ticket);
    assert_int_equal(ads_step(place->nodes[1], place->clock, false), ERR_OK);
    renew(place);
    step(place);
    assert_int_equal(counted(place, number), 1);
}

static void a_picture_whose_date_comes_leaves_its_place_to_others(void **state)
{
    Place *place = *state;
    Str mark = room_picture(&place->room, 'a').mark;
    Time until = time_now() + TIME_HOUR;
    int64_t picture, house;

    date_picture(place, mark, until);
    picture = add_campaign(place, (Campaign){.name = S("A"), .cap = 9}, mark);
    house =
        add_campaign(place, (Campaign){.name = S("B"), .house = true}, S(""));
    step(place);
    assert_int_equal(ask_at(place, 0, until - 1).campaign, picture);
    for (int i = 0; i < 10; i++)
        assert_int_equal(ask_at(place, 0, until).campaign, house);
    place->clock += LOOK;
    step(place);
    assert_int_equal(ask_at(place, 0, until - 1).campaign, picture);
}

/* It may be the only one; nothing else tells of it. */
static void a_picture_that_is_given_a_later_date_is_shown_again(void **state)
{
    Place *place = *state;
    Str mark = room_picture(&place->room, 'a').mark;
    int64_t picture =
        add_campaign(place, (Campaign){.name = S("A"), .cap = 9}, mark);

    step(place);
    assert_int_equal(ask_at(place, 0, time_now()).campaign, picture);
    date_picture(place, mark, time_now());
    for (int i = 0; i < 2; i++) {
        place->clock += LOOK;
        step(place);
        assert_int_equal(ads_counters(place->nodes[0]).campaigns, 0);
        assert_int_equal(ask_at(place, 0, time_now()).campaign, 0);
    }
    date_picture(place, mark, TIME_NONE);
    place->clock += LOOK;
    step(place);
    assert_int_equal(ads_counters(place->nodes[0]).campaigns, 1);
    assert_int_equal(ask_at(place, 0, time_now()).campaign, picture);
}

static bool has_picture(Place *place, Str mark)
{
    PictureSize size;
    Time until;

    return ads_has_picture(place->nodes[0], mark, time_now(), &size, &until);
}

static void a_picture_is_there_for_the_campaign_that_begins_first(void **state)
{
    Place *place = *state;
    Time later = time_now() + TIME_DAY;
    Str marks[] = {room_picture(&place->room, 'a').mark,
                   room_picture(&place->room, 'b').mark,
                   room_picture(&place->room, 'c').mark};

    add_campaign(place, (Campaign){.name = S("1")}, marks[0]);
    add_campaign(place, (Campaign){.name = S("2"), .from = later}, marks[0]);
    add_campaign(place, (Campaign){.name = S("3"), .from = later}, marks[1]);
    add_campaign(place,
                 (Campaign){.name = S("4"), .from = later - 2 * TIME_DAY},
                 marks[1]);
    add_campaign(place, (Campaign){.name = S("5"), .from = later}, marks[2]);
    step(place);
    assert_true(has_picture(place, marks[0]));
    assert_true(has_picture(place, marks[1]));
    assert_false(has_picture(place, marks[2]));
}

/* A campaign that came in may be told after its ads have stopped. */
static void the_writer_may_tell_it_of_campaigns_until_it_is_closed(void **state)
{
    Place *place = *state;
    AdsConfig config = place->nodes[0]->config;
    Ads *ads;

    assert_int_equal(ads_start(&config, &ads, NULL), ERR_OK);
    ads_stop(ads);
    ads_nudge(ads);
    ads_close(ads);
}

#define keep_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        keep_test(nodes_show_a_campaign_as_often_as_its_cap),
        keep_test(a_node_that_is_lost_and_returns_passes_no_cap),
        keep_test(what_was_kept_in_doubt_is_counted_once),
        keep_test(what_is_passed_to_a_node_that_stops_others_count),
        keep_test(a_node_that_is_cut_off_lends_and_counts_none),
        keep_test(what_is_passed_to_a_node_counts_when_it_is_back),
        keep_test(a_picture_whose_date_comes_leaves_its_place_to_others),
        keep_test(a_picture_that_is_given_a_later_date_is_shown_again),
        keep_test(a_picture_is_there_for_the_campaign_that_begins_first),
        keep_test(the_writer_may_tell_it_of_campaigns_until_it_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
