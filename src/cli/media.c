/* cli/media.c -- the agency's pictures from the command line.
 *
 * The file is looked at, drawn and put on the shelf by this process; then the
 * store is told of it. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/bring.h"
#include "cli/cli.h"
#include "cli/media_bucket.h"
#include "format/picture_json.h"
#include "store/pictures.h"

#define COMMAND "media"

typedef struct Media {
    Errand errand;
    const Conf *conf;
    BringWords words;
    const char *focus;
    bool json;
    bool restored; /* the one that was added last */
} Media;

/* ---- what was said on the command line ---- */

/* "50,33.3": percent, as thousandths. */
static bool read_percent(Str text, int32_t *out)
{
    Str whole = str_cut(&text, '.');
    int64_t percent, tenth = 0;

    if (!str_int(whole, &percent) || percent < 0 || percent > 100 ||
        (text.len && (text.len > 1 || !str_int(text, &tenth) || tenth < 0)))
        return false;
    *out = (int32_t)(percent * 10 + tenth);
    return *out <= 1000;
}

static bool read_focus(Media *media)
{
    BringWords *words = &media->words;
    Str text = str_from(media->focus);
    Str x = str_cut(&text, ',');

    words->focus_x = words->focus_y = -1;
    if (!media->focus || (read_percent(x, &words->focus_x) &&
                          read_percent(text, &words->focus_y)))
        return true;
    cli_usage(COMMAND,
              "--focus %s: expected percent from the left and the top, such as "
              "50,33.3",
              media->focus);
    return false;
}

/* ---- telling ---- */

static void print_json(Arena *arena, const Picture *picture)
{
    Buf buf = buf_open(arena, ERRAND_ANSWER_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    picture_put_json(arena, &out, picture);
    json_put_end(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
}

/* One field of what is said of it, in a line of its own. */
static void print_said(const char *what, Str text)
{
    if (text.len) printf("  %-8s %.*s\n", what, STR_ARG(text));
}

static void print_words(Arena *arena, const Picture *picture)
{
    const PictureSaid *said = &picture->said;

    printf("%.*s  %d x %d  %s, %lld kB\n", STR_ARG(picture->mark),
           picture->width, picture->height, picture_word(picture->type),
           (long long)(picture->bytes + 999) / 1000);
    print_said("alt", said->alt);
    print_said("caption", said->caption);
    print_said("credit", said->credit);
    print_said("rights", said->rights);
    if (said->until != TIME_NONE)
        print_said("until", time_rfc3339(arena, said->until));
}

static int64_t number_of(const JsonNode *answer, const char *key)
{
    int64_t number = 0;

    (void)json_int(json_get(answer, key), &number);
    return number;
}

static int tell(const Media *media, Str text, long status)
{
    const Errand *errand = &media->errand;
    Fault fault = fault_none();
    JsonNode *answer;
    Err err =
        json_read(errand->arena, text, ERRAND_ANSWER_MAX, &answer, &fault);

    if (err) return cli_fail(COMMAND, err, &fault);
    if (media->json) printf("%.*s\n", STR_ARG(text));
    if (status != 200)
        return media->json ? EXIT_FAILED : errand_refused(errand, answer);
    if (media->json) return EXIT_DONE;
    if (errand->file) printf("%s: ", errand->file);
    printf("%.*s  %lld x %lld  %.*s%s%s\n", STR_ARG(json_str(answer, "mark")),
           (long long)number_of(answer, "width"),
           (long long)number_of(answer, "height"),
           STR_ARG(json_str(answer, "type")),
           errand->file && json_bool(answer, "known", false) ? "  known already"
                                                             : "",
           media->restored ? ", its missing files are there again" : "");
    if (!errand->file) return EXIT_DONE;
    if (!json_str(answer, "alt").len)
        printf("  it has no alternative text: --alt says what it shows to who "
               "does not see it\n");
    return EXIT_DONE;
}

/* ---- adding ---- */

static Err take_in(Media *media, const char *path, Str *answer, long *status,
                   Fault *fault)
{
    Arena *arena = media->errand.arena;
    Str bytes;
    Err err = strcmp(path, "-")
                  ? file_read(arena, path, PICTURE_BYTES, &bytes, fault)
                  : file_read_input(arena, PICTURE_BYTES, &bytes, fault);

    if (err) return err;
    return bring_in(&media->errand, bytes, &media->words, answer, status,
                    &media->restored, fault);
}

/* One that is refused does not hold up the others. The machine's readers come
 * first: this runs when no other wants the processor. */
static int add(Media *media, int count, char **files)
{
    int end = EXIT_DONE;

    (void)sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
    for (int i = 0; i < count; i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        Str answer = {0};
        long status = 500;
        Err err;

        media->errand.arena = &arena;
        media->errand.file =
            strcmp(files[i], "-") ? files[i] : "standard input";
        err = take_in(media, files[i], &answer, &status, &fault);
        if (err && strcmp(fault.where, media->errand.file))
            fault_where(&fault, "%s", media->errand.file);
        if ((err ? cli_fail(COMMAND, err, &fault)
                 : tell(media, answer, status)) != EXIT_DONE)
            end = EXIT_FAILED;
        fflush(stdout);
        arena_close(&arena);
    }
    return end;
}

/* ---- the others ---- */

static int set(Media *media, const char *mark)
{
    Fault fault = fault_none();
    Str answer = {0};
    long status;
    Err err;

    if (!bring_says(&media->words))
        return cli_usage(COMMAND, "expected what is to be said of it");
    err = bring_words(&media->errand, str_from(mark), &media->words, &answer,
                      &status, &fault);
    return err ? cli_fail(COMMAND, err, &fault) : tell(media, answer, status);
}

static void print_one(const Media *media, const Picture *picture)
{
    if (media->json)
        print_json(media->errand.arena, picture);
    else
        print_words(media->errand.arena, picture);
}

/* mark NULL: all of them, newest first. */
static int show(Media *media, const char *mark)
{
    Arena *arena = media->errand.arena;
    Fault fault = fault_none();
    Store *store = NULL;
    Picture picture = {.number = INT64_MAX};
    Err err = store_open(media->conf->store_path, STORE_READ, &store, &fault);

    if (!err && mark) {
        err = pictures_find(store, arena, str_from(mark), &picture);
        if (!err) print_one(media, &picture);
        if (err == ERR_NOT_FOUND)
            fault_set(&fault, err, "there is no picture with the mark %s",
                      mark);
    }
    while (!err && !mark) {
        Pictures list;

        err = pictures_before(store, arena, picture.number, &list);
        for (size_t i = 0; !err && i < list.count; i++)
            print_one(media, &list.items[i]);
        if (err || list.count < PICTURES_MAX) break;
        picture = list.items[list.count - 1];
        arena_reset(arena);
    }
    store_close(store);
    return err ? cli_fail(COMMAND, err, &fault) : EXIT_DONE;
}

static int run(Media *media, int argc, char **argv)
{
    const char *act = argv[1];

    if (!strcmp(act, "add") && argc >= 4) return add(media, argc - 3, argv + 3);
    if (!strcmp(act, "set") && argc == 4) return set(media, argv[3]);
    if (!strcmp(act, "show") && argc == 4) return show(media, argv[3]);
    if (!strcmp(act, "list") && argc == 3) return show(media, NULL);
    if (!strcmp(act, "upload") && argc == 3) return media_upload(media->conf);
    if (!strcmp(act, "download") && argc == 3)
        return media_download(media->conf);
    return cli_usage(COMMAND, "expected add with a site and files, set or show "
                              "with a site and a mark, or list, upload or "
                              "download with a site");
}

int media_command(int argc, char **argv)
{
    Media media = {0};
    BringWords *words = &media.words;
    CliOption options[] = {
        {"alt", &words->alt, NULL},       {"caption", &words->caption, NULL},
        {"credit", &words->credit, NULL}, {"rights", &words->rights, NULL},
        {"until", &words->until, NULL},   {"focus", &media.focus, NULL},
        {"json", NULL, &media.json},      {NULL, NULL, NULL},
    };
    Arena arena = arena_open();
    Arena conf_arena = arena_open();
    Fault fault = fault_none();
    Conf conf;
    int end;
    Err err;

    if (!cli_options(&argc, argv, options) || !read_focus(&media))
        return EXIT_USAGE;
    if (argc < 3)
        return cli_usage(COMMAND,
                         "expected add, set, show, list, upload or download, "
                         "and a site");
    err = conf_read(&conf_arena, argv[2], &conf, &fault);
    media.conf = &conf;
    media.errand = (Errand){.command = COMMAND, .conf = &conf, .arena = &arena};
    end = err ? cli_fail(COMMAND, err, &fault) : run(&media, argc, argv);
    arena_close(&arena);
    arena_close(&conf_arena);
    return end;
}
