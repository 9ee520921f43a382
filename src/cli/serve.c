/* cli/serve.c -- serves a site until it is told to stop.
 *
 * Told to start anew, the program on disk first looks, as a process of its
 * own, whether it could serve the folder as it is now: it may be another one
 * by then, with other settings than this one knows. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/bucket_keys.h"
#include "cli/cli.h"
#include "cli/conf.h"
#include "web/serve.h"

#define SELF "/proc/self/exe"

/* One start of the program, to be repeated. */
typedef struct Start {
    char *program;
    char *command, *dir;
    const char *listen; /* NULL: as the settings say */
} Start;

static ServeConfig config_from(Arena *arena, const Conf *conf)
{
    return (ServeConfig){
        .site = conf->site,
        .listen = conf->listen,
        .operator_listen = conf->operator_listen,
        .store_path = conf->store_path,
        .replica = conf->replica,
        .purge_url = conf->purge_url,
        .purge_token = conf->purge_token,
        .purge_fastly = conf->purge_fastly,
        .theme_dir = conf->theme_dir,
        .media_dir = conf->media_dir,
        .cards_dir = file_join(arena, conf->dir, "cards"),
        .control_path = conf->control_path,
        .lock_path = file_join(arena, conf->dir, "serve.lock"),
        .section = conf->section,
        .threads = conf->threads,
        .cache_bytes = conf->cache_bytes,
        .cdn_seconds = conf->cdn_seconds,
        .connections_per_address = conf->connections_per_address,
        .searches_per_address = conf->searches_per_address,
        .ads_per_address = conf->ads_per_address,
        .hot_half_life_s = conf->hot_half_life_s,
        .proxies = conf->proxies,
        .push_subject = conf->push_subject,
        .push_services = conf->push_services,
        .push_private = conf->push_private,
        .log_format = conf->access_log,
        .log_path = conf->access_log_path,
    };
}

static void say_ready(void *ctx, Str address)
{
    const Start *start = ctx;

    printf("serving %s at %.*s/\n", start->dir, STR_ARG(address));
    fflush(stdout);
}

/* ---- starting anew ---- */

/* SELF names the old file even after it was replaced ("deleted"), so the path
 * that the program was started by is kept, where the system tells it. */
static char *program_path(Arena *arena)
{
    char path[4096];
    ssize_t len = readlink(SELF, path, sizeof path - 1);

    return str_z(arena, len < 0 ? S(SELF) : (Str){path, (size_t)len});
}

#define ARGS_MAX 6

static const char *program_of(const Start *start)
{
    return access(start->program, X_OK) == 0 ? start->program : SELF;
}

static void fill_args(const Start *start, const char *more, char **args)
{
    size_t n = 0;

    args[n++] = start->program;
    args[n++] = start->command;
    args[n++] = start->dir;
    if (start->listen) args[n++] = (char *)(uintptr_t)start->listen;
    if (more) args[n++] = (char *)(uintptr_t)more;
    args[n] = NULL;
}

/* Its exit status, or -1. What it finds wrong it says itself. */
static int run_program(const Start *start, const char *more)
{
    extern char **environ;
    posix_spawnattr_t how;
    char *args[ARGS_MAX];
    sigset_t none;
    pid_t pid;
    int status;
    int failed;

    fill_args(start, more, args);
    sigemptyset(&none);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
    failed = posix_spawn(&pid, program_of(start), NULL, &how, args, environ);
    posix_spawnattr_destroy(&how);
    if (failed) return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool can_start_again(void *ctx)
{
    const Start *start = ctx;

    if (run_program(start, "--check") == EXIT_DONE) return true;
    log_error("SIGHUP: %s cannot be served as it is now, so it is served on "
              "as before",
              start->dir);
    return false;
}

/* The program that stands on disk now takes this process over; the listening
 * sockets stay open, so that nobody is refused meanwhile. */
static Err start_again(const Start *start, Fault *fault)
{
    char *args[ARGS_MAX];

    fill_args(start, NULL, args);
    execv(program_of(start), args);
    return fault_set(fault, ERR_IO, "cannot start anew: %s", strerror(errno));
}

/* ---- the command ---- */

static Err serve(Arena *arena, Start *start, bool check, Fault *fault)
{
    ServeCalls calls = {say_ready, can_start_again, start};
    ServeEnd end = SERVE_STOPPED;
    ServeConfig config;
    Conf conf;
    Err err = conf_read(arena, start->dir, &conf, fault);

    if (err) return err;
    config = config_from(arena, &conf);
    err = bucket_keys_read(arena, &conf, &config.bucket, fault);
    if (err) return err;
    if (start->listen)
        config.listen = str_skip(str_from(start->listen), strlen("--listen="));
    if (check) return serve_check(&config, fault);
    err = serve_run(&config, &calls, &end, fault);
    if (!err && end == SERVE_AGAIN) err = start_again(start, fault);
    return err;
}

int serve_command(int argc, char **argv)
{
    const char *listen = NULL;
    bool check = false;
    CliOption options[] = {
        {"listen", &listen, NULL}, {"check", NULL, &check}, {NULL, NULL, NULL}};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Start start = {.command = argv[0]};
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 2) return cli_usage(argv[0], "expected one folder");
    start.program = program_path(&arena);
    start.dir = argv[1];
    if (listen)
        start.listen = str_z(&arena, str_format(&arena, "--listen=%s", listen));
    err = serve(&arena, &start, check, &fault);
    arena_close(&arena);
    return err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
}
