/* test/unit/store/carry_test.c -- what readers read, editors pinned and live
 * coverage told comes out equal on the other side, from each kind of store to a
 * file and back; rows that cannot be are refused. */
#include "newsroom.h"

#include "store/adcounts.h"
#include "store/campaigns.h"

#include "base/buf.h"
#include "store/carry_in.h"
#include "store/move.h"
#include "store/reads.h"
#include "store/subscriptions.h"

#define HEATS     2500 /* more than are sent as one */
#define HALF_LIFE 3600
#define ROWS_MAX  ((size_t)4 * 1024 * 1024)

static const Subscription browsers[] = {
    {S_INIT("https://push.example/b"), S_INIT("key"), S_INIT("auth"),
     S_INIT("en"), S_INIT(" all ")},
    {S_INIT("https://push.example/a"), S_INIT("key"), S_INIT("auth"),
     S_INIT("uk"), S_INIT(" tag:sea section:facts ")},
};

static void add_reads(Newsroom *room)
{
    /* A hyphen: rules of a language would pass over it. */
    static const char *const referrers[] = {"ab.example", "a-c.example", "",
                                            "a-b.example", "other"};
    const HotPlace hot[] = {{S("en"), S(""), 0, {1}}};
    Err err = store_begin(room->desk);

    for (int64_t i = 0; !err && i < 6; i++)
        err = reads_add_minute(room->desk, 27000000 + i / 3,
                               i % 2 ? S("en") : S("uk"),
                               i % 3 ? S("facts") : S("fa-cts"),
                               (Screen)(i % SCREEN_COUNT), i + 1);
    for (int64_t i = 0; !err && i < 3; i++)
        err = reads_add_hour(room->desk, 450000 + i, (StoryId){i + 1}, i + 10);
    for (size_t i = 0; !err && i < COUNT(referrers); i++)
        err = reads_add_referrer(room->desk, 450000, str_from(referrers[i]),
                                 (int64_t)i + 1);
    for (int64_t i = 0; !err && i < HEATS; i++)
        err = reads_add_heat(room->desk, HALF_LIFE, i / 3, (StoryId){i % 3 + 1},
                             ((int64_t)1 << 61) + i);
    if (!err) err = pin_put(room->desk, (StoryId){3}, T0);
    if (!err) err = pin_put(room->desk, (StoryId){1}, T0 + TIME_DAY);
    for (size_t i = 0; !err && i < COUNT(browsers); i++)
        err = subscription_put(room->desk, &browsers[i], T0);
    if (!err)
        err =
            push_told_put(room->desk, (StoryId){2}, S(" all tag:mint "), T0, 0);
    if (!err)
        err =
            hot_write(room->desk, &room->arena,
                      &(HotPlaces){(HotPlace *)(uintptr_t)hot, COUNT(hot)}, T0);
    if (store_end(room->desk, err)) fail_msg("%s", store_reason(room->desk));
}

static void add_ads(Newsroom *room)
{
    static Str slots[] = {S_INIT("story-1"), S_INIT("more-1")};
    Campaign campaign = {.name = S("Sea lines"),
                         .link = S("https://sea.example/"),
                         .from = TIME_NONE,
                         .to = T0,
                         .weight = 1,
                         .slots = {slots, 2}};
    Creative creatives[] = {{.picture = room_picture(room, 'b').mark},
                            {.html = S("<p>Sail</p>")}};
    AdCount count = {.slot = slots[0], .language = S("en"), .seen = 5};
    size_t missing;
    Err err = store_begin(room->desk);

    if (!err)
        err = campaigns_put(room->desk, &room->arena, &campaign,
                            &(CreativeList){creatives, 2}, T0, &missing);
    count.campaign = count.creative = campaign.number;
    if (!err) err = ad_count_add(room->desk, 18731, 16, &count);
    if (!err) err = ad_seen_add(room->desk, campaign.number, 18731, 5);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
}

static void print_row(Buf *buf, const CarryRow *row)
{
    const CarryColumns *columns = carry_columns(row->table);

    buf_printf(buf, "%s", columns->table);
    for (size_t i = 0; i < columns->count; i++) {
        const CarryCell *cell = &row->cells[i];

        if (cell->null)
            buf_puts(buf, S(" -"));
        else if (columns->items[i].text)
            buf_printf(buf, " \"%.*s\"", STR_ARG(cell->text));
        else
            buf_printf(buf, " %lld", (long long)cell->number);
    }
    buf_putc(buf, '\n');
}

typedef struct Rowed {
    Str text; /* a row a line */
    size_t counts[CARRY_TABLES];
} Rowed;

static Rowed rows_of(Arena *arena, const char *where)
{
    Buf buf = buf_open(arena, ROWS_MAX);
    Fault fault = fault_none();
    Rowed rows = {0};
    Store *store;
    Carry *carry;
    CarryRow row;

    if (store_open(where, STORE_READ, &store, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(carry_open(store, NULL, &carry), ERR_OK);
    while (carry_next(carry, &row)) {
        rows.counts[row.table]++;
        print_row(&buf, &row);
    }
    assert_int_equal(carry_close(carry), ERR_OK);
    store_close(store);
    assert_int_equal(buf_end(&buf, &rows.text), ERR_OK);
    return rows;
}

static void nobody(void *ctx, const MoveProgress *progress)
{
    (void)ctx;
    (void)progress;
}

static void move(const char *from, const char *to)
{
    const MoveCalls calls = {.progress = nobody};
    Fault fault = fault_none();
    CarryCounts counts;

    if (store_move(from, to, &calls, &counts, &fault))
        fail_msg("%s: %s", fault.where, fault.text);
    assert_int_equal(counts.stories, 3);
}

/* What is hot is found anew by whoever serves it. */
static void nothing_is_hot(Arena *arena, const char *where)
{
    Store *store;
    HotPlaces places;
    Time at;

    assert_int_equal(store_open(where, STORE_READ, &store, NULL), ERR_OK);
    assert_int_equal(hot_read(store, arena, &places), ERR_OK);
    assert_int_equal(places.count, 0);
    assert_int_equal(public_hot_at(store, arena, &at), ERR_OK);
    assert_int_equal(at, 0);
    store_close(store);
}

/* Which picture a story shows is derived, and made anew. */
static void pictures_are_shown(Arena *arena, const char *where)
{
    Store *store;
    PublicItem item;

    assert_int_equal(store_open(where, STORE_READ, &store, NULL), ERR_OK);
    for (int64_t number = 1; number <= 3; number++) {
        assert_int_equal(public_item(store, arena, (StoryId){number}, &item),
                         ERR_OK);
        assert_int_equal(item.picture.width, 4000);
    }
    store_close(store);
}

/* Three public stories: one whose coverage has ended, one whose goes on. */
static void fill(Newsroom *room)
{
    Version version = sample_version(S("Headline"));
    Tag sea = {S("sea"), S("Sea")};
    Err err;

    version.section_name = S("Facts");
    version.tags = (TagList){&sea, 1};
    version.picture = room_picture(room, 'a');
    version.picture.alt = S("As it is here");
    for (int i = 0; i < 3; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);

        room_publish(room, sample_story(uri, S("en"), T0), version);
    }
    add_reads(room);
    add_ads(room);
    room_cover(room, (StoryId){1}, true);
    room_cover(room, (StoryId){2}, false);
    err = store_begin(room->desk);
    if (!err) err = coverage_put(room->desk, (StoryId){2}, TIME_NONE);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
}

static void all_is_carried_there_and_back(void **state)
{
    Newsroom *room = *state;
    char there[200], back[200];
    Rowed first;

    fill(room);
    first = rows_of(&room->arena, room->path);
    assert_int_equal(first.counts[CARRY_READ_MINUTE], 6);
    assert_int_equal(first.counts[CARRY_READ_HOUR], 3);
    assert_int_equal(first.counts[CARRY_READ_REFERRER], 5);
    assert_int_equal(first.counts[CARRY_HEAT], HEATS);
    assert_int_equal(first.counts[CARRY_PIN], 2);
    assert_int_equal(first.counts[CARRY_PUSH_SUBSCRIPTION], 2);
    assert_int_equal(first.counts[CARRY_PUSH_TOLD], 1);
    assert_int_equal(first.counts[CARRY_COVERAGE], 2);
    assert_int_equal(first.counts[CARRY_ENTRY], 8);
    assert_int_equal(first.counts[CARRY_PICTURE], 2);
    assert_int_equal(first.counts[CARRY_VERSION_PICTURE], 3);
    assert_int_equal(first.counts[CARRY_CAMPAIGN], 1);
    assert_int_equal(first.counts[CARRY_CREATIVE], 2);
    assert_int_equal(first.counts[CARRY_AD_COUNT], 1);

    snprintf(there, sizeof there, "%s/there.db", room->folder);
    move(room->path, there);
    assert_true(str_eq(rows_of(&room->arena, there).text, first.text));
    nothing_is_hot(&room->arena, there);
    pictures_are_shown(&room->arena, there);

    if (place_is_file())
        snprintf(back, sizeof back, "%s/back.db", room->folder);
    else
        place_make(room->folder, back, sizeof back);
    move(there, back);
    assert_true(str_eq(rows_of(&room->arena, back).text, first.text));
    nothing_is_hot(&room->arena, back);
    place_drop(back);
}

/* ---- rows that cannot be ---- */

#define LEFT_OUT SIZE_MAX

/* The row of a table, counted from 0, with another number or text in one of its
 * columns, or left out; what is said. */
static const struct {
    CarryTable table;
    size_t row, column;
    int64_t number;
    Str text;
    const char *said;
} wrongs[] = {
    {CARRY_SECTION_NAME, 0, 0, 99, {0}, "section_name 99 names what did not"},
    {CARRY_TAG, 0, LEFT_OUT, 0, {0}, "names what did not come"},
    {CARRY_LANGUAGE, 0, LEFT_OUT, 0, {0}, "in a language that did not come"},
    {CARRY_CHANGE, 1, 1, 5, {0}, "change 2 is not as it was saved"},
    {CARRY_CHANGE, 1, LEFT_OUT, 0, {0}, "behind the change before it"},
    {CARRY_STORY, 1, 3, 5, {0}, "story 2 is not as it was saved"},
    {CARRY_STORY, 0, LEFT_OUT, 0, {0}, "does not come behind its story"},
    {CARRY_VERSION, 0, 12, 0, S_INIT("Other"), "1 is not as it was saved"},
    {CARRY_VERSION, 0, LEFT_OUT, 0, {0}, "without its public version"},
    {CARRY_GONE, 0, 0, 1, {0}, "gone 1 does not come behind its story"},
    {CARRY_READ_HOUR, 1, 1, 99, {0}, "is of a story that did not come"},
    {CARRY_HEAT, 1, 2, 0, {0}, "is of a story that did not come"},
    {CARRY_PIN, 1, 0, 99, {0}, "pin 99 is of a story that did not come"},
    {CARRY_PUSH_TOLD, 0, 0, 99, {0}, "push_told 99 is of a story that did"},
    {CARRY_COVERAGE, 1, 0, 99, {0}, "coverage 99 is of a story that did not"},
    {CARRY_COVERAGE, 1, LEFT_OUT, 0, {0}, "2 is of coverage that did not come"},
    {CARRY_PICTURE, 0, LEFT_OUT, 0, {0}, "is of a picture that did not come"},
    {CARRY_VERSION_PICTURE, 0, 2, 0, S_INIT("Other"), "not as it was saved"},
    {CARRY_CAMPAIGN, 0, LEFT_OUT, 0, {0}, "of a campaign that did not come"},
    {CARRY_CREATIVE, 0, 2, 99, {0}, "is of a picture that did not come"},
    {CARRY_AD_COUNT, 0, 0, 99, {0}, "is of a campaign that did not come"},
    {CARRY_ENTRY, 1, 8, 0, S_INIT("Other"),
     "version 2 of entry 1 of story 1 is not as it was saved"},
    {CARRY_ENTRY, 3, 7, 0, {0}, "entry 2 of story 1 is not as it was saved"},
    {CARRY_ENTRY, 4, 0, 3, {0}, "entry 1 of story 3 is not as it was saved"},
    {CARRY_ENTRY,
     0,
     LEFT_OUT,
     0,
     {0},
     "version 2 of entry 1 of story 1 does not come behind the one before it"},
    {CARRY_ENTRY,
     2,
     LEFT_OUT,
     0,
     {0},
     "version 2 of entry 2 of story 1 does not come behind the one before it"},
    {CARRY_HEAD, 0, 1, 1, {0}, "the last numbers are story 4 and change 1"},
};

/* Row by row into another store until one is refused. */
static Err carry_wrong(Carry *carry, CarryIn *in, size_t wrong, Fault *fault)
{
    size_t seen = 0;
    Err err = ERR_OK;
    bool committed;
    CarryRow row;

    while (!err && carry_next(carry, &row)) {
        if (row.table == wrongs[wrong].table && seen++ == wrongs[wrong].row) {
            CarryCell *cell = &row.cells[wrongs[wrong].column % CARRY_COLUMNS];

            if (wrongs[wrong].column == LEFT_OUT) continue;
            cell->number = wrongs[wrong].number;
            cell->text = wrongs[wrong].text;
        }
        err = carry_put(in, &row, &committed, fault);
    }
    assert_true(seen > wrongs[wrong].row);
    return err;
}

static void a_row_that_cannot_be_is_refused(void **state)
{
    Newsroom *room = *state;
    Story gone;

    fill(room);
    gone = room_publish(room, sample_story(S("urn:gone"), S("en"), T0),
                        sample_version(S("Gone")));
    gone.state = STORY_WITHDRAWN;
    room_save(room, &gone, CHANGE_WITHDRAW, T0);
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        Fault fault = fault_none();
        char there[200];
        CarryCounts reached;
        Store *store;
        Carry *carry;
        CarryIn *in;

        print_message("         row: %s\n", wrongs[i].said);
        snprintf(there, sizeof there, "%s/wrong%zu.db", room->folder, i);
        assert_int_equal(store_open(room->path, STORE_READ, &store, NULL),
                         ERR_OK);
        assert_int_equal(carry_open(store, NULL, &carry), ERR_OK);
        assert_int_equal(
            carry_in_open(there, S("an id"), &in, &reached, &fault), ERR_OK);
        assert_int_equal(carry_wrong(carry, in, i, &fault), ERR_INVALID);
        if (!strstr(fault.text, wrongs[i].said)) fail_msg("%s", fault.text);
        carry_in_close(in);
        assert_int_equal(carry_close(carry), ERR_OK);
        store_close(store);
    }
}

static void nothing_is_taken_into(Newsroom *room)
{
    Fault fault = fault_none();
    CarryCounts reached;
    CarryIn *in;

    assert_int_equal(
        carry_in_open(room->path, S("an id"), &in, &reached, &fault),
        ERR_CONFLICT);
    assert_string_equal(fault.text,
                        "there are pictures or campaigns of its own; expected "
                        "a store without any, or none");
    (void)room_publish(room, sample_story(S("urn:1"), S("en"), T0),
                       sample_version(S("It can be written to")));
}

static void pictures_of_its_own_are_not_written_over(void **state)
{
    Newsroom *room = *state;

    (void)room_picture(room, 'a');
    nothing_is_taken_into(room);
}

static void nor_campaigns(void **state)
{
    Newsroom *room = *state;
    Campaign campaign = {.name = S("Sea lines"),
                         .link = S("https://sea.example/"),
                         .from = TIME_NONE,
                         .to = TIME_NONE,
                         .weight = 1};
    Creative creative = {.html = S("<p>Sail</p>")};
    size_t missing;
    Err err = store_begin(room->desk);

    if (!err)
        err = campaigns_put(room->desk, &room->arena, &campaign,
                            &(CreativeList){&creative, 1}, T0, &missing);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
    nothing_is_taken_into(room);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(all_is_carried_there_and_back),
        newsroom_test(a_row_that_cannot_be_is_refused),
        newsroom_test(pictures_of_its_own_are_not_written_over),
        newsroom_test(nor_campaigns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
