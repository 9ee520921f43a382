/* cli/story.c -- acts on stories from the command line. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/bring.h"
#include "cli/cli.h"
#include "format/ninjs_write.h"
#include "store/pictures.h"
#include "store/public.h"
#include "store/stories.h"
#include "story/address.h"
#include "story/item.h"
#include "text/frontmatter.h"
#include "text/json.h"

/* ---- telling ---- */

static int tell_pin(const JsonNode *answer)
{
    Str until = json_str(answer, "pinned_until");
    int64_t number = 0;

    (void)json_int(json_get(answer, "story"), &number);
    if (until.len)
        printf("%lld first among the hot ones until %.*s\n", (long long)number,
               STR_ARG(until));
    else
        printf("%lld by how much it is read\n", (long long)number);
    return EXIT_DONE;
}

static int tell_entry(const JsonNode *answer)
{
    Str ended = json_str(answer, "ended_at");
    int64_t story = 0, entry = 0, version = 0;

    (void)json_int(json_get(answer, "story"), &story);
    (void)json_int(json_get(answer, "entry"), &entry);
    (void)json_int(json_get(answer, "version"), &version);
    printf("%lld", (long long)story);
    if (entry)
        printf(" entry %lld version %lld", (long long)entry,
               (long long)version);
    if (ended.len)
        printf(" ended %.*s\n", STR_ARG(ended));
    else
        printf(" live\n");
    return EXIT_DONE;
}

static int tell(const Errand *errand, Str text, long status, Fault *fault)
{
    JsonNode *answer;
    int64_t number = 0, version = 0, shown = 0;
    Str due, state;
    Err err = json_read(errand->arena, text, ERRAND_ANSWER_MAX, &answer, fault);

    if (err) return cli_fail("story", err, fault);
    if (errand->json) printf("%.*s\n", STR_ARG(text));
    if (status != 200)
        return errand->json ? EXIT_FAILED : errand_refused(errand, answer);
    if (errand->json) return EXIT_DONE;
    if (errand->request.kind == CONTROL_PIN) return tell_pin(answer);
    if (errand->request.kind == CONTROL_ENTRY) return tell_entry(answer);
    (void)json_int(json_get(answer, "story"), &number);
    (void)json_int(json_get(answer, "version"), &version);
    (void)json_int(json_get(answer, "public_version"), &shown);
    due = json_str(answer, "due_at");
    state = json_str(answer, "state");
    if (shown && shown != version)
        state = str_format(errand->arena, "saved, public with version %lld",
                           (long long)shown);
    printf("%lld version %lld %.*s%s %.*s%.*s%s%.*s\n", (long long)number,
           (long long)version, STR_ARG(state),
           json_bool(answer, "known", false) ? " (known already)" : "",
           STR_ARG(errand->conf->site.url),
           STR_ARG(json_str(answer, "address")), due.len ? " due " : "",
           STR_ARG(due));
    return EXIT_DONE;
}

static int run(const Errand *errand)
{
    Fault fault = fault_none();
    Str answer = {0};
    long status = 500;
    Err err = errand_do(errand, &answer, &status, &fault);

    if (err) return cli_fail("story", err, &fault);
    return tell(errand, answer, status, &fault);
}

/* ---- put ---- */

static Err read_input(Arena *arena, const char *path, Str *out, Fault *fault)
{
    if (strcmp(path, "-") == 0)
        return file_read_input(arena, CONTROL_BODY_MAX, out, fault);
    return file_read(arena, path, CONTROL_BODY_MAX, out, fault);
}

/* A picture beside the story's file comes in with it. */
static Err put_picture(const Errand *errand, const char *path, Str body,
                       Str *mark, Fault *fault)
{
    Errand other = *errand;
    FrontMatter front;
    Str href;

    if (str_starts(str_trim(body), S("{")) || !strcmp(path, "-") ||
        frontmatter_read(errand->arena, body, &front, NULL))
        return ERR_OK; /* whoever puts it says what is wrong with it */
    href = item_line(errand->arena, front_str(&front, "picture"));
    if (!href.len || picture_is_mark(href)) return ERR_OK;
    return bring_beside(&other, path, href, mark, fault);
}

static int put(Errand *errand, const char *path)
{
    Fault fault = fault_none();
    Str body, mark = {0};
    Err err = read_input(errand->arena, path, &body, &fault);

    if (!err) err = put_picture(errand, path, body, &mark, &fault);
    if (err) return cli_fail("story", err, &fault);
    errand->request.body = body;
    errand->request.picture = mark;
    errand->request.kind = CONTROL_PUT;
    errand->file = strcmp(path, "-") == 0 ? "standard input" : path;
    return run(errand);
}

/* ---- acts ---- */

typedef struct ActWords {
    const char *note, *at, *embargo, *until;
    const char *entry; /* its number */
    bool pin, key, mark, withdraw, end, resume;
} ActWords;

/* Begins the body of a request about that story; false: it is none's number. */
static bool begin_body(Errand *errand, const char *number, Buf *buf,
                       JsonOut *out)
{
    int64_t story;

    if (!str_int(str_from(number), &story) || story < 1) {
        cli_usage("story", "\"%s\" is not a story's number", number);
        return false;
    }
    *buf = buf_open(errand->arena, ERRAND_ANSWER_MAX);
    *out = json_out(buf);
    json_put_object(out);
    json_pair_int(out, "story", story);
    return true;
}

static int pin(Errand *errand, bool on, const char *number,
               const ActWords *words)
{
    Buf buf;
    JsonOut out;

    if (!begin_body(errand, number, &buf, &out)) return EXIT_USAGE;
    json_pair_some(&out, "until", str_from(words->until));
    if (!on) json_pair_bool(&out, "unpin", true);
    json_put_end(&out);
    errand->request.kind = CONTROL_PIN;
    errand->request.body = buf_str(&buf);
    return run(errand);
}

static const char *entry_act(const ActWords *words)
{
    return words->withdraw ? "withdraw"
           : words->end    ? "end"
           : words->resume ? "resume"
           : words->mark   ? "mark"
                           : "put";
}

/* file: the entry's text; NULL: the act needs none. */
static int entry(Errand *errand, const char *number, const char *file,
                 const ActWords *words)
{
    const char *act = entry_act(words);
    Fault fault = fault_none();
    int64_t which = 0;
    Str text = {0};
    Buf buf;
    JsonOut out;
    Err err;

    if ((strcmp(act, "put") == 0) != (file != NULL))
        return cli_usage("story", file ? "no file is wanted for that"
                                       : "expected a file with the entry");
    if (words->entry && (!str_int(str_from(words->entry), &which) || which < 1))
        return cli_usage("story", "\"%s\" is not an entry's number",
                         words->entry);
    if (!begin_body(errand, number, &buf, &out)) return EXIT_USAGE;
    err = file ? read_input(errand->arena, file, &text, &fault) : ERR_OK;
    if (err) return cli_fail("story", err, &fault);
    buf.max = CONTROL_BODY_MAX;
    json_pair_str(&out, "act", str_from(act));
    if (which) json_pair_int(&out, "entry", which);
    if (file) json_pair_str(&out, "text", text);
    json_pair_some(&out, "note", str_from(words->note));
    if (!which || words->mark || words->pin || words->key) {
        json_pair_bool(&out, "pinned", words->pin);
        json_pair_bool(&out, "key", words->key);
    }
    json_put_end(&out);
    errand->file = !file                    ? NULL
                   : strcmp(file, "-") == 0 ? "standard input"
                                            : file;
    errand->request.kind = CONTROL_ENTRY;
    err = buf_end(&buf, &errand->request.body);
    return err ? cli_fail("story", err, &fault) : run(errand);
}

static int act(Errand *errand, const char *word, const char *number,
               const ActWords *words)
{
    Buf buf;
    JsonOut out;

    if (!begin_body(errand, number, &buf, &out)) return EXIT_USAGE;
    json_pair_str(&out, "act", str_from(word));
    json_pair_some(&out, "note", str_from(words->note));
    json_pair_some(&out, "at", str_from(words->at));
    json_pair_some(&out, "embargo", str_from(words->embargo));
    json_put_end(&out);
    errand->request.body = buf_str(&buf);
    return run(errand);
}

/* ---- show ---- */

static Str page_of(const Conf *conf, Arena *arena, Str language, Str section,
                   StoryId id, Str slug)
{
    return str_format(
        arena, "%.*s%.*s", STR_ARG(conf->site.url),
        STR_ARG(address_story(arena, language, section, id, slug)));
}

/* The story as readers have it, with what it follows, as far as that is
 * public. */
static Err read_public(const Conf *conf, Arena *arena, StoryId id,
                       PublicStory *out, PublicStory *earlier, PublicLead *lead,
                       Fault *fault)
{
    PublicNotice notice;
    Store *store;
    Err err = store_open(conf->store_path, STORE_PUBLIC, &store, fault);

    if (err) return err;
    err = public_story(store, arena, id, out, &notice);
    if (!err && out->follows.number)
        err = public_story(store, arena, out->follows, earlier, &notice);
    if (!err && out->item.picture.mark.len) {
        err = public_lead(store, arena, id, lead);
        if (err == ERR_NOT_FOUND) { /* its date came meanwhile */
            out->item.picture = (PublicPicture){0};
            err = ERR_OK;
        }
    }
    store_close(store);
    return err;
}

static Str name_of(const Site *site, Str language)
{
    int index = site_language(site, language);

    return site->languages[index < 0 ? 0 : index].name;
}

/* Empty while the site has no address of its own. */
static Str media_of(const Conf *conf, Arena *arena)
{
    return conf->site.url.len
               ? str_format(arena, "%.*s/media/", STR_ARG(conf->site.url))
               : (Str){0};
}

/* Nothing while readers have nothing. */
static Err put_ninjs(const Conf *conf, Arena *arena, StoryId id, JsonOut *out,
                     Fault *fault)
{
    PublicStory story = {0};
    PublicStory earlier = {0};
    PublicLead lead = {0};
    Buf buf = buf_open(arena, NINJS_MAX);
    Err err = read_public(conf, arena, id, &story, &earlier, &lead, fault);

    if (err == ERR_NOT_FOUND || err == ERR_GONE) return ERR_OK;
    if (err) return err;
    ninjs_write(&buf,
                &(NinjsOut){
                    .story = &story,
                    .url = page_of(conf, arena, story.item.language,
                                   story.item.section, id, story.item.slug),
                    .agency = name_of(&conf->site, story.item.language),
                    .authority = conf->site.authority,
                    .follows_uri = earlier.uri,
                    .follows_headline = earlier.item.headline,
                    .media = media_of(conf, arena),
                    .said = lead.said,
                });
    json_put_key(out, "ninjs");
    json_put_raw(out, buf_str(&buf));
    return ERR_OK;
}

static Err print_json(const Conf *conf, Arena *arena, const Story *story,
                      const Version *version, Fault *fault)
{
    Buf buf = buf_open(arena, 2 * NINJS_MAX);
    JsonOut out = json_out(&buf);
    Err err;

    json_put_object(&out);
    json_pair_int(&out, "number", story->id.number);
    json_pair_str(&out, "uri", story->uri);
    json_pair_str(&out, "state", str_from(state_word(story->state)));
    json_pair_str(&out, "language", story->language);
    json_pair_int(&out, "version", version->version);
    json_pair_int(&out, "public_version", story->public_version);
    json_pair_str(&out, "headline", version->headline);
    json_pair_some(&out, "deck", version->deck);
    json_pair_str(&out, "section", version->section);
    json_pair_some(&out, "note", story->note);
    if (story->at != TIME_NONE)
        json_pair_str(&out, "at", time_rfc3339(arena, story->at));
    if (story->due_at != TIME_NONE)
        json_pair_str(&out, "due_at", time_rfc3339(arena, story->due_at));
    json_pair_str(&out, "address",
                  page_of(conf, arena, story->language, version->section,
                          story->id, version->slug));
    json_pair_str(&out, "body", version->body.markup);
    err = put_ninjs(conf, arena, story->id, &out, fault);
    if (err) return err;
    json_put_end(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
    return ERR_OK;
}

static void print_words(const Conf *conf, Arena *arena, const Story *story,
                        const Version *version)
{
    char public[40] = "";

    if (story_is_public(story->state) &&
        story->public_version != version->version)
        snprintf(public, sizeof public, " with version %d",
                 story->public_version);
    printf("%lld version %d of %d, %s%s, %.*s\n%.*s\n%.*s%.*s\n",
           (long long)story->id.number, version->version, story->latest,
           state_word(story->state), public, STR_ARG(story->language),
           STR_ARG(version->headline), STR_ARG(conf->site.url),
           STR_ARG(address_story(arena, story->language, version->section,
                                 story->id, version->slug)));
    if (story->at != TIME_NONE)
        printf("published %.*s\n", STR_ARG(time_rfc3339(arena, story->at)));
    if (story->due_at != TIME_NONE)
        printf("due %.*s\n", STR_ARG(time_rfc3339(arena, story->due_at)));
    if (story->note.len) printf("note: %.*s\n", STR_ARG(story->note));
}

static int show(Errand *errand, const char *text)
{
    Fault fault = fault_none();
    Store *store = NULL;
    Story story;
    Version version;
    StoryId id;
    Err err;

    if (!str_int(str_from(text), &id.number) || id.number < 1)
        return cli_usage("story", "\"%s\" is not a story's number", text);
    err = store_open(errand->conf->store_path, STORE_READ, &store, &fault);
    if (!err) err = stories_get(store, errand->arena, id, &story);
    if (!err) err = versions_get(store, errand->arena, id, 0, &version);
    if (!err && errand->json)
        err = print_json(errand->conf, errand->arena, &story, &version, &fault);
    else if (!err)
        print_words(errand->conf, errand->arena, &story, &version);
    if (store) store_close(store);
    if (err == ERR_NOT_FOUND)
        fault_set(&fault, err, "there is no story %s", text);
    return err ? cli_fail("story", err, &fault) : EXIT_DONE;
}

int story_command(int argc, char **argv)
{
    ActWords words = {0};
    bool json = false;
    CliOption options[] = {
        {"note", &words.note, NULL},
        {"at", &words.at, NULL},
        {"embargo", &words.embargo, NULL},
        {"until", &words.until, NULL},
        {"entry", &words.entry, NULL},
        {"pin", NULL, &words.pin},
        {"key", NULL, &words.key},
        {"mark", NULL, &words.mark},
        {"withdraw", NULL, &words.withdraw},
        {"end", NULL, &words.end},
        {"resume", NULL, &words.resume},
        {"json", NULL, &json},
        {NULL, NULL, NULL},
    };
    Arena arena = arena_open();
    Fault fault = fault_none();
    Conf conf;
    Errand errand = {.command = "story", .conf = &conf, .arena = &arena};
    Act found;
    int end;
    Err err;

    if (!cli_options(&argc, argv, options)) return EXIT_USAGE;
    if (argc != 4 && !(argc == 5 && strcmp(argv[1], "entry") == 0))
        return cli_usage(argv[0], "expected an act, a site, and a story's "
                                  "number or file");
    errand.json = json;
    err = conf_read(&arena, argv[2], &conf, &fault);
    if (err)
        end = cli_fail(argv[0], err, &fault);
    else if (strcmp(argv[1], "put") == 0)
        end = put(&errand, argv[3]);
    else if (strcmp(argv[1], "show") == 0)
        end = show(&errand, argv[3]);
    else if (strcmp(argv[1], "entry") == 0)
        end = entry(&errand, argv[3], argc == 5 ? argv[4] : NULL, &words);
    else if (strcmp(argv[1], "pin") == 0 || strcmp(argv[1], "unpin") == 0)
        end = pin(&errand, argv[1][0] == 'p', argv[3], &words);
    else if (act_from_word(str_from(argv[1]), &found))
        end = act(&errand, argv[1], argv[3], &words);
    else
        end = cli_usage(argv[0], "there is no act \"%s\"", argv[1]);
    arena_close(&arena);
    return end;
}
