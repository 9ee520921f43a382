/* sqltab.c -- turns named queries and schema patches into a C table.
 *
 *     sqltab NAMES.h TEXTS.c queries_X.sql... schema_NNN.sql...
 *
 * A query begins with "-- name: story_get :one" (:many, or :run for no rows); a
 * dialect after that (sqlite, postgres) begins one spelling of it.  SQLite is
 * given ?1 for $1, since $2 ... $1 would bind by first appearance there;
 * nothing else may hold a $ or a ?.  Patches stay as they are.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUERIES_MAX 400
#define TEXT_MAX    8192
#define PATCH_MAX   (256 * 1024)

enum { SQLITE, POSTGRES, DIALECTS };

typedef struct Query {
    char name[64];
    char kind[8];
    char *text[DIALECTS];
    int params; /* the highest $n */
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
    }
    if (strcmp(query->kind, kind)) fail("two kinds of", name);
    return query;
}

/* Reads "-- name: story_get :one sqlite" into the block. */
static void read_head(const char *line, Block *block)
{
    char name[64], kind[8], of[16] = "";
    int fields =
        sscanf(line, "-- name: %63[a-z0-9_] :%7[a-z] %15s", name, kind, of);

    if (fields < 2) fail("expected '-- name: NAME :KIND [DIALECT]':", line);
    if (strcmp(kind, "one") && strcmp(kind, "many") && strcmp(kind, "run"))
        fail("a kind is :one, :many or :run, not", kind);
    *block = (Block){.query = query_named(name, kind), .dialect = -1};
    if (!strcmp(of, "sqlite")) block->dialect = SQLITE;
    if (!strcmp(of, "postgres")) block->dialect = POSTGRES;
    if (of[0] && block->dialect < 0) fail("not sqlite or postgres:", of);
}

static void read_line(const char *line, Block *block)
{
    size_t length = strlen(line) + 1;

    if (strchr(line, '?')) fail("write $1, not ?1:", line);
    for (const char *p = line; (p = strchr(p, '$')); p++) {
        if (!isdigit((unsigned char)p[1])) fail("a lone $:", line);
        if (atoi(p + 1) > block->query->params)
            block->query->params = atoi(p + 1);
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

static void write_patch(FILE *out, FILE *in)
{
    static char text[PATCH_MAX];
    const char *name = strstr(file, "schema_");

    text[fread(text, 1, sizeof text - 1, in)] = 0;
    if (!feof(in)) fail("too long, or not read:", file);
    fprintf(out, "{%d,\n", atoi(name + strlen("schema_")));
    write_text(out, text, '$');
    fputs("},\n", out);
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
    names = open_file(argv[1], "w");
    texts = open_file(argv[2], "w");
    fputs("#include \"base/err.h\"\n#include \"store/query.h\"\n\nconst Patch "
          "patches[] = {\n",
          texts);
    for (int i = 3; i < argc; i++) {
        FILE *in = open_file(argv[i], "r");

        if (strstr(file, "schema_")) write_patch(texts, in);
        if (strstr(file, "queries_")) read_queries(in);
        fclose(in);
    }
    fputs("};\nconst QueryText query_texts[] = {\n", texts);
    fputs("typedef enum Query {\n", names);
    for (Query *q = queries; q < queries + query_count; q++) {
        fputs("    QUERY_", names);
        for (const char *p = q->name; *p; p++)
            putc(toupper((unsigned char)*p), names);
        fputs(",\n", names);
        fprintf(texts, "{\"%s\",\n", q->name);
        write_text(texts, q->text[SQLITE], '?');
        write_text(texts, q->text[POSTGRES], '$');
        fprintf(texts, "%d, %d},\n", q->params, strcmp(q->kind, "run") != 0);
    }
    fputs("    QUERY_COUNT\n} Query;\n", names);
    fputs("};\nconst size_t patch_count = COUNT(patches);\n"
          "const size_t query_count = COUNT(query_texts);\n",
          texts);
    file = argv[2];
    if (fclose(names) || fclose(texts)) fail("cannot write", argv[2]);
    return 0;
}
