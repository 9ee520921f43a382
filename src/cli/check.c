/* cli/check.c -- looks whether a site is whole. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/conf.h"
#include "store/store.h"

static void say(void *ctx, const char *what)
{
    int *count = ctx;

    printf("%s\n", what);
    ++*count;
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
