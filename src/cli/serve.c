/* cli/serve.c -- serves a site until it is told to stop. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/conf.h"
#include "web/serve.h"

static const char *served_dir;

static void say_ready(Str address)
{
    printf("serving %s at %.*s/\n", served_dir, STR_ARG(address));
    fflush(stdout);
}

static ServeConfig config_from(Arena *arena, const Conf *conf)
{
    return (ServeConfig){
        .site = conf->site,
        .listen = conf->listen,
        .operator_listen = conf->operator_listen,
        .store_path = conf->store_path,
        .theme_dir = conf->theme_dir,
        .control_path = conf->control_path,
        .lock_path = file_join(arena, conf->dir, "serve.lock"),
        .section = conf->section,
        .threads = conf->threads,
        .cache_bytes = conf->cache_bytes,
        .cdn_seconds = conf->cdn_seconds,
        .connections_per_address = conf->connections_per_address,
        .log_format = (int)conf->access_log,
        .log_path = conf->access_log_path,
    };
}

/* The program that stands on disk now takes this process over; the listening
 * sockets stay open, so that nobody is refused meanwhile. */
static Err start_again(char **argv, Fault *fault)
{
    execv("/proc/self/exe", argv);
    return fault_set(fault, ERR_IO, "cannot start anew: %s", strerror(errno));
}

/* /proc/self/exe names the old file even after it was replaced ("deleted"), so
 * the path that the program was started by is kept. */
static char *program_path(Arena *arena)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);

    return len < 0 ? NULL : str_z(arena, (Str){path, (size_t)len});
}

int serve_command(int argc, char **argv)
{
    const char *listen = NULL;
    CliOption options[] = {{"listen", &listen, NULL}, {NULL, NULL, NULL}};
    Arena arena = arena_open();
    Fault fault = fault_none();
    char *program;
    char *again[6] = {NULL, argv[0], NULL, NULL, NULL, NULL};
    ServeEnd end = SERVE_STOPPED;
    ServeConfig config;
    Conf conf;
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 2) return cli_usage(argv[0], "expected one folder");
    program = again[0] = program_path(&arena);
    served_dir = again[2] = argv[1];
    err = conf_read(&arena, argv[1], &conf, &fault);
    if (!err) {
        config = config_from(&arena, &conf);
        if (listen) config.listen = str_from(listen);
        err = serve_run(&config, say_ready, &end, &fault);
    }
    if (!err && end == SERVE_AGAIN) {
        char option[] = "--listen";

        if (listen) {
            again[3] = option;
            again[4] = str_z(&arena, str_from(listen));
        }
        if (program && access(program, X_OK) == 0) execv(program, again);
        err = start_again(again, &fault);
    }
    arena_close(&arena);
    return err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
}
