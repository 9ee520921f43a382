#include "cli/archive.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audience/beacon.h"
#include "audience/heat.h"
#include "base/buf.h"
#include "base/file.h"
#include "store/carry_in.h"
#include "store/changes.h"
#include "story/campaign.h"
#include "story/entry.h"
#include "story/lang.h"
#include "story/picture.h"
#include "story/slug.h"
#include "text/json.h"
#include "text/sanitize.h"
#include "text/url.h"
#include "web/push_subscription.h"

#define FORMAT     1 /* the number of this format */
#define LINE_BYTES ((size_t)32 * 1024 * 1024)
#define TELL_ROWS  5000
#define OUT_BYTES  ((size_t)256 * 1024) /* gathered before they are written */
#define READS_MOST ((int64_t)1000000000000) /* so that sums of them fit */
#define NO_TIME    "is no time between the years 1 and 9999"
#define FIRST      "{\"dateline\":\"archive\","

/* ---- out ---- */

typedef struct Writer {
    int fd;
    const char *where;
    Arena arena; /* of what is gathered */
    Buf buf;
    int64_t rows;
} Writer;

static Err flush(Writer *writer, Fault *fault)
{
    Str bytes;
    Err err = buf_end(&writer->buf, &bytes);

    if (err)
        return fault_set(fault, err, "a row is longer than %zu bytes",
                         LINE_BYTES);
    err = file_write_on(writer->fd, writer->where, bytes, fault);
    arena_reset(&writer->arena);
    writer->buf = buf_open(&writer->arena, LINE_BYTES + OUT_BYTES);
    return err;
}

static void put_first(Writer *writer, Str id, const CarryCounts *total)
{
    buf_puts(&writer->buf, S(FIRST));
    buf_printf(&writer->buf, "\"format\":%d,\"id\":", FORMAT);
    json_quote(&writer->buf, id);
    buf_printf(&writer->buf,
               ",\"changes\":%lld,\"stories\":%lld,\"versions\":%lld}\n",
               (long long)total->changes, (long long)total->stories,
               (long long)total->versions);
}

static void put_row(Writer *writer, const CarryRow *row)
{
    const CarryColumns *columns = carry_columns(row->table);
    JsonOut out = json_out(&writer->buf);

    json_put_object(&out);
    json_pair_str(&out, "table", str_from(columns->table));
    for (size_t i = 0; i < columns->count; i++) {
        const CarryCell *cell = &row->cells[i];

        if (cell->null) continue;
        if (columns->items[i].text)
            json_pair_str(&out, columns->items[i].name, cell->text);
        else
            json_pair_int(&out, columns->items[i].name, cell->number);
    }
    json_put_end(&out);
    buf_putc(&writer->buf, '\n');
    writer->rows++;
}

static void count_row(CarryCounts *counts, CarryTable table)
{
    counts->changes += table == CARRY_CHANGE;
    counts->stories += table == CARRY_STORY;
    counts->versions += table == CARRY_VERSION;
}

static Err write_rows(Writer *writer, Carry *carry, const MoveCalls *calls,
                      MoveProgress *progress, Fault *fault)
{
    Err err = ERR_OK;
    CarryRow row;

    while (!err && carry_next(carry, &row)) {
        put_row(writer, &row);
        count_row(&progress->done, row.table);
        if (writer->rows % TELL_ROWS == 0)
            calls->progress(calls->ctx, progress);
        if (writer->buf.len > OUT_BYTES) err = flush(writer, fault);
    }
    return err;
}

Err archive_write(Store *store, int fd, const char *where,
                  const MoveCalls *calls, CarryCounts *counts, Fault *fault)
{
    MoveProgress progress = {.stage = MOVE_COPY};
    Writer writer = {.fd = fd, .where = where, .arena = arena_open()};
    Arena arena = arena_open();
    Carry *carry = NULL;
    bool asked = true; /* the store, last */
    Str id = {0};
    Err err = store_id(store, &arena, &id);
    Err end;

    writer.buf = buf_open(&writer.arena, LINE_BYTES + OUT_BYTES);
    if (!err) err = carry_open(store, NULL, &carry);
    if (!err) err = carry_count(store, &progress.total);
    if (!err) {
        asked = false;
        put_first(&writer, id, &progress.total);
        err = write_rows(&writer, carry, calls, &progress, fault);
    }
    end = carry ? carry_close(carry) : ERR_OK;
    asked = asked || (!err && end);
    if (!err) err = end;
    if (err && asked)
        fault_set(fault, err, "%s cannot be read: %s", store_name(store),
                  store_reason(store));
    if (!err) {
        buf_printf(&writer.buf, "{\"table\":\"end\",\"rows\":%lld}\n",
                   (long long)writer.rows);
        err = flush(&writer, fault);
    }
    *counts = progress.done;
    arena_close(&writer.arena);
    arena_close(&arena);
    return err;
}

/* ---- in: lines ---- */

typedef struct Reader {
    const char *path;
    FILE *file;
    char *line;
    size_t room;
    int64_t number; /* of the line */
    int64_t rows;
    Arena arena; /* of the line's tree */
    CarryCounts total;
    Str id;
    bool over; /* the last line was read */
} Reader;

static Err line_fault(const Reader *reader, Fault *fault, const char *format,
                      ...) PRINTF(3, 4);

static Err line_fault(const Reader *reader, Fault *fault, const char *format,
                      ...)
{
    char text[300];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (fault) fault->where[0] = '\0';
    fault_where(fault, "%s", reader->path);
    fault_at(fault, reader->number, 0);
    return fault_set(fault, ERR_INVALID, "%s", text);
}

/* The next line as a tree; ERR_NOT_FOUND at the end of the file. */
static Err next_line(Reader *reader, const JsonNode **out, Fault *fault)
{
    Fault found = fault_none();
    JsonNode *node;
    ssize_t length;

    errno = 0;
    length = getline(&reader->line, &reader->room, reader->file);
    reader->number++;
    if (length < 0 && errno) return file_fault(reader->path, "read", fault);
    if (length < 0) return ERR_NOT_FOUND;
    if ((size_t)length > LINE_BYTES)
        return line_fault(reader, fault, "the line is longer than %zu bytes",
                          LINE_BYTES);
    if (reader->line[length - 1] != '\n')
        return line_fault(reader, fault, "the line has no end");
    arena_reset(&reader->arena);
    if (json_read(&reader->arena, (Str){reader->line, (size_t)length},
                  LINE_BYTES, &node, &found))
        return line_fault(reader, fault, "%s", found.text);
    *out = node;
    return ERR_OK;
}

static bool get_count(const JsonNode *line, const char *name, int64_t *out)
{
    return json_int(json_get(line, name), out) && *out >= 0;
}

static Err read_first(Reader *reader, Arena *arena, Fault *fault)
{
    const JsonNode *line = NULL;
    int64_t format = 0;
    Err err = next_line(reader, &line, fault);

    if (err == ERR_NOT_FOUND ||
        (!err && !str_eq(json_str(line, "dateline"), S("archive"))))
        return line_fault(reader, fault,
                          "this is no archive of a whole agency");
    if (err) return err;
    if (!json_int(json_get(line, "format"), &format) || format != FORMAT)
        return line_fault(reader, fault,
                          "format %lld is not known here, only %d",
                          (long long)format, FORMAT);
    reader->id = str_copy(arena, json_str(line, "id"));
    if (!reader->id.len ||
        !get_count(line, "changes", &reader->total.changes) ||
        !get_count(line, "stories", &reader->total.stories) ||
        !get_count(line, "versions", &reader->total.versions))
        return line_fault(reader, fault,
                          "expected id, changes, stories and versions");
    return ERR_OK;
}

static Err open_reader(Reader *reader, Arena *arena, Fault *fault)
{
    reader->arena = arena_open();
    reader->file = fopen(reader->path, "re");
    if (!reader->file) return file_fault(reader->path, "open", fault);
    return read_first(reader, arena, fault);
}

static void close_reader(Reader *reader)
{
    if (reader->file) fclose(reader->file);
    free(reader->line);
    arena_close(&reader->arena);
    *reader = (Reader){.path = reader->path};
}

/* ---- in: rows ---- */

static bool is_language(Arena *arena, Str text)
{
    Str read;

    return !lang_read(arena, text, &read) && str_eq(read, text);
}

/* A browser that wants to be told. */
static const char *wrong_of_push(Reader *reader, const char *name, Str text)
{
    Arena *arena = &reader->arena;

    if (!strcmp(name, "language") && !is_language(arena, text))
        return "is no language tag";
    if (!strcmp(name, "endpoint") && !push_endpoint_fits(arena, text))
        return "is no address of a push service";
    if ((!strcmp(name, "p256dh") &&
         (!text.len || !push_keys_fit(arena, text, (Str){0}))) ||
        (!strcmp(name, "auth") &&
         (!text.len || !push_keys_fit(arena, (Str){0}, text))))
        return "is no key of a subscription";
    if (!strcmp(name, "topics") && !push_topics_fit(text, PUSH_TOPICS_MAX))
        return "are no topics";
    return NULL;
}

/* Words with a space between them, of a kind. */
static bool are_words(Str text, bool (*fits)(Str))
{
    while (text.len)
        if (!fits(str_cut(&text, ' '))) return false;
    return true;
}

/* A campaign, what it shows, how often it was seen. */
static const char *wrong_of_ads(Reader *reader, const char *name, Str text)
{
    Str link;

    if (!strcmp(name, "language") && !is_language(&reader->arena, text))
        return "is no language tag";
    if (!strcmp(name, "slot") && !ad_slot_known(text)) return "is no slot";
    if (!strcmp(name, "slots") && !are_words(text, ad_slot_known))
        return "are no slots";
    if ((!strcmp(name, "sections") || !strcmp(name, "tags")) &&
        !are_words(text, slug_fits))
        return "are no slugs";
    if (!strcmp(name, "link") && text.len &&
        (url_normal(&reader->arena, text, &link) || !str_eq(link, text)))
        return "is no address as this program keeps it";
    if (!strcmp(name, "html") && text.len > CREATIVE_HTML) return "is too long";
    return NULL;
}

/* What was read: of a language and a section, or from a site. */
static const char *wrong_of_reads(Reader *reader, const char *name, Str text)
{
    if (!strcmp(name, "language") && !is_language(&reader->arena, text))
        return "is no language tag";
    if (!strcmp(name, "section") && !slug_fits(text)) return "is no slug";
    if (!strcmp(name, "referrer") && !referrer_fits(text)) return "is no host";
    return NULL;
}

/* What readers are shown as it stands, or becomes part of an address, must be
 * what the program itself would have written. */
static const char *wrong_text(Reader *reader, CarryTable table,
                              const char *name, Str text)
{
    bool names = table == CARRY_SECTION || table == CARRY_TAG;
    Html body;
    Str lines = text;
    Str line;

    if (!strcmp(name, "slug") && (names || text.len) && !slug_fits(text))
        return "is no slug";
    if (table == CARRY_LANGUAGE && !strcmp(name, "code") &&
        !is_language(&reader->arena, text))
        return "is no language tag";
    if (table == CARRY_READ_MINUTE || table == CARRY_READ_REFERRER)
        return wrong_of_reads(reader, name, text);
    if (table == CARRY_CAMPAIGN || table == CARRY_CREATIVE ||
        table == CARRY_AD_COUNT)
        return wrong_of_ads(reader, name, text);
    if (table == CARRY_PUSH_SUBSCRIPTION)
        return wrong_of_push(reader, name, text);
    if (table == CARRY_PICTURE && !strcmp(name, "mark") &&
        !picture_is_mark(text))
        return "is no mark of a picture";
    if (table == CARRY_PUSH_TOLD && !push_topics_fit(text, SIZE_MAX))
        return "are no topics";
    if (table != CARRY_VERSION && table != CARRY_ENTRY) return NULL;
    while (!strcmp(name, "tags") && str_line(&lines, &line))
        if (!slug_fits(str_cut(&line, '\t'))) return "names what is no slug";
    if (strcmp(name, "body") != 0) return NULL;
    if (sanitize(&reader->arena, text, NULL, SANITIZE_MAX, &body, NULL) ||
        !str_eq(body.markup, text))
        return "is not markup as this program keeps it";
    return NULL;
}

static bool ends_with_at(const char *name)
{
    size_t length = strlen(name);

    return length >= 2 && !strcmp(name + length - 2, "at");
}

/* Columns whose numbers have a range, in every table that has one of the name
 * or in one. */
static const struct {
    CarryTable table; /* CARRY_TABLES: in every one */
    const char *name;
    int64_t least, most;
    const char *wrong;
} ranges[] = {
    {CARRY_TABLES, "state", 0, STORY_STATE_COUNT - 1, "is no state of a story"},
    {CARRY_TABLES, "kind", 0, CHANGE_KIND_COUNT - 1, "is no kind of change"},
    {CARRY_TABLES, "urgency", 1, 9, "is not 1 to 9"},
    {CARRY_VERSION, "version", 1, UINT16_MAX, "is not 1 to 65535"},
    {CARRY_READ_MINUTE, "minute", 0, TIME_MAX / TIME_MINUTE,
     "is no minute between the years 1970 and 9999"},
    {CARRY_TABLES, "hour", 0, TIME_MAX / TIME_HOUR,
     "is no hour between the years 1970 and 9999"},
    {CARRY_READ_MINUTE, "screen", 0, SCREEN_COUNT - 1, "is no class of screen"},
    {CARRY_TABLES, "reads", 0, READS_MOST, "is not 0 to 10^12"},
    {CARRY_HEAT, "half_life", HEAT_HALF_MIN, HEAT_HALF_MAX,
     "is not 60 to 2592000 seconds"},
    {CARRY_HEAT, "period", 0,
     TIME_MAX / (HEAT_PERIOD * HEAT_HALF_MIN * TIME_SECOND),
     "is no period between the years 1970 and 9999"},
    {CARRY_HEAT, "heat", 0, HEAT_MAX, "is not 0 to 2^62"},
    {CARRY_PIN, "until", TIME_MIN, TIME_MAX, NO_TIME},
    {CARRY_PICTURE, "until", TIME_MIN, TIME_MAX, NO_TIME},
    {CARRY_PICTURE, "type", 0, PICTURE_TYPE_COUNT - 1, "is no type of picture"},
    {CARRY_PICTURE, "bytes", 1, PICTURE_BYTES, "is not 1 to 67108864"},
    {CARRY_PICTURE, "width", 1, 65535, "is not 1 to 65535"},
    {CARRY_PICTURE, "height", 1, 65535, "is not 1 to 65535"},
    {CARRY_PICTURE, "color", 0, 0xffffff, "is no colour"},
    {CARRY_PICTURE, "focus_x", 0, 1000, "is not 0 to 1000"},
    {CARRY_PICTURE, "focus_y", 0, 1000, "is not 0 to 1000"},
    {CARRY_PICTURE, "expired", 0, 1, "is not 0 or 1"},
    {CARRY_CAMPAIGN, "begins", TIME_MIN, TIME_MAX, NO_TIME},
    {CARRY_CAMPAIGN, "ends", TIME_MIN, TIME_MAX, NO_TIME},
    {CARRY_CAMPAIGN, "weight", 1, CAMPAIGN_WEIGHT_MAX, "is not 1 to 1000"},
    {CARRY_CAMPAIGN, "cap", 0, CAMPAIGN_CAP_MAX, "is not 0 to 10^9"},
    {CARRY_CAMPAIGN, "day_cap", 0, CAMPAIGN_CAP_MAX, "is not 0 to 10^9"},
    {CARRY_CAMPAIGN, "house", 0, 1, "is not 0 or 1"},
    {CARRY_CAMPAIGN, "stopped", 0, 1, "is not 0 or 1"},
    {CARRY_CREATIVE, "gone", 0, 1, "is not 0 or 1"},
    {CARRY_AD_COUNT, "hour", 0, 23, "is not 0 to 23"},
    {CARRY_TABLES, "day", 0, TIME_MAX / TIME_DAY,
     "is no day between the years 1970 and 9999"},
    {CARRY_TABLES, "seen", 0, READS_MOST, "is not 0 to 10^12"},
    {CARRY_TABLES, "day_seen", 0, READS_MOST, "is not 0 to 10^12"},
    {CARRY_TABLES, "clicks", 0, READS_MOST, "is not 0 to 10^12"},
    {CARRY_ENTRY, "number", 1, ENTRIES_MAX, "is not 1 to 2000"},
    {CARRY_ENTRY, "version", 1, INT32_MAX, "is no version"},
    {CARRY_ENTRY, "pinned", 0, 1, "is not 0 or 1"},
    {CARRY_ENTRY, "key", 0, 1, "is not 0 or 1"},
    {CARRY_ENTRY, "withdrawn", 0, 1, "is not 0 or 1"},
};

static const char *wrong_number(CarryTable table, const char *name,
                                int64_t number)
{
    if (ends_with_at(name) && (number < TIME_MIN || number > TIME_MAX))
        return NO_TIME;
    for (size_t i = 0; i < COUNT(ranges); i++)
        if ((ranges[i].table == CARRY_TABLES || ranges[i].table == table) &&
            !strcmp(name, ranges[i].name) &&
            (number < ranges[i].least || number > ranges[i].most))
            return ranges[i].wrong;
    return NULL;
}

static Err read_cell(Reader *reader, const JsonNode *line, CarryRow *row,
                     size_t at, Fault *fault)
{
    const CarryColumns *columns = carry_columns(row->table);
    const char *name = columns->items[at].name;
    const JsonNode *node = json_get(line, name);
    CarryCell *cell = &row->cells[at];
    const char *wrong = NULL;

    *cell = (CarryCell){.null = !node};
    if (!node && columns->items[at].nullable) return ERR_OK;
    if (!node)
        wrong = "is missing";
    else if (columns->items[at].text && node->kind != JSON_STRING)
        wrong = "is not a string";
    else if (!columns->items[at].text && !json_int(node, &cell->number))
        wrong = "is not a whole number";
    else if (columns->items[at].text)
        cell->text = json_text(node);
    if (!wrong)
        wrong = columns->items[at].text
                    ? wrong_text(reader, row->table, name, cell->text)
                    : wrong_number(row->table, name, cell->number);
    if (!wrong) return ERR_OK;
    return line_fault(reader, fault, "%s: %s %s", columns->table, name, wrong);
}

static bool find_table(Str name, CarryTable *out)
{
    for (CarryTable table = 0; table < CARRY_TABLES; table++)
        if (str_eq(name, str_from(carry_columns(table)->table))) {
            *out = table;
            return true;
        }
    return false;
}

static Err read_end(Reader *reader, const JsonNode *line, Fault *fault)
{
    int64_t rows = -1;

    if (!json_int(json_get(line, "rows"), &rows) || rows != reader->rows)
        return line_fault(reader, fault,
                          "the end counts %lld rows, and %lld came",
                          (long long)rows, (long long)reader->rows);
    if (fgetc(reader->file) != EOF)
        return line_fault(reader, fault, "something stands behind the end");
    reader->over = true;
    return ERR_NOT_FOUND;
}

/* ERR_NOT_FOUND behind the last. */
static Err next_row(void *ctx, CarryRow *row, Fault *fault)
{
    Reader *reader = ctx;
    const JsonNode *line = NULL;
    Str table;
    Err err = next_line(reader, &line, fault);

    if (err == ERR_NOT_FOUND)
        return line_fault(reader, fault,
                          "the archive is cut off: expected its end");
    if (err) return err;
    table = json_str(line, "table");
    if (str_eq(table, S("end"))) return read_end(reader, line, fault);
    if (!find_table(table, &row->table))
        return line_fault(reader, fault, "there is no table \"%.*s\"",
                          STR_ARG(str_slice(table, 0, 40)));
    for (size_t i = 0; !err && i < carry_columns(row->table)->count; i++)
        err = read_cell(reader, line, row, i, fault);
    reader->rows++;
    return err;
}

bool archive_is(const char *path)
{
    char first[sizeof FIRST] = "";
    struct stat found;
    FILE *file;
    size_t got;

    /* What is read of a pipe is gone for whoever reads it then. */
    if (stat(path, &found) || !S_ISREG(found.st_mode)) return false;
    file = fopen(path, "re");
    if (!file) return false;
    got = fread(first, 1, sizeof FIRST - 1, file);
    fclose(file);
    return got == sizeof FIRST - 1 && !strcmp(first, FIRST);
}

static Err fill(Reader *reader, CarryIn *in, const MoveCalls *calls,
                Fault *fault)
{
    MoveProgress progress = {.stage = MOVE_COPY, .total = reader->total};
    bool committed = true;
    Err err = ERR_OK;
    CarryRow row;

    while (!err) {
        Fault found = fault_none();

        if (committed) calls->progress(calls->ctx, &progress);
        err = next_row(reader, &row, fault);
        if (err) break;
        err = carry_put(in, &row, &committed, &found);
        if (err == ERR_INVALID || err == ERR_CONFLICT)
            line_fault(reader, fault, "%s", found.text);
        else if (err && fault)
            *fault = found;
        count_row(&progress.done, row.table);
    }
    return err == ERR_NOT_FOUND ? carry_in_finish(in, fault) : err;
}

static void say_wrong(void *ctx, const char *what)
{
    const MoveCalls *calls = ctx;

    calls->wrong(calls->ctx, what);
}

/* The file once more, against what the store says now. */
static Err compare(Reader *reader, Arena *arena, const char *where,
                   const MoveCalls *calls, CarryCounts *counts, Fault *fault)
{
    MoveProgress check = {.stage = MOVE_CHECK};
    Store *store = NULL;
    Err err = store_open(where, STORE_READ, &store, fault);

    close_reader(reader);
    if (!err) err = open_reader(reader, arena, fault);
    if (!err)
        err = carry_compare(store, next_row, reader, calls, counts, fault);
    if (!err) {
        calls->progress(calls->ctx, &check);
        err = store_check(store, say_wrong, (void *)(uintptr_t)calls);
        if (err)
            fault_set(fault, ERR_INVALID,
                      "%s: what it says does not fit together", reader->path);
    }
    store_close(store);
    return err;
}

Err archive_read(const char *path, const char *where, const MoveCalls *calls,
                 CarryCounts *counts, Fault *fault)
{
    Arena arena = arena_open();
    Reader reader = {.path = path};
    CarryCounts reached;
    CarryIn *in = NULL;
    Err err = open_reader(&reader, &arena, fault);

    if (!err) err = carry_in_open(where, reader.id, &in, &reached, fault);
    if (!err) err = fill(&reader, in, calls, fault);
    if (!err) err = compare(&reader, &arena, where, calls, counts, fault);
    if (!err) err = carry_in_release(in, fault);
    carry_in_close(in);
    close_reader(&reader);
    arena_close(&arena);
    return err;
}
