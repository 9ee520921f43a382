#include "ingest/files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

Str path_name(Str path)
{
    size_t from = path.len;

    while (from && path.ptr[from - 1] != '/')
        from--;
    return str_skip(path, from);
}

static void add_file(FileList *list, Arena *arena, char *path, int64_t size,
                     bool in_folder)
{
    size_t n = list->count;

    if ((n & (n - 1)) == 0)
        list->items = arena_grow(arena, list->items, n * sizeof(FileEntry),
                                 (n ? n * 2 : 1) * sizeof(FileEntry));
    list->items[n] = (FileEntry){path, size, in_folder};
    list->count = n + 1;
    if (size < 0 || list->total < 0)
        list->total = -1;
    else
        list->total += size;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static Err list_names(Arena *arena, const char *path, char ***names,
                      size_t *count, Fault *fault)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    char **list = NULL;
    size_t n = 0;

    if (!dir) return file_fault(path, "open it", fault);
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.') continue;
        if ((n & (n - 1)) == 0)
            list = arena_grow(arena, list, n * sizeof *list,
                              (n ? n * 2 : 1) * sizeof *list);
        list[n++] = str_z(arena, str_from(entry->d_name));
    }
    closedir(dir);
    if (n) qsort(list, n, sizeof *list, by_bytes);
    *names = list;
    *count = n;
    return ERR_OK;
}

static Err add_folder(FileList *list, Arena *arena, const char *path, int depth,
                      Fault *fault)
{
    char **names = NULL;
    size_t count = 0;
    Err err;

    if (depth > FILES_DEPTH) {
        fault_where(fault, "%s", path);
        return fault_set(fault, ERR_TOO_BIG, "folders over %d deep",
                         FILES_DEPTH);
    }
    err = list_names(arena, path, &names, &count, fault);
    for (size_t i = 0; !err && i < count; i++) {
        char *inner = file_join(arena, path, names[i]);
        struct stat link;
        struct stat file;

        if (lstat(inner, &link) || stat(inner, &file)) continue;
        if (S_ISDIR(link.st_mode))
            err = add_folder(list, arena, inner, depth + 1, fault);
        else if (S_ISREG(file.st_mode))
            add_file(list, arena, inner, (int64_t)file.st_size, true);
    }
    return err;
}

static Err add_path(FileList *list, Arena *arena, char *path, Fault *fault)
{
    struct stat stat_of;

    if (strcmp(path, "-") == 0) {
        add_file(list, arena, path, -1, false);
        return ERR_OK;
    }
    if (stat(path, &stat_of)) return file_fault(path, "open it", fault);
    if (S_ISDIR(stat_of.st_mode))
        return add_folder(list, arena, path, 0, fault);
    add_file(list, arena, path,
             S_ISREG(stat_of.st_mode) ? (int64_t)stat_of.st_size : -1, false);
    return ERR_OK;
}

Err files_expand(Arena *arena, char *const *paths, size_t count, FileList *out,
                 Fault *fault)
{
    FileList list = {0};

    for (size_t i = 0; i < count; i++) {
        Err err = add_path(&list, arena, paths[i], fault);

        if (err) return err;
    }
    *out = list;
    return ERR_OK;
}
