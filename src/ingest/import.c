/* The caller's thread writes.  What a commit holds is bounded by time first
 * (another writer, the server's desk, waits no longer than that) and by number.
 * Counts are added up when they are durable, so that what the summary says has
 * happened.
 */
#include "ingest/import.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/capture.h"
#include "ingest/cutter.h"
#include "ingest/match.h"
#include "ingest/parse.h"
#include "ingest/rejects.h"
#include "story/lang.h"

#define COMMIT_ITEMS 2000
#define COMMIT_TIME  (40 * TIME_MS)
#define PAUSE_US     2000 /* longer than another writer sleeps between tries */
#define LOG_PAGES    4096 /* of the log of the store, then it is copied away */
#define PARSERS_MAX  8

/* Records of a batch whose stories are expected together. */
typedef struct Part {
    const Batch *batch; /* NULL: none */
    size_t from, to;
} Part;

typedef struct Run {
    Store *store;
    const ImportOptions *options;
    Queue *queue;
    Rejects rejects;
    Arena scratch; /* of one item */
    Arena of_file;
    ImportCounts *counts;
    ImportCounts pending; /* of the transaction under way */
    bool writing;         /* a transaction is open */
    Time began;           /* it, monotonic */
    size_t puts;          /* in it */
    Part expected;        /* in it: the store has said which are there */
    Part asked;           /* in it: the store was asked */
    Time started;
    int64_t bytes, total;
    const char *file; /* of the last batch */
    Fault *fault;
} Run;

static void add_counts(ImportCounts *to, const ImportCounts *more)
{
    for (int i = 0; i < IMPORT_RESULT_COUNT; i++)
        to->results[i] += more->results[i];
    to->undated += more->undated;
    to->names += more->names;
}

static void show_progress(Run *run)
{
    ImportProgress progress = {.counts = *run->counts,
                               .bytes = run->bytes,
                               .total = run->total,
                               .elapsed = time_monotonic() - run->started,
                               .file = run->file};

    if (run->options->progress)
        run->options->progress(run->options->ctx, &progress);
}

static Err begin(Run *run)
{
    Err err;

    if (run->writing) return ERR_OK;
    err = store_begin(run->store);
    if (err)
        return fault_set(run->fault, err, "cannot begin to write: %s",
                         store_reason(run->store));
    run->writing = true;
    run->began = time_monotonic();
    run->puts = 0;
    run->expected = run->asked = (Part){0};
    return ERR_OK;
}

/* Keeps what was written, or with an err takes it back. */
static Err finish(Run *run, Err err)
{
    Err ended;

    if (!run->writing) return err;
    run->writing = false;
    ended = store_end(run->store, err);
    if (!err && ended)
        (void)!fault_set(run->fault, ended, "cannot commit: %s",
                         store_reason(run->store));
    if (!ended) add_counts(run->counts, &run->pending);
    run->pending = (ImportCounts){0};
    return ended;
}

static Err commit(Run *run)
{
    Err err = finish(run, ERR_OK);
    int64_t left;

    if (err) return err;
    show_progress(run);
    if (store_log_pages(run->store) > LOG_PAGES)
        (void)!store_checkpoint(run->store, &left); /* a later one catches up */
    if (!store_takes_turns(run->store)) usleep(PAUSE_US);
    return ERR_OK;
}

static bool is_due(const Run *run)
{
    return run->writing && (run->puts >= COMMIT_ITEMS ||
                            time_monotonic() - run->began >= COMMIT_TIME);
}

/* "FILE:LINE: field: sentence" */
static void place_fault(Fault *fault, const Batch *batch)
{
    size_t field = strlen(fault->where);

    if (field && strncmp(fault->text, fault->where, field) != 0) {
        char text[sizeof fault->text];

        memcpy(text, fault->text, sizeof text);
        (void)!fault_set(fault, fault->err, "%.100s: %.200s", fault->where,
                         text);
    }
    fault->where[0] = '\0';
    fault_where(fault, "%s", batch->file->path);
}

static void note(Run *run, ImportNote kind, const Fault *fault)
{
    if (run->options->note) run->options->note(run->options->ctx, kind, fault);
}

static Err reject(Run *run, const Batch *batch, const Fault *why, Str raw)
{
    Fault placed = *why;
    Err err =
        rejects_put(&run->rejects, &run->scratch, str_from(batch->file->path),
                    format_word(batch->format), why, raw, run->fault);

    run->counts->rejected++;
    place_fault(&placed, batch);
    note(run, NOTE_REJECT, &placed);
    if (!err && run->options->strict) {
        if (run->fault) *run->fault = placed;
        err = placed.err ? placed.err : ERR_INVALID;
    }
    return err;
}

/* Errors that say something about the agency's own house, not about the item.
 */
static bool is_fatal(Err err)
{
    return err == ERR_STORE || err == ERR_IO || err == ERR_FULL ||
           err == ERR_CLOSED || err == ERR_BUSY || err == ERR_UNREACHABLE ||
           err == ERR_UNCERTAIN;
}

/* A page that was captured and a feed show what is new; in an archive the time
 * was never written or has been lost. */
static void place_in_time(const Run *run, Format format, Item *item)
{
    bool is_news = format == FORMAT_CAPTURE || format == FORMAT_RSS ||
                   format == FORMAT_ATOM;

    if (item->at != TIME_NONE) return;
    item->at = is_news ? run->options->now : ITEM_UNDATED;
    item->timed = false;
}

/* "en-US" is shown to the readers of "en" when that is what the site has. */
static Err fit_language(const Run *run, Item *item, Fault *fault)
{
    StrList languages = run->options->languages;
    Str primary = lang_primary(item->language);

    if (!languages.count || !item->language.len ||
        strs_has(languages, item->language))
        return ERR_OK;
    if (!strs_has(languages, primary))
        return fault_set(fault, ERR_INVALID,
                         "language: \"%.*s\" is none of the site's",
                         STR_ARG(str_slice(item->language, 0, 40)));
    item->language = primary;
    return ERR_OK;
}

/* A conflict with a version that is later than this one is no fault of the
 * record. What a capture knows less of is simply known. */
static bool is_older(Run *run, const Item *item, ImportResult *result)
{
    Story story;

    if (!item->version ||
        stories_find(run->store, &run->scratch, item->uri, &story) ||
        item->version >= story.source_version)
        return false;
    *result =
        str_starts(item->uri, S(CAPTURE_URI)) ? IMPORT_KNOWN : IMPORT_OLDER;
    return true;
}

/* What is coming is asked for together: a question for each would take a way
 * to a server and back. */
static void ask(Run *run, const Batch *batch, size_t from)
{
    StrList uris = {0};
    StrList keys = {0};
    size_t at = from;

    for (; at < batch->out.count && at - from < EXPECT_MAX; at++) {
        const ReadRecord *record = &batch->out.records[at];

        if (record->fault) continue;
        strs_add(&uris, &run->scratch, record->item.uri);
        if (record->item.group.len)
            strs_add(&keys, &run->scratch, record->item.group);
    }
    run->asked = (Part){batch, from, at};
    if (uris.count) stories_expect(run->store, uris, keys);
}

static bool is_in(const Part *part, const Batch *batch, size_t at)
{
    return part->batch == batch && at >= part->from && at < part->to;
}

/* While these are put the server looks for those that come after them. */
static Err expect(Run *run, const Batch *batch, size_t at)
{
    Err err;

    if (is_in(&run->expected, batch, at)) return ERR_OK;
    if (!is_in(&run->asked, batch, at)) ask(run, batch, at);
    err = stories_expected(run->store);
    if (err) return fault_set(run->fault, err, "%s", store_reason(run->store));
    run->expected = run->asked;
    run->asked = (Part){0};
    if (run->expected.to < batch->out.count) {
        ask(run, batch, run->expected.to);
    } else {
        const Batch *next = queue_next_to_write(run->queue);

        if (next) ask(run, next, 0);
    }
    return ERR_OK;
}

/* Another batch may take its place in memory. */
static void forget(Run *run, const Batch *batch)
{
    if (run->expected.batch == batch) run->expected = (Part){0};
    if (run->asked.batch == batch) run->asked = (Part){0};
}

static void note_lost(Run *run, const Batch *batch, const Fault *why)
{
    Fault placed = *why;

    place_fault(&placed, batch);
    note(run, NOTE_PICTURE, &placed);
}

static Err put_item(Run *run, const Batch *batch, const ReadRecord *record)
{
    ImportResult result = IMPORT_KNOWN;
    Fault fault = fault_none();
    Item item = record->item;
    Err err = begin(run);

    if (!err) err = expect(run, batch, (size_t)(record - batch->out.records));
    if (err) return err;
    err = match_item(run->store, &run->scratch, &item);
    place_in_time(run, batch->format, &item);
    if (!err) err = fit_language(run, &item, &fault);
    if (!err)
        err = run->options->put(run->options->ctx, run->store, &run->scratch,
                                &item, &result, &fault);
    if (err == ERR_CONFLICT && is_older(run, &item, &result)) err = ERR_OK;
    if (err && is_fatal(err))
        return fault_set(run->fault, err, "%s",
                         fault.text[0] ? fault.text : store_reason(run->store));
    fault.line = item.line;
    fault.byte = item.byte;
    if (err) return reject(run, batch, &fault, record->raw);
    run->puts++;
    run->pending.results[result]++;
    if (record->lost) note_lost(run, batch, record->lost);
    if (result == IMPORT_NEW && !item.timed) run->pending.undated++;
    if (result == IMPORT_OLDER) {
        place_fault(&fault, batch);
        note(run, NOTE_OLDER, &fault);
    }
    return ERR_OK;
}

static Err put_names(Run *run, const Batch *batch)
{
    bool sections =
        str_find(path_name(str_from(batch->file->path)), S("sections"), 0) >= 0;
    Err err = batch->names.count ? begin(run) : ERR_OK;

    for (size_t i = 0; !err && i < batch->names.count; i++) {
        const Name *name = &batch->names.items[i];

        err = sections ? sections_name(run->store, name->slug, name->language,
                                       name->name, name->position)
                       : tags_name(run->store, name->slug, name->language,
                                   name->name);
        run->puts++;
        run->pending.names++;
    }
    if (!err && batch->names.count)
        err = names_changed(run->store, run->options->now);
    if (err) (void)!fault_set(run->fault, err, "%s", store_reason(run->store));
    return err;
}

/* A file of a folder that is in no known format is nobody's fault. */
static bool is_skipped(const Batch *batch)
{
    return batch->file->in_folder && batch->format == FORMAT_AUTO &&
           batch->fault.err == ERR_UNSUPPORTED;
}

/* What was before stays, so that a repeated import goes on from there. */
static Err end_at(Run *run, const Batch *batch)
{
    Fault why = *batch->ended;
    Err err = finish(run, ERR_OK);

    if (err) return err;
    place_fault(&why, batch);
    if (run->fault) *run->fault = why;
    return why.err;
}

static Err begin_file(Run *run, const Batch *batch)
{
    run->counts->files++;
    arena_reset(&run->of_file);
    return rejects_begin(&run->rejects, &run->of_file,
                         str_from(batch->file->path), run->fault);
}

static Err write_batch(Run *run, const Batch *batch)
{
    Err err = batch->first ? begin_file(run, batch) : ERR_OK;

    if (!err && is_skipped(batch)) {
        Fault fault = batch->fault;

        run->counts->skipped++;
        place_fault(&fault, batch);
        note(run, NOTE_SKIPPED, &fault);
        return ERR_OK;
    }
    for (size_t i = 0; !err && i < batch->out.count; i++) {
        const ReadRecord *record = &batch->out.records[i];

        err = record->fault ? reject(run, batch, record->fault, record->raw)
                            : put_item(run, batch, record);
        arena_reset(&run->scratch);
        if (!err && is_due(run)) err = commit(run);
    }
    if (!err && batch->ended) err = end_at(run, batch);
    if (!err) err = put_names(run, batch);
    run->bytes = batch->taken;
    return err;
}

/* Nobody knows how long the input keeps the next batch: what is written waits
 * for it no longer than a commit takes at most, since meanwhile no other writer
 * gets its turn. */
static Err wait_batch(Run *run, Batch **batch)
{
    Err err = ERR_OK;

    if (run->writing &&
        !queue_wait_to_write(run->queue, run->began + COMMIT_TIME))
        err = commit(run);
    if (!err) *batch = queue_to_write(run->queue);
    return err;
}

static Err write_all(Run *run)
{
    Batch *batch = NULL;
    Err err = wait_batch(run, &batch);

    while (!err && batch) {
        run->file = batch->file->path;
        err = write_batch(run, batch);
        forget(run, batch);
        if (!err && is_due(run)) err = commit(run);
        queue_written(run->queue);
        if (!err) err = wait_batch(run, &batch);
    }
    return finish(run, err);
}

static void *cut_thread(void *cutter)
{
    cutter_run(cutter);
    return NULL;
}

typedef struct Parser {
    Queue *queue;
    ReadContext ctx;
    const ImportOptions *options;
    pthread_t thread;
} Parser;

/* False: the import ends before it. */
static bool bring_picture(const Parser *parser, Batch *batch,
                          ReadRecord *record)
{
    const ImportOptions *options = parser->options;
    ItemPicture *picture = &record->item.picture;
    Fault fault = fault_none();
    Fault *kept;
    Err err;

    if ((!picture->href.len && !picture->address.len) || !options->picture)
        return true;
    if (queue_is_stopped(parser->queue)) return true; /* it may take long */
    err = options->picture(options->ctx, &batch->arena, batch->file->path,
                           &record->item, &fault);
    if (!err) return true;
    kept = ARENA_NEW(&batch->arena, Fault);
    *kept = fault;
    kept->err = err;
    if (kept->line < 1) kept->line = record->item.line;
    if (is_fatal(err)) {
        batch->ended = kept;
        return false;
    }
    if (picture->offered) {
        record->lost = kept;
        *picture = (ItemPicture){0};
        return true;
    }
    record->fault = kept;
    batch->out.bad++;
    return true;
}

/* False: the import ends with what is left of it. */
static bool prepare(const Parser *parser, Batch *batch)
{
    for (size_t i = 0; i < batch->out.count; i++) {
        ReadRecord *record = &batch->out.records[i];

        if (record->fault) continue;
        item_prepare(&record->item, &batch->arena, parser->ctx.language);
        if (!bring_picture(parser, batch, record)) {
            batch->out.count = i;
            return false;
        }
    }
    return true;
}

static void *parse_thread(void *data)
{
    Parser *parser = data;
    Batch *batch;
    bool goes_on = true;

    while (goes_on && (batch = queue_to_parse(parser->queue))) {
        batch_parse(batch, &parser->ctx);
        goes_on = prepare(parser, batch);
        queue_parsed(parser->queue, batch);
    }
    return NULL;
}

static int parser_count(const ImportOptions *options)
{
    long n = options->parsers > 0 ? options->parsers
                                  : sysconf(_SC_NPROCESSORS_ONLN) - 1;

    return n < 1 ? 1 : n > PARSERS_MAX ? PARSERS_MAX : (int)n;
}

static Err open_parsers(const ImportOptions *options, Queue *queue,
                        Parser *parsers, int count, Fault *fault)
{
    for (int i = 0; i < count; i++) {
        parsers[i].queue = queue;
        parsers[i].options = options;
        if (options->languages.count)
            parsers[i].ctx.language = options->languages.items[0];
        if (zone_open(options->zone, &parsers[i].ctx.zone))
            return fault_set(fault, ERR_INVALID,
                             "the time zone \"%s\" is not known",
                             options->zone);
    }
    return ERR_OK;
}

/* Starts what can be started; the import needs the cutter and one parser. */
static Err run_threads(Run *run, Cutter *cutter, Parser *parsers, int count)
{
    pthread_t cutting;
    int started = 0;
    Err err;

    if (pthread_create(&cutting, NULL, cut_thread, cutter))
        return fault_set(run->fault, ERR_IO, "cannot start a thread");
    while (started < count && !pthread_create(&parsers[started].thread, NULL,
                                              parse_thread, &parsers[started]))
        started++;
    err = started ? write_all(run)
                  : fault_set(run->fault, ERR_IO, "cannot start a thread");
    queue_stop(run->queue);
    for (int i = 0; i < started; i++)
        pthread_join(parsers[i].thread, NULL);
    pthread_join(cutting, NULL);
    return err;
}

Err import_run(Store *store, const ImportOptions *options, char *const *paths,
               size_t path_count, ImportCounts *counts, Fault *fault)
{
    Arena arena = arena_open();
    Queue *queue = mem_alloc(sizeof *queue);
    Cutter cutter = {.queue = queue, .format = options->format};
    Parser parsers[PARSERS_MAX] = {0};
    int count = parser_count(options);
    Run run = {.store = store,
               .options = options,
               .queue = queue,
               .rejects = rejects_open(str_z(&arena, options->rejects)),
               .scratch = arena_open(),
               .of_file = arena_open(),
               .counts = counts,
               .started = time_monotonic(),
               .file = "",
               .fault = fault};
    Err err;

    *counts = (ImportCounts){0};
    queue_init(queue);
    err = files_expand(&arena, paths, path_count, &cutter.files, fault);
    if (!err) err = open_parsers(options, queue, parsers, count, fault);
    run.total = cutter.files.total;
    if (!err) err = run_threads(&run, &cutter, parsers, count);
    run.file = "";
    show_progress(&run);
    for (int i = 0; i < count; i++)
        if (parsers[i].ctx.zone) zone_close(parsers[i].ctx.zone);
    rejects_close(&run.rejects);
    queue_close(queue);
    mem_free(queue);
    arena_close(&run.scratch);
    arena_close(&run.of_file);
    arena_close(&arena);
    return err;
}
