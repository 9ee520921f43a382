/* sqltab.c -- turns named queries and schema patches into a C table.
 *
 *     sqltab NAMES.h TEXTS.c FILE.sql...
 *
 * queries_*.sql hold queries:
 *
 *     -- name: story_get :one
 *     SELECT ... WHERE number = $1;
 *
 * A kind is :one, :many or :run (no rows).  A dialect after the kind (sqlite,
 * postgres) begins one spelling of that name; without it both are the same.
 * PostgreSQL keeps $1; SQLite is given ?1, since there $2 ... $1 would bind by
 * first appearance.  Quoted text is left alone; lines of comment are dropped.
 *
 * schema_NNN.sql is patch NNN, as it stands.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUERIES_MAX 400
#define NAME_MAX    64

enum { SQLITE, POSTGRES, DIALECTS };

typedef struct Query {
    char name[NAME_MAX];
    char kind[8];
    char *text[DIALECTS];
    int params;
} Query;

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
        if (query_count == QUERIES_MAX) fail("too many queries at", name);
        query_count++;
        snprintf(query->name, sizeof query->name, "%s", name);
        snprintf(query->kind, sizeof query->kind, "%s", kind);
    }
    if (strcmp(query->kind, kind)) fail("two kinds of", name);
    return query;
}

static void take_text(Query *query, int dialect, const char *text)
{
    if (!text[strspn(text, " \n")]) fail("no text after the name", query->name);
    for (int d = 0; d < DIALECTS; d++) {
        if (dialect >= 0 && d != dialect) continue;
        if (query->text[d]) fail("given twice:", query->name);
        query->text[d] = strdup(text);
        if (!query->text[d]) fail("no memory for", query->name);
    }
}

/* Reads "-- name: story_get :one sqlite". */
static Query *read_head(const char *line, int *dialect)
{
    char name[NAME_MAX];
    char kind[8];
    char of[16] = "";
    int fields =
        sscanf(line, "-- name: %63[a-z0-9_] :%7[a-z] %15s", name, kind, of);

    if (fields < 2) fail("expected '-- name: NAME :KIND [DIALECT]':", line);
    if (strcmp(kind, "one") && strcmp(kind, "many") && strcmp(kind, "run"))
        fail("a kind is :one, :many or :run, not", kind);
    if (fields == 2)
        *dialect = -1;
    else if (!strcmp(of, "sqlite"))
        *dialect = SQLITE;
    else if (!strcmp(of, "postgres"))
        *dialect = POSTGRES;
    else
        fail("a dialect is sqlite or postgres, not", of);
    return query_named(name, kind);
}

static void read_queries(FILE *in)
{
    static char text[64 * 1024];
    char line[1024];
    size_t used = 0;
    size_t length;
    Query *query = NULL;
    int dialect = -1;

    while (fgets(line, sizeof line, in)) {
        line_number++;
        if (!strchr(line, '\n')) fail("a line without end, or too long", "");
        if (!strncmp(line, "-- name:", 8)) {
            if (query) take_text(query, dialect, text);
            query = read_head(line, &dialect);
            used = 0;
            text[0] = 0;
            continue;
        }
        if (!strncmp(line, "--", 2) || line[0] == '\n') continue;
        if (!query) fail("text before the first '-- name:'", "");
        length = strlen(line);
        if (used + length >= sizeof text) fail("too long:", query->name);
        memcpy(text + used, line, length + 1);
        used += length;
    }
    if (query) take_text(query, dialect, text);
}

static void write_char(FILE *out, char c)
{
    if (c == '\n')
        fputs("\\n\"\n\"", out);
    else if (c == '"' || c == '\\' || c == '?')
        fprintf(out, "\\%c", c);
    else
        putc(c, out);
}

static void write_query(FILE *out, Query *query, int dialect)
{
    char quote = 0;

    file = query->name;
    line_number = 0;
    if (!query->text[dialect]) {
        fputs("NULL", out);
        return;
    }
    putc('"', out);
    for (const char *p = query->text[dialect]; *p; p++) {
        if (quote ? *p == quote : *p == '\'' || *p == '"')
            quote = quote ? 0 : *p;
        if (!quote && *p == '$') {
            if (!isdigit((unsigned char)p[1])) fail("a lone $ in", p);
            if (atoi(p + 1) > query->params) query->params = atoi(p + 1);
            fputs(dialect == SQLITE ? "\\?" : "$", out);
        } else if (!quote && *p == '?') {
            fail("write $1, not ?1, in", p);
        } else {
            write_char(out, *p);
        }
    }
    putc('"', out);
    if (quote) fail("a quote is not closed in", query->name);
}

static void write_patch(FILE *out, FILE *in)
{
    const char *name = strrchr(file, '/');
    int c;

    fprintf(out, "{%d, \"", atoi((name ? name + 1 : file) + strlen("schema_")));
    while ((c = getc(in)) != EOF)
        write_char(out, (char)c);
    fputs("\"},\n", out);
}

static FILE *open_file(const char *path, const char *mode)
{
    FILE *stream = fopen(path, mode);

    file = path;
    line_number = 0;
    if (!stream) fail("cannot open", path);
    return stream;
}

int main(int argc, char **argv)
{
    FILE *names;
    FILE *texts;

    if (argc < 4) fail("usage:", "sqltab NAMES.h TEXTS.c FILE.sql...");
    names = open_file(argv[1], "w");
    texts = open_file(argv[2], "w");
    fputs("#include \"store/query.h\"\n\nconst Patch patches[] = {\n", texts);
    for (int i = 3; i < argc; i++) {
        FILE *in = open_file(argv[i], "r");

        if (strstr(argv[i], "schema_"))
            write_patch(texts, in);
        else
            read_queries(in);
        fclose(in);
    }
    fputs("};\nconst size_t patch_count = sizeof patches / sizeof *patches;\n"
          "\nconst QueryText query_texts[] = {\n",
          texts);
    fputs("typedef enum Query {\n", names);
    for (Query *q = queries; q < queries + query_count; q++) {
        fputs("    QUERY_", names);
        for (const char *p = q->name; *p; p++)
            putc(toupper((unsigned char)*p), names);
        fputs(",\n", names);
        fprintf(texts, "{\"%s\",\n", q->name);
        write_query(texts, q, SQLITE);
        fputs(",\n", texts);
        write_query(texts, q, POSTGRES);
        fprintf(texts, ",\n%d, %d},\n", q->params, strcmp(q->kind, "run") != 0);
    }
    fputs("    QUERY_COUNT\n} Query;\n", names);
    fputs("};\nconst size_t query_count = sizeof query_texts / "
          "sizeof *query_texts;\n",
          texts);
    file = argv[2];
    if (fclose(names) || fclose(texts)) fail("cannot write", argv[2]);
    return 0;
}
