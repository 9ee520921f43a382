#include "ingest/cutter.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "ingest/source.h"

#define BATCH_BYTES ((size_t)256 * 1024)
#define LOOK_MS     100 /* between looks whether the import was stopped */

/* One file being read: what came and stands in no batch yet. */
typedef struct Reading {
    Cutter *cutter;
    Source *source;
    const FileEntry *file;
    Format format;
    bool begun; /* a batch of it was handed on */
    bool eof;
    char *bytes;
    size_t size, room;
    Fault fault;
} Reading;

static void want_room(char **bytes, size_t *room, size_t need)
{
    size_t more = *room ? *room : BATCH_BYTES;

    if (need <= *room) return;
    while (more < need)
        more *= 2;
    *bytes = mem_resize(*bytes, more);
    *room = more;
}

/* False when nobody wants more of it. */
static bool wait_source(const Reading *in)
{
    while (!queue_is_stopped(in->cutter->queue))
        if (source_ready(in->source, LOOK_MS)) return true;
    return false;
}

/* Reads until size bytes are there, or the end, or a fault, or a stop. */
static void read_up_to(Reading *in, size_t size)
{
    want_room(&in->bytes, &in->room, size);
    while (in->size < size && !in->eof && !in->fault.err) {
        size_t got = 0;

        if (!wait_source(in)) {
            in->eof = true; /* the queue takes no more of it anyway */
            break;
        }
        if (source_read(in->source, in->bytes + in->size, size - in->size, &got,
                        &in->fault))
            break;
        in->size += got;
        in->eof = got == 0;
    }
}

static Batch *next_batch(Reading *in)
{
    Batch *batch = queue_to_fill(in->cutter->queue);

    if (!batch) return NULL;
    batch->file = in->file;
    batch->format = in->format;
    batch->first = !in->begun;
    in->begun = true;
    return batch;
}

static void hand_on(Reading *in, Batch *batch)
{
    batch->taken =
        in->cutter->taken + (in->source ? source_taken(in->source) : 0);
    queue_filled(in->cutter->queue, batch);
}

static void add_record(Batch *batch, const Record *record)
{
    if (batch->record_count == batch->record_room) {
        batch->record_room = batch->record_room ? batch->record_room * 2 : 256;
        batch->records =
            mem_resize(batch->records, batch->record_room * sizeof(Record));
    }
    batch->records[batch->record_count++] = *record;
}

/* Cuts all whole records of what is there; what is left over stays for the
 * next batch. The two change buffers, so that records need not be copied. */
static void cut(Reading *in, Batch *batch, Records *records)
{
    int64_t base = records->taken;
    size_t used = 0;
    char *bytes = batch->bytes;
    size_t room = batch->room;
    bool eof = in->eof || in->fault.err;
    Record record;

    while (!records_next(records, (Str){in->bytes + used, in->size - used}, eof,
                         &record)) {
        add_record(batch, &record);
        used = (size_t)(records->taken - base);
    }
    used = (size_t)(records->taken - base);
    want_room(&bytes, &room, in->size - used);
    if (in->size > used) memcpy(bytes, in->bytes + used, in->size - used);
    batch->bytes = in->bytes;
    batch->room = in->room;
    batch->size = used;
    in->bytes = bytes;
    in->room = room;
    in->size -= used;
}

static void cut_records(Reading *in)
{
    Records records = records_open();
    bool more = true;

    if (str_starts((Str){in->bytes, in->size}, S("\xEF\xBB\xBF"))) {
        records.taken = 3;
        in->size -= 3;
        memmove(in->bytes, in->bytes + 3, in->size);
    }
    while (more) {
        Batch *batch = next_batch(in);
        size_t want = BATCH_BYTES;

        if (!batch) return;
        do {
            read_up_to(in, want);
            cut(in, batch, &records);
            want = in->size * 2 > BATCH_BYTES ? in->size * 2 : BATCH_BYTES;
        } while (!batch->record_count && !in->eof && !in->fault.err);
        more = !in->eof && !in->fault.err;
        if (!more) batch->fault = in->fault;
        hand_on(in, batch);
    }
}

static void read_document(Reading *in)
{
    Batch *batch;

    read_up_to(in, DOCUMENT_MAX + 1);
    if (!in->fault.err && in->size > DOCUMENT_MAX) {
        in->size = BATCH_BYTES;
        (void)!fault_set(&in->fault, ERR_TOO_BIG,
                         "over %zu bytes, which no document of this format "
                         "may have",
                         DOCUMENT_MAX);
    }
    batch = next_batch(in);
    if (!batch) return;
    want_room(&batch->bytes, &batch->room, in->size);
    if (in->size) memcpy(batch->bytes, in->bytes, in->size);
    batch->size = in->size;
    batch->fault = in->fault;
    hand_on(in, batch);
}

static void refuse(Reading *in, Err err, const char *text)
{
    Batch *batch;

    if (text) (void)!fault_set(&in->fault, err, "%s", text);
    batch = next_batch(in);
    if (!batch) return;
    batch->fault = in->fault;
    hand_on(in, batch);
}

/* A Markdown file of a folder that has no front matter: a README. */
static bool is_stray(const Reading *in)
{
    return in->file->in_folder && in->cutter->format == FORMAT_AUTO &&
           in->format == FORMAT_MARKDOWN &&
           !str_starts((Str){in->bytes, in->size}, S("---"));
}

static void read_file(Reading *in)
{
    if (source_open(in->file->path, &in->source, &in->fault)) {
        in->fault.where[0] = '\0'; /* whoever reports it names the file */
        refuse(in, in->fault.err, NULL);
        return;
    }
    read_up_to(in, DETECT_HEAD);
    if (in->format == FORMAT_AUTO)
        in->format =
            format_detect(str_from(in->file->path), (Str){in->bytes, in->size});
    if (is_stray(in)) in->format = FORMAT_AUTO;
    if (in->fault.err && !in->size)
        refuse(in, in->fault.err, NULL);
    else if (in->format == FORMAT_AUTO)
        refuse(in, ERR_UNSUPPORTED,
               detect_is_json_feed((Str){in->bytes, in->size})
                   ? "JSON Feed, which is not read; take the site's RSS or Atom"
                   : "in no format that is known here");
    else if (in->format == FORMAT_NINJS)
        cut_records(in);
    else
        read_document(in);
}

void cutter_run(Cutter *cutter)
{
    for (size_t i = 0;
         i < cutter->files.count && !queue_is_stopped(cutter->queue); i++) {
        Reading in = {.cutter = cutter,
                      .file = &cutter->files.items[i],
                      .format = cutter->format,
                      .fault = fault_none()};

        read_file(&in);
        if (in.source) cutter->taken += source_taken(in.source);
        source_close(in.source);
        mem_free(in.bytes);
    }
    queue_end(cutter->queue);
}
