/* cli/export.c -- everything of a site into a file. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/archive.h"
#include "cli/carrying.h"
#include "cli/cli.h"
#include "cli/conf.h"

/* Written beside it and renamed when all of it is durable: what stands under
 * the name is whole. */
static Err write_file(Arena *arena, Store *store, const char *path,
                      const MoveCalls *calls, CarryCounts *counts, Fault *fault)
{
    char *part = str_z(arena, str_format(arena, "%s.part", path));
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    Err err;

    if (fd < 0) return file_fault(part, "create", fault);
    err = archive_write(store, fd, part, calls, counts, fault);
    if (!err && fsync(fd)) err = file_fault(part, "write", fault);
    if (close(fd) && !err) err = file_fault(part, "write", fault);
    if (!err && rename(part, path)) err = file_fault(path, "write", fault);
    if (!err) return file_sync_folder(path, fault);
    unlink(part);
    return err;
}

static Err export(Arena *arena, const char *dir, const char *path,
                  Carrying *carrying, CarryCounts *counts, Fault *fault)
{
    MoveCalls calls = carrying_calls(carrying);
    Store *store = NULL;
    Conf conf;
    Err err = conf_read(arena, dir, &conf, fault);

    if (!err) err = store_open(conf.store_path, STORE_READ, &store, fault);
    if (!err)
        err = path ? write_file(arena, store, path, &calls, counts, fault)
                   : archive_write(store, STDOUT_FILENO, "standard output",
                                   &calls, counts, fault);
    store_close(store);
    bar_clear(&carrying->bar);
    return err;
}

int export_command(int argc, char **argv)
{
    const char *format = NULL;
    CliOption options[] = {{"format", &format, NULL}, {NULL, NULL, NULL}};
    Carrying carrying = carrying_begin();
    Arena arena = arena_open();
    Fault fault = fault_none();
    CarryCounts counts;
    const char *path;
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 2 && argc != 3)
        return cli_usage(argv[0], "expected a site and perhaps a file");
    if (!format || strcmp(format, "jsonl") != 0)
        return cli_usage(argv[0], "expected --format jsonl");
    path = argc == 3 && strcmp(argv[2], "-") != 0 ? argv[2] : NULL;
    err = export(&arena, argv[1], path, &carrying, &counts, &fault);
    if (!err && path) carrying_end(&carrying, &counts, "written");
    arena_close(&arena);
    return err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
}
