#include "cli/media_bucket.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/bucket_keys.h"
#include "cli/cli.h"
#include "media/intake.h"

#define COMMAND "media"

Err media_each(Store *store, MediaEach each, void *ctx, Fault *fault)
{
    Arena arena = arena_open();
    Arena scratch = arena_open();
    int64_t before = INT64_MAX;
    Pictures list;
    Err err;

    do {
        arena_reset(&arena);
        err = pictures_before(store, &arena, before, &list);
        for (size_t i = 0; !err && i < list.count; i++) {
            before = list.items[i].number;
            err = each(ctx, &scratch, &list.items[i], fault);
            arena_reset(&scratch);
        }
    } while (!err && list.count == PICTURES_MAX);
    arena_close(&scratch);
    arena_close(&arena);
    return err;
}

static Err look_for(const Shelf *shelf, Bucket *bucket, Str file, bool original,
                    Fault *fault)
{
    bool here = shelf_has(shelf, file);

    if (bucket && (!here || original)) return bucket_has(bucket, file, fault);
    return here ? ERR_OK : ERR_NOT_FOUND;
}

Err media_lacks(const Shelf *shelf, Bucket *bucket, Arena *arena,
                const Picture *picture, Str *missing, Fault *fault)
{
    Str files[PICTURE_FILES];
    size_t count = picture_files(arena, picture, files);

    for (size_t i = 0; i < count; i++) {
        Fault found = fault_none();
        Err err = look_for(shelf, bucket, files[i], i == count - 1, &found);

        if (err == ERR_NOT_FOUND) {
            *missing = files[i];
            return ERR_OK;
        }
        if (err) {
            *fault = found;
            return err;
        }
    }
    *missing = (Str){0};
    return ERR_OK;
}

typedef struct Move {
    Shelf shelf;
    Bucket *bucket;
    size_t moved, there, missing, broken; /* files */
} Move;

static Err tell_missing(Move *move, Str mark, Str file)
{
    printf("picture %.*s: the file %.*s is missing\n", STR_ARG(mark),
           STR_ARG(file));
    move->missing++;
    return ERR_OK;
}

static Err tell_broken(Move *move, Str mark, Str file, const Fault *fault)
{
    char why[600];

    cli_line(fault, why, sizeof why);
    printf("picture %.*s: the file %.*s is broken: %s\n", STR_ARG(mark),
           STR_ARG(file), why);
    move->broken++;
    return ERR_OK;
}

/* ---- up ---- */

static Err read_shelf(const Shelf *shelf, Arena *arena, Str name, Str *out,
                      Fault *fault)
{
    char place[100];
    Err err;

    snprintf(place, sizeof place, "%.2s/%.*s", name.ptr, STR_ARG(name));
    err =
        file_read_below(arena, shelf->folder, place, PICTURE_BYTES, out, fault);
    return err ? err : picture_fits(name, *out, fault);
}

static Err upload_file(Move *move, Arena *arena, Str mark, Str name,
                       Fault *fault)
{
    Fault found = fault_none();
    Str bytes;
    Err err = bucket_has(move->bucket, name, &found);

    if (!err) {
        move->there++;
        return ERR_OK;
    }
    if (err != ERR_NOT_FOUND) {
        *fault = found;
        return err;
    }
    if (!shelf_has(&move->shelf, name)) return tell_missing(move, mark, name);
    found = fault_none();
    if (read_shelf(&move->shelf, arena, name, &bytes, &found))
        return tell_broken(move, mark, name, &found);
    err = bucket_put(move->bucket, name, bytes, fault);
    if (!err) move->moved++;
    return err;
}

static Err upload_one(void *ctx, Arena *arena, const Picture *picture,
                      Fault *fault)
{
    Str files[PICTURE_FILES];
    size_t count = picture_files(arena, picture, files);
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < count; i++)
        err = upload_file(ctx, arena, picture->mark, files[i], fault);
    return err;
}

/* ---- down ---- */

static Err download_file(Move *move, Str mark, Str name, Fault *fault)
{
    Fault found = fault_none();
    Err err;

    if (shelf_has(&move->shelf, name)) {
        move->there++;
        return ERR_OK;
    }
    err =
        bucket_fetch(move->bucket, &move->shelf, name, 5 * TIME_MINUTE, &found);
    if (err == ERR_NOT_FOUND) return tell_missing(move, mark, name);
    if (err == ERR_INVALID || err == ERR_TOO_BIG)
        return tell_broken(move, mark, name, &found);
    if (err)
        *fault = found;
    else
        move->moved++;
    return err;
}

static Err download_one(void *ctx, Arena *arena, const Picture *picture,
                        Fault *fault)
{
    Str files[PICTURE_FILES];
    size_t count = picture_files(arena, picture, files);
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < count; i++)
        err = download_file(ctx, picture->mark, files[i], fault);
    return err;
}

/* ---- both ---- */

static Err open_bucket(Arena *arena, const Conf *conf, Bucket **out,
                       Fault *fault)
{
    BucketConfig config;
    Err err = bucket_keys_read(arena, conf, &config, fault);

    if (err) return err;
    if (!config.url)
        return fault_set(fault, ERR_INVALID,
                         "the site has no bucket: expected \"bucket\" in its "
                         "dateline.conf");
    *out = bucket_open(&config);
    return ERR_OK;
}

static int move_all(const Conf *conf, MediaEach each, const char *done)
{
    Move move = {.shelf = {conf->media_dir}};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Store *store = NULL;
    Err err = open_bucket(&arena, conf, &move.bucket, &fault);

    if (!err) err = store_open(conf->store_path, STORE_READ, &store, &fault);
    if (!err) {
        err = media_each(store, each, &move, &fault);
        printf("%zu files %s, %zu were there, %zu are missing, %zu are "
               "broken\n",
               move.moved, done, move.there, move.missing, move.broken);
    }
    store_close(store);
    bucket_close(move.bucket);
    arena_close(&arena);
    if (err) return cli_fail(COMMAND, err, &fault);
    return move.missing || move.broken ? EXIT_FAILED : EXIT_DONE;
}

int media_upload(const Conf *conf)
{
    return move_all(conf, upload_one, "uploaded");
}

int media_download(const Conf *conf)
{
    return move_all(conf, download_one, "downloaded");
}
