/* cli/check.c -- looks whether a site is whole. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/conf.h"
#include "media/intake.h"
#include "store/pictures.h"

static void say(void *ctx, const char *what)
{
    int *count = ctx;

    printf("%s\n", what);
    ++*count;
}

/* Each picture that the store knows has its files. */
static Err check_pictures(const Conf *conf, Store *store, int *wrong)
{
    const Shelf shelf = {conf->media_dir};
    Arena arena = arena_open();
    int64_t before = INT64_MAX;
    Pictures list;
    Err err;

    do {
        arena_reset(&arena);
        err = pictures_before(store, &arena, before, &list);
        for (size_t i = 0; !err && i < list.count; i++) {
            Str missing;

            before = list.items[i].number;
            if (picture_is_whole(&shelf, &arena, &list.items[i], &missing))
                continue;
            printf("picture %.*s: the file %.*s is missing\n",
                   STR_ARG(list.items[i].mark), STR_ARG(missing));
            ++*wrong;
        }
    } while (!err && list.count == PICTURES_MAX);
    arena_close(&arena);
    return err;
}

int check_command(int argc, char **argv)
{
    CliOption options[] = {{NULL, NULL, NULL}};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Store *store = NULL;
    int wrong = 0;
    Conf conf;
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 2) return cli_usage(argv[0], "expected one folder");
    err = conf_read(&arena, argv[1], &conf, &fault);
    if (!err) err = store_open(conf.store_path, STORE_READ, &store, &fault);
    if (!err) err = store_check(store, say, &wrong);
    if (!err) err = check_pictures(&conf, store, &wrong);
    if (store) store_close(store);
    arena_close(&arena);
    if (wrong) {
        fprintf(stderr, "dateline check: %d things are wrong\n", wrong);
        return EXIT_FAILED;
    }
    if (err) return cli_fail(argv[0], err, &fault);
    printf("%s is whole\n", argv[1]);
    return EXIT_DONE;
}
