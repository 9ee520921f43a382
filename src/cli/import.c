/* cli/import.c -- brings stories in, tells how it goes, and what came of it. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/archive.h"
#include "cli/carrying.h"
#include "cli/cli.h"
#include "cli/conf.h"
#include "cli/import_pictures.h"
#include "desk/pictures.h"
#include "ingest/import.h"
#include "text/json.h"

#define OLDER_TOLD 20

typedef struct Job {
    const Conf *conf;
    Time now;
    Bar bar;
    bool json;
    bool strict;   /* the first reject ends it, and is told then */
    int64_t older; /* notes of them */
    bool fetch;    /* pictures from the net too */
    ImportPictures *pictures;
    PictureCounts told; /* of them, at the end */
} Job;

static const Actor importer = {ROLE_OPERATOR, S_INIT("import")};

static Err put(void *ctx, Store *store, Arena *arena, const Item *item,
               ImportResult *out, Fault *fault)
{
    const Job *job = ctx;
    PutContext context = {
        .default_language = job->conf->site.languages[0].tag,
        .default_section = job->conf->section,
        .now = time_now(),
    };
    Outcome outcome;
    Err err = ERR_OK;

    if (item->picture.drawn) {
        Picture picture = *item->picture.drawn;
        bool known;

        err = desk_picture_add(store, arena, &importer, &picture, context.now,
                               &known, fault);
    }
    if (!err)
        err = desk_put(store, arena, &importer, item, PUT_PUBLISH, &context,
                       &outcome, fault);
    if (err) return err;
    *out = outcome.no_op          ? IMPORT_KNOWN
           : outcome.version == 1 ? IMPORT_NEW
                                  : IMPORT_NEWER;
    return ERR_OK;
}

static Err bring(void *ctx, Arena *arena, const char *file, Item *item,
                 Fault *fault)
{
    const Job *job = ctx;

    return import_pictures_bring(job->pictures, arena, file, item, fault);
}

static int64_t stories_of(const ImportCounts *counts)
{
    int64_t sum = counts->rejected;

    for (int i = 0; i < IMPORT_RESULT_COUNT; i++)
        sum += counts->results[i];
    return sum;
}

static void on_progress(void *ctx, const ImportProgress *progress)
{
    Job *job = ctx;
    double seconds = (double)progress->elapsed / (double)TIME_SECOND;
    long long stories = stories_of(&progress->counts);
    double part = progress->total > 0
                      ? (double)progress->bytes / (double)progress->total
                      : -1;

    if (!bar_is_due(&job->bar)) return;
    bar_tell(&job->bar, part, "%lld stories, %.0f a second%s%s", stories,
             seconds > 0 ? (double)stories / seconds : 0,
             job->bar.terminal ? "" : ", in ",
             job->bar.terminal ? "" : progress->file);
}

static void on_note(void *ctx, ImportNote note, const Fault *fault)
{
    static const char *const words[] = {
        [NOTE_REJECT] = "",
        [NOTE_OLDER] = "refused: ",
        [NOTE_SKIPPED] = "passed over: ",
        [NOTE_PICTURE] = "without its picture: ",
    };
    Job *job = ctx;
    char line[600];

    if (note == NOTE_OLDER && ++job->older > OLDER_TOLD) return;
    if (note == NOTE_REJECT && job->strict) return;
    bar_clear(&job->bar);
    cli_line(fault, line, sizeof line);
    fprintf(stderr, "%s%s\n", words[note], line);
    if (note == NOTE_OLDER && job->older == OLDER_TOLD)
        fputs("refused: further older versions are only counted\n", stderr);
}

static void print_pictures(const PictureCounts *counts)
{
    if (counts->brought || counts->lost)
        printf("%lld stories with pictures, %lld without theirs\n",
               (long long)counts->brought, (long long)counts->lost);
    if (counts->left)
        printf("%lld pictures are elsewhere; --fetch-pictures brings in those "
               "of new stories\n",
               (long long)counts->left);
}

static void print_counts(const ImportCounts *counts,
                         const PictureCounts *pictures, const char *dir,
                         Time elapsed)
{
    double seconds = (double)elapsed / (double)TIME_SECOND;

    printf("%lld new, %lld newer, %lld known, %lld older refused, "
           "%lld rejected; %.1f s, %.0f a second\n",
           (long long)counts->results[IMPORT_NEW],
           (long long)counts->results[IMPORT_NEWER],
           (long long)counts->results[IMPORT_KNOWN],
           (long long)counts->results[IMPORT_OLDER],
           (long long)counts->rejected, seconds,
           seconds > 0 ? (double)stories_of(counts) / seconds : 0);
    if (counts->rejected)
        printf("what was rejected is kept in %s/rejects, with its reasons\n",
               dir);
    if (counts->undated)
        printf("%lld of the new have no time: they show none, and stand last "
               "unless they come from a feed or a captured page\n",
               (long long)counts->undated);
    if (counts->names)
        printf("%lld names of sections and tags\n", (long long)counts->names);
    print_pictures(pictures);
}

static void print_json(Arena *arena, const ImportCounts *counts,
                       const PictureCounts *pictures)
{
    Buf buf = buf_open(arena, 4096);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_int(&out, "new", counts->results[IMPORT_NEW]);
    json_pair_int(&out, "newer", counts->results[IMPORT_NEWER]);
    json_pair_int(&out, "known", counts->results[IMPORT_KNOWN]);
    json_pair_int(&out, "older", counts->results[IMPORT_OLDER]);
    json_pair_int(&out, "rejected", counts->rejected);
    json_pair_int(&out, "undated", counts->undated);
    json_pair_int(&out, "names", counts->names);
    json_pair_int(&out, "skipped", counts->skipped);
    json_pair_int(&out, "files", counts->files);
    json_pair_int(&out, "pictures", pictures->brought);
    json_pair_int(&out, "pictures_lost", pictures->lost);
    json_pair_int(&out, "pictures_left", pictures->left);
    json_put_end(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
}

static Err run(Job *job, Arena *arena, ImportOptions *options, char **paths,
               int count, ImportCounts *counts, Fault *fault)
{
    Store *store;
    Err err = store_open(job->conf->store_path, STORE_WRITE, &store, fault);

    if (err) return err;
    for (size_t i = 0; i < job->conf->site.language_count; i++)
        strs_add(&options->languages, arena, job->conf->site.languages[i].tag);
    options->zone = str_z(arena, job->conf->site.zone);
    options->rejects = str_from(file_join(arena, job->conf->dir, "rejects"));
    options->now = job->now;
    options->put = put;
    options->picture = bring;
    options->progress = on_progress;
    options->note = on_note;
    options->ctx = job;
    err = import_pictures_open(job->conf, job->fetch, &job->pictures, fault);
    if (!err)
        err = import_run(store, options, paths, (size_t)count, counts, fault);
    if (job->pictures) job->told = import_pictures_counts(job->pictures);
    import_pictures_close(job->pictures);
    store_close(store);
    return err;
}

/* Everything of another agency, into a store without stories. */
static Err read_archive(const char *dir, const char *path, Fault *fault)
{
    Carrying carrying = carrying_begin();
    MoveCalls calls = carrying_calls(&carrying);
    Arena arena = arena_open();
    CarryCounts counts;
    Conf conf;
    Err err = conf_read(&arena, dir, &conf, fault);

    if (!err) err = archive_read(path, conf.store_path, &calls, &counts, fault);
    bar_clear(&carrying.bar);
    if (!err) carrying_end(&carrying, &counts, "read, each compared");
    arena_close(&arena);
    return err;
}

int import_command(int argc, char **argv)
{
    const char *format = "auto";
    ImportOptions options = {0};
    Job job = {.now = time_now(), .bar = bar_begin()};
    CliOption list[] = {
        {"format", &format, NULL},
        {"fetch-pictures", NULL, &job.fetch},
        {"strict", NULL, &options.strict},
        {"json", NULL, &job.json},
        {NULL, NULL, NULL},
    };
    ImportCounts counts = {0};
    Arena arena = arena_open();
    Fault fault = fault_none();
    Conf conf;
    Err err;

    if (!cli_options(&argc, argv, list)) return EXIT_USAGE;
    if (argc < 3) return cli_usage(argv[0], "expected a site and files");
    if (!strcmp(format, "jsonl") ||
        (!strcmp(format, "auto") && argc == 3 && archive_is(argv[2]))) {
        if (argc != 3) return cli_usage(argv[0], "expected one archive");
        arena_close(&arena);
        err = read_archive(argv[1], argv[2], &fault);
        return err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
    }
    if (!format_from_word(str_from(format), &options.format))
        return cli_usage(argv[0], "there is no format \"%s\"", format);
    job.conf = &conf;
    job.strict = options.strict;
    err = conf_read(&arena, argv[1], &conf, &fault);
    if (!err)
        err = run(&job, &arena, &options, argv + 2, argc - 2, &counts, &fault);
    bar_clear(&job.bar);
    if (job.json)
        print_json(&arena, &counts, &job.told);
    else if (!err || stories_of(&counts))
        print_counts(&counts, &job.told, conf.dir, time_now() - job.now);
    arena_close(&arena);
    if (err) return cli_fail(argv[0], err, &fault);
    return counts.rejected ? EXIT_FAILED : EXIT_DONE;
}
