/* put.c -- how fast the writer's side takes stories in.
 *
 *     put [STORIES] [BATCH] [order|shuffled] [PATH]
 *
 * Stories of 1.5 kB with five tags of a skewed thousand, in two languages, go
 * through desk_put in transactions of BATCH, as an import hands them over; what
 * an importer prepares on its own thread is prepared before the clock starts.
 * shuffled: their times are in no order.  PATH: the store stays there.  Prints
 * stories a second, and what the log and the store weigh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "desk/acts.h"
#include "store/copier.h"

#define WORDS 20000

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Small numbers often, large ones seldom. */
static uint64_t skewed(uint64_t max)
{
    double x = (double)(next_random() >> 11) / 9007199254740992.0;

    return (uint64_t)((double)max * x * x * x);
}

static Str word(Arena *arena, uint64_t number)
{
    static const char *const parts[] = {"ka", "ro", "men", "shi", "ter",
                                        "lo", "vi", "dus", "pra", "no"};
    Buf buf = buf_open(arena, 64);

    for (int i = 0; i < 5; i++, number /= 10)
        buf_puts(&buf, str_from(parts[number % 10]));
    return buf_str(&buf);
}

static Str text(Arena *arena, size_t size)
{
    Buf buf = buf_open(arena, size + 64);

    while (buf.len < size) {
        buf_puts(&buf, word(arena, skewed(WORDS)));
        buf_putc(&buf, ' ');
    }
    return str_trim(buf_str(&buf));
}

static Item make_item(Arena *arena, int64_t number, int64_t total,
                      bool shuffled)
{
    Item item = item_none();
    int64_t at = shuffled ? (int64_t)(next_random() % (uint64_t)total) : number;

    item.uri = str_format(arena, "urn:newsml:example.org:2021:%lld",
                          (long long)number);
    item.version = 1;
    item.language = number % 3 ? S("en") : S("uk");
    item.headline = text(arena, 70);
    item.deck = text(arena, 120);
    item.body =
        (Html){str_format(arena, "<p>%.*s</p>", STR_ARG(text(arena, 1500)))};
    item.byline = S("A. Reporter");
    item.place = S("Kyiv");
    item.section = str_format(arena, "section-%d", (int)skewed(12));
    item.at = (Time)1000000000 * TIME_SECOND + at * 600 * TIME_SECOND;
    item.timed = true;
    for (int i = 0; i < 5; i++) {
        Str slug = word(arena, skewed(1000));

        item_tag(&item, arena, slug, slug);
    }
    item_prepare(&item, arena, S("en"));
    return item;
}

static void must(Err err, Store *store, const char *what)
{
    if (!err) return;
    fprintf(stderr, "put: %s: %s (%s)\n", what, err_word(err),
            store ? store_reason(store) : "");
    exit(1);
}

/* Of this thread: what others do on the machine is not in it. */
static Time processor_time(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}

static double put_batch(Store *store, Copier *copier, const Item *items,
                        int64_t count, Time *processor)
{
    Time spent = processor_time();
    static const Actor actor = {ROLE_OPERATOR, S_INIT("bench")};
    PutContext context = {S("en"), S("news"), time_now()};
    Arena arena = arena_open();
    Time began = time_monotonic();

    must(store_begin(store), store, "begin");
    for (int64_t i = 0; i < count; i++) {
        Outcome out;

        must(desk_put(store, &arena, &actor, &items[i], PUT_PUBLISH, &context,
                      &out, NULL),
             store, "put");
        arena_reset(&arena);
    }
    must(store_end(store, ERR_OK), store, "commit");
    copier_tend(copier, store);
    arena_close(&arena);
    *processor += processor_time() - spent;
    return (double)(time_monotonic() - began) / 1e6;
}

static double megabytes(const char *path)
{
    struct stat st;

    return stat(path, &st) ? 0 : (double)st.st_size / 1e6;
}

static int64_t number(int argc, char **argv, int at, int64_t otherwise)
{
    int64_t value = otherwise;

    if (argc > at && (!str_int(str_from(argv[at]), &value) || value < 1)) {
        fprintf(stderr, "put: %s is not a number above 0\n", argv[at]);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    int64_t total = number(argc, argv, 1, 200000);
    int64_t batch = number(argc, argv, 2, 2000);
    bool shuffled = argc > 3 && !strcmp(argv[3], "shuffled");
    char folder[] = "/tmp/dateline-put-XXXXXX";
    char path[200], wal[220];
    Fault fault = fault_none();
    Store *store = NULL;
    Copier *copier = NULL;
    double seconds = 0, last = 0;
    Time processor = 0;
    struct rusage usage;

    if (argc > 4)
        snprintf(path, sizeof path, "%s", argv[4]);
    else if (mkdtemp(folder))
        snprintf(path, sizeof path, "%s/dateline.db", folder);
    else
        return 1;
    snprintf(wal, sizeof wal, "%s-wal", path);
    must(store_create(path, &fault), NULL, fault.text);
    must(store_open(path, STORE_WRITE, &store, &fault), NULL, fault.text);
    must(copier_start(path, &copier, &fault), NULL, fault.text);
    for (int64_t from = 0; from < total; from += batch) {
        Arena arena = arena_open();
        int64_t count = total - from < batch ? total - from : batch;
        Item *items = ARENA_ARRAY(&arena, Item, (size_t)count);

        for (int64_t i = 0; i < count; i++)
            items[i] = make_item(&arena, from + i, total, shuffled);
        last = put_batch(store, copier, items, count, &processor);
        seconds += last;
        if ((from / batch + 1) % 25 == 0)
            printf("%8lld stories: %6.0f a second, now %6.0f; log %.0f MB\n",
                   (long long)(from + count), (double)(from + count) / seconds,
                   (double)count / last, megabytes(wal));
        arena_close(&arena);
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("put: %.0f stories a second, %.0f a second of processor; store %.0f "
           "MB, log %.0f MB, memory %ld MB\n",
           (double)total / seconds, (double)total / ((double)processor / 1e6),
           megabytes(path), megabytes(wal), usage.ru_maxrss / 1024);
    copier_stop(copier);
    store_close(store);
    if (argc > 4) return 0;
    unlink(path);
    return rmdir(folder) != 0;
}
