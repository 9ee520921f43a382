/* embed.c -- writes the files below a folder into a C table.
 *
 *     embed OUT.c DEPFILE FOLDER
 *
 * OUT.c defines what text/embedded.h declares.  DEPFILE names every file and
 * folder that was read, so that a new file in one makes ninja run this again.
 * Files whose names begin with '.' or end in '~' are not taken.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILES_MAX 1000

static struct {
    char *names[FILES_MAX]; /* below the folder */
    size_t count;
    const char *root;
    FILE *out;
    FILE *deps;
} job;

static _Noreturn void fail(const char *what, const char *name)
{
    fprintf(stderr, "embed: %s %s\n", what, name);
    exit(1);
}

static char *join(const char *a, const char *b)
{
    char *path = NULL;

    if (asprintf(&path, "%s%s%s", a, *a && *b ? "/" : "", b) < 0)
        fail("no memory for", a);
    return path;
}

static int is_taken(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' && entry->d_name[len - 1] != '~';
}

static void take(char *name);

static void walk(const char *below)
{
    char *path = join(job.root, below);
    struct dirent **entries;
    int count = scandir(path, &entries, is_taken, NULL);

    if (count < 0) fail("cannot read the folder", path);
    fprintf(job.deps, " %s", path);
    for (int i = 0; i < count; i++) {
        take(join(below, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    free(path);
}

/* name becomes ours */
static void take(char *name)
{
    char *path = join(job.root, name);
    struct stat st;

    if (stat(path, &st)) fail("cannot look at", path);
    free(path);
    if (S_ISDIR(st.st_mode)) {
        walk(name);
        free(name);
        return;
    }
    if (job.count == FILES_MAX) fail("too many files at", name);
    job.names[job.count++] = name;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void write_bytes(FILE *in)
{
    size_t column = 0;
    int c;

    fputs("\"", job.out);
    while ((c = getc(in)) != EOF) {
        if (column >= 76) {
            fputs("\"\n\"", job.out);
            column = 0;
        }
        if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?')
            column += (size_t)fprintf(job.out, "\\%03o", (unsigned)c);
        else
            column += putc(c, job.out) != EOF;
    }
    fputs("\"", job.out);
}

static void write_file(const char *name)
{
    char *path = join(job.root, name);
    FILE *in = fopen(path, "rb");

    if (!in) fail("cannot read", path);
    fprintf(job.deps, " %s", path);
    fprintf(job.out, "{S_INIT(\"%s\"), S_INIT(", name);
    write_bytes(in);
    fputs(")},\n", job.out);
    if (ferror(in)) fail("cannot read", path);
    fclose(in);
    free(path);
}

int main(int argc, char **argv)
{
    if (argc != 4) fail("usage:", "embed OUT.c DEPFILE FOLDER");
    job.root = argv[3];
    job.out = fopen(argv[1], "w");
    job.deps = fopen(argv[2], "w");
    if (!job.out || !job.deps) fail("cannot write", argv[1]);
    fprintf(job.deps, "%s:", argv[1]);
    walk("");
    qsort(job.names, job.count, sizeof *job.names, by_bytes);
    fputs("#include \"text/embedded.h\"\n\n"
          "const Embedded embedded_files[] = {\n",
          job.out);
    for (size_t i = 0; i < job.count; i++) {
        write_file(job.names[i]);
        free(job.names[i]);
    }
    fprintf(job.out, "};\nconst size_t embedded_count = %zu;\n", job.count);
    putc('\n', job.deps);
    if (fclose(job.out) || fclose(job.deps)) fail("cannot write", argv[1]);
    return 0;
}
