/* Whatever readers look for in a store that has some stories, it is looked for:
 * newest first, by relevance, as suggestions, and what is shown of the hits. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "desk/acts.h"
#include "must.h"
#include "search/find.h"
#include "search/indexer.h"
#include "search/suggest.h"
#include "text/sanitize.h"

#define STORIES 40
#define NOW     ((Time)1700000000 * TIME_SECOND)

static const Str language = S_INIT("en");

static char folder[] = "/dev/shm/fuzz-find-XXXXXX";
static char where[64];
static Store *readers;
static Zone *zone;

static void clean_up(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[80];

    store_close(readers);
    zone_close(zone);
    for (size_t i = 0; i < COUNT(ends); i++) {
        snprintf(path, sizeof path, "%s%s", where, ends[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* Words that many have and words of one; every third has a tag and an author.
 */
static void publish(Store *store, int n)
{
    static const Actor chief = {ROLE_OPERATOR, S_INIT("fuzz")};
    const PutContext context = {language, S("news"), NOW};
    Arena arena = arena_open();
    Item item = item_none();
    Outcome outcome;

    item.uri = str_format(&arena, "urn:fuzz:%d", n);
    item.language = language;
    item.headline = str_format(&arena, "The harbour opens, day %d", n);
    item.body = html_from_text(
        &arena, str_format(&arena,
                           "A ship of %d tons came in from the Black "
                           "Sea at 3.5 knots; part %d.",
                           n * 1000, n));
    item.at = NOW - n * TIME_HOUR;
    if (n % 3 == 0) item.byline = S("Jane Doe, Maria O’Neil");
    if (n % 3 == 0) item_tag(&item, &arena, S("black-sea"), S("Black Sea"));
    item_prepare(&item, &arena, language);
    MUST(!store_begin(store));
    MUST(!store_end(store, desk_put(store, &arena, &chief, &item, PUT_PUBLISH,
                                    &context, &outcome, NULL)));
    arena_close(&arena);
}

static void make_index(Store *store)
{
    Indexer *indexer = indexer_open(&language, 1);
    IndexStep *step;

    do {
        Arena arena = arena_open();

        MUST(!indexer_read(indexer, store, true, &step));
        if (step) {
            MUST(!store_begin(store));
            MUST(!store_end(store, indexer_write(store, &arena, step)));
            indexer_wrote(indexer, step, ERR_OK);
        }
        arena_close(&arena);
    } while (step);
    indexer_close(indexer);
}

static void open_store(void)
{
    Fault fault = fault_none();
    Store *store;

    MUST(mkdtemp(folder));
    snprintf(where, sizeof where, "%s/a.db", folder);
    MUST(!store_create(where, &fault));
    MUST(!store_open(where, STORE_WRITE, &store, &fault));
    for (int i = 0; i < STORIES; i++)
        publish(store, i);
    make_index(store);
    store_close(store);
    MUST(!store_open(where, STORE_PUBLIC, &readers, &fault));
    MUST(!zone_open("Europe/Kyiv", &zone));
    atexit(clean_up);
}

static void look(Finder *finder, const SearchQuery *query, bool by_relevance)
{
    Arena arena = arena_open();
    FindAsk ask = {.query = query,
                   .language = language,
                   .by_relevance = by_relevance,
                   .before = FIND_NEWEST,
                   .max = 10,
                   .now = NOW};
    Found found;

    MUST(!store_begin(readers));
    MUST(!find(finder, readers, &arena, &ask, &found));
    MUST(found.count <= ask.max);
    MUST(!find_snippets(finder, readers, &arena, &ask, &found));
    MUST(!store_end(readers, ERR_OK));
    arena_close(&arena);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    open_store();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    Arena arena = arena_open();
    Suggestions suggestions;
    SearchQuery query;
    Finder *finder;

    if (!readers) open_store();
    if (utf8_bad(text) < 0) {
        finder = finder_open(zone);
        query_read(text, &query);
        look(finder, &query, false);
        look(finder, &query, true);
        MUST(!suggest(finder, readers, &arena, language, text, &suggestions));
        finder_close(finder);
    }
    arena_close(&arena);
    return 0;
}
