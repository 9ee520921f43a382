/* cli/ads.c -- the agency's ads from the command line. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/zone.h"
#include "cli/ads_report.h"
#include "cli/bring.h"
#include "cli/cli.h"
#include "format/campaign_file.h"

#define COMMAND  "ads"
#define FILE_MAX (CREATIVE_HTML + (size_t)128 * 1024)

typedef struct AdsCommand {
    Errand errand;
    const Conf *conf;
    bool json, csv, picture;
} AdsCommand;

/* ---- telling ---- */

static int tell(const AdsCommand *ads, Str text, long status, const char *what)
{
    const Errand *errand = &ads->errand;
    Fault fault = fault_none();
    int64_t number = 0, shows = 0;
    JsonNode *answer;
    Err err =
        json_read(errand->arena, text, ERRAND_ANSWER_MAX, &answer, &fault);

    if (err) return cli_fail(COMMAND, err, &fault);
    if (ads->json) printf("%.*s\n", STR_ARG(text));
    if (status != 200)
        return ads->json ? EXIT_FAILED : errand_refused(errand, answer);
    if (ads->json) return EXIT_DONE;
    (void)json_int(json_get(answer, "number"), &number);
    (void)json_int(json_get(answer, "shows"), &shows);
    printf("campaign %lld, %.*s: %s", (long long)number,
           STR_ARG(json_str(answer, "name")), what);
    if (shows) printf(" (%lld to show)", (long long)shows);
    putchar('\n');
    return EXIT_DONE;
}

/* ---- adding ---- */

static Err read_file(AdsCommand *ads, Str bytes, CreativeList *out,
                     Fault *fault)
{
    ReadContext context = {.language = ads->conf->site.languages[0].tag};
    Arena *arena = ads->errand.arena;
    Campaign campaign;
    Err err = zone_open(str_z(arena, ads->conf->site.zone), &context.zone);

    if (err) return err;
    err = campaign_file_read(arena, bytes, &context, &campaign, out, fault);
    zone_close(context.zone);
    return err;
}

/* Its pictures come in first, each by its mark or from a file beside it. */
static Err bring_pictures(AdsCommand *ads, const char *path,
                          const CreativeList *creatives, JsonOut *out,
                          Fault *fault)
{
    for (size_t i = 0; i < creatives->count; i++) {
        Str picture = creatives->items[i].picture;
        Str mark = picture;
        Err err = ERR_OK;

        if (!picture.len) continue;
        if (!picture_is_mark(picture))
            err = bring_beside(&ads->errand, path, picture, &mark, fault);
        if (err && !fault->where[0])
            fault_where(fault, "%.*s", STR_ARG(picture));
        if (err) return err;
        json_put_str(out, mark);
    }
    return ERR_OK;
}

static Err add_file(AdsCommand *ads, const char *path, Str *answer,
                    long *status, Fault *fault)
{
    Arena *arena = ads->errand.arena;
    Buf body = buf_open(arena, CAMPAIGN_BODY_MAX);
    JsonOut out = json_out(&body);
    CreativeList creatives;
    Str bytes;
    Err err = file_read(arena, path, FILE_MAX, &bytes, fault);

    if (!err) err = read_file(ads, bytes, &creatives, fault);
    if (err) return err;
    json_put_object(&out);
    json_pair_str(&out, "act", S("put"));
    json_pair_str(&out, "file", bytes);
    json_put_key(&out, "pictures");
    json_put_array(&out);
    err = bring_pictures(ads, path, &creatives, &out, fault);
    json_put_end(&out);
    json_put_end(&out);
    ads->errand.request.kind = CONTROL_CAMPAIGN;
    if (!err) err = buf_end(&body, &ads->errand.request.body);
    return err ? err : errand_do(&ads->errand, answer, status, fault);
}

static int add(AdsCommand *ads, int count, char **files)
{
    int end = EXIT_DONE;

    for (int i = 0; i < count; i++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        Str answer = {0};
        long status = 500;
        Err err;

        ads->errand.arena = &arena;
        ads->errand.file = files[i];
        err = add_file(ads, files[i], &answer, &status, &fault);
        if (err && !fault.where[0]) fault_where(&fault, "%s", files[i]);
        if ((err ? cli_fail(COMMAND, err, &fault)
                 : tell(ads, answer, status, "it is shown as its dates say")) !=
            EXIT_DONE)
            end = EXIT_FAILED;
        fflush(stdout);
        arena_close(&arena);
    }
    return end;
}

static int stop(AdsCommand *ads, const char *name)
{
    Buf body = buf_open(ads->errand.arena, ERRAND_ANSWER_MAX);
    JsonOut out = json_out(&body);
    Fault fault = fault_none();
    Str answer = {0};
    long status = 500;
    Err err;

    json_put_object(&out);
    json_pair_str(&out, "act", S("stop"));
    json_pair_str(&out, "name", str_from(name));
    json_put_end(&out);
    ads->errand.request.kind = CONTROL_CAMPAIGN;
    err = buf_end(&body, &ads->errand.request.body);
    if (!err) err = errand_do(&ads->errand, &answer, &status, &fault);
    return err ? cli_fail(COMMAND, err, &fault)
               : tell(ads, answer, status, "it is shown no more");
}

/* ---- looking ---- */

static void pair_time(Arena *arena, JsonOut *out, const char *key, Time time)
{
    if (time != TIME_NONE) json_pair_str(out, key, time_rfc3339(arena, time));
}

static void pair_list(JsonOut *out, const char *key, const StrList *list)
{
    if (!list->count) return;
    json_put_key(out, key);
    json_put_array(out);
    for (size_t i = 0; i < list->count; i++)
        json_put_str(out, list->items[i]);
    json_put_end(out);
}

static void print_json(Arena *arena, const CampaignKept *kept)
{
    const Campaign *campaign = &kept->campaign;
    Buf buf = buf_open(arena, ERRAND_ANSWER_MAX);
    JsonOut out = json_out(&buf);

    json_put_object(&out);
    json_pair_int(&out, "number", campaign->number);
    json_pair_str(&out, "name", campaign->name);
    if (campaign->link.len) json_pair_str(&out, "link", campaign->link);
    pair_time(arena, &out, "from", campaign->from);
    pair_time(arena, &out, "to", campaign->to);
    json_pair_int(&out, "weight", campaign->weight);
    if (campaign->cap) json_pair_int(&out, "cap", campaign->cap);
    if (campaign->day_cap) json_pair_int(&out, "cap_a_day", campaign->day_cap);
    pair_list(&out, "languages", &campaign->languages);
    pair_list(&out, "sections", &campaign->sections);
    pair_list(&out, "tags", &campaign->tags);
    pair_list(&out, "slots", &campaign->slots);
    json_pair_bool(&out, "house", campaign->house);
    json_pair_bool(&out, "stopped", kept->stopped);
    json_pair_int(&out, "seen", kept->seen);
    json_put_end(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
}

static void print_words(Arena *arena, const CampaignKept *kept)
{
    const Campaign *campaign = &kept->campaign;

    printf("%4lld  %9lld seen", (long long)campaign->number,
           (long long)kept->seen);
    if (campaign->cap) printf(" of %lld", (long long)campaign->cap);
    printf("  %.*s%s%s", STR_ARG(campaign->name),
           campaign->house ? "  (the agency's own)" : "",
           kept->stopped ? "  (stopped)" : "");
    if (campaign->from != TIME_NONE)
        printf("  from %.*s", STR_ARG(time_rfc3339(arena, campaign->from)));
    if (campaign->to != TIME_NONE)
        printf("  to %.*s", STR_ARG(time_rfc3339(arena, campaign->to)));
    putchar('\n');
}

static Err list_all(const AdsCommand *ads, Store *store)
{
    Arena *arena = ads->errand.arena;
    Campaigns list;
    Err err = campaigns_list(store, arena, &list);

    for (size_t i = 0; !err && i < list.count; i++) {
        if (ads->json)
            print_json(arena, &list.items[i]);
        else
            print_words(arena, &list.items[i]);
    }
    return err;
}

static Err report(const AdsCommand *ads, Store *store, const char *name,
                  Fault *fault)
{
    CampaignKept kept;
    Err err = campaigns_find(store, ads->errand.arena, str_from(name), &kept);

    if (err == ERR_NOT_FOUND)
        return fault_set(fault, err, "there is no campaign \"%s\"", name);
    if (err) return err;
    return ads_report(store, ads->errand.arena, &kept,
                      ads->csv       ? ADS_CSV
                      : ads->picture ? ADS_PICTURE
                                     : ADS_TABLE);
}

/* name NULL: all of them. */
static int look(const AdsCommand *ads, const char *name)
{
    Fault fault = fault_none();
    Store *store = NULL;
    Err err = store_open(ads->conf->store_path, STORE_READ, &store, &fault);

    if (!err)
        err = name ? report(ads, store, name, &fault) : list_all(ads, store);
    store_close(store);
    return err ? cli_fail(COMMAND, err, &fault) : EXIT_DONE;
}

static int run(AdsCommand *ads, int argc, char **argv)
{
    const char *act = argv[1];

    if (!strcmp(act, "add") && argc >= 4) return add(ads, argc - 3, argv + 3);
    if (!strcmp(act, "stop") && argc == 4) return stop(ads, argv[3]);
    if (!strcmp(act, "list") && argc == 3) return look(ads, NULL);
    if (!strcmp(act, "report") && argc == 4) return look(ads, argv[3]);
    return cli_usage(COMMAND, "expected add with a site and files, stop or "
                              "report with a site and a name, or list with a "
                              "site");
}

int ads_command(int argc, char **argv)
{
    AdsCommand ads = {0};
    CliOption options[] = {
        {"json", NULL, &ads.json},
        {"csv", NULL, &ads.csv},
        {"picture", NULL, &ads.picture},
        {NULL, NULL, NULL},
    };
    Arena arena = arena_open();
    Arena conf_arena = arena_open();
    Fault fault = fault_none();
    Conf conf;
    int end;
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc < 3 || (ads.csv && ads.picture))
        return cli_usage(COMMAND,
                         "expected add, stop, list or report, and a site");
    err = conf_read(&conf_arena, argv[2], &conf, &fault);
    ads.conf = &conf;
    ads.errand = (Errand){.command = COMMAND, .conf = &conf, .arena = &arena};
    end = err ? cli_fail(COMMAND, err, &fault) : run(&ads, argc, argv);
    arena_close(&arena);
    arena_close(&conf_arena);
    return end;
}
