/* cli/check.c -- looks whether a site is whole.
 *
 * With a bucket, a node's folder has what it served: a file that it lacks must
 * be in the bucket, and so must each original, which is put there last. */
#include <stdio.h>

#include "cli/bucket_keys.h"
#include "cli/cli.h"
#include "cli/media_bucket.h"
#include "media/intake.h"

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

static void wrong(const Look *look, Str mark, Str file, const char *what)
{
    printf("picture %.*s: the file %.*s is %s\n", STR_ARG(mark), STR_ARG(file),
           what);
    ++*look->wrong;
}

/* ERR_NOT_FOUND: it is wrong, and told. */
static Err look_for(const Look *look, Str mark, Str file, bool original,
                    Fault *fault)
{
    bool here = shelf_has(&look->shelf, file);
    Fault found = fault_none();
    Err err = here ? ERR_OK : ERR_NOT_FOUND;

    if (look->bucket && (!here || original))
        err = bucket_has(look->bucket, file, &found);
    if (err == ERR_NOT_FOUND)
        wrong(look, mark, file,
              here
                  ? "not in the bucket: \"dateline media upload\" puts it there"
                  : "missing");
    else if (err)
        *fault = found;
    return err;
}

/* Of one that is not whole the first file is told. */
static Err look_at(void *ctx, Arena *arena, const Picture *picture,
                   Fault *fault)
{
    Str files[PICTURE_FILES];
    size_t count = picture_files(arena, picture, files);
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < count; i++)
        err = look_for(ctx, picture->mark, files[i], i == count - 1, fault);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
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
