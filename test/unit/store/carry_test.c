/* test/unit/store/carry_test.c -- what readers read and editors pinned comes
 * out equal on the other side, from each kind of store to a file and back. */
#include "newsroom.h"

#include "base/buf.h"
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

static void reads_and_pins_are_carried_there_and_back(void **state)
{
    Newsroom *room = *state;
    char there[200], back[200];
    Rowed first;

    for (int i = 0; i < 3; i++)
        room_publish(
            room,
            sample_story(str_format(&room->arena, "urn:%d", i), S("en"), T0),
            sample_version(S("Headline")));
    add_reads(room);
    first = rows_of(&room->arena, room->path);
    assert_int_equal(first.counts[CARRY_READ_MINUTE], 6);
    assert_int_equal(first.counts[CARRY_READ_HOUR], 3);
    assert_int_equal(first.counts[CARRY_READ_REFERRER], 5);
    assert_int_equal(first.counts[CARRY_HEAT], HEATS);
    assert_int_equal(first.counts[CARRY_PIN], 2);
    assert_int_equal(first.counts[CARRY_PUSH_SUBSCRIPTION], 2);
    assert_int_equal(first.counts[CARRY_PUSH_TOLD], 1);

    snprintf(there, sizeof there, "%s/there.db", room->folder);
    move(room->path, there);
    assert_true(str_eq(rows_of(&room->arena, there).text, first.text));
    nothing_is_hot(&room->arena, there);

    if (place_is_file())
        snprintf(back, sizeof back, "%s/back.db", room->folder);
    else
        place_make(room->folder, back, sizeof back);
    move(there, back);
    assert_true(str_eq(rows_of(&room->arena, back).text, first.text));
    nothing_is_hot(&room->arena, back);
    place_drop(back);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(reads_and_pins_are_carried_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
