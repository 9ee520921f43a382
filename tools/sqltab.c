/* sqltab.c -- turns named queries and schema patches into a C table.
 *
 *     sqltab NAMES.h TEXTS.c queries_X.sql... schema_NNN.DIALECT.sql...
 *
 * A query begins with "-- name: story_get :one"; its kind is one of those of
 * store/query.h.  A dialect after that (sqlite, postgres) begins one spelling
 * of it; without one the spelling is both.  SQLite is given ?1 for $1, since
 * $2 ... $1 would bind by first appearance there; nothing else may hold a $ or
 * a ?.  Patches stay as they are.
 *
 * Whatever lacks a spelling is an error, but for the queries of
 * queries_postgres.sql and queries_sqlite.sql, which are asked of that database
 * alone. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUERIES_MAX 400
#define TEXT_MAX    8192
#define PATCHES_MAX 100
#define PATCH_MAX   (256 * 1024)

enum { SQLITE, POSTGRES, DIALECTS };

static const char *const dialects[DIALECTS] = {"sqlite", "postgres"};
static const char *const kinds[] = {"run", "add", "one", "many", "walk"};

typedef struct Query {
    char name[64];
    char kind[8];
    char *text[DIALECTS];
    int params[DIALECTS]; /* the highest $n */
    int only;             /* the one dialect it is for; -1: both */
} Query;

/* What stands between one name and the next. */
typedef struct Block {
    Query *query;
    int dialect; /* -1: both */
    size_t used;
    char text[TEXT_MAX];
} Block;

static Query queries[QUERIES_MAX];
static size_t query_count;
static char *patches[PATCHES_MAX][DIALECTS]; /* by number */
static int patch_count;
static const char *file;
static int line_number;

static _Noreturn void fail(const char *what, const char *name)
{
    fprintf(stderr, "%s:%d: %s %s\n", file, line_number, what, name);
    exit(1);
}

static Query *query_named(const char *name, const char *kind)
{
    Query *query = queries;

    while (query < queries + query_count && strcmp(query->name, name))
        query++;
    if (query == queries + query_count) {
        if (query_count++ == QUERIES_MAX) fail("too many queries at", name);
        snprintf(query->name, sizeof query->name, "%s", name);
        snprintf(query->kind, sizeof query->kind, "%s", kind);
        query->only = strstr(file, "queries_postgres") ? POSTGRES
                      : strstr(file, "queries_sqlite") ? SQLITE
                                                       : -1;
    }
    if (strcmp(query->kind, kind)) fail("two kinds of", name);
    return query;
}

static int dialect_named(const char *word)
{
    for (int d = 0; d < DIALECTS; d++)
        if (!strcmp(word, dialects[d])) return d;
    fail("not sqlite or postgres:", word);
}

static int is_kind(const char *word)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(word, kinds[i])) return 1;
    return 0;
}

/* Reads "-- name: story_get :one sqlite" into the block. */
static void read_head(const char *line, Block *block)
{
    char name[64], kind[8], of[16] = "";
    int fields =
        sscanf(line, "-- name: %63[a-z0-9_] :%7[a-z] %15s", name, kind, of);

    if (fields < 2) fail("expected '-- name: NAME :KIND [DIALECT]':", line);
    if (!is_kind(kind))
        fail("a kind is :run, :add, :one, :many or :walk, not", kind);
    *block = (Block){.query = query_named(name, kind), .dialect = -1};
    if (of[0]) block->dialect = dialect_named(of);
    if (block->query->only >= 0) block->dialect = block->query->only;
}

static void count_params(Block *block, int number)
{
    for (int d = 0; d < DIALECTS; d++)
        if ((block->dialect < 0 || block->dialect == d) &&
            block->query->params[d] < number)
            block->query->params[d] = number;
}

static void read_line(const char *line, Block *block)
{
    size_t length = strlen(line) + 1;

    if (strchr(line, '?')) fail("write $1, not ?1:", line);
    for (const char *p = line; (p = strchr(p, '$')); p++) {
        if (!isdigit((unsigned char)p[1])) fail("a lone $:", line);
        count_params(block, atoi(p + 1));
    }
    if (block->used + length > TEXT_MAX) fail("too long:", line);
    memcpy(block->text + block->used, line, length);
    block->used += length - 1;
}

static void end_block(Block *block)
{
    Query *query = block->query;

    if (!query) return;
    if (!block->used) fail("no text after the name", query->name);
    for (int d = 0; d < DIALECTS; d++) {
        if (block->dialect >= 0 && d != block->dialect) continue;
        if (query->text[d]) fail("given twice:", query->name);
        query->text[d] = strdup(block->text);
        if (!query->text[d]) fail("no memory for", query->name);
    }
}

static void read_queries(FILE *in)
{
    static Block block;
    char line[1024];

    while (fgets(line, sizeof line, in)) {
        line_number++;
        if (!strchr(line, '\n')) fail("a line without end, or too long", "");
        if (!strncmp(line, "-- name:", 8)) {
            end_block(&block);
            read_head(line, &block);
        } else if (strncmp(line, "--", 2) && line[0] != '\n') {
            if (!block.query) fail("text before the first '-- name:'", "");
            read_line(line, &block);
        }
    }
    end_block(&block);
    block.query = NULL;
}

/* As a C string; SQLite's spelling has ? where the text has $. */
static void write_text(FILE *out, const char *text, char placeholder)
{
    fputs("\"", out);
    for (; text && *text; text++)
        if (*text == '\n')
            fputs("\\n\"\n\"", out);
        else if (*text == '$')
            putc(placeholder, out);
        else
            fprintf(out, strchr("\"\\?", *text) ? "\\%c" : "%c", *text);
    fputs("\",\n", out);
}

/* schema_001.sqlite.sql */
static void read_patch(FILE *in)
{
    static char text[PATCH_MAX];
    const char *name = strstr(file, "schema_") + strlen("schema_");
    char of[16] = "";
    int number = 0;
    int dialect;

    if (sscanf(name, "%3d.%15[a-z].sql", &number, of) != 2 || number < 1 ||
        number >= PATCHES_MAX)
        fail("expected schema_NNN.DIALECT.sql:", file);
    dialect = dialect_named(of);
    if (patches[number][dialect]) fail("given twice:", file);
    text[fread(text, 1, sizeof text - 1, in)] = 0;
    if (!feof(in)) fail("too long, or not read:", file);
    patches[number][dialect] = strdup(text);
    if (!patches[number][dialect]) fail("no memory for", file);
    if (number > patch_count) patch_count = number;
}

/* Every query and patch is there in both spellings. */
static void check_spellings(void)
{
    char name[128];

    line_number = 0;
    for (const Query *q = queries; q < queries + query_count; q++)
        for (int d = 0; d < DIALECTS; d++) {
            snprintf(name, sizeof name, "%.63s for %s", q->name, dialects[d]);
            if (!q->text[d] && (q->only < 0 || q->only == d))
                fail("there is no spelling of", name);
            if (q->only < 0 && q->params[d] != q->params[POSTGRES])
                fail("other parameters than in the other spelling:", name);
        }
    for (int i = 1; i <= patch_count; i++)
        for (int d = 0; d < DIALECTS; d++) {
            snprintf(name, sizeof name, "schema_%03d.%s.sql", i, dialects[d]);
            if (!patches[i][d]) fail("there is no", name);
        }
}

static void write_upper(FILE *out, const char *word)
{
    for (; *word; word++)
        putc(toupper((unsigned char)*word), out);
}

static FILE *open_file(const char *path, const char *mode)
{
    FILE *stream = fopen(file = path, mode);

    line_number = 0;
    if (!stream) fail("cannot open", path);
    return stream;
}

int main(int argc, char **argv)
{
    FILE *names, *texts;

    if (argc < 4) fail("usage:", "sqltab NAMES.h TEXTS.c FILE.sql...");
    for (int i = 3; i < argc; i++) {
        FILE *in = open_file(argv[i], "r");

        if (strstr(file, "schema_")) read_patch(in);
        if (strstr(file, "queries_")) read_queries(in);
        fclose(in);
    }
    check_spellings();
    names = open_file(argv[1], "w");
    texts = open_file(argv[2], "w");
    fputs("#include \"base/err.h\"\n#include \"store/query.h\"\n\nconst Patch "
          "patches[] = {\n",
          texts);
    for (int i = 1; i <= patch_count; i++) {
        fprintf(texts, "{%d,\n", i);
        write_text(texts, patches[i][SQLITE], '$');
        write_text(texts, patches[i][POSTGRES], '$');
        fputs("},\n", texts);
    }
    fputs("};\nconst QueryText query_texts[] = {\n", texts);
    fputs("typedef enum Query {\n", names);
    for (Query *q = queries; q < queries + query_count; q++) {
        fputs("    QUERY_", names);
        write_upper(names, q->name);
        fputs(",\n", names);
        fprintf(texts, "{\"%s\",\n", q->name);
        write_text(texts, q->text[SQLITE], '?');
        write_text(texts, q->text[POSTGRES], '$');
        fprintf(texts, "%d, QUERY_",
                q->params[q->only == SQLITE ? SQLITE : POSTGRES]);
        write_upper(texts, q->kind);
        fputs("},\n", texts);
    }
    fputs("    QUERY_COUNT\n} Query;\n", names);
    fputs("};\nconst size_t patch_count = COUNT(patches);\n"
          "const size_t query_count = COUNT(query_texts);\n",
          texts);
    file = argv[2];
    if (fclose(names) || fclose(texts)) fail("cannot write", argv[2]);
    return 0;
}
