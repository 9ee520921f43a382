/* import_test.c -- files into a real store: each story once, in order, and what
 * could not be used kept aside. */
#include "ingest/import.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/file.h"
#include "check.h"
#include "desk/acts.h"
#include "ingest/rejects.h"
#include "store/public.h"

typedef struct Site {
    Arena arena;
    char dir[64];
    Store *store;
    ImportCounts counts;
    Fault fault;
    Fault notes[8];
    ImportNote kinds[8];
    size_t note_count;
    int commits;
    int kill_after; /* commits; 0: never */
    bool strict;
} Site;

static const Time now = (Time)1800000000 * TIME_SECOND;

static Err put(void *ctx, Store *store, Arena *arena, const Item *item,
               ImportResult *out, Fault *fault)
{
    static const Actor actor = {ROLE_OPERATOR, S_INIT("test")};
    PutContext context = {S("en"), S("news"), now};
    Outcome outcome;
    Err err = desk_put(store, arena, &actor, item, PUT_PUBLISH, &context,
                       &outcome, fault);

    (void)ctx;
    if (err) return err;
    *out = outcome.no_op          ? IMPORT_KNOWN
           : outcome.version == 1 ? IMPORT_NEW
                                  : IMPORT_NEWER;
    return ERR_OK;
}

static void on_note(void *ctx, ImportNote kind, const Fault *fault)
{
    Site *site = ctx;

    if (site->note_count == COUNT(site->notes)) return;
    site->kinds[site->note_count] = kind;
    site->notes[site->note_count++] = *fault;
}

static void on_progress(void *ctx, const ImportProgress *progress)
{
    Site *site = ctx;

    assert_true(progress->total < 0 || progress->bytes <= progress->total);
    if (site->kill_after && ++site->commits == site->kill_after) raise(SIGKILL);
}

static char *in_site(Site *site, const char *name)
{
    return file_join(&site->arena, site->dir, name);
}

static int site_open(void **state)
{
    Site *site = calloc(1, sizeof *site);

    site->arena = arena_open();
    site->fault = fault_none();
    snprintf(site->dir, sizeof site->dir, "/tmp/dateline-import-XXXXXX");
    if (!mkdtemp(site->dir) ||
        store_create(in_site(site, "store.db"), &site->fault) ||
        store_open(in_site(site, "store.db"), STORE_WRITE, &site->store,
                   &site->fault))
        return 1;
    *state = site;
    return 0;
}

static void remove_all(const char *path)
{
    Arena arena = arena_open();
    DIR *dir = opendir(path);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_all(file_join(&arena, path, entry->d_name));
    if (dir) closedir(dir);
    remove(path);
    arena_close(&arena);
}

static int site_close(void **state)
{
    Site *site = *state;

    store_close(site->store);
    remove_all(site->dir);
    arena_close(&site->arena);
    free(site);
    return 0;
}

static Err import_paths(Site *site, char **paths, size_t count)
{
    Str languages[] = {S("en"), S("uk")};
    ImportOptions options = {
        .strict = site->strict,
        .languages = {languages, 2},
        .zone = "Europe/Kyiv",
        .rejects = str_from(in_site(site, "rejects")),
        .now = now,
        .put = put,
        .note = on_note,
        .progress = on_progress,
        .ctx = site,
    };

    site->note_count = 0;
    site->fault = fault_none();
    return import_run(site->store, &options, paths, count, &site->counts,
                      &site->fault);
}

static Err import_path(Site *site, char *path)
{
    return import_paths(site, &path, 1);
}

static char *write_file(Site *site, const char *name, Str bytes)
{
    char *path = in_site(site, name);

    assert_int_equal(file_write(path, bytes, NULL), ERR_OK);
    return path;
}

static Err import_text(Site *site, const char *name, const char *text)
{
    return import_path(site, write_file(site, name, str_from(text)));
}

static void counts_are(const Site *site, int64_t fresh, int64_t newer,
                       int64_t known, int64_t older, int64_t rejected)
{
    assert_int_equal(site->counts.results[IMPORT_NEW], fresh);
    assert_int_equal(site->counts.results[IMPORT_NEWER], newer);
    assert_int_equal(site->counts.results[IMPORT_KNOWN], known);
    assert_int_equal(site->counts.results[IMPORT_OLDER], older);
    assert_int_equal(site->counts.rejected, rejected);
}

static Story story_of(Site *site, const char *uri)
{
    Story story;

    if (stories_find(site->store, &site->arena, str_from(uri), &story))
        fail_msg("no story %s", uri);
    return story;
}

static Str headline_of(Site *site, const char *uri)
{
    Story story = story_of(site, uri);
    Version version;

    assert_int_equal(versions_get(site->store, &site->arena, story.id,
                                  story.public_version, &version),
                     ERR_OK);
    return version.headline;
}

/* ---- versions ---- */

static void versions_are_new_newer_known_or_older(void **state)
{
    Site *site = *state;

    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"version\":\"2\","
                                 "\"title\":\"Two\"}\n"
                                 "{\"uri\":\"a:2\",\"version\":\"1\","
                                 "\"title\":\"Other\"}\n"),
                     ERR_OK);
    counts_are(site, 2, 0, 0, 0, 0);
    assert_int_equal(site->counts.undated, 2);
    assert_int_equal(import_path(site, in_site(site, "a.json")), ERR_OK);
    counts_are(site, 0, 0, 2, 0, 0);
    assert_int_equal(import_text(site, "b.json",
                                 "{\"uri\":\"a:1\",\"version\":\"3\","
                                 "\"title\":\"Three\"}\n"
                                 "{\"uri\":\"a:1\",\"version\":\"1\","
                                 "\"title\":\"One\"}\n"),
                     ERR_OK);
    counts_are(site, 0, 1, 0, 1, 0);
    assert_int_equal(site->note_count, 1);
    assert_int_equal(site->kinds[0], NOTE_OLDER);
    assert_int_equal(site->notes[0].line, 2);
    assert_non_null(strstr(site->notes[0].text, "older"));
    assert_str(headline_of(site, "a:1"), S("Three"));
    assert_false(story_of(site, "a:1").timed);
    assert_int_equal(story_of(site, "a:1").at, ITEM_UNDATED);
}

/* What has lost its time does not lead the front. */
static void an_archive_without_times_stands_last(void **state)
{
    static const char *const headlines[] = {"In a feed", "Dated", "Page",
                                            "Markdown", "Object"};
    Site *site = *state;
    PublicList list;

    assert_int_equal(
        import_text(site, "a.json",
                    "{\"uri\":\"a:1\",\"title\":\"Object\"}\n"
                    "{\"uri\":\"a:2\",\"title\":\"Dated\",\"firstCreated\":"
                    "\"1021-04-14T10:00:00Z\"}\n"),
        ERR_OK);
    assert_int_equal(
        import_text(site, "b.md", "---\ntitle: Markdown\n---\nText\n"), ERR_OK);
    assert_int_equal(import_text(site, "c.html",
                                 "<html><head><title>Page</title></head><body>"
                                 "<article><h1>Page</h1><p>A page with a text "
                                 "of some words, as pages have.</p></article>"
                                 "</body></html>"),
                     ERR_OK);
    assert_int_equal(import_text(site, "d.xml",
                                 "<rss><channel><item><guid>a:4</guid><title>"
                                 "In a feed</title></item></channel></rss>"),
                     ERR_OK);
    assert_int_equal(public_list(site->store, &site->arena,
                                 (ListKey){.language = S("en")}, NULL, TIME_MIN,
                                 10, &list),
                     ERR_OK);
    assert_int_equal(list.count, COUNT(headlines));
    for (size_t i = 0; i < list.count; i++) {
        assert_str(list.items[i].headline, str_from(headlines[i]));
        assert_int_equal(list.items[i].timed, i == 1);
    }
    assert_int_equal(story_of(site, "a:1").changed_at, now);
}

static void a_source_says_when_it_changed_a_story(void **state)
{
    static const struct {
        const char *name, *text, *uri;
    } files[] = {
        {"a.json",
         "{\"uri\":\"a:1\",\"title\":\"T\",\"version\":\"1\",\"firstCreated\":"
         "\"2021-04-14T10:00:00Z\",\"versionCreated\":"
         "\"2021-04-15T10:00:00Z\"}\n",
         "a:1"},
        {"b.md",
         "---\nuri: a:2\ntitle: T\ndate: 2021-04-14T10:00:00Z\n"
         "updated: 2021-04-15T10:00:00Z\n---\nText\n",
         "a:2"},
        {"c.xml",
         "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a:3</id>"
         "<title>T</title><published>2021-04-14T10:00:00Z</published>"
         "<updated>2021-04-15T10:00:00Z</updated></entry></feed>",
         "a:3"},
    };
    Site *site = *state;

    for (size_t i = 0; i < COUNT(files); i++) {
        Story story;

        check_row(files[i].name);
        assert_int_equal(import_text(site, files[i].name, files[i].text),
                         ERR_OK);
        story = story_of(site, files[i].uri);
        assert_int_equal(story.changed_at - story.at, TIME_DAY);
    }
}

/* ---- bad records ---- */

static Str rejects_file(Site *site, size_t max)
{
    DIR *dir = opendir(in_site(site, "rejects"));
    struct dirent *entry;
    Str bytes = {0};

    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            assert_int_equal(
                file_read(&site->arena,
                          file_join(&site->arena, in_site(site, "rejects"),
                                    entry->d_name),
                          max, &bytes, NULL),
                ERR_OK);
    if (dir) closedir(dir);
    return bytes;
}

static const char with_bad[] = "{\"uri\":\"a:1\",\"title\":\"One\"}\n"
                               "{\"uri\":\"a:2\"}\n"
                               "{\"uri\":\"a:3\",\"title\":\n"
                               "{\"uri\":\"a:4\",\"title\":\"Four\"}\n";

static void bad_records_are_told_and_kept_and_stop_nothing(void **state)
{
    Site *site = *state;
    Str kept;

    assert_int_equal(import_text(site, "a.json", with_bad), ERR_OK);
    counts_are(site, 2, 0, 0, 0, 2);
    assert_int_equal(site->note_count, 2);
    assert_int_equal(site->notes[0].line, 2);
    assert_string_equal(site->notes[0].where, in_site(site, "a.json"));
    assert_non_null(strstr(site->notes[0].text, "headline"));
    assert_int_equal(site->notes[1].line, 3);
    kept = rejects_file(site, 1 << 20);
    assert_true(str_find(kept, S("\"line\":2"), 0) > 0);
    assert_true(
        str_find(kept, S("\"record\":\"{\\\"uri\\\":\\\"a:2\\\"}\""), 0) > 0);

    /* Mended and imported again, nothing is left of it. */
    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"title\":\"One\"}\n"
                                 "{\"uri\":\"a:2\",\"title\":\"Two\"}\n"),
                     ERR_OK);
    counts_are(site, 1, 0, 1, 0, 0);
    assert_int_equal(rejects_file(site, 1 << 20).len, 0);
}

static void strict_stops_and_keeps_nothing_of_the_batch(void **state)
{
    Site *site = *state;
    Story story;

    site->strict = true;
    assert_int_equal(import_text(site, "a.json", with_bad), ERR_INVALID);
    counts_are(site, 0, 0, 0, 0, 1);
    assert_int_equal(site->fault.line, 2);
    assert_int_equal(stories_find(site->store, &site->arena, S("a:1"), &story),
                     ERR_NOT_FOUND);
}

static void a_newer_version_of_a_killed_story_is_a_reject(void **state)
{
    Site *site = *state;

    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"version\":\"1\","
                                 "\"title\":\"T\"}\n"
                                 "{\"uri\":\"a:1\",\"version\":\"2\","
                                 "\"pubStatus\":\"canceled\"}\n"
                                 "{\"uri\":\"a:1\",\"version\":\"3\","
                                 "\"title\":\"T\"}\n"),
                     ERR_OK);
    assert_int_equal(story_of(site, "a:1").state, STORY_KILLED);
    assert_int_equal(site->counts.rejected, 1);
    assert_int_equal(site->notes[0].line, 3);
}

static void a_large_reject_is_cut(void **state)
{
    Site *site = *state;
    Buf buf = buf_open(&site->arena, 8 << 20);
    Str text;

    buf_printf(&buf, "{\"uri\":\"a:1\",\"body_text\":\"");
    while (buf.len < (3 << 20))
        buf_puts(&buf, S("слово "));
    buf_printf(&buf, "\"}\n");
    assert_int_equal(buf_end(&buf, &text), ERR_OK);
    write_file(site, "large.json", text);
    assert_int_equal(import_path(site, in_site(site, "large.json")), ERR_OK);
    assert_int_equal(site->counts.rejected, 1);
    text = rejects_file(site, 4 << 20);
    assert_in_range(text.len, REJECT_MAX / 2, REJECT_MAX + 2000);
    assert_true(str_find(text, S("\"record\":"), 0) > 0); /* still text */
}

/* ---- packed files, folders ---- */

static Str gzip(Arena *arena, Str text)
{
    z_stream z = {0};
    char *out = arena_alloc(arena, text.len + 200);

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
    z.next_in = (unsigned char *)text.ptr;
    z.avail_in = (uInt)text.len;
    z.next_out = (unsigned char *)out;
    z.avail_out = (uInt)(text.len + 200);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (Str){out, text.len + 200 - z.avail_out};
}

static Str zstd(Arena *arena, Str text)
{
    size_t room = ZSTD_compressBound(text.len);
    char *out = arena_alloc(arena, room);

    return (Str){out, ZSTD_compress(out, room, text.ptr, text.len, 3)};
}

static Str two(Arena *arena, Str a, Str b)
{
    char *both = arena_alloc(arena, a.len + b.len);

    memcpy(both, a.ptr, a.len);
    memcpy(both + a.len, b.ptr, b.len);
    return (Str){both, a.len + b.len};
}

static void packed_files_are_read_as_they_are(void **state)
{
    Site *site = *state;
    Arena *arena = &site->arena;
    Str one = S("{\"uri\":\"a:1\",\"title\":\"One\"}\n");
    Str other = S("{\"uri\":\"a:2\",\"title\":\"Two\"}\n");
    Str packed = gzip(arena, one);

    write_file(site, "a.json.gz", two(arena, packed, gzip(arena, other)));
    assert_int_equal(import_path(site, in_site(site, "a.json.gz")), ERR_OK);
    counts_are(site, 2, 0, 0, 0, 0);
    /* Told by the bytes, whatever the name. */
    write_file(site, "b", two(arena, zstd(arena, one), zstd(arena, other)));
    assert_int_equal(import_path(site, in_site(site, "b")), ERR_OK);
    counts_are(site, 0, 0, 2, 0, 0);
    packed.len -= 6;
    write_file(site, "c.gz", packed);
    assert_int_equal(import_path(site, in_site(site, "c.gz")), ERR_OK);
    assert_int_equal(site->counts.rejected, 1);
    assert_non_null(strstr(site->notes[0].text, "stops before its end"));
}

static void a_folder_is_read_in_the_order_of_names(void **state)
{
    Site *site = *state;

    assert_int_equal(file_mkdir(in_site(site, "in"), NULL), ERR_OK);
    assert_int_equal(file_mkdir(in_site(site, "in/en"), NULL), ERR_OK);
    write_file(site, "in/en/a.v2.md",
               S("---\nuri: a:1\nversion: 2\ntitle: Two\nsection: facts\n"
                 "correction: It was one\n---\nText\n"));
    write_file(site, "in/en/a.md",
               S("---\nuri: a:1\nversion: 1\ntitle: One\n---\nText\n"));
    write_file(site, "in/README.md", S("# Not a story\n"));
    write_file(site, "in/.hidden.md", S("---\ntitle: Hidden\n---\n"));
    write_file(site, "in/picture.png", S("\x89PNG\r\n"));
    write_file(site, "in/sections.yaml", S("facts: {en: The facts}\n"));
    assert_int_equal(import_path(site, in_site(site, "in")), ERR_OK);
    counts_are(site, 1, 1, 0, 0, 0);
    assert_int_equal(site->counts.skipped, 2);
    assert_int_equal(site->counts.names, 1);
    assert_str(headline_of(site, "a:1"), S("Two"));
    assert_int_equal(story_of(site, "a:1").state, STORY_CORRECTED);
}

/* Whatever the folder is called. */
static void names_are_told_by_the_file(void **state)
{
    Site *site = *state;
    Str name;

    assert_int_equal(file_mkdir(in_site(site, "sections"), NULL), ERR_OK);
    write_file(site, "sections/tags.yaml", S("nato: {en: The alliance}\n"));
    assert_int_equal(import_path(site, in_site(site, "sections/tags.yaml")),
                     ERR_OK);
    assert_int_equal(
        import_text(site, "a.md",
                    "---\ntitle: T\ntags: [nato]\nsection: nato\n---\nText\n"),
        ERR_OK);
    assert_int_equal(
        public_tag_name(site->store, &site->arena, S("nato"), S("en"), &name),
        ERR_OK);
    assert_str(name, S("The alliance"));
    assert_int_equal(public_section_name(site->store, &site->arena, S("nato"),
                                         S("en"), &name),
                     ERR_OK);
    assert_str(name, S("nato"));
}

static void a_file_that_is_named_must_be_there_and_known(void **state)
{
    Site *site = *state;

    assert_int_equal(import_path(site, in_site(site, "missing.json")),
                     ERR_NOT_FOUND);
    assert_int_equal(import_text(site, "words.txt", "Only words.\n"), ERR_OK);
    counts_are(site, 0, 0, 0, 0, 1);
    assert_non_null(strstr(site->notes[0].text, "no format"));
}

/* ---- captures ---- */

static void check_front(Site *site)
{
    static const char *const headlines[] = {"Second", "First", "Bread"};
    Story story;
    PublicList list;
    Store *reader;

    assert_int_equal(
        store_open(in_site(site, "store.db"), STORE_PUBLIC, &reader, NULL),
        ERR_OK);
    assert_int_equal(public_list(reader, &site->arena,
                                 (ListKey){.language = S("en")}, NULL, TIME_MIN,
                                 10, &list),
                     ERR_OK);
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_str(list.items[i].headline, str_from(headlines[i]));
    assert_true(list.items[2].timed);
    assert_int_equal(
        stories_get(site->store, &site->arena, list.items[2].id, &story),
        ERR_OK);
    assert_int_equal(story.latest, 3);
    store_close(reader);
}

static void a_later_capture_improves_a_story(void **state)
{
    Site *site = *state;
    char *paths[3];

    paths[0] = write_file(site, "1.txt",
                          S("10:00 14.04.2021\nFirst\n\nText.\n\n"
                            "LATEST\n\nBread\n"));
    paths[1] = write_file(site, "2.txt",
                          S("11:00 14.04.2021\nSecond\n\nText.\n\n"
                            "MORE ABOUT\n\n09:30 14.04.2021\nBread\n"));
    paths[2] = write_file(site, "3.txt",
                          S("09:30 14.04.2021\nBread\n\nDearer.\n\n"
                            "LATEST\n\nSecond\n"));
    assert_int_equal(import_paths(site, paths, 3), ERR_OK);
    counts_are(site, 3, 2, 1, 0, 0);
    check_front(site);

    /* A page that knows less takes nothing away. */
    assert_int_equal(import_paths(site, paths, 3), ERR_OK);
    counts_are(site, 0, 0, 6, 0, 0);
    check_front(site);
}

static void the_same_headline_on_another_day_is_another_story(void **state)
{
    Site *site = *state;

    assert_int_equal(
        import_text(site, "1.txt",
                    "10:00 14.04.2021\nWeather\n\nRain.\n\nTags: #rain\n"),
        ERR_OK);
    assert_int_equal(
        import_text(site, "2.txt",
                    "10:00 16.04.2021\nWeather\n\nSun.\n\nTags: #sun\n"),
        ERR_OK);
    counts_are(site, 1, 0, 0, 0, 0);
    assert_int_equal(import_path(site, in_site(site, "2.txt")), ERR_OK);
    counts_are(site, 0, 0, 1, 0, 0);
    assert_int_equal(import_path(site, in_site(site, "1.txt")), ERR_OK);
    counts_are(site, 0, 0, 1, 0, 0);
}

static void a_dialect_is_read_by_those_of_the_language(void **state)
{
    Site *site = *state;
    Story story;

    assert_int_equal(import_text(site, "a.json",
                                 "{\"uri\":\"a:1\",\"title\":\"T\","
                                 "\"language\":\"en-GB\"}\n"
                                 "{\"uri\":\"a:2\",\"title\":\"T\","
                                 "\"language\":\"de-AT\"}\n"),
                     ERR_OK);
    assert_str(story_of(site, "a:1").language, S("en"));
    /* Nobody could read it: the site has no pages in German. */
    counts_are(site, 1, 0, 0, 0, 1);
    assert_non_null(strstr(site->notes[0].text, "\"de-AT\" is none"));
    assert_int_equal(stories_find(site->store, &site->arena, S("a:2"), &story),
                     ERR_NOT_FOUND);
    assert_int_equal(import_text(site, "b.json",
                                 "{\"uri\":\"a:1\",\"title\":\"T2\","
                                 "\"version\":\"2\",\"language\":\"uk\"}\n"),
                     ERR_OK);
    counts_are(site, 0, 0, 0, 0, 1);
    assert_non_null(strstr(site->notes[0].text, "the story is in \"en\""));
    assert_str(headline_of(site, "a:1"), S("T"));
}

/* ---- a slow source ---- */

typedef struct Slow {
    char *store, *path;
    bool seen;           /* by others, before the input ended */
    atomic_bool stopped; /* the import */
} Slow;

static bool is_stored(Store *store, Arena *arena, const char *uri)
{
    Story story;

    return !stories_find(store, arena, str_from(uri), &story);
}

/* Sends more than a batch takes, and then says nothing until somebody else
 * sees what came first, or three seconds are over. */
static void *send_slowly(void *data)
{
    Slow *slow = data;
    FILE *pipe = fopen(slow->path, "w");
    Arena arena = arena_open();
    Store *other;

    for (int i = 0; i < 4; i++)
        fprintf(
            pipe,
            "{\"uri\":\"s:%d\",\"title\":\"Slow\",\"body_text\":\"%0100000d\"}"
            "\n",
            i, i);
    fflush(pipe);
    if (!store_open(slow->store, STORE_READ, &other, NULL)) {
        for (int i = 0; i < 3000 && !slow->seen; i++) {
            usleep(1000);
            slow->seen = is_stored(other, &arena, "s:1");
        }
        store_close(other);
    }
    fclose(pipe);
    arena_close(&arena);
    return NULL;
}

static void what_came_is_committed_while_the_input_keeps_silent(void **state)
{
    Site *site = *state;
    Slow slow = {.store = in_site(site, "store.db"),
                 .path = in_site(site, "slow.jsonl")};
    pthread_t sender;

    assert_int_equal(mkfifo(slow.path, 0600), 0);
    assert_int_equal(pthread_create(&sender, NULL, send_slowly, &slow), 0);
    assert_int_equal(import_path(site, slow.path), ERR_OK);
    pthread_join(sender, NULL);
    assert_true(slow.seen);
    counts_are(site, 4, 0, 0, 0, 0);
}

/* One bad record, and then a source that would go on for ever. */
static void *send_without_end(void *data)
{
    Slow *slow = data;
    int pipe = open(slow->path, O_WRONLY);
    char line[] = "{\"uri\":\"s:1\"}\n";
    char rest[4096];

    memset(rest, ' ', sizeof rest);
    signal(SIGPIPE, SIG_IGN);
    slow->seen = write(pipe, line, sizeof line - 1) > 0;
    for (int i = 0; i < 70; i++)
        slow->seen &= write(pipe, rest, sizeof rest) > 0;
    for (int i = 0; i < 3000 && !slow->stopped; i++)
        usleep(1000);
    close(pipe);
    return NULL;
}

static void an_import_that_stops_reads_no_further(void **state)
{
    Site *site = *state;
    Slow slow = {.store = in_site(site, "store.db"),
                 .path = in_site(site, "slow.jsonl")};
    Time began = time_monotonic();
    pthread_t sender;

    site->strict = true;
    assert_int_equal(mkfifo(slow.path, 0600), 0);
    assert_int_equal(pthread_create(&sender, NULL, send_without_end, &slow), 0);
    assert_int_equal(import_path(site, slow.path), ERR_INVALID);
    assert_true(time_monotonic() - began < 2 * TIME_SECOND);
    slow.stopped = true;
    pthread_join(sender, NULL);
    assert_true(slow.seen);
}

/* ---- after a kill ---- */

#define MANY 12000

static char *many_stories(Site *site)
{
    Buf buf = buf_open(&site->arena, MANY * 100);
    Str bytes;

    for (int i = 0; i < MANY; i++)
        buf_printf(&buf,
                   "{\"uri\":\"a:%d\",\"version\":\"1\",\"title\":\"Story "
                   "%d\"}\n",
                   i, i);
    assert_int_equal(buf_end(&buf, &bytes), ERR_OK);
    return write_file(site, "many.json", bytes);
}

/* Imports in another process until it kills itself in the middle. */
static void import_and_die(Site *site, char *path, int commits)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        site->kill_after = commits;
        if (store_open(in_site(site, "store.db"), STORE_WRITE, &site->store,
                       NULL) ||
            import_path(site, path))
            _exit(3);
        _exit(4);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void after_a_kill_the_same_command_goes_on(void **state)
{
    Site *site = *state;
    char *path = many_stories(site);

    store_close(site->store);
    import_and_die(site, path, 2);
    assert_int_equal(
        store_open(in_site(site, "store.db"), STORE_WRITE, &site->store, NULL),
        ERR_OK);
    assert_int_equal(import_path(site, path), ERR_OK);
    assert_true(site->counts.results[IMPORT_NEW] > 0);
    assert_true(site->counts.results[IMPORT_KNOWN] > 0);
    assert_int_equal(site->counts.results[IMPORT_NEW] +
                         site->counts.results[IMPORT_KNOWN],
                     MANY);
    assert_int_equal(site->counts.rejected, 0);
    assert_int_equal(story_of(site, "a:0").latest, 1);
    assert_int_equal(story_of(site, "a:11999").latest, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, site_open, site_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(versions_are_new_newer_known_or_older),
        TEST(an_archive_without_times_stands_last),
        TEST(a_source_says_when_it_changed_a_story),
        TEST(bad_records_are_told_and_kept_and_stop_nothing),
        TEST(a_large_reject_is_cut),
        TEST(strict_stops_and_keeps_nothing_of_the_batch),
        TEST(a_newer_version_of_a_killed_story_is_a_reject),
        TEST(packed_files_are_read_as_they_are),
        TEST(a_folder_is_read_in_the_order_of_names),
        TEST(names_are_told_by_the_file),
        TEST(a_file_that_is_named_must_be_there_and_known),
        TEST(a_later_capture_improves_a_story),
        TEST(the_same_headline_on_another_day_is_another_story),
        TEST(a_dialect_is_read_by_those_of_the_language),
        TEST(what_came_is_committed_while_the_input_keeps_silent),
        TEST(an_import_that_stops_reads_no_further),
        TEST(after_a_kill_the_same_command_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
