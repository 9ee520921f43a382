/* index.c -- how fast the full-text index is made, and what is related behind
 * it.
 *
 *     index STORE terms | related LANGUAGE ...
 *
 * Follows the store's log to its end, as the server does; terms: the index
 * alone.  Prints the changes that were read and the seconds that the index and
 * the other took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "search/indexer.h"
#include "search/keeper.h"
#include "store/changes.h"

#define LANGUAGES 32

typedef struct Making {
    Store *read, *write;
    Indexer *indexer;
    Keeper *keeper;
    Time told;
} Making;

static Err index_step(Making *making, Arena *arena, bool *more)
{
    IndexStep *step;
    Err err = indexer_read(making->indexer, making->read, true, &step);

    *more = !err && step;
    if (!*more) return err;
    err = store_begin(making->write);
    if (!err)
        err =
            store_end(making->write, indexer_write(making->write, arena, step));
    indexer_wrote(making->indexer, step, err);
    return err;
}

static Err keep_step(Making *making, Arena *arena, bool *more)
{
    KeepStep *step;
    Err err = keeper_read(making->keeper, making->read,
                          indexer_counted(making->indexer), TIME_MINUTE, &step);

    *more = !err && step;
    if (!*more) return err;
    err = store_begin(making->write);
    return err ? err
               : store_end(making->write,
                           keeper_write(making->write, arena, step));
}

static void tell(Making *making)
{
    Time now = time_monotonic();

    if (now - making->told < 5 * TIME_SECOND) return;
    making->told = now;
    fprintf(stderr, "%lld changes, related %lld\n",
            (long long)indexer_change(making->indexer),
            (long long)keeper_change(making->keeper));
}

/* To the end of the log; the seconds that it took. */
static double follow(Making *making, const char *path,
                     Err (*step)(Making *, Arena *, bool *))
{
    Time begun = time_monotonic();
    bool more = true;
    Err err = ERR_OK;

    while (!err && more) {
        Arena arena = arena_open();
        int64_t left;

        err = step(making, &arena, &more);
        if (!err && !store_is_server(path))
            err = store_checkpoint(making->write, &left);
        arena_close(&arena);
        tell(making);
    }
    if (err) {
        fprintf(stderr, "index: %s: %s\n", err_word(err),
                *store_reason(making->write) ? store_reason(making->write)
                                             : store_reason(making->read));
        exit(1);
    }
    return (double)(time_monotonic() - begun) / TIME_SECOND;
}

int main(int argc, char **argv)
{
    Str languages[LANGUAGES];
    Fault fault = fault_none();
    Making making = {0};
    size_t count = 0;
    double terms;
    double related = 0;
    Err err;

    if (argc < 4 || argc - 3 > LANGUAGES) return 2;
    for (int i = 3; i < argc; i++)
        languages[count++] = str_from(argv[i]);
    err = store_open(argv[1], STORE_WRITE, &making.write, &fault);
    if (!err) err = store_open(argv[1], STORE_READ, &making.read, &fault);
    if (err) {
        fprintf(stderr, "index: %s\n", fault.text);
        return 1;
    }
    making.indexer = indexer_open(languages, count);
    making.keeper = keeper_open(indexer_analyst(making.indexer));
    terms = follow(&making, argv[1], index_step);
    if (!strcmp(argv[2], "related"))
        related = follow(&making, argv[1], keep_step);
    printf("%lld %.2f %.2f\n", (long long)indexer_change(making.indexer), terms,
           related);
    keeper_close(making.keeper);
    indexer_close(making.indexer);
    store_close(making.read);
    store_close(making.write);
    return 0;
}
