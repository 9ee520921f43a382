/* cli/init.c -- makes a site: a folder with settings and an empty store. */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/conf.h"
#include "press/theme.h"
#include "store/stories.h"

/* The section of stories that name none has a name from the beginning. */
static Err name_section(Store *store, const Conf *conf, const Theme *theme)
{
    Err err = store_begin(store);

    if (err) return err;
    for (size_t i = 0; !err && i < conf->site.language_count; i++)
        err = sections_name(
            store, conf->section, conf->site.languages[i].tag,
            catalog_get(theme_words(theme, i), S("default_section")), -1);
    return store_end(store, err);
}

/* On a server there may be a store that other nodes serve: then this becomes
 * one more of them. */
static Err fill_store(const Conf *conf, bool *joined, Fault *fault)
{
    Theme *theme = NULL;
    Store *store = NULL;
    Err err = theme_open(&conf->site, conf->theme_dir, &theme, fault);

    *joined = false;
    if (!err) err = store_create(conf->store_path, fault);
    if (err == ERR_CONFLICT && store_is_server(conf->store_path)) {
        *joined = true;
        err = ERR_OK;
    }
    if (!err) err = store_open(conf->store_path, STORE_WRITE, &store, fault);
    if (!err && !*joined) err = name_section(store, conf, theme);
    if (store) store_close(store);
    theme_close(theme);
    return err;
}

/* Settings without a store are half a site, left by a kill: the other half is
 * made by them. */
static Err make_site(Arena *arena, const char *dir, const ConfNew *wanted,
                     bool *joined, Fault *fault)
{
    const char *settings = file_join(arena, dir, "dateline.conf");
    bool begun = file_exists(settings);
    Conf conf;
    Err err = file_mkdir(dir, fault);

    if (!err) err = file_sync_folder(dir, fault);
    if (!err && !begun) err = conf_write(arena, dir, wanted, fault);
    if (!err) err = conf_read(arena, dir, &conf, fault);
    if (!err && begun && store_exists(conf.store_path)) {
        fault_where(fault, "%s", dir);
        err = fault_set(fault, ERR_CONFLICT, "there is a site already");
    }
    if (!err) err = file_mkdir(file_join(arena, dir, "media"), fault);
    if (!err) err = file_mkdir(file_join(arena, dir, "rejects"), fault);
    if (!err) err = file_sync_folder(settings, fault); /* for these two */
    if (!err) err = fill_store(&conf, joined, fault);
    if (err && !begun) unlink(settings);
    return err;
}

int init_command(int argc, char **argv)
{
    const char *name = NULL, *languages = NULL, *timezone = NULL, *store = NULL;
    CliOption options[] = {
        {"name", &name, NULL},
        {"languages", &languages, NULL},
        {"timezone", &timezone, NULL},
        {"store", &store, NULL},
        {NULL, NULL, NULL},
    };
    Arena arena = arena_open();
    Fault fault = fault_none();
    bool joined = false;
    ConfNew wanted;
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 2) return cli_usage(argv[0], "expected one folder");
    wanted = (ConfNew){str_from(name), str_from(languages), str_from(timezone),
                       str_from(store)};
    err = make_site(&arena, argv[1], &wanted, &joined, &fault);
    if (!err && joined)
        printf("%s is one more node of a store that was there: see to it that "
               "its dateline.conf says what the others' say\n",
               argv[1]);
    if (!err && !joined)
        printf("%s is a site now: change %s/dateline.conf, then "
               "\"dateline serve %s\"\n",
               argv[1], argv[1], argv[1]);
    arena_close(&arena);
    return err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
}
