/* visible.c -- another process commits: how long until the server shows it.
 *
 *     visible [-n N] [-l LANG] [-S SECTION] STORE ADDR:PORT
 *
 * N times (50) a story is put into the store as an import does it, durably, and
 * from the moment of the commit the section's page is asked over eight
 * connections until each has shown the story.  The time of the slowest counts.
 * Prints JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "desk/acts.h"
#include "histogram.h"

#define DOORS   8
#define GIVE_UP ((int64_t)5000000000)

typedef struct Look {
    Arena arena;
    Store *store;
    Client *doors[DOORS];
    Str language, section, page;
    int64_t rounds, run;
    Histogram took;
    int64_t never;
} Look;

_Noreturn static void fail(const char *what, const char *more)
{
    fprintf(stderr, "visible: %s: %s\n", what, more);
    exit(1);
}

static Item write_item(const Look *look, Arena *arena, int64_t round)
{
    Item item = item_none();

    item.uri = str_format(arena, "urn:bench:visible:%lld:%lld",
                          (long long)look->run, (long long)round);
    item.language = look->language;
    item.section = look->section;
    item.headline = str_format(arena, "A train of %lld carriages arrived",
                               (long long)round + 2);
    item.body = (Html){S("<p>It was on time.</p>")};
    item_tag(&item, arena, S("railways"), S("Railways"));
    item_prepare(&item, arena, look->language);
    return item;
}

/* The beginning of the new story's address. */
static Str commit(Look *look, Arena *arena, int64_t round)
{
    const Actor actor = {ROLE_OPERATOR, S_INIT("import")};
    Item item = write_item(look, arena, round);
    PutContext context = {look->language, look->section, time_now()};
    Fault fault = fault_none();
    Outcome outcome;
    Err err = store_begin(look->store);

    if (err) fail("the store", store_reason(look->store));
    err = desk_put(look->store, arena, &actor, &item, PUT_PUBLISH, &context,
                   &outcome, &fault);
    err = store_end(look->store, err);
    if (err) fail("a story was refused", fault.text);
    return str_format(arena, "/%.*s/%.*s/%lld-", STR_ARG(look->language),
                      STR_ARG(look->section), (long long)outcome.story.number);
}

static bool shows(Look *look, Client *door, Str address)
{
    Arena arena = arena_open();
    ClientReply reply;
    bool found;

    client_ask(door, &arena, "GET", look->page, (Str){0}, (Str){0}, &reply);
    found = str_find(reply.body, address, 0) >= 0;
    arena_close(&arena);
    return found;
}

static void look_once(Look *look, int64_t round)
{
    const struct timespec pause = {0, 200000};
    Arena arena = arena_open();
    Str address = commit(look, &arena, round);
    int64_t began = clock_ns();

    for (int i = 0; i < DOORS; i++)
        while (!shows(look, look->doors[i], address)) {
            if (clock_ns() - began > GIVE_UP) {
                look->never++;
                break;
            }
            nanosleep(&pause, NULL);
        }
    histogram_add(&look->took, clock_ns() - began);
    arena_close(&arena);
}

static void run(Look *look)
{
    for (int64_t i = 0; i < look->rounds; i++) {
        /* not in step with anything that the server does */
        const struct timespec pause = {0, 20000000 + i % 13 * 1700000};

        look_once(look, i);
        nanosleep(&pause, NULL);
    }
}

static void tell(Look *look)
{
    Buf buf = buf_open(&look->arena, 4096);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_int(&out, "never", look->never);
    json_put_key(&out, "ms");
    histogram_tell(&look->took, &out);
    json_put_end(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
}

int main(int argc, char **argv)
{
    static Look look = {
        .rounds = 50,
        .language = S_INIT("en"),
        .section = S_INIT("facts"),
    };
    Fault fault = fault_none();
    int option;

    while ((option = getopt(argc, argv, "n:l:S:")) != -1) {
        switch (option) {
        case 'n':
            if (str_int(str_from(optarg), &look.rounds)) break;
            fail("-n", "expected a number");
        case 'l': look.language = str_from(optarg); break;
        case 'S': look.section = str_from(optarg); break;
        default: fail("usage", "see the head of bench/visible.c");
        }
    }
    if (argc - optind != 2) fail("usage", "visible [...] STORE ADDR:PORT");
    look.arena = arena_open();
    look.run = time_now();
    look.page = str_format(&look.arena, "/%.*s/%.*s/", STR_ARG(look.language),
                           STR_ARG(look.section));
    if (store_open(argv[optind], STORE_WRITE, &look.store, &fault))
        fail(argv[optind], fault.text);
    for (int i = 0; i < DOORS; i++)
        look.doors[i] = client_open(argv[optind + 1]);
    run(&look);
    tell(&look);
    for (int i = 0; i < DOORS; i++)
        client_close(look.doors[i]);
    store_close(look.store);
    arena_close(&look.arena);
    return look.never ? 1 : 0;
}
