/* cli/migrate.c -- moves a site's store to another place, of either kind. */
#include <stdio.h>

#include "base/file.h"
#include "cli/carrying.h"
#include "cli/cli.h"
#include "cli/conf.h"

/* A site's folder stands for its store. */
static Err locate(Arena *arena, const char *word, const char **store,
                  bool *is_site, Fault *fault)
{
    Conf conf;
    Err err;

    *store = word;
    *is_site = !store_is_server(word) &&
               file_exists(file_join(arena, word, "dateline.conf"));
    if (!*is_site) return ERR_OK;
    err = conf_read(arena, word, &conf, fault);
    if (!err) *store = conf.store_path;
    return err;
}

static Err move(Arena *arena, const char *from, const char *to, Fault *fault)
{
    Carrying carrying = carrying_begin();
    MoveCalls calls = carrying_calls(&carrying);
    CarryCounts counts = {0};
    const char *source;
    const char *target;
    bool source_is_site;
    bool target_is_site;
    Err err = locate(arena, from, &source, &source_is_site, fault);

    if (!err) err = locate(arena, to, &target, &target_is_site, fault);
    if (!err) err = store_move(source, target, &calls, &counts, fault);
    bar_clear(&carrying.bar);
    if (err) return err;
    if (counts.changes)
        carrying_end(&carrying, &counts, "moved, each compared");
    else
        printf("nothing was left to move\n");
    if (source_is_site) err = conf_set_store(arena, from, target, fault);
    if (!err && source_is_site)
        printf("%s/dateline.conf names it now: start the server anew\n", from);
    return err;
}

static Err stop(Arena *arena, const char *from, Fault *fault)
{
    const char *source;
    bool is_site;
    Err err = locate(arena, from, &source, &is_site, fault);

    if (!err) err = store_move_stop(source, fault);
    if (!err)
        printf("%s may be written to again; throw away what was copied\n",
               from);
    return err;
}

int migrate_command(int argc, char **argv)
{
    bool stops = false;
    CliOption options[] = {{"stop", NULL, &stops}, {NULL, NULL, NULL}};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != (stops ? 2 : 3))
        return cli_usage(argv[0], stops ? "expected what was being moved"
                                        : "expected from where and to where");
    err = stops ? stop(&arena, argv[1], &fault)
                : move(&arena, argv[1], argv[2], &fault);
    arena_close(&arena);
    return err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
}
