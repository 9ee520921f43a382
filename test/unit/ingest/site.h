/* test/unit/ingest/site.h -- a store in a folder of its own, files to import
 * into it, and what came of them: counts, notes, stories. */
#ifndef INGEST_SITE_H
#define INGEST_SITE_H

#include "place.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "desk/acts.h"
#include "ingest/import.h"
#include "store/public.h"

typedef struct Site {
    Arena arena;
    char dir[64];
    char path[200]; /* of the store */
    Store *store;
    ImportCounts counts;
    Fault fault;
    Fault notes[8];
    ImportNote kinds[8];
    size_t note_count;
    int commits;
    int kill_after; /* commits; 0: never */
    int cut_after;  /* puts: then the server ends its connections; 0: never */
    bool strict;
    Err (*picture)(void *, Arena *, const char *, Item *, Fault *);
} Site;

static const Time now = (Time)1800000000 * TIME_SECOND;

static inline char *in_site(Site *site, const char *name)
{
    return file_join(&site->arena, site->dir, name);
}

/* ---- what an import is given ---- */

static inline Err put(void *ctx, Store *store, Arena *arena, const Item *item,
                      ImportResult *out, Fault *fault)
{
    static const Actor actor = {ROLE_OPERATOR, S_INIT("test")};
    PutContext context = {S("en"), S("news"), now};
    Outcome outcome;
    Site *site = ctx;
    Err err;

    if (site->cut_after && --site->cut_after == 0) place_cut(site->path);
    err = desk_put(store, arena, &actor, item, PUT_PUBLISH, &context, &outcome,
                   fault);
    if (err) return err;
    *out = outcome.no_op          ? IMPORT_KNOWN
           : outcome.version == 1 ? IMPORT_NEW
                                  : IMPORT_NEWER;
    return ERR_OK;
}

static inline void on_note(void *ctx, ImportNote kind, const Fault *fault)
{
    Site *site = ctx;

    if (site->note_count == COUNT(site->notes)) return;
    site->kinds[site->note_count] = kind;
    site->notes[site->note_count++] = *fault;
}

static inline void on_progress(void *ctx, const ImportProgress *progress)
{
    Site *site = ctx;

    assert_true(progress->total < 0 || progress->bytes <= progress->total);
    if (site->kill_after && ++site->commits == site->kill_after) raise(SIGKILL);
}

/* ---- from beginning to end ---- */

static inline int site_open(void **state)
{
    Site *site = calloc(1, sizeof *site);

    site->arena = arena_open();
    site->fault = fault_none();
    snprintf(site->dir, sizeof site->dir, "/tmp/dateline-import-XXXXXX");
    if (!mkdtemp(site->dir)) return 1;
    place_make(site->dir, site->path, sizeof site->path);
    if (store_create(site->path, &site->fault) ||
        store_open(site->path, STORE_WRITE, &site->store, &site->fault))
        return 1;
    *state = site;
    return 0;
}

static inline void remove_all(const char *path)
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

static inline int site_close(void **state)
{
    Site *site = *state;

    store_close(site->store);
    place_drop(site->path);
    remove_all(site->dir);
    arena_close(&site->arena);
    free(site);
    return 0;
}

/* ---- importing ---- */

static inline Err import_paths(Site *site, char **paths, size_t count)
{
    Str languages[] = {S("en"), S("uk")};
    ImportOptions options = {
        .strict = site->strict,
        .languages = {languages, 2},
        .zone = "Europe/Kyiv",
        .rejects = str_from(in_site(site, "rejects")),
        .now = now,
        .put = put,
        .picture = site->picture,
        .note = on_note,
        .progress = on_progress,
        .ctx = site,
    };

    site->note_count = 0;
    site->fault = fault_none();
    return import_run(site->store, &options, paths, count, &site->counts,
                      &site->fault);
}

static inline Err import_path(Site *site, char *path)
{
    return import_paths(site, &path, 1);
}

static inline char *write_file(Site *site, const char *name, Str bytes)
{
    char *path = in_site(site, name);

    assert_int_equal(file_write(path, bytes, NULL), ERR_OK);
    return path;
}

static inline Err import_text(Site *site, const char *name, const char *text)
{
    return import_path(site, write_file(site, name, str_from(text)));
}

/* ---- what came of it ---- */

static inline void counts_are(const Site *site, int64_t fresh, int64_t newer,
                              int64_t known, int64_t older, int64_t rejected)
{
    assert_int_equal(site->counts.results[IMPORT_NEW], fresh);
    assert_int_equal(site->counts.results[IMPORT_NEWER], newer);
    assert_int_equal(site->counts.results[IMPORT_KNOWN], known);
    assert_int_equal(site->counts.results[IMPORT_OLDER], older);
    assert_int_equal(site->counts.rejected, rejected);
}

static inline Story story_of(Site *site, const char *uri)
{
    Story story;

    if (stories_find(site->store, &site->arena, str_from(uri), &story))
        fail_msg("no story %s", uri);
    return story;
}

static inline Str headline_of(Site *site, const char *uri)
{
    Story story = story_of(site, uri);
    Version version;

    assert_int_equal(versions_get(site->store, &site->arena, story.id,
                                  story.public_version, &version),
                     ERR_OK);
    return version.headline;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, site_open, site_close)

#endif
