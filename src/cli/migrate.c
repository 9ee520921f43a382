/* cli/migrate.c -- moves a site's store to another place, of either kind. */
#include <stdio.h>

#include "base/file.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "cli/conf.h"
#include "store/move.h"

typedef struct Job {
    Bar bar;
    MoveStage stage;
} Job;

static int64_t rows_of(const CarryCounts *counts)
{
    return counts->changes + counts->stories + counts->versions;
}

static void on_progress(void *ctx, const MoveProgress *progress)
{
    static const char *const words[] = {
        [MOVE_COPY] = "copied",
        [MOVE_COMPARE] = "compared",
        [MOVE_CHECK] = "looking whether all is whole",
    };
    Job *job = ctx;
    int64_t total = rows_of(&progress->total);
    double part =
        total ? (double)rows_of(&progress->done) / (double)total : 0;
    bool due = bar_is_due(&job->bar) || progress->stage == MOVE_CHECK;

    if (progress->stage != job->stage) job->bar.began = time_monotonic();
    job->stage = progress->stage;
    if (!due) return;
    if (progress->stage == MOVE_CHECK)
        bar_tell(&job->bar, -1, "%s", words[progress->stage]);
    else
        bar_tell(&job->bar, part, "%s: %lld stories, %lld versions",
                 words[progress->stage], (long long)progress->done.stories,
                 (long long)progress->done.versions);
}

static void on_wrong(void *ctx, const char *what)
{
    Job *job = ctx;

    bar_clear(&job->bar);
    fprintf(stderr, "%s\n", what);
}

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
    Job job = {.bar = bar_begin(), .stage = MOVE_COPY};
    MoveCalls calls = {on_progress, on_wrong, &job};
    Time began = time_monotonic();
    CarryCounts counts = {0};
    const char *source;
    const char *target;
    bool source_is_site;
    bool target_is_site;
    Err err = locate(arena, from, &source, &source_is_site, fault);

    if (!err) err = locate(arena, to, &target, &target_is_site, fault);
    if (!err) err = store_move(source, target, &calls, &counts, fault);
    bar_clear(&job.bar);
    if (err) return err;
    printf("%lld stories, %lld versions and %lld changes moved, each compared; "
           "%.1f s\n",
           (long long)counts.stories, (long long)counts.versions,
           (long long)counts.changes,
           (double)(time_monotonic() - began) / (double)TIME_SECOND);
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
