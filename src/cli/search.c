/* cli/search.c -- what readers would find, in a terminal.
 *
 * The index is brought up to the log first, by this process where no server
 * does it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/zone.h"
#include "cli/bar.h"
#include "cli/cli.h"
#include "cli/conf.h"
#include "search/find.h"
#include "search/indexer.h"
#include "story/address.h"
#include "text/jsonout.h"
#include "text/words.h"

#define HITS_USUAL 10
#define QUERY_MAX  ((size_t)4096)
#define OUT_MAX    ((size_t)4 * 1024 * 1024)

/* ---- the index ---- */

static Err write_step(Store *store, Indexer *indexer, bool *more)
{
    Arena arena = arena_open();
    IndexStep *step;
    Err err = indexer_read(indexer, store, true, &step);

    *more = !err && step;
    if (*more) {
        err = store_begin(store);
        if (!err) err = store_end(store, indexer_write(store, &arena, step));
        indexer_wrote(indexer, step, err);
    }
    arena_close(&arena);
    return err == ERR_CONFLICT ? ERR_OK : err;
}

static Err follow_log(const Conf *conf, Store *store, int64_t last)
{
    Str languages[SITE_LANGUAGES_MAX];
    Bar bar = bar_begin();
    Indexer *indexer;
    bool more = true;
    Err err = ERR_OK;

    for (size_t i = 0; i < conf->site.language_count; i++)
        languages[i] = conf->site.languages[i].tag;
    indexer = indexer_open(languages, conf->site.language_count);
    while (!err && more) {
        int64_t left;

        err = write_step(store, indexer, &more);
        if (!err && !store_is_server(conf->store_path))
            err = store_checkpoint(store, &left);
        if (bar_is_due(&bar))
            bar_tell(&bar, (double)indexer_change(indexer) / (double)last,
                     "%lld of %lld changes are in the index",
                     (long long)indexer_change(indexer), (long long)last);
    }
    bar_clear(&bar);
    indexer_close(indexer);
    return err;
}

/* Of a site that may not be written, what is in the index is what is found. */
static Err bring_up(const Conf *conf, Fault *fault)
{
    Store *store;
    Arena arena = arena_open();
    int64_t indexed = 0;
    int64_t last = 0;
    Str identity;
    Err err = store_open(conf->store_path, STORE_WRITE, &store, fault);

    if (err) {
        arena_close(&arena);
        return err;
    }
    err = index_identity(store, &arena, &identity);
    if (!err) err = cursor_get(store, INDEX_FOLLOWER, &indexed);
    if (!err) err = changes_last(store, &last);
    if (!err && (!identity.len || indexed < last))
        err = follow_log(conf, store, last);
    if (err) fault_set(fault, err, "the index: %s", store_reason(store));
    store_close(store);
    arena_close(&arena);
    return err;
}

/* ---- what was found ---- */

typedef struct Showing {
    const Conf *conf;
    Arena *arena;
    Zone *zone;
    bool terminal;
    bool json;
} Showing;

/* What was looked for is bold on a terminal. */
static void print_marked(const Showing *showing, const Marked *marked)
{
    size_t range = 0;

    if (marked->cut_before) fputs("… ", stdout);
    for (size_t i = 0; i <= marked->text.len; i++) {
        const TextRange *now =
            range < marked->count ? &marked->ranges[range] : NULL;

        if (now && showing->terminal && i == now->at) fputs("\033[1m", stdout);
        if (now && i == now->at + now->len) {
            if (showing->terminal) fputs("\033[0m", stdout);
            range++;
        }
        if (i < marked->text.len) {
            char c = marked->text.ptr[i];

            putchar((uint8_t)c < ' ' || c == 0x7F ? ' ' : c);
        }
    }
    if (marked->cut_after) fputs(" …", stdout);
    putchar('\n');
}

static Str address(const Showing *showing, const PublicItem *item)
{
    return str_format(showing->arena, "%.*s%.*s",
                      STR_ARG(showing->conf->site.url),
                      STR_ARG(address_item(showing->arena, item)));
}

static void show_line(const Showing *showing, const FoundItem *found)
{
    const PublicItem *item = &found->item;
    Str at = item->timed ? words_stamp(showing->arena,
                                       zone_civil(showing->zone, item->at))
                         : S("time unknown");

    printf("%.*s  ", STR_ARG(at));
    print_marked(showing, &found->headline);
    if (found->snippet.text.len) {
        fputs("    ", stdout);
        print_marked(showing, &found->snippet);
    }
    printf("    %.*s\n", STR_ARG(address(showing, item)));
}

static void put_json(const Showing *showing, JsonOut *out,
                     const FoundItem *found)
{
    const PublicItem *item = &found->item;

    json_put_object(out);
    json_pair_int(out, "number", item->id.number);
    json_pair_str(out, "address", address(showing, item));
    if (item->timed)
        json_pair_str(out, "at", time_rfc3339(showing->arena, item->at));
    json_pair_str(out, "language", item->language);
    json_pair_str(out, "section", item->section);
    json_pair_str(out, "headline", item->headline);
    json_pair_some(out, "snippet", found->snippet.text);
    json_put_end(out);
}

static void show(const Showing *showing, const Found *found)
{
    Buf buf = buf_open(showing->arena, OUT_MAX);
    JsonOut out = json_out(&buf);

    if (!showing->json) {
        for (size_t i = 0; i < found->count; i++)
            show_line(showing, &found->items[i]);
        if (!found->count) puts("nothing was found");
        if (found->relaxed) puts("not every word is in all of these");
        return;
    }
    json_put_array(&out);
    for (size_t i = 0; i < found->count; i++)
        put_json(showing, &out, &found->items[i]);
    json_put_end(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
}

/* What could not be understood; what was, is looked for all the same. */
static void tell_notes(const SearchQuery *query)
{
    static const struct {
        const char *before, *after;
    } texts[] = {
        [NOTE_DATE] = {"expected a date like 2026, 2026-04, 2026-04-14 or "
                       "14.04.2026, not \"",
                       "\""},
        [NOTE_EMPTY] = {"nothing stands behind \"", "\""},
        [NOTE_QUOTE] = {"the quote is not closed: looked for is \"", "\""},
        [NOTE_LONG] = {"that is too long; left out from \"", "\""},
        [NOTE_WITHOUT] = {"only what is not wanted was said: \"", "\""},
    };

    for (size_t i = 0; i < query->note_count; i++)
        fprintf(stderr, "dateline search: %s%.*s%s\n",
                texts[query->notes[i].kind].before,
                STR_ARG(query->notes[i].about),
                texts[query->notes[i].kind].after);
}

/* ---- the command ---- */

typedef struct Options {
    const char *language, *section, *count;
    bool relevance, json;
} Options;

static Err look(Arena *arena, const Conf *conf, const SearchQuery *query,
                const Options *options, size_t max, Showing *showing,
                Fault *fault)
{
    FindAsk ask = {
        .query = query,
        .language = options->language ? str_from(options->language)
                                      : conf->site.languages[0].tag,
        .section = str_from(options->section),
        .by_relevance = options->relevance,
        .before = FIND_NEWEST,
        .max = max,
        .now = time_now(),
    };
    Store *store;
    Finder *finder;
    Found found;
    Err err = store_open(conf->store_path, STORE_PUBLIC, &store, fault);

    if (err) return err;
    finder = finder_open(showing->zone);
    err = store_begin(store);
    if (!err) {
        err = find(finder, store, arena, &ask, &found);
        if (!err) err = find_snippets(finder, store, arena, &ask, &found);
        err = store_end(store, err);
    }
    if (err)
        fault_set(fault, err, "%s", store_reason(store));
    else
        show(showing, &found);
    finder_close(finder);
    store_close(store);
    return err;
}

static Err search(Arena *arena, const char *dir, Str words,
                  const Options *options, size_t max, Fault *fault)
{
    Showing showing = {.arena = arena,
                       .terminal = isatty(STDOUT_FILENO),
                       .json = options->json};
    SearchQuery query;
    Conf conf;
    Err err = conf_read(arena, dir, &conf, fault);

    if (!err && options->language &&
        site_language(&conf.site, str_from(options->language)) < 0)
        err = fault_set(fault, ERR_INVALID, "the site has no language \"%s\"",
                        options->language);
    if (!err) err = bring_up(&conf, fault);
    if (!err) err = zone_open(str_z(arena, conf.site.zone), &showing.zone);
    if (err) return err;
    query_read(words, &query);
    tell_notes(&query);
    showing.conf = &conf;
    err = look(arena, &conf, &query, options, max, &showing, fault);
    zone_close(showing.zone);
    return err;
}

static Str join(Arena *arena, int count, char **words)
{
    Buf buf = buf_open(arena, QUERY_MAX);

    for (int i = 0; i < count; i++) {
        if (i) buf_putc(&buf, ' ');
        buf_puts(&buf, str_from(words[i]));
    }
    return buf_str(&buf);
}

int search_command(int argc, char **argv)
{
    Options options = {0};
    CliOption list[] = {{"lang", &options.language, NULL},
                        {"section", &options.section, NULL},
                        {"count", &options.count, NULL},
                        {"relevance", NULL, &options.relevance},
                        {"json", NULL, &options.json},
                        {NULL, NULL, NULL}};
    Arena arena = arena_open();
    Fault fault = fault_none();
    int64_t count = HITS_USUAL;
    Err err;

    if (!cli_options(&argc, argv, list)) return EXIT_USAGE;
    if (argc < 3) return cli_usage(argv[0], "expected a site and words");
    if (options.count && (!str_int(str_from(options.count), &count) ||
                          count < 1 || count > FIND_MAX))
        return cli_usage(argv[0], "--count: expected 1 to %d", FIND_MAX);
    err = search(&arena, argv[1], join(&arena, argc - 2, argv + 2), &options,
                 (size_t)count, &fault);
    arena_close(&arena);
    return err ? cli_fail(argv[0], err, &fault) : EXIT_DONE;
}
