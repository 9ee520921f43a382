/* index.c -- how fast the full-text index is made.
 *
 *     index STORE LANGUAGE ...
 *
 * Follows the store's log to its end, as the server does, and prints the
 * stories that were read and the seconds that it took. */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "search/indexer.h"
#include "store/changes.h"

#define LANGUAGES 32

static Err step(Indexer *indexer, Store *read, Store *write, bool *more)
{
    Arena arena = arena_open();
    IndexStep *step;
    Err err = indexer_read(indexer, read, true, &step);

    *more = !err && step;
    if (*more) {
        err = store_begin(write);
        if (!err) err = store_end(write, indexer_write(write, &arena, step));
        indexer_wrote(indexer, step, err);
    }
    arena_close(&arena);
    return err;
}

int main(int argc, char **argv)
{
    Str languages[LANGUAGES];
    Fault fault = fault_none();
    Store *read;
    Store *write;
    Indexer *indexer;
    Time begun = time_monotonic();
    Time told = begun;
    bool more = true;
    Err err;

    if (argc < 3 || argc - 2 > LANGUAGES) return 2;
    for (int i = 2; i < argc; i++)
        languages[i - 2] = str_from(argv[i]);
    err = store_open(argv[1], STORE_WRITE, &write, &fault);
    if (!err) err = store_open(argv[1], STORE_READ, &read, &fault);
    if (err) {
        fprintf(stderr, "index: %s\n", fault.text);
        return 1;
    }
    indexer = indexer_open(languages, (size_t)argc - 2);
    while (!err && more) {
        int64_t left;

        err = step(indexer, read, write, &more);
        if (!err && !store_is_server(argv[1]))
            err = store_checkpoint(write, &left);
        if (time_monotonic() - told < 5 * TIME_SECOND) continue;
        told = time_monotonic();
        fprintf(stderr, "%lld changes, %.1f s\n",
                (long long)indexer_change(indexer),
                (double)(told - begun) / TIME_SECOND);
    }
    if (err)
        fprintf(stderr, "index: %s: %s\n", err_word(err), store_reason(write));
    printf("%lld %.2f\n", (long long)indexer_change(indexer),
           (double)(time_monotonic() - begun) / TIME_SECOND);
    indexer_close(indexer);
    store_close(read);
    store_close(write);
    return err ? 1 : 0;
}
