/* cli/check.c -- looks whether a site is whole. */
#include <stdio.h>

#include "cli/bucket_keys.h"
#include "cli/cli.h"
#include "cli/media_bucket.h"

static void say(void *ctx, const char *what)
{
    int *count = ctx;

    printf("%s\n", what);
    ++*count;
}

typedef struct Look {
    Shelf shelf;
    Bucket *bucket; /* NULL: none */
    int *wrong;
} Look;

/* Of one that is not whole the first file is told. */
static Err look_at(void *ctx, Arena *arena, const Picture *picture,
                   Fault *fault)
{
    const Look *look = ctx;
    Str missing;
    Err err = media_lacks(&look->shelf, look->bucket, arena, picture, &missing,
                          fault);

    if (err || !missing.len) return err;
    printf("picture %.*s: the file %.*s is %s\n", STR_ARG(picture->mark),
           STR_ARG(missing),
           shelf_has(&look->shelf, missing)
               ? "not in the bucket: \"dateline media upload\" puts it there"
               : "missing: \"dateline media add\" of the original makes it "
                 "again");
    ++*look->wrong;
    return ERR_OK;
}

/* Each picture that the store knows has its files. */
static Err check_pictures(Arena *arena, const Conf *conf, Store *store,
                          int *count, Fault *fault)
{
    Look look = {{conf->media_dir}, NULL, count};
    BucketConfig config;
    Err err = bucket_keys_read(arena, conf, &config, fault);

    if (err) return err;
    if (config.url) look.bucket = bucket_open(&config);
    err = media_each(store, look_at, &look, fault);
    bucket_close(look.bucket);
    return err;
}

int check_command(int argc, char **argv)
{
    CliOption options[] = {{NULL, NULL, NULL}};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Store *store = NULL;
    int count = 0, end;
    Conf conf;
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 2) return cli_usage(argv[0], "expected one folder");
    err = conf_read(&arena, argv[1], &conf, &fault);
    if (!err) err = store_open(conf.store_path, STORE_READ, &store, &fault);
    if (!err) err = store_check(store, say, &count);
    if (!err) err = check_pictures(&arena, &conf, store, &count, &fault);
    if (store) store_close(store);
    if (count && err == ERR_STORE) err = ERR_OK; /* told already */
    end = err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
    arena_close(&arena);
    if (count) {
        fprintf(stderr, "dateline check: %d things are wrong\n", count);
        return EXIT_FAILED;
    }
    if (!err) printf("%s is whole\n", argv[1]);
    return end;
}
